//! Whose form it is, and how many of them are taken.

use std::time::Instant;

use real_parts::programs::BookingWeb;
use reqwest::{Client, Response, StatusCode};

use super::{books, client, retry_after, world};

const HERE: [u8; 4] = [127, 0, 0, 1];
const ELSEWHERE: [u8; 4] = [127, 0, 0, 2];

async fn forwarded(client: &Client, site: &BookingWeb, said: &str) -> Response {
    let form = [("first_name", "Asha2"), ("phone_number", "98765 43210")];
    let request = client.post(format!("{}/submit", site.url)).header("x-forwarded-for", said);
    request.form(&form).send().await.unwrap()
}

#[tokio::test]
async fn one_address_may_send_so_many_forms_and_is_told_when_it_may_send_the_next() {
    let world = world(100, &[("SUBMITS_PER_MINUTE", "20")]).await;
    let url = &world.site.url;
    let (here, elsewhere) = (client(HERE), client(ELSEWHERE));
    let mut guest = 0;
    let refused = loop {
        let answer = books(&here, url, guest).await.unwrap();
        match answer.status() {
            StatusCode::SEE_OTHER => guest += 1,
            _ => break answer,
        }
    };
    assert!((20..30).contains(&guest), "{guest}");
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let (asked, wait) = (Instant::now(), retry_after(&refused));
    let page = refused.text().await.unwrap();
    let said = format!("again in {} second", wait.as_secs());
    assert!(page.contains(&said) && page.contains(r#"value="Asha""#), "{said} and what was typed: {page}");
    assert!(page.contains(&format!(r#"value="{guest:032x}""#)), "the form stays the same form");

    // Nobody else is kept out, and nothing else: a ticket opens always.
    let order = world.booked("9800000000").await;
    for path in ["/", &*order.path, "/healthz"] {
        assert_eq!(world.get(path).await.status(), StatusCode::OK, "{path}");
    }
    assert_eq!(books(&elsewhere, url, 1_000).await.unwrap().status(), StatusCode::SEE_OTHER);

    tokio::time::sleep(wait.saturating_sub(asked.elapsed())).await;
    assert_eq!(books(&here, url, guest).await.unwrap().status(), StatusCode::SEE_OTHER, "as was promised");
    assert_eq!(world.count("orders").await as usize, guest + 2);

    let log = world.site.log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("SUBMITS_PER_MINUTE")).collect();
    assert!(lines[0].contains("127.0.0.1"), "{lines:?}");
    for secret in ["Asha", "9800000", &order.path["/orders/".len()..]] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn a_caller_cannot_make_itself_another() {
    let world = world(100, &[("SUBMITS_PER_MINUTE", "5")]).await;
    let here = client(HERE);
    let mut statuses = Vec::new();
    for number in 0..20 {
        statuses.push(forwarded(&here, &world.site, &format!("198.51.100.{number}")).await.status().as_u16());
    }
    let refused = statuses.iter().filter(|it| **it == 429).count();
    assert!(refused >= 10, "{statuses:?}");
    assert!(world.site.log().contains("TRUSTED_PROXIES does not name"), "the organiser is told");
}

#[tokio::test]
async fn behind_a_proxy_that_is_named_each_guest_counts_alone() {
    let world = world(100, &[("SUBMITS_PER_MINUTE", "5"), ("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")]).await;
    let (proxy, stranger) = (client(HERE), client(ELSEWHERE));
    for number in 0..20 {
        let guest = forwarded(&proxy, &world.site, &format!("198.51.100.{number}, 10.1.2.3")).await;
        assert_eq!(guest.status(), StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    let mut refused = [0; 2];
    for number in 0..20 {
        // What stands before the address that the proxy has added is the guest's own word.
        let forged = forwarded(&proxy, &world.site, &format!("203.0.113.{number}, 192.0.2.1")).await;
        let unasked = forwarded(&stranger, &world.site, &format!("203.0.113.{number}")).await;
        for (count, answer) in refused.iter_mut().zip([forged, unasked]) {
            *count += usize::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
        }
    }
    assert!(refused.iter().all(|count| *count >= 10), "{refused:?}");
}
