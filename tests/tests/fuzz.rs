//! What strangers send, invented by a fuzzer.
//!
//! Everything is built once more for it, which takes some minutes, so this
//! runs when asked for: `cargo xtask test` does, for a minute a target.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use real_parts::fuzz;

#[test]
#[ignore = "builds everything once more; run by `cargo xtask test`"]
fn no_fuzzer_finds_a_fault() {
    let seconds = std::env::var("FUZZ_SECONDS").map_or(60, |seconds| seconds.parse().unwrap());
    let targets = fuzz::build().unwrap();
    fuzz::run(&targets, Duration::from_secs(seconds)).unwrap_or_else(|faults| panic!("{faults}"));
}
