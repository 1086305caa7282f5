//! What a gate's account may do: what a verdict needs, and nothing else.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder};
use real_parts::mariadb::{Options, Server};
use real_parts::programs::booking_web;

use crate::migrations::as_of;
use crate::venue::Venue;

/// What a gate asks while it is online, to be able to go on without.
const NEEDED: [&str; 4] = [
    "SELECT lookup, unique_id, seal_key, made_at FROM codes",
    "SELECT journal_private, journal_public, lan_key, lan_key_changed_at FROM gate_keys",
    "SELECT scan_id, unique_id, gate, kind, verdict, reason, mode, server_time FROM scans",
    "UPDATE tickets SET UPDATED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID = 'x'",
];
const DENIED: [&str; 21] = [
    "SELECT EMAIL_ID FROM tickets",
    "SELECT * FROM orders",
    "SELECT * FROM payments",
    "SELECT * FROM gates",
    "SELECT text_sha256 FROM scans",
    "SELECT device_time FROM scans",
    "UPDATE tickets SET FIRST_NAME = 'x'",
    "UPDATE tickets SET REVOKED_AT = NULL",
    "INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE) VALUES ('x', '1', 'x', '2026-11-22')",
    "DELETE FROM tickets",
    "UPDATE event SET capacity = 0",
    "DELETE FROM scans",
    "UPDATE scans SET reason = 'granted'",
    "UPDATE codes SET seal_key = lookup",
    "INSERT INTO codes VALUES ('x', 'x', 'x', 'x', UTC_TIMESTAMP(6))",
    "DELETE FROM codes",
    "UPDATE gate_keys SET lan_key = 'x'",
    "INSERT INTO gate_keys VALUES (2, 'x', 'x', 'x', UTC_TIMESTAMP(6))",
    "DELETE FROM gate_keys",
    "CREATE TABLE x (id INT)",
    "SELECT * FROM mysql.user",
];

async fn does_what_it_needs_and_nothing_else(url: &str) {
    let opts = OptsBuilder::from_opts(Opts::from_url(url).unwrap()).prefer_socket(false);
    let mut conn = Conn::new(opts).await.unwrap();
    for needed in NEEDED {
        conn.query_drop(needed).await.unwrap_or_else(|error| panic!("{needed}: {error}"));
    }
    for denied in DENIED {
        match conn.query_drop(denied).await {
            Err(mysql_async::Error::Server(error)) => assert!([1142, 1143].contains(&error.code), "{denied}: {error}"),
            other => panic!("{denied}: {other:?}"),
        }
    }
    conn.disconnect().await.unwrap();
}

#[tokio::test]
async fn a_gates_account_can_do_what_a_verdict_needs_and_nothing_else() {
    let venue = Venue::with_tickets(1).await;
    let settings = venue.settings("Gate A", None).await;
    let url = settings.lines().find_map(|line| line.strip_prefix("database_url = ")).unwrap().trim_matches('"');
    does_what_it_needs_and_nothing_else(url).await;
}

/// One gate made before gates could be cut off, one whose account somebody dropped by hand, one that was revoked; and
/// a server with the old setting by which GRANT makes the accounts that it does not find.
#[tokio::test]
async fn a_gate_made_by_an_older_version_gets_the_rights_of_a_new_one_and_a_vanished_one_stops_nobody() {
    let server = Server::start(Options::throwaway()).unwrap();
    let database = server.fresh_database().await.unwrap();
    as_of(&database, 22).await;
    let (mut conn, name) = (database.pool().get_conn().await.unwrap(), &database.name);
    for statement in [
        "SET GLOBAL sql_mode = ''",
        "INSERT INTO gates VALUES ('Gate A', 'gate_a', UTC_TIMESTAMP(6), NULL),
             ('A lost one', 'gate_lost', UTC_TIMESTAMP(6), NULL),
             ('Gate R', 'gate_revoked', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
        "CREATE USER 'gate_a'@'%' IDENTIFIED BY 'as-of-old'",
        &format!(
            "GRANT SELECT (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE, PRESENT, ADMITTED_AT, ADMITTED_GATE,
                           ADMITTED_SCAN, REVOKED_AT, UPDATED_AT),
                   UPDATE (PRESENT, ADMITTED_AT, ADMITTED_GATE, ADMITTED_SCAN, UPDATED_AT)
             ON `{name}`.tickets TO 'gate_a'@'%'"
        ),
        &format!("GRANT SELECT ON `{name}`.event TO 'gate_a'@'%'"),
        &format!("GRANT INSERT ON `{name}`.scans TO 'gate_a'@'%'"),
    ] {
        conn.query_drop(statement).await.unwrap();
    }
    let migrated = booking_web(&["migrate"], &[("DATABASE_URL", &database.url)]).await.unwrap();
    assert!(migrated.status.success(), "{}", migrated.stderr);
    let complaint = migrated.stderr.lines().filter(|line| line.contains("keeps the rights")).collect::<Vec<_>>();
    assert!(complaint.len() == 1 && complaint[0].contains("A lost one"), "{}", migrated.stderr);
    let accounts = "SELECT user FROM mysql.user WHERE user LIKE 'gate%'";
    assert_eq!(conn.query::<String, _>(accounts).await.unwrap(), ["gate_a"], "none is made by the way");
    let url = format!("mysql://gate_a:as-of-old@127.0.0.1:{}/{name}", server.port());
    does_what_it_needs_and_nothing_else(&url).await;
}
