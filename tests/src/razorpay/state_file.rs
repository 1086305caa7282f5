//! The account on disk, so that a demonstration keeps its data between runs.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::account::Account;

/// Reads the account; a file that is not there is a new account.
pub(super) fn read(path: &Path) -> io::Result<Account> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Account::default()),
        Err(error) => Err(error),
    }
}

/// Writes the account beside the file and then puts it in its place, so that a crash leaves the old or the new.
pub(super) fn write(path: &Path, account: &Account) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec_pretty(account)?)?;
    file.persist(path)?;
    Ok(())
}
