//! The seat: taken with the order, in one transaction, by conditions the
//! database checks.
//!
//! - One person has one live order a day: unique key `orders_live_key`.
//! - The same form sent again is the same order: unique key `orders_form_key`.
//! - `sold + held` never passes `capacity`: one conditional UPDATE, touched
//!   *last*, so that its row is locked over the commit only (measured: 2.4
//!   times the throughput of touching it first, and no deadlocks).

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use common::unique_id::live_key;
use common::{EmailId, Paise, UniqueId};
use mysql_async::prelude::Queryable;
use mysql_async::{Params, TxOpts, params};

use crate::db::{Db, DbError};
use crate::event::Event;
use crate::form::{Booking, FormKey};
use crate::order::{By, Order, OrderId, OrderState, OrderToken};

/// Time for the browser to come back before we ask Razorpay by ourselves.
const FIRST_LOOK_AFTER: Duration = Duration::from_secs(30);

/// What became of a wish for a seat.
#[derive(Clone, Debug)]
pub enum Hold {
    /// A seat is held for this new order.
    Made(Order),
    /// This very form was sent before and made this order.
    Same(Order),
    /// This person has this live order today, from another form.
    Duplicate(Order),
    /// Every seat is sold or held.
    SoldOut,
}

/// Holds a seat for `booking` until `now + hold`.
///
/// # Errors
/// [`DbError`]; nothing is held then, or nothing anybody will pay for.
pub async fn hold(
    db: &Db,
    event: &Event,
    booking: &Booking,
    now: DateTime<Utc>,
    hold: Duration,
) -> Result<Hold, DbError> {
    let day = event.booking_day(now);
    let live_key = &live_key(&booking.name, &booking.phone, day);
    let wish = Wish { event, booking, day, live_key, now, hold_until: now + hold };
    let mut form_key = booking.form_key.as_ref().map(FormKey::as_str);
    // A form key used up by a dead order, or by another person, does not count the second time;
    // a live order may die between two looks. More rounds than these mean something else is wrong.
    for _ in 0..4 {
        match wish.take_seat(db, form_key).await? {
            Attempt::NoSeat => return Ok(Hold::SoldOut),
            Attempt::Made(order) => return Ok(Hold::Made(*order)),
            Attempt::KeyTaken => {}
        }
        let live = Order::find(db, By::LiveKey(live_key)).await?;
        let same = match form_key {
            Some(key) => Order::find(db, By::FormKey(key)).await?,
            None => None,
        };
        match (live, same) {
            (Some(live), Some(same)) if live.id == same.id => return Ok(Hold::Same(live)),
            (Some(live), _) => return Ok(Hold::Duplicate(live)),
            // The key's order has died since, or was for another person: a new wish.
            (None, _) => form_key = None,
        }
    }
    Err(DbError::Timeout)
}

enum Attempt {
    Made(Box<Order>),
    /// By a unique key: of the form, or of the person and day.
    KeyTaken,
    NoSeat,
}

/// All that an order is made of.
struct Wish<'a> {
    event: &'a Event,
    booking: &'a Booking,
    day: NaiveDate,
    live_key: &'a str,
    now: DateTime<Utc>,
    hold_until: DateTime<Utc>,
}

impl Wish<'_> {
    /// Order and seat, or neither.
    async fn take_seat(&self, db: &Db, form_key: Option<&str>) -> Result<Attempt, DbError> {
        let order = &self.order();
        db.work(|mut conn| {
            let row = self.row(order, form_key);
            async move {
                let mut tx = conn.start_transaction(TxOpts::default()).await?;
                match tx.exec_drop(NEW_ORDER, row).await.map_err(DbError::from) {
                    Err(error) if error.is_duplicate() => {
                        tx.rollback().await?;
                        return Ok(Attempt::KeyTaken);
                    }
                    inserted => inserted?,
                }
                tx.query_drop(TAKE_SEAT).await?;
                if tx.affected_rows() == 0 {
                    tx.rollback().await?;
                    return Ok(Attempt::NoSeat);
                }
                tx.commit().await?;
                Ok(Attempt::Made(Box::new(order.clone())))
            }
        })
        .await
    }

    fn order(&self) -> Order {
        let Self { event, booking, day, now, hold_until, .. } = self;
        Order {
            id: OrderId::fresh(),
            token: OrderToken::fresh(),
            name: booking.name.clone(),
            phone: booking.phone.clone(),
            email: booking.email.clone(),
            booked_on: *day,
            unique_id: UniqueId::new(&booking.name, &booking.phone, *day),
            amount: event.price,
            state: OrderState::Held,
            hold_until: *hold_until,
            link: None,
            created_at: *now,
            updated_at: *now,
        }
    }

    fn row(&self, order: &Order, form_key: Option<&str>) -> Params {
        params! {
            "id" => order.id,
            "token" => order.token.as_str(),
            "form_key" => form_key,
            "live_key" => self.live_key,
            "first_name" => order.name.as_str(),
            "phone_no" => order.phone.as_str(),
            "email_id" => order.email.as_ref().map(EmailId::as_str),
            "reg_date" => order.booked_on,
            "unique_id" => order.unique_id.as_str(),
            "amount_paise" => order.amount.get(),
            "currency" => Paise::CURRENCY,
            "state" => order.state.as_str(),
            "hold_until" => order.hold_until.naive_utc(),
            "next_look_at" => (self.now + FIRST_LOOK_AFTER).naive_utc(),
            "now" => order.created_at.naive_utc(),
        }
    }
}

const NEW_ORDER: &str = "
    INSERT INTO orders (id, token, form_key, live_key, first_name, phone_no, email_id, reg_date, unique_id,
                        amount_paise, currency, state, hold_until, next_look_at, created_at, updated_at)
    VALUES (:id, :token, :form_key, :live_key, :first_name, :phone_no, :email_id, :reg_date, :unique_id,
            :amount_paise, :currency, :state, :hold_until, :next_look_at, :now, :now)";

const TAKE_SEAT: &str = "UPDATE event SET held = held + 1 WHERE id = 1 AND sold + held < capacity";
