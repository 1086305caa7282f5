//! Calls of Razorpay's API.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// Counts and times the calls of Razorpay's API; every copy is the same.
#[derive(Clone, Debug)]
pub struct ApiCalls {
    calls: Family<CallLabels, Counter>,
    durations: Family<OperationLabels, Histogram>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct CallLabels {
    operation: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OperationLabels {
    operation: &'static str,
}

impl Default for ApiCalls {
    fn default() -> Self {
        // 10 ms to 5 s.
        let durations: fn() -> Histogram = || Histogram::new(exponential_buckets(0.01, 2.0, 10));
        let durations = Family::new_with_constructor(durations);
        Self { calls: Family::default(), durations }
    }
}

impl ApiCalls {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let calls = Self::default();
        registry.register("razorpay_requests", "Calls of Razorpay's API, by how they ended", calls.calls.clone());
        let help = "Time until Razorpay's API answered";
        registry.register("razorpay_request_duration_seconds", help, calls.durations.clone());
        calls
    }

    /// A call ended.
    pub fn answered(&self, operation: &'static str, outcome: &'static str, took: Duration) {
        self.durations.get_or_create(&OperationLabels { operation }).observe(took.as_secs_f64());
        self.calls.get_or_create(&CallLabels { operation, outcome }).inc();
    }
}
