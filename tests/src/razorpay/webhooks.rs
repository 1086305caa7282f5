//! Telling the merchant: signed, at least once, tried again with growing pauses.
//!
//! Each event is first tried in its turn; what is not answered with 2xx in
//! time is tried again on the side, so one stubborn event does not hold up the
//! others. A signature covers the bytes that are sent, and repeats send the
//! same bytes under the same event id.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::account::Event;
use super::faults::WebhookFault;
use super::signature::sign;

/// How long an overtaken event waits for one to overtake it.
const OVERTAKING: Duration = Duration::from_millis(300);

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
    fn is_heard(&self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }
}

/// The postman.
#[derive(Debug)]
pub(super) struct Webhooks {
    manners: Manners,
    client: reqwest::Client,
    url: Mutex<Option<String>>,
    deliveries: Mutex<Vec<Delivery>>,
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
    /// A postman, and the bag that [`Webhooks::walk`] empties.
    pub(super) fn new(
        manners: Manners,
        url: Option<String>,
    ) -> reqwest::Result<(Self, mpsc::UnboundedReceiver<Letter>)> {
        // The workspace's reqwest brings no TLS provider of its own; a second installation is refused, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(manners.patience)
            .build()?;
        let (bag, letters) = mpsc::unbounded_channel();
        let (deliveries, under_way) = (Mutex::default(), watch::Sender::new(0));
        Ok((Self { manners, client, url: Mutex::new(url), deliveries, under_way, bag }, letters))
    }

    /// Where events go from now on.
    pub(super) fn send_to(&self, url: Option<String>) {
        *locked(&self.url) = url;
    }

    /// Every attempt so far.
    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        locked(&self.deliveries).clone()
    }

    /// Takes an event; a repeated one is a letter for each time.
    pub(super) fn post(&self, letter: Letter) {
        self.under_way.send_modify(|count| *count += 1);
        // Fails only when the postman is gone, and then nobody waits for the letter.
        let _ = self.bag.send(letter);
    }

    /// Returns when every event was delivered or given up.
    pub(super) async fn settled(&self) {
        let mut under_way = self.under_way.subscribe();
        // The sender lives as long as we do.
        let _ = under_way.wait_for(|count| *count == 0).await;
    }

    /// The postman's round: each letter in its turn, unless its fate says otherwise.
    pub(super) async fn walk(self: Arc<Self>, mut letters: mpsc::UnboundedReceiver<Letter>) {
        let mut overtaken: Option<Event> = None;
        loop {
            let next = if overtaken.is_some() {
                tokio::time::timeout(OVERTAKING, letters.recv()).await
            } else {
                Ok(letters.recv().await)
            };
            match next {
                Ok(None) => return,
                Ok(Some(Letter { event, fault: Some(WebhookFault::Overtaken), .. })) if overtaken.is_none() => {
                    overtaken = Some(event);
                    continue;
                }
                Ok(Some(letter)) => self.carry(letter).await,
                Err(_nobody_came) => {}
            }
            if let Some(event) = overtaken.take() {
                self.carry(Letter { event, fault: None, at_once: false }).await;
            }
        }
    }

    async fn carry(self: &Arc<Self>, letter: Letter) {
        let Letter { event, fault, at_once } = letter;
        match fault {
            Some(WebhookFault::Delayed(pause)) => {
                let postman = Arc::clone(self);
                tokio::spawn(async move {
                    tokio::time::sleep(pause).await;
                    postman.deliver(event, 1, false).await;
                });
                return;
            }
            Some(WebhookFault::Lost) => {
                self.write_down(&event, 1, Outcome::Lost);
                self.done();
                return;
            }
            Some(WebhookFault::Repeated(times)) => {
                for _ in 0..times {
                    self.under_way.send_modify(|count| *count += 1);
                    tokio::spawn(Arc::clone(self).deliver(event.clone(), 1, false));
                }
            }
            Some(WebhookFault::DroppedOnce | WebhookFault::Overtaken) | None => {}
        }
        let dropped = fault == Some(WebhookFault::DroppedOnce);
        if at_once {
            tokio::spawn(Arc::clone(self).deliver(event, 1, dropped));
        } else if !self.attempt(&event, 1, dropped).await {
            tokio::spawn(Arc::clone(self).deliver(event, 2, false));
        } else {
            self.done();
        }
    }

    /// Tries until it is heard or given up.
    async fn deliver(self: Arc<Self>, event: Event, first: u32, dropped: bool) {
        for attempt in first..=self.manners.attempts {
            if attempt > 1 {
                tokio::time::sleep(self.manners.first_pause * 2_u32.saturating_pow(attempt - 2)).await;
            }
            if self.attempt(&event, attempt, dropped && attempt == first).await {
                break;
            }
        }
        self.done();
    }

    /// One attempt; true when nothing is left to do.
    async fn attempt(&self, event: &Event, attempt: u32, dropped: bool) -> bool {
        let Some(url) = locked(&self.url).clone() else {
            // Nobody wants to be told.
            return true;
        };
        let outcome = if dropped { Outcome::Lost } else { self.send(&url, event).await };
        let is_heard = outcome.is_heard();
        self.write_down(event, attempt, outcome);
        is_heard
    }

    async fn send(&self, url: &str, event: &Event) -> Outcome {
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("user-agent", "Razorpay-Webhook/v1")
            .header("x-razorpay-signature", sign(&self.manners.secret, event.body.as_bytes()))
            .header("x-razorpay-event-id", &event.id)
            .body(event.body.clone());
        match request.send().await {
            Ok(response) => Outcome::Answered(response.status().as_u16()),
            Err(error) => Outcome::NoAnswer(error.to_string()),
        }
    }

    fn write_down(&self, event: &Event, attempt: u32, outcome: Outcome) {
        locked(&self.deliveries).push(Delivery {
            event_id: event.id.clone(),
            event: event.name.clone(),
            attempt,
            body: event.body.clone(),
            signature: sign(&self.manners.secret, event.body.as_bytes()),
            outcome,
        });
    }

    fn done(&self) {
        self.under_way.send_modify(|count| *count -= 1);
    }
}

/// A test that panicked while holding a lock has said what is wrong; the others need not fail of it.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
