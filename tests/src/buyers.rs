//! Simulated buyers: thousands of people who want a seat at the same moment.
//!
//! Each is one guest with an address of its own, who opens the form, sends it,
//! goes to the payment page and pays there or does not, comes back or closes
//! the tab, waits when asked to wait, and ends with an answer: a ticket, *sold
//! out*, or its own choice not to pay. Whoever has none of these is left in
//! doubt, and that is what a sale must never do to anybody.
//!
//! They stand behind one proxy, as guests of a real sale do: its connections
//! are kept and shared, and each request says in `X-Forwarded-For` whose it is.
//!
//! Reading order: [`Character`] (how somebody behaves) → [`Sight`] (what an
//! answer shows) → `mind` (what is done about it, as a pure function) →
//! `buyer` (one person, doing it) → [`Doors`] (the way in, with so many
//! sockets and no more) → [`rush`] (all of them at once) → [`Report`].
//! [`BoxOffice`] is what they come to, and [`Sale`] is the whole of it, watched and checked.

mod box_office;
mod buyer;
mod chance;
mod character;
mod crowd;
mod doors;
mod mind;
mod report;
mod sale;
mod sight;
mod sockets;
#[cfg(test)]
mod tests;

pub use self::box_office::{BoxOffice, Offer};
pub use self::chance::Chance;
pub use self::character::{AtPayment, Character};
pub use self::crowd::{Crowd, rush};
pub use self::doors::{Ask, Doors};
pub use self::mind::Outcome;
pub use self::report::{Answers, Report};
pub use self::sale::{Held, Sale};
pub use self::sight::Sight;
pub use self::sockets::at_once as sockets_at_once;
