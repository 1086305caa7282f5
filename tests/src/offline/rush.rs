//! The rush: each gate serves its guests as fast as they come, and the wire
//! does what the plan says.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::anyhow;

use super::evening::{Evening, Signs, unique_id};
use super::gate::Gate;
use super::plan::{Plan, Weather};
use super::record::Record;
use crate::proxy::Wire;

/// How often it is looked how many were served.
const LOOK: Duration = Duration::from_millis(5);

/// Lets the guests of a plan come to these gates; what they were told. On return the wire is whole.
///
/// # Errors
/// When a gate gives no verdict at all.
pub fn rush(evening: &Evening, signer: &dyn Signs, plan: &Plan, gates: &mut [Gate]) -> anyhow::Result<Record> {
    // Signed before: a guest brings the code along.
    let codes: Vec<String> = (0..plan.tickets).map(|number| signer.code(&unique_id(number))).collect();
    let (served, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    if let Weather::Night(wire) = plan.weather {
        evening.set(wire);
    }
    let record = thread::scope(|scope| {
        scope.spawn(|| blow(evening, plan, &served, &over));
        let doors: Vec<_> = gates
            .iter_mut()
            .enumerate()
            .map(|(number, gate)| {
                let (codes, served) = (&codes, &served);
                scope.spawn(move || serve(gate, plan, number, codes, served))
            })
            .collect();
        let records: Vec<_> =
            doors.into_iter().map(|door| door.join().map_err(|_| anyhow!("a gate's thread panicked"))).collect();
        over.store(true, Ordering::SeqCst);
        let mut whole = Record::default();
        for record in records {
            whole.told.extend(record??.told);
        }
        Ok(whole)
    });
    evening.set(Wire::Whole);
    record
}

fn serve(
    gate: &mut Gate,
    plan: &Plan,
    number: usize,
    codes: &[String],
    served: &AtomicUsize,
) -> anyhow::Result<Record> {
    let mut record = Record::default();
    for guest in plan.guests(number) {
        thread::sleep(guest.pause);
        record.told.push((guest.ticket, gate.scan(&codes[guest.ticket])?));
        served.fetch_add(1, Ordering::SeqCst);
    }
    Ok(record)
}

/// Makes the weather until the rush is over.
fn blow(evening: &Evening, plan: &Plan, served: &AtomicUsize, over: &AtomicBool) {
    let until = |count: usize| {
        while served.load(Ordering::SeqCst) < count && !over.load(Ordering::SeqCst) {
            thread::sleep(LOOK);
        }
    };
    match plan.weather {
        Weather::Fair | Weather::Night(_) => {}
        Weather::Storm(wire) => {
            until(plan.scans / 3);
            evening.set(wire);
            until(plan.scans * 9 / 10);
            evening.set(Wire::Whole);
        }
        Weather::Flapping(each) => {
            for wire in [Wire::Cut, Wire::Whole, Wire::Frozen, Wire::Whole].into_iter().cycle() {
                evening.set(wire);
                thread::sleep(each);
                if over.load(Ordering::SeqCst) {
                    return;
                }
            }
        }
    }
}
