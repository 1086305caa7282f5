//! `/organiser/orders/{id}`: one order's whole story, and what can be done to it.
//!
//! Each deed has a page of its own that says what will happen; only its form does it.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::super::problem::Problem;
use super::super::{Answer, App};
use super::guard::{Organiser, Posted};
use super::show;
use crate::order::{By, Order, OrderId};
use crate::organiser::file::File;
use crate::organiser::story;
use crate::organiser::wish::{Deed, Done, Word, act as do_it, reason};
use crate::pages::organiser::{ConfirmFault, ConfirmPage, OrderFilePage, Tab};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    done: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Decided {
    reason: String,
    even_inside: Option<String>,
}

/// `GET /organiser/orders/{id}`.
pub(super) async fn page(
    State(app): State<App>,
    organiser: Organiser,
    Path(id): Path<String>,
    Query(Told { done }): Query<Told>,
) -> Answer {
    let file = file(&app, &id).await?;
    let story = story::of(&app.db, &file).await?;
    let deeds = Deed::ALL.into_iter().filter(|deed| deed.fits(&file.order, &file.books)).collect();
    show(StatusCode::OK, &OrderFilePage { desk: organiser.desk(Tab::Orders), file, story, deeds, done })
}

/// `GET /organiser/orders/{id}/{deed}`: what will happen.
pub(super) async fn confirm(
    State(app): State<App>,
    organiser: Organiser,
    Path((id, deed)): Path<(String, String)>,
) -> Answer {
    let deed = deed_of(&deed)?;
    let file = file(&app, &id).await?;
    show(StatusCode::OK, &ConfirmPage::new(organiser.desk(Tab::Orders), file, deed))
}

/// `POST /organiser/orders/{id}/{deed}`: it happens.
pub(super) async fn act(
    State(app): State<App>,
    Path((id, deed)): Path<(String, String)>,
    Posted { organiser, form }: Posted<Decided>,
) -> Answer {
    let deed = deed_of(&deed)?;
    let order = order(&app, &id).await?;
    let Some(reason) = reason(&form.reason) else {
        return again(&app, &organiser, &id, deed, form, ConfirmFault::Reason).await;
    };
    let word = Word {
        organiser: &organiser.name,
        reason: Some(&*reason).filter(|reason| !reason.is_empty()),
        even_inside: form.even_inside.is_some(),
    };
    match do_it(&app.db, &app.razorpay, order.id, deed, word).await? {
        Done::Refused(closing) => again(&app, &organiser, &id, deed, form, ConfirmFault::Refused(closing)).await,
        done => Ok(Redirect::to(&format!("/organiser/orders/{}?done={}", order.id, done.as_str())).into_response()),
    }
}

/// The question once more, with what stands in its way.
async fn again(app: &App, organiser: &Organiser, id: &str, deed: Deed, form: Decided, fault: ConfirmFault) -> Answer {
    let page = ConfirmPage::new(organiser.desk(Tab::Orders), file(app, id).await?, deed);
    show(fault.status(), &ConfirmPage { reason: form.reason, fault: Some(fault), ..page })
}

fn deed_of(word: &str) -> Result<Deed, Problem> {
    Deed::parse(word).ok_or(Problem::Refused(StatusCode::NOT_FOUND))
}

async fn order(app: &App, id: &str) -> Result<Order, Problem> {
    let not_found = Problem::Refused(StatusCode::NOT_FOUND);
    let Some(id) = OrderId::parse(id) else { return Err(not_found) };
    Order::find(&app.db, By::Id(id)).await?.ok_or(not_found)
}

async fn file(app: &App, id: &str) -> Result<File, Problem> {
    Ok(File::of(&app.db, order(app, id).await?).await?)
}
