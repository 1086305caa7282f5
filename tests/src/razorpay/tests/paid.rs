//! The ways in which money comes.

use super::*;

#[tokio::test]
async fn a_guest_who_pays_twice_pays_all_of_it_twice() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let link = id(&client.create("order-1").await);
    razorpay.pay(&link).unwrap();
    razorpay.pay_late(&link, DeadLink::StaysDead).unwrap();
    let amounts: Vec<i64> = razorpay.payments_of(&link).into_iter().map(|payment| payment.amount).collect();
    assert_eq!(amounts, [49_900, 49_900]);
    let (_, paid) = client.get(&format!("payment_links/{link}")).await;
    assert_eq!((&paid["status"], paid["payments"].as_array().unwrap().len()), (&json!("paid"), 2));
}

#[tokio::test]
async fn a_part_leaves_the_link_open_and_the_rest_completes_it() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    let client = Client::of(&razorpay);
    let link = id(&client.create("order-1").await);
    razorpay.pay_other(&link, 20_000, "INR").unwrap();
    let (_, partial) = client.get(&format!("payment_links/{link}")).await;
    assert_eq!((&partial["status"], &partial["amount_paid"]), (&json!("partially_paid"), &json!(20_000)));
    assert!(razorpay.links()[0].status.is_open());

    razorpay.pay_other(&link, 29_900, "INR").unwrap();
    let (_, paid) = client.get(&format!("payment_links/{link}")).await;
    assert_eq!((&paid["status"], &paid["amount_paid"]), (&json!("paid"), &json!(49_900)));
    razorpay.settled().await;
    let told = merchant.events().into_iter().filter(|event| event.starts_with("payment_link."));
    assert_eq!(told.collect::<Vec<_>>(), ["payment_link.partially_paid", "payment_link.paid"]);
}

#[tokio::test]
async fn an_authorized_payment_is_no_money_until_it_is_captured_even_after_the_links_end() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    let client = Client::of(&razorpay);
    let link = id(&client.create("order-1").await);
    let payment = razorpay.authorize(&link).unwrap();
    let (_, authorized) = client.get(&format!("payments/{payment}")).await;
    assert_eq!((&authorized["status"], &authorized["captured"]), (&json!("authorized"), &json!(false)));
    let (_, open) = client.get(&format!("payment_links/{link}")).await;
    assert_eq!((&open["status"], &open["payments"]), (&json!("created"), &json!([])));
    assert!(razorpay.ledger().is_empty());

    razorpay.expire(&link).unwrap();
    razorpay.capture(&payment, DeadLink::StaysDead).unwrap();
    assert!(razorpay.capture(&payment, DeadLink::StaysDead).is_err());
    razorpay.settled().await;
    let told = ["payment.authorized", "payment_link.expired", "order.paid", "payment.captured"];
    assert_eq!(merchant.events(), told);
    let (_, expired) = client.get(&format!("payment_links/{link}")).await;
    assert_eq!((&expired["status"], &expired["payments"][0]["payment_id"]), (&json!("expired"), &json!(payment)));
}

#[tokio::test]
async fn an_answer_can_be_later_than_a_client_waits_and_the_deed_is_done() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let late = ApiFault::Late(Duration::from_secs(6));
    razorpay.misbehave(Faults::none().next_call(Endpoint::CreateLink, late));
    assert!(client.post("payment_links", &wish("order-1")).await.unwrap_err().is_timeout());
    assert!(razorpay.link_of("order-1").is_some());
}

#[tokio::test]
async fn the_ledger_says_of_every_captured_rupee_where_it_is() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let mut payments = Vec::new();
    for reference in ["kept", "refunded", "refused", "disputed"] {
        let link = id(&client.create(reference).await);
        razorpay.pay(&link).unwrap();
        payments.push(razorpay.payments_of(&link)[0].id.clone());
    }
    razorpay.fail(&id(&client.create("failed").await)).unwrap();
    let refund = razorpay.refund_on_dashboard(&payments[1], Some(40_000)).unwrap();
    let failed = razorpay.refund_on_dashboard(&payments[2], None).unwrap();
    razorpay.settle_refund(&failed, RefundStatus::Failed).unwrap();
    let dispute = razorpay.dispute(&payments[3]).unwrap();

    let ledger = razorpay.ledger();
    let lines: Vec<(&str, i64, i64, i64)> = ledger
        .iter()
        .map(|entry| (entry.reference_id.as_str(), entry.refunded(), entry.processed(), entry.kept()))
        .collect();
    let expected =
        [("kept", 0, 0, 49_900), ("refunded", 40_000, 0, 9_900), ("refused", 0, 0, 49_900), ("disputed", 0, 0, 49_900)];
    assert_eq!(lines, expected);
    assert_eq!(ledger[2].refunds[0].status, RefundStatus::Failed);

    razorpay.settle_refund(&refund, RefundStatus::Processed).unwrap();
    razorpay.lose_dispute(&dispute).unwrap();
    let ledger = razorpay.ledger();
    assert_eq!((ledger[1].processed(), ledger[3].deducted(), ledger[3].kept()), (40_000, 49_900, 0));
    // A bank takes the money back and the organiser gives it back: an auditor must be able to see that.
    razorpay.refund_on_dashboard(&payments[3], None).unwrap();
    assert_eq!(razorpay.ledger()[3].kept(), -49_900);
}
