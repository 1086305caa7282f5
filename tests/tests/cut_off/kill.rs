//! The gate is killed like the laptop whose plug is pulled: at any moment, two
//! hundred times, with a network and without one. What was said is kept, and
//! is told to the database once.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use real_parts::buyers::Chance;
use real_parts::mariadb::Server;
use real_parts::offline::audit::conflicts;
use real_parts::offline::evening::{Evening, Signs, unique_id};
use real_parts::offline::gate::{Gate, Line};
use real_parts::offline::plan::seed;
use real_parts::offline::store::Store;
use real_parts::programs::built;
use real_parts::proxy::Wire;

use crate::eventually;
use crate::rush::{Organiser, PATIENCE};

const KILLS: usize = 200;
/// Codes that are held up between a start and a kill; most of them nobody lives to answer.
const NEW: usize = 12;
const AGAIN: usize = 4;
const GATE: &str = "Gate A";

/// The door, and what its guests were told.
struct Door {
    evening: Evening,
    settings: PathBuf,
    organiser: Organiser,
    chance: Chance,
    /// Guests who have not come yet have this number or a higher one.
    next: usize,
    /// Tickets whose ENTRY GRANTED somebody read, and the scan.
    welcome: Vec<(usize, String)>,
    /// How many codes were held up.
    held_up: usize,
}

impl Door {
    async fn open() -> Self {
        let organiser = Organiser::new();
        let evening = Evening::open(Server::shared(), &organiser, KILLS * NEW).await.unwrap();
        let settings = evening.settings(GATE).await.unwrap();
        // A life is measured, and building the gate is no part of it.
        built();
        let chance = Chance::of(seed(), 0);
        Self { evening, settings, organiser, chance, next: 0, welcome: Vec::new(), held_up: 0 }
    }

    fn start(&self) -> Gate {
        Gate::start(&self.evening, GATE, &self.settings).unwrap()
    }

    /// From the start of a gate to the last verdict: a kill comes somewhere in it, or a little later.
    fn one_life(&mut self) -> Duration {
        let began = Instant::now();
        let mut gate = self.start();
        let guests = self.guests();
        self.hold_up(&mut gate, &guests);
        let lines: Vec<_> = guests.iter().map(|_| gate.next_line(PATIENCE).unwrap().unwrap()).collect();
        self.told(&guests, &lines);
        began.elapsed()
    }

    /// Some who were let in come again, and then those who were never there.
    fn guests(&mut self) -> Vec<usize> {
        let mut guests = Vec::new();
        for _ in 0..AGAIN.min(self.welcome.len()) {
            let at = self.chance.between(Duration::ZERO, Duration::from_micros(self.welcome.len() as u64));
            guests.push(self.welcome[usize::try_from(at.as_micros()).unwrap()].0);
        }
        guests.extend(self.next..self.next + NEW);
        self.next += NEW;
        guests
    }

    fn hold_up(&mut self, gate: &mut Gate, guests: &[usize]) {
        let codes: Vec<_> = guests.iter().map(|guest| self.organiser.code(&unique_id(*guest))).collect();
        gate.hold_up(&codes.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        self.held_up += guests.len();
    }

    /// What was said is right by all that was said before.
    fn told(&mut self, guests: &[usize], lines: &[Line]) {
        for (guest, line) in guests.iter().zip(lines) {
            assert_eq!(line.unique_id.as_deref(), Some(&*unique_id(*guest)));
            let inside = self.welcome.iter().any(|(welcome, _)| welcome == guest);
            let right = if inside { "already_inside" } else { "granted" };
            assert_eq!(line.reason, right, "{line:?}");
            if !inside {
                self.welcome.push((*guest, line.scan_id.clone()));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_a_gate_forgets_no_guest_and_reports_none_twice() {
    let _alone = crate::ALONE.lock().await;
    let mut door = Door::open().await;
    let life = door.one_life();
    let mut offline = 0;
    for _ in 1..KILLS {
        let away = door.chance.percent() < 50;
        door.evening.set(if away { Wire::Cut } else { Wire::Whole });
        let guests = door.guests();
        let mut gate = door.start();
        door.hold_up(&mut gate, &guests);
        std::thread::sleep(door.chance.between(Duration::ZERO, life.mul_f64(1.2)));
        let lines = gate.kill().unwrap();
        offline += lines.iter().filter(|line| line.mode == "offline").count();
        door.told(&guests, &lines);
    }
    println!(
        "of {} codes {} were let in and told so; {offline} verdicts were given offline",
        door.held_up,
        door.welcome.len()
    );
    assert!(door.welcome.len() > KILLS && offline > KILLS, "killed too early to mean anything");
    everything_is_reported_once(door).await;
}

async fn everything_is_reported_once(door: Door) {
    let Door { evening, welcome, .. } = &door;
    evening.set(Wire::Whole);
    let gate = door.start();
    let said: BTreeSet<_> = welcome.iter().map(|(_, scan)| scan.clone()).collect();
    let granted = "SELECT scan_id FROM scans WHERE reason = 'granted' AND kind = 'entry'";
    let reported = async || {
        let rows: Vec<String> = evening.rows(granted).await.unwrap();
        rows.into_iter().collect::<BTreeSet<_>>().is_superset(&said)
    };
    eventually("all scans to be reported", reported).await;
    eventually("an empty journal", async || Store::of(evening, GATE).owed() == Some((0, 0))).await;
    gate.close().unwrap();
    let scans = evening.number("SELECT COUNT(*) FROM scans").await.unwrap();
    assert!(scans <= door.held_up, "{scans} scans of {} codes", door.held_up);
    let twice: Vec<String> = evening
        .rows("SELECT unique_id FROM scans WHERE reason = 'granted' GROUP BY unique_id HAVING COUNT(*) > 1")
        .await
        .unwrap();
    assert_eq!(twice, [] as [String; 0], "let in twice at one gate");
    let inside: Vec<String> = evening.rows("SELECT UNIQUE_ID FROM tickets WHERE PRESENT = 1").await.unwrap();
    let inside: BTreeSet<_> = inside.into_iter().collect();
    let missing: Vec<_> = welcome.iter().filter(|(guest, _)| !inside.contains(&unique_id(*guest))).collect();
    assert!(missing.is_empty(), "let in and not inside: {missing:?}");
    assert!(conflicts(evening).await.unwrap().is_empty());
}
