//! The form: what is taken, what is refused and how.

use real_parts::razorpay::Endpoint;
use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::world::{Setup, World};

const NAME: &str = "first_name";
const PHONE: &str = "phone_number";

#[tokio::test]
async fn the_form_leads_to_razorpays_page() {
    let world = World::new(Setup::default()).await;
    let form = world.get("/").await;
    assert_eq!(form.status(), StatusCode::OK);
    let answer = world.submit(&[(NAME, " asha  rani "), (PHONE, "०98765 43210"), ("email", "asha@example.com")]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let links = world.razorpay.links();
    assert_eq!(answer.headers()["location"], world.razorpay.short_url(&links[0].id).unwrap().as_str());
    assert_eq!(links.len(), 1);
    let row: (String, String, String) = world.row("SELECT first_name, phone_no, email_id FROM orders").await;
    assert_eq!(row, ("asha rani".into(), "919876543210".into(), "asha@example.com".into()));
}

#[tokio::test]
async fn each_fault_is_shown_beside_its_field_and_what_was_typed_is_kept() {
    let world = World::new(Setup::default()).await;
    let long = "a".repeat(51);
    for (name, phone, email, expected) in [
        ("", "", "", vec!["Please enter a first name.", "Please enter a phone number."]),
        ("Asha2", "9876543210", "", vec!["cannot contain digits"]),
        ("Asha 🎉", "9876543210", "", vec!["please leave “🎉” out"]),
        (&*long, "9876543210", "", vec!["at most 50 characters"]),
        ("A\u{7}sha", "9876543210", "", vec!["invisible character"]),
        ("Asha", "12345", "", vec!["ten digits of an Indian mobile number"]),
        ("Asha", "98765x3210", "", vec!["please leave “x” out"]),
        ("Asha", "9876543210", "asha@", vec!["not an e-mail address"]),
        ("<script>alert(1)</script>", "9876543210", "", vec!["please leave “&#60;” out", "&#60;script&#62;"]),
        ("\u{fffd}", "9876543210", "", vec!["out."]),
    ] {
        let answer = world.submit(&[(NAME, name), (PHONE, phone), ("email", email)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name} {phone} {email}");
        let page = answer.text().await.unwrap();
        for text in expected {
            assert!(page.contains(text), "{text} for {name} {phone} {email} in {page}");
        }
        assert!(!page.contains("<script>alert"));
        if !email.is_empty() {
            assert!(page.contains(&format!("value=\"{email}\"")));
        }
    }
    assert_eq!((world.count("orders").await, world.seats().await), (0, (0, 0)));
}

#[tokio::test]
async fn what_is_no_form_is_refused_with_a_page_and_never_with_a_500() {
    let world = World::new(Setup::default()).await;
    let url = format!("{}/submit", world.site.url);
    let form = "application/x-www-form-urlencoded";
    let megabyte = format!("first_name={}", "a".repeat(1 << 20));
    for (content_type, body, status) in [
        (Some(form), megabyte.into_bytes(), 413),
        (Some(form), vec![b'a'; 3 << 20], 413),
        (Some(form), b"first_name=%FF%FE&phone_number=9876543210".to_vec(), 422),
        (Some(form), b"first_name=\xff\xfe&phone_number=9876543210".to_vec(), 422),
        (Some(form), b"first_name=A&phone_number=9876543210&phone_number=9876543211".to_vec(), 422),
        (Some(form), b"%%%&&&===".to_vec(), 422),
        (Some(form), Vec::new(), 422),
        (Some("application/json"), br#"{"first_name":"Asha"}"#.to_vec(), 415),
        (Some("multipart/form-data; boundary=x"), b"--x--".to_vec(), 415),
        (None, b"first_name=Asha".to_vec(), 415),
    ] {
        let mut request = world.http().post(&url).body(body.clone());
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let answer = request.send().await.unwrap();
        let start = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert_eq!(answer.status().as_u16(), status, "{content_type:?} {start}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("<h1") && page.to_lowercase().contains("please"), "{page}");
    }
    for (path, status) in [("/nothing", 404), ("/submit", 405), ("/orders/x", 404), ("/orders/%FF", 400)] {
        let answer = world.get(path).await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert!(answer.text().await.unwrap().contains("<h1"), "{path}");
    }
    let unknown = format!("/orders/{}", "0".repeat(32));
    for path in ["", "/state", "/qr.png", "/qr.svg", "/event.ics", "/return"] {
        assert_eq!(world.get(&format!("{unknown}{path}")).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

/// However it is spelt: the folded form decides, by a unique key.
#[tokio::test]
async fn one_person_has_one_live_booking_a_day() {
    let world = World::new(Setup::default()).await;
    let order = world.book("Asha Rani", "9876543210").await;
    for (name, phone) in
        [("ASHA RANI", "+91 98765 43210"), ("Ａｓｈａｒａｎｉ", "098765 43210"), ("asha  rani", "९८७६५४३२१०")]
    {
        let answer = world.submit(&[(NAME, name), (PHONE, phone)]).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT, "{name}");
        let page = answer.text().await.unwrap();
        assert!(!page.contains(&order.path), "nothing of the other's booking is shown");
    }
    // Another name at the same number, another number of the same name: other people.
    world.book("Ravi", "9876543210").await;
    world.book("Asha Rani", "9876543211").await;
    assert_eq!(world.seats().await, (0, 3));
}

/// The browser that made the booking is led back to it.
#[tokio::test]
async fn a_duplicate_shows_the_booking_to_the_browser_that_made_it() {
    let world = World::new(Setup::default()).await;
    let fields = [(NAME, "Asha"), (PHONE, "9876543210")];
    let first = world.submit(&fields).await;
    let cookie = first.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let url = format!("{}/submit", world.site.url);
    let again = world.http().post(url).header("cookie", cookie).form(&fields).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::CONFLICT);
    let order = world.booked("9876543210").await;
    assert!(again.text().await.unwrap().contains(&order.path));
}

#[tokio::test]
async fn eight_clicks_make_one_order_and_one_payment_link() {
    let world = World::new(Setup::default()).await;
    for form_key in [Some("0123456789abcdef0123456789abcdef"), None] {
        let phone = if form_key.is_some() { "9876543210" } else { "9876543211" };
        let mut clicks = JoinSet::new();
        for _ in 0..8 {
            let url = format!("{}/submit", world.site.url);
            let mut fields = vec![(NAME, "Asha"), (PHONE, phone)];
            fields.extend(form_key.map(|key| ("form_key", key)));
            clicks.spawn(world.http().post(url).form(&fields).send());
        }
        let answers: Vec<_> = clicks.join_all().await.into_iter().map(Result::unwrap).collect();
        let order = world.booked(phone).await;
        let page = world.razorpay.short_url(&order.link_id).unwrap();
        let led: Vec<_> = answers.iter().filter(|answer| answer.status() == StatusCode::SEE_OTHER).collect();
        assert!(led.iter().all(|answer| answer.headers()["location"] == page.as_str()));
        // The same form is the same wish; eight forms are not, and seven of them are told so.
        assert_eq!(led.len(), if form_key.is_some() { 8 } else { 1 });
        assert!(answers.iter().all(|answer| [303, 409].contains(&answer.status().as_u16())));
    }
    assert_eq!((world.count("orders").await, world.razorpay.links().len(), world.seats().await), (2, 2, (0, 2)));
    let made = world.razorpay.calls_of(Endpoint::CreateLink).into_iter().filter(|call| call.status == Some(200));
    assert_eq!(made.count(), 2);
}

#[tokio::test]
async fn a_form_key_does_not_speak_for_another_person() {
    let world = World::new(Setup::default()).await;
    let key = ("form_key", "0123456789abcdef0123456789abcdef");
    world.submit(&[(NAME, "Asha"), (PHONE, "9876543210"), key]).await;
    let other = world.submit(&[(NAME, "Ravi"), (PHONE, "9876543211"), key]).await;
    assert_eq!(other.status(), StatusCode::SEE_OTHER);
    assert_ne!(world.booked("9876543211").await.id, world.booked("9876543210").await.id);
}

#[tokio::test]
async fn the_last_seats_are_sold_once_over_the_wire_too() {
    let world = World::new(Setup { capacity: 50, ..Setup::default() }).await;
    let mut buyers = JoinSet::new();
    for number in 0..64 {
        let (url, phone) = (format!("{}/submit", world.site.url), format!("98765{number:05}"));
        buyers.spawn(world.http().post(url).form(&[(NAME, "Asha"), (PHONE, &*phone)]).send());
    }
    let statuses: Vec<_> =
        buyers.join_all().await.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect();
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((count(303), count(409)), (50, 14), "{statuses:?}");
    for link in world.razorpay.links() {
        world.razorpay.pay(&link.id).unwrap();
    }
    world.razorpay.settled().await;
    assert_eq!((world.seats().await, world.count("tickets").await), ((50, 0), 50));
    let page = world.get("/").await.text().await.unwrap();
    assert!(page.contains("sold out") || page.contains("Sold out"), "{page}");
}

#[tokio::test]
async fn outside_the_sales_window_nothing_is_sold() {
    let world = World::new(Setup::default()).await;
    for (column, when) in [("sales_from", "2035-01-01"), ("sales_until", "2025-01-01")] {
        world.sql("UPDATE event SET sales_from = NULL, sales_until = NULL").await;
        world.sql(&format!("UPDATE event SET {column} = '{when}'")).await;
        assert_eq!(world.get("/").await.status(), StatusCode::OK);
        assert_eq!(world.submit(&[(NAME, "Asha"), (PHONE, "9876543210")]).await.status(), StatusCode::CONFLICT);
    }
    assert_eq!(world.count("orders").await, 0);
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_its_reader() {
    let world = World::new(Setup::default()).await;
    for path in ["/", "/nothing", "/healthz", "/assets/site.css"] {
        let answer = world.get(path).await;
        let header = |name: &str| answer.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or("-");
        assert!(header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!((header("x-content-type-options"), header("referrer-policy")), ("nosniff", "no-referrer"), "{path}");
    }
    let metrics = world.get("/metrics").await.text().await.unwrap();
    assert!(
        metrics.contains("event_seats{state=\"capacity\"} 100") && metrics.contains("http_requests_total"),
        "{metrics}"
    );
}
