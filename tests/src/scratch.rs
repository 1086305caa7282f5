//! Folders for things that need not last, private to us, and removed even when we are killed.
//!
//! A killed process removes nothing. So each folder holds a locked file, which
//! the kernel unlocks when its owner dies, however it dies; whoever makes the
//! next folder first removes those that nobody holds any more.

use std::fs::{self, File, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use nix::unistd::geteuid;
use tempfile::TempDir;

const PREFIX: &str = "entry-tickets-";
const LOCK: &str = "in-use";

/// Between the making of a folder and the locking of its file nobody holds it.
const YOUNG: Duration = Duration::from_secs(60);

/// A private folder that vanishes with its owner.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    _held: File,
}

impl Scratch {
    /// Makes a folder for `what` under the system's temporary folder, after
    /// sweeping away what dead processes left there.
    ///
    /// # Errors
    /// When there is no place for it.
    pub fn new(what: &str) -> anyhow::Result<Self> {
        Self::under(&temporary_folder(), what)
    }

    fn under(parent: &Path, what: &str) -> anyhow::Result<Self> {
        sweep(parent, YOUNG);
        let fault = || format!("cannot make a temporary folder in {}", parent.display());
        let folder = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{what}-"))
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(parent)
            .with_context(fault)?;
        let held =
            File::create(folder.path().join(LOCK)).and_then(|file| file.try_lock().map(|()| file).map_err(Into::into));
        Ok(Self { _held: held.with_context(fault)?, folder })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Cargo's folder for what it makes: the place for what is worth keeping until `cargo clean`.
#[must_use]
pub fn target_folder() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    // Cargo marks it for backup programs.
    let marked = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    marked.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target"), Path::to_owned)
}

/// The system's temporary folder, or `/tmp` where root's own is closed to the
/// unprivileged user that its servers run as.
pub(crate) fn temporary_folder() -> PathBuf {
    let folder = std::env::temp_dir();
    if !geteuid().is_root() || open_to_all(&folder) { folder } else { PathBuf::from("/tmp") }
}

/// Whether any user may pass through this folder and all above it.
pub(crate) fn open_to_all(folder: &Path) -> bool {
    folder.ancestors().all(|part| fs::metadata(part).is_ok_and(|it| it.mode() & 0o001 != 0))
}

fn sweep(parent: &Path, young: Duration) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        // Not following links: a link with our name may be anybody's.
        let abandoned = |it: Metadata| it.is_dir() && may_remove(&it) && !is_held(&entry.path()) && age(&it) > young;
        if is_ours && entry.path().symlink_metadata().is_ok_and(abandoned) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn may_remove(folder: &Metadata) -> bool {
    geteuid().is_root() || folder.uid() == geteuid().as_raw()
}

fn is_held(folder: &Path) -> bool {
    File::open(folder.join(LOCK)).is_ok_and(|file| file.try_lock().is_err())
}

fn age(folder: &Metadata) -> Duration {
    folder.modified().ok().and_then(|then| then.elapsed().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_private_and_vanishes_with_its_owner() {
        let scratch = Scratch::new("test").unwrap();
        let path = scratch.path().to_owned();
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o700);
        drop(scratch);
        assert!(!path.exists());
    }

    #[test]
    fn what_nobody_holds_any_more_is_swept_away() {
        let parent = tempfile::tempdir().unwrap();
        let held = Scratch::under(parent.path(), "held").unwrap();
        let abandoned = Scratch::under(parent.path(), "abandoned").unwrap();
        let path = abandoned.path().to_owned();
        // As after a kill: the lock is gone, the folder stays.
        let Scratch { folder, _held: lock } = abandoned;
        drop((folder.keep(), lock));

        sweep(parent.path(), YOUNG);
        assert!(path.exists(), "it may be just being made");
        sweep(parent.path(), Duration::ZERO);
        assert!(!path.exists());
        assert!(held.path().exists());
    }

    #[test]
    fn the_target_folder_holds_this_test() {
        assert!(std::env::current_exe().unwrap().starts_with(target_folder()));
    }

    #[test]
    fn a_closed_folder_is_not_open_to_all() {
        let closed = Scratch::new("test").unwrap();
        assert!(!open_to_all(closed.path()));
        assert!(open_to_all(Path::new("/usr/bin")));
    }
}
