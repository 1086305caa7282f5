//! The two servers as a guest's browser sees them: either may be dead.

use std::time::Duration;

use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode, redirect};

/// Longer than the site lets any request take.
const PATIENCE: Duration = Duration::from_secs(25);

#[derive(Debug)]
pub(crate) struct Doors {
    http: Client,
    ports: [u16; 2],
}

/// What came of sending the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// There is an order; its page is at this token.
    Booked(String),
    /// Or too few are left for all of them.
    SoldOut,
    /// One of these has booked today.
    Duplicate,
    /// Come back in a moment: too many people.
    Crowded,
    /// The site could not do it.
    Unable,
    /// The connection broke.
    NoAnswer,
    Odd(String),
}

/// What an order's page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Seats are held; whether there is a way to pay.
    Held {
        payable: bool,
    },
    /// Any other state, by its word.
    Other(String),
    NoAnswer,
}

impl Doors {
    pub(crate) fn to(ports: [u16; 2]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(PATIENCE);
        Self { http: client.build().unwrap(), ports }
    }

    /// Sends the form of this key to a server.
    pub(crate) async fn submit(&self, server: usize, names: &[&str], phone: &str, form_key: &str) -> Sent {
        let guests = names.iter().map(|name| ("first_name", *name));
        let form: Vec<_> = guests.chain([("phone_number", phone), ("form_key", form_key)]).collect();
        let Some(answer) = self.ask(self.http.post(self.url(server, "/submit")).form(&form)).await else {
            return Sent::NoAnswer;
        };
        let (status, token, body) = answer;
        match (status, token) {
            (StatusCode::SEE_OTHER, Some(token)) => Sent::Booked(token),
            (StatusCode::CONFLICT, _) if body.contains("Already booked today") => Sent::Duplicate,
            (StatusCode::CONFLICT, _) if body.contains("Sold out") => Sent::SoldOut,
            (StatusCode::CONFLICT, _) if body.contains("Not enough seats for all of you") => Sent::SoldOut,
            (StatusCode::TOO_MANY_REQUESTS, _) => Sent::Crowded,
            (StatusCode::SERVICE_UNAVAILABLE, _) if body.contains("could not be made just now") => Sent::Unable,
            (StatusCode::SERVICE_UNAVAILABLE, _) => Sent::Crowded,
            _ => Sent::Odd(format!("{status}: {}", body.chars().take(200).collect::<String>())),
        }
    }

    /// Opens an order's page.
    pub(crate) async fn page(&self, server: usize, token: &str) -> Shown {
        let url = self.url(server, &format!("/orders/{token}"));
        let Some((StatusCode::OK, _, body)) = self.ask(self.http.get(url)).await else { return Shown::NoAnswer };
        let state = body.split_once("data-state=\"").and_then(|(_, rest)| rest.split_once('"'));
        match state.map(|(state, _)| state) {
            Some("held") => Shown::Held { payable: body.contains("data-payable=\"yes\"") },
            Some(other) => Shown::Other(other.to_owned()),
            None => Shown::NoAnswer,
        }
    }

    /// Goes the way back from the payment page, to whichever server; whether somebody answered.
    pub(crate) async fn come_back(&self, server: usize, callback: &str) -> bool {
        let Some((_, path)) = callback.split_once("tickets.example") else { return false };
        self.ask(self.http.get(self.url(server, path))).await.is_some()
    }

    fn url(&self, server: usize, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.ports[server])
    }

    /// Status, the order's token from the cookie, body.
    async fn ask(&self, request: RequestBuilder) -> Option<(StatusCode, Option<String>, String)> {
        let answer = request.send().await.ok()?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.text().await.ok()?;
        let cookie = headers.get(SET_COOKIE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let token = cookie.split_once("order=").and_then(|(_, rest)| rest.split(';').next());
        // Only with somewhere to go is it an order's answer.
        Some((status, token.filter(|_| headers.contains_key(LOCATION)).map(str::to_owned), body))
    }
}
