//! The way to the organiser's bridge: one signed POST for each move of a ticket,
//! by the rules of Standard Webhooks (<https://www.standardwebhooks.com>).

use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use sha2::Sha256;

use super::{Fate, Kind, Waiting};
use crate::config::WebhookSettings;
use crate::event::Event;
use crate::order::Order;

const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Tells one address of tickets.
pub(super) struct Hook {
    http: reqwest::Client,
    settings: WebhookSettings,
}

#[derive(Serialize)]
struct News<'a> {
    r#type: &'static str,
    /// When it happened, however late it is told.
    timestamp: DateTime<Utc>,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    order_id: String,
    /// Who booked.
    first_name: &'a str,
    /// Who comes, in the order of the tickets on the page; the first one booked.
    attendees: Vec<&'a str>,
    /// E.164.
    phone: String,
    /// The page that is the ticket: for its guest, and nobody else.
    ticket_url: &'a str,
    event: About<'a>,
}

#[derive(Serialize)]
struct About<'a> {
    name: &'a str,
    venue: &'a str,
    starts_at: String,
    doors_open_at: Option<String>,
}

impl Hook {
    pub(super) fn new(settings: WebhookSettings) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(ANSWER_WITHIN)
            // Whoever is told of phone numbers is named in the settings, and not by another site.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, settings })
    }

    pub(super) async fn send(&self, message: &Waiting, body: Vec<u8>, now: DateTime<Utc>) -> Fate {
        let timestamp = now.timestamp().to_string();
        let signature = signature(&self.settings.key(), &message.id, &timestamp, &body);
        let request = self
            .http
            .post(self.settings.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", format!("v1,{signature}"))
            .body(body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Fate::Sent,
            Ok(answer) => Fate::Later(format!("answered {}", answer.status().as_u16())),
            Err(error) => Fate::Unreachable(crate::chain(&error.without_url())),
        }
    }
}

/// `None` for what the bridge does not hear of.
pub(super) fn body(message: &Waiting, order: &Order, event: &Event, ticket_url: &str) -> Option<Vec<u8>> {
    let news = News {
        r#type: match message.kind {
            Kind::TicketIssued => "ticket.issued",
            Kind::TicketRestored => "ticket.restored",
            Kind::TicketRevoked => "ticket.revoked",
            Kind::Ticket | Kind::Again | Kind::MoneyBack => return None,
        },
        timestamp: message.created_at,
        data: Data {
            order_id: order.id.to_string(),
            first_name: order.name.as_str(),
            attendees: order.attendees.iter().map(|it| it.name.as_str()).collect(),
            phone: format!("+{}", order.phone),
            ticket_url,
            event: About {
                name: &event.name,
                venue: &event.venue,
                starts_at: event.starts().machine(),
                doors_open_at: event.doors_open_at.map(|at| event.when(at).machine()),
            },
        },
    };
    serde_json::to_vec(&news).ok()
}

/// Over id, time and the very bytes that are sent.
fn signature(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    BASE64.encode(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_that_of_standard_webhooks() {
        let key = BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
