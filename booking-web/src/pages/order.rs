//! The attendee's one page, from the held seat to the ticket.

use askama::Template;
use chrono::{DateTime, Utc};
use common::{FirstName, Paise};

use super::event::said_price;
// For the templates, too.
use super::refund::{MoneyBack, Refund, Step};
use super::when::When;
use crate::event::Event;

/// `GET /orders/{token}`.
#[derive(Clone, Debug, Template)]
#[template(path = "order.html")]
pub struct OrderPage {
    pub event: Event,
    /// Who comes; the first one booked.
    pub guests: Vec<FirstName>,
    /// What was asked when the seats were taken, whatever the event costs now.
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
    Refunding(Refund),
    /// The money went back.
    Refunded(Refund),
    /// The ticket was taken away; nothing goes back.
    Revoked(RevokedBy),
}

/// Who took the ticket away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokedBy {
    Organiser,
    /// It wants the payment back, and that is not decided yet.
    Bank,
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
    /// For each guest in their order, set once the guest is inside.
    pub admitted: Vec<Option<Admitted>>,
    /// Payments beside the one for the ticket: they go back by themselves.
    pub paid_again: Vec<MoneyBack>,
    /// Where the ticket can be sent once more; `None` where no e-mail goes.
    pub mail: Option<MailAgain>,
}

/// The offer to send the ticket's e-mail again, and what became of the last wish.
#[derive(Clone, Debug)]
pub struct MailAgain {
    /// `a•••@example.com`: who looks over a shoulder need not learn more.
    pub masked: String,
    pub asked: Option<MailAsked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailAsked {
    /// It is on its way.
    Queued,
    /// It was asked for a moment ago, or often today.
    TooOften,
    /// It cannot be sent.
    Not,
}

/// One guest's ticket on the page.
#[derive(Clone, Copy, Debug)]
struct Pass<'a> {
    /// Counted from 1.
    n: usize,
    name: &'a FirstName,
    admitted: Option<&'a Admitted>,
}

#[derive(Clone, Debug)]
pub struct Admitted {
    pub at: DateTime<Utc>,
    pub gate: String,
}

impl OrderPage {
    /// `₹499`, or `Free`.
    fn price(&self) -> String {
        said_price(self.amount)
    }

    fn passes<'a>(&'a self, ticket: &'a Ticket) -> Vec<Pass<'a>> {
        let admitted = ticket.admitted.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        (1..).zip(&self.guests).zip(admitted).map(|((n, name), admitted)| Pass { n, name, admitted }).collect()
    }

    /// Of the only guest.
    fn admitted<'a>(&self, ticket: &'a Ticket) -> Option<&'a Admitted> {
        ticket.admitted.first().and_then(Option::as_ref)
    }

    fn is_for_several(&self) -> bool {
        self.guests.len() > 1
    }

    /// The word of the `state` answer, so that the script knows a change when it hears one.
    fn state(&self) -> &'static str {
        match self.stage {
            Stage::Waiting(_) => "held",
            Stage::Ticket(_) => "paid",
            Stage::Expired => "expired",
            Stage::Refunding(_) => "refunding",
            Stage::Refunded(_) => "refunded",
            Stage::Revoked(_) => "revoked",
        }
    }

    fn title(&self) -> &'static str {
        match &self.stage {
            Stage::Waiting(waiting) if waiting.just_returned => "Confirming your payment",
            Stage::Waiting(_) if self.is_for_several() => "Your seats are held",
            Stage::Waiting(_) => "Your seat is held",
            Stage::Ticket(_) if self.is_for_several() => "Your tickets",
            Stage::Ticket(_) => "Your ticket",
            Stage::Expired if self.is_for_several() => "Your seats were let go",
            Stage::Expired => "Your seat was let go",
            Stage::Refunding(refund) => refund.title_underway(),
            Stage::Refunded(refund) => refund.title_done(),
            Stage::Revoked(_) => "This ticket is not valid",
        }
    }

    fn is_preparing(&self) -> bool {
        matches!(&self.stage, Stage::Waiting(Waiting { pay_url: None, .. }))
    }
}

impl Pass<'_> {
    /// The first guest's addresses are those of an order for one.
    fn query(&self) -> String {
        match self.n {
            1 => String::new(),
            n => format!("?n={n}"),
        }
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

#[cfg(test)]
mod tests {
    use super::super::event::tests::diwali_night;
    use super::super::refund::RefundCause;
    use super::*;

    fn page(stage: Stage) -> String {
        of(vec![FirstName::parse("Asha").unwrap()], stage)
    }

    fn of(guests: Vec<FirstName>, stage: Stage) -> String {
        let page = OrderPage {
            event: diwali_night(),
            guests,
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
        let html = page(Stage::Ticket(Ticket { admitted: vec![Some(admitted)], ..Ticket::default() }));
        assert!(html.contains("Entered at 7:42\u{a0}pm"), "{html}");
    }

    fn refund(cause: RefundCause, step: Step) -> Refund {
        Refund { cause, parts: vec![MoneyBack { amount: "₹1".into(), step }] }
    }

    #[test]
    fn what_goes_back_is_what_was_paid_and_not_the_price() {
        let asked: DateTime<Utc> = "2026-11-20T14:34:34Z".parse().unwrap();
        let html = page(Stage::Refunding(refund(RefundCause::WrongAmount, Step::Asked(asked))));
        assert!(html.contains("<dd>₹1</dd>") && !html.contains("₹499"), "{html}");
        assert!(html.contains("20\u{a0}Nov\u{a0}2026, 8:04\u{a0}pm") && html.contains("5 to 7 working days"));
        let html = page(Stage::Refunded(refund(RefundCause::WrongAmount, Step::Done(asked))));
        assert!(html.contains("<dt>Sent back</dt><dd>20\u{a0}Nov\u{a0}2026, 8:04\u{a0}pm</dd>"), "{html}");
    }

    #[test]
    fn nothing_is_promised_that_razorpay_has_not() {
        for step in [Step::NotYet, Step::Stuck] {
            assert!(!page(Stage::Refunding(refund(RefundCause::Organiser, step))).contains("working days"), "{step:?}");
        }
        let html = page(Stage::Refunding(refund(RefundCause::Organiser, Step::Stuck)));
        assert!(html.contains("could not be sent back yet") && html.contains("ask the organiser"), "{html}");
    }

    #[test]
    fn who_paid_twice_keeps_the_ticket_and_is_told_of_the_other_payment() {
        let again = MoneyBack { amount: "₹499".into(), step: Step::NotYet };
        let html = page(Stage::Ticket(Ticket { paid_again: vec![again], ..Ticket::default() }));
        assert!(html.contains("qr.svg") && html.contains("goes back by itself"), "{html}");
        assert!(!page(Stage::Ticket(Ticket::default())).contains("goes back"));
    }

    #[test]
    fn a_group_has_a_ticket_for_each_and_each_says_whose_it_is() {
        let admitted = Admitted { at: "2026-11-22T14:12:00Z".parse().unwrap(), gate: "Gate B".into() };
        let guests = ["Asha", "रवि", "O'Neill"].map(|name| FirstName::parse(name).unwrap()).to_vec();
        let ticket = Ticket { admitted: vec![None, Some(admitted), None], ..Ticket::default() };
        let html = of(guests.clone(), Stage::Ticket(ticket));
        for part in ["qr.svg\"", "qr.svg?n=2\"", "qr.svg?n=3\"", "qr.png?n=3&amp;download", "Ticket 3 of 3", "✓ </span><bdi>रवि"] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert_eq!((html.matches("Entered at 7:42").count(), html.matches("<article").count()), (1, 3));
        assert!(html.contains("<title>Your tickets") && !html.contains("<h1>Entered"));
        let html = of(guests, Stage::Waiting(waiting()));
        assert!(html.contains("Your seats are held") && html.contains("<dt>Seats</dt><dd>3</dd>"), "{html}");
    }

    #[test]
    fn the_e_mail_can_be_asked_for_again_where_there_is_an_address() {
        let said = |asked| {
            let mail = Some(MailAgain { masked: "a•••@example.com".into(), asked });
            page(Stage::Ticket(Ticket { mail, ..Ticket::default() }))
        };
        let html = said(None);
        assert!(
            html.contains(r#"method="post" action="/orders/0123abcd/resend""#) && !html.contains(r#"id="mail""#),
            "{html}"
        );
        assert!(said(Some(MailAsked::Queued)).contains("on its way"));
        assert!(said(Some(MailAsked::TooOften)).contains("once a minute"));
        assert!(!page(Stage::Ticket(Ticket::default())).contains("/resend"));
    }

    #[test]
    fn a_revoked_ticket_says_whom_to_ask() {
        assert!(page(Stage::Revoked(RevokedBy::Organiser)).contains("ask the organiser"));
        assert!(page(Stage::Revoked(RevokedBy::Bank)).contains("your bank"));
    }

    #[test]
    fn only_a_ticket_shows_a_code_and_no_order_is_indexed() {
        let stages = [
            Stage::Waiting(waiting()),
            Stage::Expired,
            Stage::Refunding(refund(RefundCause::PaidTooLate, Step::NotYet)),
            Stage::Refunded(refund(RefundCause::Organiser, Step::Done(DateTime::UNIX_EPOCH))),
            Stage::Revoked(RevokedBy::Bank),
        ];
        for stage in stages {
            let html = page(stage);
            assert!(!html.contains("qr.svg") && html.contains("noindex"));
        }
    }
}
