//! `GET /organiser/orders.csv` and `tickets.csv`.

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use futures_util::stream;

use super::super::{Answer, App};
use super::guard::Organiser;
use crate::chain;
use crate::organiser::audit;
use crate::organiser::export::{Export, Kind};

pub(super) async fn orders(State(app): State<App>, organiser: Organiser) -> Answer {
    file(&app, &organiser, Kind::Orders).await
}

pub(super) async fn tickets(State(app): State<App>, organiser: Organiser) -> Answer {
    file(&app, &organiser, Kind::Tickets).await
}

/// Goes out as it is read. A fault in the middle breaks the connection off,
/// so that the browser says the file is not whole.
async fn file(app: &App, organiser: &Organiser, kind: Kind) -> Answer {
    let export = Export::begin(&app.db, kind).await?;
    audit::note_alone(&app.db, &organiser.name, "exported", Some(kind.file_name()), None).await?;
    let pieces = stream::try_unfold(export, |mut export| async move {
        match export.next().await {
            Ok(piece) => Ok(piece.map(|piece| (piece, export))),
            Err(error) => {
                tracing::error!(cause = chain(&error), "an export was broken off");
                Err(error)
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", kind.file_name())),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}
