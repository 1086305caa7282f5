//! The store's file: where it is, who may read it, and how it goes.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use rusqlite::{Connection, ErrorCode};
use sha2::{Digest, Sha256};

use super::schema;
use crate::settings::{DatabaseAddress, GateName};

/// What SQLite puts beside the file.
const COMPANIONS: [&str; 3] = ["", "-wal", "-shm"];

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileFault {
    #[error("{} cannot be used: {why}; check who may write there, and the room on the disk", file.display())]
    Io { file: PathBuf, why: io::Error },
    #[error("{} cannot be used: {why}; check who may write there, and the room on the disk", file.display())]
    Sqlite { file: PathBuf, why: rusqlite::Error },
}

/// The file of a gate at an event. One event is one database, whichever account
/// the gate has there: a gate that is set up anew finds what it left behind.
#[must_use]
pub fn file_of(folder: &Path, database: &DatabaseAddress, gate: &GateName) -> PathBuf {
    let DatabaseAddress { host, port, database, .. } = database;
    let event = format!("{}:{port}/{database}\0{}", host.to_lowercase(), gate.as_str());
    folder.join(format!("{}.sqlite", &HEXLOWER.encode(&Sha256::digest(event))[..24]))
}

/// Opens the file, or makes it. A damaged one is kept under another name.
pub(super) fn open(file: &Path) -> Result<Connection, FileFault> {
    make(file).map_err(|why| FileFault::Io { file: file.to_owned(), why })?;
    let sqlite = |why| FileFault::Sqlite { file: file.to_owned(), why };
    match connect(file) {
        Ok(Some(connection)) => return Ok(connection),
        Ok(None) => set_aside(file, "it is of another version of this program"),
        Err(error) if is_damage(&error) => set_aside(file, &error.to_string()),
        Err(error) => return Err(sqlite(error)),
    }
    make(file).map_err(|why| FileFault::Io { file: file.to_owned(), why })?;
    let other = || io::Error::other("another program has put a file there");
    connect(file).map_err(sqlite)?.ok_or_else(|| FileFault::Io { file: file.to_owned(), why: other() })
}

fn connect(file: &Path) -> rusqlite::Result<Option<Connection>> {
    let mut connection = Connection::open(file)?;
    Ok(schema::prepare(&mut connection)?.then_some(connection))
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// For this user alone: SQLite gives its companions the rights of the file.
fn make(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?;
    #[cfg(unix)]
    fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

fn set_aside(file: &Path, why: &str) {
    let stamp = chrono::Utc::now().format("%Y%m%dT%H%M%S%3f");
    for companion in COMPANIONS {
        let from = with(file, companion);
        let to = with(file, &format!(".{stamp}.damaged{companion}"));
        if let Err(error) = fs::rename(&from, &to)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::error!("{} cannot be set aside: {error}", from.display());
        }
    }
    tracing::error!("{} is not used ({why}); it is kept beside as *.{stamp}.damaged", file.display());
}

fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What a wipe found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wiped {
    /// There was no store.
    Nothing,
    /// It is gone.
    Gone,
    /// So many scans are not in the database yet: nothing was done.
    Unsent(u64),
}

/// Removes an event's store. With scans that are not in the database yet, only if they may be discarded.
///
/// # Errors
/// The system's own.
pub fn wipe(file: &Path, discard_unsent: bool) -> io::Result<Wiped> {
    if !file.exists() {
        return Ok(Wiped::Nothing);
    }
    if !discard_unsent {
        let unsent = Connection::open(file)
            .and_then(|connection| connection.query_one(super::journal::COUNT_UNSENT, (), |row| row.get::<_, u64>(0)));
        match unsent {
            Ok(0) => {}
            Ok(unsent) => return Ok(Wiped::Unsent(unsent)),
            Err(error) => return Err(io::Error::other(format!("what it holds cannot be counted: {error}"))),
        }
    }
    for companion in COMPANIONS.iter().rev() {
        match fs::remove_file(with(file, companion)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(Wiped::Gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_gate_has_one_file_for_an_event_whatever_its_account() {
        let file = |url: &str, gate: &str| {
            file_of(Path::new("/f"), &DatabaseAddress::parse(url).unwrap(), &GateName::parse(gate).unwrap())
        };
        let gate = file("mysql://gate_a:x@db.example.com:3306/diwali", "A");
        assert_eq!(gate, file("mysql://gate_b:y@DB.example.com/diwali", "A"));
        assert_ne!(gate, file("mysql://gate_a:x@db.example.com:3306/holi", "A"));
        assert_ne!(gate, file("mysql://gate_a:x@db.example.com:3306/diwali", "B"));
    }

    #[cfg(unix)]
    #[test]
    fn folder_file_and_companions_are_for_this_user_only() {
        use std::os::unix::fs::PermissionsExt;

        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("offline/event.sqlite");
        let connection = open(&file).unwrap();
        connection.execute("INSERT INTO meta VALUES ('a', x'00')", ()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file.parent().unwrap()), 0o700);
        for companion in COMPANIONS {
            assert_eq!(mode(&with(&file, companion)), 0o600, "{companion}");
        }
    }

    #[test]
    fn a_damaged_file_is_kept_and_the_gate_goes_on() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("event.sqlite");
        fs::write(&file, "this is not a database, but somebody's shopping list".repeat(99)).unwrap();
        open(&file).unwrap().execute("INSERT INTO meta VALUES ('a', x'00')", ()).unwrap();
        let kept = fs::read_dir(home.path()).unwrap().filter_map(Result::ok);
        let kept: Vec<_> = kept.filter(|entry| entry.file_name().to_string_lossy().ends_with(".damaged")).collect();
        assert_eq!(kept.len(), 1);
        assert!(fs::read_to_string(kept[0].path()).unwrap().contains("shopping"));
    }

    #[test]
    fn a_file_of_a_later_program_is_kept_as_well() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("event.sqlite");
        open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
        open(&file).unwrap();
        assert!(
            fs::read_dir(home.path())
                .unwrap()
                .any(|entry| { entry.unwrap().file_name().to_string_lossy().ends_with(".damaged") })
        );
    }
}
