//! `GET /organiser/conflicts`: tickets that were let in twice.

use axum::extract::State;
use axum::http::StatusCode;

use super::super::{Answer, App};
use super::guard::Organiser;
use super::show;
use crate::conflicts;
use crate::pages::organiser::{ConflictsPage, Tab};

pub(super) async fn page(State(app): State<App>, organiser: Organiser) -> Answer {
    let zone = app.event().await?.map_or(chrono_tz::Asia::Kolkata, |event| event.time_zone);
    let conflicts = conflicts::all(&app.db).await?;
    show(StatusCode::OK, &ConflictsPage { desk: organiser.desk(Tab::Gates), zone, conflicts })
}
