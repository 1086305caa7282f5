//! What an organiser does to one order at the desk: exactly what the commands
//! do, in the organiser's own name.

use std::time::Duration;

use chrono::Utc;

use super::audit::Entry;
use crate::chain;
use crate::db::{Db, DbError};
use crate::delivery::{Asked, ask_again_noted};
use crate::order::{Order, OrderId, OrderState};
use crate::payment::books::{Books, RefundState};
use crate::payment::client::Client;
use crate::payment::closing::{Closing, Voice, Wish, close};
use crate::payment::refund::{pursue, try_again};

/// The story keeps 255 characters, and says in front who decided.
pub const LONGEST_REASON: usize = 150;
/// Somebody waits; what Razorpay has not done by then the servers go on with.
const ASK_WITHIN: Duration = Duration::from_secs(8);

/// What can be done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Refund,
    /// Refunds that failed for good are asked for anew.
    Again,
    Revoke,
    Restore,
    /// The message with the ticket.
    Resend,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The ticket is gone, and Razorpay has taken the refund on.
    Refunding,
    /// The ticket is gone; Razorpay will be asked by itself.
    RefundLater,
    Revoked,
    Restored,
    Resent,
    /// It stood there before.
    Already(OrderState),
    /// Nothing was changed.
    Refused(Closing),
    /// A message was sent a moment ago, or often today.
    TooOften,
    /// There is no address, or no mail is sent.
    Nowhere,
    /// No refund of it has failed.
    NothingFailed,
}

impl Done {
    /// The word by which the order's page is told, once it was done.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refunding => "refunding",
            Self::RefundLater => "refund_later",
            Self::Revoked => "revoked",
            Self::Restored => "restored",
            Self::Resent => "resent",
            Self::Already(_) => "already",
            Self::Refused(_) => "refused",
            Self::TooOften => "too_often",
            Self::Nowhere => "nowhere",
            Self::NothingFailed => "nothing_failed",
        }
    }
}

/// What goes along with it.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    pub organiser: &'a str,
    pub reason: Option<&'a str>,
    /// Also for a guest who was let in.
    pub even_inside: bool,
}

impl Deed {
    pub const ALL: [Self; 5] = [Self::Refund, Self::Again, Self::Revoke, Self::Restore, Self::Resend];

    /// The word in addresses, and for what was done.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refund => Wish::Refund.as_str(),
            Self::Again => "refund_again",
            Self::Revoke => Wish::Revoke.as_str(),
            Self::Restore => Wish::Restore.as_str(),
            Self::Resend => "resend",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.as_str() == word)
    }

    /// Whether it could do anything to an order that stands like this. What it
    /// really does the database decides.
    #[must_use]
    pub fn fits(self, order: &Order, books: &Books) -> bool {
        use OrderState::{Held, Paid, Revoked};
        match self {
            Self::Refund => matches!(order.state, Paid | Revoked) && !books.payments.is_empty(),
            Self::Again => books.refunds().any(|(_, refund)| refund.state == RefundState::Failed),
            Self::Revoke => order.state == Paid,
            Self::Restore => order.state == Revoked,
            Self::Resend => matches!(order.state, Held | Paid) && order.email.is_some(),
        }
    }
}

/// One line of text, or nothing. `None`: it is neither.
#[must_use]
pub fn reason(typed: &str) -> Option<String> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    (text.chars().count() <= LONGEST_REASON && !text.chars().any(char::is_control)).then_some(text)
}

/// Does it.
///
/// # Errors
/// [`DbError`]; nothing is half done then.
pub async fn act(db: &Db, razorpay: &Client, order: OrderId, deed: Deed, word: Word<'_>) -> Result<Done, DbError> {
    let wish = match deed {
        Deed::Refund => Wish::Refund,
        Deed::Revoke => Wish::Revoke,
        Deed::Restore => Wish::Restore,
        Deed::Again => return refund_again(db, razorpay, order, word).await,
        Deed::Resend => return resend(db, order, word).await,
    };
    let voice = Voice::Desk { organiser: word.organiser, reason: word.reason };
    match close(db, order, wish, word.even_inside, voice, Utc::now()).await? {
        Closing::Done(_) if wish == Wish::Refund => Ok(ask(db, razorpay, order).await),
        Closing::Done(OrderState::Paid) => Ok(Done::Restored),
        Closing::Done(_) => Ok(Done::Revoked),
        Closing::Already(state) => Ok(Done::Already(state)),
        refusal => Ok(Done::Refused(refusal)),
    }
}

/// Asks Razorpay now, for as long as somebody may be kept waiting.
async fn ask(db: &Db, razorpay: &Client, order: OrderId) -> Done {
    match tokio::time::timeout(ASK_WITHIN, pursue(db, razorpay, order)).await {
        Ok(Ok(())) => Done::Refunding,
        Ok(Err(error)) => {
            tracing::warn!(%order, cause = chain(&error), "a refund was not taken on yet");
            Done::RefundLater
        }
        Err(_) => Done::RefundLater,
    }
}

async fn refund_again(db: &Db, razorpay: &Client, order: OrderId, word: Word<'_>) -> Result<Done, DbError> {
    let subject = order.to_string();
    match try_again(db, order, Some(entry(&subject, Deed::Again, word))).await? {
        true => Ok(ask(db, razorpay, order).await),
        false => Ok(Done::NothingFailed),
    }
}

async fn resend(db: &Db, order: OrderId, word: Word<'_>) -> Result<Done, DbError> {
    let subject = order.to_string();
    match ask_again_noted(db, order, Some(entry(&subject, Deed::Resend, word)), Utc::now()).await? {
        Asked::Queued => Ok(Done::Resent),
        Asked::TooOften => Ok(Done::TooOften),
        Asked::Nowhere => Ok(Done::Nowhere),
    }
}

fn entry<'a>(order: &'a str, deed: Deed, word: Word<'a>) -> Entry<'a> {
    Entry { organiser: word.organiser, what: deed.as_str(), subject: Some(order), detail: word.reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_a_reason_is_one_line() {
        for deed in Deed::ALL {
            assert_eq!(Deed::parse(deed.as_str()), Some(deed));
        }
        assert_eq!(Deed::parse("erase"), None);
        assert_eq!(reason(" asked\r\nfor  by phone ").as_deref(), Some("asked for by phone"));
        assert_eq!(reason("").as_deref(), Some(""));
        assert!(reason("\u{1b}[31m").is_none() && reason(&"x".repeat(LONGEST_REASON + 1)).is_none());
        let longest = format!("organiser {}, at the desk: ", "x".repeat(50)).len() + LONGEST_REASON;
        assert!(longest <= 255, "{longest}");
    }
}
