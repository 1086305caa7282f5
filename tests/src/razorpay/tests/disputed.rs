//! Disputes, from the bank's letter to its verdict.

use super::*;

#[tokio::test]
async fn a_dispute_is_told_at_each_step_with_the_payment_and_itself() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    let client = Client::of(&razorpay);
    let link = id(&client.create("order-1").await);
    razorpay.pay(&link).unwrap();
    razorpay.settled().await;
    let payment = razorpay.payments()[0].id.clone();
    let before = merchant.letters().len();

    let dispute = razorpay.dispute(&payment).unwrap();
    razorpay.review_dispute(&dispute).unwrap();
    razorpay.lose_dispute(&dispute).unwrap();
    razorpay.settled().await;
    let letters = merchant.letters().split_off(before);
    let names: Vec<&str> = letters.iter().map(|letter| letter.event.as_str()).collect();
    assert_eq!(names, ["payment.dispute.created", "payment.dispute.under_review", "payment.dispute.lost"]);
    for (letter, (status, deducted)) in letters.iter().zip([("open", 0), ("under_review", 0), ("lost", 49_900)]) {
        assert_eq!((&letter.body["contains"], letter.is_genuine), (&json!(["payment", "dispute"]), true));
        let payload = &letter.body["payload"];
        assert_eq!(payload["payment"]["entity"]["id"], json!(payment));
        let told = &payload["dispute"]["entity"];
        assert_eq!((&told["id"], &told["payment_id"]), (&json!(dispute), &json!(payment)));
        assert_eq!((&told["status"], &told["amount_deducted"]), (&json!(status), &json!(deducted)));
    }
}

#[tokio::test]
async fn disputes_are_fetched_and_decided_once() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let mut made = Vec::new();
    for reference in ["won", "closed", "open"] {
        let link = id(&client.create(reference).await);
        razorpay.pay(&link).unwrap();
        made.push(razorpay.dispute(&razorpay.payments_of(&link)[0].id).unwrap());
    }
    razorpay.win_dispute(&made[0]).unwrap();
    razorpay.close_dispute(&made[1]).unwrap();
    assert!(razorpay.lose_dispute(&made[0]).is_err());
    assert!(razorpay.review_dispute("disp_none").is_err());

    let (status, fetched) = client.get(&format!("disputes/{}", made[0])).await;
    assert_eq!((status, &fetched["entity"], &fetched["status"]), (200, &json!("dispute"), &json!("won")));
    assert_eq!((&fetched["amount"], &fetched["amount_deducted"]), (&json!(49_900), &json!(0)));
    assert!(made[0].starts_with("disp_") && fetched["respond_by"].as_i64() > fetched["created_at"].as_i64());
    let (_, list) = client.get("disputes").await;
    let found: Vec<(String, &str)> =
        list["items"].as_array().unwrap().iter().map(|one| (id(one), one["status"].as_str().unwrap())).collect();
    let expected = [(made[2].clone(), "open"), (made[1].clone(), "closed"), (made[0].clone(), "won")];
    assert_eq!(found, expected);
    assert_eq!(client.get("disputes/disp_none").await.0, 400);
    assert_eq!(client.get(&format!("payments/{}/disputes", razorpay.payments()[0].id)).await.0, 400);
}

#[tokio::test]
async fn no_refund_is_given_while_a_bank_asks() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let link = id(&client.create("order-1").await);
    razorpay.pay(&link).unwrap();
    let payment = razorpay.payments()[0].id.clone();
    let dispute = razorpay.dispute(&payment).unwrap();
    let (status, refused) = client.refund(&payment, &json!({}), "0199a2b4-refund-1").await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("BAD_REQUEST_ERROR")));
    assert!(razorpay.refunds().is_empty());
    razorpay.close_dispute(&dispute).unwrap();
    assert_eq!(client.refund(&payment, &json!({}), "0199a2b4-refund-1").await.0, 200);
}

#[tokio::test]
async fn disputes_are_kept_between_runs_and_moved_over_http() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { state_file: Some(folder.path().join("razorpay.json")), ..quick() };
    let first = Razorpay::start(options.clone()).await.unwrap();
    let link = id(&Client::of(&first).create("order-1").await);
    first.pay(&link).unwrap();
    let dispute = first.dispute(&first.payments()[0].id).unwrap();
    drop(first);

    let second = Razorpay::start(options).await.unwrap();
    let client = Client::of(&second);
    let press = |act: &str| client.http.post(format!("{}_control/disputes/{dispute}/{act}", second.url())).send();
    assert_eq!(press("review").await.unwrap().status(), 204);
    assert_eq!(press("lose").await.unwrap().status(), 204);
    assert_eq!(press("win").await.unwrap().status(), 400);
    assert_eq!(second.disputes()[0].status, DisputeStatus::Lost);
    assert_eq!(second.ledger()[0].kept(), 0);
}
