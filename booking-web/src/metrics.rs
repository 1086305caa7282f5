//! What Prometheus may ask.
//!
//! Two kinds of numbers stand on `/metrics`. What this process did and needs
//! is its own (`calls`, `process`, `pool` and the counters here): of several
//! servers one takes the sum. What the database holds (`figures`) is the same
//! for all of them: there one takes the greatest.
//!
//! No label holds anything that a stranger can choose: routes are patterns,
//! methods and states are lists.

mod calls;
mod classic;
mod deliveries;
mod families;
mod figures;
mod pool;
#[cfg(target_os = "linux")]
mod process;

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Metric, Registry};

pub use self::calls::ApiCalls;
pub use self::deliveries::Deliveries;
pub(crate) use self::figures::some_figures;
use self::figures::{LastRead, Reading};
use self::pool::PoolUse;
use crate::db::Db;
use crate::silence::Ear;

/// How the text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// OpenMetrics.
    Open,
    /// What was there before it.
    Classic,
}

impl Form {
    /// The newer one for whoever names it.
    #[must_use]
    pub fn of(accept: Option<&str>) -> Self {
        match accept {
            Some(accept) if accept.contains("application/openmetrics-text") => Self::Open,
            _ => Self::Classic,
        }
    }

    /// The value of `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Open => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Classic => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// Words that are there from the start: a counter that begins with its first event never shows it as a rise.
const WEBHOOK_OUTCOMES: [&str; 7] =
    ["settled", "repeated", "of_no_interest", "unowned", "forged", "unreadable", "unable"];

/// Counters of this process, and what it last read in the database.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    in_flight: Gauge,
    bookings: Family<OutcomeLabels, Counter>,
    webhooks: Family<OutcomeLabels, Counter>,
    api_calls: ApiCalls,
    deliveries: Deliveries,
    figures: LastRead,
    ear: Ear,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        #[cfg(target_os = "linux")]
        registry.register_collector(Box::new(process::Process::this()));
        build_info(&mut registry);
        let requests = kept(&mut registry, "http_requests", "Requests answered", Family::default());
        // 1 ms to 8 s.
        let durations: fn() -> Histogram = || Histogram::new(exponential_buckets(0.001, 2.0, 14));
        let durations = Family::new_with_constructor(durations);
        let durations = kept(&mut registry, "http_request_duration_seconds", "Time to answer a request", durations);
        let in_flight = kept(&mut registry, "http_requests_in_flight", "Requests not answered yet", Gauge::default());
        let bookings = kept(&mut registry, "bookings", "Forms sent, by what became of them", Family::default());
        let webhooks =
            kept(&mut registry, "razorpay_webhooks", "Webhooks received, by what became of them", Family::default());
        for outcome in WEBHOOK_OUTCOMES {
            drop(Family::<_, Counter>::get_or_create(&webhooks, &OutcomeLabels { outcome }));
        }
        let api_calls = ApiCalls::registered(&mut registry);
        let deliveries = Deliveries::registered(&mut registry);
        let (figures, ear) = Default::default();
        Self { registry, requests, durations, in_flight, bookings, webhooks, api_calls, deliveries, figures, ear }
    }
}

/// Registers a metric of which we keep a copy to count with.
fn kept<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

/// Which version runs, as a label: joined to other families, it tells before from after.
fn build_info(registry: &mut Registry) {
    let info = Family::<[(&str, &str); 1], Gauge>::default();
    info.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
    registry.register("build_info", "The version that runs, as a label", info);
}

/// A request that is being answered, until dropped: also when its guest has gone away.
#[derive(Debug)]
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// A request came.
    #[must_use]
    pub fn came(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request to `route` (the pattern, never the address: that holds tokens) was answered.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.durations.get_or_create(&RouteLabels { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { method: known(method), route, status }).inc();
    }

    /// What the client of Razorpay's API counts with.
    #[must_use]
    pub fn api_calls(&self) -> ApiCalls {
        self.api_calls.clone()
    }

    /// What counts messages that leave.
    #[must_use]
    pub fn deliveries(&self) -> Deliveries {
        self.deliveries.clone()
    }

    /// A form was sent.
    pub fn booking(&self, outcome: &'static str) {
        self.bookings.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// A webhook came.
    pub fn webhook(&self, outcome: &'static str) {
        self.webhooks.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// Notes that Razorpay's webhook lives.
    #[must_use]
    pub fn ear(&self) -> Ear {
        self.ear.clone()
    }

    /// Everything, in the form that was asked for. It takes a second at most;
    /// without the database it is everything else.
    pub async fn text(&self, db: &Db, form: Form) -> String {
        let Reading { up, figures, conflicts } = self.figures.read(db).await;
        let mut now = Registry::default();
        let database_up = Gauge::<i64>::default();
        database_up.set(up.into());
        now.register("database_up", "Whether the database answered within a second", database_up);
        now.register_collector(Box::new(PoolUse::of(db)));
        if let Some(figures) = figures {
            now.register_collector(Box::new(figures));
        }
        if let Some(conflicts) = conflicts {
            let gauge = Gauge::<u64, AtomicU64>::default();
            gauge.set(conflicts);
            now.register("conflicts", "Tickets that were let in while somebody was inside on them", gauge);
        }
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)
            .and_then(|()| encode_registry(&mut text, &now))
            .and_then(|()| encode_eof(&mut text))
            .expect("writing to a String cannot fail");
        match form {
            Form::Open => text,
            Form::Classic => classic::classic(&text),
        }
    }
}

/// Anybody may send a method of any name.
fn known(method: &str) -> &'static str {
    const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("other")
}
