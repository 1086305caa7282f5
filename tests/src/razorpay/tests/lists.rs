//! The API's lists, as a comparison of the books reads them.

use super::*;

fn ids(list: &Value) -> Vec<String> {
    assert_eq!(list["entity"], "collection");
    let items = list["items"].as_array().unwrap();
    assert_eq!(list["count"], items.len());
    items.iter().map(id).collect()
}

#[tokio::test]
async fn payments_are_listed_newest_first_a_part_at_a_time() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    for number in 0..23 {
        let link = id(&client.create(&format!("order-{number}")).await);
        if number % 2 == 0 { razorpay.pay(&link).map(drop) } else { razorpay.fail(&link).map(drop) }.unwrap();
    }
    let all: Vec<String> = razorpay.payments().into_iter().rev().map(|payment| payment.id).collect();
    let (status, first) = client.get("payments").await;
    assert_eq!((status, ids(&first)), (200, all[..10].to_vec()));
    let newest = &first["items"][0];
    assert_eq!((&newest["status"], &newest["refund_status"]), (&json!("captured"), &json!(null)));
    assert_eq!(newest["description"], format!("#{}", razorpay.links()[22].id.trim_start_matches("plink_")));

    assert_eq!(ids(&client.get("payments?count=100").await.1), all);
    assert_eq!(ids(&client.get("payments?count=5&skip=20").await.1), all[20..]);
    assert_eq!(ids(&client.get("payments?skip=23").await.1), [""; 0]);
    assert_eq!(razorpay.calls_of(Endpoint::ListPayments).len(), 4);
}

#[tokio::test]
async fn a_list_can_be_bounded_by_when_a_thing_was_made() {
    let razorpay = Razorpay::start(Options { refunds: RefundsSettle::AtOnce, ..quick() }).await.unwrap();
    let client = Client::of(&razorpay);
    for number in 0..3 {
        let mut endless = wish(&format!("order-{number}"));
        endless["expire_by"] = json!(null);
        let (_, link) = client.post("payment_links", &endless).await.unwrap();
        razorpay.pay(&id(&link)).unwrap();
        let payment = razorpay.payments()[number].id.clone();
        razorpay.refund_on_dashboard(&payment, Some(100)).unwrap();
        razorpay.dispute(&payment).unwrap();
        razorpay.advance(Duration::from_secs(86_400));
    }
    let (payments, refunds, disputes) = (razorpay.payments(), razorpay.refunds(), razorpay.disputes());
    let second = payments[1].created_at;
    for (kind, made) in [
        ("payments", payments.iter().map(|one| one.id.clone()).collect::<Vec<_>>()),
        ("refunds", refunds.iter().map(|one| one.id.clone()).collect()),
        ("disputes", disputes.iter().map(|one| one.id.clone()).collect()),
    ] {
        // Both ends are included; a refund or dispute may be of the next second.
        let one_day = format!("{kind}?from={second}&to={}", second + 5);
        assert_eq!(ids(&client.get(&one_day).await.1), [&*made[1]], "{kind}");
        assert_eq!(ids(&client.get(&format!("{kind}?to={}", second + 5)).await.1), [&*made[1], &made[0]], "{kind}");
        assert_eq!(ids(&client.get(&format!("{kind}?from={second}")).await.1), [&*made[2], &made[1]], "{kind}");
    }
    assert_eq!(ids(&client.get(&format!("payments?from={second}&to={second}")).await.1), [&*payments[1].id]);
}

#[tokio::test]
async fn a_payment_is_listed_under_the_day_on_which_it_was_begun_however_late_it_was_captured() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let link = id(&client.create("order-1").await);
    let payment = razorpay.fail(&link).unwrap();
    let begun = razorpay.payments()[0].created_at;
    razorpay.advance(Duration::from_secs(3 * 86_400));
    razorpay.capture_failed(&payment, DeadLink::StaysDead).unwrap();
    assert_eq!(ids(&client.get(&format!("payments?from={}", begun + 86_400)).await.1), [""; 0]);
    let (_, list) = client.get(&format!("payments?from={begun}")).await;
    assert_eq!(list["items"][0]["status"], "captured");
}

#[tokio::test]
async fn a_list_that_makes_no_sense_is_refused() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    for (asked, says) in [
        ("payments?count=101", "The count may not be greater than 100."),
        ("refunds?count=0", "The count must be at least 1."),
        ("disputes?skip=-1", "The skip must be an integer."),
        ("payments?from=yesterday", "The from must be an integer."),
        ("payments?from=1", "from must be between 946684800 and 4765046400"),
        ("refunds?to=1790000000000", "to must be between 946684800 and 4765046400"),
        ("payment_links?count=1000", "The count may not be greater than 100."),
    ] {
        let (status, refused) = client.get(asked).await;
        assert_eq!((status, said(&refused)), (400, says), "{asked}");
    }
}

#[tokio::test]
async fn a_link_is_found_by_its_payment() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    let (one, _other) = (id(&client.create("one").await), client.create("other").await);
    razorpay.pay(&one).unwrap();
    let payment = &razorpay.payments()[0].id;
    let found = |list: Value| list["payment_links"].as_array().unwrap().iter().map(id).collect::<Vec<_>>();
    assert_eq!(found(client.get(&format!("payment_links?payment_id={payment}")).await.1), [&*one]);
    let both = format!("payment_links?payment_id={payment}&reference_id=other");
    assert_eq!(found(client.get(&both).await.1), [""; 0]);
    assert_eq!(found(client.get("payment_links?payment_id=pay_none").await.1), [""; 0]);
    assert_eq!(found(client.get("payment_links?count=1").await.1), [&*razorpay.links()[1].id]);
}

#[tokio::test]
async fn lists_have_faults_of_their_own() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let client = Client::of(&razorpay);
    razorpay.misbehave(
        Faults::none()
            .next_call(Endpoint::ListPayments, ApiFault::Throttled)
            .next_call(Endpoint::ListAllRefunds, ApiFault::Refused(500))
            .next_call(Endpoint::ListDisputes, ApiFault::Refused(502))
            .next_call(Endpoint::FetchDispute, ApiFault::Refused(503)),
    );
    for (path, first, then) in
        [("payments", 429, 200), ("refunds", 500, 200), ("disputes", 502, 200), ("disputes/disp_none", 503, 400)]
    {
        assert_eq!((client.get(path).await.0, client.get(path).await.0), (first, then), "{path}");
    }
}
