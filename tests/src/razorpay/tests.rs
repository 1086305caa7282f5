//! The simulator over the real wire: a real HTTP client, a real merchant that listens for webhooks.

mod calls;
mod couriers;
mod disputed;
mod given_back;
mod guest;
mod lists;
mod load;
mod paid;
mod told;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use super::signature::sign;
use super::*;

fn quick() -> Options {
    Options {
        webhook_patience: Duration::from_millis(500),
        webhook_first_pause: Duration::from_millis(10),
        webhook_attempts: 4,
        ..Options::default()
    }
}

/// Speaks to the simulator as the booking site will.
struct Client {
    http: reqwest::Client,
    api: String,
    key: (String, String),
}

impl Client {
    fn of(razorpay: &Razorpay) -> Self {
        let Options { key_id, key_secret, .. } = Options::default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(2))
            .build()
            .unwrap();
        Self { http, api: razorpay.api_url(), key: (key_id, key_secret) }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.http.get(format!("{}/{path}", self.api)).basic_auth(&self.key.0, Some(&self.key.1))).await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> reqwest::Result<(u16, Value)> {
        let request = self.http.post(format!("{}/{path}", self.api)).json(body);
        answer(request.basic_auth(&self.key.0, Some(&self.key.1))).await
    }

    async fn refund(&self, payment: &str, body: &Value, key: &str) -> (u16, Value) {
        let request = self.http.post(format!("{}/payments/{payment}/refund", self.api)).json(body);
        let request = request.header("X-Refund-Idempotency", key).basic_auth(&self.key.0, Some(&self.key.1));
        answer(request).await.unwrap()
    }

    async fn create(&self, reference: &str) -> Value {
        let (status, link) = self.post("payment_links", &wish(reference)).await.unwrap();
        assert_eq!(status, 200, "{link}");
        link
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<(u16, Value)> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    Ok((status, response.json().await.unwrap_or_default()))
}

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

fn wish(reference: &str) -> Value {
    json!({
        "amount": 49_900,
        "currency": "INR",
        "accept_partial": false,
        "expire_by": unix_now() + 1_000,
        "reference_id": reference,
        "description": "Diwali <Night> – 1 ticket",
        "customer": { "name": "Asha", "contact": "+919876543210" },
        "notify": { "sms": false, "email": false },
        "reminder_enable": false,
        "notes": {},
        "callback_url": "http://127.0.0.1:9/orders/abc/return?lang=en",
        "callback_method": "get",
    })
}

fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn said(body: &Value) -> &str {
    body["error"]["description"].as_str().unwrap()
}

/// A merchant's webhook address: answers as told, then with 200, and remembers what it heard.
#[derive(Clone, Default)]
struct Merchant(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    answers: VecDeque<u16>,
    letters: Vec<Letter>,
}

#[derive(Clone)]
struct Letter {
    event_id: String,
    event: String,
    body: Value,
    is_genuine: bool,
}

impl Merchant {
    async fn listen(razorpay: &Razorpay, answers: impl IntoIterator<Item = u16>) -> Self {
        let merchant = Self::default();
        merchant.0.lock().unwrap().answers.extend(answers);
        let app = Router::new().route("/hook", post(hear)).with_state(merchant.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        razorpay.webhook_to(format!("http://{}/hook", listener.local_addr().unwrap()));
        tokio::spawn(async move { axum::serve(listener, app).await });
        merchant
    }

    fn letters(&self) -> Vec<Letter> {
        self.0.lock().unwrap().letters.clone()
    }

    fn events(&self) -> Vec<String> {
        self.letters().into_iter().map(|letter| letter.event).collect()
    }
}

/// Zero as an answer means to be too slow.
async fn hear(State(merchant): State<Merchant>, headers: HeaderMap, raw: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let body: Value = serde_json::from_slice(&raw).unwrap();
    let letter = Letter {
        event_id: header("x-razorpay-event-id"),
        event: body["event"].as_str().unwrap().to_owned(),
        is_genuine: header("X-Razorpay-Signature") == sign(&Options::default().webhook_secret, &raw),
        body,
    };
    let answer = {
        let mut heard = merchant.0.lock().unwrap();
        heard.letters.push(letter);
        heard.answers.pop_front().unwrap_or(200)
    };
    if answer == 0 {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    StatusCode::from_u16(answer.max(200)).unwrap()
}
