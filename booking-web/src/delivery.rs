//! What goes out beside the pages: e-mail to guests, and word of each ticket
//! to a bridge of the organiser's.
//!
//! The page is the ticket, and a message can fail without hurting it. So a
//! message is a row of `outbox`, written in the transaction that makes the
//! ticket, and sent later by whichever server claims it. Sent twice at once it
//! never is; sent twice in a row it is only when a process dies between the
//! mail server's yes and its own note of it, and then by the same Message-ID,
//! or webhook-id, by which a second one is known.
//!
//! Reading order: `outbox` (the rows) → `claim` (who sends, and how it ended)
//! → `schedule` (when again) → `letter` (what is said) → `message`
//! (as e-mail) → `smtp` and `webhook` (the ways out) → `rounds` (the work)
//! → `again` (asked for once more) and `channels` (which ways are open).

mod again;
mod channels;
mod claim;
mod letter;
mod message;
mod outbox;
mod rounds;
mod schedule;
mod smtp;
mod webhook;

pub use self::again::{Asked, ask_again, ask_again_noted};
pub use self::channels::announce;
pub use self::claim::{Claim, Waiting, claim, waiting};
pub use self::letter::{Letter, Pass};
pub(crate) use self::outbox::queue;
pub use self::outbox::{Channel, Kind};
pub use self::rounds::{Office, run};

/// How sending one message ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    Sent,
    /// As `Later`, and nobody else would get through now.
    Unreachable(String),
    /// Worth another attempt.
    Later(String),
    /// No attempt will do better.
    GivenUp(String),
}
