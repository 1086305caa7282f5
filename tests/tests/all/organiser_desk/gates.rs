//! Gates, added and taken away at the desk.

use std::path::PathBuf;

use mysql_async::Opts;
use mysql_async::prelude::Queryable;
use real_parts::browser::Look;
use real_parts::programs::{BookingSettings, BookingWeb, kiosk};
use reqwest::StatusCode;
use serde_json::Value;

use super::witness::{ask, audited};
use crate::world::{Booked, Setup, World};

/// A guest with a ticket that cost nothing.
async fn guest(world: &World, phone: &str) -> Booked {
    world.submit(&[("first_name", "Asha"), ("phone_number", phone)]).await;
    world.booked(phone).await
}

/// The text of the code in a picture.
async fn code_in(picture: &[u8], world: &World) -> String {
    let file = world.folder.path().join("picture.png");
    std::fs::write(&file, picture).unwrap();
    let read = kiosk(&["decode", file.to_str().unwrap()], &[], b"").await.unwrap();
    let line: Value = serde_json::from_str(&read.stdout).unwrap();
    line["text"].as_str().unwrap_or_else(|| panic!("no code: {line}")).to_owned()
}

/// What the gate says to a guest.
async fn presents(world: &World, order: &Booked, settings: &str) -> Value {
    let file: PathBuf = world.folder.path().join("gate.toml");
    std::fs::write(&file, settings).unwrap();
    let picture = world.get(&format!("{}/qr.png", order.path)).await.bytes().await.unwrap();
    let code = code_in(&picture, world).await;
    let said =
        kiosk(&["admit", "--config", file.to_str().unwrap()], &[], format!("{code}\n").as_bytes()).await.unwrap();
    serde_json::from_str(said.stdout.lines().next().unwrap_or_else(|| panic!("{}", said.stderr))).unwrap()
}

#[tokio::test]
async fn a_gate_set_up_from_the_code_on_the_desks_page_admits_a_ticket() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let seat = world.signed_in("asha").await;
    let order = guest(&world, "9876543210").await;
    let browser = seat.browser(Look::phone()).await;
    seat.opens(&browser, "/organiser/gates").await;
    let name = "<script>window.hacked=1</script> B \u{202e}";
    browser.client().execute("document.querySelector('#name').value = arguments[0]", vec![name.into()]).await.unwrap();
    browser.click("main form button").await.unwrap();
    // As the kiosk's camera sees the page, and not as the page's text has it.
    browser.wait_for(".set-up-code").await.unwrap();
    ask(&browser, "document.querySelector('.set-up-code').scrollIntoView({ block: 'center' })").await;
    let picture = browser.screenshot_element(".set-up-code").await.unwrap();
    let settings = code_in(&picture, &world).await;
    assert_eq!(ask(&browser, "return window.hacked ?? null").await, Value::Null);
    assert!(browser.text("h1").await.unwrap().contains("<script>window.hacked=1</script> B"), "as text");
    let said = presents(&world, &order, &settings).await;
    assert_eq!((&said["verdict"], &said["reason"]), (&"ENTRY GRANTED".into(), &"granted".into()), "{said}");

    let password = settings.split("gate_").nth(1).unwrap().split(':').nth(1).unwrap().split('@').next().unwrap();
    assert_eq!(password.len(), 32, "{settings}");
    assert!(!seat.page("/organiser/gates").await.contains(password), "shown once");
    assert!(!world.site.log().contains(password), "and in no log");
    assert_eq!(audited(&world, "gate_add").await.len(), 1);
    // The list knows of the scan.
    seat.opens(&browser, "/organiser/gates").await;
    let row = browser.text("tbody tr").await.unwrap();
    assert!(row.contains("<script>window.hacked=1</script> B") && !row.contains("never"), "{row}");
    assert_eq!(ask(&browser, "return document.querySelector('tbody td.number').textContent").await, "1");
    browser.close().await.unwrap();
}

#[tokio::test]
async fn a_gate_is_revoked_after_a_second_look_and_checks_nothing_from_then_on() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let seat = world.signed_in("asha").await;
    let order = guest(&world, "9876543210").await;
    let settings = std::fs::read_to_string(world.gate("Gate & B").await).unwrap();
    let list = seat.page("/organiser/gates").await;
    let address = list.split(r#"href="/organiser/gates/revoke?"#).nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(address, "name=Gate+%26+B");
    let asked = seat.page(&format!("/organiser/gates/revoke?{address}")).await;
    assert!(asked.contains("Revoke <bdi>Gate &#38; B</bdi>?"), "{asked}");
    assert_eq!(world.count("gates WHERE revoked_at IS NULL").await, 1, "to look is not to do");

    let form = [("name", "Gate & B")];
    assert_eq!(seat.post_bare("/organiser/gates/revoke", &form).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(world.count("gates WHERE revoked_at IS NULL").await, 1, "without its mark no form is believed");
    let done = seat.post("/organiser/gates/revoke", &form).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    let place = done.headers()["location"].to_str().unwrap().to_owned();
    assert!(seat.page(&place).await.contains("can no longer reach the database"));
    assert!(
        !seat.page("/organiser/gates?revoked=Gate+C").await.contains("can no longer"),
        "an address can say anything"
    );

    let said = presents(&world, &order, &settings).await;
    assert_eq!(said["verdict"], "CANNOT CHECK", "{said}");
    let again = seat.post("/organiser/gates/revoke", &form).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    assert!(again.text().await.unwrap().contains("Was it revoked already?"));
    let failed = audited(&world, "gate_revoke_failed").await;
    assert_eq!((audited(&world, "gate_revoke").await.len(), failed.len()), (2, 1), "{failed:?}");
    assert_eq!(seat.get("/organiser/gates/revoke?name=Gate+%26+B").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_gate_that_cannot_be_is_refused_beside_its_field() {
    let world = World::new(Setup::default()).await;
    let seat = world.signed_in("asha").await;
    world.gate("Gate A").await;
    for (fields, fault) in [
        (vec![("name", "gate a")], "There is a gate of this name already"),
        (vec![("name", " ")], "1 to 50 characters"),
        (vec![("name", "Gate B"), ("address", "db.example.com/other")], "db.example.com:3306"),
    ] {
        let answer = seat.post("/organiser/gates", &fields).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = answer.text().await.unwrap();
        assert!(html.contains(fault) && html.contains("-fault\""), "{html}");
    }
    assert_eq!(
        seat.post_bare("/organiser/gates", &[("name", "Gate C")]).send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(world.count("gates").await, 1);
}

#[tokio::test]
async fn a_gate_elsewhere_is_told_the_address_it_needs() {
    let world = World::new(Setup::default()).await;
    let seat = world.signed_in("asha").await;
    let fields = [("name", "Gate B"), ("address", "10.0.0.5:3307"), ("accept_unsigned", "yes")];
    let html = seat.post("/organiser/gates", &fields).await.text().await.unwrap();
    assert!(html.contains("@10.0.0.5:3307/") && html.contains("accept_unsigned = true"), "{html}");
}

#[tokio::test]
async fn a_site_whose_account_may_not_make_accounts_says_so_and_blocks_no_name() {
    let world = World::new(Setup::default()).await;
    let name = &world.database.name;
    let opts = Opts::from_url(&world.database.url).unwrap();
    let mut admin = world.pool.get_conn().await.unwrap();
    for statement in [
        format!("CREATE USER 'poor{name}'@'127.0.0.1' IDENTIFIED BY 'poor'"),
        format!("GRANT ALL PRIVILEGES ON `{name}`.* TO 'poor{name}'@'127.0.0.1' WITH GRANT OPTION"),
    ] {
        admin.query_drop(statement).await.unwrap();
    }
    let database_url = format!("mysql://poor{name}:poor@127.0.0.1:{}/{name}", opts.tcp_port());
    let poor = BookingWeb::start(&BookingSettings { database_url, ..world.settings.clone() }).await.unwrap();
    let seat = world.signed_in("asha").await.at(&poor.url);
    let refused = seat.post("/organiser/gates", &[("name", "Gate B")]).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let html = refused.text().await.unwrap();
    assert!(html.contains("CREATE USER") && html.contains("GRANT OPTION"), "the remedy: {html}");
    assert_eq!(world.count("gates").await, 0, "a gate without an account would only block its name");
    let failed = audited(&world, "gate_add_failed").await;
    assert!(failed.len() == 1 && failed[0].1.contains("1227"), "{failed:?}");
    // Somebody with the right may make it, and this site says that it may not take it away.
    world.gate("Gate B").await;
    let refused = seat.post("/organiser/gates/revoke", &[("name", "Gate B")]).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.count("gates WHERE revoked_at IS NULL").await, 1);
    // Nor may it see the gates' connections: the list is there without them.
    assert!(seat.page("/organiser/gates").await.contains("Gate B"));
}
