//! The attendee's one page, from the held seat to the ticket.

use askama::Template;
use chrono::{DateTime, Utc};
use common::{FirstName, Paise};

use super::event::said_price;
use super::when::When;
use crate::event::Event;

/// `GET /orders/{token}`.
#[derive(Clone, Debug, Template)]
#[template(path = "order.html")]
pub struct OrderPage {
    pub event: Event,
    pub first_name: FirstName,
    /// What was asked when the seat was taken, whatever the event costs now.
    pub amount: Paise,
    /// `/orders/{token}`.
    pub path: String,
    pub stage: Stage,
}

/// Where the order stands.
#[derive(Clone, Debug)]
pub enum Stage {
    /// A seat is held; there is no money yet.
    Waiting(Waiting),
    /// There is a ticket.
    Ticket(Ticket),
    /// The seat was let go, unpaid.
    Expired,
    /// The money is going back.
    Refunding(RefundCause),
    /// The money went back.
    Refunded(RefundCause),
}

#[derive(Clone, Debug)]
pub struct Waiting {
    /// The payment page; `None` while it is being prepared.
    pub pay_url: Option<String>,
    pub hold_until: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// The guest comes from the payment page; what happened there is not known yet.
    pub just_returned: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Ticket {
    /// Set once the guest is inside.
    pub admitted: Option<Admitted>,
}

#[derive(Clone, Debug)]
pub struct Admitted {
    pub at: DateTime<Utc>,
    pub gate: String,
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundCause {
    /// It came after the hold had ended, and no seat was left.
    PaidTooLate,
    /// It was not what the ticket costs.
    WrongAmount,
    /// The organiser took the booking back.
    Cancelled,
}

impl OrderPage {
    /// `₹499`, or `Free`.
    fn price(&self) -> String {
        said_price(self.amount)
    }

    /// The word of the `state` answer, so that the script knows a change when it hears one.
    fn state(&self) -> &'static str {
        match self.stage {
            Stage::Waiting(_) => "held",
            Stage::Ticket(_) => "paid",
            Stage::Expired => "expired",
            Stage::Refunding(_) => "refunding",
            Stage::Refunded(_) => "refunded",
        }
    }

    fn title(&self) -> &'static str {
        match &self.stage {
            Stage::Waiting(waiting) if waiting.just_returned => "Confirming your payment",
            Stage::Waiting(_) => "Your seat is held",
            Stage::Ticket(_) => "Your ticket",
            Stage::Expired => "Your seat was let go",
            Stage::Refunding(_) => "Your money is on its way back",
            Stage::Refunded(_) => "Your money was sent back",
        }
    }

    fn is_preparing(&self) -> bool {
        matches!(&self.stage, Stage::Waiting(Waiting { pay_url: None, .. }))
    }
}

impl Waiting {
    /// `8:04 pm`; with its day when that is tomorrow.
    fn held_until(&self, event: &Event) -> String {
        event.when(self.hold_until).beside(&event.when(self.now))
    }

    fn hold(&self, event: &Event) -> When {
        event.when(self.hold_until)
    }

    fn seconds_left(&self, event: &Event) -> i64 {
        self.hold(event).seconds_after(&event.when(self.now))
    }
}

impl Admitted {
    fn at(&self, event: &Event) -> String {
        event.when(self.at).beside(&event.starts())
    }
}

impl RefundCause {
    fn said(self) -> &'static str {
        match self {
            Self::PaidTooLate => {
                "Your payment reached us after the time to pay was over, and by then every seat was taken. \
                 We are sorry. You get all of it back."
            }
            Self::WrongAmount => {
                "What was paid is not what the ticket costs, so it cannot become a ticket. You get all of it back. \
                 Please book again."
            }
            Self::Cancelled => "This booking was cancelled, so it is no longer a ticket. You get your money back.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::tests::diwali_night;
    use super::*;

    fn page(stage: Stage) -> String {
        let page = OrderPage {
            event: diwali_night(),
            first_name: FirstName::parse("Asha").unwrap(),
            amount: Paise::parse("49900").unwrap(),
            path: "/orders/0123abcd".into(),
            stage,
        };
        page.render().unwrap()
    }

    fn waiting() -> Waiting {
        Waiting {
            pay_url: Some("https://rzp.example/i/1?a=1&b=2".into()),
            hold_until: "2026-11-20T14:34:34Z".parse().unwrap(),
            now: "2026-11-20T14:22:00Z".parse().unwrap(),
            just_returned: false,
        }
    }

    #[test]
    fn a_held_seat_says_until_when_and_where_to_pay() {
        let html = page(Stage::Waiting(waiting()));
        assert!(html.contains("until 8:04\u{a0}pm") && html.contains(r#"data-seconds="754""#), "{html}");
        assert!(html.contains("Pay ₹499") && html.contains("https://rzp.example/i/1?a=1&#38;b=2"));
        assert!(html.contains(r#"data-state="held""#) && html.contains(r#"data-payable="yes""#));
    }

    #[test]
    fn without_a_payment_page_there_is_nothing_to_press_but_check_again() {
        let html = page(Stage::Waiting(Waiting { pay_url: None, ..waiting() }));
        assert!(html.contains("Check again") && html.contains(r#"data-payable="no""#));
        assert!(!html.contains("rzp.example"));
    }

    #[test]
    fn who_just_returned_is_not_asked_to_pay_again() {
        let html = page(Stage::Waiting(Waiting { just_returned: true, ..waiting() }));
        assert!(html.contains("Confirming your payment") && !html.contains("Pay ₹499"));
    }

    #[test]
    fn a_ticket_has_its_code_and_ways_to_keep_it() {
        let html = page(Stage::Ticket(Ticket::default()));
        for path in ["qr.svg", "qr.png?download", "event.ics"] {
            assert!(html.contains(&format!("\"/orders/0123abcd/{path}\"")), "{path}");
        }
        assert!(html.contains("Asha") && !html.contains("Entered"));
        let admitted = Admitted { at: "2026-11-22T14:12:00Z".parse().unwrap(), gate: "Gate B".into() };
        let html = page(Stage::Ticket(Ticket { admitted: Some(admitted) }));
        assert!(html.contains("Entered at 7:42\u{a0}pm"), "{html}");
    }

    #[test]
    fn only_a_ticket_shows_a_code_and_no_order_is_indexed() {
        let stages = [
            Stage::Waiting(waiting()),
            Stage::Expired,
            Stage::Refunding(RefundCause::PaidTooLate),
            Stage::Refunded(RefundCause::Cancelled),
        ];
        for stage in stages {
            let html = page(stage);
            assert!(!html.contains("qr.svg") && html.contains("noindex"));
        }
    }
}
