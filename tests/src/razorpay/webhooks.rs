//! Telling the merchant: signed, at least once, tried again with growing pauses.
//!
//! Here is what is told and what came of it; how it gets there is in `postman`.
//! A signature covers the bytes that are sent, and repeats send the same bytes
//! under the same event id.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, watch};

use super::account::Event;
use super::faults::WebhookFault;
use super::log::Log;
use super::signature::sign;

/// How many attempts may wait for an answer at the same time, repeats included: a merchant that went silent
/// under load must not eat up this program's connections.
const LINES: usize = 256;

/// How the merchant is told.
#[derive(Clone, Debug)]
pub(super) struct Manners {
    /// Signs the bodies.
    pub secret: String,
    /// How long an answer may take.
    pub patience: Duration,
    /// The pause before the second attempt; it doubles each time.
    pub first_pause: Duration,
    /// How often an event is tried in all.
    pub attempts: u32,
    /// How many events are first tried at the same time.
    pub couriers: usize,
}

/// One attempt to tell, for assertions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The `x-razorpay-event-id`.
    pub event_id: String,
    /// Such as `payment_link.paid`.
    pub event: String,
    /// The first is 1.
    pub attempt: u32,
    /// To which address; empty where it was lost before.
    pub to: String,
    /// What was sent.
    pub body: String,
    /// Its `X-Razorpay-Signature`.
    pub signature: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The merchant answered with this status.
    Answered(u16),
    /// No answer in time, or no connection.
    NoAnswer(String),
    /// Lost on the way, as the faults had it.
    Lost,
}

impl Outcome {
    pub(super) fn is_heard(&self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }
}

/// The postman.
#[derive(Debug)]
pub(super) struct Webhooks {
    pub(super) manners: Manners,
    pub(super) client: reqwest::Client,
    /// One for each attempt.
    pub(super) lines: Semaphore,
    /// One for each first attempt in its turn.
    pub(super) couriers: Arc<Semaphore>,
    urls: Mutex<Vec<String>>,
    /// How many attempts were made.
    turn: AtomicUsize,
    deliveries: Mutex<Log<Delivery>>,
    /// Events neither delivered nor given up.
    under_way: watch::Sender<usize>,
    bag: mpsc::UnboundedSender<Letter>,
}

/// An event and its fate.
#[derive(Debug)]
pub(super) struct Letter {
    pub event: Event,
    pub fault: Option<WebhookFault>,
    /// Not in its turn, but at once.
    pub at_once: bool,
}

impl Webhooks {
    /// A postman who remembers so many deliveries, and the bag that [`Webhooks::walk`] empties.
    pub(super) fn new(
        manners: Manners,
        url: Option<String>,
        keep: usize,
    ) -> reqwest::Result<(Self, mpsc::UnboundedReceiver<Letter>)> {
        // The workspace's reqwest brings no TLS provider of its own; a second installation is refused, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(manners.patience)
            .build()?;
        let (bag, letters) = mpsc::unbounded_channel();
        let webhooks = Self {
            client,
            lines: Semaphore::new(LINES),
            couriers: Arc::new(Semaphore::new(manners.couriers.max(1))),
            urls: Mutex::new(url.into_iter().collect()),
            turn: AtomicUsize::new(0),
            deliveries: Mutex::new(Log::of(keep)),
            under_way: watch::Sender::new(0),
            bag,
            manners,
        };
        Ok((webhooks, letters))
    }

    /// Where events go from now on: to each address in turn, to none at all if there is none.
    pub(super) fn send_to(&self, urls: Vec<String>) {
        *locked(&self.urls) = urls;
    }

    /// The address whose turn it is.
    pub(super) fn next_url(&self) -> Option<String> {
        let urls = locked(&self.urls);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed).checked_rem(urls.len())?;
        urls.get(turn).cloned()
    }

    /// Every attempt that is remembered.
    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        locked(&self.deliveries).all()
    }

    /// Takes an event; a repeated one is a letter for each time.
    pub(super) fn post(&self, letter: Letter) {
        self.begin();
        // Fails only when the postman is gone, and then nobody waits for the letter.
        let _ = self.bag.send(letter);
    }

    /// Returns when every event was delivered or given up.
    pub(super) async fn settled(&self) {
        let mut under_way = self.under_way.subscribe();
        // The sender lives as long as we do.
        let _ = under_way.wait_for(|count| *count == 0).await;
    }

    /// One more event is under way.
    pub(super) fn begin(&self) {
        self.under_way.send_modify(|count| *count += 1);
    }

    /// An event was delivered or given up.
    pub(super) fn done(&self) {
        self.under_way.send_modify(|count| *count -= 1);
    }

    pub(super) fn write_down(&self, event: &Event, attempt: u32, to: &str, outcome: Outcome) {
        locked(&self.deliveries).write(|| Delivery {
            event_id: event.id.clone(),
            event: event.name.clone(),
            attempt,
            to: to.to_owned(),
            body: event.body.clone(),
            signature: sign(&self.manners.secret, event.body.as_bytes()),
            outcome,
        });
    }
}

/// A test that panicked while holding a lock has said what is wrong; the others need not fail of it.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
