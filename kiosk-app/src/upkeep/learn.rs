//! The tickets, learnt from the database a page at a time.
//!
//! A round reads what changed since the last one, and the last minute before
//! that again: a transaction that commits late writes a time that has passed.

use chrono::Utc;
use tokio::sync::watch;

use super::Standing;
use crate::database::{Cursor, Database, DatabaseFault, OVERLAP, Page, TicketRecord};
use crate::memory::Memory;
use crate::store::{KnownRow, ListedTicket, StoreFault};

const TICKETS: &str = "tickets_until";
const CODES: &str = "codes_until";

/// How far the first look at all the tickets is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// So many are known.
    pub done: u64,
    /// Of so many.
    pub total: u64,
}

/// Learns what is new.
pub(super) async fn all(
    database: &Database,
    memory: &Memory,
    standing: &watch::Sender<Standing>,
) -> Result<(), DatabaseFault> {
    let store = memory.store();
    let (tickets, codes) = match (store.known_until(TICKETS).await, store.known_until(CODES).await) {
        (Ok(tickets), Ok(codes)) => (tickets, codes),
        (Err(fault), _) | (_, Err(fault)) => return forgotten(&fault),
    };
    // By the server's clock, because the rows' times are of it.
    let began = memory.clock().server(Utc::now()).unwrap_or_else(Utc::now);
    // With the tickets come their codes: at the first time, only later ones
    // are news, and stay so if this first time is cut short.
    if codes.is_none()
        && let Err(fault) = store.learn(Vec::new(), Vec::new(), CODES, began).await
    {
        return forgotten(&fault);
    }
    let codes = codes.unwrap_or(began);
    let tickets = tickets.unwrap_or_default();
    let mut progress = Progress { done: 0, total: 0 };
    if standing.borrow().synced_at.is_none() {
        progress.total = database.count_changed(tickets).await?;
    }
    let [mut tickets, mut codes] = [tickets, codes].map(|until| Cursor { at: until - OVERLAP, key: Vec::new() });
    loop {
        let page = database.changed_tickets(&tickets).await?;
        let (more, end, count) = (page.more, page.end.clone(), page.tickets.len());
        if let Err(fault) = keep(memory, page, TICKETS).await {
            return forgotten(&fault);
        }
        tickets = end;
        progress.done += u64::try_from(count).unwrap_or_default();
        if !more {
            break;
        }
        standing.send_modify(|standing| standing.progress = Some(progress));
    }
    loop {
        let page = database.newly_coded_tickets(&codes).await?;
        let (more, end) = (page.more, page.end.clone());
        if let Err(fault) = keep(memory, page, CODES).await {
            return forgotten(&fault);
        }
        codes = end;
        if !more {
            break;
        }
    }
    finish(memory, standing, began).await
}

async fn finish(
    memory: &Memory,
    standing: &watch::Sender<Standing>,
    began: chrono::DateTime<Utc>,
) -> Result<(), DatabaseFault> {
    let store = memory.store();
    let known = store.count_known().await;
    if let Err(fault) = store.keep_synced_at(began).await {
        return forgotten(&fault);
    }
    standing.send_modify(|standing| {
        standing.progress = None;
        standing.synced_at = Some(began);
        standing.known = known.ok();
    });
    Ok(())
}

async fn keep(memory: &Memory, page: Page, stream: &'static str) -> Result<(), StoreFault> {
    let Page { tickets, end, .. } = page;
    memory.learn_uncoded(tickets.iter());
    let listed = if memory.keeps_a_list() { tickets.iter().map(listed).collect() } else { Vec::new() };
    let rows = tickets.into_iter().flat_map(|TicketRecord { status, codes, .. }| {
        codes.into_iter().map(move |keys| KnownRow { keys, status: status.clone() })
    });
    memory.store().learn(rows.collect(), listed, stream, end.at).await
}

fn listed(record: &TicketRecord) -> ListedTicket {
    ListedTicket { unique_id: record.unique_id.clone(), status: record.status.clone() }
}

/// The database is well; it is the store that is not.
fn forgotten(fault: &StoreFault) -> Result<(), DatabaseFault> {
    tracing::error!("what the database says cannot be kept: {fault}");
    Ok(())
}
