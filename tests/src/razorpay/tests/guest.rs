//! What a guest's browser sees.

use super::*;

async fn read(client: &Client, url: &str) -> (u16, String) {
    let response = client.http.get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn press(client: &Client, page: &str, button: &str) -> (u16, String, String) {
    let response = client.http.post(format!("{page}/{button}")).send().await.unwrap();
    let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status().as_u16(), to, response.text().await.unwrap())
}

#[tokio::test]
async fn a_guest_fails_tries_again_pays_and_is_sent_back_with_a_signature() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let link = client.create("order-1").await;
    let page = link["short_url"].as_str().unwrap();

    let (status, html) = read(&client, page).await;
    assert_eq!(status, 200);
    for part in ["no real money", "₹499", "Diwali &lt;Night&gt;", r#"id="pay""#, r#"id="fail""#, r#"id="leave""#] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    assert!(!html.contains("<script"));

    let (status, again, _) = press(&client, page, "fail").await;
    assert_eq!(status, 303);
    let base = razorpay.url();
    let (_, html) = read(&client, &format!("{}{again}", base.trim_end_matches('/'))).await;
    assert!(html.contains(r#"id="failed""#) && html.contains(r#"id="pay""#));

    let (status, to, _) = press(&client, page, "pay").await;
    assert_eq!(status, 303);
    let to = url::Url::parse(&to).unwrap();
    let given: std::collections::HashMap<_, _> = to.query_pairs().into_owned().collect();
    assert!(to.as_str().starts_with("http://127.0.0.1:9/orders/abc/return?lang=en&razorpay_payment_id=pay_"));
    assert_eq!(given["razorpay_payment_link_reference_id"], "order-1");
    assert_eq!(given["razorpay_payment_link_status"], "paid");
    let payment = &given["razorpay_payment_id"];
    let message = format!("{}|order-1|paid|{payment}", link["id"].as_str().unwrap());
    assert_eq!(given["razorpay_signature"], sign(&Options::default().key_secret, message.as_bytes()));

    let (_, paid) = client.get(&format!("payment_links/{}", link["id"].as_str().unwrap())).await;
    assert_eq!((&paid["status"], &paid["amount_paid"]), (&json!("paid"), &json!(49_900)));
    assert_eq!(paid["payments"].as_array().unwrap().len(), 1);
    assert_eq!(paid["payments"][0]["payment_id"], json!(payment));
    let (_, attempts) = client.get(&format!("orders/{}/payments", paid["order_id"].as_str().unwrap())).await;
    assert_eq!(attempts["count"], 2);
    let (_, html) = read(&client, page).await;
    assert!(html.contains(r#"id="paid""#) && !html.contains("<button"));

    // A second press, of a page left open in another tab, takes no money.
    assert_eq!(press(&client, page, "pay").await.0, 303);
    assert_eq!(razorpay.payments().len(), 2);
}

#[tokio::test]
async fn a_dead_link_says_so_and_takes_no_money() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let (cancelled, expired) = (client.create("a").await, client.create("b").await);
    client.post(&format!("payment_links/{}/cancel", cancelled["id"].as_str().unwrap()), &json!({})).await.unwrap();
    razorpay.advance(Duration::from_secs(1_000));
    for (link, says) in [(cancelled, r#"id="cancelled""#), (expired, r#"id="expired""#)] {
        let page = link["short_url"].as_str().unwrap();
        press(&client, page, "pay").await;
        let (_, html) = read(&client, page).await;
        assert!(html.contains(says) && !html.contains("<button"), "{html}");
    }
    assert!(razorpay.payments().is_empty());
    assert_eq!(read(&client, &format!("{}i/none", razorpay.url())).await.0, 404);
}

#[tokio::test]
async fn a_guest_may_leave() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let link = client.create("order-1").await;
    let (status, _, html) = press(&client, link["short_url"].as_str().unwrap(), "leave").await;
    assert!(status == 200 && html.contains("You left without paying"));
    assert_eq!(razorpay.links()[0].status, LinkStatus::Created);
}

#[tokio::test]
async fn the_overview_shows_all_and_commands_work_over_http() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let id = client.create("order-<1>").await["id"].as_str().unwrap().to_owned();
    let control = format!("{}_control", razorpay.url());
    let command = |path: String| client.http.post(format!("{control}/{path}")).send();
    assert_eq!(command(format!("links/{id}/expire")).await.unwrap().status(), 204);
    assert_eq!(command(format!("links/{id}/pay")).await.unwrap().status(), 400);
    assert_eq!(command(format!("links/{id}/pay-late")).await.unwrap().status(), 204);
    let fault = json!({ "call": "list_links", "fault": { "refused": 500 } });
    let added = client.http.post(format!("{control}/faults")).json(&fault).send().await.unwrap();
    assert_eq!(added.status(), 204);
    assert_eq!(client.get("payment_links").await.0, 500);

    let (_, html) = read(&client, &razorpay.url()).await;
    for part in ["expired", "captured", "order-&lt;1&gt;", "None yet."] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}
