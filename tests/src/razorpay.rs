//! A Razorpay to test with: the real wire, no real money, and it misbehaves on command.
//!
//! Payment links, payments, refunds, disputes and orders under `/v1`, the
//! hosted page behind each link's `short_url`, signed webhooks that are sent
//! again until they are heard, and an overview at `/`. A client written for
//! `api.razorpay.com` works unchanged against [`Razorpay::api_url`].
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use real_parts::razorpay::{ApiFault, Endpoint, Faults, Options, Razorpay};
//!
//! let razorpay = Razorpay::start(Options::default()).await?;
//! razorpay.webhook_to("http://127.0.0.1:8080/webhooks/razorpay");
//! razorpay.misbehave(Faults::none().next_call(Endpoint::CreateLink, ApiFault::DoneThenCut));
//! // … the guest orders, and the booking site creates a link …
//! let link = &razorpay.links()[0];
//! let callback_url = razorpay.pay(&link.id)?;
//! razorpay.settled().await;
//! # Ok(()) }
//! ```
//!
//! A test gives [`Options`], watches with [`Razorpay::links`], [`Razorpay::calls`] and the
//! like, makes things happen with `commands`, spoils them with [`Faults`], and
//! counts the money with [`Razorpay::ledger`]. For a load, see
//! [`Options::webhook_couriers`], [`Options::keep_calls`] and [`Options::keep_deliveries`].
//!
//! Reading order: `model` (what there is) → `table` (how it is found) →
//! `account`, `links`, `payments`, `refunds`, `disputes` (what can happen to
//! it, as plain functions) → `wire` (how it looks) → `simulator` (the one door
//! to it) → `api` and `lists`, `hosted_page`, `webhooks` and `postman` →
//! [`Faults`] and `misbehave` (what goes wrong).
//!
//! Known differences: one key, one webhook, rupees only, UPI only; no limit on
//! the number of calls unless [`Faults`] say so; times are whole seconds.

mod account;
mod api;
mod commands;
mod control;
mod disputes;
mod endpoint;
mod errors;
mod faults;
mod hosted_page;
mod html;
mod index_page;
mod ledger;
mod line;
mod links;
mod lists;
mod log;
mod misbehave;
mod model;
mod options;
mod payments;
mod postman;
mod refund_fate;
mod refunds;
mod rows;
pub mod signature;
mod simulator;
mod state_file;
mod table;
#[cfg(test)]
mod tests;
mod views;
mod webhooks;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use endpoint::Endpoint;
pub use errors::ApiError;
pub use faults::{ApiFault, Faults, WebhookFault};
pub use ledger::LedgerEntry;
pub use model::{Dispute, DisputeStatus, Link, LinkStatus, Order, Payment, PaymentStatus, Refund, RefundStatus};
pub use options::Options;
pub use payments::DeadLink;
pub use refund_fate::RefundsSettle;
pub use simulator::Call;
pub use webhooks::{Delivery, Outcome};

use line::{Lines, Scissors};
use simulator::Simulator;
use webhooks::{Letter, Manners, Webhooks, locked};

/// How often the simulator looks whether a link expired by itself.
const TICK: Duration = Duration::from_millis(200);

/// A running simulator; it ends when this is dropped.
#[derive(Debug)]
pub struct Razorpay {
    simulator: Arc<Simulator>,
    address: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
    /// Cuts every connection.
    lines: Scissors,
}

impl Razorpay {
    /// Starts to listen; ready when this returns.
    ///
    /// # Errors
    /// The port is taken, or the state file cannot be read.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .with_context(|| format!("the Razorpay simulator cannot listen on port {}", options.port))?;
        let address = listener.local_addr()?;
        let (simulator, letters) = simulator(options, address)?;

        let pages = Router::new().route("/", get(index_page::show)).with_state(Arc::clone(&simulator));
        let app = pages
            .merge(api::routes(&simulator))
            .merge(hosted_page::routes(&simulator))
            .merge(control::routes(&simulator));
        let lines = Scissors::default();
        let listener = Lines { listener, all: lines.clone() };
        let server = axum::serve(listener, app.into_make_service_with_connect_info::<Scissors>());
        let clock = Arc::clone(&simulator);
        let tasks = vec![
            tokio::spawn(async move {
                // Its only error would be the listener's, and that one tries again.
                let _ = server.await;
            }),
            tokio::spawn(Arc::clone(&simulator.webhooks).walk(letters)),
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(TICK).await;
                    clock.pass_time();
                }
            }),
        ];
        Ok(Self { simulator, address, tasks, lines })
    }

    /// What a client takes for `https://api.razorpay.com/v1`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The overview.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Sends webhooks there from now on.
    pub fn webhook_to(&self, url: impl Into<String>) {
        self.webhooks_to(vec![url.into()]);
    }

    /// Sends webhooks to these addresses from now on, to each in turn, as a balancer before several servers would;
    /// to nobody if there are none.
    pub fn webhooks_to(&self, urls: Vec<String>) {
        self.simulator.webhooks.send_to(urls);
    }

    /// From now on goes wrong what this says, and nothing else.
    pub fn misbehave(&self, faults: Faults) {
        *locked(&self.simulator.faults) = faults;
    }

    /// Goes well from now on.
    pub fn behave(&self) {
        self.misbehave(Faults::none());
    }

    /// Returns when every webhook was delivered or given up.
    pub async fn settled(&self) {
        self.simulator.webhooks.settled().await;
    }
}

impl Drop for Razorpay {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        // Connections and repeated webhooks outlive the tasks that began them.
        self.lines.cut();
        self.simulator.webhooks.send_to(Vec::new());
    }
}

type Letters = tokio::sync::mpsc::UnboundedReceiver<Letter>;

fn simulator(options: Options, address: SocketAddr) -> anyhow::Result<(Arc<Simulator>, Letters)> {
    let account = match &options.state_file {
        None => account::Account::default(),
        Some(path) => state_file::read(path).with_context(|| {
            format!("{} is no state of the Razorpay simulator; delete it to start afresh", path.display())
        })?,
    };
    let account = account.ruled_by(account::Rules {
        base_url: format!("http://{address}"),
        min_link_life: options.min_link_life,
        refunds: options.refunds,
    });
    let manners = Manners {
        secret: options.webhook_secret,
        patience: options.webhook_patience,
        first_pause: options.webhook_first_pause,
        attempts: options.webhook_attempts,
        couriers: options.webhook_couriers,
    };
    let (webhooks, letters) = Webhooks::new(manners, options.webhook_url, options.keep_deliveries)?;
    let key = (options.key_id, options.key_secret);
    let faults = (options.faults, options.keep_calls);
    Ok((Arc::new(Simulator::new(key, options.state_file, account, webhooks, faults)), letters))
}
