//! Many guests, slow guests, forged callers, new certificates, and the end.

mod callers;
mod crowd;
mod end;
mod page;
mod slow;
mod tls;

use std::time::{Duration, Instant};

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use reqwest::{Client, Response, redirect};

use crate::world::{Setup, World, eventually};

/// A client from this address of this machine, that follows nothing.
fn client(address: [u8; 4]) -> Client {
    Client::builder().redirect(redirect::Policy::none()).local_address(Some(address.into())).build().unwrap()
}

/// A world without webhooks and with these settings.
async fn world(capacity: u32, env: &[(&'static str, &str)]) -> World {
    let mut setup = Setup { capacity, webhooks: false, ..Setup::default() };
    setup.env.extend(env.iter().map(|(name, value)| (*name, (*value).to_owned())));
    World::new(setup).await
}

/// Sends a good form of the guest with this number.
fn books(client: &Client, url: &str, guest: usize) -> impl Future<Output = reqwest::Result<Response>> + Send + use<> {
    let phone = format!("98{guest:08}");
    let form = [("first_name", "Asha"), ("phone_number", &phone), ("form_key", &format!("{guest:032x}"))];
    client.post(format!("{url}/submit")).form(&form).send()
}

/// Seconds that an answer asks to wait.
fn retry_after(answer: &Response) -> Duration {
    Duration::from_secs(answer.headers()["retry-after"].to_str().unwrap().parse().unwrap())
}

/// The event's row, locked as by a database with too much to do: no seat can be taken until it is let go.
struct Stuck(Conn);

impl Stuck {
    async fn on(world: &World) -> Self {
        let mut conn = world.pool.get_conn().await.unwrap();
        conn.query_drop("START TRANSACTION").await.unwrap();
        conn.query_drop("UPDATE event SET held = held").await.unwrap();
        conn.query_drop("SELECT * FROM event WHERE id = 1 FOR UPDATE").await.unwrap();
        Self(conn)
    }

    async fn lets_go(mut self) {
        self.0.query_drop("ROLLBACK").await.unwrap();
    }

    /// Waits until `forms` ask for a seat and get none.
    async fn holds_up(&self, world: &World, forms: u32) {
        let query = format!(
            "SELECT COUNT(*) FROM information_schema.processlist
             WHERE db = '{}' AND info LIKE 'UPDATE event SET held = held + %'",
            world.database.name
        );
        eventually("the forms at work", async || world.row::<(u32,)>(&query).await.0 >= forms).await;
    }
}

/// An answer, and that it came in time.
async fn within<T>(limit: Duration, what: &str, answer: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let answer = answer.await;
    assert!(began.elapsed() < limit, "{what} took {:.1?}", began.elapsed());
    answer
}
