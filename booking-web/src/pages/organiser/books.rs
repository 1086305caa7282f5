//! What the comparisons with Razorpay found.

use askama::Template;
use chrono::{DateTime, Utc};

use super::desk::Desk;
use crate::organiser::books::{Comparison, Standing};
use crate::organiser::charts::grouped;
use crate::pages::when::When;
use crate::reconcile::Kind;
use crate::words::ENGLISH;

/// `GET /organiser/books`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/books.html")]
pub struct BooksPage {
    pub desk: Desk,
    pub zone: chrono_tz::Tz,
    pub now: DateTime<Utc>,
    pub comparisons: Vec<Comparison>,
    /// What the one that runs here is at, and how much of that is done, in percent.
    pub progress: Option<(String, u64)>,
    /// The button was pressed while one is under way.
    pub busy: bool,
}

impl BooksPage {
    fn when(&self, at: &DateTime<Utc>) -> String {
        When::new(*at, self.zone).dated(&ENGLISH)
    }

    fn under_way(&self) -> Option<&Comparison> {
        self.comparisons.iter().find(|comparison| comparison.standing(self.now) == Standing::UnderWay)
    }

    fn ended(&self) -> impl Iterator<Item = &Comparison> {
        self.comparisons.iter().filter(|comparison| comparison.standing(self.now) != Standing::UnderWay)
    }

    fn tone(&self, comparison: &Comparison) -> &'static str {
        match comparison.standing(self.now) {
            Standing::UnderWay => "calm",
            Standing::Agrees => "good",
            Standing::Differs(_) => "bad",
            Standing::BrokenOff | Standing::Failed => "warn",
        }
    }

    fn outcome(&self, comparison: &Comparison) -> String {
        match comparison.standing(self.now) {
            Standing::UnderWay => "under way".into(),
            Standing::BrokenOff => "broken off: its server ended first".into(),
            Standing::Failed => comparison.failure.clone().unwrap_or_else(|| "came to nothing".into()),
            Standing::Agrees => "no difference".into(),
            Standing::Differs(1) => "1 difference".into(),
            Standing::Differs(number) => format!("{} differences", grouped(number.into())),
        }
    }

    fn compared(&self, comparison: &Comparison) -> String {
        let counted = |number: u32, one: &str, many: &str| {
            format!("{} {}", grouped(number.into()), if number == 1 { one } else { many })
        };
        [
            counted(comparison.orders, "order", "orders"),
            counted(comparison.payments, "payment", "payments"),
            counted(comparison.refunds, "refund", "refunds"),
            counted(comparison.tickets, "ticket", "tickets"),
        ]
        .join(", ")
    }

    /// Differences of which no words were kept.
    fn unsaid(&self, comparison: &Comparison) -> u64 {
        let all: u64 = comparison.differences.unwrap_or(0).into();
        all.saturating_sub(comparison.found.len() as u64)
    }
}

/// A kind of difference as a heading.
fn said(word: &str) -> String {
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.as_str() == word) else { return word.replace('_', " ") };
    let said = match kind {
        Kind::CapturedNotBooked => "Razorpay took money that is not booked here",
        Kind::Unowned => "Razorpay took money for an order that is not here",
        Kind::NotCapturedThere => "Money is booked here that Razorpay does not have",
        Kind::AmountDiffers => "The two sides name different amounts",
        Kind::PaidWithoutPayment => "An order is paid, and there is no payment of it",
        Kind::PaidWithoutTicket => "An order is paid, and has no good ticket",
        Kind::TicketUnpaid => "A ticket is good whose order is not paid",
        Kind::PaymentUnused => "A payment neither bought a ticket nor goes back",
        Kind::RefundUnknownThere => "Razorpay does not know a refund of ours",
        Kind::RefundFailed => "A refund failed",
        Kind::RefundOverdue => "A refund has been under way for more than a day",
        Kind::RefundDiffers => "The two sides see a refund differently",
        Kind::RefundUnknownHere => "Razorpay gave money back that we did not ask for",
        Kind::GivenBackTwice => "More went back than was paid",
        Kind::DisputeDiffers => "A bank’s dispute was decided, and is open here",
        Kind::SoldDiffers => "The counter of sold seats is not the number of paid orders",
        Kind::HeldDiffers => "The counter of held seats is not the number of held orders",
        Kind::HeldTooLong => "A seat is held for longer than it should be",
        Kind::LookUpOverdue => "Razorpay should have been asked about an order",
    };
    said.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organiser::books::Found;
    use crate::pages::organiser::Tab;

    fn page(comparisons: Vec<Comparison>) -> BooksPage {
        BooksPage {
            desk: Desk { name: "asha".into(), csrf: "mark".into(), here: Tab::Reconciliation },
            zone: chrono_tz::UTC,
            now: DateTime::UNIX_EPOCH,
            comparisons,
            progress: None,
            busy: false,
        }
    }

    fn differing() -> Comparison {
        let found = Found {
            kind: "refund_failed".into(),
            order: Some("018f0000-0000-7000-8000-000000000000".into()),
            payment: Some("pay_<b>".into()),
            refund: None,
            ours: "failed".into(),
            razorpay: "<script>alert(1)</script>".into(),
            remedy: "ask once more".into(),
        };
        let finished_at = Some(DateTime::UNIX_EPOCH);
        Comparison { finished_at, differences: Some(3), found: vec![found], ..Comparison::default() }
    }

    #[test]
    fn each_difference_is_said_with_both_sides_and_its_remedy() {
        let html = page(vec![differing()]).render().unwrap();
        for expected in [
            "A refund failed",
            "ask once more",
            "/organiser/orders/018f0000-0000-7000-8000-000000000000",
            "3 differences",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert!(html.contains("2 more") && !html.contains("<script>alert") && !html.contains("<b>"), "{html}");
    }

    #[test]
    fn every_kind_has_words() {
        for kind in Kind::ALL {
            assert!(said(kind.as_str()).contains(' ') && !said(kind.as_str()).contains('_'));
        }
        assert_eq!(said("of_tomorrow"), "of tomorrow", "by a newer version, perhaps");
    }

    #[test]
    fn there_is_one_button_and_it_waits_for_the_comparison_that_runs() {
        let idle = page(Vec::new()).render().unwrap();
        assert!(idle.contains("Compare now") && !idle.contains("disabled"), "{idle}");
        let running = BooksPage { progress: Some(("orders".into(), 40)), ..page(vec![Comparison::default()]) };
        let html = running.render().unwrap();
        assert!(html.contains(r#"<progress max="100" value="40""#) && html.contains("Look again"), "{html}");
    }
}
