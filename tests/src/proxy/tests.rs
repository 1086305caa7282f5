//! The faults, each tried on the real server.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, Row};

use super::*;
use crate::install;
use crate::mariadb::{Database, Server};

const SOON: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(20);

async fn laid() -> (Database, Proxy) {
    install::packages(install::DATABASE).unwrap();
    let server = Server::shared();
    let database = server.fresh_database().await.unwrap();
    let mut admin = database.pool().get_conn().await.unwrap();
    admin.query_drop("CREATE TABLE t (id INT PRIMARY KEY, present INT)").await.unwrap();
    admin.query_drop("INSERT INTO t VALUES (1, 0)").await.unwrap();
    (database, Proxy::start(server.port()).unwrap())
}

async fn connected(database: &Database, proxy: &Proxy) -> Result<Conn, mysql_async::Error> {
    let url = format!("{}?prefer_socket=false", database.url_through(proxy.port()));
    tokio::time::timeout(PATIENCE, Conn::new(Opts::from_url(&url).unwrap())).await.expect("an answer of some kind")
}

async fn one(conn: &mut Conn) -> Result<Option<u8>, mysql_async::Error> {
    tokio::time::timeout(PATIENCE, conn.query_first("SELECT 1")).await.expect("an answer of some kind")
}

async fn present(database: &Database) -> u8 {
    let mut conn = database.pool().get_conn().await.unwrap();
    conn.query_first("SELECT present FROM t").await.unwrap().unwrap()
}

#[tokio::test]
async fn a_whole_wire_passes_everything() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    let long: Option<String> = conn.exec_first("SELECT REPEAT(?, 1000000)", ("ab",)).await.unwrap();
    assert_eq!(long.unwrap().len(), 2_000_000);
    let row: Row = conn.exec_first("SELECT ? + 1", (1,)).await.unwrap().unwrap();
    assert_eq!(row.get::<i64, _>(0), Some(2));
}

#[tokio::test]
async fn a_refusing_wire_keeps_who_is_there() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    proxy.set(Wire::Refusing);
    assert_eq!(one(&mut conn).await.unwrap(), Some(1));
    let refused = connected(&database, &proxy).await.unwrap_err();
    assert!(refused.to_string().contains("refused"), "{refused}");
    proxy.set(Wire::Whole);
    assert!(connected(&database, &proxy).await.is_ok());
}

#[tokio::test]
async fn a_cut_wire_is_cut_and_can_be_mended() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    proxy.set(Wire::Cut);
    assert!(one(&mut conn).await.is_err());
    assert!(connected(&database, &proxy).await.is_err());
    proxy.set(Wire::Whole);
    assert!(connected(&database, &proxy).await.is_ok());
}

#[tokio::test]
async fn a_frozen_wire_says_nothing_and_loses_nothing() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    proxy.set(Wire::Frozen);
    let mut asked = Box::pin(one(&mut conn));
    assert!(tokio::time::timeout(SOON, &mut asked).await.is_err());
    proxy.set(Wire::Whole);
    assert_eq!(asked.await.unwrap(), Some(1));
}

#[tokio::test]
async fn a_prepared_update_whose_answer_is_lost_has_been_done() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    let update = "UPDATE t SET present = 1 WHERE id = ?";
    // Prepared before the trap is set, as in a pool that has long been at work.
    conn.exec_drop(update, (99,)).await.unwrap();
    proxy.lose(Loss::Answer, "UPDATE t", 2);
    conn.exec_drop(update, (98,)).await.unwrap();
    assert_eq!((proxy.losses(), present(&database).await), (0, 0));
    assert!(conn.exec_drop(update, (1,)).await.is_err());
    assert_eq!((proxy.losses(), present(&database).await), (1, 1));

    let mut conn = connected(&database, &proxy).await.unwrap();
    conn.exec_drop(update, (1,)).await.expect("it is lost once only");
    assert_eq!(proxy.losses(), 1);
}

#[tokio::test]
async fn an_update_sent_as_text_can_be_lost_too() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    proxy.lose(Loss::Answer, "UPDATE t", 1);
    assert!(conn.query_drop("UPDATE t SET present = 1").await.is_err());
    assert_eq!((proxy.losses(), present(&database).await), (1, 1));
}

#[tokio::test]
async fn a_request_that_is_lost_has_not_been_done() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    proxy.lose(Loss::Request, "UPDATE t", 1);
    assert!(conn.exec_drop("UPDATE t SET present = ?", (1,)).await.is_err());
    assert_eq!((proxy.losses(), present(&database).await), (1, 0));
}

#[tokio::test]
async fn a_proxy_that_is_dropped_takes_its_connections_with_it() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    drop(proxy);
    assert!(one(&mut conn).await.is_err());
}

#[tokio::test]
async fn a_far_server_is_the_same_a_little_later_and_statements_are_counted() {
    let (database, proxy) = laid().await;
    let mut conn = connected(&database, &proxy).await.unwrap();
    let before = proxy.statements();
    proxy.set(Wire::Far);
    let began = std::time::Instant::now();
    for _ in 0..3 {
        assert_eq!(one(&mut conn).await.unwrap(), Some(1));
    }
    assert!(began.elapsed() >= FAR * 3, "{:?}", began.elapsed());
    assert_eq!(proxy.statements() - before, 3);
}
