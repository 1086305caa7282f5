//! `/organiser/person…`: what is kept of one guest, told to them or forgotten.
//!
//! The number goes by forms alone: what stands in an address is kept by
//! browsers, and by the logs of whatever stands before us.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use chrono::Utc;
use common::PhoneNo;
use serde::Deserialize;

use super::super::problem::Problem;
use super::super::{Answer, App};
use super::guard::{Organiser, Posted};
use super::show;
use crate::chain;
use crate::organiser::audit;
use crate::pages::organiser::{PersonPage, PersonStage, Tab};
use crate::privacy::{found, person, told};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sought {
    phone: String,
}

/// `GET /organiser/person`.
pub(super) async fn page(organiser: Organiser) -> Answer {
    ask(&organiser, StatusCode::OK, String::new(), None)
}

/// `POST /organiser/person`: what is kept, and what can be done with it.
pub(super) async fn confirm(State(app): State<App>, Posted { organiser, form }: Posted<Sought>) -> Answer {
    let phone = match read(&form) {
        Ok(phone) => phone,
        Err(fault) => return ask(&organiser, StatusCode::UNPROCESSABLE_ENTITY, form.phone, Some(fault)),
    };
    match found::kept(&app.db, &phone).await? {
        Some(kept) => {
            let stage = PersonStage::Found { phone, kept };
            show(StatusCode::OK, &PersonPage { desk: organiser.desk(Tab::Orders), stage })
        }
        None => nothing(&organiser, form),
    }
}

/// `POST /organiser/person/export`: a file, for the guest.
pub(super) async fn export(State(app): State<App>, Posted { organiser, form }: Posted<Sought>) -> Answer {
    let Ok(phone) = read(&form) else { return Err(Problem::Refused(StatusCode::UNPROCESSABLE_ENTITY)) };
    let Some(all) = told(&app.db, &phone, Utc::now()).await? else { return nothing(&organiser, form) };
    let text = serde_json::to_string_pretty(&all).map_err(|error| Problem::Broken(chain(&error)))?;
    // Before it goes out: nobody reads unseen.
    audit::note_alone(&app.db, &organiser.name, "export_person", None, Some(&phone.masked())).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"what-is-kept.json\""),
    ];
    Ok((headers, text).into_response())
}

/// `POST /organiser/person/erase`.
pub(super) async fn erase(State(app): State<App>, Posted { organiser, form }: Posted<Sought>) -> Answer {
    let Ok(phone) = read(&form) else { return Err(Problem::Refused(StatusCode::UNPROCESSABLE_ENTITY)) };
    match person::forget(&app.db, &phone, Some(&organiser.name), Utc::now()).await? {
        Some(forgotten) => {
            let status = if forgotten.left.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
            let stage = PersonStage::Forgotten { phone, forgotten };
            show(status, &PersonPage { desk: organiser.desk(Tab::Orders), stage })
        }
        None => nothing(&organiser, form),
    }
}

fn read(form: &Sought) -> Result<PhoneNo, String> {
    PhoneNo::parse(&form.phone).map_err(|_| "Type a whole number, such as 98765 43210 or +44 20 7946 0958.".into())
}

fn nothing(organiser: &Organiser, form: Sought) -> Answer {
    ask(organiser, StatusCode::NOT_FOUND, form.phone, Some("Nothing is kept under this number.".into()))
}

fn ask(organiser: &Organiser, status: StatusCode, typed: String, fault: Option<String>) -> Answer {
    let stage = PersonStage::Asked { typed, fault };
    show(status, &PersonPage { desk: organiser.desk(Tab::Orders), stage })
}
