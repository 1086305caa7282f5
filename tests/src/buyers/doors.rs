//! The way in: requests over so many sockets and no more, each timed.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{COOKIE, HeaderMap, LOCATION, RETRY_AFTER, SET_COOKIE};
use reqwest::{Client, RequestBuilder, redirect};
use tokio::sync::Semaphore;

use super::report::Answers;
use super::sight::{Heard, Sight};

/// Longer than the site lets any request take; who waits in vain for so long has had no answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// `GET /`
    Form,
    /// `POST /submit`
    Booking,
    /// `GET …/return`
    Return,
    /// `GET /orders/…`
    Order,
    /// `GET …/qr.svg`
    Picture,
}

/// The way to the site and to the payment page, for everybody.
#[derive(Debug)]
pub struct Doors {
    site: String,
    http: Client,
    /// One permit for each socket to the site.
    sockets: Semaphore,
    /// The same for the payment page: who is about to pay does not wait behind those who are not.
    payment_sockets: Semaphore,
    answers: Mutex<Answers>,
}

impl Doors {
    /// To the site at this address (without a slash at the end), over so many sockets at once.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn to(site: &str, sockets: usize) -> reqwest::Result<Self> {
        // The workspace's reqwest brings no TLS provider of its own; a second installation is refused, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .pool_idle_timeout(Duration::from_secs(5))
            .build()?;
        Ok(Self {
            site: site.to_owned(),
            http,
            sockets: Semaphore::new(sockets),
            payment_sockets: Semaphore::new((sockets / 8).max(8)),
            answers: Mutex::default(),
        })
    }

    /// Every answer of the site so far.
    #[must_use]
    pub fn answers(&self) -> Answers {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A page of the site.
    pub(super) async fn get(&self, ask: Ask, from: &str, path: &str) -> Sight {
        // The way back from the payment page comes as a whole address.
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.site) };
        self.ask(ask, self.http.get(url).header("x-forwarded-for", from)).await
    }

    /// The form, filled in; `order` is the one this browser made last.
    pub(super) async fn submit(&self, from: &str, order: Option<&str>, form: &[(&str, &str)]) -> Sight {
        let mut request = self.http.post(format!("{}/submit", self.site)).header("x-forwarded-for", from).form(form);
        if let Some(token) = order.and_then(|path| path.strip_prefix("/orders/")) {
            request = request.header(COOKIE, format!("order={token}"));
        }
        self.ask(Ask::Booking, request).await
    }

    /// A button of the payment page.
    pub(super) async fn press(&self, page: &str, button: &str) -> Sight {
        let _socket = self.payment_sockets.acquire().await;
        match hear(self.http.post(format!("{page}/{button}"))).await {
            Some(heard) => heard.shown_by_the_payment_page(),
            None => Sight::NoAnswer,
        }
    }

    /// Timed from when there is a socket for it: before that, it has not been asked.
    async fn ask(&self, ask: Ask, request: RequestBuilder) -> Sight {
        let _socket = self.sockets.acquire().await;
        let asked = Instant::now();
        let heard = hear(request).await;
        let took = asked.elapsed();
        let sight = heard.as_ref().map_or(Sight::NoAnswer, Heard::shown_by_the_site);
        let status = heard.map(|heard| heard.status.as_u16());
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).add(ask, status, &sight, took);
        sight
    }
}

async fn hear(request: RequestBuilder) -> Option<Heard> {
    let answer = request.send().await.ok()?;
    let status = answer.status();
    let text = |headers: &HeaderMap, name| headers.get(name).and_then(|it| it.to_str().ok()).map(str::to_owned);
    let headers = answer.headers();
    let (location, cookie) = (text(headers, LOCATION), text(headers, SET_COOKIE));
    let retry_after = text(headers, RETRY_AFTER).and_then(|it| it.parse().ok()).map(Duration::from_secs);
    let body = answer.text().await.ok()?;
    Some(Heard { status, location, retry_after, cookie, body })
}
