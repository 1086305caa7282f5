//! What a ticket is, what a code says, what a verdict means.
//!
//! Pure: no input or output, no clock, no randomness, no SQL, no HTTP, no
//! pictures. Each type has one way in, its `parse`, so that a value that
//! exists is a value that is right.
//!
//! Reading order: [`name`] → [`phone`] → [`unique_id`] → [`ticket_code`] →
//! [`verdict`]; what gates keep when the network is down: [`code_keys`],
//! [`passages`]; beside them [`email`] and [`money`].
#![deny(missing_docs)]

pub mod code_keys;
pub mod email;
pub mod money;
pub mod name;
pub mod passages;
pub mod phone;
pub mod ticket_code;
pub mod unique_id;
pub mod verdict;

pub use code_keys::{CodeKeys, TicketTag};
pub use email::EmailId;
pub use money::Paise;
pub use name::FirstName;
pub use phone::PhoneNo;
pub use ticket_code::{CodeFault, PublicKey, TicketCode, TicketSigner};
pub use unique_id::UniqueId;
pub use verdict::{Mode, Outcome, Reason, ScanId, Verdict};
