//! What goes out beside the pages: e-mail, and the ticket webhook.

mod again;
mod bridge;
mod duplicate;
mod hostile;
mod once;
mod rendered;
mod ticket;
mod trouble;
mod webhook;
mod wire;

use real_parts::mail::{Letter, MailServer, Options};
use reqwest::StatusCode;

use crate::world::{Booked, Setup, World, eventually};

const FROM: &str = "tickets@example.org";
const ASHA: &str = "asha@example.com";

/// A mail server that takes everything.
pub(crate) fn mail() -> MailServer {
    MailServer::start(Options::default()).unwrap()
}

/// The settings of a site that sends by this server.
pub(crate) fn sends_by(mail: &MailServer) -> Vec<(&'static str, String)> {
    vec![("LOOK_UP_SECONDS", "1".into()), ("SMTP_URL", mail.url()), ("MAIL_FROM", FROM.into())]
}

/// A world whose tickets cost nothing, and so are made by the form.
async fn free_world(env: Vec<(&'static str, String)>) -> World {
    World::new(Setup { price_paise: 0, env, ..Setup::default() }).await
}

impl World {
    /// Books with an e-mail address, and has the ticket where that costs nothing.
    async fn book_with_mail(&self, name: &str, phone: &str, email: &str) -> Booked {
        let answer = self.submit(&[("first_name", name), ("phone_number", phone), ("email", email)]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
        self.booked(phone).await
    }

    /// Lets the pause before the next attempt be over, and the lease of whoever died while sending.
    async fn hurry(&self) {
        self.sql("UPDATE outbox SET next_attempt_at = UTC_TIMESTAMP(6) WHERE next_attempt_at IS NOT NULL").await;
    }

    /// How many messages stand like this.
    async fn messages(&self, that: &str) -> u32 {
        self.row::<(u32,)>(&format!("SELECT COUNT(*) FROM outbox WHERE {that}")).await.0
    }
}

/// Waits for as many letters, and for the site's note of them.
pub(crate) async fn letters(world: &World, mail: &MailServer, count: usize) -> Vec<Letter> {
    eventually(&format!("{count} letters"), async || mail.letters().unwrap().len() >= count).await;
    eventually("their notes", async || world.messages("next_attempt_at IS NOT NULL").await == 0).await;
    let letters = mail.letters().unwrap();
    assert_eq!(letters.len(), count);
    letters
}
