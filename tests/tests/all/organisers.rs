//! What an organiser types.

use image::GrayImage;
use image::imageops::{self, FilterType};
use mysql_async::prelude::Queryable;
use real_parts::mariadb::Server;
use real_parts::programs::{booking_web, kiosk};

use crate::world::{Setup, World, command_succeeds};

#[tokio::test]
async fn migrations_may_start_twice_at_once_and_again() {
    let database = Server::shared().fresh_database().await.unwrap();
    let env = [("DATABASE_URL", &*database.url)];
    let (one, other) = tokio::join!(booking_web(&["migrate"], &env), booking_web(&["migrate"], &env));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.status.success() && other.status.success(), "{}{}", one.stderr, other.stderr);
    let applied = one.stdout.matches("applied").count() + other.stdout.matches("applied").count();
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations")).unwrap().count();
    assert_eq!(applied, files, "each once: {}{}", one.stdout, other.stdout);
    assert!(command_succeeds(&["migrate"], &env).await.contains("up to date"));
}

#[tokio::test]
async fn the_tables_have_the_agreed_columns_first() {
    let database = Server::shared().fresh_database().await.unwrap();
    command_succeeds(&["migrate"], &[("DATABASE_URL", &*database.url)]).await;
    let mut conn = database.pool().get_conn().await.unwrap();
    let columns: Vec<(String, String, String, Option<String>)> = conn
        .query(
            "SELECT column_name, column_type, is_nullable, collation_name FROM information_schema.columns
             WHERE table_schema = DATABASE() AND table_name = 'tickets' ORDER BY ordinal_position",
        )
        .await
        .unwrap();
    let names: Vec<_> = columns.iter().map(|(name, kind, null, _)| format!("{name} {kind} {null}")).collect();
    assert_eq!(
        names[..6],
        [
            "FIRST_NAME varchar(50) NO",
            "PHONE_NO varchar(15) NO",
            "EMAIL_ID varchar(100) YES",
            "UNIQUE_ID varchar(100) NO",
            "REG_DATE date NO",
            "PRESENT tinyint(1) NO"
        ]
    );
    assert_eq!(columns[3].3.as_deref(), Some("utf8mb4_bin"));
}

#[tokio::test]
async fn bad_settings_stop_the_start_with_their_names_and_the_remedy() {
    let output = booking_web(&["serve"], &[("DATABASE_URL", "localhost"), ("HOLD_MINUTES", "3")]).await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    for name in [
        "DATABASE_URL",
        "PUBLIC_URL",
        "RAZORPAY_KEY_ID",
        "RAZORPAY_WEBHOOK_SECRET",
        "TICKET_SIGNING_KEY_FILE",
        "HOLD_MINUTES",
    ] {
        assert!(output.stderr.contains(name), "{name} in {}", output.stderr);
    }
    assert!(!output.stderr.contains("panicked"));
}

#[tokio::test]
async fn a_database_that_is_not_there_is_a_clear_end_and_not_a_wait() {
    let output = booking_web(&["migrate"], &[("DATABASE_URL", "mysql://u:secret@127.0.0.1:1/x")]).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.contains("refused") && !output.stderr.contains("secret"), "{}", output.stderr);
}

#[tokio::test]
async fn the_event_is_set_changed_and_shown() {
    let world = World::new(Setup { capacity: 2, ..Setup::default() }).await;
    let env = world.env();
    world.book("Asha", "9876543210").await;
    world.book("Ravi", "9876543210").await;
    let refused = booking_web(&["event", "set", "--capacity", "1"], &env).await.unwrap();
    assert!(!refused.status.success() && refused.stderr.contains("--capacity 1 is below"), "{}", refused.stderr);
    let shown = command_succeeds(&["event", "set", "--capacity", "3", "--name", "दिवाली रात"], &env).await;
    assert!(
        shown.contains("दिवाली रात") && shown.contains("₹499") && shown.contains("2036-11-22T19:30:00+05:30"),
        "{shown}"
    );
    let seats = |text: &str| {
        text.lines().rev().take(3).map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(seats(&command_succeeds(&["event", "show"], &env).await), ["2", "0", "3"]);
}

#[tokio::test]
async fn a_gate_is_set_up_by_one_code() {
    let world = World::new(Setup::default()).await;
    let code = world.folder.path().join("gate.png");
    let toml = command_succeeds(&["gate", "add", "Gate A", "--qr", code.to_str().unwrap()], &world.env()).await;
    let read = kiosk(&["decode", code.to_str().unwrap()], &[], b"").await.unwrap();
    let line: serde_json::Value = serde_json::from_str(&read.stdout).unwrap();
    assert_eq!(line["text"].as_str(), Some(&*toml));
    assert!(command_succeeds(&["gate", "list"], &world.env()).await.contains("Gate A"));

    // As a webcam of 1280 × 720 sees it: three fifths of the height, and one look.
    let mut frame = GrayImage::from_pixel(1280, 720, image::Luma([150]));
    let shown = imageops::resize(&image::open(&code).unwrap().into_luma8(), 432, 432, FilterType::Triangle);
    imageops::overlay(&mut frame, &shown, 424, 144);
    imageops::blur(&frame, 0.8).save(&code).unwrap();
    let read = kiosk(&["decode", "--budget", "frame", code.to_str().unwrap()], &[], b"").await.unwrap();
    let line: serde_json::Value = serde_json::from_str(&read.stdout).unwrap();
    assert_eq!(line["text"].as_str(), Some(&*toml));
}

#[tokio::test]
async fn settings_too_large_for_a_code_are_refused_before_there_is_an_account() {
    let world = World::new(Setup::default()).await;
    let (bundle, code) = (world.folder.path().join("bundle.pem"), world.folder.path().join("gate.png"));
    let certificate = format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", "A".repeat(2000));
    std::fs::write(&bundle, certificate.repeat(3)).unwrap();
    let [database, key] = world.env();
    let env = [database, key, ("DATABASE_CA", bundle.to_str().unwrap())];
    let refused = booking_web(&["gate", "add", "Gate A", "--qr", code.to_str().unwrap()], &env).await.unwrap();
    assert!(!refused.status.success() && refused.stderr.contains("leave --qr out"), "{}", refused.stderr);
    assert!(refused.stdout.is_empty() && !code.exists());
    assert!(!command_succeeds(&["gate", "list"], &world.env()).await.contains("Gate A"));
}

/// Verdict lines on stdout, nothing else; every scan in the database.
#[tokio::test]
async fn a_gate_without_a_window_answers_line_by_line_and_logs_each_scan() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    world.submit(&[("first_name", "Asha"), ("phone_number", "9876543210")]).await;
    let order = world.booked("9876543210").await;
    let gate = world.gate("Gate A").await;
    let png = world.get(&format!("{}/qr.png", order.path)).await.bytes().await.unwrap();
    let ticket = world.folder.path().join("ticket.png");
    std::fs::write(&ticket, png).unwrap();
    let read = kiosk(&["decode", ticket.to_str().unwrap()], &[], b"").await.unwrap();
    let text = serde_json::from_str::<serde_json::Value>(&read.stdout).unwrap()["text"].as_str().unwrap().to_owned();

    let input = format!("{text}\n{text}\nhttps://example.com\n{}\n", &text[..text.len() - 4]);
    let admitted = kiosk(&["admit", "--config", gate.to_str().unwrap()], &[], input.as_bytes()).await.unwrap();
    assert!(admitted.status.success(), "{}", admitted.stderr);
    let lines: Vec<serde_json::Value> =
        admitted.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<_> =
        lines.iter().map(|line| (line["verdict"].as_str().unwrap(), line["reason"].as_str().unwrap())).collect();
    assert_eq!(
        said,
        [
            ("ENTRY GRANTED", "granted"),
            ("ENTRY REJECTED", "already_inside"),
            ("ENTRY REJECTED", "not_a_ticket"),
            ("ENTRY REJECTED", "forged")
        ]
    );
    assert_eq!((lines[0]["first_name"].as_str(), lines[1]["admitted_gate"].as_str()), (Some("Asha"), Some("Gate A")));
    assert!(lines[1]["admitted_at"].is_string() && lines[2]["unique_id"].is_null());

    assert_eq!(world.count("scans").await, 4);
    assert_eq!(world.count("scans WHERE text_sha256 IS NOT NULL AND unique_id IS NULL").await, 1);
    let page = world.get(&order.path).await.text().await.unwrap();
    assert!(page.contains("Gate A"), "the guest's page knows: {page}");
}

#[tokio::test]
async fn pictures_that_are_none_are_named_and_the_others_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (text, empty) = (file("text.png", b"not a picture"), file("empty.png", b""));
    let missing = folder.path().join("missing.png").to_str().unwrap().to_owned();
    let directory = folder.path().to_str().unwrap().to_owned();
    let large = folder.path().join("large.png");
    image::GrayImage::from_pixel(8200, 6100, image::Luma([255])).save(&large).unwrap();
    let large = large.to_str().unwrap().to_owned();
    let output = kiosk(&["decode", &text, &empty, &missing, &directory, &large], &[], b"").await.unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", output.stderr);
    let lines: Vec<serde_json::Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    assert!(lines.iter().all(|line| line["text"].is_null()));
    for name in [&text, &empty, &missing, &directory] {
        assert!(output.stderr.contains(&**name), "{name} in {}", output.stderr);
    }
    assert!(!output.stderr.contains("large.png"), "fifty megapixels are a picture: {}", output.stderr);
    assert!(!output.stderr.contains("panicked"), "{}", output.stderr);
}
