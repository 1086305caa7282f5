//! `/organiser/books`: the ledger held against Razorpay's.

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use chrono::Utc;
use serde::Deserialize;

use super::super::{Answer, App};
use super::guard::{Organiser, Posted};
use super::show;
use crate::organiser::books::{Progress, compare, list, take};
use crate::pages::organiser::{BooksPage, Tab};
use crate::reconcile::Sides;

/// As many as fit into a week of the usual pause.
const SHOWN: usize = 28;

#[derive(Debug, Deserialize)]
pub(super) struct Came {
    busy: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// `GET /organiser/books`.
pub(super) async fn page(
    State(app): State<App>,
    Extension(progress): Extension<Progress>,
    organiser: Organiser,
    Query(came): Query<Came>,
) -> Answer {
    let zone = app.event().await?.map_or(chrono_tz::Asia::Kolkata, |event| event.time_zone);
    let page = BooksPage {
        desk: organiser.desk(Tab::Reconciliation),
        zone,
        now: Utc::now(),
        comparisons: list(&app.db, SHOWN).await?,
        progress: progress.said(),
        busy: came.busy.is_some(),
    };
    show(StatusCode::OK, &page)
}

/// `POST /organiser/books`: compare now.
pub(super) async fn begin(
    State(app): State<App>,
    Extension(progress): Extension<Progress>,
    posted: Posted<Nothing>,
) -> Answer {
    let Some(until) = take(&app.db, &posted.organiser.name, Utc::now()).await? else {
        return Ok(Redirect::to("/organiser/books?busy").into_response());
    };
    let sides = Sides::new(app.db.clone(), app.razorpay.clone(), app.settings.link_to("/orders/"));
    compare(app.db.clone(), sides, until, progress, app.stop.clone());
    Ok(Redirect::to("/organiser/books").into_response())
}
