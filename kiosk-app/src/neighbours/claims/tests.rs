//! The rule, step by step.

use uuid::Uuid;

use super::*;

fn claim(scan: u128) -> Claim {
    Claim { scan: Uuid::from_u128(scan).into(), ticket: TicketTag([3; 32]), at: DateTime::UNIX_EPOCH }
}

fn entry(scan: u128, gate: &str) -> Happening {
    let Claim { scan, ticket, at } = claim(scan);
    Happening { scan, ticket, step: Step::Entry, at, gate: gate.to_owned() }
}

fn pending(scan: u128, gate: &str) -> Taken {
    let Claim { scan, at, .. } = claim(scan);
    Taken::Pending { gate: gate.to_owned(), scan, at }
}

fn others(numbers: &[u64]) -> Option<HashSet<Process>> {
    Some(numbers.iter().map(|it| Process(*it)).collect())
}

#[test]
fn a_claim_is_sure_when_all_have_answered_or_patience_is_over() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    let begun = claims.begin(now, claim(5), others(&[1, 2]), None).unwrap();
    claims.answered(claim(5).scan, &claim(5).ticket, Process(1), None);
    assert_eq!(claims.settle(&claim(5), begun.serial, false), Standing::Waiting);
    assert_eq!(claims.owing(&claim(5).ticket, begun.serial), [Process(2)]);
    claims.answered(claim(6).scan, &claim(5).ticket, Process(2), None);
    assert_eq!(claims.settle(&claim(5), begun.serial, false), Standing::Waiting, "an answer to another scan");
    assert_eq!(claims.settle(&claim(5), begun.serial, true), Standing::Sure);
    claims.answered(claim(5).scan, &claim(5).ticket, Process(2), Some(pending(1, "west")));
    assert_eq!(claims.settle(&claim(5), begun.serial, false), Standing::Sure, "too late to object");
}

#[test]
fn of_two_that_ask_each_other_the_smaller_goes_before() {
    let (mut east, mut west, now) = (Claims::new("east"), Claims::new("west"), Instant::now());
    let larger = east.begin(now, claim(9), others(&[2]), None).unwrap();
    let smaller = west.begin(now, claim(4), others(&[1]), None).unwrap();
    assert_eq!(west.asked(now, "east", claim(9), None), Some(pending(4, "west")));
    assert_eq!(east.asked(now, "west", claim(4), None), None);
    assert_eq!(east.settle(&claim(9), larger.serial, true), Standing::Lost(pending(4, "west")));
    west.answered(claim(4).scan, &claim(4).ticket, Process(1), None);
    assert_eq!(west.settle(&claim(4), smaller.serial, false), Standing::Sure);
}

#[test]
fn who_is_sure_objects_to_a_smaller_one_too_until_it_lets_go() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    let online = claims.begin(now, claim(9), None, None).unwrap();
    assert_eq!(claims.settle(&claim(9), online.serial, false), Standing::Sure);
    assert_eq!(claims.asked(now, "west", claim(4), None), Some(pending(9, "east")));
    assert!(!claims.release(&claim(9).ticket, online.serial), "nobody was asked");
    assert_eq!(claims.asked(now, "west", claim(4), None), None);
}

#[test]
fn who_granted_objects_before_its_doors_know_of_it_and_not_after_the_exit() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    let begun = claims.begin(now, claim(9), None, None).unwrap();
    claims.told(now, &entry(9, "east"));
    assert!(!claims.release(&claim(9).ticket, begun.serial), "it was granted");
    assert_eq!(claims.asked(now, "west", claim(4), None), Some(Taken::Inside(entry(9, "east"))));
    let exit = Happening { step: Step::Exit, ..entry(10, "west") };
    claims.heard(&Happening { at: DateTime::UNIX_EPOCH - Duration::from_secs(1), ..exit.clone() });
    assert!(claims.asked(now, "west", claim(4), None).is_some(), "that guest left before");
    claims.heard(&exit);
    assert_eq!(claims.asked(now, "west", claim(4), None), None);
    claims.withdrawn(claim(4).scan, &claim(4).ticket);
    claims.begin(now, claim(11), None, None).unwrap();
    claims.told(now, &entry(11, "east"));
    claims.told(now, &Happening { step: Step::Exit, ..entry(12, "east") });
    assert_eq!(claims.asked(now, "west", claim(4), None), None);
}

#[test]
fn a_promise_holds_for_its_time_or_until_it_is_withdrawn() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    assert_eq!(claims.asked(now, "west", claim(9), None), None);
    for patience in [None, others(&[2])] {
        assert_eq!(claims.begin(now, claim(4), patience, None).unwrap_err(), pending(9, "west"));
    }
    assert!(claims.begin(now + PROMISE, claim(4), None, None).is_ok());
    let mut claims = Claims::new("east");
    assert_eq!(claims.asked(now, "west", claim(9), None), None);
    claims.withdrawn(claim(9).scan, &claim(9).ticket);
    assert_eq!(claims.asked(now, "west", claim(9), None), None, "a question that comes late");
    assert!(claims.begin(now, claim(4), None, None).is_ok());
}

#[test]
fn a_gate_that_promised_speaks_for_the_smaller_claim() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    assert_eq!(claims.asked(now, "west", claim(4), None), None);
    assert_eq!(claims.asked(now, "north", claim(9), None), Some(pending(4, "west")));
    assert_eq!(claims.asked(now, "south", claim(2), None), None, "those two settle it between them");
}

#[test]
fn known_admissions_are_told_but_a_scan_does_not_stand_in_its_own_way() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    let inside = entry(9, "west");
    assert_eq!(claims.asked(now, "north", claim(4), Some(inside.clone())), Some(Taken::Inside(inside.clone())));
    assert_eq!(claims.asked(now, "west", claim(9), Some(inside.clone())), None);
    assert_eq!(claims.begin(now, claim(4), None, Some(inside.clone())).unwrap_err(), Taken::Inside(inside));
}

#[test]
fn an_admission_that_is_heard_defeats_a_claim_that_still_asks() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    let begun = claims.begin(now, claim(4), others(&[2]), None).unwrap();
    claims.heard(&entry(9, "west"));
    assert_eq!(claims.settle(&claim(4), begun.serial, true), Standing::Lost(Taken::Inside(entry(9, "west"))));
}

#[test]
fn a_second_claim_of_a_scan_takes_the_place_of_the_first() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    let online = claims.begin(now, claim(9), None, None).unwrap();
    assert_eq!(claims.begin(now, claim(10), None, None).unwrap_err(), pending(9, "east"), "another scan does not");
    let offline = claims.begin(now, claim(9), others(&[2]), None).unwrap();
    assert!(!claims.release(&claim(9).ticket, online.serial));
    assert_eq!(claims.settle(&claim(9), offline.serial, false), Standing::Waiting);
    assert_eq!(claims.settle(&claim(9), online.serial, false), Standing::Lost(pending(9, "east")));
    assert!(claims.release(&claim(9).ticket, offline.serial), "somebody was asked");
}

#[test]
fn what_is_over_is_forgotten() {
    let (mut claims, now) = (Claims::new("east"), Instant::now());
    claims.begin(now, claim(9), None, None).unwrap();
    claims.told(now, &entry(9, "east"));
    claims.asked(now, "west", Claim { ticket: TicketTag([4; 32]), ..claim(1) }, None);
    claims.sweep(now + PROMISE);
    assert!(claims.own.is_empty() && claims.promised.is_empty());
}
