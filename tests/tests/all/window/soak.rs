//! An evening, shortened: does anything grow, or tire?

use std::time::{Duration, Instant};

use real_parts::window::Processes;

use super::door::{CAMERA, Door};

/// Tickets come one after the other; more would be a race, fewer an idle door.
const BETWEEN: Duration = Duration::from_secs(5);
/// Every so many tickets somebody stumbles over the cable.
const STUMBLE: usize = 12;

/// The camera, the page and the database's driver have what they will need.
const WARM_UP: f64 = 0.2;

/// In KiB. WebKit collects its garbage when it likes.
const MAY_GROW: u64 = 48 * 1024;
/// A thread pool may have one more or one less.
const MAY_DIFFER: u64 = 12;
/// The camera gives 30.
const FEWEST_FRAMES: f64 = 24.0;
/// Of a core, with no camera: nothing to show and nothing to read.
const IDLE: f64 = 0.05;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes SOAK_MINUTES, three in CI; cargo xtask test runs it"]
async fn an_evening_leaves_memory_threads_and_frame_rate_as_they_were() {
    let minutes = std::env::var("SOAK_MINUTES").ok().and_then(|it| it.parse().ok()).unwrap_or(1.0);
    let evening = Duration::from_secs_f64(f64::max(minutes, 0.5) * 60.0);
    let tickets = usize::try_from(evening.as_secs() / BETWEEN.as_secs()).unwrap() + 1;
    let door = Door::open(tickets).await;
    let began = Instant::now();
    let mut warm: Option<Processes> = None;
    for ticket in 0..tickets {
        door.scan(ticket, "granted").await;
        if ticket % STUMBLE == STUMBLE - 1 {
            door.camera.unplug();
            door.is_unwell(CAMERA).await;
            door.camera.plug();
            door.is_well(CAMERA).await;
        }
        if warm.is_none() && began.elapsed() > evening.mul_f64(WARM_UP) {
            warm = Some(measured(&door, began));
        }
        let next = began + BETWEEN * u32::try_from(ticket + 1).unwrap();
        tokio::time::sleep(next.saturating_duration_since(Instant::now())).await;
    }
    let end = measured(&door, began);
    let warm = warm.expect("the evening was long enough to warm up");
    assert!(end.own_memory_kib() < warm.own_memory_kib() + MAY_GROW, "memory grows");
    assert!(end.threads().abs_diff(warm.threads()) <= MAY_DIFFER, "threads");
    assert!(end.open_files().abs_diff(warm.open_files()) <= 64, "open files");
    holds_its_frame_rate(&door.window.said().text());
    is_idle_without_a_camera(&door).await;
    door.had_no_faults().await;
}

fn measured(door: &Door, began: Instant) -> Processes {
    let now = door.window.processes();
    println!(
        "{:>5.0} s: {} MiB of its own, {} threads, {} files, {:.0} s of processor",
        began.elapsed().as_secs_f64(),
        now.own_memory_kib() / 1024,
        now.threads(),
        now.open_files(),
        now.cpu().as_secs_f64(),
    );
    now
}

/// By the gate's own log. While the cable lay on the floor there was nothing to hold.
fn holds_its_frame_rate(said: &str) {
    let mut rates: Vec<f64> = said.lines().filter_map(rate).collect();
    rates.sort_by(f64::total_cmp);
    let (median, slow) = (rates[rates.len() / 2], rates[rates.len() / 10]);
    println!("frames a second: median {median:.1}, slowest tenth {slow:.1}, of {} looks", rates.len());
    assert!(median >= FEWEST_FRAMES, "{rates:?}");
}

fn rate(line: &str) -> Option<f64> {
    let figures = line.split_once("frames captured=")?.1;
    let captured: f64 = figures.split(' ').next()?.parse().ok()?;
    let seconds: f64 = figures.split_once("seconds=")?.1.trim().parse().ok()?;
    Some(captured / seconds)
}

async fn is_idle_without_a_camera(door: &Door) {
    door.camera.unplug();
    door.is_unwell(CAMERA).await;
    door.is_scanning().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (before, began) = (door.window.processes().cpu(), Instant::now());
    tokio::time::sleep(Duration::from_secs(15)).await;
    let share = (door.window.processes().cpu() - before).as_secs_f64() / began.elapsed().as_secs_f64();
    println!("without a camera: {:.1} % of a core", share * 100.0);
    assert!(share < IDLE, "a busy loop");
}
