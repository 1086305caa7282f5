//! The work: round after round, what waits is claimed, sent and noted.

use std::time::Duration;

use anyhow::Context;
use chrono::Utc;
use common::TicketSigner;
use tokio_util::sync::CancellationToken;

use super::letter::Letter;
use super::message::message;
use super::smtp::{Line, Mailer};
use super::webhook::{Hook, body};
use super::{Channel, Claim, Fate, Waiting, announce, claim, waiting};
use crate::chain;
use crate::config::ServeSettings;
use crate::db::{Db, DbError};
use crate::event::Event;
use crate::metrics::Deliveries;
use crate::order::{By, Order};

/// Between two looks at what waits.
const PAUSE: Duration = Duration::from_secs(1);

/// Everything that sending needs.
pub struct Office {
    db: Db,
    signer: TicketSigner,
    settings: ServeSettings,
    counts: Deliveries,
    mailer: Option<Mailer>,
    hook: Option<Hook>,
}

impl Office {
    /// Opens the ways out that the settings name, and says so to all servers.
    ///
    /// # Errors
    /// When this machine has no TLS, or the database does not answer.
    pub async fn open(
        db: Db,
        signer: TicketSigner,
        settings: ServeSettings,
        counts: Deliveries,
    ) -> anyhow::Result<Self> {
        const NO_TLS: &str = "no TLS on this machine; is its list of authorities (ca-certificates) installed?";
        let our_host = settings.public_url.host_str().unwrap_or("localhost").to_owned();
        let mailer = settings.mail.clone().map(|mail| Mailer::new(mail, &our_host)).transpose();
        let mailer = mailer.with_context(|| format!("SMTP_URL: {NO_TLS}"))?;
        let hook = settings.ticket_webhook.clone().map(Hook::new).transpose();
        let hook = hook.with_context(|| format!("TICKET_WEBHOOK_URL: {NO_TLS}"))?;
        let office = Self { db, signer, settings, counts, mailer, hook };
        announce(&office.db, &office.channels(), Utc::now()).await.context("DATABASE_URL")?;
        Ok(office)
    }

    fn channels(&self) -> Vec<Channel> {
        let mail = self.mailer.as_ref().map(|_| Channel::Mail);
        mail.into_iter().chain(self.hook.as_ref().map(|_| Channel::Webhook)).collect()
    }

    async fn rounds(&self, channel: Channel, stop: &CancellationToken) {
        if !self.channels().contains(&channel) {
            return;
        }
        while stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
            let mut line = self.mailer.as_ref().map(|mailer| mailer.line(stop));
            if let Err(error) = self.round(channel, &mut line, stop).await {
                tracing::warn!(channel = channel.as_str(), error = chain(&error), "what waits could not be read");
            }
            if let Some(line) = line {
                line.close().await;
            }
        }
    }

    /// What was begun is finished when `stop` comes; the rest is not claimed, and another server's.
    async fn round(
        &self,
        channel: Channel,
        line: &mut Option<Line<'_>>,
        stop: &CancellationToken,
    ) -> Result<(), DbError> {
        loop {
            let batch = waiting(&self.db, channel, Utc::now()).await?;
            if batch.is_empty() {
                return Ok(());
            }
            for message in batch {
                if stop.is_cancelled() {
                    return Ok(());
                }
                let Some(claim) = claim(&self.db, message, Utc::now()).await? else { continue };
                let fate = self.send(&claim.message, line).await;
                self.note(&claim, &fate).await;
                if matches!(fate, Fate::Unreachable(_)) {
                    // The others would fare no better, and need not be told so one by one.
                    return Ok(());
                }
            }
        }
    }

    async fn send(&self, waiting: &Waiting, line: &mut Option<Line<'_>>) -> Fate {
        let found = match self.look_up(waiting).await {
            Ok(Some(found)) => found,
            Ok(None) => return Fate::GivenUp("there is no such order, or no event".into()),
            Err(error) => return Fate::Later(chain(&error)),
        };
        match waiting.kind.channel() {
            Channel::Mail => self.mail(waiting, &found, line).await,
            Channel::Webhook => self.tell(waiting, &found).await,
        }
    }

    async fn look_up(&self, waiting: &Waiting) -> Result<Option<(Order, Event)>, DbError> {
        let order = Order::find(&self.db, By::Id(waiting.order)).await?;
        Ok(order.zip(Event::load(&self.db).await?))
    }

    async fn mail(&self, waiting: &Waiting, (order, event): &(Order, Event), line: &mut Option<Line<'_>>) -> Fate {
        let (Some(mailer), Some(line)) = (&self.mailer, line) else { return Fate::Later("no mail is sent".into()) };
        let Some(letter) = Letter::about(order, event, waiting.kind, &self.signer, &self.settings) else {
            return Fate::GivenUp(format!("not needed any more: the order is {}", order.state.as_str()));
        };
        // Putting pictures together takes a while without a pause; and a panic there is this letter's end alone.
        let (from, id) = (mailer.from().clone(), waiting.id.clone());
        let built = tokio::task::spawn_blocking(move || {
            message(&letter, &from, &id).map(|message| (message.envelope().to().to_vec(), message.formatted()))
        });
        match built.await {
            Ok(Ok((to, bytes))) => match to.as_slice() {
                [to] => line.send(to, &bytes).await,
                _ => Fate::GivenUp("there is no address".into()),
            },
            Ok(Err(error)) => Fate::GivenUp(error.to_string()),
            Err(_) => Fate::GivenUp("the message could not be put together".into()),
        }
    }

    async fn tell(&self, waiting: &Waiting, (order, event): &(Order, Event)) -> Fate {
        let Some(hook) = &self.hook else { return Fate::Later("nobody is told of tickets".into()) };
        match body(waiting, order, event, &self.settings.link_to(&order.token.path())) {
            Some(body) => hook.send(waiting, body, Utc::now()).await,
            None => Fate::GivenUp("it cannot be written".into()),
        }
    }

    async fn note(&self, claim: &Claim, fate: &Fate) {
        let Waiting { id, order, kind, .. } = &claim.message;
        let (channel, kind) = (kind.channel().as_str(), kind.as_str());
        let next = match claim.end(&self.db, fate, Utc::now()).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%order, id, kind, error = chain(&error), "not noted, may be sent once more");
                return;
            }
        };
        match (fate, next) {
            (Fate::Sent, _) => {
                self.counts.ended(channel, "sent");
                tracing::info!(%order, id, kind, "message sent");
            }
            (Fate::Later(cause) | Fate::Unreachable(cause), Some(next)) => {
                self.counts.ended(channel, "failed");
                tracing::warn!(%order, id, kind, cause, %next, "message not sent, tried again");
            }
            (Fate::Later(cause) | Fate::Unreachable(cause) | Fate::GivenUp(cause), _) => {
                self.counts.ended(channel, "given_up");
                tracing::error!(%order, id, kind, cause, "message given up");
            }
        }
    }
}

/// Sends what waits until told to stop. The two ways do not wait for each other.
pub async fn run(office: Office, stop: CancellationToken) {
    tokio::join!(office.rounds(Channel::Mail, &stop), office.rounds(Channel::Webhook, &stop));
}
