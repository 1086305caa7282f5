//! Messages that left, or did not.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Counts attempts to send a message; every copy is the same.
#[derive(Clone, Debug, Default)]
pub struct Deliveries(Family<Labels, Counter>);

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    channel: &'static str,
    outcome: &'static str,
}

impl Deliveries {
    /// All of them are there from the start: a counter that begins with its first event never shows it as a rise.
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let deliveries = Self::default();
        registry.register("deliveries", "Attempts to send a message, by how they ended", deliveries.0.clone());
        for channel in ["mail", "webhook"] {
            for outcome in ["sent", "failed", "given_up"] {
                drop(deliveries.0.get_or_create(&Labels { channel, outcome }));
            }
        }
        deliveries
    }

    /// An attempt ended.
    pub fn ended(&self, channel: &'static str, outcome: &'static str) {
        self.0.get_or_create(&Labels { channel, outcome }).inc();
    }
}
