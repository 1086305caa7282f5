//! The whole path as a guest walks it: our pages in a real Chromium, the
//! payment page, and the gate that reads what the browser shows.
//!
//! `cargo test -p tests --test all journey` runs these tests alone. They also
//! take the README's pictures; with `UPDATE_SCREENSHOTS=1` the new pictures
//! replace those in `tests/screenshots`, otherwise they are taken and forgotten.
//!
//! Reading order: `guest` (who walks, and finds fault on the way) → `gate` (who
//! reads pictures) → `path`, `second_thoughts`, `mistakes`, `pages` (the
//! tests) → `album` and `picture` (the README's pictures).

mod album;
pub(crate) mod gate;
pub(crate) mod guest;
mod mistakes;
pub(crate) mod pages;
mod path;
mod picture;
mod second_thoughts;
