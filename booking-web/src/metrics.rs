//! What Prometheus may ask.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::event::Event;

/// Counters of this process, and the seat counter as of the last scrape.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    bookings: Family<OutcomeLabels, Counter>,
    webhooks: Family<OutcomeLabels, Counter>,
    seats: Family<SeatLabels, Gauge>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: String,
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

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct SeatLabels {
    state: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let requests = Family::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        let durations = Family::<RouteLabels, Histogram>::new_with_constructor(|| {
            // 1 ms to 8 s.
            Histogram::new(exponential_buckets(0.001, 2.0, 14))
        });
        registry.register("http_request_duration_seconds", "Time to answer a request", durations.clone());
        let bookings = Family::default();
        registry.register("bookings", "Forms sent, by what became of them", bookings.clone());
        let webhooks = Family::default();
        registry.register("razorpay_webhooks", "Webhooks received, by what became of them", webhooks.clone());
        let seats = Family::default();
        registry.register("event_seats", "Seats of the event", seats.clone());
        Self { registry, requests, durations, bookings, webhooks, seats }
    }
}

impl Metrics {
    /// A request to `route` (the pattern, never the address: that holds tokens) was answered.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.durations.get_or_create(&RouteLabels { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&RequestLabels { method, route, status }).inc();
    }

    /// A form was sent.
    pub fn booking(&self, outcome: &'static str) {
        self.bookings.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// A webhook came.
    pub fn webhook(&self, outcome: &'static str) {
        self.webhooks.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// Everything, as OpenMetrics text.
    #[must_use]
    pub fn text(&self, event: Option<&Event>) -> String {
        if let Some(event) = event {
            for (state, seats) in [("capacity", event.capacity), ("sold", event.sold), ("held", event.held)] {
                self.seats.get_or_create(&SeatLabels { state }).set(seats.into());
            }
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a String cannot fail");
        text
    }
}
