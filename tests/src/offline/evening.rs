//! An event with its tickets, and gates that are set up for it behind a wire.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use mysql_async::Pool;
use mysql_async::prelude::{FromRow, Queryable};
use tempfile::TempDir;

use crate::child::Output;
use crate::lan::Lan;
use crate::mariadb::{Database, Server};
use crate::programs::booking_web;
use crate::proxy::{Proxy, Wire};

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
    /// The gates' only ways to the database.
    wires: Vec<Proxy>,
    port: u16,
    database: Database,
    folder: TempDir,
    tickets: usize,
}

impl Evening {
    /// An event with so many tickets.
    ///
    /// # Errors
    /// When the database or the booking site's program does not do its part.
    pub async fn open(server: &Server, signer: &dyn Signs, tickets: usize) -> anyhow::Result<Self> {
        let database = server.fresh_database().await?;
        let folder = tempfile::tempdir().context("no folder for an evening")?;
        std::fs::write(folder.path().join("key.pem"), signer.pem())?;
        let (wires, port) = (vec![Proxy::start(server.port())?], server.port());
        let evening = Self { pool: database.pool(), wires, port, database, folder, tickets };
        evening.organiser(&["migrate"]).await?;
        evening.issue(0, tickets).await?;
        Ok(evening)
    }

    /// A command of the organiser's.
    ///
    /// # Errors
    /// When it fails.
    pub async fn organiser(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.run(arguments).await?;
        ensure!(output.status.success(), "booking-web {}: {}", arguments.join(" "), output.stderr);
        Ok(output.stdout)
    }

    /// A command of the organiser's, whatever comes of it.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let key = self.folder.path().join("key.pem");
        let env = [("DATABASE_URL", &*self.database.url), ("TICKET_SIGNING_KEY_FILE", &key.to_string_lossy())];
        booking_web(arguments, &env).await
    }

    /// Tickets, as if they had been sold yesterday: what changes in the last minute, gates read again and again.
    ///
    /// # Errors
    /// When the database refuses them.
    pub async fn issue(&self, first: usize, count: usize) -> anyhow::Result<()> {
        let mut conn = self.pool.get_conn().await?;
        for from in (first..first + count).step_by(BULK) {
            let row = |number| format!("('Asha', '{}', '{}', '{DATE}', {YESTERDAY})", phone(number), unique_id(number));
            let rows: Vec<_> = (from..(first + count).min(from + BULK)).map(row).collect();
            let insert = "INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE, UPDATED_AT) VALUES";
            conn.query_drop(format!("{insert} {}", rows.join(", "))).await?;
        }
        Ok(())
    }

    /// Writes down what the codes of new tickets open, as a server does within seconds.
    ///
    /// # Errors
    /// When the organiser's program fails.
    pub async fn make_codes(&self) -> anyhow::Result<()> {
        // Whoever adds a gate sees to it that all codes are there.
        self.organiser(&["gate", "add", &format!("Codes {}", uuid::Uuid::now_v7())]).await.map(drop)
    }

    /// The same for tickets that nobody will show: what is written down has the right form, and no code opens it.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn make_hollow_codes(&self) -> anyhow::Result<()> {
        let hollow = "INSERT IGNORE INTO codes (lookup, unique_id, seal_key, made_at) SELECT UNHEX(SHA2(UNIQUE_ID, 256)), \
             UNIQUE_ID, UNHEX(SHA2(CONCAT('seal ', UNIQUE_ID), 256)), UTC_TIMESTAMP(6) - INTERVAL 1 DAY FROM tickets";
        Ok(self.pool.get_conn().await?.query_drop(hollow).await?)
    }

    /// How many tickets it began with.
    #[must_use]
    pub fn tickets(&self) -> usize {
        self.tickets
    }

    /// Makes all wires so; on return they are.
    pub fn set(&self, wire: Wire) {
        self.wires.iter().for_each(|proxy| proxy.set(wire));
    }

    /// A gate's settings, whole, in a file; the way to the database is a wire.
    ///
    /// # Errors
    /// When the organiser's program fails.
    pub async fn settings(&self, gate: &str) -> anyhow::Result<PathBuf> {
        self.settings_by(gate, self.wires[0].port()).await
    }

    /// The same for a gate on a host of a network, whose way to the database is a wire of its own.
    ///
    /// # Errors
    /// When there is no such wire, or the organiser's program fails.
    pub async fn settings_on(&mut self, lan: &Lan, host: usize, gate: &str) -> anyhow::Result<PathBuf> {
        let wire = Proxy::listening(self.port, lan.loopback(host))?;
        let port = wire.port();
        self.wires.push(wire);
        self.settings_by(gate, port).await
    }

    async fn settings_by(&self, gate: &str, port: u16) -> anyhow::Result<PathBuf> {
        let address = format!("127.0.0.1:{port}");
        let settings = self.organiser(&["gate", "add", gate, "--database-address", &address]).await?;
        let file = self.file(gate, "toml");
        std::fs::write(&file, settings)?;
        // It holds a password, and a gate says so.
        std::fs::set_permissions(&file, Permissions::from_mode(0o600))?;
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
const YESTERDAY: &str = "UTC_TIMESTAMP(6) - INTERVAL 1 DAY";

fn phone(number: usize) -> String {
    format!("9198{number:08}")
}

/// The ticket of this number.
#[must_use]
pub fn unique_id(number: usize) -> String {
    format!("Asha{}{DATE}", phone(number))
}
