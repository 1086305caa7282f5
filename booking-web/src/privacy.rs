//! What a person may ask for: what we keep of them, and that we forget it.
//!
//! Forgetting replaces the name, the number, the address and the ticket's id,
//! wherever they stand, by a name made of random letters. What a tax office
//! asks for stays: that somebody paid this amount at this time for this event,
//! and what became of it. So the books still add up, `reconcile` still agrees,
//! and nobody can tell whose they were.
//!
//! Reading order: [`mod@found`] (where a person's data is) → [`mod@told`] (all of it, for
//! themselves) → `together` (whose data hangs together) → [`mod@erase`] (all of that, in
//! one transaction) → [`mod@person`] (one person's) → [`mod@purge`] (everybody's, some
//! days after the event).

pub mod erase;
pub mod found;
pub mod person;
pub mod purge;
mod stand_in;
mod together;
pub mod told;

pub use erase::{Erased, Hindrance, erase};
pub use found::{count, everybodys_ids, ids_of};
pub use person::{Forgotten, forget};
pub(crate) use stand_in::is_stand_in;
pub use told::told;
