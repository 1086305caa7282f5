//! Orders: a wish with seats held for it.

mod attendee;

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use common::{EmailId, FirstName, Paise, PhoneNo};
use mysql_async::Row;
use mysql_async::prelude::Queryable;
use uuid::Uuid;

pub use self::attendee::Attendee;
use crate::db::{Db, DbError, column};
use crate::language::Language;

/// An order as the database has it.
#[derive(Clone, Debug)]
pub struct Order {
    pub id: OrderId,
    pub token: OrderToken,
    /// Who booked: the first of the attendees.
    pub name: FirstName,
    pub phone: PhoneNo,
    pub email: Option<EmailId>,
    pub booked_on: NaiveDate,
    /// A seat for each; at least one.
    pub attendees: Vec<Attendee>,
    /// What the guest was spoken to in, and is written to in.
    pub language: Language,
    /// For all of them.
    pub amount: Paise,
    pub state: OrderState,
    pub hold_until: DateTime<Utc>,
    pub link: Option<PaymentLink>,
    pub created_at: DateTime<Utc>,
    /// When it last took a step.
    pub updated_at: DateTime<Utc>,
}

/// Where an order stands. [`crate::payment`] has the arrows between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// A seat is held; no money yet.
    Held,
    /// There is a ticket.
    Paid,
    /// The link died unpaid; the seat went back.
    Expired,
    /// Money came that no seat could be given for; it is going back.
    Refunding,
    /// The money went back.
    Refunded,
    /// Paid, but the ticket was taken away without a refund of ours: the bank
    /// disputes the payment, or the organiser said so. The seat is free again.
    Revoked,
}

impl OrderState {
    /// All there are, in the order of their lives.
    pub const ALL: [Self; 6] = [Self::Held, Self::Paid, Self::Expired, Self::Refunding, Self::Refunded, Self::Revoked];

    /// The word in the database and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Paid => "paid",
            Self::Expired => "expired",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
            Self::Revoked => "revoked",
        }
    }

    /// Its seats are taken, and its guests' keys for the day with them.
    #[must_use]
    pub fn is_alive(self) -> bool {
        matches!(self, Self::Held | Self::Paid)
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Names the order to Razorpay (its `reference_id`) and in logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderId(Uuid);

impl OrderId {
    pub(crate) fn fresh() -> Self {
        Self(Uuid::now_v7())
    }

    /// Reads an id back from the database or from Razorpay.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl From<OrderId> for mysql_async::Value {
    fn from(id: OrderId) -> Self {
        id.to_string().into()
    }
}

/// The only key to the attendee's page: 128 random bits in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderToken(String);

impl OrderToken {
    pub(crate) fn fresh() -> Self {
        Self(random_hex())
    }

    /// A token from an address or a cookie.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let whole = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        whole.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The attendee's page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/orders/{}", self.0)
    }
}

/// Who reads it can take the ticket: kept out of logs.
impl fmt::Debug for OrderToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderToken(…)")
    }
}

/// Razorpay's page for this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentLink {
    pub id: String,
    pub url: String,
}

/// 128 bits from the system, in hexadecimal.
pub(crate) fn random_hex() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system always has random bytes");
    data_encoding::HEXLOWER.encode(&bytes)
}

/// What finds one order.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    Id(OrderId),
    Token(&'a OrderToken),
    FormKey(&'a str),
    LiveKey(&'a str),
    Link(&'a str),
    Payment(&'a str),
}

impl By<'_> {
    fn condition(self) -> (&'static str, String) {
        match self {
            Self::Id(id) => ("id = ?", id.to_string()),
            Self::Token(token) => ("token = ?", token.as_str().to_owned()),
            Self::FormKey(key) => ("form_key = ?", key.to_owned()),
            Self::LiveKey(key) => ("id = (SELECT order_id FROM attendees WHERE live_key = ?)", key.to_owned()),
            Self::Link(id) => ("link_id = ?", id.to_owned()),
            Self::Payment(id) => ("id = (SELECT order_id FROM payments WHERE id = ?)", id.to_owned()),
        }
    }
}

impl Order {
    /// Seats that it holds or has.
    #[must_use]
    pub fn seats(&self) -> u32 {
        u32::try_from(self.attendees.len()).expect("ten at most")
    }

    /// Finds one order.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(db: &Db, by: By<'_>) -> Result<Option<Self>, DbError> {
        let (condition, key) = &by.condition();
        db.work(|mut conn| async move {
            let query = format!("SELECT *, {} FROM orders WHERE {condition}", attendee::COLUMN);
            let row: Option<Row> = conn.exec_first(query, (key,)).await?;
            row.as_ref().map(Self::from_row).transpose()
        })
        .await
    }

    /// Finds an order and keeps every other transaction's hands off it until this one ends.
    pub(crate) async fn lock(conn: &mut impl Queryable, id: OrderId) -> Result<Option<Self>, DbError> {
        let query = format!("SELECT *, {} FROM orders WHERE id = ? FOR UPDATE", attendee::COLUMN);
        let row: Option<Row> = conn.exec_first(query, (id,)).await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    fn from_row(row: &Row) -> Result<Self, DbError> {
        let instant = |name| column::<NaiveDateTime>(row, name).map(|at| at.and_utc());
        let link = (column::<Option<String>>(row, "link_id")?, column::<Option<String>>(row, "link_url")?);
        Ok(Self {
            id: parsed(row, "id", |text: String| OrderId::parse(&text))?,
            token: parsed(row, "token", |text: String| OrderToken::parse(&text))?,
            name: parsed(row, "first_name", |text: String| FirstName::parse(&text).ok())?,
            phone: parsed(row, "phone_no", |text: String| PhoneNo::try_from(text).ok())?,
            email: column::<Option<String>>(row, "email_id")?.and_then(|text| EmailId::parse(&text).ok()),
            booked_on: column(row, "reg_date")?,
            attendees: parsed(row, "attendees", |ids: Option<String>| Attendee::read(&ids?))?,
            language: parsed(row, "language", |code: String| Language::parse(&code))?,
            amount: parsed(row, "amount_paise", |paise: i64| Paise::try_from(paise).ok())?,
            state: parsed(row, "state", |word: String| OrderState::parse(&word))?,
            hold_until: instant("hold_until")?,
            link: match link {
                (Some(id), Some(url)) => Some(PaymentLink { id, url }),
                _ => None,
            },
            created_at: instant("created_at")?,
            updated_at: instant("updated_at")?,
        })
    }
}

fn parsed<T: mysql_async::prelude::FromValue, U>(
    row: &Row,
    name: &'static str,
    parse: impl Fn(T) -> Option<U>,
) -> Result<U, DbError> {
    parse(column(row, name)?).ok_or(DbError::Column { column: name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_read_back_their_own_words() {
        for state in OrderState::ALL {
            assert_eq!(OrderState::parse(state.as_str()), Some(state));
        }
        assert_eq!(OrderState::parse("sold"), None);
    }

    #[test]
    fn tokens_are_long_random_and_hidden_from_debug_output() {
        let (one, other) = (OrderToken::fresh(), OrderToken::fresh());
        assert_ne!(one, other);
        assert_eq!(OrderToken::parse(one.as_str()), Some(one.clone()));
        assert_eq!(OrderToken::parse("x"), None);
        assert!(!format!("{one:?}").contains(one.as_str()));
    }
}
