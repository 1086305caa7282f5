//! A hundred thousand orders.

use std::time::{Duration, Instant};

use super::orders::encoded;
use crate::world::{Setup, World};

pub(super) const MANY: u32 = 100_000;
/// In a debug build on a busy machine; a release build is held to 200 ms, see the README.
const BOUND: Duration = Duration::from_secs(5);
/// What an export may add to the process's memory. The file alone is several times as large.
const EXTRA_BYTES: f64 = 12e6;

impl World {
    /// Paid orders with tickets and payments, written by the database itself.
    pub(crate) async fn many_orders(&self, count: u32) {
        // Digits of a number up to 99,999, as tables that every server has.
        let digits = "(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL
                       SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
        let numbers = format!(
            "(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
              FROM {digits} a, {digits} b, {digits} c, {digits} e, {digits} f) numbers"
        );
        let name = "ELT(1 + n % 7, 'Asha', 'Ravi Asha', 'Meera Asha', 'Kabir Asha', 'Asha Rani', 'Zoya asha', 'ASHA')";
        let name = if count <= 1000 { name.to_owned() } else { name.replace(" Asha", " Kumar").replace(" asha", "") };
        // Every tenth brings two along.
        let together = "n % 10 = 3";
        let price = format!("49900 * IF({together}, 3, 1)");
        let id = "CONCAT('01990000-0000-7000-8000-', LPAD(n, 12, '0'))";
        let phone = "CONCAT('919876', LPAD(n, 6, '0'))";
        let unique = format!("CONCAT({name}, {phone}, '2026-11-22')");
        let at = "TIMESTAMPADD(SECOND, n, '2026-10-01 00:00:00')";
        self.sql(&format!(
            "INSERT INTO orders (id, token, first_name, phone_no, email_id, reg_date, amount_paise, currency, state,
                 hold_until, created_at, updated_at)
             SELECT {id}, MD5(n), {name}, {phone}, CONCAT('guest', n, '@example.com'), '2026-11-22', {price}, 'INR',
                 'paid', {at}, {at}, {at} FROM {numbers} WHERE n < {count}"
        ))
        .await;
        self.sql(&format!(
            "INSERT INTO attendees (order_id, n, first_name, unique_id, live_key)
             SELECT {id}, 1, {name}, {unique}, MD5(n) FROM {numbers} WHERE n < {count}"
        ))
        .await;
        for (place, name) in [(2, "Priya"), (3, "Dev")] {
            let unique = format!("CONCAT('{name}', {phone}, '2026-11-22')");
            self.sql(&format!(
                "INSERT INTO attendees (order_id, n, first_name, unique_id, live_key)
                 SELECT {id}, {place}, '{name}', {unique}, CONCAT('{name}', MD5(n)) FROM {numbers}
                 WHERE n < {count} AND {together}"
            ))
            .await;
        }
        self.sql(
            "INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE, PRESENT)
             SELECT a.first_name, o.phone_no, a.unique_id, o.reg_date, SUBSTRING(o.phone_no, -1) % 2
             FROM attendees a JOIN orders o ON o.id = a.order_id",
        )
        .await;
        self.sql(&format!(
            "INSERT INTO payments (id, order_id, amount_paise, currency, status, created_at)
             SELECT CONCAT('pay_', n), {id}, {price}, 'INR', 'captured', {at} FROM {numbers} WHERE n < {count}"
        ))
        .await;
    }

    /// What the site's process takes of the machine's memory.
    async fn memory(&self) -> f64 {
        let metrics = self.get("/metrics").await.text().await.unwrap();
        let line = metrics.lines().find(|line| line.starts_with("process_resident_memory_bytes ")).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }
}

#[tokio::test]
async fn every_page_is_quick_and_an_export_takes_no_more_memory_than_a_page() {
    let world = World::new(Setup::default()).await;
    world.many_orders(MANY).await;
    let asha = world.signed_in("asha").await;
    let one = "01990000-0000-7000-8000-000000050000";
    let mut pages = vec![
        "/organiser/orders".to_owned(),
        "/organiser/orders?state=refunded".to_owned(),
        format!("/organiser/orders?before={one}"),
        format!("/organiser/orders/{one}"),
        format!("/organiser/orders/{one}/refund"),
        "/organiser/door-list".to_owned(),
        "/organiser/door-list?part=51".to_owned(),
        "/organiser/door-list?part=100".to_owned(),
        "/organiser/audit".to_owned(),
    ];
    // The last three fit no order: every one is looked at.
    for sought in [
        "rani",
        "050000",
        "+919876050000",
        "guest5@example.com",
        "pay_50000",
        one,
        "nobody",
        "00000000",
        "x@example.com",
    ] {
        pages.push(format!("/organiser/orders?q={}", encoded(sought)));
    }
    for path in &pages {
        let mut took = Vec::new();
        for _ in 0..3 {
            let began = Instant::now();
            asha.page(path).await;
            took.push(began.elapsed());
        }
        took.sort_unstable();
        println!("{:>6.1} ms {path}", took[1].as_secs_f64() * 1000.0);
        assert!(took[1] < BOUND, "{path} took {took:?}");
    }
    for (path, lines) in [("/organiser/orders.csv", MANY), ("/organiser/tickets.csv", MANY + MANY / 5)] {
        let before = world.memory().await;
        let (mut rows, mut bytes, mut most, mut next) = (0, 0, before, 0);
        let mut answer = asha.get(path).await;
        while let Some(piece) = answer.chunk().await.unwrap() {
            rows += piece.iter().filter(|byte| **byte == b'\n').count();
            bytes += piece.len();
            if bytes >= next {
                most = most.max(world.memory().await);
                next = bytes + (1 << 20);
            }
        }
        let extra = most - before;
        println!("{path}: {bytes} bytes, and {extra:.0} more in memory");
        assert_eq!(rows, lines as usize + 1, "{path}");
        assert!(bytes > 8_000_000 && extra < EXTRA_BYTES, "{path}: {extra} more bytes in memory for {bytes}");
    }
}
