//! What the database is asked for Prometheus, family by family.

use prometheus_client::metrics::MetricType;

use crate::silence;

/// One family of metrics, and the rows that it is.
#[derive(Clone, Copy)]
pub(super) struct Family {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    pub(super) kind: MetricType,
    /// The label, and the values that are always shown: what is not there is 0.
    pub(super) label: Option<(&'static str, &'static [&'static str])>,
    /// One row for each value of the label; none at all leaves the family out.
    pub(super) query: &'static str,
}

const fn family(name: &'static str, help: &'static str, query: &'static str) -> Family {
    Family { name, help, kind: MetricType::Gauge, label: None, query }
}

impl Family {
    const fn counter(self) -> Self {
        Self { kind: MetricType::Counter, ..self }
    }

    const fn by_state(self, states: &'static [&'static str]) -> Self {
        Self { label: Some(("state", states)), ..self }
    }
}

pub(super) const FAMILIES: [Family; 16] = [
    family(
        "event_seats",
        "Seats of the event: all there are, and of these sold and held.",
        "SELECT 'capacity' AS label, capacity AS value FROM event
         UNION ALL SELECT 'sold', sold FROM event UNION ALL SELECT 'held', held FROM event",
    )
    .by_state(&["capacity", "sold", "held"]),
    family(
        "orders",
        "Orders, by where they stand.",
        "SELECT state AS label, COUNT(*) AS value FROM orders GROUP BY state",
    )
    .by_state(&["held", "paid", "expired", "refunding", "refunded", "revoked"]),
    family(
        "guests",
        "Guests, by where their orders stand: a seat each.",
        "SELECT o.state AS label, COUNT(*) AS value FROM orders o JOIN attendees a ON a.order_id = o.id GROUP BY o.state",
    )
    .by_state(&["held", "paid", "expired", "refunding", "refunded", "revoked"]),
    family(
        "refunds",
        "Refunds, by where they stand.",
        "SELECT state AS label, COUNT(*) AS value FROM refunds GROUP BY state",
    )
    .by_state(&["intended", "pending", "processed", "failed"]),
    family(
        "disputes",
        "Payments that a bank wants back, by how that stands.",
        "SELECT status AS label, COUNT(*) AS value FROM disputes GROUP BY status",
    )
    .by_state(&["open", "under_review", "won", "lost", "closed"]),
    family("payments_captured", "Payments that were captured.", "SELECT '' AS label, COUNT(*) AS value FROM payments")
        .counter(),
    family(
        "payments_captured_paise",
        "Money that was captured, in paise.",
        "SELECT '' AS label, CAST(COALESCE(SUM(amount_paise), 0) AS SIGNED) AS value FROM payments",
    )
    .counter(),
    family(
        "payments_given_back_paise",
        "Money that has gone back, in paise.",
        "SELECT '' AS label, CAST(COALESCE(SUM(amount_paise), 0) AS SIGNED) AS value
         FROM refunds WHERE state = 'processed'",
    )
    .counter(),
    family(
        "refunds_oldest_open_seconds",
        "Age of the oldest refund that is not done; 0 when all are.",
        "SELECT '' AS label, COALESCE(TIMESTAMPDIFF(SECOND, MIN(created_at), :now), 0) AS value
         FROM refunds WHERE state <> 'processed'",
    ),
    family(
        "look_ups_due",
        "Orders of which Razorpay is to be asked now.",
        "SELECT '' AS label, COUNT(*) AS value FROM orders WHERE next_look_at <= :now",
    ),
    family(
        "look_ups_oldest_due_seconds",
        "How long the longest of them has waited; 0 when none is due.",
        "SELECT '' AS label, COALESCE(TIMESTAMPDIFF(SECOND, MIN(next_look_at), :now), 0) AS value
         FROM orders WHERE next_look_at <= :now",
    ),
    family(
        "reconciliation_differences",
        "Differences between the ledger and Razorpay that the last finished comparison found.",
        "SELECT '' AS label, differences AS value FROM reconciliations WHERE differences IS NOT NULL
         ORDER BY finished_at DESC LIMIT 1",
    ),
    family(
        "reconciliation_timestamp_seconds",
        "When that comparison was finished, in Unix seconds.",
        "SELECT '' AS label, TIMESTAMPDIFF(SECOND, '1970-01-01', finished_at) AS value FROM reconciliations
         WHERE differences IS NOT NULL ORDER BY finished_at DESC LIMIT 1",
    ),
    family(
        "messages",
        "E-mails and calls of the ticket webhook, by where they stand.",
        "SELECT CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN next_attempt_at IS NULL THEN 'given_up'
                     ELSE 'waiting' END AS label, COUNT(*) AS value FROM outbox GROUP BY label",
    )
    .by_state(&["waiting", "sent", "given_up"]),
    family(
        "messages_oldest_waiting_seconds",
        "Age of the oldest that is still to be sent; 0 when none is.",
        "SELECT '' AS label, COALESCE(TIMESTAMPDIFF(SECOND, MIN(created_at), :now), 0) AS value
         FROM outbox WHERE next_attempt_at IS NOT NULL",
    ),
    family(
        "razorpay_webhook_silence_seconds",
        "For how long payments have been booked of which no webhook told; 0 when all is well.",
        silence::SECONDS,
    ),
];
