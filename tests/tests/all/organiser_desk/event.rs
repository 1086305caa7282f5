//! The event's settings: seen before they are saved, and never overwritten unseen.

use real_parts::browser::Look;
use reqwest::{Response, StatusCode};
use serde_json::json;

use super::Organiser;
use super::witness::{ask, audited, likes_the_page};
use crate::world::{Setup, World, command_succeeds, eventually};

/// The settings of the usual world, as the form sends them.
const USUAL: [(&str, &str); 9] = [
    ("name", "Diwali Night"),
    ("venue", "Town Hall, Bengaluru"),
    ("time_zone", "Asia/Kolkata"),
    ("starts_at", "2036-11-22T19:30"),
    ("doors_open_at", "2036-11-22T18:30"),
    ("price", "499"),
    ("capacity", "100"),
    ("sales_from", ""),
    ("sales_until", ""),
];

/// What the form brings back to say what its organiser saw.
async fn seen(seat: &Organiser<'_>) -> String {
    let page = seat.page("/organiser/event").await;
    page.split(r#"name="seen" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn send(seat: &Organiser<'_>, seen: &str, step: &str, changes: &[(&str, &str)]) -> Response {
    let mut fields: Vec<_> = USUAL.into();
    for (field, value) in changes {
        fields.iter_mut().find(|(name, _)| name == field).unwrap().1 = value;
    }
    fields.extend([("seen", seen), ("step", step)]);
    seat.post("/organiser/event", &fields).await
}

async fn stored(world: &World) -> (String, u32) {
    world.row("SELECT name, capacity FROM event").await
}

#[tokio::test]
async fn what_is_saved_is_what_guests_see_and_the_audit_says_before_and_after() {
    let world = World::new(Setup::default()).await;
    let seat = world.signed_in("asha").await;
    let had = seen(&seat).await;
    let changes =
        [("name", "दिवाली रात"), ("capacity", "250"), ("price", "₹599.50"), ("sales_until", "2036-11-22T12:00")];
    assert_eq!(send(&seat, &had, "save", &changes).await.status(), StatusCode::SEE_OTHER);
    eventually("guests to see it", async || {
        let form = world.get("/").await.text().await.unwrap();
        form.contains("दिवाली रात") && form.contains("₹599.50")
    })
    .await;
    let shown = command_succeeds(&["event", "show"], &world.env()).await;
    assert!(
        shown.contains("sales until   2036-11-22T12:00:00+05:30") && shown.contains("capacity      250"),
        "{shown}"
    );
    let said = audited(&world, "event_set").await;
    let fields: Vec<_> = said.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["name", "price", "capacity", "sales_until"]);
    assert_eq!((said[0].1.as_str(), said[2].1.as_str()), ("Diwali Night → दिवाली रात", "100 → 250"));
    // Cleared again, which no option of the command can do.
    let had = seen(&seat).await;
    assert_eq!(
        send(&seat, &had, "save", &[("sales_until", ""), ("doors_open_at", "")]).await.status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(world.count("event WHERE sales_until IS NULL AND doors_open_at IS NULL").await, 1);
}

#[tokio::test]
async fn faults_stand_beside_their_fields_and_nothing_is_saved() {
    let world = World::new(Setup::default()).await;
    let seat = world.signed_in("asha").await;
    let had = seen(&seat).await;
    let wrong = [("name", " "), ("starts_at", "tomorrow"), ("capacity", "many"), ("venue", "<b>Hall</b>")];
    let answer = send(&seat, &had, "save", &wrong).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text().await.unwrap();
    for field in ["name", "starts_at", "capacity"] {
        assert!(html.contains(&format!(r#"id="{field}-fault""#)), "{field} in {html}");
    }
    assert!(html.contains("these 3 things") && html.contains(r#"value="tomorrow""#), "{html}");
    assert!(!html.contains("<b>Hall"), "{html}");
    assert_eq!(stored(&world).await, ("Diwali Night".into(), 100));
}

#[tokio::test]
async fn there_are_never_fewer_seats_than_guests_who_have_them() {
    let world = World::new(Setup { capacity: 5, ..Setup::default() }).await;
    let seat = world.signed_in("asha").await;
    world.book("Asha", "9876543210").await;
    world.book("Ravi", "9876543211").await;
    let had = seen(&seat).await;
    let answer = send(&seat, &had, "save", &[("capacity", "1")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text().await.unwrap();
    assert!(html.contains("2 seats are sold or held already"), "{html}");
    assert_eq!(stored(&world).await.1, 5);
    assert!(audited(&world, "event_set").await.is_empty(), "what was not done is not written down");
    assert_eq!(send(&seat, &had, "save", &[("capacity", "2")]).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn two_organisers_who_edit_at_once_do_not_overwrite_each_other_silently() {
    let world = World::new(Setup::default()).await;
    let (asha, ravi) = (world.signed_in("asha").await, world.signed_in("ravi").await);
    // Both look at 100 seats; one wants more of them, the other another name. Without the guard, as whoever saves the
    // whole of what they saw would do it, the seats that were added are gone again.
    let whole =
        |name: &str, capacity: u32| format!("UPDATE event SET name = '{name}', capacity = {capacity} WHERE id = 1");
    world.sql(&whole("Diwali Night", 300)).await;
    world.sql(&whole("Diwali Ball", 100)).await;
    assert_eq!(stored(&world).await, ("Diwali Ball".into(), 100), "the race is there");

    world.sql(&whole("Diwali Night", 100)).await;
    let (of_asha, of_ravi) = (seen(&asha).await, seen(&ravi).await);
    assert_eq!(send(&asha, &of_asha, "save", &[("capacity", "300")]).await.status(), StatusCode::SEE_OTHER);
    let refused = send(&ravi, &of_ravi, "save", &[("name", "Diwali Ball")]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let html = refused.text().await.unwrap();
    assert!(html.contains("Somebody else changed the event") && html.contains("Seats: <bdi>300</bdi>"), "{html}");
    assert!(html.contains(r#"value="Diwali Ball""#), "what was typed is kept: {html}");
    assert_eq!(stored(&world).await, ("Diwali Night".into(), 300));
    // Now it was seen, and may be replaced.
    let after = html.split(r#"name="seen" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let again = send(&ravi, &after, "save", &[("name", "Diwali Ball"), ("capacity", "300")]).await;
    assert_eq!(again.status(), StatusCode::SEE_OTHER);
    assert_eq!(stored(&world).await, ("Diwali Ball".into(), 300));
    // The command is somebody else, too.
    let before = seen(&ravi).await;
    command_succeeds(&["event", "set", "--venue", "Garden"], &world.env()).await;
    assert_eq!(send(&ravi, &before, "save", &[("name", "Ball")]).await.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn of_many_who_save_at_the_same_moment_one_does() {
    let world = World::new(Setup::default()).await;
    let seat = world.signed_in("asha").await;
    for round in 0..5 {
        let had = seen(&seat).await;
        let names: Vec<_> = (0..8).map(|number| format!("Night {round} {number}")).collect();
        let mut saved = Vec::new();
        let (seat, had) = (&seat, &*had);
        let all =
            names.iter().map(|name| async move { (name, send(seat, had, "save", &[("name", name)]).await.status()) });
        for (name, status) in futures_join(all).await {
            match status {
                StatusCode::SEE_OTHER => saved.push(name.clone()),
                status => assert_eq!(status, StatusCode::CONFLICT),
            }
        }
        assert_eq!(saved.len(), 1, "round {round}: {saved:?}");
        assert_eq!(stored(&world).await.0, saved[0]);
    }
}

/// All of them at the same time.
async fn futures_join<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|cx| {
        for (one, done) in &mut waiting {
            if done.is_none()
                && let std::task::Poll::Ready(output) = one.as_mut().poll(cx)
            {
                *done = Some(output);
            }
        }
        let ready = waiting.iter().all(|(_, done)| done.is_some());
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

#[tokio::test]
async fn the_first_event_is_made_at_the_desk() {
    let world = World::new(Setup::default()).await;
    world.sql("DELETE FROM event").await;
    let seat = world.signed_in("asha").await;
    assert!(seat.page("/organiser").await.contains("There is no event yet"));
    assert_eq!(seat.get("/organiser/figures").await.status(), StatusCode::NOT_FOUND);
    let had = seen(&seat).await;
    assert_eq!(had, "none");
    assert_eq!(send(&seat, &had, "save", &[]).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(stored(&world).await, ("Diwali Night".into(), 100));
    // Whoever had the empty form open, too, is told.
    assert_eq!(send(&seat, "none", "save", &[("name", "Another")]).await.status(), StatusCode::CONFLICT);
    assert_eq!(audited(&world, "event_set").await.len(), 9);
}

#[tokio::test]
async fn a_preview_is_the_guests_own_form_and_saves_nothing() {
    let world = World::new(Setup::default()).await;
    let seat = world.signed_in("asha").await;
    let browser = seat.browser(Look::laptop()).await;
    seat.opens(&browser, "/organiser/event").await;
    let hostile = "<script>top.hacked = 1</script> Night";
    browser.fill("#name", hostile).await.unwrap();
    browser.fill("#price", "1,250").await.unwrap();
    browser.click("button[value=preview]").await.unwrap();
    browser.wait_for(".notice.tone-warn").await.unwrap();
    assert_eq!(stored(&world).await.0, "Diwali Night");
    let inside = "const page = document.querySelector('iframe').contentDocument; \
                  return [page.querySelector('h1')?.textContent, page.body.innerText.includes('₹1,250'), \
                  page.styleSheets.length, getComputedStyle(page.querySelector('.btn')).borderRadius !== '0px']";
    eventually("the frame to be drawn", async || ask(&browser, inside).await[3] == json!(true)).await;
    let shown = ask(&browser, inside).await;
    assert_eq!(shown, json!([hostile, true, 1, true]));
    assert_eq!(ask(&browser, "return window.hacked ?? null").await, json!(null));
    likes_the_page(&browser, "the preview").await;
    // Its button books nothing.
    let send = "document.querySelector('iframe').contentDocument.querySelector('form').submit(); return 1";
    ask(&browser, send).await;
    assert!(browser.has("iframe").await.unwrap());
    browser.click("button[value=save]").await.unwrap();
    browser.wait_for(".notice.tone-good").await.unwrap();
    assert_eq!(stored(&world).await.0, hostile);
    assert_eq!(world.count("orders").await, 0);
    browser.close().await.unwrap();
}
