//! The parts: one database, one Razorpay, two servers that come and go.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use mysql_async::Pool;
use mysql_async::prelude::{FromRow, Queryable};
use real_parts::mariadb::{Database, Server};
use real_parts::programs::{BookingSettings, BookingWeb, booking_web};
use real_parts::razorpay::Razorpay;
use real_parts::scratch::target_folder;
use tempfile::TempDir;
use tokio::sync::Mutex as Turn;

use crate::audit::{Finding, Kind};
use crate::doors::Doors;
use crate::plan::Plan;
use crate::tally::Counts;

/// What everybody pays.
pub(crate) const PRICE: i64 = 49_900;

pub(crate) struct Stage {
    pub(crate) plan: Plan,
    pub(crate) razorpay: Razorpay,
    pub(crate) pool: Pool,
    pub(crate) doors: Doors,
    /// What was done, by name.
    pub(crate) counts: Counts,
    /// Guests who were told that it is sold out and wait.
    pub(crate) waiting: AtomicU32,
    /// Where the servers' logs are kept.
    pub(crate) logs: PathBuf,
    pub(crate) settings: BookingSettings,
    sites: [Turn<Option<BookingWeb>>; 2],
    ports: [u16; 2],
    complaints: Mutex<Vec<Finding>>,
    /// Disputes that will be lost, but not yet.
    postponed: Mutex<Vec<String>>,
    _folder: TempDir,
    _database: Database,
}

impl Stage {
    pub(crate) async fn set(plan: Plan) -> Self {
        let database = Server::shared().fresh_database().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let options = plan.razorpay();
        let razorpay = Razorpay::start(options.clone()).await.unwrap();
        let ports = [free_port(), free_port()];
        let settings = BookingSettings {
            database_url: database.url.clone(),
            razorpay_url: razorpay.api_url(),
            key_id: options.key_id,
            key_secret: options.key_secret,
            webhook_secret: options.webhook_secret,
            signing_key_file: folder.path().join("signing-key.pem"),
            port: None,
            env: [
                // One address for both, as behind a balancer.
                ("PUBLIC_URL", "https://tickets.example"),
                ("LOOK_UP_SECONDS", "1"),
                ("SUBMITS_PER_MINUTE", "0"),
                ("RECONCILE_HOURS", "0"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        };
        let logs = target_folder().join("tmp/chaos");
        let _ = fs::remove_dir_all(&logs);
        fs::create_dir_all(&logs).unwrap();
        let stage = Self {
            plan,
            doors: Doors::to(ports),
            pool: database.pool(),
            counts: Counts::default(),
            waiting: AtomicU32::new(0),
            logs,
            settings,
            sites: [Turn::default(), Turn::default()],
            ports,
            complaints: Mutex::default(),
            postponed: Mutex::default(),
            razorpay,
            _folder: folder,
            _database: database,
        };
        stage.prepare().await;
        stage
    }

    async fn prepare(&self) {
        let (price, seats) = (PRICE.to_string(), self.plan.seats.to_string());
        let event =
            ["event", "set", "--name", "Diwali Night", "--venue", "Town Hall", "--starts-at", "2036-11-22T19:30"];
        for command in
            [&["migrate"][..], &["keygen"], &[&event[..], &["--price-paise", &price, "--capacity", &seats]].concat()]
        {
            self.command(command).await.unwrap();
        }
        self.raise_the_dead().await;
        let hooks = self.ports.map(|port| format!("http://127.0.0.1:{port}/webhooks/razorpay"));
        self.razorpay.webhooks_to(hooks.to_vec());
    }

    /// Runs one of the organiser's commands; what it printed, or what it complained of.
    pub(crate) async fn command(&self, arguments: &[&str]) -> Result<String, String> {
        let settings = &self.settings;
        let env = [
            ("DATABASE_URL", &*settings.database_url),
            ("TICKET_SIGNING_KEY_FILE", settings.signing_key_file.to_str().unwrap()),
            ("PUBLIC_URL", "https://tickets.example"),
            ("RAZORPAY_API_URL", &settings.razorpay_url),
            ("RAZORPAY_KEY_ID", &settings.key_id),
            ("RAZORPAY_KEY_SECRET", &settings.key_secret),
            ("RAZORPAY_WEBHOOK_SECRET", &settings.webhook_secret),
        ];
        let output = booking_web(arguments, &env).await.unwrap();
        if output.status.success() { Ok(output.stdout) } else { Err(format!("{}{}", output.stdout, output.stderr)) }
    }

    /// Starts whichever server does not run.
    pub(crate) async fn raise_the_dead(&self) {
        for server in 0..self.sites.len() {
            self.start(server).await;
        }
    }

    pub(crate) async fn start(&self, server: usize) {
        let mut site = self.sites[server].lock().await;
        if site.is_none() {
            let settings = BookingSettings { port: Some(self.ports[server]), ..self.settings.clone() };
            *site = Some(BookingWeb::start(&settings).await.unwrap());
        }
    }

    /// As a power cut would.
    pub(crate) async fn kill(&self, server: usize) {
        if let Some(site) = self.sites[server].lock().await.take() {
            self.keep_log(server, &site.log());
            tokio::task::spawn_blocking(|| site.kill()).await.unwrap();
        }
    }

    /// Asks both to finish what they began; on return nothing is under way.
    pub(crate) async fn stop_both(&self) {
        for (server, site) in self.sites.iter().enumerate() {
            if let Some(site) = site.lock().await.take() {
                self.keep_log(server, &site.stop().await.unwrap());
            }
        }
    }

    fn keep_log(&self, server: usize, log: &str) {
        let file = self.logs.join(format!("server-{server}.log"));
        OpenOptions::new().create(true).append(true).open(file).unwrap().write_all(log.as_bytes()).unwrap();
    }

    /// A guest has seen what no guest should.
    pub(crate) fn complain(&self, kind: Kind, what: impl Into<String>) {
        self.complaints.lock().unwrap().push(Finding { kind, what: what.into() });
    }

    /// The bank decides after the storm: against us.
    pub(crate) fn postpone(&self, dispute: String) {
        self.postponed.lock().unwrap().push(dispute);
    }

    /// The postponed verdicts; how many they were.
    pub(crate) fn verdicts(&self) -> usize {
        let postponed = std::mem::take(&mut *self.postponed.lock().unwrap());
        for dispute in &postponed {
            self.razorpay.lose_dispute(dispute).unwrap();
        }
        postponed.len()
    }

    /// Enough is known: the storm need not go on.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.complaints.lock().unwrap().len() > 20
    }

    pub(crate) fn complaints(&self) -> Vec<Finding> {
        std::mem::take(&mut self.complaints.lock().unwrap())
    }

    pub(crate) async fn sql(&self, statement: &str) {
        self.changed(statement).await;
    }

    /// How many rows a statement changed. Our own work gives way to that of the servers.
    pub(crate) async fn changed(&self, statement: &str) -> u64 {
        loop {
            let mut conn = self.pool.get_conn().await.unwrap();
            match conn.query_drop(statement).await {
                Ok(()) => return conn.affected_rows(),
                // A deadlock, or a lock that was waited for too long.
                Err(mysql_async::Error::Server(error)) if matches!(error.code, 1213 | 1205) => {}
                Err(error) => panic!("{statement}: {error}"),
            }
        }
    }

    pub(crate) async fn rows<T: FromRow + Send + 'static>(&self, query: &str) -> Vec<T> {
        self.pool.get_conn().await.unwrap().query(query).await.unwrap()
    }

    /// How many guests wait for a seat, now.
    pub(crate) fn waiting(&self) -> u32 {
        self.waiting.load(Ordering::Relaxed)
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
