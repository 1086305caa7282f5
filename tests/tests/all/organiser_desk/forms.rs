//! Which forms are believed: those of this session's own pages.

use reqwest::{StatusCode, header};

use super::leads_to;
use crate::world::{Setup, World};

fn free() -> Setup {
    Setup { price_paise: 0, ..Setup::default() }
}

#[tokio::test]
async fn a_form_without_its_sessions_mark_changes_nothing() {
    let world = World::new(free()).await;
    let order = world.free_order("Asha", "9876543210").await;
    let (asha, ravi) = (world.signed_in("asha").await, world.signed_in("ravi").await);
    let revoke = format!("/organiser/orders/{}/revoke", order.id);
    let (own, others) = (asha.csrf().await, ravi.csrf().await);
    let short = &own[..own.len() - 1];
    for (fields, what) in [
        (vec![], "no mark"),
        (vec![("csrf", "")], "an empty one"),
        (vec![("csrf", &*others)], "another session's"),
        (vec![("csrf", short)], "a piece of its own"),
    ] {
        let answer = asha.post_bare(&revoke, &fields).header(header::ORIGIN, &asha.url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{what}");
        assert!(answer.text().await.unwrap().contains("does not belong to your session"), "{what}");
    }
    assert_eq!(world.state(&order).await, "paid");
    let answer = asha.post(&revoke, &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(world.state(&order).await, "revoked");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_whatever_it_carries() {
    let world = World::new(free()).await;
    let order = world.free_order("Asha", "9876543210").await;
    let asha = world.signed_in("asha").await;
    let (revoke, csrf) = (format!("/organiser/orders/{}/revoke", order.id), asha.csrf().await);
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1.evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
    ] {
        let answer = asha.post_bare(&revoke, &[("csrf", &*csrf)]).header(name, value).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        // Nor is anybody signed in as somebody else.
        let login = world.http().post(format!("{}/organiser/login", world.site.url));
        let login = login.form(&[("name", "asha"), ("password", super::PASSWORD)]).header(name, value);
        let answer = login.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(!answer.headers().contains_key(header::SET_COOKIE));
    }
    assert_eq!(world.state(&order).await, "paid");
    let answer = asha.post_bare(&revoke, &[("csrf", &*csrf)]).header("sec-fetch-site", "same-origin").send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_that_comes_after_the_session_leads_to_the_sign_in_and_does_nothing() {
    let world = World::new(free()).await;
    let order = world.free_order("Asha", "9876543210").await;
    let asha = world.signed_in("asha").await;
    let csrf = asha.csrf().await;
    asha.post("/organiser/logout", &[]).await;
    let revoke = format!("/organiser/orders/{}/revoke", order.id);
    let answer = asha.post_bare(&revoke, &[("csrf", &*csrf)]).send().await.unwrap();
    assert_eq!((answer.status(), leads_to(&answer)), (StatusCode::SEE_OTHER, "/organiser/login"));
    assert_eq!(world.state(&order).await, "paid");
}

#[tokio::test]
async fn nothing_of_the_desk_is_kept_or_found_and_too_much_is_refused_by_a_page() {
    let world = World::new(Setup::default()).await;
    let asha = world.signed_in("asha").await;
    for path in
        ["/organiser/login", "/organiser/orders", "/organiser/orders.csv", "/organiser/orders/x", "/organiser/audit"]
    {
        let answer = asha.get(path).await;
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
        assert_eq!(answer.headers()["x-robots-tag"], "noindex", "{path}");
        assert!(answer.headers().contains_key("content-security-policy"), "{path}");
    }
    let much = "x".repeat(1 << 20);
    let answer = asha.post("/organiser/orders/x/refund", &[("reason", &much)]).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().await.unwrap().contains("To the desk"));
}
