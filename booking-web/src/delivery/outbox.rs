//! Messages, as rows: written with the ticket they tell of.

use chrono::{DateTime, Utc};
use common::EmailId;
use mysql_async::params;
use mysql_async::prelude::Queryable;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::chain;
use crate::db::DbError;
use crate::order::{Order, OrderId, OrderState};
use crate::payment::arrow::{Arrow, TicketMove};

/// A way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    Mail,
    Webhook,
}

/// What a message is about. What exactly it says is looked up when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The ticket is there.
    Ticket,
    /// The order's link, asked for once more; with the ticket, if there is one.
    Again,
    /// Money goes back.
    MoneyBack,
    /// The bridge hears of a new ticket.
    TicketIssued,
    /// Of one that is valid again.
    TicketRestored,
    /// Of one that is not valid any more.
    TicketRevoked,
}

impl Channel {
    pub(super) const ALL: [Self; 2] = [Self::Mail, Self::Webhook];

    /// The word in the database and in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }

    pub(super) fn kinds(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| kind.channel() == self)
    }
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Ticket, Self::Again, Self::MoneyBack, Self::TicketIssued, Self::TicketRestored, Self::TicketRevoked];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Again => "link_again",
            Self::MoneyBack => "money_back",
            Self::TicketIssued => "webhook_issued",
            Self::TicketRestored => "webhook_restored",
            Self::TicketRevoked => "webhook_revoked",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::Ticket | Self::Again | Self::MoneyBack => Channel::Mail,
            Self::TicketIssued | Self::TicketRestored | Self::TicketRevoked => Channel::Webhook,
        }
    }

    /// An order has one such message in its life, and its id follows from both:
    /// the primary key keeps out a second one.
    fn id_for(self, order: OrderId) -> String {
        match self {
            Self::Ticket | Self::TicketIssued => {
                let digest: [u8; 32] = Sha256::digest(format!("{order} {}", self.as_str())).into();
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&digest[..16]);
                uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
            }
            _ => fresh_id(),
        }
    }
}

pub(super) fn fresh_id() -> String {
    Uuid::now_v7().to_string()
}

/// Whom a step of an order is told to: the guest, and the bridge.
fn told_of(arrow: Arrow) -> (Option<Kind>, Option<Kind>) {
    let goes_back = |state| matches!(state, OrderState::Refunding | OrderState::Refunded);
    let money_back = (goes_back(arrow.to) && !goes_back(arrow.from)).then_some(Kind::MoneyBack);
    match arrow.ticket() {
        TicketMove::Issue => (Some(Kind::Ticket), Some(Kind::TicketIssued)),
        TicketMove::Restore => (Some(Kind::Again), Some(Kind::TicketRestored)),
        TicketMove::Revoke => (money_back, Some(Kind::TicketRevoked)),
        TicketMove::Keep => (money_back, None),
    }
}

/// One statement for both, and only for ways that are open.
const QUEUE: &str = "
    INSERT IGNORE INTO outbox (id, order_id, kind, recipient, next_attempt_at, created_at)
    SELECT IF(c.name = 'mail', :mail_id, :hook_id), :order_id, IF(c.name = 'mail', :mail_kind, :hook_kind),
           IF(c.name = 'mail', :recipient, ''), :now, :now
    FROM channels c
    WHERE c.is_open = 1 AND ((c.name = 'mail' AND :mail_id IS NOT NULL) OR (c.name = 'webhook' AND :hook_id IS NOT NULL))";

/// Writes down what is to be told of this step, in its own transaction. A
/// message that cannot be written is no reason to make no ticket.
///
/// # Errors
/// [`DbError`] only when the whole transaction is lost or has to be repeated.
pub(crate) async fn queue(
    tx: &mut impl Queryable,
    order: &Order,
    arrow: Arrow,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let (mail, hook) = told_of(arrow);
    let mail = mail.filter(|_| order.email.is_some());
    if mail.is_none() && hook.is_none() {
        return Ok(());
    }
    let row = params! {
        "mail_id" => mail.map(|kind| kind.id_for(order.id)),
        "mail_kind" => mail.map(Kind::as_str),
        "recipient" => order.email.as_ref().map(EmailId::as_str),
        "hook_id" => hook.map(|kind| kind.id_for(order.id)),
        "hook_kind" => hook.map(Kind::as_str),
        "order_id" => order.id,
        "now" => now.naive_utc(),
    };
    match tx.exec_drop(QUEUE, row).await.map_err(DbError::from) {
        // The server refused this statement, and the transaction stands.
        Err(error) if error.code().is_some() && !error.is_conflict() => {
            tracing::error!(order = %order.id, cause = chain(&error), "a message could not be written down");
            Ok(())
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_fit_their_column() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert!(kind.as_str().len() <= 16);
        }
        assert_eq!(Kind::parse("sms"), None);
    }

    #[test]
    fn an_orders_first_ticket_has_one_id_and_all_others_have_new_ones() {
        let order = OrderId::parse("01920000-0000-7000-8000-000000000001").unwrap();
        assert_eq!(Kind::Ticket.id_for(order), Kind::Ticket.id_for(order));
        assert_ne!(Kind::Ticket.id_for(order), Kind::TicketIssued.id_for(order));
        assert_ne!(Kind::Again.id_for(order), Kind::Again.id_for(order));
        assert_eq!(Kind::Ticket.id_for(order).len(), 36);
    }

    #[test]
    fn the_bridge_hears_of_each_move_of_a_ticket_and_a_guest_once_that_money_goes_back() {
        use OrderState::{Paid, Refunded, Refunding, Revoked};
        for arrow in Arrow::ALL {
            let (mail, hook) = told_of(arrow);
            assert_eq!(hook.is_some(), arrow.ticket() != TicketMove::Keep, "{arrow:?}");
            let goes_back = arrow.to == Refunding && arrow.from != Refunded;
            let at_once = arrow.to == Refunded && matches!(arrow.from, Paid | Revoked);
            assert_eq!(mail == Some(Kind::MoneyBack), goes_back || at_once, "{arrow:?}");
        }
    }
}
