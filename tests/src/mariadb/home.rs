//! A server's folder: its data, its log, its secret, and the user who may see them.

use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use data_encoding::HEXLOWER;
use nix::unistd::{User, geteuid};
use sha2::{Digest, Sha256};

use crate::child::{self, Orphaned};
use crate::say;
use crate::scratch::{Scratch, open_to_all, temporary_folder};

/// What a busy machine takes to start a program.
const LOCK_PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(super) struct Home {
    folder: PathBuf,
    /// Whom the server runs as, when that is not ourselves.
    user: Option<(u32, u32)>,
    secret: String,
    _keeper: Keeper,
}

/// What holds the folder as long as we live.
#[derive(Debug)]
enum Keeper {
    Temporary { _scratch: Scratch },
    Kept { _lock: File },
}

impl Home {
    pub(super) fn temporary() -> anyhow::Result<Self> {
        let user = server_user()?;
        let scratch = Scratch::new("mariadb")?;
        let folder = scratch.path().to_owned();
        hand_over(&folder, user)?;
        Ok(Self { folder, user, secret: random_hex()?, _keeper: Keeper::Temporary { _scratch: scratch } })
    }

    /// The same folder at every start, and with it the same secret: an address
    /// that somebody noted down stays good.
    pub(super) fn kept(wanted: &Path) -> anyhow::Result<Self> {
        let user = server_user()?;
        let folder = within_reach(&std::path::absolute(wanted)?, user)?;
        let lock = File::create(folder.join("in-use"))?;
        let locked = lock_soon(&lock);
        ensure!(locked, "the database in {} is in use by another process; please stop that first", folder.display());
        let secret = kept_secret(&folder.join("secret"))?;
        Ok(Self { folder, user, secret, _keeper: Keeper::Kept { _lock: lock } })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("error.log")
    }

    pub(super) fn pid_file(&self) -> PathBuf {
        self.folder.join("server.pid")
    }

    pub(super) fn init_file(&self) -> PathBuf {
        self.folder.join("init.sql")
    }

    /// What the server does first; each statement on one line, as it wants them.
    pub(super) fn write_init_file(&self, statements: &[String]) -> anyhow::Result<()> {
        let text: String = statements.iter().map(|statement| format!("{statement};\n")).collect();
        self.write(&self.init_file(), &text)
    }

    /// A file that only the server's user can read.
    pub(super) fn write(&self, file: &Path, text: &str) -> anyhow::Result<()> {
        write_private(file, text)?;
        hand_over(file, self.user)
    }

    /// An account's password: as secret as the folder's secret, and the same at every start.
    pub(super) fn password_of(&self, account: &str) -> String {
        HEXLOWER.encode(&Sha256::digest(format!("{}:{account}", self.secret))[..16])
    }

    /// A command that is run as the server's user, in this folder.
    pub(super) fn command(&self, program: &Path, orphaned: Orphaned) -> Command {
        let mut command = child::command(program, orphaned, self.user);
        command.current_dir(&self.folder);
        command
    }

    /// Names those who see the folder's owner as the same.
    pub(super) fn user_id(&self) -> u32 {
        self.user.map_or_else(|| geteuid().as_raw(), |(uid, _)| uid)
    }
}

/// A child that is just being started holds a copy of all our locks, also of
/// one that we have let go, until it has become another program.
fn lock_soon(lock: &File) -> bool {
    let began = Instant::now();
    while lock.try_lock().is_err() {
        if began.elapsed() > LOCK_PATIENCE {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    true
}

pub(super) fn random_hex() -> anyhow::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    Ok(HEXLOWER.encode(&bytes))
}

/// A database server has no business being root.
fn server_user() -> anyhow::Result<Option<(u32, u32)>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let nobody = User::from_name("nobody")?.context("there is no user nobody to run the database server as")?;
    Ok(Some((nobody.uid.as_raw(), nobody.gid.as_raw())))
}

fn hand_over(path: &Path, user: Option<(u32, u32)>) -> anyhow::Result<()> {
    let Some((uid, gid)) = user else { return Ok(()) };
    chown(path, Some(uid), Some(gid)).with_context(|| format!("cannot give {} to its user", path.display()))
}

/// Makes the folder, or one that always stands in for it where the server's
/// user cannot get to it: root's home is closed to nobody.
fn within_reach(wanted: &Path, user: Option<(u32, u32)>) -> anyhow::Result<PathBuf> {
    let parent = wanted.parent().unwrap_or(wanted);
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    let folder = if user.is_none() || open_to_all(parent) {
        wanted.to_owned()
    } else {
        let mark = HEXLOWER.encode(&Sha256::digest(wanted.as_os_str().as_encoded_bytes())[..6]);
        let instead = temporary_folder().join(format!("kept-entry-tickets-{mark}"));
        say::line(format!(
            "The unprivileged user nobody cannot reach {}; the database lives in {}.",
            wanted.display(),
            instead.display()
        ));
        instead
    };
    make_private(&folder, user).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn make_private(folder: &Path, user: Option<(u32, u32)>) -> anyhow::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => return hand_over(folder, user),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    let found = folder.symlink_metadata()?;
    let owner = user.map_or_else(|| geteuid().as_raw(), |(uid, _)| uid);
    ensure!(found.is_dir() && found.uid() == owner, "it is there already and belongs to somebody else");
    Ok(fs::set_permissions(folder, Permissions::from_mode(0o700))?)
}

fn kept_secret(file: &Path) -> anyhow::Result<String> {
    if !file.exists() {
        write_private(file, &random_hex()?)?;
    }
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write_private(file: &Path, text: &str) -> anyhow::Result<()> {
    let _ = fs::remove_file(file);
    let opened = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    let mut opened = opened.with_context(|| format!("cannot write {}", file.display()))?;
    std::io::Write::write_all(&mut opened, text.as_bytes()).with_context(|| format!("cannot write {}", file.display()))
}
