//! What is kept of a person is told to them, and forgotten when it may be.

use common::Reason;
use kiosk_app::works::Works;
use real_parts::child::Output;
use real_parts::programs::{BookingWeb, booking_web};
use real_parts::razorpay::{Options, RefundStatus, RefundsSettle};
use serde_json::Value;

use crate::venue::alone;
use crate::world::{Booked, Setup, World, eventually};

const PHONE: &str = "98765 43210";
const EMAIL: &str = "asha.privately@example.com";
/// What would tell who it was.
const TRACES: [&str; 3] = ["Asha", "9876543210", EMAIL];

impl World {
    async fn asha_pays(&self) -> Booked {
        self.submit(&[("first_name", "Asha"), ("phone_number", PHONE), ("email", EMAIL)]).await;
        let order = self.booked("9876543210").await;
        self.razorpay.pay(&order.link_id).unwrap();
        eventually("the ticket", async || self.state(&order).await == "paid").await;
        order
    }

    async fn privacy(&self, arguments: &[&str]) -> Output {
        booking_web(&[&["privacy"], arguments].concat(), &self.env()).await.unwrap()
    }

    async fn may_come_in(&self, order: &Booked) -> Reason {
        let settings = alone(&std::fs::read_to_string(self.gate("Gate A").await).unwrap());
        let works = Works::start(&settings, false);
        let code = self.codes(order).await.remove(0);
        let verdict = works.admitter.admit(code.as_bytes()).await;
        assert_eq!(works.close().await, 0, "scans that could not be written down");
        verdict.reason
    }

    /// Every column of every table in which one of these words stands.
    async fn columns_with(&self, words: &[&str]) -> Vec<String> {
        let (columns,): (String,) = self
            .row(
                "SELECT CAST(JSON_ARRAYAGG(CONCAT(table_name, '.', column_name)) AS CHAR) FROM information_schema.columns
                 WHERE table_schema = DATABASE() AND data_type IN ('char', 'varchar', 'text', 'longtext', 'mediumtext')",
            )
            .await;
        let columns: Vec<String> = serde_json::from_str(&columns).unwrap();
        assert!(columns.len() > 40, "{columns:?}");
        let mut found = Vec::new();
        for column in columns {
            let (table, name) = column.split_once('.').unwrap();
            let like: Vec<String> = words.iter().map(|word| format!("{name} LIKE '%{word}%'")).collect();
            if self.count(&format!("{table} WHERE {}", like.join(" OR "))).await > 0 {
                found.push(column);
            }
        }
        found
    }

    async fn event_was(&self, days: u32) {
        let past = format!("UTC_TIMESTAMP() - INTERVAL {days} DAY");
        self.sql(&format!("UPDATE event SET doors_open_at = NULL, starts_at = {past}")).await;
    }
}

fn patient() -> Setup {
    Setup { razorpay: Options { refunds: RefundsSettle::WhenTold, ..Options::default() }, ..Setup::default() }
}

#[tokio::test]
async fn everything_that_is_kept_of_a_person_is_told_to_them() {
    let world = World::new(patient()).await;
    let order = world.asha_pays().await;
    assert_eq!(world.may_come_in(&order).await, Reason::Granted);
    let told = world.privacy(&["export", "--phone", PHONE]).await;
    assert!(told.status.success(), "{}", told.stderr);
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    let ticket = &told["tickets"][0];
    assert_eq!((&told["phone"], &ticket["orders"][0]["email"]), (&"+919876543210".into(), &EMAIL.into()));
    assert_eq!((&ticket["orders"][0]["first_name"], &ticket["scans"][0]["gate"]), (&"Asha".into(), &"Gate A".into()));
    assert!(ticket["orders"][0]["payments"][0]["id"].as_str().unwrap().starts_with("pay_"));
    let nobody = world.privacy(&["export", "--phone", "9876543211"]).await;
    assert!(nobody.stderr.contains("nothing is kept under this number"), "{}", nobody.stderr);
}

#[tokio::test]
async fn a_forgotten_person_is_nowhere_to_be_found_and_the_books_still_agree() {
    let world = World::new(patient()).await;
    let order = world.asha_pays().await;
    assert_eq!(world.may_come_in(&order).await, Reason::Granted);
    let refused = async |because: &str| {
        let said = world.privacy(&["erase", "--phone", PHONE]).await;
        assert!(!said.status.success() && said.stderr.contains(because), "{}{}", said.stdout, said.stderr);
        assert!(
            !said.stderr.contains("9876543210"),
            "whoever looks over the shoulder learns no number: {}",
            said.stderr
        );
    };
    refused("the ticket is valid and the event is not over").await;
    let settings = &world.settings;
    let razorpay = [
        ("RAZORPAY_API_URL", &*settings.razorpay_url),
        ("RAZORPAY_KEY_ID", &settings.key_id),
        ("RAZORPAY_KEY_SECRET", &settings.key_secret),
        ("RAZORPAY_WEBHOOK_SECRET", &settings.webhook_secret),
    ];
    let env = [&world.env()[..], &razorpay, &[("PUBLIC_URL", &*world.site.url)]].concat();
    let refund = booking_web(&["refund", &order.id, "--even-if-inside"], &env).await.unwrap();
    assert!(refund.status.success(), "{}", refund.stderr);
    refused("money is on its way back").await;
    for refund in world.razorpay.refunds() {
        world.razorpay.settle_refund(&refund.id, RefundStatus::Processed).unwrap();
    }
    eventually("the refund's end", async || world.state(&order).await == "refunded").await;
    assert!(!world.columns_with(&TRACES).await.is_empty());

    let said = world.privacy(&["erase", "--phone", PHONE]).await;
    assert!(said.status.success() && said.stdout.contains("orders: 1, tickets: 1"), "{}{}", said.stdout, said.stderr);
    assert_eq!(world.columns_with(&TRACES).await, [""; 0]);
    let (paise,): (i64,) = world.row("SELECT SUM(amount_paise) FROM payments").await;
    assert_eq!(paise, 49_900, "what a tax office asks for stays");
    let agree = booking_web(&["reconcile"], &env).await.unwrap();
    assert!(agree.status.success(), "{}{}", agree.stdout, agree.stderr);
    assert_eq!(world.get(&order.path).await.status(), 200);
}

#[tokio::test]
async fn a_seat_that_may_still_be_paid_for_keeps_its_guest() {
    let world = World::new(Setup::default()).await;
    let order = world.book("Asha", "9876543210").await;
    let said = world.privacy(&["erase", "--phone", PHONE]).await;
    assert!(said.stderr.contains("a seat is held"), "{}", said.stderr);
    assert_eq!(world.state(&order).await, "held");
    assert_eq!(world.count("orders WHERE first_name = 'Asha'").await, 1);
}

#[tokio::test]
async fn after_the_event_everybody_is_forgotten_and_the_numbers_stay() {
    let world = World::new(Setup::default()).await;
    let order = world.asha_pays().await;
    assert_eq!(world.may_come_in(&order).await, Reason::Granted);
    // Of an older system: a ticket that no order here was made for.
    world.sql("INSERT INTO tickets (FIRST_NAME, PHONE_NO, EMAIL_ID, UNIQUE_ID, REG_DATE) VALUES
               ('Ashalata', '919876543210', 'asha.privately@example.com', 'Ashalata9198765432102026-11-01', '2026-11-01')").await;
    let early = world.privacy(&["purge", "--after-days", "7", "--yes"]).await;
    assert!(!early.status.success() && early.stderr.contains("not 7 days ago"), "{}", early.stderr);
    world.event_was(8).await;
    let asked = world.privacy(&["purge", "--after-days", "7"]).await;
    assert!(
        asked.stdout.contains("known by name: 2") && asked.stderr.contains("--yes"),
        "{}{}",
        asked.stdout,
        asked.stderr
    );
    assert!(!world.columns_with(&TRACES).await.is_empty());

    let done = world.privacy(&["purge", "--after-days", "7", "--yes"]).await;
    assert!(done.status.success() && done.stdout.contains("erased 2"), "{}{}", done.stdout, done.stderr);
    assert_eq!(world.columns_with(&TRACES).await, [""; 0]);
    assert_eq!(world.count("tickets WHERE PRESENT = 1").await, 1, "who was inside is still counted");
    assert_eq!((world.seats().await, world.state(&order).await.as_str()), ((1, 0), "paid"));
    let again = world.privacy(&["purge", "--after-days", "7", "--yes"]).await;
    assert!(again.stdout.contains("erased 0"), "{}", again.stdout);
}

#[tokio::test]
async fn a_server_that_was_told_to_forgets_by_itself() {
    let world = World::new(Setup { env: vec![("PURGE_AFTER_DAYS", "7".into())], ..Setup::default() }).await;
    world.asha_pays().await;
    let form = world.get("/").await.text().await.unwrap();
    assert!(form.contains("7 days after the event they are erased."), "{form}");
    world.event_was(8).await;
    let _another = BookingWeb::start(&world.settings).await.unwrap();
    eventually("the guest to be forgotten", async || world.columns_with(&TRACES).await.is_empty()).await;
}

/// Friends under one number: nobody of them is left anywhere, in whatever order they were found.
#[tokio::test]
async fn friends_who_came_together_are_forgotten_together_and_what_stands_against_one_stands_against_all() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let traces = ["Asha", "Ravi", "Meera", "9876543210", EMAIL];
    let fields = [("first_name", "Asha"), ("first_name", "Ravi"), ("phone_number", PHONE), ("email", EMAIL)];
    world.submit(&fields).await;
    let old = world.booked("9876543210").await;
    assert_eq!(world.may_come_in(&old).await, Reason::Granted);
    let revoked = booking_web(&["revoke", &old.id, "--even-if-inside"], &world.env()).await.unwrap();
    assert!(revoked.status.success(), "{}", revoked.stderr);
    // One of them has booked again since, with somebody else: what was revoked hangs together with a valid ticket.
    let new = world.book_for(&["Ravi", "Meera"], "9876543210").await;
    let refused = world.privacy(&["erase", "--phone", PHONE]).await;
    assert_eq!(refused.stderr.matches("the ticket is valid").count(), 3, "{}", refused.stderr);
    assert_eq!(world.count("attendees WHERE first_name IN ('Asha', 'Ravi', 'Meera')").await, 4, "nobody is half gone");

    let revoked = booking_web(&["revoke", &new.id], &world.env()).await.unwrap();
    assert!(revoked.status.success(), "{}", revoked.stderr);
    let done = world.privacy(&["erase", "--phone", PHONE]).await;
    assert!(done.status.success() && done.stdout.contains("orders: 2, tickets: 3"), "{}{}", done.stdout, done.stderr);
    assert_eq!(world.columns_with(&traces).await, [""; 0]);
    let again = world.privacy(&["erase", "--phone", PHONE]).await;
    assert!(again.stderr.contains("nothing is kept"), "{}", again.stderr);
    for order in [&old, &new] {
        assert_eq!(world.get(&order.path).await.status(), 200, "its page stands, in nobody's name");
    }
    let settings = &world.settings;
    let razorpay = [
        ("RAZORPAY_API_URL", &*settings.razorpay_url),
        ("RAZORPAY_KEY_ID", &settings.key_id),
        ("RAZORPAY_KEY_SECRET", &settings.key_secret),
        ("RAZORPAY_WEBHOOK_SECRET", &settings.webhook_secret),
        ("PUBLIC_URL", &*world.site.url),
    ];
    let agree = booking_web(&["reconcile"], &[&world.env()[..], &razorpay].concat()).await.unwrap();
    assert!(agree.status.success(), "{}{}", agree.stdout, agree.stderr);
}

#[tokio::test]
async fn a_purge_forgets_friends_with_whoever_booked() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    world.book_for(&["Asha", "Ravi", "Meera"], "9876543210").await;
    world.event_was(8).await;
    let asked = world.privacy(&["purge", "--after-days", "7"]).await;
    assert!(asked.stdout.contains("known by name: 3"), "{}", asked.stdout);
    let done = world.privacy(&["purge", "--after-days", "7", "--yes"]).await;
    assert!(done.status.success() && done.stdout.contains("erased 3"), "{}{}", done.stdout, done.stderr);
    assert_eq!(world.columns_with(&["Asha", "Ravi", "Meera", "9876543210"]).await, [""; 0]);
    assert_eq!((world.seats().await, world.count("tickets").await), ((3, 0), 3));
}
