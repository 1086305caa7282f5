//! `GET /organiser/audit`: who did what.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use chrono_tz::Tz;
use serde::Deserialize;

use super::super::{Answer, App};
use super::guard::Organiser;
use super::show;
use crate::organiser::audit::{Which, list};
use crate::pages::organiser::{AuditPage, Tab};

/// On one page.
const LINES: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    organiser: String,
    subject: String,
    before: Option<String>,
}

pub(super) async fn page(State(app): State<App>, organiser: Organiser, Query(asked): Query<Asked>) -> Answer {
    let trimmed = |text: String| text.trim().to_owned();
    let before = asked.before.filter(|before| !before.is_empty());
    let which = Which { organiser: trimmed(asked.organiser), subject: trimmed(asked.subject), before };
    let mut lines = list(&app.db, &which, LINES + 1).await?;
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let zone = app.event().await?.map_or(Tz::UTC, |event| event.time_zone);
    show(StatusCode::OK, &AuditPage { desk: organiser.desk(Tab::Audit), zone, which, lines, more })
}
