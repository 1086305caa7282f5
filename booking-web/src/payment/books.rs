//! An order's books: its payments, what went back of each, and what banks say
//! of them. Only read here, for the guest's page and the organiser's commands.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use common::Paise;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::decision::Reason;
use super::wire::DisputeStatus;
use crate::db::{Db, DbError, column};
use crate::order::OrderId;

/// All that an order's money did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// In the order in which we heard of them.
    pub payments: Vec<PaymentEntry>,
    pub disputes: Vec<DisputeEntry>,
}

/// A payment that Razorpay captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentEntry {
    pub id: String,
    pub amount: Amount,
    pub method: Option<String>,
    pub seen_at: DateTime<Utc>,
    /// `None` while it pays for the ticket.
    pub refund: Option<RefundEntry>,
}

/// A payment on its way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundEntry {
    /// Ours: the key that Razorpay was asked under last.
    pub id: String,
    pub razorpay_id: Option<String>,
    pub reason: Reason,
    pub state: RefundState,
    pub decided_at: DateTime<Utc>,
    /// When it came to its state.
    pub updated_at: DateTime<Utc>,
}

/// How far a refund has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// Decided; Razorpay has not taken it on yet.
    Intended,
    /// Razorpay has.
    Pending,
    /// The guest has the money, as far as Razorpay can tell.
    Processed,
    /// Razorpay could not, as often as it was asked.
    Failed,
}

/// A bank that wants a payment back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeEntry {
    pub id: String,
    pub payment_id: String,
    pub status: DisputeStatus,
    /// The ticket went because of it.
    pub took_ticket: bool,
    pub seen_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Money of any currency: what was paid may be another than what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Hundredths.
    pub paise: i64,
    pub currency: String,
}

impl Books {
    /// Reads an order's books.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn of(db: &Db, order: OrderId) -> Result<Self, DbError> {
        let (payments, disputes): (Vec<Row>, Vec<Row>) = db
            .work(|mut conn| async move {
                let payments = "SELECT p.id, p.amount_paise, p.currency, p.method, p.created_at, r.id AS refund,
                                       r.razorpay_id, r.reason, r.state, r.created_at AS decided_at, r.updated_at
                                FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id
                                WHERE p.order_id = ? ORDER BY p.created_at, p.id";
                let disputes = "SELECT id, payment_id, status, took_ticket, created_at, updated_at FROM disputes
                                WHERE order_id = ? ORDER BY created_at, id";
                Ok((conn.exec(payments, (order,)).await?, conn.exec(disputes, (order,)).await?))
            })
            .await?;
        Ok(Self {
            payments: payments.iter().map(PaymentEntry::from_row).collect::<Result<_, _>>()?,
            disputes: disputes.iter().map(DisputeEntry::from_row).collect::<Result<_, _>>()?,
        })
    }

    /// Every refund, with its payment.
    pub fn refunds(&self) -> impl Iterator<Item = (&PaymentEntry, &RefundEntry)> {
        self.payments.iter().filter_map(|payment| payment.refund.as_ref().map(|refund| (payment, refund)))
    }

    /// A bank that has not decided yet about the ticket's own payment.
    #[must_use]
    pub fn quarrel(&self) -> Option<&DisputeEntry> {
        let ticket = self.payments.iter().find(|payment| payment.refund.is_none())?;
        self.disputes.iter().find(|dispute| dispute.payment_id == ticket.id && !dispute.status.is_final())
    }
}

impl PaymentEntry {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let refund = column::<Option<String>>(row, "refund")?.map(|id| RefundEntry::from_row(id, row)).transpose()?;
        Ok(Self {
            id: column(row, "id")?,
            amount: Amount { paise: column(row, "amount_paise")?, currency: column(row, "currency")? },
            method: column(row, "method")?,
            seen_at: column::<NaiveDateTime>(row, "created_at")?.and_utc(),
            refund,
        })
    }
}

impl RefundEntry {
    fn from_row(id: String, row: &Row) -> Result<Self, DbError> {
        let (reason, state) = (column::<String>(row, "reason")?, column::<String>(row, "state")?);
        Ok(Self {
            id,
            razorpay_id: column(row, "razorpay_id")?,
            reason: Reason::parse(&reason).ok_or(DbError::Column { column: "reason" })?,
            state: RefundState::parse(&state).ok_or(DbError::Column { column: "state" })?,
            decided_at: column::<NaiveDateTime>(row, "decided_at")?.and_utc(),
            updated_at: column::<NaiveDateTime>(row, "updated_at")?.and_utc(),
        })
    }
}

impl DisputeEntry {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: column(row, "id")?,
            payment_id: column(row, "payment_id")?,
            status: DisputeStatus::parse(&column::<String>(row, "status")?),
            took_ticket: column(row, "took_ticket")?,
            seen_at: column::<NaiveDateTime>(row, "created_at")?.and_utc(),
            updated_at: column::<NaiveDateTime>(row, "updated_at")?.and_utc(),
        })
    }
}

impl RefundState {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Pending => "pending",
            Self::Processed => "processed",
            Self::Failed => "failed",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Intended, Self::Pending, Self::Processed, Self::Failed];
        all.into_iter().find(|state| state.as_str() == word)
    }
}

/// `₹499`; of any other currency `4.99 USD`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Paise::try_from(self.paise) {
            Ok(rupees) if self.currency == Paise::CURRENCY => rupees.fmt(f),
            _ => write!(f, "{}.{:02} {}", self.paise / 100, (self.paise % 100).abs(), self.currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_said_in_its_own_currency() {
        let said = |paise, currency: &str| Amount { paise, currency: currency.into() }.to_string();
        assert_eq!(said(49_900, "INR"), "₹499");
        assert_eq!(said(105, "USD"), "1.05 USD");
    }

    #[test]
    fn states_read_back_their_own_words() {
        for word in ["intended", "pending", "processed", "failed"] {
            assert_eq!(RefundState::parse(word).map(RefundState::as_str), Some(word));
        }
        assert_eq!(RefundState::parse("given"), None);
    }
}
