//! Calls of the API, and what goes wrong with them.

use super::*;

#[tokio::test]
async fn a_link_is_made_found_by_id_and_by_reference_and_cancelled_once() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let link = client.create("order-1").await;
    assert_eq!(
        (&link["status"], &link["amount"], &link["amount_paid"]),
        (&json!("created"), &json!(49_900), &json!(0))
    );
    assert_eq!((&link["payments"], &link["notes"], &link["order_id"]), (&json!(null), &json!([]), &json!(null)));
    let id = link["id"].as_str().unwrap();
    assert!(id.starts_with("plink_") && id.len() == 20);
    assert_eq!(link["short_url"], razorpay.short_url(id).unwrap());

    assert_eq!(client.get(&format!("payment_links/{id}")).await, (200, link.clone()));
    assert_eq!(client.get("payment_links?reference_id=order-1").await, (200, json!({ "payment_links": [link] })));
    assert_eq!(client.get("payment_links?reference_id=other").await, (200, json!({ "payment_links": [] })));

    let cancel = format!("payment_links/{id}/cancel");
    let (status, cancelled) = client.post(&cancel, &json!({})).await.unwrap();
    assert_eq!((status, &cancelled["status"]), (200, &json!("cancelled")));
    assert!(cancelled["cancelled_at"].as_i64().unwrap() > 0);
    let (status, refused) = client.post(&cancel, &json!({})).await.unwrap();
    assert_eq!((status, said(&refused)), (400, "cannot cancel or expire a cancelled link"));
}

#[tokio::test]
async fn refusals_have_razorpays_shape() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let mut client = Client::of(&razorpay);
    client.create("order-1").await;
    let (status, twice) = client.post("payment_links", &wish("order-1")).await.unwrap();
    assert_eq!((status, &twice["error"]["code"]), (400, &json!("BAD_REQUEST_ERROR")));
    assert!(said(&twice).starts_with("payment link with given reference_id: order-1 already exists."));
    assert_eq!(razorpay.links().len(), 1);

    let mut soon = wish("order-2");
    soon["expire_by"] = json!(unix_now() + 60);
    let (_, refused) = client.post("payment_links", &soon).await.unwrap();
    assert_eq!(said(&refused), "expire_by: timestamp must be atleast 15 minutes in future.");

    for path in ["payment_links/plink_none", "payments/pay_none", "refunds/rfnd_none", "payments/pay_none/refunds"] {
        let (status, unknown) = client.get(path).await;
        assert_eq!((status, said(&unknown)), (400, "The id provided does not exist"), "{path}");
    }
    let (status, nothing) = client.get("invoices").await;
    assert_eq!((status, said(&nothing)), (400, "The requested URL was not found on the server."));

    client.key.1.push('x');
    let (status, stranger) = client.get("payment_links").await;
    assert_eq!((status, said(&stranger)), (401, "Authentication failed"));
}

#[tokio::test]
async fn a_link_that_was_made_although_the_answer_was_lost_is_found_by_its_reference() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    for (fault, reference) in
        [(ApiFault::DoneThenError, "error"), (ApiFault::DoneThenCut, "cut"), (ApiFault::DoneThenSilent, "silent")]
    {
        razorpay.misbehave(Faults::none().next_call(Endpoint::CreateLink, fault));
        let lost = client.post("payment_links", &wish(reference)).await;
        match fault {
            ApiFault::DoneThenError => assert_eq!(lost.unwrap().1["error"]["code"], "SERVER_ERROR"),
            ApiFault::DoneThenSilent => assert!(lost.unwrap_err().is_timeout()),
            _ => assert!(!lost.unwrap_err().is_timeout()),
        }
        assert_eq!(client.post("payment_links", &wish(reference)).await.unwrap().0, 400);
        let (_, found) = client.get(&format!("payment_links?reference_id={reference}")).await;
        assert_eq!(found["payment_links"][0]["status"], "created");
        assert_eq!(found["payment_links"].as_array().unwrap().len(), 1);
    }
    assert_eq!(razorpay.links().len(), 3);
    let heard: Vec<_> = razorpay.calls_of(Endpoint::CreateLink).into_iter().map(|call| call.status).collect();
    assert_eq!(heard, [Some(500), Some(400), None, Some(400), None, Some(400)]);
}

#[tokio::test]
async fn a_refused_call_has_done_nothing() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let throttled = json!({ "error": { "code": "BAD_REQUEST_ERROR", "description": "Too many requests" } });
    for (fault, answer) in [
        (ApiFault::Throttled, Some((429, throttled))),
        (ApiFault::Refused(503), Some((503, Value::Null))),
        (ApiFault::Cut, None),
        (ApiFault::Silent, None),
    ] {
        razorpay.misbehave(Faults::none().next_call(Endpoint::CreateLink, fault));
        assert_eq!(client.post("payment_links", &wish("order-1")).await.ok(), answer, "{fault:?}");
    }
    razorpay.misbehave(Faults::none().next_call(Endpoint::CreateLink, ApiFault::QuotaReached));
    let (status, body) = client.post("payment_links", &wish("order-1")).await.unwrap();
    assert_eq!((status, &body["error"]["code"]), (429, &json!("RATE_LIMIT_EXCEEDED")));
    assert!(razorpay.links().is_empty());
    client.create("order-1").await;
}

#[tokio::test]
async fn throttling_says_when_to_come_back() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    razorpay.misbehave(Faults::none().next_call(Endpoint::ListLinks, ApiFault::Throttled));
    let client = Client::of(&razorpay);
    let response = client.http.get(format!("{}/payment_links", client.api)).send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "1");
}

#[tokio::test]
async fn a_refund_is_given_once_for_a_key_however_often_it_is_asked_for() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let link = client.create("order-1").await;
    razorpay.pay(link["id"].as_str().unwrap()).unwrap();
    let payment = &razorpay.payments()[0].id;
    let (key, body) = ("0199a2b4-refund-1", json!({ "amount": 49_900, "speed": "normal" }));

    // The first answer is lost; while a second is slow to come, a third is told to wait.
    razorpay.misbehave(
        Faults::none()
            .next_call(Endpoint::CreateRefund, ApiFault::DoneThenCut)
            .next_call(Endpoint::CreateRefund, ApiFault::Late(Duration::from_millis(800))),
    );
    let request = client.http.post(format!("{}/payments/{payment}/refund", client.api));
    let request =
        request.json(&body).header("X-Refund-Idempotency", key).basic_auth(&client.key.0, Some(&client.key.1));
    assert!(request.send().await.is_err());
    let third = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        client.refund(payment, &body, key).await.0
    };
    let ((status, refund), third) = tokio::join!(client.refund(payment, &body, key), third);
    assert_eq!((status, &refund["status"], third), (200, &json!("pending"), 409));
    assert_eq!(client.refund(payment, &body, key).await, (200, refund.clone()));
    assert_eq!(razorpay.refunds().len(), 1);

    assert_eq!(client.refund(payment, &json!({ "amount": 100 }), key).await.0, 400);
    let (status, refused) = client.refund(payment, &body, "0199a2b4-refund-2").await;
    assert_eq!((status, said(&refused)), (400, "The payment has been fully refunded already"));

    razorpay.settle_refund(refund["id"].as_str().unwrap(), RefundStatus::Processed).unwrap();
    let (_, fetched) = client.get(&format!("refunds/{}", refund["id"].as_str().unwrap())).await;
    assert_eq!(fetched["status"], "processed");
    let (_, list) = client.get(&format!("payments/{payment}/refunds")).await;
    assert_eq!((&list["count"], &list["items"][0]), (&json!(1), &fetched));
    let (_, refunded) = client.get(&format!("payments/{payment}")).await;
    assert_eq!((&refunded["status"], &refunded["refund_status"]), (&json!("refunded"), &json!("full")));
}

#[tokio::test]
async fn the_account_is_kept_between_runs() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { state_file: Some(folder.path().join("razorpay.json")), ..quick() };
    let first = Razorpay::start(options.clone()).await.unwrap();
    let link = Client::of(&first).create("order-1").await;
    first.pay(link["id"].as_str().unwrap()).unwrap();
    let (links, payments) = (first.links(), first.payments());
    drop(first);

    let second = Razorpay::start(options).await.unwrap();
    assert_eq!((second.links(), second.payments()), (links, payments));
    assert_eq!(Client::of(&second).post("payment_links", &wish("order-1")).await.unwrap().0, 400);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn nothing_is_answered_any_more_once_it_has_ended() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    client.create("order-1").await;
    drop(razorpay);
    // Over the connection that was kept, and over a new one.
    for _ in 0..2 {
        assert!(client.post("payment_links", &wish("order-2")).await.is_err());
    }
}
