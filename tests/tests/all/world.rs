//! A whole world for one test: database, Razorpay, booking site.

use std::time::{Duration, Instant};

use common::{TicketSigner, UniqueId};
use mysql_async::Pool;
use mysql_async::prelude::{FromRow, Queryable};
use real_parts::mariadb::{Database, Server};
use real_parts::programs::{BookingSettings, BookingWeb, booking_web};
use real_parts::razorpay::{Options, Razorpay};
use reqwest::{Client, Response, StatusCode, redirect};
use tempfile::TempDir;

/// How a world differs from the usual one.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) capacity: u32,
    pub(crate) price_paise: u32,
    /// Whether Razorpay tells us of payments.
    pub(crate) webhooks: bool,
    /// Where the booking site finds the database; the server itself unless a proxy stands in between.
    pub(crate) database_port: Option<u16>,
    pub(crate) razorpay: Options,
    /// More settings of the booking site.
    pub(crate) env: Vec<(&'static str, String)>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            capacity: 100,
            price_paise: 49_900,
            webhooks: true,
            database_port: None,
            razorpay: Options::default(),
            env: vec![("LOOK_UP_SECONDS", "1".into())],
        }
    }
}

/// Parts that belong together.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) razorpay: Razorpay,
    pub(crate) site: BookingWeb,
    pub(crate) settings: BookingSettings,
    pub(crate) folder: TempDir,
    pub(crate) pool: Pool,
    http: Client,
}

/// An order as a browser knows it.
#[derive(Clone, Debug)]
pub(crate) struct Booked {
    /// `/orders/…`.
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) link_id: String,
}

impl World {
    pub(crate) async fn new(setup: Setup) -> Self {
        Self::on(Server::shared(), setup).await
    }

    pub(crate) async fn on(server: &Server, setup: Setup) -> Self {
        let database = server.fresh_database().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("signing-key.pem");
        let env = [("DATABASE_URL", &*database.url), ("TICKET_SIGNING_KEY_FILE", key.to_str().unwrap())];
        for command in ["migrate", "keygen"] {
            command_succeeds(&[command], &env).await;
        }
        let (price, capacity) = (setup.price_paise.to_string(), setup.capacity.to_string());
        let event = ["--name", "Diwali Night", "--venue", "Town Hall, Bengaluru", "--starts-at", "2036-11-22T19:30"];
        let numbers = ["--price-paise", &*price, "--capacity", &*capacity, "--doors-open-at", "2036-11-22T18:30"];
        command_succeeds(&[&["event", "set"][..], &event, &numbers].concat(), &env).await;

        let razorpay = Razorpay::start(setup.razorpay.clone()).await.unwrap();
        let settings = BookingSettings {
            database_url: setup.database_port.map_or(database.url.clone(), |port| database.url_through(port)),
            razorpay_url: razorpay.api_url(),
            key_id: setup.razorpay.key_id,
            key_secret: setup.razorpay.key_secret,
            webhook_secret: setup.razorpay.webhook_secret,
            signing_key_file: key,
            port: None,
            env: setup.env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        };
        let site = BookingWeb::start(&settings).await.unwrap();
        if setup.webhooks {
            razorpay.webhook_to(format!("{}/webhooks/razorpay", site.url));
        }
        let http = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { pool: database.pool(), database, razorpay, site, settings, folder, http }
    }

    /// A client without memory that follows nothing.
    pub(crate) fn http(&self) -> &Client {
        &self.http
    }

    pub(crate) async fn get(&self, path_or_url: &str) -> Response {
        let url = if path_or_url.starts_with('/') {
            format!("{}{path_or_url}", self.site.url)
        } else {
            path_or_url.to_owned()
        };
        self.http.get(url).send().await.unwrap()
    }

    /// Sends the form as a browser would, with nothing remembered from before.
    pub(crate) async fn submit(&self, fields: &[(&str, &str)]) -> Response {
        let url = format!("{}/submit", self.site.url);
        self.http.post(url).form(fields).send().await.unwrap()
    }

    /// Books and stands in front of the payment page.
    pub(crate) async fn book(&self, name: &str, phone: &str) -> Booked {
        let answer = self.submit(&[("first_name", name), ("phone_number", phone)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
        self.booked(phone).await
    }

    /// The same for several, the first of whom books.
    pub(crate) async fn book_for(&self, names: &[&str], phone: &str) -> Booked {
        let guests = names.iter().map(|name| ("first_name", *name));
        let fields: Vec<_> = guests.chain([("phone_number", phone)]).collect();
        let answer = self.submit(&fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
        self.booked(phone).await
    }

    /// The ticket ids of an order's guests, in the order of their places.
    pub(crate) async fn ticket_ids(&self, order: &Booked) -> Vec<String> {
        let query = "SELECT unique_id FROM attendees WHERE order_id = ? ORDER BY n";
        self.pool.get_conn().await.unwrap().exec(query, (&order.id,)).await.unwrap()
    }

    /// What each guest's picture says.
    pub(crate) async fn codes(&self, order: &Booked) -> Vec<String> {
        let pem = std::fs::read_to_string(&self.settings.signing_key_file).unwrap();
        let signer = TicketSigner::parse_pem(&pem).unwrap();
        let code = |id: &String| signer.sign(&UniqueId::parse(id).unwrap()).to_string();
        self.ticket_ids(order).await.iter().map(code).collect()
    }

    /// The newest order under this (Indian) number.
    pub(crate) async fn booked(&self, phone: &str) -> Booked {
        let query = "SELECT token, id, COALESCE(link_id, '') FROM orders WHERE phone_no = ? ORDER BY created_at DESC";
        let mut conn = self.pool.get_conn().await.unwrap();
        let row: Option<(String, String, String)> = conn.exec_first(query, (format!("91{phone}"),)).await.unwrap();
        let (token, id, link_id) = row.expect("an order under this number");
        Booked { path: format!("/orders/{token}"), id, link_id }
    }

    /// Where an order stands, as its page's script hears it.
    pub(crate) async fn state(&self, order: &Booked) -> String {
        let answer: serde_json::Value = self.get(&format!("{}/state", order.path)).await.json().await.unwrap();
        answer["state"].as_str().unwrap().to_owned()
    }

    /// Sold and held.
    pub(crate) async fn seats(&self) -> (u32, u32) {
        self.row("SELECT sold, held FROM event").await
    }

    pub(crate) async fn count(&self, table: &str) -> u32 {
        self.row::<(u32,)>(&format!("SELECT COUNT(*) FROM {table}")).await.0
    }

    pub(crate) async fn row<T: FromRow + Send + 'static>(&self, query: &str) -> T {
        let mut conn = self.pool.get_conn().await.unwrap();
        conn.query_first(query).await.unwrap().expect("a row")
    }

    pub(crate) async fn sql(&self, statement: &str) {
        self.pool.get_conn().await.unwrap().query_drop(statement).await.unwrap();
    }

    /// Lets the look-up find an order due now.
    pub(crate) async fn make_due(&self, order: &Booked) {
        self.sql(&format!("UPDATE orders SET next_look_at = UTC_TIMESTAMP(6) WHERE id = '{}'", order.id)).await;
    }

    /// A gate of this name, set up as an organiser does it; its settings file.
    pub(crate) async fn gate(&self, name: &str) -> std::path::PathBuf {
        let output = booking_web(&["gate", "add", name], &self.env()).await.unwrap();
        assert!(output.status.success(), "{}", output.stderr);
        let file = self.folder.path().join(format!("{name}.toml"));
        std::fs::write(&file, output.stdout).unwrap();
        file
    }

    /// What an organiser's commands need.
    pub(crate) fn env(&self) -> [(&str, &str); 2] {
        let key = self.settings.signing_key_file.to_str().unwrap();
        [("DATABASE_URL", &self.database.url), ("TICKET_SIGNING_KEY_FILE", key)]
    }
}

pub(crate) async fn command_succeeds(arguments: &[&str], env: &[(&str, &str)]) -> String {
    let output = booking_web(arguments, env).await.unwrap();
    assert!(output.status.success(), "booking-web {arguments:?}: {}", output.stderr);
    output.stdout
}

/// Waits for something that happens by itself.
pub(crate) async fn eventually(what: &str, happened: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !happened().await {
        assert!(began.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
