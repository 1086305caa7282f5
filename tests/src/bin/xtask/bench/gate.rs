//! From a code before the camera to the verdict on the screen: the real window
//! on a screen of its own, the real camera path, a private MariaDB.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use real_parts::camera::{Cameras, Card, FakeCamera, Model, PixelFormat, Scene, Shown};
use real_parts::mariadb::{Options, Server};
use real_parts::programs::{BookingSettings, BookingWeb, booking_web, built, kiosk};
use real_parts::razorpay;
use real_parts::say;
use real_parts::spread::Spread;
use real_parts::window::{Display, KioskWindow, Lines, PlainWindow, Program};
use serde_json::{Value, json};

/// Between two guests. Not a multiple of the camera's period, so that codes
/// come at every moment of it.
const BETWEEN: Duration = Duration::from_millis(217);
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many tickets are shown
    #[arg(long, default_value_t = 100)]
    scans: usize,
}

/// Where a scan's time went.
#[derive(Debug, Default)]
struct Split {
    total: Spread,
    capture: Spread,
    decode: Spread,
    database: Spread,
    paint: Spread,
}

pub(crate) async fn measure(args: &Args) -> anyhow::Result<Value> {
    let folder = tempfile::tempdir()?;
    let server = say::step("Starting a private MariaDB", || Server::start(Options::throwaway()))?;
    say::line(format!("Booking {} tickets", args.scans));
    let evening = Evening::prepare(&server, folder.path(), args.scans).await?;
    let cameras = Cameras::new()?;
    let camera = cameras.plug(Model::only(PixelFormat::Mjpg, 1280, 720));
    let display = Display::start()?;
    let program = Program::new(cameras.wrapper(&built().kiosk_app))
        .arguments(["--windowed", "--config"])
        .arguments([evening.gate.to_string_lossy()])
        .env("KIOSK_LOG", "warn,kiosk_app::timing=debug")
        .at_home(folder.path());
    set_up(&display, &program).await?;
    let window = PlainWindow::start(&display, &program)?;
    say::line("Showing them to the camera, 1280x720 at 30 frames a second");
    let split = tokio::task::block_in_place(|| show_all(&camera, window.said().lines(), &evening.codes))?;
    split.print();
    Ok(split.json())
}

/// An event, its tickets and a gate.
struct Evening {
    codes: Vec<String>,
    gate: PathBuf,
}

impl Evening {
    /// As an organiser and his guests would: by the programs' own doors.
    async fn prepare(server: &Server, folder: &Path, tickets: usize) -> anyhow::Result<Self> {
        let database = server.fresh_database().await?;
        let key = folder.join("signing-key.pem");
        let env = [("DATABASE_URL", &*database.url), ("TICKET_SIGNING_KEY_FILE", &key.to_string_lossy())];
        let capacity = tickets.to_string();
        let event = ["--name", "Bench", "--venue", "Hall", "--starts-at", "2036-11-22T19:30", "--price-paise", "0"];
        succeed(&["migrate"], &env).await?;
        succeed(&["keygen"], &env).await?;
        succeed(&[&["event", "set", "--capacity", &capacity][..], &event].concat(), &env).await?;
        let gate = folder.join("gate.toml");
        std::fs::write(&gate, succeed(&["gate", "add", "Gate A"], &env).await?)?;
        let site = BookingWeb::start(&settings(&database.url, &key)).await?;
        let mut codes = Vec::new();
        for number in 0..tickets {
            codes.push(book(&site, folder, number).await?);
        }
        site.stop().await?;
        Ok(Self { codes, gate })
    }
}

/// Nobody pays: nothing listens where Razorpay would be.
fn settings(database_url: &str, key: &Path) -> BookingSettings {
    let razorpay = razorpay::Options::default();
    BookingSettings {
        database_url: database_url.to_owned(),
        razorpay_url: "http://127.0.0.1:9/v1".into(),
        key_id: razorpay.key_id,
        key_secret: razorpay.key_secret,
        webhook_secret: razorpay.webhook_secret,
        signing_key_file: key.to_owned(),
        port: None,
        env: Vec::new(),
    }
}

async fn succeed(arguments: &[&str], env: &[(&str, &str)]) -> anyhow::Result<String> {
    let output = booking_web(arguments, env).await?;
    ensure!(output.status.success(), "booking-web {}: {}", arguments.join(" "), output.stderr);
    Ok(output.stdout)
}

/// Books, and reads the code off the ticket.
async fn book(site: &BookingWeb, folder: &Path, number: usize) -> anyhow::Result<String> {
    let http = reqwest::Client::new();
    let form = [("first_name", "Asha".to_owned()), ("phone_number", format!("98{number:08}"))];
    let page = http.post(format!("{}/submit", site.url)).form(&form).send().await?.error_for_status()?;
    let picture = http.get(format!("{}/qr.png", page.url())).send().await?.error_for_status()?.bytes().await?;
    let file = folder.join("ticket.png");
    std::fs::write(&file, picture)?;
    let said = kiosk(&["decode", &file.to_string_lossy()], &[], b"").await?.stdout;
    let said: Value = serde_json::from_str(&said)?;
    Ok(said["text"].as_str().context("a ticket without a code")?.to_owned())
}

/// Finishes the set-up, once, as the operator does.
async fn set_up(display: &Display, program: &Program) -> anyhow::Result<()> {
    let window = KioskWindow::start(display, program).await?;
    let last_step = json!({"gate": "Gate A", "camera": null, "sound": true, "language": "en", "pin": "471100"});
    let done = window.invoke("finish_set_up", last_step).await?;
    ensure!(done.is_ok(), "the set-up cannot be finished: {done:?}");
    window.close().await
}

fn show_all(camera: &FakeCamera, mut lines: Lines, codes: &[String]) -> anyhow::Result<Split> {
    let mut split = Split::default();
    // The first warms up: the window opens, the camera starts, the database connects.
    let (warm_up, codes) = codes.split_first().context("at least two tickets are needed")?;
    for (number, code) in std::iter::once(warm_up).chain(codes).enumerate() {
        let shown = camera.show(&Scene::blank().with(Card::phone(code).size(0.6)).moving());
        let line = lines.wait_for(PATIENCE, |line| line.contains("painted scan="))?;
        if number > 0 {
            split.add(shown, &line)?;
        }
        camera.show(&Scene::blank());
        std::thread::sleep(BETWEEN);
    }
    Ok(split)
}

impl Split {
    fn add(&mut self, shown: Shown, line: &str) -> anyhow::Result<()> {
        let shown_us = shown.wall.duration_since(UNIX_EPOCH)?.as_secs_f64() * 1e6;
        let capture = (figure(line, "taken_unix_us")? - shown_us) / 1e3;
        self.capture.add(capture);
        self.decode.add(figure(line, "decode_ms")?);
        self.database.add(figure(line, "database_ms")?);
        self.paint.add(figure(line, "paint_ms")?);
        self.total.add(capture + figure(line, "total_ms")?);
        debug_assert!(SystemTime::now() > shown.wall);
        Ok(())
    }

    fn print(&self) {
        println!("\n  {:<10}{:>10}{:>10}{:>10}   ms", "", "median", "p95", "worst");
        for (name, spread) in self.parts() {
            let [median, p95, worst] = [50, 95, 100].map(|percent| spread.percentile(percent));
            println!("  {name:<10}{median:>10.1}{p95:>10.1}{worst:>10.1}");
        }
        println!();
    }

    fn parts(&self) -> [(&'static str, &Spread); 5] {
        [
            ("capture", &self.capture),
            ("decode", &self.decode),
            ("database", &self.database),
            ("paint", &self.paint),
            ("in all", &self.total),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "median_ms": self.total.median(),
            "p95_ms": self.total.percentile(95),
            "capture_ms": self.capture.median(),
            "decode_ms": self.decode.median(),
            "database_ms": self.database.median(),
            "paint_ms": self.paint.median(),
        })
    }
}

/// A figure of the gate's own log line.
fn figure(line: &str, name: &str) -> anyhow::Result<f64> {
    let at = line.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    at.and_then(|text| text.parse().ok()).with_context(|| format!("no {name} in: {line}"))
}
