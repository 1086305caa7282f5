//! The store on a real file: what was written is there, whoever opens it next.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use common::code_keys::KEY_BYTES;
use common::passages::Step;
use common::{CodeKeys, Mode, Reason, ScanId, TicketSigner, TicketTag, UniqueId};
use uuid::Uuid;

use super::envelope::JournalOpener;
use super::*;

const TAG: TicketTag = TicketTag([7; KEY_BYTES]);
const LAN: [u8; KEY_BYTES] = [3; KEY_BYTES];

struct Place {
    _folder: tempfile::TempDir,
    file: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("event.sqlite");
        Self { _folder: folder, file }
    }

    fn open(&self) -> Store {
        let store = Store::open(Some(&self.file));
        assert_eq!(store.fault(), None);
        store
    }

    /// Everything on the disk, whatever SQLite calls it.
    fn bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.file.parent().unwrap()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    fn holds(&self, text: &str) -> bool {
        self.bytes().windows(text.len()).any(|window| window == text.as_bytes())
    }
}

fn opener() -> JournalOpener {
    JournalOpener::parse(&[1; KEY_BYTES]).unwrap()
}

fn ticket() -> UniqueId {
    UniqueId::parse("Asha9198765432102026-11-22").unwrap()
}

fn keys() -> CodeKeys {
    CodeKeys::of(&TicketSigner::from_seed(&[1; 32]).sign(&ticket()))
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn scan(n: u128) -> ScanId {
    Uuid::from_u128(n).into()
}

fn asked(n: u128) -> Asked {
    Asked {
        scan: scan(n),
        tag: Some(TAG),
        ticket: Some(ticket()),
        text_sha256: Some("ab".repeat(32)),
        gate: "Gate A".into(),
        step: Step::Entry,
        device_at: at(100),
        server_at: None,
    }
}

fn granted() -> Entry {
    Entry { reason: Reason::Granted, mode: Mode::Offline, unheard: false }
}

fn status() -> Status {
    Status {
        tag: TAG,
        revoked: false,
        present: false,
        updated_at: at(50),
        admitted_at: None,
        admitted_gate: String::new(),
        admitted_scan: String::new(),
    }
}

#[tokio::test]
async fn scans_are_sent_in_their_order_and_once() {
    let place = Place::new();
    let store = place.open();
    for n in 1..=3 {
        store.note(asked(n), granted(), None).await.unwrap();
    }
    drop(store);
    let store = place.open();
    let unsent = store.unsent(2, None).await.unwrap();
    let scans: Vec<&str> = unsent.iter().map(|scan| scan.scan.as_str()).collect();
    assert_eq!(scans, [scan(1).to_string(), scan(2).to_string()]);
    assert_eq!((unsent[0].ticket.clone(), unsent[0].unreadable), (Some(ticket()), false));
    assert_eq!((unsent[0].reason.as_str(), unsent[0].mode.as_str()), ("granted", "offline"));
    store.sent(unsent.iter().map(|scan| scan.n).collect()).await.unwrap();
    let rest = store.unsent(9, None).await.unwrap();
    assert_eq!(rest.len(), 1);
    store.set_aside(rest[0].n, "too long".into()).await.unwrap();
    assert!(store.unsent(9, None).await.unwrap().is_empty(), "one that is not taken holds up nobody");
    let backlog = store.backlog().await.unwrap();
    assert_eq!((backlog.unsent, backlog.set_aside, backlog.oldest), (1, 1, Some(at(100))), "and is not forgotten");
    drop(store);
    let store = place.open();
    assert!(store.left_open().unwrap().is_empty());
    assert_eq!(store.unsent(9, None).await.unwrap().len(), 1, "the next start tries it again");
    let own: Vec<bool> = store.own_passages().unwrap().into_iter().map(|(_, _, sent)| sent).collect();
    assert_eq!(own, [true, true, false]);
}

#[tokio::test]
async fn a_scan_that_was_asked_and_not_answered_is_known_at_the_next_start() {
    let place = Place::new();
    let store = place.open();
    store.ask(asked(1), None).await.unwrap();
    store.ask(asked(2), None).await.unwrap();
    store.settle(scan(2), granted()).await.unwrap();
    assert_eq!(store.backlog().await.unwrap().unsent, 1, "nothing is sent before it is known what came of it");
    drop(store);
    let store = place.open();
    assert_eq!(store.left_open().unwrap(), [scan(1).to_string()]);
    let unsent = store.unsent(9, None).await.unwrap();
    assert_eq!((unsent[0].verdict.as_str(), unsent[1].verdict.as_str()), ("CANNOT CHECK", "ENTRY GRANTED"));
    assert!(store.left_open().unwrap().is_empty());
}

#[tokio::test]
async fn nothing_on_the_disk_tells_who_has_a_ticket() {
    let place = Place::new();
    let store = place.open();
    // Before the first contact there is nothing to seal with: the name waits, and is sealed then.
    store.note(asked(1), granted(), None).await.unwrap();
    assert!(place.holds("Asha"), "or this test looks at nothing");
    store.keep_keys(opener(), LAN).await.unwrap();
    store.note(asked(2), granted(), Some(opener().key())).await.unwrap();
    store.learn(vec![KnownRow { keys: keys(), status: status() }], Vec::new(), "c", at(50)).await.unwrap();
    for trace in ["Asha", "98765", "2026-11-22"] {
        assert!(!place.holds(trace), "{trace}");
    }
    let (with, without) = (store.unsent(9, Some(opener())).await.unwrap(), store.unsent(9, None).await.unwrap());
    assert!(with.iter().all(|scan| scan.ticket == Some(ticket()) && !scan.unreadable));
    assert!(without.iter().all(|scan| scan.ticket.is_none() && scan.unreadable));
    assert_eq!(store.known(keys()).await.unwrap(), Some(status()));
    let other = CodeKeys { seal: [0; KEY_BYTES], ..keys() };
    assert_eq!(store.known(other).await.unwrap(), None);
}

#[tokio::test]
async fn a_revoked_gate_forgets_the_tickets_and_keeps_what_it_did() {
    let place = Place::new();
    let store = place.open();
    store.keep_keys(opener(), LAN).await.unwrap();
    store.keep_difference(TimeDelta::seconds(3)).await.unwrap();
    store.note(asked(1), granted(), Some(opener().key())).await.unwrap();
    let listed = ListedTicket { unique_id: ticket(), status: status() };
    store.learn(vec![KnownRow { keys: keys(), status: status() }], vec![listed], "c", at(50)).await.unwrap();
    assert_eq!((store.known_until("c").await.unwrap(), store.count_listed().await.unwrap()), (Some(at(50)), 1));
    store.forget().await.unwrap();
    drop(store);
    assert!(!place.holds("Asha"), "deleted rows are overwritten");
    let store = place.open();
    assert_eq!(store.known(keys()).await.unwrap(), None);
    assert_eq!((store.count_known().await.unwrap(), store.count_listed().await.unwrap()), (0, 0));
    assert_eq!(store.known_until("c").await.unwrap(), None, "all of it is learnt again, if it may");
    let kept = store.keys().unwrap();
    assert!(kept.revoked && kept.lan.is_none() && kept.journal.is_some());
    assert_eq!(kept.difference, Some(TimeDelta::seconds(3)));
    assert_eq!(store.unsent(9, Some(opener())).await.unwrap().len(), 1);
    store.keep_keys(opener(), LAN).await.unwrap();
    assert!(!store.keys().unwrap().revoked, "let in again");
}

#[tokio::test]
async fn a_page_and_where_it_ended_are_kept_together() {
    let place = Place::new();
    let store = place.open();
    let changed = Status { present: true, admitted_at: Some(at(60)), ..status() };
    for status in [status(), changed.clone()] {
        let rows = vec![KnownRow { keys: keys(), status }];
        store.learn(rows, Vec::new(), "c", at(60)).await.unwrap();
    }
    assert_eq!(store.known(keys()).await.unwrap(), Some(changed));
    assert_eq!(store.count_known().await.unwrap(), 1);
}

#[tokio::test]
async fn without_a_file_it_works_and_says_that_it_does_not_last() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("a file");
    std::fs::write(&blocked, "").unwrap();
    for (store, faulty) in [(Store::open(None), false), (Store::open(Some(&blocked.join("event.sqlite"))), true)] {
        assert_eq!((store.is_lasting(), store.fault().is_some()), (false, faulty));
        store.note(asked(1), granted(), None).await.unwrap();
        assert_eq!(store.unsent(9, None).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_wipe_takes_everything_but_asks_before_it_loses_scans() {
    let place = Place::new();
    let store = place.open();
    assert_eq!(wipe(&place.file.with_extension("other"), false).unwrap(), Wiped::Nothing);
    store.note(asked(1), granted(), None).await.unwrap();
    assert_eq!(wipe(&place.file, false).unwrap(), Wiped::Unsent(1));
    let unsent = store.unsent(9, None).await.unwrap();
    store.sent(vec![unsent[0].n]).await.unwrap();
    drop(store);
    assert_eq!(wipe(&place.file, false).unwrap(), Wiped::Gone);
    assert!(std::fs::read_dir(place.file.parent().unwrap()).unwrap().next().is_none());
    place.open().note(asked(2), granted(), None).await.unwrap();
    assert_eq!(wipe(&place.file, true).unwrap(), Wiped::Gone);
}
