//! What the organiser decides of one order, and in which words it is refused.

use anyhow::bail;
use chrono::Utc;

use super::when;
use super::which::Meant;
use crate::db::Db;
use crate::order::{By, Order, OrderState};
use crate::organiser::said::either;
use crate::payment::books::{Books, RefundState};
use crate::payment::closing::{Closing, Voice, Wish, close};
use crate::ticket::admission::{Admission, Shown};

/// An organiser's wish, and what goes with it.
#[derive(Clone, Copy, Debug)]
pub(in crate::commands) struct Word<'a> {
    pub(in crate::commands) wish: Wish,
    /// Also for a guest who was let in.
    pub(in crate::commands) even_inside: bool,
    pub(in crate::commands) reason: Option<&'a str>,
}

/// What became of it, unless it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Closed {
    Now(OrderState),
    /// It stood there already.
    Before(OrderState),
}

impl Word<'_> {
    /// Does it.
    ///
    /// # Errors
    /// Why it cannot be done, and what can.
    pub(in crate::commands) async fn close(&self, db: &Db, meant: &Meant) -> anyhow::Result<Closed> {
        let Meant { order, payment } = meant;
        let books = Books::of(db, order.id).await?;
        if let Some(payment) = payment {
            self.is_about_the_ticket(order, payment, &books)?;
        }
        match close(db, order.id, self.wish, self.even_inside, Voice::Command { reason: self.reason }, Utc::now())
            .await?
        {
            Closing::Done(state) => Ok(Closed::Now(state)),
            Closing::Already(state) => Ok(Closed::Before(state)),
            refusal => bail!(self.refused(db, order, &books, refusal).await?),
        }
    }

    /// Somebody who names a payment of two must not lose the ticket that the other one pays for.
    fn is_about_the_ticket(&self, order: &Order, payment: &str, books: &Books) -> anyhow::Result<()> {
        let stands = matches!(order.state, OrderState::Paid | OrderState::Revoked);
        let refund = books.refunds().find(|(entry, _)| entry.id == payment);
        match refund {
            Some((entry, refund)) if stands => bail!(
                "{} of {} is not what pays for the ticket, and {}; to close the order itself, name it: {}",
                entry.id,
                entry.amount,
                goes_back(refund.state),
                order.id
            ),
            _ => Ok(()),
        }
    }

    async fn refused(&self, db: &Db, order: &Order, books: &Books, refusal: Closing) -> anyhow::Result<String> {
        Ok(match refusal {
            Closing::Disputed => format!(
                "the bank disputes its payment{}, and Razorpay gives nothing back until that is decided; \
                 `booking-web revoke` takes the ticket meanwhile",
                books.quarrel().map(|it| format!(" ({}, {})", it.id, it.status.as_str())).unwrap_or_default()
            ),
            Closing::Inside => inside(db, order).await?,
            Closing::NothingPaid => "it was free, so there is nothing to give back; \
                                     `booking-web revoke` takes the ticket away"
                .into(),
            Closing::NoSeat => no_seat(db, order).await?,
            Closing::NotFrom(OrderState::Held) => format!(
                "it is not paid yet, so there is nothing to {}; its seat comes back by itself after {}",
                self.verb(),
                when::full(db, order.hold_until).await?
            ),
            Closing::NotFrom(OrderState::Expired) => {
                format!("it was never paid, so there is nothing to {}", self.verb())
            }
            Closing::NotFrom(state) => {
                format!("it is {}, so there is nothing to {}; its money goes back", state.as_str(), self.verb())
            }
            Closing::NoOrder | Closing::Done(_) | Closing::Already(_) => "it is not there any more".into(),
        })
    }

    fn verb(&self) -> &'static str {
        match self.wish {
            Wish::Refund => "give back",
            Wish::Revoke => "revoke",
            Wish::Restore => "restore",
        }
    }
}

async fn inside(db: &Db, order: &Order) -> anyhow::Result<String> {
    let mut said = Vec::new();
    for (attendee, admission) in order.attendees.iter().zip(Shown::find(db, order).await?.admissions) {
        if let Some(Admission { at, gate }) = admission {
            said.push(format!("{} is inside since {}, through {gate}", attendee.name, when::full(db, at).await?));
        }
    }
    let said = if said.is_empty() { "a guest is inside".into() } else { said.join("; ") };
    Ok(format!("{said}; nothing was changed; --even-if-inside does it all the same"))
}

async fn no_seat(db: &Db, order: &Order) -> anyhow::Result<String> {
    for attendee in &order.attendees {
        let other = Order::find(db, By::LiveKey(&attendee.live_key())).await?;
        if let Some(other) = other.filter(|other| other.id != order.id) {
            let (name, id, state) = (&attendee.name, other.id, other.state.as_str());
            return Ok(format!("{name} has another booking since: {id} ({state})"));
        }
    }
    let why = either(order.seats(), "every seat is sold or held", "there are not seats for all of them");
    Ok(format!("{why}; `booking-web event set --capacity` makes room, and `booking-web refund` gives the money back"))
}

fn goes_back(state: RefundState) -> &'static str {
    match state {
        RefundState::Intended | RefundState::Pending => "goes back by itself already",
        RefundState::Processed => "went back already",
        RefundState::Failed => "could not be given back by Razorpay; `booking-web refund --again` has it tried again",
    }
}
