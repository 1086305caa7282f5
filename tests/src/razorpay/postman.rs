//! The postman's round: how events get to the merchant.
//!
//! Each event is first tried in its turn, by the next free courier; what is not
//! answered with 2xx in time is tried again on the side, so one stubborn event
//! does not hold up the others. With one courier, events arrive in their order
//! as long as nothing goes wrong; with several, a merchant under load is told
//! as quickly as it can listen.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::account::Event;
use super::faults::WebhookFault;
use super::signature::sign;
use super::webhooks::{Letter, Outcome, Webhooks};

/// How long an overtaken event waits for one to overtake it.
const OVERTAKING: Duration = Duration::from_millis(300);

impl Webhooks {
    /// The round: each letter in its turn, unless its fate says otherwise.
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
                self.write_down(&event, 1, "", Outcome::Lost);
                self.done();
                return;
            }
            Some(WebhookFault::Repeated(times)) => {
                for _ in 0..times {
                    self.begin();
                    tokio::spawn(Arc::clone(self).deliver(event.clone(), 1, false));
                }
            }
            Some(WebhookFault::DroppedOnce | WebhookFault::Overtaken) | None => {}
        }
        let dropped = fault == Some(WebhookFault::DroppedOnce);
        if at_once {
            tokio::spawn(Arc::clone(self).deliver(event, 1, dropped));
        } else {
            self.send_courier(event, dropped).await;
        }
    }

    /// Waits for a free courier; returns when it has set out, not when it is back.
    async fn send_courier(self: &Arc<Self>, event: Event, dropped: bool) {
        let courier = Arc::clone(&self.couriers).acquire_owned().await.expect("nobody dismisses the couriers");
        let postman = Arc::clone(self);
        tokio::spawn(async move {
            let is_over = postman.attempt(&event, 1, dropped).await;
            // Free again before the pauses begin.
            drop(courier);
            if is_over {
                postman.done();
            } else {
                postman.deliver(event, 2, false).await;
            }
        });
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
        let _line = self.lines.acquire().await.expect("nobody takes the lines down");
        let Some(url) = self.next_url() else {
            // Nobody wants to be told.
            return true;
        };
        let outcome = if dropped { Outcome::Lost } else { self.send(&url, event).await };
        let is_heard = outcome.is_heard();
        self.write_down(event, attempt, if dropped { "" } else { &url }, outcome);
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
}
