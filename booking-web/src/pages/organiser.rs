//! What organisers see: the desk's pages, each in `templates/organiser/shell.html`.
//!
//! They hold what the guests' pages hold: no inline script or style, and
//! whatever anybody typed only as text.

mod audit;
mod books;
mod confirm;
mod conflicts;
mod desk;
mod door_list;
mod event;
mod gates;
mod login;
mod order;
mod orders;
mod overview;
mod person;

pub use audit::AuditPage;
pub use books::BooksPage;
pub use confirm::{ConfirmFault, ConfirmPage};
pub use conflicts::ConflictsPage;
pub use desk::{Desk, Tab};
pub use door_list::DoorListPage;
pub use event::{EventNotice, EventPage, preview};
pub use gates::{GateFault, GateMadePage, GatesPage, RevokeGatePage, TypedGate};
pub use login::{LoginFault, LoginPage, RefusedPage};
pub use order::OrderFilePage;
pub use orders::OrdersPage;
pub use overview::{Figures, OverviewPage, since};
pub use person::{PersonPage, PersonStage};
