//! Files that belong to this user alone and are whole, or as they were.
//!
//! A gate is a laptop whose plug is pulled. What is kept is therefore written
//! beside the old file, brought to the disk, and put in its place in one step.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Puts `text` in the file's place, for this user's eyes only. Whoever reads
/// meanwhile, and whoever starts after a power cut, finds the old or the new.
pub(super) fn write(file: &Path, text: &str) -> io::Result<()> {
    // A link stays one: the file it leads to is replaced.
    let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    make_folder(&file)?;
    let fresh = fresh_name(&file);
    let placed = write_new(&fresh, text).and_then(|()| fs::rename(&fresh, &file));
    if placed.is_err() {
        // It may hold a password, and is of no use.
        drop(fs::remove_file(&fresh));
    }
    placed?;
    remember_place(&file);
    Ok(())
}

/// The text, or none if there is no such file.
pub(super) fn read(file: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens a file of this user alone, and makes it if there is none.
pub(super) fn open(file: &Path) -> io::Result<File> {
    make_folder(file)?;
    private(OpenOptions::new().write(true).create(true).truncate(false)).open(file)
}

/// Gives a file that cannot be understood another name, so that nothing is
/// lost and it is not met again.
pub(super) fn set_aside(file: &Path, why: &str) {
    let mut aside = file.as_os_str().to_owned();
    aside.push(".damaged");
    let aside = PathBuf::from(aside);
    let renamed = fs::rename(file, &aside);
    let file = file.display();
    match renamed {
        Ok(()) => tracing::warn!("{file} is damaged ({why}); it is kept as {}", aside.display()),
        Err(error) => tracing::warn!("{file} is damaged ({why}) and cannot be set aside: {error}"),
    }
}

/// A file of the same folder as the settings file.
pub(super) fn beside(settings_file: &Path, name: &str) -> PathBuf {
    settings_file.with_file_name(name)
}

fn fresh_name(file: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(".new");
    file.with_file_name(name)
}

fn make_folder(file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_new(fresh: &Path, text: &str) -> io::Result<()> {
    // Left behind by a power cut, if at all: a new one is surely ours.
    drop(fs::remove_file(fresh));
    let mut out = private(OpenOptions::new().write(true).create_new(true)).open(fresh)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()
}

fn private(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// The new name, too, is to outlive a power cut. Not every file system can say so.
#[cfg(unix)]
fn remember_place(file: &Path) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!("{} cannot be brought to the disk: {error}", folder.display());
    }
}

#[cfg(not(unix))]
fn remember_place(_file: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt;

        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[cfg(unix)]
    #[test]
    fn file_and_new_folders_are_for_this_user_only() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("config/gate/settings.toml");
        write(&file, "one").unwrap();
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
        // One that others could read is closed to them.
        fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        write(&file, "two").unwrap();
        assert_eq!((mode(&file), fs::read_to_string(&file).unwrap().as_str()), (0o600, "two"));
        let lock = home.path().join("locks/gate.lock");
        drop(open(&lock).unwrap());
        assert_eq!(mode(&lock), 0o600);
    }

    #[test]
    fn what_cannot_be_put_in_place_leaves_the_old_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        // A folder stands where the file should be.
        let file = folder.path().join("settings.toml");
        fs::create_dir_all(file.join("inside")).unwrap();
        assert!(write(&file, "new").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_leftover_of_a_power_cut_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        fs::write(fresh_name(&file), "half of a settings file that was longer").unwrap();
        write(&file, "whole").unwrap();
        assert_eq!(read(&file).unwrap().as_deref(), Some("whole"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (link, file) = (folder.path().join("link.toml"), folder.path().join("file.toml"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(read(&file).unwrap().as_deref(), Some("new"));
    }
}
