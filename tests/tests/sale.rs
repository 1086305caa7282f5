//! A sale: ten thousand seats, twenty thousand people who all come at once.
//!
//! It takes minutes of the whole machine and would measure a debug build's
//! slowness, so it runs when asked for (`cargo xtask test` does), and what
//! sells and buys is `cargo xtask sale`, built for release. Here stands what
//! must be true of it; `--seed` with the number it prints brings the same people again.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Stdio};

use real_parts::programs::forget_our_package;
use serde_json::Value;

#[test]
#[ignore = "takes minutes of the whole machine; run by `cargo xtask test`"]
fn ten_thousand_seats_are_sold_to_twenty_thousand_who_come_at_once() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--release", "--quiet", "--bin", "xtask", "--", "sale", "--json"]);
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).stderr(Stdio::inherit());
    forget_our_package(&mut cargo);
    let output = cargo.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    println!("{said}");
    let figures: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    let count = |name: &str| figures[name].as_u64().unwrap();

    // Seats sold, held, tickets, paid orders and payments on both sides were compared, and are the same number.
    assert_eq!(figures["faults"], serde_json::json!([]));
    assert!(output.status.success(), "{}", output.status);
    assert_eq!((count("tickets"), count("in_doubt")), (10_000, 0));
    let others = count("sold_out") + count("did_not_pay");
    assert_eq!(others, 10_000, "everybody else knows that it is sold out, or chose not to pay");
    assert!(count("sold_out") > 0 && count("did_not_pay") > 0, "seats of those who never pay were sold to others");
}
