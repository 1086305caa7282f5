//! From the form to the payment page on a slow phone with bad reception.
//!
//! Two lines are known as slow 3G, both with 400,000 bits a second. At
//! WebPageTest ("3G Slow") a round trip takes 400 ms; Chromium's developer
//! tools, Puppeteer and Playwright ("Slow 3G") wait 2,000 ms for *each* answer,
//! which stands for five such round trips: name, connection, encryption, question
//! and answer, as if no connection were ever used twice. Three answers come
//! after one another, whatever a site does: the form, the way to the payment
//! page, that page. On the second line they alone take six seconds; so it is on
//! the first that the walk must take less than five. Nothing is added to the
//! three answers: the form waits for no other file before it is painted.
//!
//! What counts is loading, by the browser's own clock: the form until it can be
//! filled in (it needs no script for that), and from the press of the button
//! until all of the (simulated) payment page is there. Typing takes as long as it takes.

use real_parts::browser::{Browser, Line, Look};
use real_parts::install;
use serde_json::{Value, json};

use crate::world::{Setup, World};

/// A cheap phone beside the machine that runs the tests.
const PROCESSOR: u32 = 4;
/// When there was something to see, and what the browser waited for before that.
const PAINTED: &str = "return [
    performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null,
    performance.getEntriesByType('resource').filter((it) => it.renderBlockingStatus !== 'non-blocking').map((it) => it.name),
]";

/// Seconds until there was a form, until all of it was there, and from the press to the payment page.
#[derive(Debug)]
struct Walk {
    form: f64,
    whole_form: f64,
    payment: f64,
}

impl Walk {
    fn loading(&self) -> f64 {
        self.form + self.payment
    }
}

/// From the form to the payment page, by somebody who has never been here.
async fn walk(line: Line) -> Walk {
    let world = World::new(Setup { webhooks: false, ..Setup::default() }).await;
    let browser = Browser::start(Look { listened_to: true, ..Look::phone() }).await.unwrap();
    browser.goto("about:blank").await.unwrap();
    browser.loads().await.unwrap();
    browser.slowed(line, PROCESSOR).await.unwrap();

    browser.goto(&world.site.url).await.unwrap();
    browser.wait_for("form[data-booking]").await.unwrap();
    let painted: Value = browser.client().execute(PAINTED, vec![]).await.unwrap();
    let form = painted[0].as_f64().expect("a form that was painted") / 1000.0;
    assert_eq!(painted[1], json!([]), "the form waits for these");
    let loads = browser.loads().await.unwrap();
    let whole_form = loads.iter().map(|load| load.there_at).fold(0.0, f64::max) - loads[0].asked_at;

    browser.fill("#first_name", "Asha").await.unwrap();
    browser.fill("#phone_number", "9876543210").await.unwrap();
    browser.click("[data-busy]").await.unwrap();
    browser.wait_for("#pay").await.unwrap();
    let loads = browser.loads().await.unwrap();
    let pressed = loads.iter().find(|load| load.url.ends_with("/submit")).expect("a form that was sent");
    let payment = loads.iter().map(|load| load.there_at).fold(0.0, f64::max) - pressed.asked_at;
    assert!(loads.iter().any(|load| load.url.contains("/i/")), "no payment page among {loads:?}");
    Walk { form, whole_form, payment }
}

#[tokio::test]
async fn from_the_form_to_the_payment_page_on_slow_3g_is_less_than_five_seconds_of_loading() {
    install::packages(install::BROWSER).unwrap();
    let (shorter, longer) = tokio::join!(walk(Line::WEBPAGETEST_3G_SLOW), walk(Line::DEVTOOLS_SLOW_3G));
    for (name, walked) in [("400 ms a round trip", &shorter), ("2,000 ms an answer", &longer)] {
        let Walk { form, whole_form, payment } = walked;
        println!(
            "{name}: form {form:.2} s (with all that belongs to it {whole_form:.2} s), payment page {payment:.2} s after \
             the press: {:.2} s",
            walked.loading()
        );
    }
    assert!(shorter.loading() < 5.0, "{shorter:?}");
    // Each answer was really waited for: the lines are slow indeed.
    assert!(shorter.loading() > 1.2 && longer.loading() > 6.0, "{shorter:?} {longer:?}");
}
