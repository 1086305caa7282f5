//! Signing in: who is let in, where they are led, and what ends it.

use real_parts::programs::BookingWeb;
use reqwest::{StatusCode, header};

use super::{PASSWORD, cookie, leads_to};
use crate::world::{Setup, World, command_succeeds};

const PAGES: [&str; 8] = [
    "/organiser",
    "/organiser/orders",
    "/organiser/orders?q=Asha&state=paid",
    "/organiser/orders.csv",
    "/organiser/tickets.csv",
    "/organiser/orders/01990000-0000-7000-8000-000000000001/refund",
    "/organiser/door-list",
    "/organiser/audit",
];

#[tokio::test]
async fn without_a_session_every_page_leads_to_the_sign_in_and_from_there_back() {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    for path in PAGES {
        let answer = world.get(path).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        let login = leads_to(&answer).to_owned();
        assert!(login.starts_with("/organiser/login?back=%2Forganiser"), "{path}: {login}");
        let page = world.get(&login).await.text().await.unwrap();
        let back = page.split(r#"name="back" value=""#).nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(back.replace("&#38;", "&"), path);
        let fields = [("name", "asha"), ("password", PASSWORD), ("back", path)];
        assert_eq!(leads_to(&world.sign_in(&world.site.url, &fields, "").await), path);
    }
}

#[tokio::test]
async fn nobody_is_led_to_another_site_after_signing_in() {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    for back in ["https://evil.example/organiser", "//evil.example", "/\\evil.example", "/organiser//evil.example", "/"]
    {
        let fields = [("name", "asha"), ("password", PASSWORD), ("back", back)];
        assert_eq!(leads_to(&world.sign_in(&world.site.url, &fields, "").await), "/organiser", "{back}");
        let login = world.http().get(format!("{}/organiser/login", world.site.url)).query(&[("back", back)]);
        let page = login.send().await.unwrap().text().await.unwrap();
        assert!(page.contains(r#"name="back" value="/organiser""#), "{back}: {page}");
    }
}

#[tokio::test]
async fn two_servers_know_the_same_session_and_its_end() {
    let world = World::new(Setup::default()).await;
    let other = BookingWeb::start(&world.settings).await.unwrap();
    let here = world.signed_in("asha").await;
    let there = here.at(&other.url);
    assert!(here.is_in().await && there.is_in().await);
    let answer = there.post("/organiser/logout", &[]).await;
    assert_eq!((answer.status(), leads_to(&answer)), (StatusCode::SEE_OTHER, "/organiser/login"));
    assert!(answer.headers()[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert!(!here.is_in().await && !there.is_in().await, "the cookie that was kept is worth nothing");
    assert_eq!(world.count("organiser_sessions").await, 0);
}

#[tokio::test]
async fn a_cookie_is_for_this_site_and_its_pages_only_and_the_table_does_not_hold_it() {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    let fields = [("name", "asha"), ("password", PASSWORD)];
    let set =
        world.sign_in(&world.site.url, &fields, "").await.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    for part in ["organiser=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{part} in {set}");
    }
    let token = set.split(['=', ';']).nth(1).unwrap();
    assert_eq!(world.count(&format!("organiser_sessions WHERE token_hash = '{token}'")).await, 0);

    let mut settings = world.settings.clone();
    settings.env.push(("PUBLIC_URL".into(), "https://tickets.example.com".into()));
    let behind_tls = BookingWeb::start(&settings).await.unwrap();
    let form = world.http().post(format!("{}/organiser/login", behind_tls.url)).form(&fields);
    let set = form.header(header::ORIGIN, "https://tickets.example.com").send().await.unwrap();
    let set = set.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(set.starts_with("__Host-organiser=") && set.contains("Secure") && !set.contains("Domain"), "{set}");
}

/// Somebody gave the browser a cookie before its owner signed in.
#[tokio::test]
async fn a_session_has_a_name_that_nobody_knew_before() {
    let world = World::new(Setup::default()).await;
    let first = world.signed_in("asha").await;
    let planted = format!("organiser={}", "0123456789abcdef".repeat(4));
    let fields = [("name", "asha"), ("password", PASSWORD)];
    for before in [&planted, &first.cookie] {
        let answer = world.sign_in(&world.site.url, &fields, before).await;
        let organiser = super::Organiser { cookie: cookie(&answer), ..first.clone() };
        assert!(organiser.cookie != *before && organiser.is_in().await);
        assert!(!super::Organiser { cookie: before.clone(), ..first.clone() }.is_in().await, "the one before is over");
    }
}

#[tokio::test]
async fn a_new_password_or_no_account_ends_what_was_begun_with_the_old_one() {
    let world = World::new(Setup::default()).await;
    let asha = world.signed_in("asha").await;
    let ravi = world.signed_in("ravi").await;
    let file = world.folder.path().join("password");
    std::fs::write(&file, "other words that nobody says").unwrap();
    let path = file.to_str().unwrap();
    command_succeeds(&["organiser", "password", "asha", "--password-file", path], &world.env()).await;
    assert!(!asha.is_in().await && ravi.is_in().await);
    assert_eq!(world.guess("asha", PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.guess("asha", "other words that nobody says").await, StatusCode::SEE_OTHER);
    command_succeeds(&["organiser", "remove", "ravi"], &world.env()).await;
    assert!(!ravi.is_in().await);
}

/// A password was looked at, then changed, and only then was the session written.
#[tokio::test]
async fn a_session_that_began_under_the_old_password_is_none() {
    let world = World::new(Setup::default()).await;
    let asha = world.signed_in("asha").await;
    world.sql("UPDATE organiser_sessions SET epoch = REPEAT('0', 32)").await;
    assert!(!asha.is_in().await);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_a_week_in_any_case() {
    let world = World::new(Setup::default()).await;
    let asha = world.signed_in("asha").await;
    world.sql("UPDATE organiser_sessions SET seen_at = seen_at - INTERVAL 11 HOUR").await;
    assert!(asha.is_in().await, "a long lunch");
    assert_eq!(world.count("organiser_sessions WHERE seen_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR").await, 1, "noted");
    world.sql("UPDATE organiser_sessions SET created_at = created_at - INTERVAL 8 DAY").await;
    assert!(!asha.is_in().await);
    world
        .sql("UPDATE organiser_sessions SET created_at = UTC_TIMESTAMP(6), seen_at = seen_at - INTERVAL 13 HOUR")
        .await;
    assert!(!asha.is_in().await);
}
