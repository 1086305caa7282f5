//! What is known of a ticket.

use common::{CodeKeys, TicketTag, UniqueId};
use sha2::{Digest, Sha256};

use super::{Memory, held};
use crate::database::{FoundTicket, Query, TicketRecord};
use crate::store::{ListedTicket, Status, StoreFault};

/// More tickets without a code than any import leaves behind for long.
const MOST_UNCODED: usize = 200_000;

/// As many as an operator reads with a queue in front.
const MOST_FOUND: usize = 20;

/// Whose ticket a scan is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The ticket.
    pub ticket: UniqueId,
    /// What its code opens; none for a bare id, and where an operator found the guest.
    pub keys: Option<CodeKeys>,
    /// The text's hash; none where no code was presented.
    pub text_sha256: Option<String>,
}

impl From<&UniqueId> for Subject {
    /// A guest whom the operator found.
    fn from(ticket: &UniqueId) -> Self {
        Self { ticket: ticket.clone(), keys: None, text_sha256: None }
    }
}

/// What is known of it here.
#[derive(Clone, Debug)]
pub struct Known {
    /// What the gates call it.
    pub tag: TicketTag,
    /// How it stands, by the database, if it was seen there.
    pub status: Option<Status>,
}

impl Memory {
    /// Keeps tickets of which there is no code yet.
    pub fn learn_uncoded<'a>(&self, tickets: impl Iterator<Item = &'a TicketRecord>) {
        let mut uncoded = held(&self.0.uncoded);
        for record in tickets {
            if !record.codes.is_empty() {
                uncoded.remove(&record.unique_id);
            } else if uncoded.len() < MOST_UNCODED || uncoded.contains_key(&record.unique_id) {
                uncoded.insert(record.unique_id.clone(), record.status.clone());
            }
        }
    }

    /// What is known of a ticket. A store that fails knows nothing.
    pub async fn recall(&self, subject: &Subject) -> Known {
        let inner = &self.0;
        let own_tag = subject.keys.map_or_else(|| tag_of_id(&subject.ticket), |keys| TicketTag(keys.lookup));
        let status = match self.kept(subject).await {
            Ok(status) => status,
            Err(fault) => {
                tracing::error!("{fault}");
                None
            }
        };
        match status {
            Some(status) => Known { tag: status.tag, status: Some(status) },
            None => {
                let status = held(&inner.uncoded).get(&subject.ticket).cloned();
                Known { tag: own_tag, status: status.map(|status| Status { tag: own_tag, ..status }) }
            }
        }
    }

    async fn kept(&self, subject: &Subject) -> Result<Option<Status>, StoreFault> {
        if let Some(keys) = subject.keys
            && let Some(status) = self.0.store.known(keys).await?
        {
            return Ok(Some(status));
        }
        if !self.0.list {
            return Ok(None);
        }
        Ok(self.0.store.listed(&subject.ticket).await?.map(|listed| listed.status))
    }

    /// Tickets of the list that fit, and how they stand by all that is known here.
    ///
    /// # Errors
    /// [`StoreFault`]
    pub async fn search(&self, query: Query) -> Result<Vec<FoundTicket>, StoreFault> {
        let listed = self.0.store.search_list(move |ticket| query.fits(ticket), MOST_FOUND).await?;
        let found = listed.into_iter().map(|ListedTicket { unique_id, status }| {
            let inside = self.0.ledger.standing(&status.tag, Some(&status)).inside;
            let admitted_at = inside.as_ref().map_or(status.admitted_at, |inside| Some(inside.at));
            let kept = || Some(status.admitted_gate.clone()).filter(|gate| !gate.is_empty());
            FoundTicket {
                unique_id,
                present: inside.is_some(),
                revoked: status.revoked,
                admitted_at,
                admitted_gate: inside.as_ref().map(|inside| inside.gate.clone()).or_else(kept),
            }
        });
        Ok(found.collect())
    }
}

/// A bare id has no signature to hide behind. Where one counts, the organiser allows a readable list as well.
fn tag_of_id(ticket: &UniqueId) -> TicketTag {
    TicketTag(Sha256::new_with_prefix("ETS1 unsigned:").chain_update(ticket.as_str()).finalize().into())
}
