//! Whoever is told of tickets by the webhook: writes down what comes, and answers as told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

/// What came in one request.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) id: String,
    pub(super) timestamp: String,
    pub(super) signature: String,
    pub(super) body: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Kind,
    Busy,
    /// Sends whoever knocks to another address of its own.
    Elsewhere,
    Silent,
}

#[derive(Debug)]
struct Shared {
    manner: Mutex<Manner>,
    heard: Mutex<Vec<Heard>>,
    led_away: Mutex<usize>,
}

/// A running bridge.
#[derive(Clone, Debug)]
pub(super) struct Bridge {
    pub(super) url: String,
    shared: Arc<Shared>,
}

impl Bridge {
    pub(super) async fn start() -> Self {
        let (manner, heard, led_away) = (Mutex::new(Manner::Kind), Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { manner, heard, led_away });
        let router = Router::new()
            .route("/tickets", post(hear))
            .route("/elsewhere", post(elsewhere).get(elsewhere))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/tickets", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub(super) fn manner(&self, manner: Manner) {
        *self.shared.manner.lock().unwrap() = manner;
    }

    pub(super) fn heard(&self) -> Vec<Heard> {
        self.shared.heard.lock().unwrap().clone()
    }

    /// How often somebody let himself be led elsewhere.
    pub(super) fn led_away(&self) -> usize {
        *self.shared.led_away.lock().unwrap()
    }
}

async fn hear(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(header("content-type"), "application/json");
    let [id, timestamp, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
    shared.heard.lock().unwrap().push(Heard { id, timestamp, signature, body: body.to_vec() });
    let manner = *shared.manner.lock().unwrap();
    match manner {
        Manner::Kind => StatusCode::NO_CONTENT.into_response(),
        Manner::Busy => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Manner::Elsewhere => Redirect::temporary("/elsewhere").into_response(),
        Manner::Silent => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            StatusCode::NO_CONTENT.into_response()
        }
    }
}

async fn elsewhere(State(shared): State<Arc<Shared>>) -> StatusCode {
    *shared.led_away.lock().unwrap() += 1;
    StatusCode::NO_CONTENT
}
