//! Everything an auditor needs, read at one time.

use std::collections::{BTreeMap, HashMap};

use booking_web::order::OrderState;
use real_parts::razorpay::{LedgerEntry, Link};

use crate::stage::Stage;

pub(super) struct Books {
    /// Razorpay's.
    pub(super) ledger: Vec<LedgerEntry>,
    pub(super) links: Vec<Link>,
    /// Ours.
    pub(super) orders: BTreeMap<String, OrderRow>,
    pub(super) payments: HashMap<String, PaymentRow>,
    /// UNIQUE_IDs that a gate lets in.
    pub(super) tickets: Vec<String>,
    /// Each order's story.
    pub(super) stories: BTreeMap<String, Vec<Told>>,
}

pub(super) struct OrderRow {
    pub(super) state: OrderState,
    pub(super) owed: i64,
    /// The ticket ids of its guests.
    pub(super) guests: Vec<String>,
}

pub(super) struct PaymentRow {
    pub(super) order: String,
    /// Its refund's state; none while it pays for the ticket.
    pub(super) refund: Option<String>,
}

/// One line of a story.
pub(super) struct Told {
    /// When its id was made, in milliseconds.
    pub(super) at: u64,
    pub(super) what: String,
    pub(super) subject: String,
    pub(super) detail: String,
}

impl Books {
    pub(super) async fn read(stage: &Stage) -> Self {
        let orders: Vec<(String, String, i64)> = stage.rows("SELECT id, state, amount_paise FROM orders").await;
        let guests = "SELECT order_id, unique_id FROM attendees ORDER BY order_id, n";
        let mut of_order: HashMap<String, Vec<String>> = HashMap::new();
        for (order, guest) in stage.rows::<(String, String)>(guests).await {
            of_order.entry(order).or_default().push(guest);
        }
        let payments = "SELECT p.id, p.order_id, r.state FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id";
        let payments: Vec<(String, String, Option<String>)> = stage.rows(payments).await;
        let mut row = |(id, state, owed): (String, String, i64)| {
            let guests = of_order.remove(&id).unwrap_or_default();
            (id, OrderRow { state: OrderState::parse(&state).expect("a state"), owed, guests })
        };
        Self {
            ledger: stage.razorpay.ledger(),
            links: stage.razorpay.links(),
            orders: orders.into_iter().map(&mut row).collect(),
            payments: payments.into_iter().map(|(id, order, refund)| (id, PaymentRow { order, refund })).collect(),
            tickets: stage.rows("SELECT UNIQUE_ID FROM tickets WHERE REVOKED_AT IS NULL").await,
            stories: stories(stage).await,
        }
    }
}

async fn stories(stage: &Stage) -> BTreeMap<String, Vec<Told>> {
    let query = "SELECT id, order_id, what, COALESCE(subject, ''), COALESCE(detail, '') FROM order_events ORDER BY id";
    let rows: Vec<(String, String, String, String, String)> = stage.rows(query).await;
    let mut stories: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for (id, order, what, subject, detail) in rows {
        // A UUIDv7 begins with its time.
        let at = u64::from_str_radix(&id.replace('-', "")[..12], 16).expect("an id in hexadecimal");
        stories.entry(order).or_default().push(Told { at, what, subject, detail });
    }
    stories
}
