//! A gate whose network is down goes on, says so, and brings it all to the
//! database when the network is back.

mod conflict;
mod kept;
mod lost;
mod switch;
mod together;

use std::path::Path;
use std::time::Duration;

use common::{Mode, Reason, ScanId, Verdict};
use kiosk_app::settings::Settings;
use kiosk_app::upkeep::Standing;
use kiosk_app::works::Works;
use mysql_async::prelude::Queryable;
use real_parts::mariadb::Server;
use real_parts::proxy::{Proxy, Wire};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::venue::{Venue, new_scan};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A gate with a store of its own, behind a wire that can be cut.
struct Gate {
    proxy: Proxy,
    settings: Settings,
    folder: TempDir,
    works: Works,
}

impl Gate {
    /// A gate that has seen the database and knows its tickets.
    async fn at(venue: &Venue, name: &str) -> Self {
        let gate = Self::fresh(venue, name, |_| {}).await;
        gate.until("the tickets are known", |standing| standing.synced_at.is_some()).await;
        gate
    }

    async fn fresh(venue: &Venue, name: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let proxy = Proxy::start(Server::shared().port()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::parse(&venue.settings(name, Some(proxy.port())).await).unwrap();
        settings.offline.folder = Some(folder.path().to_owned());
        settings.offline.neighbours = None;
        change(&mut settings);
        let works = Works::start(&settings, false);
        Self { proxy, settings, folder, works }
    }

    fn cut(&self) {
        self.proxy.set(Wire::Cut);
    }

    fn mend(&self) {
        self.proxy.set(Wire::Whole);
    }

    async fn enter(&self, code: &str) -> Verdict {
        self.works.admitter.admit(code.as_bytes()).await
    }

    async fn leave(&self, code: &str) -> Verdict {
        self.works.admitter.leave_scan(code.as_bytes(), new_scan()).await
    }

    async fn undo(&self, code: &str, admission: ScanId) -> Verdict {
        let subject = self.works.admitter.subject(code.as_bytes()).unwrap();
        self.works.admitter.undo(subject, admission, new_scan()).await
    }

    /// Waits until it stands so.
    async fn until(&self, what: &str, so: impl FnMut(&Standing) -> bool) -> Standing {
        let mut standing = self.works.upkeep().standing();
        let found = timeout(PATIENCE, standing.wait_for(so)).await;
        found.unwrap_or_else(|_| panic!("not in time: {what}")).unwrap().clone()
    }

    /// Everything is in the database. The count is made after each scan is noted, so a look at the store says more.
    async fn until_sent(&self) {
        let store = self.works.memory.store().clone();
        crate::world::eventually("all scans are sent", async || store.backlog().await.unwrap().unsent == 0).await;
    }

    /// Ends as a program ends, and starts again.
    async fn restarted(self) -> Self {
        let Self { proxy, settings, folder, works } = self;
        works.close().await;
        let works = Works::start(&settings, false);
        Self { proxy, settings, folder, works }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn said(verdict: &Verdict) -> (Reason, Mode) {
    (verdict.reason, verdict.mode)
}

/// What the organiser's program lists: ticket, first gate, second gate.
async fn listed_conflicts(venue: &Venue) -> Vec<(String, String, String)> {
    let key = venue.folder.path().join("key.pem");
    let output = real_parts::programs::booking_web(&["conflicts", "--json"], &venue.env(&key)).await.unwrap();
    let listed: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let listed = listed["conflicts"].as_array().unwrap();
    assert_eq!(output.status.code(), Some(if listed.is_empty() { 0 } else { 3 }));
    listed
        .iter()
        .map(|one| (text(&one["unique_id"]), text(&one["first"]["gate"]), text(&one["second"]["gate"])))
        .collect()
}

/// The scans of a ticket, in the order of their times: kind, reason, mode, gate.
async fn scans(venue: &Venue, number: usize) -> Vec<(String, String, String, String)> {
    let id = crate::venue::unique_id(number);
    let query =
        format!("SELECT kind, reason, mode, gate FROM scans WHERE unique_id = '{id}' ORDER BY server_time, scan_id");
    venue.pool.get_conn().await.unwrap().query(query).await.unwrap()
}
