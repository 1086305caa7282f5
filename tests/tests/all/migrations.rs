//! Databases that are older than the program, and migrations that were cut off.

use mysql_async::prelude::Queryable;
use real_parts::mariadb::{Database, Server};

use crate::world::command_succeeds;

async fn migrates(database: &Database) -> String {
    command_succeeds(&["migrate"], &[("DATABASE_URL", &database.url)]).await
}

/// Each statement up to this version, without the history of it.
pub(crate) async fn as_of(database: &Database, version: u32) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut files: Vec<(u32, std::path::PathBuf)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name[1..name.find("__").unwrap()].parse().unwrap(), path)
        })
        .collect();
    files.sort();
    let mut conn = database.pool().get_conn().await.unwrap();
    for (_, path) in files.into_iter().filter(|(number, _)| *number <= version) {
        conn.query_drop(std::fs::read_to_string(path).unwrap()).await.unwrap();
    }
}

/// Orders for one guest each, alive and dead, become orders with one attendee.
#[tokio::test]
async fn orders_from_before_there_were_groups_keep_their_guest_and_the_key_of_the_day() {
    let database = Server::shared().fresh_database().await.unwrap();
    as_of(&database, 22).await;
    let mut conn = database.pool().get_conn().await.unwrap();
    for (n, state, key) in [(1, "paid", "'asha9198765432102026-11-22'"), (2, "expired", "NULL")] {
        conn.query_drop(format!(
            "INSERT INTO orders (id, token, live_key, first_name, phone_no, reg_date, unique_id, amount_paise, currency,
                                 state, hold_until, created_at, updated_at)
             VALUES ('{n}', '{n}', {key}, 'आशा', '919876543210', '2026-11-22', 'आशा9198765432102026-11-22', 49900, 'INR',
                     '{state}', NOW(), NOW(), NOW())"
        ))
        .await
        .unwrap();
    }
    migrates(&database).await;
    let rows: Vec<(String, u8, String, String, Option<String>)> = conn
        .query("SELECT order_id, n, first_name, unique_id, live_key FROM attendees ORDER BY order_id")
        .await
        .unwrap();
    let guest = |order: &str, key: Option<&str>| {
        (order.to_owned(), 1, "आशा".to_owned(), "आशा9198765432102026-11-22".to_owned(), key.map(str::to_owned))
    };
    assert_eq!(rows, [guest("1", Some("asha9198765432102026-11-22")), guest("2", None)]);
    let languages: Vec<String> = conn.query("SELECT DISTINCT language FROM orders").await.unwrap();
    assert_eq!(languages, ["en"]);
}

/// The process died after a statement and before it could write so, at every one of them.
#[tokio::test]
async fn a_migration_that_was_cut_off_after_its_statement_is_gone_on_with() {
    let database = Server::shared().fresh_database().await.unwrap();
    migrates(&database).await;
    let mut conn = database.pool().get_conn().await.unwrap();
    let history = "SELECT version, name FROM refinery_schema_history ORDER BY version";
    let whole: Vec<(i32, String)> = conn.query(history).await.unwrap();
    let columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()
                   ORDER BY table_name, ordinal_position";
    let schema: Vec<(String, String)> = conn.query(columns).await.unwrap();
    for (version, name) in whole.iter().rev() {
        // V24 copies from columns that V25 takes away: it cannot be the one that was cut off once V25 is done.
        if *version <= 24 {
            break;
        }
        conn.exec_drop("DELETE FROM refinery_schema_history WHERE version >= ?", (version,)).await.unwrap();
        let said = migrates(&database).await;
        assert!(said.contains(name), "V{version}__{name}: {said}");
        assert_eq!(conn.query::<(i32, String), _>(history).await.unwrap(), whole, "V{version}__{name}");
        assert_eq!(conn.query::<(String, String), _>(columns).await.unwrap(), schema, "V{version}__{name}");
    }
}
