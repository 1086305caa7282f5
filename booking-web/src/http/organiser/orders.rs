//! `GET /organiser/orders`: the list, searched and filtered.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use chrono_tz::Tz;
use serde::Deserialize;

use super::super::{Answer, App};
use super::guard::Organiser;
use super::show;
use crate::order::{OrderId, OrderState};
use crate::organiser::orders::{Sought, Wanted, list};
use crate::pages::organiser::{OrdersPage, Tab};

/// On one page.
const ROWS: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    before: String,
}

pub(super) async fn page(State(app): State<App>, organiser: Organiser, Query(asked): Query<Asked>) -> Answer {
    let state = OrderState::parse(&asked.state);
    let before = OrderId::parse(&asked.before);
    let wanted = Wanted { sought: Sought::read(&asked.q), state, before };
    // One more than is shown says whether there are others.
    let mut rows = list(&app.db, &wanted, ROWS + 1).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let older = rows.last().filter(|_| more).map(|last| last.id);
    let zone = app.event().await?.map_or(Tz::UTC, |event| event.time_zone);
    let desk = organiser.desk(Tab::Orders);
    show(StatusCode::OK, &OrdersPage { desk, zone, typed: asked.q, state, later: before.is_some(), rows, older })
}
