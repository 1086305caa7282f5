//! Telling a merchant under load, and one of several servers.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A merchant's server that takes its time, and counts how many it serves at once.
#[derive(Clone, Default)]
struct Counter {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    served: Arc<AtomicUsize>,
}

impl Counter {
    async fn listen(&self) -> String {
        let app = Router::new().route("/hook", post(Self::serve)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    async fn serve(State(counter): State<Self>) {
        let now = counter.now.fetch_add(1, Ordering::SeqCst) + 1;
        counter.most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
        counter.now.fetch_sub(1, Ordering::SeqCst);
        counter.served.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_merchant_is_told_by_as_many_couriers_at_once_as_there_are() {
    for couriers in [1, 6] {
        let patience = Duration::from_secs(30);
        let options = Options { webhook_couriers: couriers, webhook_patience: patience, ..quick() };
        let razorpay = Razorpay::start(options).await.unwrap();
        let counter = Counter::default();
        razorpay.webhook_to(counter.listen().await);
        let client = Client::of(&razorpay);
        for number in 0..5 {
            razorpay.pay(&id(&client.create(&format!("order-{number}")).await)).unwrap();
        }
        razorpay.settled().await;
        let (most, served) = (counter.most.load(Ordering::SeqCst), counter.served.load(Ordering::SeqCst));
        assert_eq!((most, served), (couriers, 20));
    }
}

#[tokio::test]
async fn two_servers_are_told_in_turn_and_one_hears_what_the_other_cannot() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let (one, other) = (Counter::default(), Counter::default());
    let urls = vec![one.listen().await, other.listen().await];
    razorpay.webhooks_to(urls.clone());
    let client = Client::of(&razorpay);
    razorpay.pay(&id(&client.create("order-1").await)).unwrap();
    razorpay.settled().await;
    assert_eq!((one.served.load(Ordering::SeqCst), other.served.load(Ordering::SeqCst)), (2, 2));

    // The second server was killed: what it misses goes to the first at the next attempt.
    razorpay.webhooks_to(vec![urls[0].clone(), "http://127.0.0.1:9/hook".to_owned()]);
    razorpay.pay(&id(&client.create("order-2").await)).unwrap();
    razorpay.settled().await;
    let heard = razorpay.deliveries().into_iter().filter(|one| one.outcome == Outcome::Answered(200));
    let to: Vec<String> = heard.skip(4).map(|one| one.to).collect();
    assert_eq!(to, vec![urls[0].clone(); 4]);

    razorpay.webhooks_to(Vec::new());
    razorpay.pay(&id(&client.create("order-3").await)).unwrap();
    razorpay.settled().await;
    assert_eq!(one.served.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn the_logs_remember_no_more_than_they_are_asked_to() {
    let options = Options { keep_calls: 3, keep_deliveries: 0, ..quick() };
    let razorpay = Razorpay::start(options).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    let client = Client::of(&razorpay);
    for number in 0..5 {
        let link = client.create(&format!("order-{number}")).await;
        client.get(&format!("payment_links/{}", id(&link))).await;
    }
    razorpay.pay(&razorpay.links()[0].id).unwrap();
    razorpay.settled().await;
    let calls = razorpay.calls();
    let endpoints: Vec<Endpoint> = calls.iter().map(|call| call.endpoint).collect();
    assert_eq!(endpoints, [Endpoint::FetchLink, Endpoint::CreateLink, Endpoint::FetchLink]);
    assert!(calls.iter().all(|call| call.status == Some(200)));
    assert_eq!((razorpay.deliveries().len(), merchant.letters().len()), (0, 4));
}
