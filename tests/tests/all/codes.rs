//! What each ticket's code opens at a gate that is cut off, and the keys that gates have in common.

use booking_web::config::DatabaseSettings;
use booking_web::db::Db;
use booking_web::gates::codes::{Walk, fill};
use common::{CodeKeys, TicketSigner, UniqueId};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, single_shot_open, single_shot_seal};
use mysql_async::prelude::Queryable;

use crate::venue::{Venue, unique_id};
use crate::world::{Setup, World, command_succeeds, eventually};

type Code = (Vec<u8>, String, Vec<u8>, Vec<u8>);

/// As they stand in the table, by ticket and signing key.
async fn codes(pool: &mysql_async::Pool) -> Vec<Code> {
    let query = "SELECT lookup, unique_id, signed_by, seal_key FROM codes ORDER BY unique_id, signed_by";
    pool.get_conn().await.unwrap().query(query).await.unwrap()
}

/// As they should: every one of these tickets, with each of these keys.
fn expected(ids: &[String], signers: &[&TicketSigner]) -> Vec<Code> {
    let code = |id: &String, signer: &TicketSigner| {
        let keys = CodeKeys::of(&signer.sign(&UniqueId::parse(id).unwrap()));
        (keys.lookup.to_vec(), id.clone(), signer.public_key().to_bytes().to_vec(), keys.seal.to_vec())
    };
    let mut all: Vec<_> = ids.iter().flat_map(|id| signers.iter().map(move |signer| code(id, signer))).collect();
    all.sort_by(|a, b| (&a.1, &a.2).cmp(&(&b.1, &b.2)));
    all
}

fn ids(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| unique_id(number).to_string()).collect()
}

fn open(venue: &Venue) -> Db {
    let url = venue.database.url.clone().into();
    Db::open(&DatabaseSettings { url, ca_file: None, loopback: true }).unwrap()
}

fn signer(world: &World) -> TicketSigner {
    TicketSigner::parse_pem(&std::fs::read_to_string(&world.settings.signing_key_file).unwrap()).unwrap()
}

/// More than one page of them, and all of one instant, as an import makes them.
#[tokio::test]
async fn a_new_gate_finds_the_code_of_every_ticket_there_is_also_where_no_server_runs() {
    let venue = Venue::with_tickets(1_234).await;
    venue.revoke_ticket(7).await;
    venue.settings("Gate A", None).await;
    assert_eq!(codes(&venue.pool).await, expected(&ids(0..1_234), &[&venue.signer]));
    let before: (String,) = venue.row("SELECT CAST(MAX(made_at) AS CHAR) FROM codes").await;
    venue.settings("Gate B", None).await;
    let after: (String,) = venue.row("SELECT CAST(MAX(made_at) AS CHAR) FROM codes").await;
    assert_eq!(before, after, "what is there is left alone, and no gate reads it anew");
}

#[tokio::test]
async fn a_server_writes_the_code_of_each_ticket_that_is_sold_and_of_those_from_elsewhere() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let order = world.book_for(&["Asha", "Ravi"], "9876543210").await;
    world
        .sql(
            "INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE) VALUES
               ('Meera', '919876543211', 'Meera9198765432112026-11-01', '2026-11-01'),
               ('x', '1', 'no id of ours', '2026-11-01')",
        )
        .await;
    let mut tickets = world.ticket_ids(&order).await;
    tickets.push("Meera9198765432112026-11-01".into());
    let all = expected(&tickets, &[&signer(&world)]);
    eventually("their codes", async || codes(&world.pool).await == all).await;
}

#[tokio::test]
async fn after_a_change_of_the_signing_key_every_ticket_has_the_new_code_beside_the_old_one() {
    let mut world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let order = world.book_for(&["Asha", "Ravi"], "9876543210").await;
    let (tickets, old) = (world.ticket_ids(&order).await, signer(&world));
    let first = expected(&tickets, &[&old]);
    eventually("the codes", async || codes(&world.pool).await == first).await;
    // Long ago, so that nothing changed when the next server starts.
    world.sql("UPDATE tickets SET UPDATED_AT = '2026-01-01'").await;
    world.settings.signing_key_file = world.folder.path().join("another.pem");
    command_succeeds(&["keygen"], &world.env()).await;
    let _next = real_parts::programs::BookingWeb::start(&world.settings).await.unwrap();
    let both = expected(&tickets, &[&old, &signer(&world)]);
    eventually("the new codes", async || codes(&world.pool).await == both).await;
}

/// As two servers that start together.
#[tokio::test(flavor = "multi_thread")]
async fn several_at_once_write_each_code_once() {
    let venue = Venue::with_tickets(2_000).await;
    let db = open(&venue);
    let all = tokio::join!(
        fill(&db, &venue.signer, |_| {}),
        fill(&db, &venue.signer, |_| {}),
        fill(&db, &venue.signer, |_| {}),
        fill(&db, &venue.signer, |_| {})
    );
    let made = [all.0, all.1, all.2, all.3].map(Result::unwrap);
    assert_eq!(made.iter().sum::<u64>(), 2_000, "{made:?}");
    assert_eq!(codes(&venue.pool).await, expected(&ids(0..2_000), &[&venue.signer]));
    db.close().await;
}

/// The server has read the ticket, and is about to write its code.
#[tokio::test]
async fn somebody_who_is_forgotten_leaves_no_code_behind_whoever_is_first() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let order = world.book("Asha", "9876543210").await;
    let id = world.ticket_ids(&order).await.remove(0);
    eventually("the code", async || world.count("codes").await == 1).await;
    let (code,): (Vec<u8>,) = world.row("SELECT lookup FROM codes").await;
    command_succeeds(&["revoke", &order.id], &world.env()).await;
    command_succeeds(&["privacy", "erase", "--phone", "9876543210"], &world.env()).await;
    assert_eq!(world.count("codes").await, 0);
    // What a server would write that has read the ticket a moment before.
    let mut conn = world.pool.get_conn().await.unwrap();
    let late = "INSERT IGNORE INTO codes VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6))";
    conn.exec_drop(late, (&code, &id, &code, &code)).await.unwrap();
    assert_eq!((conn.affected_rows(), world.count("codes").await), (0, 0), "there is no such ticket any more");
    // And the stand-in gets none, however often one looks.
    let url = world.database.url.clone().into();
    let db = Db::open(&DatabaseSettings { url, ca_file: None, loopback: true }).unwrap();
    let step = Walk::whole().step(&db, &signer(&world)).await.unwrap().unwrap();
    assert_eq!((step.seen, step.made, world.count("codes").await), (1, 0, 0));
    db.close().await;
}

#[derive(Debug, PartialEq, Eq)]
struct GateKeys {
    private: Vec<u8>,
    public: Vec<u8>,
    lan: Vec<u8>,
    lan_changed_at: String,
}

async fn gate_keys(venue: &Venue) -> GateKeys {
    let query = "SELECT journal_private, journal_public, lan_key, CAST(lan_key_changed_at AS CHAR) FROM gate_keys";
    let (private, public, lan, lan_changed_at) = venue.row(query).await;
    GateKeys { private, public, lan, lan_changed_at }
}

#[tokio::test]
async fn what_a_gate_seals_to_the_public_half_opens_with_the_private_one_alone() {
    let venue = Venue::with_tickets(1).await;
    let keys = gate_keys(&venue).await;
    let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&keys.public).unwrap();
    let (mode, info, aad) = (OpModeS::Base, b"info", b"");
    let (capsule, sealed) =
        single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(&mode, &public, info, b"Asha", aad).unwrap();
    let opened = |private: &[u8]| {
        let private = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(private).unwrap();
        single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &private,
            &capsule,
            info,
            &sealed,
            aad,
        )
    };
    assert_eq!(opened(&keys.private).unwrap(), b"Asha");
    assert!(opened(&keys.lan).is_err());
}

#[tokio::test]
async fn the_keys_stay_whoever_migrates_again_and_a_revoked_gate_knows_the_old_one_of_the_network() {
    let venue = Venue::with_tickets(1).await;
    let first = gate_keys(&venue).await;
    assert!(first.lan != first.private && first.lan != [0; 32]);
    venue.organiser(&["migrate"]).await;
    assert_eq!(gate_keys(&venue).await, first);
    venue.settings("Gate A", None).await;
    assert_eq!(gate_keys(&venue).await, first, "a gate more is no reason");
    venue.organiser(&["gate", "revoke", "Gate A"]).await;
    let second = gate_keys(&venue).await;
    assert_ne!(second.lan, first.lan);
    assert!(second.lan_changed_at > first.lan_changed_at, "{second:?}");
    assert_eq!((&second.private, &second.public), (&first.private, &first.public), "journals out there stay readable");
    // Another database, another event: nothing in common.
    let other = gate_keys(&Venue::with_tickets(1).await).await;
    assert!(other.private != first.private && other.lan != first.lan);
}
