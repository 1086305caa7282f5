//! Gates on a network of their own, each on a host of its own, that hear each other.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::evening::{Evening, Signs, unique_id};
use super::gate::Gate;
use super::record::Record;
use super::store::Store;
use crate::lan::Lan;

/// Starts a gate of each name, on the host of its place.
///
/// # Errors
/// When one does not start.
pub async fn open(evening: &mut Evening, lan: &Lan, names: &[&str]) -> anyhow::Result<Vec<Gate>> {
    let mut gates = Vec::new();
    for (host, name) in names.iter().enumerate() {
        let settings = evening.settings_on(lan, host, name).await?;
        gates.push(Gate::start_on(lan, host, evening, name, &settings)?);
    }
    Ok(gates)
}

/// Lets one guest in at each gate, from this ticket on, and waits until all other gates have heard of it.
///
/// # Errors
/// When they do not, in time.
pub fn introduce(
    evening: &Evening,
    signer: &dyn Signs,
    gates: &mut [Gate],
    first: usize,
    patience: Duration,
) -> anyhow::Result<Record> {
    let (mut record, others) = (Record::default(), gates.len() - 1);
    for (ticket, gate) in (first..).zip(gates.iter_mut()) {
        record.told.push((ticket, gate.scan(&signer.code(&unique_id(ticket)))?));
    }
    let began = Instant::now();
    for gate in gates {
        let store = Store::of(evening, gate.name());
        while store.heard().is_none_or(|heard| heard < others) {
            let (name, log) = (gate.name(), gate.log());
            ensure!(
                began.elapsed() < patience,
                "{name} has heard {:?} after {patience:?}; its log:\n{log}",
                store.heard()
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(record)
}
