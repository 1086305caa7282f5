//! What a gate has on its disk, looked at from outside while it works.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rusqlite::{Connection, OpenFlags};

use super::evening::Evening;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// A gate's local store; it may not be there yet.
#[derive(Debug)]
pub struct Store(PathBuf);

impl Store {
    /// That of this gate.
    #[must_use]
    pub fn of(evening: &Evening, gate: &str) -> Self {
        Self(evening.store(gate))
    }

    /// How many codes it knows; it has seen all tickets at least once.
    #[must_use]
    pub fn known(&self) -> Option<usize> {
        let store = self.open()?;
        let number = |query| store.query_row(query, (), |row| row.get::<_, usize>(0)).ok();
        (number("SELECT COUNT(*) FROM meta WHERE key = 'synced_at'")? > 0)
            .then(|| number("SELECT COUNT(*) FROM known"))?
    }

    /// How many scans it has written down that the database does not have, and of these, how many it would not take.
    #[must_use]
    pub fn owed(&self) -> Option<(usize, usize)> {
        let query = "SELECT COUNT(CASE WHEN state <> 2 THEN 1 END), COUNT(CASE WHEN state = 3 THEN 1 END) FROM journal";
        self.open()?.query_row(query, (), |row| Ok((row.get(0)?, row.get(1)?))).ok()
    }

    /// How many admissions its neighbours have told it.
    #[must_use]
    pub fn heard(&self) -> Option<usize> {
        self.open()?.query_row("SELECT COUNT(*) FROM heard", (), |row| row.get(0)).ok()
    }

    /// Waits until it knows so many.
    ///
    /// # Errors
    /// When it does not, in time.
    pub fn knows(&self, tickets: usize, patience: Duration) -> anyhow::Result<Duration> {
        let began = Instant::now();
        loop {
            match self.known() {
                Some(known) if known >= tickets => return Ok(began.elapsed()),
                known if began.elapsed() > patience => {
                    bail!("of {tickets} tickets the gate knows {known:?} after {patience:?}")
                }
                _ => std::thread::sleep(PAUSE),
            }
        }
    }

    /// Bytes on the disk, with what SQLite puts beside its file.
    ///
    /// # Errors
    /// When there is no folder.
    pub fn size(&self) -> anyhow::Result<u64> {
        let files = std::fs::read_dir(&self.0).with_context(|| format!("no {}", self.0.display()))?;
        Ok(files.flatten().filter_map(|file| file.metadata().ok()).map(|it| it.len()).sum())
    }

    fn open(&self) -> Option<Connection> {
        let files = std::fs::read_dir(&self.0).ok()?;
        let mut stores =
            files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|it| it == "sqlite"));
        let store = Connection::open_with_flags(stores.next()?, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        store.busy_timeout(Duration::from_secs(5)).ok()?;
        Some(store)
    }
}
