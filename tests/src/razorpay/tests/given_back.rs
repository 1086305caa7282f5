//! Refunds: on the dashboard, refused, failing.

use super::*;

async fn paid(razorpay: &Razorpay, reference: &str) -> String {
    let link = id(&Client::of(razorpay).create(reference).await);
    razorpay.pay(&link).unwrap();
    razorpay.payments_of(&link)[0].id.clone()
}

#[tokio::test]
async fn a_refund_made_on_the_dashboard_is_told_and_turns_the_payment_when_all_is_given_back() {
    let razorpay = Razorpay::start(Options { refunds: RefundsSettle::AtOnce, ..quick() }).await.unwrap();
    let payment = paid(&razorpay, "order-1").await;
    let merchant = Merchant::listen(&razorpay, []).await;
    razorpay.settled().await;
    let before = merchant.letters().len();
    let client = Client::of(&razorpay);

    let first = razorpay.refund_on_dashboard(&payment, Some(10_000)).unwrap();
    let (_, partly) = client.get(&format!("payments/{payment}")).await;
    assert_eq!((&partly["status"], &partly["refund_status"]), (&json!("captured"), &json!("partial")));
    assert_eq!(partly["amount_refunded"], 10_000);
    assert!(razorpay.refund_on_dashboard(&payment, Some(49_900)).is_err());
    razorpay.refund_on_dashboard(&payment, None).unwrap();
    let (_, wholly) = client.get(&format!("payments/{payment}")).await;
    assert_eq!((&wholly["status"], &wholly["refund_status"]), (&json!("refunded"), &json!("full")));

    razorpay.settled().await;
    let letters = merchant.letters().split_off(before);
    let names: Vec<&str> = letters.iter().map(|letter| letter.event.as_str()).collect();
    assert_eq!(names, ["refund.created", "refund.processed", "refund.created", "refund.processed"]);
    assert_eq!(letters[0].body["payload"]["refund"]["entity"]["id"], json!(first));
    assert_eq!(letters[0].body["payload"]["payment"]["entity"]["id"], json!(payment));
    let (_, list) = client.get("refunds").await;
    assert_eq!((&list["count"], id(&list["items"][1])), (&json!(2), first));
    let (_, of_payment) = client.get(&format!("payments/{payment}/refunds?count=1")).await;
    assert_eq!((&of_payment["count"], &of_payment["items"][0]), (&json!(1), &list["items"][0]));
}

#[tokio::test]
async fn a_refund_without_the_balance_for_it_is_refused_and_given_later_under_the_same_key() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let payment = paid(&razorpay, "order-1").await;
    let key = "0199a2b4-refund-1";
    razorpay.misbehave(
        Faults::none()
            .next_call(Endpoint::CreateRefund, ApiFault::NoBalance)
            .next_call(Endpoint::FetchRefund, ApiFault::NoBalance),
    );
    let part = json!({ "amount": 10_000 });
    let (status, refused) = client.refund(&payment, &part, key).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("BAD_REQUEST_ERROR")));
    assert!(said(&refused).starts_with("Your account does not have enough balance to carry out the refund operation"));
    assert!(razorpay.refunds().is_empty());

    let (status, refund) = client.refund(&payment, &part, key).await;
    assert_eq!(status, 200);
    let (_, fetched) = client.get(&format!("refunds/{}", id(&refund))).await;
    assert_eq!(fetched, refund);

    // What was given stays given: a second asking under its key hears of it, however empty the purse is now.
    razorpay.misbehave(Faults::none().sometimes(1.0, Some(Endpoint::CreateRefund), ApiFault::NoBalance));
    assert_eq!(client.refund(&payment, &part, key).await, (200, refund));
    assert_eq!(client.refund(&payment, &part, "0199a2b4-refund-2").await.0, 400);
    // And what could not be given anyway is refused for its own reason.
    let (_, too_much) = client.refund(&payment, &json!({ "amount": 40_000 }), "0199a2b4-refund-3").await;
    assert_eq!(said(&too_much), "The total refund amount is greater than the refund payment amount");
    assert_eq!(razorpay.refunds().len(), 1);
}

#[tokio::test]
async fn some_refunds_fail_at_first_by_the_seed_and_the_second_is_processed() {
    let refunds = RefundsSettle::AfterMaybeFailing { wait: Duration::from_secs(60), percent: 50, seed: 4711 };
    let mut runs = Vec::new();
    for _ in 0..2 {
        let razorpay = Razorpay::start(Options { refunds, ..quick() }).await.unwrap();
        let mut payments = Vec::new();
        for number in 0..20 {
            payments.push(paid(&razorpay, &format!("order-{number}")).await);
            razorpay.refund_on_dashboard(&payments[number], None).unwrap();
        }
        assert!(razorpay.refunds().iter().all(|refund| refund.status == RefundStatus::Pending));
        razorpay.advance(Duration::from_secs(60));
        let fates: Vec<RefundStatus> = razorpay.refunds().into_iter().map(|refund| refund.status).collect();
        assert!(fates.contains(&RefundStatus::Failed) && fates.contains(&RefundStatus::Processed));

        for entry in razorpay.ledger().iter().filter(|entry| entry.kept() > 0) {
            assert_eq!(entry.payment.status, PaymentStatus::Captured);
            razorpay.refund_on_dashboard(&entry.payment.id, None).unwrap();
        }
        razorpay.advance(Duration::from_secs(60));
        assert!(razorpay.ledger().iter().all(|entry| entry.processed() == 49_900 && entry.kept() == 0));
        runs.push(fates);
    }
    assert_eq!(runs[0], runs[1], "the seed replays");
}

#[tokio::test]
async fn refunds_under_way_and_links_to_expire_are_remembered_between_runs() {
    let folder = tempfile::tempdir().unwrap();
    let refunds = RefundsSettle::After(Duration::from_secs(60));
    let options = Options { state_file: Some(folder.path().join("razorpay.json")), refunds, ..quick() };
    let first = Razorpay::start(options.clone()).await.unwrap();
    let payment = paid(&first, "paid").await;
    let refund = first.refund_on_dashboard(&payment, None).unwrap();
    Client::of(&first).create("unpaid").await;
    drop(first);

    let second = Razorpay::start(options).await.unwrap();
    assert_eq!(second.refunds()[0].status, RefundStatus::Pending);
    second.advance(Duration::from_secs(60));
    assert_eq!((&second.refunds()[0].id, second.refunds()[0].status), (&refund, RefundStatus::Processed));
    second.advance(Duration::from_secs(1_000));
    assert_eq!(second.link_of("unpaid").unwrap().status, LinkStatus::Expired);
    assert_eq!(second.link_of("paid").unwrap().status, LinkStatus::Paid);
}
