//! One gate on a computer: two would fight for the camera, and the operator
//! would look at the one and scan at the other.
//!
//! The system holds the lock and gives it back when the process ends, however
//! it ends. A file with a process number in it would stay after a power cut
//! and keep the gate shut.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::private_file;

const NAME: &str = "ets-gate.lock";

/// The right to be the gate of these settings; it ends with this value.
#[derive(Debug)]
#[must_use = "the lock ends with this value"]
pub struct OneInstance {
    _locked: File,
}

/// Why this may not be the gate.
#[derive(Debug, thiserror::Error)]
pub enum InstanceFault {
    /// There is one.
    #[error(
        "the gate is running on this computer already; go on in its window, or end it there first \
         (another gate needs settings in a folder of its own: --config FILE)"
    )]
    Running,
    /// Nobody knows.
    #[error("cannot find out whether the gate is running already: {} cannot be locked: {why}; check who may write there", file.display())]
    Unknown {
        /// The lock file.
        file: PathBuf,
        /// The system's own reason.
        why: io::Error,
    },
}

impl OneInstance {
    /// Takes the lock beside the settings file.
    ///
    /// # Errors
    /// See [`InstanceFault`].
    pub fn take(settings_file: &Path) -> Result<Self, InstanceFault> {
        let file = private_file::beside(settings_file, NAME);
        let unknown = |why| InstanceFault::Unknown { file: file.clone(), why };
        let lock = private_file::open(&file).map_err(unknown)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _locked: lock }),
            Err(TryLockError::WouldBlock) => Err(InstanceFault::Running),
            // Some network folders know no locks. A gate that opens twice is a
            // nuisance; one that does not open is a queue.
            Err(TryLockError::Error(why)) if why.kind() == io::ErrorKind::Unsupported => {
                tracing::warn!("{} cannot be locked ({why}); take care to start the gate once only", file.display());
                Ok(Self { _locked: lock })
            }
            Err(TryLockError::Error(why)) => Err(unknown(why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    use super::*;

    const FOLDER: &str = "ONE_INSTANCE_TEST_FOLDER";

    #[test]
    fn the_second_start_is_told_and_the_next_one_after_the_first_may() {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("new/ets-gate.toml");
        let first = OneInstance::take(&settings).unwrap();
        let second = OneInstance::take(&settings).unwrap_err();
        assert!(second.to_string().contains("already"), "{second}");
        let other = OneInstance::take(&folder.path().join("other/ets-gate.toml")).unwrap();
        drop((first, other));
        assert!(OneInstance::take(&settings).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_is_said_with_its_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let fault = OneInstance::take(&file.path().join("ets-gate.toml")).unwrap_err().to_string();
        assert!(fault.contains("ets-gate.lock"), "{fault}");
    }

    /// Not a test: the other process of the next one.
    #[test]
    #[ignore = "started by the next test"]
    fn holds_the_lock_until_it_is_killed() {
        let Some(folder) = std::env::var_os(FOLDER) else { return };
        let _lock = OneInstance::take(&PathBuf::from(folder).join("ets-gate.toml")).unwrap();
        println!("\nlocked");
        std::thread::sleep(std::time::Duration::from_secs(60));
    }

    #[test]
    fn the_lock_ends_with_its_process_however_that_ends() {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("ets-gate.toml");
        let name = concat!(module_path!(), "::holds_the_lock_until_it_is_killed");
        let name = name.split_once("::").unwrap().1;
        let mut holder = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(holder.stdout.take().unwrap()).lines();
        assert!(said.map_while(Result::ok).any(|line| line == "locked"));
        assert!(matches!(OneInstance::take(&settings), Err(InstanceFault::Running)));
        holder.kill().unwrap();
        holder.wait().unwrap();
        assert!(OneInstance::take(&settings).is_ok());
    }
}
