//! What a group sees: a form that grows, tickets to swipe through, codes that
//! each open the gate once, an e-mail with all of them.

use std::path::PathBuf;

use fantoccini::wd::PrintConfiguration;
use real_parts::axe;
use real_parts::browser::Look;
use reqwest::StatusCode;
use serde_json::json;

use super::{FRIENDS, PHONE};
use crate::journey::gate::{Gate, code_in};
use crate::journey::guest::Guest;
use crate::journey::pages::pages_in;
use crate::world::{Booked, Setup, World, eventually};

async fn paid_group(world: &World) -> Booked {
    let order = world.book_group(&FRIENDS, PHONE).await;
    world.get(&world.razorpay.pay(&order.link_id).unwrap()).await;
    order
}

#[tokio::test]
async fn each_code_is_another_and_admits_its_own_guest_once() {
    let world = World::new(Setup::default()).await;
    let order = paid_group(&world).await;
    let gate = Gate::of(&world, "Gate A").await;
    for (n, name) in (1..).zip(FRIENDS) {
        let picture = picture(&world, &order, n).await;
        let reasons = [gate.sees(&picture).await, gate.sees(&picture).await].map(|said| {
            assert_eq!(said["first_name"], name);
            said["reason"].clone()
        });
        assert_eq!(reasons, ["granted", "already_inside"]);
    }
    let first = world.get(&format!("{}/qr.png", order.path)).await.bytes().await.unwrap();
    assert_eq!(first, world.get(&format!("{}/qr.png?n=1", order.path)).await.bytes().await.unwrap());
    for nobody in ["0", "4", "-1", "x", "18446744073709551616"] {
        for form in ["png", "svg"] {
            let status = world.get(&format!("{}/qr.{form}?n={nobody}", order.path)).await.status();
            assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST), "{nobody}: {status}");
        }
    }
    let page = world.get(&order.path).await.text().await.unwrap();
    assert_eq!(page.matches("<strong>Entered at").count(), 3, "{page}");
}

async fn picture(world: &World, order: &Booked, n: u32) -> PathBuf {
    let answer = world.get(&format!("{}/qr.png?n={n}", order.path)).await;
    let file = world.folder.path().join(format!("code-{n}.png"));
    std::fs::write(&file, answer.bytes().await.unwrap()).unwrap();
    file
}

/// Types three names, pays, and swipes; on a phone and with scripts off.
#[tokio::test]
async fn a_phone_books_for_three_and_swipes_from_code_to_code() {
    for javascript in [true, false] {
        let world = World::new(Setup::default()).await;
        let guest = Guest::new(&world, Look { javascript, ..Look::phone() }).await;
        guest.fill_in(FRIENDS[0], PHONE).await;
        for (n, name) in (2..).zip(&FRIENDS[1..]) {
            guest.browser.click("[name=more]").await.unwrap();
            guest.browser.wait_for(&format!("#first_name-{n}")).await.unwrap();
            guest.browser.fill(&format!("#first_name-{n}"), name).await.unwrap();
        }
        // One too many, and off again.
        guest.browser.click("[name=more]").await.unwrap();
        guest.browser.click("[name=less][value=\"4\"]").await.unwrap();
        eventually("the fourth to be gone", async || !guest.browser.has("#first_name-4").await.unwrap()).await;
        assert_eq!(guest.browser.text("[data-together]").await.unwrap(), "3 seats, ₹1,497 together");
        guest.likes_the_page().await;
        if javascript {
            assert_eq!(axe::faults(&guest.browser).await.unwrap(), Vec::<String>::new());
        }
        keep(&guest, &format!("form-{javascript}")).await;
        guest.send().await;
        guest.browser.wait_for("#pay").await.unwrap();
        guest.pays().await;
        if javascript {
            assert_eq!(axe::faults(&guest.browser).await.unwrap(), Vec::<String>::new());
        }
        keep(&guest, &format!("tickets-{javascript}")).await;
        swipes_through(&guest).await;
    }
}

async fn swipes_through(guest: &Guest<'_>) {
    let mut codes = Vec::new();
    for n in 1..=FRIENDS.len() {
        guest.browser.click(&format!(".names a:nth-of-type({n})")).await.unwrap();
        let settled = format!(
            "const box = document.getElementById('guest-{n}').getBoundingClientRect();
             return box.left >= -1 && box.right <= innerWidth + 1"
        );
        eventually("the ticket to be swiped to", async || guest.ask(&settled).await == json!(true)).await;
        let seen = folder().join(format!("swiped-{n}.png"));
        std::fs::write(&seen, guest.browser.client().screenshot().await.unwrap()).unwrap();
        codes.push(code_in(&seen).await);
    }
    for (code, name) in codes.iter().zip(FRIENDS) {
        assert!(code.starts_with(&format!("ETS1:{name}91")), "{name}: {codes:?}");
    }
}

async fn keep(guest: &Guest<'_>, name: &str) {
    guest.browser.screenshot_page(&folder().join(format!("{name}.png"))).await.unwrap();
}

/// Where pictures are kept for a look at them.
fn folder() -> PathBuf {
    let folder = real_parts::scratch::target_folder().join("tmp/groups");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A page of paper for each, so that one can be handed over.
#[tokio::test]
async fn printed_each_guest_has_a_page() {
    let world = World::new(Setup::default()).await;
    let order = paid_group(&world).await;
    let guest = Guest::new(&world, Look::laptop()).await;
    guest.open(&order.path).await;
    guest.sees_the_code().await;
    let pdf = guest.browser.client().print(PrintConfiguration::default()).await.unwrap();
    std::fs::write(folder().join("tickets.pdf"), &pdf).unwrap();
    assert_eq!(pages_in(&pdf), FRIENDS.len());
}
