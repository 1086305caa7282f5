//! What whoever looks after the site sees of it: numbers, warnings, a log.

mod alerts;
mod figures;
mod log;
mod process;
mod scrape;
mod silence;
