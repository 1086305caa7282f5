//! Which order is meant: by whatever an organiser has at hand, from a log,
//! from Razorpay's dashboard or from a guest's phone.

use anyhow::{Context, bail};
use common::{CodeFault, TicketCode, UniqueId};
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError};
use crate::order::{By, Order, OrderId, OrderToken};

/// What an order may be named by.
const WAYS: &str = "the order's id; Razorpay's id of its payment (pay_…), link (plink_…), refund (rfnd_…) or dispute \
                    (disp_…); a ticket's UNIQUE_ID or code (ETS1:…); or the address of its page";

/// What `--help` says of ORDER.
pub(in crate::commands) const HELP: &str = "The order's id; Razorpay's pay_…, plink_…, rfnd_… or disp_… of it; a ticket's UNIQUE_ID \
                               or code (ETS1:…); or the address of its page";

/// What was typed, read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Name<'a> {
    /// Of an order, or of a refund of ours: Razorpay's dashboard shows that as its receipt.
    Id(OrderId),
    Token(OrderToken),
    Link(&'a str),
    Payment(&'a str),
    Refund(&'a str),
    Dispute(&'a str),
    Ticket(UniqueId),
}

/// The order that is meant.
#[derive(Clone, Debug)]
pub(in crate::commands) struct Meant {
    pub(in crate::commands) order: Order,
    /// The payment by which it was named, if it was by one, or by what became of one.
    pub(in crate::commands) payment: Option<String>,
}

impl<'a> Name<'a> {
    fn read(typed: &'a str) -> Option<Self> {
        let typed = typed.trim();
        let page =
            typed.split_once("/orders/").map_or(typed, |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(rest));
        // Before the id: a UUID may be written as 32 digits, too.
        if let Some(token) = OrderToken::parse(page) {
            return Some(Self::Token(token));
        }
        if let Some(id) = OrderId::parse(typed) {
            return Some(Self::Id(id));
        }
        match typed.split_once('_') {
            Some(("plink", _)) => return Some(Self::Link(typed)),
            Some(("pay", _)) => return Some(Self::Payment(typed)),
            Some(("rfnd", _)) => return Some(Self::Refund(typed)),
            Some(("disp", _)) => return Some(Self::Dispute(typed)),
            _ => {}
        }
        // Without a key no code is genuine, and it still says whose it is: that is all that is asked of it here.
        match TicketCode::parse(typed, &[]) {
            Err(CodeFault::Unsigned(id) | CodeFault::Forged(id)) => Some(Self::Ticket(id)),
            _ => None,
        }
    }

    async fn find(&self, db: &Db) -> anyhow::Result<Option<Meant>> {
        let whole = |order: Option<Order>| order.map(|order| Meant { order, payment: None });
        let by_payment = match self {
            Self::Id(id) => match Order::find(db, By::Id(*id)).await? {
                Some(order) => return Ok(whole(Some(order))),
                None => payment_of(db, "SELECT payment_id FROM refunds WHERE id = ?", &id.to_string()).await?,
            },
            Self::Token(token) => return Ok(whole(Order::find(db, By::Token(token)).await?)),
            Self::Link(link) => return Ok(whole(Order::find(db, By::Link(link)).await?)),
            Self::Ticket(id) => return Ok(whole(of_ticket(db, id).await?)),
            Self::Payment(payment) => Some((*payment).to_owned()),
            Self::Refund(refund) => payment_of_refund(db, refund).await?,
            Self::Dispute(id) => payment_of(db, "SELECT payment_id FROM disputes WHERE id = ?", id).await?,
        };
        let Some(payment) = by_payment else { return Ok(None) };
        let order = Order::find(db, By::Payment(&payment)).await?;
        Ok(order.map(|order| Meant { order, payment: Some(payment) }))
    }

    fn said(&self) -> &'static str {
        match self {
            Self::Id(_) => "no order, and no refund of ours, has this id",
            Self::Token(_) => "no order has this page",
            Self::Link(_) => "no order has this payment link",
            Self::Payment(_) | Self::Refund(_) | Self::Dispute(_) => {
                "no order has it; if Razorpay's dashboard shows it, `booking-web reconcile` says more"
            }
            Self::Ticket(_) => "no order was made for this ticket",
        }
    }
}

/// Finds the one order that `typed` names.
///
/// # Errors
/// When it names none, or more than one; naming the remedy.
pub(in crate::commands) async fn order(db: &Db, typed: &str) -> anyhow::Result<Meant> {
    let name = Name::read(typed).with_context(|| format!("this names no order; give {WAYS}"))?;
    name.find(db).await?.with_context(|| name.said())
}

async fn payment_of(db: &Db, query: &str, id: &str) -> Result<Option<String>, DbError> {
    db.work(|mut conn| async move { Ok(conn.exec_first(query, (id,)).await?) }).await
}

/// One that failed is asked for anew under another id, and then stands in the story alone.
async fn payment_of_refund(db: &Db, id: &str) -> Result<Option<String>, DbError> {
    match payment_of(db, "SELECT payment_id FROM refunds WHERE razorpay_id = ?", id).await? {
        None => {
            let failed = "SELECT subject FROM order_events WHERE what = 'refund_failed' AND detail = ? LIMIT 1";
            payment_of(db, failed, id).await
        }
        found => Ok(found),
    }
}

/// A guest who books again on the same day has the same UNIQUE_ID: then the live order is meant.
async fn of_ticket(db: &Db, ticket: &UniqueId) -> anyhow::Result<Option<Order>> {
    let ids: Vec<(String, String, bool)> = db
        .work(|mut conn| async move {
            let query =
                "SELECT o.id, o.state, a.live_key IS NOT NULL FROM attendees a JOIN orders o ON o.id = a.order_id
                         WHERE a.unique_id = ? ORDER BY o.created_at";
            Ok(conn.exec(query, (ticket.as_str(),)).await?)
        })
        .await?;
    let live = ids.iter().find(|(_, _, live)| *live);
    let one = match (live, ids.as_slice()) {
        (Some(live), _) | (None, [live]) => live,
        (None, []) => return Ok(None),
        (None, several) => {
            let list: Vec<_> = several.iter().map(|(id, state, _)| format!("{id} ({state})")).collect();
            bail!(
                "several orders were made for this ticket, and none of them is alive; name one of {}",
                list.join(", ")
            )
        }
    };
    let id = OrderId::parse(&one.0).ok_or(DbError::Column { column: "id" })?;
    Ok(Order::find(db, By::Id(id)).await?)
}

#[cfg(test)]
mod tests {
    use common::TicketSigner;

    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_page_is_known_by_its_token_or_by_any_address_of_it() {
        let token = OrderToken::parse(TOKEN).unwrap();
        for typed in [
            TOKEN,
            " 0123456789ABCDEF0123456789ABCDEF ",
            "/orders/0123456789abcdef0123456789abcdef",
            "https://tickets.example.com/orders/0123456789abcdef0123456789abcdef/qr.png?download",
            "tickets.example.com/orders/0123456789abcdef0123456789abcdef#code",
        ] {
            assert_eq!(Name::read(typed), Some(Name::Token(token.clone())), "{typed}");
        }
    }

    #[test]
    fn ids_are_known_by_their_beginnings() {
        let id = "0199a1b2-3c4d-7e5f-8a6b-7c8d9e0f1a2b";
        assert_eq!(Name::read(id), OrderId::parse(id).map(Name::Id));
        assert_eq!(Name::read("plink_1"), Some(Name::Link("plink_1")));
        assert_eq!(Name::read("pay_1"), Some(Name::Payment("pay_1")));
        assert_eq!(Name::read("rfnd_1"), Some(Name::Refund("rfnd_1")));
        assert_eq!(Name::read(" disp_1 "), Some(Name::Dispute("disp_1")));
    }

    #[test]
    fn a_ticket_is_known_by_its_id_or_code_whoever_signed_it() {
        let id = UniqueId::parse("Asha9198765432102026-11-22").unwrap();
        let code = TicketSigner::from_seed(&[7; 32]).sign(&id).to_string();
        for typed in [id.as_str(), &code] {
            assert_eq!(Name::read(typed), Some(Name::Ticket(id.clone())), "{typed}");
        }
    }

    #[test]
    fn anything_else_names_nothing() {
        for typed in ["", "Asha", "order_1", "9876543210", "https://example.com/", "/orders/x", "--all"] {
            assert_eq!(Name::read(typed), None, "{typed}");
        }
    }
}
