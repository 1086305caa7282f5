//! How good the guests' pages are, measured: a real server, a real database
//! and a real browser.
//!
//! `visitor` is somebody with a browser whose `eye` finds fault; `scenes` are
//! all the pages and states there are, and `gallery` walks through them and
//! takes their pictures, with `refusals` for those that need a site in trouble.
//! Then one thing each: `weight` of a first page and how still it stands,
//! `slow_line` and how long a booking takes on it, `unscripted`, the way
//! without scripts, `keyboard` and screen reader, `offline`, `awake` and
//! `paper`, what a ticket must bear, and `hostile` names.

mod awake;
mod eye;
mod gallery;
mod hostile;
mod keyboard;
mod offline;
mod paper;
mod refusals;
mod scenes;
mod slow_line;
mod unscripted;
mod visitor;
mod weight;
