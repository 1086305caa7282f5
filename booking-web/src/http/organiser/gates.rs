//! `/organiser/gates…`: the doors, a new one, the end of one.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use chrono::{TimeDelta, Utc};
use serde::Deserialize;

use super::super::problem::Problem;
use super::super::{Answer, App};
use super::guard::{Organiser, Posted};
use super::show;
use crate::chain;
use crate::conflicts;
use crate::event::Event;
use crate::gates::set_up::{self, SetUp, SetUpFault};
use crate::organiser::gates::{self, GateError, NewGate, Revoked};
use crate::organiser::numbers::{doors, start_of_day};
use crate::pages::organiser::since;
use crate::pages::organiser::{GateFault, GateMadePage, GatesPage, RevokeGatePage, Tab, TypedGate};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Came {
    revoked: Option<String>,
}

/// `GET /organiser/gates`.
pub(super) async fn page(State(app): State<App>, organiser: Organiser, Query(came): Query<Came>) -> Answer {
    let page = list(&app, &organiser).await?;
    // An address can say anything: only what is so is said.
    let so = |name: &String| page.gates.iter().any(|gate| gate.name == *name && gate.revoked_at.is_some());
    let revoked = came.revoked.filter(so);
    show(StatusCode::OK, &GatesPage { revoked, ..page })
}

async fn list(app: &App, organiser: &Organiser) -> Result<GatesPage, Problem> {
    let now = Utc::now();
    let event = Event::load(&app.db).await?;
    let midnight = event.as_ref().map_or(now - TimeDelta::hours(24), |event| start_of_day(event, now));
    Ok(GatesPage {
        desk: organiser.desk(Tab::Gates),
        gates: doors::gates(&app.db, midnight, now).await?,
        conflicts: conflicts::count(&app.db).await?,
        now,
        zone: event.map_or(chrono_tz::Asia::Kolkata, |event| event.time_zone),
        typed: TypedGate::default(),
        fault: None,
        loopback: app.settings.database.loopback,
        revoked: None,
    })
}

/// `POST /organiser/gates`.
pub(super) async fn add(State(app): State<App>, posted: Posted<TypedGate>) -> Answer {
    let Posted { organiser, form } = posted;
    match make(&app, &organiser, &form).await? {
        Ok(made) => show(StatusCode::OK, &made),
        Err(fault) => {
            let status = if fault == GateFault::NoRights {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            let page = GatesPage { typed: form, fault: Some(fault), ..list(&app, &organiser).await? };
            show(status, &page)
        }
    }
}

async fn make(app: &App, organiser: &Organiser, form: &TypedGate) -> Result<Result<GateMadePage, GateFault>, Problem> {
    let address = Some(form.address.trim()).filter(|address| !address.is_empty());
    let (key, database) = (app.signer.public_key(), &app.settings.database);
    let set_up = match SetUp::new(&form.name, address, form.accept_unsigned.is_some(), key, database) {
        Ok(set_up) => set_up,
        Err(fault) => return Ok(Err(at_its_field(fault))),
    };
    let tls = !database.loopback;
    match gates::add(&app.db, &organiser.name, &set_up, tls).await {
        Ok(NewGate::Made(text)) => Ok(Ok(GateMadePage {
            desk: organiser.desk(Tab::Gates),
            name: set_up.name().to_owned(),
            code: set_up::code(&text).ok().map(|symbol| symbol.svg()),
            text,
        })),
        Ok(NewGate::NameTaken) => {
            Ok(Err(GateFault::Name("There is a gate of this name already. Choose another, or revoke it first.".into())))
        }
        Ok(NewGate::NoRights) => Ok(Err(GateFault::NoRights)),
        Err(GateError::Db(error)) => Err(error.into()),
        Err(error @ GateError::SetUp(_)) => Err(Problem::Broken(chain(&error))),
    }
}

fn at_its_field(fault: SetUpFault) -> GateFault {
    match fault {
        SetUpFault::Name => GateFault::Name("A gate’s name has 1 to 50 characters, such as Gate B.".into()),
        SetUpFault::Address { .. } => GateFault::Address("Write it as db.example.com:3306.".into()),
        // A file's path is nothing that an organiser could mend here; the log has the whole.
        fault => {
            tracing::warn!(error = chain(&fault), "no gate can be set up");
            GateFault::Settings(fault.to_string())
        }
    }
}

/// `GET /organiser/gates/revoke`: are you sure?
pub(super) async fn confirm(State(app): State<App>, organiser: Organiser, Query(named): Query<Named>) -> Answer {
    let GatesPage { desk, gates, now, .. } = list(&app, &organiser).await?;
    let gate = gates.into_iter().find(|gate| gate.in_use() && gate.name == named.name);
    let gate = gate.ok_or(Problem::Refused(StatusCode::NOT_FOUND))?;
    let last_contact = gate.last_contact.map(|at| since(at, now));
    show(StatusCode::OK, &RevokeGatePage { desk, name: gate.name, last_contact })
}

/// `POST /organiser/gates/revoke`.
pub(super) async fn revoke(State(app): State<App>, posted: Posted<Named>) -> Answer {
    let Posted { organiser, form: Named { name } } = posted;
    let fault = match gates::revoke(&app.db, &organiser.name, &name).await? {
        Revoked::Done => {
            let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            return Ok(Redirect::to(&format!("/organiser/gates?revoked={name}")).into_response());
        }
        Revoked::NotThere => GateFault::NotThere(name),
        Revoked::NoRights => GateFault::NoRights,
    };
    let status = if fault == GateFault::NoRights { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NOT_FOUND };
    show(status, &GatesPage { fault: Some(fault), ..list(&app, &organiser).await? })
}
