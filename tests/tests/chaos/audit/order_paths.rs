//! Stories: every step that was taken is one that can be taken, and the last
//! word of a dispute is the last.

use booking_web::order::OrderState;
use booking_web::payment::arrow::Arrow;
use booking_web::payment::wire::DisputeStatus;

use super::books::{Books, Told};
use super::{Finding, Kind};

pub(super) fn judge(books: &Books) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, order) in &books.orders {
        let story = books.stories.get(id).map(Vec::as_slice).unwrap_or_default();
        let steps = steps(story);
        if !leads_to(OrderState::Held, &steps, order.state) {
            let words: Vec<_> = steps.iter().map(|(_, state)| state.as_str()).collect();
            let what = format!("order {id} is {} after held, {}", order.state.as_str(), words.join(", "));
            findings.push(Finding { kind: Kind::NoSuchStep, what });
        }
        findings.extend(reopened(story).map(|dispute| {
            let what = format!("something was written of {dispute} after its end, for order {id}");
            Finding { kind: Kind::DisputeReopened, what }
        }));
    }
    findings
}

/// The states an order came to, each with its time.
fn steps(story: &[Told]) -> Vec<(u64, OrderState)> {
    story.iter().filter_map(|told| Some((told.at, OrderState::parse(&told.what)?))).collect()
}

/// Whether a way of known steps leads there. Two servers' ids of one
/// millisecond are in no order, so either may have been first.
fn leads_to(from: OrderState, steps: &[(u64, OrderState)], end: OrderState) -> bool {
    let Some((first, _)) = steps.first() else { return from == end };
    let together = steps.iter().take_while(|(at, _)| at == first).count();
    (0..together).any(|next| {
        let to = steps[next].1;
        let rest = [&steps[..next], &steps[next + 1..]].concat();
        Arrow::ALL.contains(&Arrow { from, to }) && leads_to(to, &rest, end)
    })
}

/// How often each step was taken, in all stories; ties as they were written.
pub(super) fn taken(books: &Books) -> Vec<Arrow> {
    let mut taken = Vec::new();
    for story in books.stories.values() {
        let mut from = OrderState::Held;
        for (_, to) in steps(story) {
            taken.push(Arrow { from, to });
            from = to;
        }
    }
    taken
}

/// The first dispute of which more was written after its end.
fn reopened(story: &[Told]) -> Option<&str> {
    let of_disputes: Vec<&Told> = story.iter().filter(|told| told.what == "dispute").collect();
    let ended = |told: &&&Told| DisputeStatus::parse(&told.detail).is_final();
    of_disputes.iter().filter(ended).find_map(|end| {
        let later = of_disputes.iter().find(|told| told.subject == end.subject && told.at > end.at)?;
        Some(later.subject.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderState::{Expired, Held, Paid, Refunded, Refunding};

    #[test]
    fn only_known_steps_lead_anywhere() {
        assert!(leads_to(Held, &[], Held));
        assert!(leads_to(Held, &[(1, Expired), (2, Paid)], Paid));
        assert!(!leads_to(Held, &[(1, Expired), (2, Paid)], Expired), "the story ends elsewhere");
        assert!(!leads_to(Held, &[(1, Paid), (2, Expired)], Expired));
        assert!(!leads_to(Held, &[(1, Paid), (2, Paid)], Paid));
    }

    #[test]
    fn of_one_millisecond_either_may_have_been_first() {
        let steps = [(1, Refunded), (1, Refunding), (2, Refunding)];
        assert!(leads_to(Held, &steps, Refunding));
        assert!(!leads_to(Held, &[(1, Paid), (2, Expired)], Expired));
    }

    #[test]
    fn a_dispute_that_goes_on_after_its_end_is_seen() {
        let told = |at, detail: &str| Told { at, what: "dispute".into(), subject: "d".into(), detail: detail.into() };
        assert_eq!(reopened(&[told(1, "open"), told(2, "under_review"), told(3, "won")]), None);
        assert_eq!(reopened(&[told(1, "open"), told(2, "won"), told(3, "open")]), Some("d"));
    }
}
