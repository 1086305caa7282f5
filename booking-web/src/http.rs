//! Requests in, answers out. Handlers are short: they read, call one step of
//! the journey, and choose a page.

mod board;
mod booking;
mod caller;
mod crowd;
mod health;
mod language;
mod layers;
mod order;
mod organiser;
mod pace;
mod problem;
mod refund_view;
mod resend;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use common::TicketSigner;
use tokio_util::sync::CancellationToken;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::config::ServeSettings;
use crate::db::Db;
use crate::event::Event;
use crate::metrics::Metrics;
use crate::pages::assets;
use crate::payment::client::Client;
use board::Board;
use crowd::Crowd;
pub use order::ReturnQuery;
use pace::Pace;
use problem::Problem;

/// Longer than the slowest honest answer (a database and two calls to Razorpay).
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// What every handler may use.
#[derive(Clone, Debug)]
pub struct App(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    parts: Parts,
    board: Board,
    crowd: Crowd,
    pace: Option<Pace>,
}

/// The parts an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    pub db: Db,
    pub razorpay: Client,
    pub signer: TicketSigner,
    pub settings: ServeSettings,
    pub metrics: Metrics,
    /// Cancelled when this process is to end.
    pub stop: CancellationToken,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl App {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let pace = parts.settings.submits_per_minute.map(Pace::new);
        Self(Arc::new(Shared { parts, board: Board::default(), crowd: Crowd::default(), pace }))
    }

    /// The event as it was a moment ago.
    async fn event(&self) -> Result<Option<Event>, Problem> {
        self.0.board.event(&self.db).await.map_err(|error| Problem::from(&*error))
    }

    /// A seat is no longer free: the event as it was a moment ago may not be good enough.
    fn seats_held(&self, seats: u32) {
        self.0.board.seats_held(seats);
    }

    fn crowd(&self) -> &Crowd {
        &self.0.crowd
    }

    /// `None` where any number of forms is taken from one address.
    fn pace(&self) -> Option<&Pace> {
        self.0.pace.as_ref()
    }
}

type Answer = Result<Response, Problem>;

/// Every address there is.
pub fn router(app: App) -> Router {
    guests(&app)
        .merge(machines())
        .merge(organiser::router())
        .method_not_allowed_fallback(problem::not_like_that)
        .layer(CatchPanicLayer::custom(problem::panicked_elsewhere))
        .layer(from_fn_with_state(layers::SecurityHeaders::new(&app.settings), layers::secure))
        .layer(from_fn_with_state(app.clone(), layers::say_goodbye))
        .layer(from_fn_with_state(app.clone(), layers::measure))
        .with_state(app)
}

/// Pages and what belongs to them: whatever goes wrong is said by a page, too, and in the guest's language.
fn guests(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(booking::form))
        .route("/submit", post(booking::submit))
        .route("/orders/{token}", get(order::page))
        .route("/orders/{token}/state", get(order::state))
        .route("/orders/{token}/qr.png", get(order::qr_png))
        .route("/orders/{token}/qr.svg", get(order::qr_svg))
        .route("/orders/{token}/event.ics", get(order::calendar))
        .route("/orders/{token}/return", get(order::returned))
        .route("/orders/{token}/resend", post(resend::again))
        .route("/assets/{name}", get(asset))
        .layer(from_fn(layers::hear_the_guest_out))
        .fallback(async || Problem::Refused(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Problem::Refused(StatusCode::METHOD_NOT_ALLOWED))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn(layers::refuse_with_a_page))
        .layer(from_fn_with_state(app.clone(), language::remember))
        // The last tenth of what could be saved would cost four times the work, for each page anew.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

/// For Razorpay and for whoever looks after this process: short answers in plain text.
fn machines() -> Router<App> {
    Router::new()
        .route("/webhooks/razorpay", post(webhook::razorpay))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .layer(from_fn(layers::hear_the_machine_out))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
}

async fn asset(Path(name): Path<String>) -> Answer {
    let asset = assets::find(&name).ok_or(Problem::Refused(StatusCode::NOT_FOUND))?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        // The address changes with the content.
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    let mut response = (headers, asset.bytes).into_response();
    if asset.name == assets::KEPT_TICKET_JS.name {
        // Else a browser lets it answer for its own folder only.
        let orders = HeaderValue::from_static("/orders/");
        response.headers_mut().insert(HeaderName::from_static("service-worker-allowed"), orders);
    }
    Ok(response)
}
