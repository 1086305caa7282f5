//! `POST /orders/{token}/resend`: the ticket's e-mail once more.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use chrono::Utc;

use super::order::{only_a_ticket, order};
use super::{Answer, App};
use crate::delivery::{Asked, ask_again};
use crate::order::Order;
use crate::pages::{MailAgain, MailAsked};

/// Each answer's word in the address of the page that tells it.
const WORDS: [(MailAsked, &str); 3] =
    [(MailAsked::Queued, "sent"), (MailAsked::TooOften, "later"), (MailAsked::Not, "not")];

/// Who has the page may ask: the e-mail goes to the order's own address and says nothing that the page does not.
pub(super) async fn again(State(app): State<App>, Path(token): Path<String>) -> Answer {
    let order = order(&app, &token).await?;
    only_a_ticket(&order)?;
    let asked = match ask_again(&app.db, order.id, Utc::now()).await? {
        Asked::Queued => MailAsked::Queued,
        Asked::TooOften => MailAsked::TooOften,
        Asked::Nowhere => MailAsked::Not,
    };
    let word = WORDS.iter().find(|(it, _)| *it == asked).map_or("not", |(_, word)| word);
    // The button is at the end of a long page, and what it says should be seen.
    Ok(Redirect::to(&format!("{}?mail={word}#mail", order.token.path())).into_response())
}

/// What the ticket's page says of e-mail.
pub(super) fn offer(app: &App, order: &Order, word: Option<&str>) -> Option<MailAgain> {
    let email = order.email.as_ref().filter(|_| app.settings.mail.is_some())?;
    let asked = WORDS.iter().find(|(_, it)| word == Some(*it)).map(|(asked, _)| *asked);
    Some(MailAgain { masked: email.masked(), asked })
}
