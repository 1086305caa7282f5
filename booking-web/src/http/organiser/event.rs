//! `/organiser/event`: the settings, seen before they are saved.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use chrono::Utc;
use serde::Deserialize;

use super::super::{Answer, App};
use super::guard::{Organiser, Posted};
use super::show;
use crate::event::Event;
use crate::organiser::numbers::wrong::doubtful;
use crate::organiser::settings::{EventFaults, Field, Saved, TypedEvent, changes, save, seen};
use crate::pages::organiser::{EventNotice, EventPage, Tab, preview};

#[derive(Debug, Deserialize)]
pub(super) struct Came {
    saved: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    /// What the organiser had before their eyes.
    seen: String,
    /// `save` or `preview`.
    step: String,
    #[serde(flatten)]
    typed: TypedEvent,
}

/// `GET /organiser/event`.
pub(super) async fn page(State(app): State<App>, organiser: Organiser, Query(came): Query<Came>) -> Answer {
    let stored = Event::load(&app.db).await?;
    let typed = stored.as_ref().map_or_else(TypedEvent::empty, TypedEvent::of);
    let notice = came.saved.map(|_| EventNotice::Saved).filter(|_| stored.is_some());
    let page = EventPage { notice, ..around(&organiser, typed, stored.as_ref(), stored.as_ref())? };
    show(StatusCode::OK, &page)
}

/// `POST /organiser/event`.
pub(super) async fn submit(State(app): State<App>, posted: Posted<Sent>) -> Answer {
    let Posted { organiser, form: Sent { seen: had, step, typed } } = posted;
    let stored = Event::load(&app.db).await?;
    let wish = match typed.check(stored.as_ref()) {
        Ok(wish) => wish,
        Err(faults) => return faulty(&organiser, typed, stored.as_ref(), &had, faults),
    };
    let page = around(&organiser, typed.clone(), stored.as_ref(), Some(&wish))?;
    if step != "save" {
        // The form keeps what was seen: a preview is no look at what others did.
        return show(StatusCode::OK, &EventPage { seen: had, notice: Some(EventNotice::Previewed), ..page });
    }
    let saved = if seen(stored.as_ref()) == had {
        save(&app.db, &organiser.name, stored.as_ref(), &wish).await?
    } else {
        Saved::ChangedMeanwhile
    };
    match saved {
        Saved::Done => Ok(Redirect::to("/organiser/event?saved").into_response()),
        Saved::AsBefore => show(StatusCode::OK, &EventPage { notice: Some(EventNotice::AsBefore), ..page }),
        Saved::BelowSold => {
            let now = Event::load(&app.db).await?;
            let mut faults = EventFaults::default();
            let taken = now.as_ref().map_or(0, |event| event.sold + event.held);
            faults.add(Field::Capacity, format!("{taken} seats are sold or held already; choose at least that many"));
            faulty(&organiser, typed, now.as_ref(), &had, faults)
        }
        Saved::ChangedMeanwhile => {
            let now = Event::load(&app.db).await?;
            let others = differing(now.as_ref(), &wish);
            let notice = Some(EventNotice::ChangedMeanwhile(others));
            let page = around(&organiser, typed, now.as_ref(), Some(&wish))?;
            show(StatusCode::CONFLICT, &EventPage { notice, ..page })
        }
    }
}

/// What is saved now, where it is not what is wished.
fn differing(now: Option<&Event>, wish: &Event) -> Vec<(&'static str, String)> {
    let Some(now) = now else { return Vec::new() };
    changes(Some(wish), now).into_iter().map(|change| (change.field.label(), change.after)).collect()
}

fn faulty(organiser: &Organiser, typed: TypedEvent, stored: Option<&Event>, had: &str, faults: EventFaults) -> Answer {
    let page = around(organiser, typed, stored, stored)?;
    show(StatusCode::UNPROCESSABLE_ENTITY, &EventPage { faults, seen: had.to_owned(), ..page })
}

/// The page with these fields, showing what guests would see of `shown`.
fn around(
    organiser: &Organiser,
    typed: TypedEvent,
    stored: Option<&Event>,
    shown: Option<&Event>,
) -> askama::Result<EventPage> {
    Ok(EventPage {
        desk: organiser.desk(Tab::Event),
        typed,
        faults: EventFaults::default(),
        seen: seen(stored),
        taken: stored.map_or(0, |event| event.sold + event.held),
        preview: shown.cloned().map(preview).transpose()?,
        notice: None,
        doubts: shown.map_or_else(Vec::new, |event| doubtful(event, Utc::now())),
    })
}
