//! A database with tickets, and gates to present them at.

use std::time::Duration;

use common::{Reason, ScanId, TicketSigner, UniqueId};
use kiosk_app::admit::Admitter;
use kiosk_app::database::Database as GateDatabase;
use kiosk_app::memory::Memory;
use kiosk_app::settings::Settings;
use kiosk_app::works::Company;
use mysql_async::Pool;
use mysql_async::prelude::{FromRow, Queryable};
use real_parts::mariadb::{Database, Server};
use real_parts::proxy::{Loss, Proxy, Wire};
use tempfile::TempDir;
use tokio::time::sleep;
use uuid::Uuid;

use crate::world::command_succeeds;

/// A database with tickets, and the organiser who can add gates.
pub(crate) struct Venue {
    pub(crate) database: Database,
    pub(crate) folder: TempDir,
    pub(crate) signer: TicketSigner,
    pub(crate) pool: Pool,
}

impl Venue {
    pub(crate) async fn with_tickets(tickets: usize) -> Self {
        Self::on(Server::shared(), tickets).await
    }

    pub(crate) async fn on(server: &Server, tickets: usize) -> Self {
        let database = server.fresh_database().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key.pem");
        let venue = Self { pool: database.pool(), signer: TicketSigner::from_seed(&[7; 32]), database, folder };
        std::fs::write(&key, venue.signer.to_pem()).unwrap();
        command_succeeds(&["migrate"], &venue.env(&key)).await;
        venue.issue(tickets).await;
        venue
    }

    pub(crate) fn env<'a>(&'a self, key: &'a std::path::Path) -> [(&'a str, &'a str); 2] {
        [("DATABASE_URL", &self.database.url), ("TICKET_SIGNING_KEY_FILE", key.to_str().unwrap())]
    }

    pub(crate) async fn organiser(&self, arguments: &[&str]) -> String {
        command_succeeds(arguments, &self.env(&self.folder.path().join("key.pem"))).await
    }

    pub(crate) async fn issue(&self, tickets: usize) {
        if tickets == 0 {
            return;
        }
        let rows = (0..tickets).map(|number| {
            let id = unique_id(number);
            format!("('Asha', '{}', '{id}', '2026-11-22')", id.parts().1)
        });
        let rows = rows.collect::<Vec<_>>().join(", ");
        self.sql(&format!("INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE) VALUES {rows}")).await;
    }

    pub(crate) async fn sql(&self, statement: &str) {
        self.pool.get_conn().await.unwrap().query_drop(statement).await.unwrap();
    }

    pub(crate) fn code(&self, number: usize) -> String {
        self.signer.sign(&unique_id(number)).to_string()
    }

    /// A gate's settings, as the organiser hands them over; through a proxy if a port is given.
    pub(crate) async fn settings(&self, name: &str, port: Option<u16>) -> String {
        match port {
            Some(port) => {
                let address = format!("127.0.0.1:{port}");
                self.organiser(&["gate", "add", name, "--database-address", &address]).await
            }
            None => self.organiser(&["gate", "add", name]).await,
        }
    }

    pub(crate) async fn gate(&self, name: &str) -> Admitter {
        open(&self.settings(name, None).await)
    }

    pub(crate) async fn gate_behind(&self, proxy: &Proxy, name: &str) -> Admitter {
        open(&self.settings(name, Some(proxy.port())).await)
    }

    /// A gate behind a proxy whose one connection breaks when a statement with
    /// `text` in it was carried out, and from then on no way to a new one.
    pub(crate) async fn gate_cut_off_after(&self, text: &str) -> (Proxy, Admitter) {
        let proxy = Proxy::start(Server::shared().port()).unwrap();
        let gate = self.gate_behind(&proxy, "Gate A").await;
        assert_eq!(gate.admit(self.code(99).as_bytes()).await.reason, Reason::UnknownTicket);
        // The connection is given back by a task of the driver's.
        sleep(Duration::from_millis(100)).await;
        proxy.lose(Loss::Answer, text, 1);
        proxy.set(Wire::Refusing);
        (proxy, gate)
    }

    /// The database as a gate's account sees it.
    pub(crate) async fn desk(&self, name: &str) -> GateDatabase {
        GateDatabase::open(&Settings::parse(&self.settings(name, None).await).unwrap())
    }

    pub(crate) async fn row<T: FromRow + Send + 'static>(&self, query: &str) -> T {
        self.pool.get_conn().await.unwrap().query_first(query).await.unwrap().expect("a row")
    }

    /// Whether a ticket's guest is inside, and by which scan it became so.
    pub(crate) async fn state(&self, number: usize) -> (bool, Option<String>) {
        let id = unique_id(number);
        self.row(&format!("SELECT PRESENT, ADMITTED_SCAN FROM tickets WHERE UNIQUE_ID = '{id}'")).await
    }

    pub(crate) async fn is_inside(&self, number: usize) -> bool {
        self.state(number).await.0
    }

    pub(crate) async fn revoke_ticket(&self, number: usize) {
        let id = unique_id(number);
        self.sql(&format!("UPDATE tickets SET REVOKED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID = '{id}'")).await;
    }

    /// Everybody is inside, by a scan of this number.
    pub(crate) async fn all_inside(&self, number: u128) {
        let scan = scan(number);
        self.sql(&format!(
            "UPDATE tickets SET PRESENT = 1, ADMITTED_AT = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, ADMITTED_GATE = 'Gate 0',
             ADMITTED_SCAN = '{scan}', UPDATED_AT = UTC_TIMESTAMP(6)"
        ))
        .await;
    }
}

/// A gate for which nothing but the database counts.
pub(crate) fn open(settings: &str) -> Admitter {
    let settings = alone(settings);
    let memory = Memory::open(&settings);
    let company = Company::new(&settings, memory.clone());
    Admitter::new(&settings, GateDatabase::open(&settings), memory, company)
}

/// The settings of such a gate.
pub(crate) fn alone(settings: &str) -> Settings {
    let mut settings = Settings::parse(settings).unwrap();
    settings.offline.on = false;
    settings.offline.neighbours = None;
    settings
}

pub(crate) fn unique_id(number: usize) -> UniqueId {
    UniqueId::parse(&format!("Asha9198765{number:05}2026-11-22")).unwrap()
}

pub(crate) fn scan(number: u128) -> ScanId {
    Uuid::from_u128(number).into()
}

pub(crate) fn new_scan() -> ScanId {
    Uuid::now_v7().into()
}
