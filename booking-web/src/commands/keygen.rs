//! `booking-web keygen`: the key that signs tickets.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};
use common::TicketSigner;

/// Writes a fresh key, readable by its owner only and never over an existing
/// one: tickets signed with a lost key would all be refused.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn keygen(file: &Path) -> anyhow::Result<()> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("the system has no random bytes")?;
    let signer = TicketSigner::from_seed(&seed);
    let name = file.display();
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut out) => out.write_all(signer.to_pem().as_bytes()).and_then(|()| out.sync_all()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{name} exists and is kept: tickets out there are signed with it; name another file for a new key")
        }
        Err(error) => Err(error),
    }
    .with_context(|| format!("cannot write {name}"))?;
    println!("{}", signer.public_key());
    Ok(())
}

/// Reads the key back.
///
/// # Errors
/// When there is none, naming the remedy.
pub fn read_signer(file: &Path) -> anyhow::Result<TicketSigner> {
    let name = file.display();
    let pem = std::fs::read_to_string(file)
        .with_context(|| format!("TICKET_SIGNING_KEY_FILE: cannot read {name}; `booking-web keygen` writes it"))?;
    TicketSigner::parse_pem(&pem)
        .with_context(|| format!("TICKET_SIGNING_KEY_FILE: {name} is damaged; restore it from your backup"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_written_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.pem");
        assert!(read_signer(&file).unwrap_err().to_string().contains("booking-web keygen"));
        keygen(&file).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let first = read_signer(&file).unwrap().public_key();
        assert!(keygen(&file).unwrap_err().to_string().contains("is kept"));
        assert_eq!(read_signer(&file).unwrap().public_key(), first);
    }
}
