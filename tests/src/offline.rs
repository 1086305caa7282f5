//! An evening on which the network fails: gates at their doors, a wire to the
//! database that is cut, frozen or flaps, and a record of what every guest was
//! told, kept by nobody but us.
//!
//! The tests and `cargo xtask bench offline` stand on it. It knows nothing of
//! our programs but their commands, their verdict lines and their tables, those
//! on a gate's own disk too: what it finds, it finds from outside.
//!
//! Reading order: [`evening`] (the database, its tickets, the gates' settings)
//! → [`gate`] (a gate at work) → [`store`] (what it keeps) → [`company`] (gates that hear each other) → [`plan`] (who comes when, and what the network
//! does meanwhile) → [`rush`] (it happens) → [`record`] (what was said) →
//! [`audit`] (what is left in the database, beside the record).

pub mod audit;
pub mod company;
pub mod evening;
pub mod gate;
pub mod plan;
pub mod record;
pub mod rush;
pub mod store;
