//! The seats: taken with the order, in one transaction, by conditions the
//! database checks; for all who come, or for none.
//!
//! - One person is in one live order a day: unique key `attendees_live_key`.
//! - The same form sent again is the same order: unique key `orders_form_key`.
//! - `sold + held` never passes `capacity`: one conditional UPDATE, touched
//!   *last*, so that its row is locked over the commit only (measured: 2.4
//!   times the throughput of touching it first, and no deadlocks).

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use common::{EmailId, FirstName, Paise};
use mysql_async::prelude::Queryable;
use mysql_async::{Params, TxOpts, params};

use crate::db::{Db, DbError};
use crate::event::Event;
use crate::form::{Booking, FormKey};
use crate::order::{Attendee, By, Order, OrderId, OrderState, OrderToken};

/// Time for the browser to come back before we ask Razorpay by ourselves.
const FIRST_LOOK_AFTER: Duration = Duration::from_secs(30);

/// What became of a wish for seats.
#[derive(Clone, Debug)]
pub enum Hold {
    /// A seat is held for each, by this new order.
    Made(Order),
    /// This very form was sent before and made this order.
    Same(Order),
    /// These of the guests are in this live order today, from another form.
    Duplicate { order: Order, who: Vec<FirstName> },
    /// Every seat is sold or held; or, for a group, all but so many.
    SoldOut { left: u32 },
}

/// Holds a seat for each of `booking`'s guests until `now + hold`.
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
    let attendees: Vec<Attendee> = booking.names.iter().map(|it| Attendee::new(it, &booking.phone, day)).collect();
    let keys: Vec<String> = attendees.iter().map(Attendee::live_key).collect();
    let wish = Wish { event, booking, day, attendees, now, hold_until: now + hold };
    let mut form_key = booking.form_key.as_ref().map(FormKey::as_str);
    // A form key used up by a dead order, or by other people, does not count the second time;
    // a live order may die between two looks. More rounds than these mean something else is wrong.
    for _ in 0..4 {
        match wish.take_seats(db, form_key).await? {
            Attempt::NoSeats => return Ok(Hold::SoldOut { left: seats_left(db, &wish).await? }),
            Attempt::Made(order) => return Ok(Hold::Made(*order)),
            Attempt::KeyTaken => {}
        }
        let live = live_order(db, &keys).await?;
        let same = match form_key {
            Some(key) => Order::find(db, By::FormKey(key)).await?,
            None => None,
        };
        match (live, same) {
            (Some(live), Some(same)) if live.id == same.id && wish.is_for_all_of(&live) => return Ok(Hold::Same(live)),
            (Some(live), _) => return Ok(wish.duplicate(live)),
            // The key's order has died since, or was for other people: a new wish.
            (None, _) => form_key = None,
        }
    }
    Err(DbError::Timeout)
}

/// The order that one of these is in, if any is.
async fn live_order(db: &Db, keys: &[String]) -> Result<Option<Order>, DbError> {
    for key in keys {
        let live = Order::find(db, By::LiveKey(key)).await?;
        if live.is_some() {
            return Ok(live);
        }
    }
    Ok(None)
}

/// What a group is told. For one guest there was no seat, whatever came back since.
async fn seats_left(db: &Db, wish: &Wish<'_>) -> Result<u32, DbError> {
    match wish.attendees.len() {
        1 => Ok(0),
        _ => Ok(Event::load(db).await?.map_or(0, |event| event.seats_left())),
    }
}

enum Attempt {
    Made(Box<Order>),
    /// By a unique key: of the form, or of a person and the day.
    KeyTaken,
    NoSeats,
}

/// All that an order is made of.
struct Wish<'a> {
    event: &'a Event,
    booking: &'a Booking,
    day: NaiveDate,
    attendees: Vec<Attendee>,
    now: DateTime<Utc>,
    hold_until: DateTime<Utc>,
}

impl Wish<'_> {
    /// Order and seats, or neither.
    async fn take_seats(&self, db: &Db, form_key: Option<&str>) -> Result<Attempt, DbError> {
        let order = &self.order()?;
        db.work(|mut conn| {
            let row = self.row(order, form_key);
            async move {
                let mut tx = conn.start_transaction(TxOpts::default()).await?;
                let inserted = match tx.exec_drop(NEW_ORDER, row).await {
                    Ok(()) => Attendee::insert(&mut tx, order.id, &order.attendees).await,
                    Err(error) => Err(error.into()),
                };
                match inserted {
                    Err(error) if error.is_duplicate() => {
                        tx.rollback().await?;
                        return Ok(Attempt::KeyTaken);
                    }
                    inserted => inserted?,
                }
                tx.exec_drop(TAKE_SEATS, params! { "seats" => i64::from(order.seats()) }).await?;
                if tx.affected_rows() == 0 {
                    tx.rollback().await?;
                    return Ok(Attempt::NoSeats);
                }
                tx.commit().await?;
                Ok(Attempt::Made(Box::new(order.clone())))
            }
        })
        .await
    }

    fn order(&self) -> Result<Order, DbError> {
        let Self { event, booking, day, attendees, now, hold_until } = self;
        let seats = u32::try_from(attendees.len()).expect("ten at most");
        Ok(Order {
            id: OrderId::fresh(),
            token: OrderToken::fresh(),
            name: booking.names.first().cloned().ok_or(DbError::Column { column: "first_name" })?,
            phone: booking.phone.clone(),
            email: booking.email.clone(),
            booked_on: *day,
            attendees: attendees.clone(),
            language: booking.language,
            // Beyond any amount only for a price that nobody asks.
            amount: event.price.times(seats).ok_or(DbError::Column { column: "price_paise" })?,
            state: OrderState::Held,
            hold_until: *hold_until,
            link: None,
            created_at: *now,
            updated_at: *now,
        })
    }

    fn is_for_all_of(&self, order: &Order) -> bool {
        let ours: BTreeSet<String> = self.attendees.iter().map(Attendee::live_key).collect();
        ours == order.attendees.iter().map(Attendee::live_key).collect()
    }

    fn duplicate(&self, order: Order) -> Hold {
        let theirs: BTreeSet<String> = order.attendees.iter().map(Attendee::live_key).collect();
        let ours = self.attendees.iter().filter(|it| theirs.contains(&it.live_key()));
        Hold::Duplicate { who: ours.map(|it| it.name.clone()).collect(), order }
    }

    fn row(&self, order: &Order, form_key: Option<&str>) -> Params {
        params! {
            "id" => order.id,
            "token" => order.token.as_str(),
            "form_key" => form_key,
            "first_name" => order.name.as_str(),
            "phone_no" => order.phone.as_str(),
            "email_id" => order.email.as_ref().map(EmailId::as_str),
            "reg_date" => order.booked_on,
            "language" => order.language.code(),
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
    INSERT INTO orders (id, token, form_key, first_name, phone_no, email_id, reg_date, language,
                        amount_paise, currency, state, hold_until, next_look_at, created_at, updated_at)
    VALUES (:id, :token, :form_key, :first_name, :phone_no, :email_id, :reg_date, :language,
            :amount_paise, :currency, :state, :hold_until, :next_look_at, :now, :now)";

const TAKE_SEATS: &str = "UPDATE event SET held = held + :seats WHERE id = 1 AND sold + held + :seats <= capacity";
