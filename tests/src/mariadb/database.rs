//! A database with an owner of its own, as an organiser would have it.

use std::time::Duration;

use anyhow::{Context, ensure};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Pool, PoolConstraints, PoolOpts};

use super::home::random_hex;
use super::{ADMIN, Server};

/// The driver itself would wait for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database and how to get to it.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name, and its owner's.
    pub name: String,
    /// Its owner's way in, as `DATABASE_URL` wants it.
    pub url: String,
    password: String,
    admin: Opts,
}

impl Server {
    /// A new, empty database that nobody else uses.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn fresh_database(&self) -> anyhow::Result<Database> {
        // No underscore: in a GRANT it would stand for any letter.
        self.named_database(&format!("test{}", &random_hex()?[..12])).await
    }

    /// The database of this name, made if there is none. Its address is the
    /// same at every start as long as the data are kept.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn named_database(&self, name: &str) -> anyhow::Result<Database> {
        let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        ensure!(plain && !name.is_empty() && name != ADMIN, "{name:?} is no name for a database: use a-z and 0-9");
        let password = self.home.password_of(name);
        self.as_admin(&owned(name, &password)).await.with_context(|| format!("cannot make the database {name}"))?;
        let address = Address { port: self.port(), user: name, password: &password, database: name };
        Ok(Database {
            url: address.url(),
            admin: Address { user: ADMIN, password: &self.admin_password(), ..address }.opts(),
            name: name.into(),
            password,
        })
    }

    async fn as_admin(&self, statements: &[String]) -> anyhow::Result<()> {
        let password = self.admin_password();
        let opts = Address { port: self.port(), user: ADMIN, password: &password, database: "mysql" }.opts();
        tokio::time::timeout(PATIENCE, async {
            let mut conn = Conn::new(opts).await?;
            for statement in statements {
                conn.query_drop(statement).await?;
            }
            Ok(conn.disconnect().await?)
        })
        .await
        .context("the database server does not answer")?
    }
}

impl Database {
    /// A pool with every right, for a test to prepare and to look.
    #[must_use]
    pub fn pool(&self) -> Pool {
        Pool::new(self.admin.clone())
    }

    /// The owner's way in through another port on 127.0.0.1: a [`Proxy`](crate::proxy::Proxy)'s.
    #[must_use]
    pub fn url_through(&self, port: u16) -> String {
        Address { port, user: &self.name, password: &self.password, database: &self.name }.url()
    }
}

/// What an organiser's account may do on a hosted server: all in its own
/// database, make and drop the gates' accounts, and see and end their connections.
fn owned(name: &str, password: &str) -> [String; 5] {
    let owner = format!("'{name}'@'127.0.0.1'");
    [
        format!("CREATE DATABASE IF NOT EXISTS `{name}`"),
        format!("CREATE USER IF NOT EXISTS {owner} IDENTIFIED BY '{password}'"),
        format!("ALTER USER {owner} IDENTIFIED BY '{password}'"),
        format!("GRANT ALL PRIVILEGES ON `{name}`.* TO {owner} WITH GRANT OPTION"),
        format!("GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO {owner}"),
    ]
}

#[derive(Clone, Copy)]
struct Address<'a> {
    port: u16,
    user: &'a str,
    password: &'a str,
    database: &'a str,
}

impl Address<'_> {
    fn url(&self) -> String {
        let Self { port, user, password, database } = self;
        format!("mysql://{user}:{password}@127.0.0.1:{port}/{database}")
    }

    fn opts(&self) -> Opts {
        let constraints = PoolConstraints::new(0, 32).expect("nought is less than 32");
        // Without a time to live the pool would keep no connection at all.
        let pool = PoolOpts::new()
            .with_constraints(constraints)
            .with_inactive_connection_ttl(Duration::from_secs(60))
            .with_reset_connection(false);
        OptsBuilder::default()
            .ip_or_hostname("127.0.0.1")
            .tcp_port(self.port)
            // Else the driver leaves for whatever server owns the socket file.
            .prefer_socket(false)
            .user(Some(self.user))
            .pass(Some(self.password))
            .db_name(Some(self.database))
            .setup(vec!["SET time_zone = '+00:00'"])
            .pool_opts(pool)
            .into()
    }
}
