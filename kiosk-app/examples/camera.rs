//! A look at the cameras, for support at a venue: which there are, what the
//! gate's is doing, how many frames come and are read, and the codes in view.
//!
//! `cargo run -p kiosk-app --no-default-features --features camera --example camera`
//!
//! Type a camera's name to switch to it, an empty line for any.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use kiosk_app::camera::{Camera, CameraId, CameraState, Counts, cameras};
use kiosk_app::scan::watch_frames;
use tokio::sync::watch;

#[derive(Parser)]
struct Options {
    /// The camera to prefer
    #[arg(long)]
    camera: Option<String>,
    /// End after so many seconds
    #[arg(long, default_value_t = u64::MAX)]
    seconds: u64,
    /// Pretend that reading a code takes so much longer
    #[arg(long, default_value_t = 0)]
    lag_ms: u64,
}

fn main() {
    let options = Options::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    for camera in cameras() {
        println!("{} [{}]{}", camera.id.name, camera.id.bus, if camera.usable { "" } else { ", not usable" });
    }
    let begun = Instant::now();
    let camera = Arc::new(Camera::start(options.camera.and_then(|name| wanted(&name))));
    let voice = Arc::new(Voice { begun, state: camera.state(), said: Mutex::default() });
    follow_state(&voice);
    follow_codes(&camera, voice, Duration::from_millis(options.lag_ms));
    let shown = follow_preview(&camera);
    switch_by_name(&camera);
    let mut before = (Counts::default(), 0);
    while begun.elapsed().as_secs() < options.seconds {
        thread::sleep(Duration::from_secs(1));
        let now = (camera.counts(), shown.load(Ordering::Relaxed));
        say_counts(begun, before, now);
        before = now;
    }
}

/// The bus is not known here: a camera is known by its name, too.
fn wanted(name: &str) -> Option<CameraId> {
    let name = name.trim().to_owned();
    (!name.is_empty()).then(|| CameraId { name, bus: String::new() })
}

/// Says what the camera is doing, once, and each code after what the camera was doing when it was read.
struct Voice {
    begun: Instant,
    state: watch::Receiver<CameraState>,
    said: Mutex<String>,
}

impl Voice {
    fn state(&self) {
        let now = self.state.borrow().clone();
        let remedy = now.remedy().map(|remedy| format!("; {remedy}")).unwrap_or_default();
        let now = format!("{now}{remedy}");
        let mut said = self.said.lock().expect("whoever prints does not panic");
        if now != *said {
            println!("{:8.3} {now}", self.begun.elapsed().as_secs_f64());
            *said = now;
        }
    }

    fn code(&self, text: &str, took: Duration) {
        self.state();
        let took = took.as_secs_f64() * 1e3;
        println!("{:8.3} read {text:?} in {took:.1} ms", self.begun.elapsed().as_secs_f64());
    }
}

fn follow_state(voice: &Arc<Voice>) {
    let voice = Arc::clone(voice);
    thread::spawn(move || {
        loop {
            voice.state();
            thread::sleep(Duration::from_millis(5));
        }
    });
}

fn follow_codes(camera: &Camera, voice: Arc<Voice>, lag: Duration) {
    let frames = camera.frames();
    thread::spawn(move || {
        watch_frames(frames, Duration::from_secs(3), |sighting| {
            thread::sleep(lag);
            if sighting.is_new {
                voice.code(&sighting.code.text, sighting.read_at.duration_since(sighting.frame.taken_at));
            }
            ControlFlow::Continue(())
        });
        println!("{:8.3} no more frames", voice.begun.elapsed().as_secs_f64());
    });
}

/// Takes the preview as a page would, and counts its pictures.
fn follow_preview(camera: &Camera) -> Arc<AtomicU64> {
    let (preview, shown) = (camera.preview(), Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&shown);
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a thread can have a runtime");
        runtime.block_on(async {
            let mut after = 0;
            while let Some(picture) = preview.next(after).await {
                assert!(picture.jpeg.starts_with(&[0xFF, 0xD8]));
                after = picture.sequence;
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    });
    shown
}

fn switch_by_name(camera: &Arc<Camera>) {
    let camera = Arc::clone(camera);
    thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            camera.choose(wanted(&line));
        }
    });
}

fn say_counts(begun: Instant, before: (Counts, u64), now: (Counts, u64)) {
    let (was, is) = (before.0, now.0);
    println!(
        "{:8.3} captured {} (+{}), shown +{}, dropped {} (+{}), damaged {}, identical {}, reopened {}",
        begun.elapsed().as_secs_f64(),
        is.captured,
        is.captured - was.captured,
        now.1 - before.1,
        is.dropped,
        is.dropped - was.dropped,
        is.damaged,
        is.identical,
        is.reopened
    );
}
