//! The server is tried on itself: it must be beyond suspicion before others are tried on it.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use nix::unistd::{User, geteuid};

use super::*;
use crate::child;

fn started(options: Options) -> Server {
    install::packages(install::DATABASE).unwrap();
    Server::start(options).unwrap()
}

async fn connected(url: &str) -> Result<Conn, mysql_async::Error> {
    let opts = Opts::from_url(&format!("{url}?prefer_socket=false")).unwrap();
    Conn::new(opts).await
}

fn uid_of(pid: u32) -> u32 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn is_alive(pid: u32) -> bool {
    // An orphan whose new parent is slow to bury it is dead all the same.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().and_then(|rest| rest.trim().chars().next()).is_some_and(|state| state != 'Z')
}

#[test]
fn a_copy_of_the_template_starts_in_no_time() {
    drop(started(Options::throwaway()));
    let began = Instant::now();
    let server = started(Options::throwaway());
    let took = began.elapsed();
    println!("a server from the template answered after {took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    let folder = server.home.folder().to_owned();
    drop(server);
    assert!(!folder.exists(), "temporary data go with the server");
}

#[test]
fn it_is_never_root() {
    let server = started(Options::throwaway());
    let expected = if geteuid().is_root() { User::from_name("nobody").unwrap().unwrap().uid } else { geteuid() };
    assert_eq!(uid_of(server.pid().unwrap()), expected.as_raw());
}

#[tokio::test]
async fn two_run_side_by_side_and_share_nothing() {
    let (one, other) = (started(Options::throwaway()), started(Options::throwaway()));
    assert_ne!(one.port(), other.port());
    let database = one.fresh_database().await.unwrap();
    let elsewhere = database.url_through(other.port());
    assert!(connected(&database.url).await.is_ok());
    assert!(connected(&elsewhere).await.is_err());
}

#[tokio::test]
async fn a_fresh_database_is_empty_and_its_owners_own() {
    let server = Server::shared();
    let (mine, other) = (server.fresh_database().await.unwrap(), server.fresh_database().await.unwrap());
    let mut owner = connected(&mine.url).await.unwrap();
    let tables: Vec<String> = owner.query("SHOW TABLES").await.unwrap();
    assert!(tables.is_empty());
    assert!(owner.query_drop(format!("CREATE TABLE {}.t (a INT)", other.name)).await.is_err());
    let zone: Option<(String, String)> =
        owner.query_first("SELECT @@time_zone, @@character_set_database").await.unwrap();
    assert_eq!(zone, Some(("+00:00".into(), "utf8mb4".into())));
}

#[tokio::test]
async fn an_owner_can_make_and_drop_a_gate_that_may_do_little() {
    let server = Server::shared();
    let database = server.fresh_database().await.unwrap();
    let mut owner = connected(&database.url).await.unwrap();
    let gate = format!("gate{}", &database.name);
    for statement in [
        "CREATE TABLE tickets (id INT PRIMARY KEY, phone INT, present INT)".to_owned(),
        format!("CREATE USER '{gate}'@'%' IDENTIFIED BY 'secret'"),
        format!("GRANT SELECT (id, present), UPDATE (present) ON {}.tickets TO '{gate}'@'%'", database.name),
    ] {
        owner.query_drop(statement).await.unwrap();
    }
    let url = format!("mysql://{gate}:secret@127.0.0.1:{}/{}", server.port(), database.name);
    let mut conn = connected(&url).await.unwrap();
    conn.query_drop("UPDATE tickets SET present = 1 WHERE id = 1").await.unwrap();
    assert!(conn.query_drop("SELECT phone FROM tickets").await.is_err());
    assert!(conn.query_drop("UPDATE tickets SET id = 2").await.is_err());

    owner.query_drop(format!("DROP USER '{gate}'@'%'")).await.unwrap();
    owner.query_drop(format!("KILL {}", conn.id())).await.unwrap();
    assert!(conn.query_drop("SELECT 1").await.is_err());
    assert!(connected(&url).await.is_err());
}

#[tokio::test]
async fn data_survive_a_stop_and_the_pool_finds_its_way_back() {
    let mut server = started(Options::throwaway());
    let database = server.fresh_database().await.unwrap();
    let pool = database.pool();
    let mut conn = pool.get_conn().await.unwrap();
    conn.query_drop("CREATE TABLE t (a INT)").await.unwrap();
    conn.query_drop("INSERT INTO t VALUES (7)").await.unwrap();
    drop(conn);
    let port = server.port();
    server.stop();
    assert!(server.pid().is_none());
    assert!(connected(&database.url).await.is_err());
    server.start_again().unwrap();
    assert_eq!(server.port(), port);
    let mut conn = pool.get_conn().await.unwrap();
    assert_eq!(conn.query_first("SELECT a FROM t").await.unwrap(), Some(7));
}

#[tokio::test]
async fn frozen_it_answers_nothing_and_thawed_it_goes_on() {
    let mut server = started(Options::throwaway());
    let database = server.fresh_database().await.unwrap();
    let mut conn = database.pool().get_conn().await.unwrap();
    server.freeze();
    let answer = tokio::time::timeout(Duration::from_millis(300), conn.query_first::<u8, _>("SELECT 1")).await;
    assert!(answer.is_err(), "{answer:?}");
    server.thaw();
    let mut conn = database.pool().get_conn().await.unwrap();
    assert_eq!(conn.query_first("SELECT 2").await.unwrap(), Some(2));
}

#[tokio::test]
async fn kept_data_are_found_again_with_the_same_address() {
    // Cargo's folder, as in the demo.
    let folder = tempfile::tempdir_in(target_tmp()).unwrap();
    let server = started(Options::kept(folder.path().join("database")));
    let port = server.port();
    let url = server.named_database("tix").await.unwrap().url;
    connected(&url).await.unwrap().query_drop("CREATE TABLE t (a INT)").await.unwrap();

    let second = Server::start(Options::kept(folder.path().join("database"))).unwrap_err();
    assert!(second.to_string().contains("in use by another process"), "{second}");
    drop(server);

    let options = Options { port: Some(port), ..Options::kept(folder.path().join("database")) };
    let server = started(options);
    let again = server.named_database("tix").await.unwrap();
    if server.port() == port {
        assert_eq!(again.url, url);
    }
    let tables: Vec<String> = connected(&again.url).await.unwrap().query("SHOW TABLES").await.unwrap();
    assert_eq!(tables, ["t"]);
}

fn target_tmp() -> PathBuf {
    let folder = crate::scratch::target_folder().join("tmp");
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn where_nobody_can_go_another_folder_stands_in() {
    if !geteuid().is_root() {
        return;
    }
    let closed = crate::scratch::Scratch::new("test").unwrap();
    let server = started(Options::kept(closed.path().join("database")));
    let instead = server.home.folder().to_owned();
    assert!(!instead.starts_with(closed.path()));
    drop(server);
    let server = started(Options::kept(closed.path().join("database")));
    assert_eq!(server.home.folder(), instead, "the same one every time");
    drop(server);
    fs::remove_dir_all(instead).unwrap();
}

#[test]
fn a_port_that_is_taken_is_left_to_its_owner() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let server = started(Options { port: Some(port), ..Options::throwaway() });
    assert_ne!(server.port(), port);
}

#[test]
fn a_server_that_cannot_start_says_what_its_log_says() {
    let folder = tempfile::tempdir_in(target_tmp()).unwrap();
    let options = Options::kept(folder.path().join("database"));
    let mut server = started(options);
    server.stop();
    fs::write(server.home.data().join("ibdata1"), "not a tablespace").unwrap();
    let error = server.start_again().unwrap_err();
    assert!(error.to_string().contains("[ERROR]"), "{error}");
}

#[test]
fn it_does_not_outlive_a_parent_that_is_killed() {
    install::packages(install::DATABASE).unwrap();
    let words = child::last_words_of("mariadb::tests::a_parent_to_be_killed");
    let (pid, folder) = words.split_once(' ').unwrap();
    let began = Instant::now();
    while is_alive(pid.parse().unwrap()) {
        assert!(began.elapsed() < Duration::from_secs(20), "it still runs");
        thread::sleep(Duration::from_millis(20));
    }
    // The next start would, after a while.
    fs::remove_dir_all(folder).unwrap();
}

/// Not a test but the victim of the one above.
#[test]
#[ignore = "waits to be killed"]
fn a_parent_to_be_killed() {
    // From a thread that ends: the server must not end with it.
    let server = thread::spawn(|| started(Options::throwaway())).join().unwrap();
    assert!(is_alive(server.pid().unwrap()));
    println!("victim: {} {}", server.pid().unwrap(), server.home.folder().display());
    thread::sleep(Duration::from_secs(60));
}
