//! Why a booking cannot be made now, and what to do instead.

use askama::Template;
use chrono::{DateTime, Utc};
use common::FirstName;

use super::Spoken;
use crate::event::Event;

/// 409: this name and phone have a live booking today. Whoever reads this may
/// be a stranger who knows both, so nothing of that booking is shown.
#[derive(Clone, Debug, Template)]
#[template(path = "duplicate.html")]
pub struct DuplicatePage {
    pub words: Spoken,
    pub event: Event,
    /// Of a group, those it is about; in the words of whoever reads this.
    pub who: Vec<FirstName>,
    /// `/orders/{token}`, when *this browser* made the booking.
    pub own_order: Option<String>,
    /// Whether this site sends e-mail at all; never whether that booking got one.
    pub mailed: bool,
    /// When any booking that is unpaid now will have been let go: the hold's
    /// length from now, and nothing read from that booking.
    pub unpaid_free_by: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

/// 409: every seat is sold or held.
#[derive(Clone, Debug, Template)]
#[template(path = "sold_out.html")]
pub struct SoldOutPage {
    pub words: Spoken,
    pub event: Event,
    /// Some seats are only held, and come back if they are not paid for.
    pub seats_may_return: bool,
}

/// 409: not the time to book.
#[derive(Clone, Debug, Template)]
#[template(path = "sales_closed.html")]
pub struct SalesClosedPage {
    pub words: Spoken,
    pub event: Event,
    pub closed: SalesClosed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SalesClosed {
    NotYet { from: DateTime<Utc> },
    Over { since: DateTime<Utc> },
}

/// The organiser has not said yet what is held.
#[derive(Clone, Debug, Template)]
#[template(path = "no_event.html")]
pub struct NoEventPage {
    pub words: Spoken,
}

impl DuplicatePage {
    fn not_paid_then(&self) -> String {
        let by = self.event.when(self.unpaid_free_by).beside(&self.event.when(self.now), &self.words);
        (self.words.duplicate.not_paid_then)(&by)
    }
}

impl SalesClosedPage {
    fn opening(&self) -> Option<String> {
        match self.closed {
            SalesClosed::NotYet { from } => Some(self.event.when(from).full(&self.words)),
            SalesClosed::Over { .. } => None,
        }
    }

    fn closed_on(&self) -> Option<String> {
        match self.closed {
            SalesClosed::Over { since } => {
                Some((self.words.closed.closed_on)(&self.event.when(since).full(&self.words)))
            }
            SalesClosed::NotYet { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::tests::diwali_night;
    use super::*;

    #[test]
    fn a_duplicate_shows_a_booking_only_to_the_browser_that_made_it() {
        let mut page = DuplicatePage {
            words: Spoken::default(),
            event: diwali_night(),
            who: Vec::new(),
            own_order: None,
            mailed: false,
            unpaid_free_by: "2026-11-20T14:50:00Z".parse().unwrap(),
            now: "2026-11-20T14:34:00Z".parse().unwrap(),
        };
        let html = page.render().unwrap();
        assert!(html.contains("8:20\u{a0}pm") && !html.contains("/orders/"));
        assert!(!html.contains("e-mail") && html.contains("At the gate"), "{html}");
        page.mailed = true;
        assert!(page.render().unwrap().contains("sent there once more"));
        page.own_order = Some("/orders/0123abcd".into());
        assert!(page.render().unwrap().contains(r#"href="/orders/0123abcd""#));
    }

    #[test]
    fn sold_out_gives_hope_only_where_there_is_some() {
        let said = |seats_may_return| {
            let words = Spoken::default();
            SoldOutPage { words, event: diwali_night(), seats_may_return }.render().unwrap()
        };
        assert!(said(true).contains("Look again"));
        assert!(!said(false).contains("Look again"));
    }

    #[test]
    fn closed_sales_say_when() {
        let said = |closed| {
            let words = Spoken::default();
            SalesClosedPage { words, event: diwali_night(), closed }.render().unwrap()
        };
        let at = "2026-11-01T04:30:00Z".parse().unwrap();
        assert!(said(SalesClosed::NotYet { from: at }).contains("Sunday, 1 November 2026, 10:00\u{a0}am"));
        assert!(said(SalesClosed::Over { since: at }).contains("Booking is closed"));
    }
}
