//! What the gate keeps on its own disk, for the time when the network is down.
//!
//! One SQLite file per event: what is known of the tickets ([`status`], sealed
//! so that only a guest's own code opens it), the journal of every scan
//! ([`journal`], written *before* the verdict is shown), what the neighbours
//! have admitted, and, only where the organiser allows it, a readable list for
//! search by hand. The file is in WAL mode with `synchronous=FULL`: what was
//! written is there after kill -9 and after the plug was pulled.
//!
//! One thread has the file, because one guest stands at the door: work is
//! handed to it and comes back. Where the file cannot be used, the same tables
//! stand in memory, so that the database's verdicts go on, and
//! [`Store::fault`] says that nothing is promised without it.
//!
//! Reading order: here → `schema` → [`status`], [`envelope`] (what is sealed,
//! and how) → `known`, `list` → [`journal`], `heard` → `meta` → `file`.

pub mod envelope;
mod file;
mod heard;
pub mod journal;
mod known;
mod list;
mod meta;
mod schema;
pub mod status;

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

pub use file::{Wiped, file_of, wipe};
pub use journal::{Asked, Entry, Unsent};
pub use known::KnownRow;
pub use list::ListedTicket;
pub use meta::Keys;
pub use status::Status;

/// The store. A handle: clone it for whoever needs it.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    jobs: mpsc::Sender<Job>,
    file: Option<PathBuf>,
    fault: Option<String>,
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The local store cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// As SQLite says.
    #[error("the local store: {0}; check the room on the disk and who may write there")]
    Sqlite(#[from] rusqlite::Error),
    /// Its thread is gone.
    #[error("the local store is closed")]
    Closed,
}

impl Store {
    /// Opens the file, or makes it, for this user alone. One that is damaged is
    /// kept under another name. Without a file, or where it cannot be used,
    /// the store is in memory.
    #[must_use]
    pub fn open(file: Option<&Path>) -> Self {
        let (connection, fault) = match file.map(file::open) {
            Some(Ok(connection)) => (Ok(connection), None),
            Some(Err(fault)) => {
                tracing::error!("{fault}; verdicts need the database until that is mended");
                (schema::in_memory(), Some(fault.to_string()))
            }
            None => (schema::in_memory(), None),
        };
        let (jobs, todo) = mpsc::channel::<Job>();
        let file = if fault.is_none() { file.map(Path::to_owned) } else { None };
        let work = move || match connection {
            Ok(mut connection) => todo.iter().for_each(|job| job(&mut connection)),
            Err(error) => tracing::error!("not even a store in memory: {error}"),
        };
        if let Err(error) = thread::Builder::new().name("store".into()).spawn(work) {
            tracing::error!("no thread for the local store: {error}");
        }
        Self(Arc::new(Inner { jobs, file, fault }))
    }

    /// Whether what is written outlives the program.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        self.0.file.is_some()
    }

    /// Why the file cannot be used.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.0.fault.as_deref()
    }

    /// Does something with the tables and waits for it. At the start only, when nobody else waits.
    fn run_now<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let (answer, done) = mpsc::channel();
        let job = Box::new(move |connection: &mut Connection| {
            let _ = answer.send(work(connection));
        });
        self.0.jobs.send(job).map_err(|_| StoreFault::Closed)?;
        Ok(done.recv().map_err(|_| StoreFault::Closed)??)
    }

    /// Does something with the tables, in the order of the calls.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let (answer, done) = oneshot::channel();
        let job = Box::new(move |connection: &mut Connection| {
            // Whoever asked may be gone; what was written is written.
            let _ = answer.send(work(connection));
        });
        self.0.jobs.send(job).map_err(|_| StoreFault::Closed)?;
        Ok(done.await.map_err(|_| StoreFault::Closed)??)
    }
}

/// Instants are kept in microseconds, as the database does.
fn micros(at: chrono::DateTime<chrono::Utc>) -> i64 {
    at.timestamp_micros()
}

fn instant(micros: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

#[cfg(test)]
mod tests;
