//! A laptop that is lost gives nothing away, and a gate that was revoked forgets.

use common::Reason;

use kiosk_app::settings::Settings;
use kiosk_app::works::Works;
use real_parts::proxy::Wire;

use super::Gate;
use crate::venue::Venue;

fn holds(gate: &Gate, text: &str) -> bool {
    let files = std::fs::read_dir(gate.folder()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_the_disk_names_nobody() {
    let venue = Venue::with_tickets(3).await;
    let gate = Gate::at(&venue, "Gate A").await;
    assert_eq!(gate.enter(&venue.code(0)).await.reason, Reason::Granted);
    gate.cut();
    assert_eq!(gate.enter(&venue.code(1)).await.reason, Reason::Granted);
    assert!(holds(&gate, "Gate A"), "or this test looks at nothing");
    let code = venue.code(1);
    for trace in ["Asha", "9198765", "98765", "2026-11-22", &code[code.len() - 40..]] {
        assert!(!holds(&gate, trace), "{trace}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_contact_of_a_revoked_gate_wipes_what_it_knew() {
    let venue = Venue::with_tickets(3).await;
    let gate = Gate::at(&venue, "Gate A").await;
    assert_eq!(gate.works.memory.store().count_known().await.unwrap(), 3);
    gate.cut();
    assert_eq!(gate.enter(&venue.code(0)).await.reason, Reason::Granted);
    venue.organiser(&["gate", "revoke", "Gate A"]).await;
    gate.mend();
    crate::world::eventually("it is wiped", async || {
        gate.works.memory.is_revoked() && gate.works.memory.store().count_known().await.unwrap() == 0
    })
    .await;
    assert_eq!(gate.enter(&venue.code(1)).await.reason, Reason::GateRefused);
    let gate = gate.restarted().await;
    gate.cut();
    let verdict = gate.enter(&venue.code(2)).await;
    assert_eq!(verdict.reason, Reason::DatabaseUnreachable, "it does not go on by itself, either");
    // What it did is not lost: set up anew under its old name, it sends it.
    assert!(!holds(&gate, "Asha"));
    let Gate { proxy, folder, works, mut settings } = gate;
    assert!(works.close().await > 0);
    proxy.set(Wire::Whole);
    settings.database = Settings::parse(&venue.settings("Gate A", Some(proxy.port())).await).unwrap().database;
    let works = Works::start(&settings, false);
    let gate = Gate { proxy, settings, folder, works };
    gate.until_sent().await;
    assert!(venue.is_inside(0).await);
}
