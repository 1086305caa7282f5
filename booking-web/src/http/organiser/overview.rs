//! `GET /organiser`, and the part of it that changes.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;

use super::super::problem::Problem;
use super::super::{Answer, App};
use super::guard::Organiser;
use super::show;
use crate::organiser::numbers::LastRead;
use crate::pages::organiser::{Figures, OverviewPage, Tab};

pub(super) async fn page(
    State(app): State<App>,
    Extension(last): Extension<Arc<LastRead>>,
    organiser: Organiser,
) -> Answer {
    let figures = last.read(&app.db).await?.map(Figures::new);
    show(StatusCode::OK, &OverviewPage { desk: organiser.desk(Tab::Overview), figures })
}

/// For the page's script.
pub(super) async fn figures(
    State(app): State<App>,
    Extension(last): Extension<Arc<LastRead>>,
    _signed_in: Organiser,
) -> Answer {
    let numbers = last.read(&app.db).await?.ok_or(Problem::Refused(StatusCode::NOT_FOUND))?;
    show(StatusCode::OK, &Figures::new(numbers))
}
