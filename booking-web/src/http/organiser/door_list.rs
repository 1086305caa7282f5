//! `GET /organiser/door-list`: names to print.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use chrono::Utc;
use serde::Deserialize;

use super::super::problem::Problem;
use super::super::{Answer, App};
use super::guard::Organiser;
use super::show;
use crate::organiser::{audit, door_list};
use crate::pages::organiser::{DoorListPage, Tab};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// From 1 on, as people count.
    part: String,
}

pub(super) async fn page(State(app): State<App>, organiser: Organiser, Query(Asked { part }): Query<Asked>) -> Answer {
    let number = part.parse::<u16>().unwrap_or(1).max(1);
    let event = app.event().await?.ok_or(Problem::Refused(StatusCode::NOT_FOUND))?;
    let part = door_list::part(&app.db, usize::from(number) - 1).await?;
    audit::note_alone(&app.db, &organiser.name, "door_list", None, Some(&format!("part {number}"))).await?;
    let desk = organiser.desk(Tab::Orders);
    show(StatusCode::OK, &DoorListPage { desk, event, number, part, now: Utc::now() })
}
