//! An event with its tickets, and gates that are set up for it behind a wire.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use mysql_async::Pool;
use mysql_async::prelude::{FromRow, Queryable};
use tempfile::TempDir;

use crate::mariadb::{Database, Server};
use crate::programs::booking_web;
use crate::proxy::Proxy;

/// Rows of one statement.
const BULK: usize = 2000;

/// Who signs, and what: ours is a library that this one cannot ask.
pub trait Signs {
    /// The signing key, as a file holds it.
    fn pem(&self) -> String;
    /// The code of a ticket.
    fn code(&self, unique_id: &str) -> String;
}

/// The event.
#[derive(Debug)]
pub struct Evening {
    /// Its tickets and scans.
    pub pool: Pool,
    /// The gates' only way to the database.
    pub proxy: Proxy,
    database: Database,
    folder: TempDir,
    tickets: usize,
}

/// How a gate is to be set up.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Settings beside those that the organiser's program prints.
    pub env: Vec<(String, String)>,
}

impl Evening {
    /// An event with so many tickets.
    ///
    /// # Errors
    /// When the database or the booking site's program does not do its part.
    pub async fn open(server: &Server, signer: &impl Signs, tickets: usize) -> anyhow::Result<Self> {
        let database = server.fresh_database().await?;
        let folder = tempfile::tempdir().context("no folder for an evening")?;
        std::fs::write(folder.path().join("key.pem"), signer.pem())?;
        let proxy = Proxy::start(server.port())?;
        let evening = Self { pool: database.pool(), proxy, database, folder, tickets };
        evening.organiser(&["migrate"]).await?;
        evening.issue(0, tickets).await?;
        Ok(evening)
    }

    /// A command of the organiser's.
    ///
    /// # Errors
    /// When it fails.
    pub async fn organiser(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let key = self.folder.path().join("key.pem");
        let env = [("DATABASE_URL", &*self.database.url), ("TICKET_SIGNING_KEY_FILE", &key.to_string_lossy())];
        let output = booking_web(arguments, &env).await?;
        ensure!(output.status.success(), "booking-web {}: {}", arguments.join(" "), output.stderr);
        Ok(output.stdout)
    }

    /// Tickets, as if they had been sold.
    ///
    /// # Errors
    /// When the database refuses them.
    pub async fn issue(&self, first: usize, count: usize) -> anyhow::Result<()> {
        let mut conn = self.pool.get_conn().await?;
        for from in (first..first + count).step_by(BULK) {
            let rows: Vec<_> = (from..(first + count).min(from + BULK))
                .map(|number| format!("('Asha', '{}', '{}', '{DATE}')", phone(number), unique_id(number)))
                .collect();
            let insert = "INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE) VALUES";
            conn.query_drop(format!("{insert} {}", rows.join(", "))).await?;
        }
        Ok(())
    }

    /// How many tickets it began with.
    #[must_use]
    pub fn tickets(&self) -> usize {
        self.tickets
    }

    /// A gate's settings, whole, in a file; the way to the database is the wire.
    ///
    /// # Errors
    /// When the organiser's program fails.
    pub async fn settings(&self, gate: &str) -> anyhow::Result<PathBuf> {
        let address = format!("127.0.0.1:{}", self.proxy.port());
        let settings = self.organiser(&["gate", "add", gate, "--database-address", &address]).await?;
        let file = self.file(gate, "toml");
        std::fs::write(&file, settings)?;
        Ok(file)
    }

    /// Where a gate keeps what it knows and owes.
    #[must_use]
    pub fn store(&self, gate: &str) -> PathBuf {
        self.file(gate, "store")
    }

    fn file(&self, gate: &str, ending: &str) -> PathBuf {
        self.folder.path().join(format!("{}.{ending}", gate.replace(' ', "-").to_lowercase()))
    }

    /// Where things of this evening may lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What a query finds, seen with every right.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn rows<T: FromRow + Send + 'static>(&self, query: &str) -> anyhow::Result<Vec<T>> {
        Ok(self.pool.get_conn().await?.query(query).await?)
    }

    /// The one number that a query finds.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn number(&self, query: &str) -> anyhow::Result<usize> {
        self.rows(query).await?.pop().with_context(|| format!("no answer to {query}"))
    }
}

const DATE: &str = "2026-11-22";

fn phone(number: usize) -> String {
    format!("9198{number:08}")
}

/// The ticket of this number.
#[must_use]
pub fn unique_id(number: usize) -> String {
    format!("Asha{}{DATE}", phone(number))
}
