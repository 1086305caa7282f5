//! What buyers come to: an event, its database, a payment company, the site.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use mysql_async::Pool;
use mysql_async::prelude::{FromRow, Queryable};
use tempfile::TempDir;

use crate::mariadb::{Data, Options, Server, Speed};
use crate::processes::Process;
use crate::programs::{BookingSettings, BookingWeb, booking_web};
use crate::razorpay::{self, Razorpay};

/// What is sold, and how the site is set up for it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// How many seats there are.
    pub seats: u32,
    /// How the simulated payment company is set up.
    pub razorpay: razorpay::Options,
    /// Settings of the site beside the usual ones.
    pub env: Vec<(String, String)>,
}

/// A site that sells, with all that it needs. Its database loses nothing that it has confirmed, as in production.
#[derive(Debug)]
pub struct BoxOffice {
    /// The payment company.
    pub razorpay: Razorpay,
    /// The booking site.
    pub site: BookingWeb,
    /// To look into the database with every right.
    pub pool: Pool,
    server: Server,
    _folder: TempDir,
}

impl Offer {
    /// So many seats at ₹499, sold to guests of whom a proxy on this machine says who they are.
    #[must_use]
    pub fn of(seats: u32) -> Self {
        let razorpay = razorpay::Options {
            // As many as Razorpay might send at once; and what was sent is of no interest here.
            webhook_couriers: 16,
            keep_calls: 0,
            keep_deliveries: 0,
            ..razorpay::Options::default()
        };
        Self { seats, razorpay, env: vec![("TRUSTED_PROXIES".into(), "127.0.0.1".into())] }
    }
}

impl BoxOffice {
    /// As an organiser would: by the programs' own doors.
    ///
    /// # Errors
    /// When one of the parts does not start.
    pub async fn open(offer: Offer) -> anyhow::Result<Self> {
        let options = Options { data: Data::Temporary, speed: Speed::Durable, port: None, identity: None };
        let server =
            tokio::task::spawn_blocking(|| Server::start(options)).await.context("the start ended oddly")??;
        let database = server.fresh_database().await?;
        let folder = tempfile::tempdir()?;
        let signing_key_file = prepare(folder.path(), &database.url, offer.seats).await?;
        let Offer { razorpay: options, env, .. } = offer;
        let razorpay = Razorpay::start(options.clone()).await?;
        let settings = BookingSettings {
            database_url: database.url.clone(),
            razorpay_url: razorpay.api_url(),
            key_id: options.key_id,
            key_secret: options.key_secret,
            webhook_secret: options.webhook_secret,
            signing_key_file,
            port: None,
            env,
        };
        let site = BookingWeb::start(&settings).await?;
        razorpay.webhook_to(format!("{}/webhooks/razorpay", site.url));
        Ok(Self { razorpay, site, pool: database.pool(), server, _folder: folder })
    }

    /// One row of the database.
    ///
    /// # Errors
    /// When the database does not answer, or has no such row.
    pub async fn row<T: FromRow + Send + 'static>(&self, query: &str) -> anyhow::Result<T> {
        let mut conn = self.pool.get_conn().await?;
        conn.query_first(query).await?.with_context(|| format!("there is nothing to be had by: {query}"))
    }

    /// What the site's process takes of the machine.
    ///
    /// # Errors
    /// When it has ended.
    pub fn site_process(&self) -> anyhow::Result<Process> {
        Process::of(self.site.pid()).context("the booking site has ended")
    }

    /// What the database's process takes of the machine.
    ///
    /// # Errors
    /// When it has ended.
    pub fn database_process(&self) -> anyhow::Result<Process> {
        self.server.pid().and_then(Process::of).context("the database server has ended")
    }
}

/// Schema, key, event; the key's file.
async fn prepare(folder: &Path, database_url: &str, seats: u32) -> anyhow::Result<PathBuf> {
    let key = folder.join("signing-key.pem");
    let env = [("DATABASE_URL", database_url), ("TICKET_SIGNING_KEY_FILE", &key.to_string_lossy())];
    let capacity = seats.to_string();
    let event = ["event", "set", "--name", "Diwali Night", "--venue", "Town Hall, Bengaluru"];
    let terms = ["--starts-at", "2036-11-22T19:30", "--price-paise", "49900", "--capacity", &capacity];
    for command in [&["migrate"][..], &["keygen"], &[event, terms].concat()] {
        let output = booking_web(command, &env).await?;
        ensure!(output.status.success(), "booking-web {}: {}", command.join(" "), output.stderr);
    }
    Ok(key)
}
