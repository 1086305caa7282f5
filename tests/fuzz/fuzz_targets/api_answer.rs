//! Razorpay's API: answers of any shape are read or refused; what they will
//! hold one day beside what we know does not matter; and every captured rupee
//! in them is a ticket's, or goes back.
#![no_main]

use std::collections::BTreeSet;
use std::fmt::Debug;

use booking_web::order::OrderState;
use booking_web::payment::decision::{Known, Money, Seat, decide};
use booking_web::payment::wire::{Dispute, Link, Payment, Refund};
use common::Paise;
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(Deserialize)]
struct List {
    items: Vec<Payment>,
}

fuzz_target!(|answer: &[u8]| {
    reads_the_same_with_news::<Link>(answer);
    reads_the_same_with_news::<Payment>(answer);
    reads_the_same_with_news::<Refund>(answer);
    reads_the_same_with_news::<Dispute>(answer);
    if let Ok(List { mut items }) = serde_json::from_slice(answer) {
        items.retain(Payment::was_captured);
        let mut seen = BTreeSet::new();
        items.retain(|payment| seen.insert(payment.id.clone()));
        no_rupee_is_lost(&items);
    }
});

/// Razorpay adds fields without a warning.
fn reads_the_same_with_news<T: DeserializeOwned + Debug>(answer: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(answer) else { return };
    let Ok(Value::Object(mut object)) = serde_json::from_slice(answer) else { return };
    object.insert("a field of next year".into(), Value::Array(vec![Value::Null]));
    let with_news = serde_json::from_value::<T>(Value::Object(object)).expect("one more field changes nothing");
    assert_eq!(format!("{with_news:?}"), format!("{read:?}"));
}

fn no_rupee_is_lost(captured: &[Payment]) {
    let owed = Paise::try_from(49_900).expect("a price");
    for state in [OrderState::Held, OrderState::Expired, OrderState::Refunded] {
        for (payable, seat) in [(true, Seat::Try), (false, Seat::Try), (false, Seat::None)] {
            let known = Known { state, owed, payments: &[] };
            let decision = decide(&known, &Money::Looked { captured: captured.to_vec(), payable }, seat);
            assert_eq!(decision.book, captured, "money that nobody wrote down");
            let back = |payment: &Payment| decision.give_back.iter().filter(|back| back.payment == payment.id).count();
            let kept = captured.iter().filter(|payment| back(payment) == 0).collect::<Vec<_>>();
            assert!(captured.iter().all(|payment| back(payment) <= 1), "one payment goes back twice");
            match kept[..] {
                [] => assert_ne!(decision.to, OrderState::Paid, "a ticket that nobody paid for"),
                [ticket] => {
                    assert_eq!((decision.to, seat), (OrderState::Paid, Seat::Try), "money kept for nothing");
                    assert_eq!((ticket.amount, &*ticket.currency), (49_900, "INR"), "not what was asked for");
                }
                _ => panic!("one ticket, paid for more than once"),
            }
        }
    }
}
