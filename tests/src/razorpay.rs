//! A Razorpay to test with: the real wire, no real money, and it misbehaves on command.
//!
//! Payment links, payments, refunds and orders under `/v1`, the hosted page
//! behind each link's `short_url`, signed webhooks that are sent again until
//! they are heard, and an overview at `/`. A client written for
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
//! like, makes things happen with `commands`, and spoils them with [`Faults`].
//!
//! Reading order: `model` (what there is) → `account`, `links`, `payments`,
//! `refunds` (what can happen to it, as plain functions) → `wire` (how it
//! looks) → `simulator` (the one door to it) → `api`, `hosted_page`, `webhooks`
//! → [`Faults`] and `misbehave` (what goes wrong).
//!
//! Known differences: one key, one webhook, rupees only, UPI only; no limit on
//! the number of calls unless [`Faults`] say so; times are whole seconds.

mod account;
mod api;
mod commands;
mod control;
mod errors;
mod faults;
mod hosted_page;
mod html;
mod index_page;
mod line;
mod links;
mod misbehave;
mod model;
mod options;
mod payments;
mod refunds;
pub mod signature;
mod simulator;
mod state_file;
#[cfg(test)]
mod tests;
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

pub use account::RefundsSettle;
pub use errors::ApiError;
pub use faults::{ApiFault, Endpoint, Faults, WebhookFault};
pub use model::{Link, LinkStatus, Order, Payment, PaymentStatus, Refund, RefundStatus};
pub use options::Options;
pub use payments::DeadLink;
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
        self.simulator.webhooks.send_to(Some(url.into()));
    }

    /// From now on goes wrong what this says, and nothing else.
    pub fn misbehave(&self, faults: Faults) {
        *locked(&self.simulator.faults) = faults;
    }

    /// Goes well from now on.
    pub fn behave(&self) {
        self.misbehave(Faults::none());
    }

    /// Every link, oldest first.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        self.simulator.look(|account| account.links.clone())
    }

    /// The link made with this reference.
    #[must_use]
    pub fn link_of(&self, reference_id: &str) -> Option<Link> {
        self.simulator.look(|account| account.links.iter().find(|link| link.reference_id == reference_id).cloned())
    }

    /// Where a guest pays.
    ///
    /// # Errors
    /// No such link.
    pub fn short_url(&self, link_id: &str) -> Result<String, ApiError> {
        self.simulator.look(|account| Ok(account.short_url(account.link(link_id)?)))
    }

    /// Every attempt to pay, oldest first.
    #[must_use]
    pub fn payments(&self) -> Vec<Payment> {
        self.simulator.look(|account| account.payments.clone())
    }

    /// Every refund, oldest first.
    #[must_use]
    pub fn refunds(&self) -> Vec<Refund> {
        self.simulator.look(|account| account.refunds.clone())
    }

    /// Every call of the API, in the order of arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        locked(&self.simulator.calls).clone()
    }

    /// The calls of one kind.
    #[must_use]
    pub fn calls_of(&self, endpoint: Endpoint) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.endpoint == endpoint).collect()
    }

    /// Every attempt to deliver a webhook, in the order of their ends.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.simulator.webhooks.deliveries()
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
        self.simulator.webhooks.send_to(None);
    }
}

type Letters = tokio::sync::mpsc::UnboundedReceiver<Letter>;

fn simulator(options: Options, address: SocketAddr) -> anyhow::Result<(Arc<Simulator>, Letters)> {
    let mut account = match &options.state_file {
        None => account::Account::default(),
        Some(path) => state_file::read(path).with_context(|| {
            format!("{} is no state of the Razorpay simulator; delete it to start afresh", path.display())
        })?,
    };
    account.rules = account::Rules {
        base_url: format!("http://{address}"),
        min_link_life: options.min_link_life,
        refunds: options.refunds,
    };
    let manners = Manners {
        secret: options.webhook_secret,
        patience: options.webhook_patience,
        first_pause: options.webhook_first_pause,
        attempts: options.webhook_attempts,
    };
    let (webhooks, letters) = Webhooks::new(manners, options.webhook_url)?;
    let key = (options.key_id, options.key_secret);
    Ok((Arc::new(Simulator::new(key, options.state_file, account, webhooks, options.faults)), letters))
}
