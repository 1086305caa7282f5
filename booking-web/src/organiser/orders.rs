//! Orders for the desk: newest first, a page at a time, found by whatever is at hand.
//!
//! A page begins where the one before it ended and never counts what it
//! leaves out, so that the last page of a hundred thousand orders comes as
//! quickly as the first. What names one thing (an id, a code, an address) is
//! found by its key; a piece of a name or a number is looked for in each
//! order, newest first, until a page is full.

use chrono::{DateTime, NaiveDateTime, Utc};
use common::{CodeFault, Paise, PhoneNo, TicketCode};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};

use super::file::masked;
use crate::db::{Db, DbError, column};
use crate::order::{OrderId, OrderState, OrderToken};

/// Fewer digits than these fit too many guests.
const FEWEST_DIGITS: usize = 3;
/// What is longer names nothing here.
const LONGEST: usize = 300;

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Nothing in particular.
    All,
    Order(OrderId),
    Page(OrderToken),
    Link(String),
    Payment(String),
    Refund(String),
    Dispute(String),
    /// A ticket's UNIQUE_ID, or its code, whoever signed it.
    Ticket(String),
    Email(String),
    Phone(String),
    /// The end of a phone number.
    Digits(String),
    /// A piece of the name of any of the guests, in whatever case.
    Name(String),
}

/// A page's worth of wishes.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub sought: Sought,
    pub state: Option<OrderState>,
    /// Older than this order.
    pub before: Option<OrderId>,
}

/// An order as the list shows it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: OrderId,
    /// As it stands in the row: one odd row, of whatever origin, must not hide the others.
    pub name: String,
    /// All but its end hidden.
    pub phone: String,
    /// How many come, with whoever booked.
    pub seats: u32,
    pub amount: Paise,
    pub state: OrderState,
    pub created_at: DateTime<Utc>,
    /// Of a paid order: how many are inside by its tickets.
    pub inside: u32,
}

impl Sought {
    /// Reads what was typed; whatever it is, it is looked for.
    #[must_use]
    pub fn read(typed: &str) -> Self {
        let typed = typed.trim();
        let typed = typed.char_indices().nth(LONGEST).map_or(typed, |(end, _)| &typed[..end]);
        if typed.is_empty() {
            return Self::All;
        }
        let page =
            typed.split_once("/orders/").map_or(typed, |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(rest));
        // Before the id: a UUID may be written as 32 digits, too.
        if let Some(token) = OrderToken::parse(page) {
            return Self::Page(token);
        }
        if let Some(id) = OrderId::parse(page) {
            return Self::Order(id);
        }
        let whole = || typed.to_owned();
        match typed.split_once('_') {
            Some(("plink", _)) => return Self::Link(whole()),
            Some(("pay", _)) => return Self::Payment(whole()),
            Some(("rfnd", _)) => return Self::Refund(whole()),
            Some(("disp", _)) => return Self::Dispute(whole()),
            _ => {}
        }
        // Without a key no code is genuine, and it still says whose it is: that is all that is asked of it here.
        if let Err(CodeFault::Unsigned(id) | CodeFault::Forged(id)) = TicketCode::parse(typed, &[]) {
            return Self::Ticket(id.as_str().to_owned());
        }
        if typed.contains('@') {
            return Self::Email(whole());
        }
        Self::number(typed).unwrap_or_else(|| Self::Name(whole()))
    }

    /// Digits of any script and what people write between them.
    fn number(typed: &str) -> Option<Self> {
        let between = |c: char| c.is_whitespace() || "+-().•".contains(c);
        let digits: Option<String> = typed
            .chars()
            .filter(|c| !between(*c))
            .map(|c| common::phone::decimal_digit(c).map(|digit| char::from(b'0' + digit)))
            .collect();
        let digits = digits.filter(|digits| digits.len() >= FEWEST_DIGITS)?;
        match PhoneNo::parse(typed) {
            Ok(phone) => Some(Self::Phone(phone.as_str().to_owned())),
            Err(_) => Some(Self::Digits(digits)),
        }
    }

    /// The condition, and the value of each of its places.
    fn condition(&self) -> Option<(&'static str, Value)> {
        let of_payment = |id: &String| ("o.id = (SELECT order_id FROM payments WHERE id = ?)", id.into());
        Some(match self {
            Self::All => return None,
            // Ours of a refund, too: Razorpay's dashboard shows it as the receipt.
            Self::Order(id) => (
                "o.id = COALESCE((SELECT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id
                                  WHERE r.id = ?), ?)",
                (*id).into(),
            ),
            Self::Page(token) => ("o.token = ?", token.as_str().into()),
            Self::Link(id) => ("o.link_id = ?", id.into()),
            Self::Payment(id) => of_payment(id),
            Self::Refund(id) => (
                "o.id = (SELECT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id
                         WHERE r.razorpay_id = ?)",
                id.into(),
            ),
            Self::Dispute(id) => ("o.id = (SELECT order_id FROM disputes WHERE id = ?)", id.into()),
            Self::Ticket(id) => ("o.id IN (SELECT order_id FROM attendees WHERE unique_id = ?)", id.into()),
            Self::Email(email) => ("LOWER(o.email_id) = ?", email.to_lowercase().into()),
            Self::Phone(phone) => ("o.phone_no = ?", phone.into()),
            Self::Digits(digits) => ("o.phone_no LIKE ?", format!("%{digits}").into()),
            Self::Name(name) => (
                "EXISTS (SELECT 1 FROM attendees a WHERE a.order_id = o.id
                         AND a.first_name COLLATE utf8mb4_unicode_ci LIKE ?)",
                pattern(name),
            ),
        })
    }
}

/// A piece of a name.
fn pattern(name: &str) -> Value {
    format!("%{}%", literally(name)).into()
}

/// Of a pattern, what stands for itself.
fn literally(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The newest `most` orders that are wanted.
///
/// # Errors
/// [`DbError`].
pub async fn list(db: &Db, wanted: &Wanted, most: usize) -> Result<Vec<Listed>, DbError> {
    let (mut conditions, mut values) = (Vec::new(), Vec::new());
    let named = ByName::of(wanted, most);
    if let Some(named) = &named {
        values.extend(named.values.iter().cloned());
    } else if let Some((condition, value)) = wanted.sought.condition() {
        values.extend(std::iter::repeat_n(value, condition.matches('?').count()));
        conditions.push(condition);
    }
    if let Some(state) = wanted.state {
        conditions.push("o.state = ?");
        values.push(state.as_str().into());
    }
    if let Some(before) = wanted.before {
        conditions.push("o.id < ?");
        values.push(before.into());
    }
    let wheres = if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" AND ") };
    let from = named.map_or_else(|| "orders o".to_owned(), |named| named.from);
    let query = &format!(
        "SELECT o.id, o.first_name, o.phone_no, o.amount_paise, o.state, o.created_at,
                (SELECT COUNT(*) FROM attendees a WHERE a.order_id = o.id) AS seats,
                IF(o.state = 'paid', (SELECT COUNT(*) FROM attendees a JOIN tickets t ON t.UNIQUE_ID = a.unique_id
                                      WHERE a.order_id = o.id AND t.PRESENT = 1), 0) AS inside
         FROM {from} WHERE {wheres} ORDER BY o.id DESC LIMIT {most}"
    );
    let values = &values;
    let rows: Vec<Row> = db.work(|mut conn| async move { Ok(conn.exec(query, values.clone()).await?) }).await?;
    rows.iter().map(Listed::from_row).collect()
}

/// Orders by a piece of a name, from the guests' side: newest first through their own key until a page is full, and
/// when nobody fits, once through all of them. Of the other states there are few orders, and those are gone through.
struct ByName {
    from: String,
    values: Vec<Value>,
}

impl ByName {
    fn of(wanted: &Wanted, most: usize) -> Option<Self> {
        let Sought::Name(name) = &wanted.sought else { return None };
        let with_state = match wanted.state {
            None => "",
            Some(OrderState::Paid) => "JOIN orders s ON s.id = a.order_id AND s.state = 'paid'",
            Some(_) => return None,
        };
        let before = wanted.before.map_or(Value::from("~"), Value::from);
        // An order may be found by each of its ten guests.
        let rows = most * 10;
        let from = format!(
            "(SELECT DISTINCT id FROM (
                 SELECT STRAIGHT_JOIN a.order_id AS id FROM attendees a {with_state}
                 WHERE a.first_name COLLATE utf8mb4_unicode_ci LIKE ? AND a.order_id < ?
                 ORDER BY a.order_id DESC LIMIT {rows}) AS guest) AS named JOIN orders o ON o.id = named.id"
        );
        Some(Self { from, values: vec![pattern(name), before] })
    }
}

impl Listed {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        fn read<T>(row: &Row, name: &'static str, parse: impl Fn(String) -> Option<T>) -> Result<T, DbError> {
            parse(column(row, name)?).ok_or(DbError::Column { column: name })
        }
        let amount: i64 = column(row, "amount_paise")?;
        Ok(Self {
            id: read(row, "id", |text| OrderId::parse(&text))?,
            name: column(row, "first_name")?,
            phone: masked(&column::<String>(row, "phone_no")?),
            amount: Paise::try_from(amount).map_err(|_| DbError::Column { column: "amount_paise" })?,
            state: read(row, "state", |word| OrderState::parse(&word))?,
            created_at: column::<NaiveDateTime>(row, "created_at")?.and_utc(),
            seats: column(row, "seats")?,
            inside: column(row, "inside")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_one_thing_is_known_by_its_form() {
        let id = "0199a1b2-3c4d-7e5f-8a6b-7c8d9e0f1a2b";
        assert_eq!(Sought::read(id), Sought::Order(OrderId::parse(id).unwrap()));
        assert_eq!(Sought::read(&format!("https://t.example/organiser/orders/{id}")), Sought::read(id));
        let token = "0123456789abcdef0123456789abcdef";
        assert_eq!(Sought::read(token), Sought::Page(OrderToken::parse(token).unwrap()));
        assert_eq!(Sought::read(&format!("https://t.example/orders/{token}/qr.png")), Sought::read(token));
        assert_eq!(Sought::read("pay_1"), Sought::Payment("pay_1".into()));
        assert_eq!(Sought::read("rfnd_1"), Sought::Refund("rfnd_1".into()));
        assert_eq!(Sought::read("Asha9198765432102026-11-22"), Sought::Ticket("Asha9198765432102026-11-22".into()));
        assert_eq!(Sought::read("asha@example.com"), Sought::Email("asha@example.com".into()));
    }

    #[test]
    fn a_number_is_whole_or_the_end_of_one_and_anything_else_a_name() {
        assert_eq!(Sought::read("+91 98765 43210"), Sought::Phone("919876543210".into()));
        assert_eq!(Sought::read("••••3210"), Sought::Digits("3210".into()));
        assert_eq!(Sought::read("४३२"), Sought::Digits("432".into()));
        assert_eq!(Sought::read("12"), Sought::Name("12".into()));
        assert_eq!(Sought::read(" Asha "), Sought::Name("Asha".into()));
        assert_eq!(Sought::read("  "), Sought::All);
        assert_eq!(Sought::read(&"आ".repeat(1000)), Sought::Name("आ".repeat(LONGEST)));
    }

    #[test]
    fn nothing_typed_is_a_pattern() {
        let (_, value) = Sought::read("50%_\\").condition().unwrap();
        assert_eq!(value, Value::from(r"%50\%\_\\%"));
    }
}
