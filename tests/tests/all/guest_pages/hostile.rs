//! Names that want to be more than names, or are merely hard to write: text on
//! every page, in the letter, in the spreadsheet and on the door list, or not
//! taken at all.

use real_parts::browser::Look;
use real_parts::mail::{MailServer, Options};

use super::eye;
use super::visitor::Visitor;
use crate::world::{Setup, World, eventually};

/// What no guest is called: none of it is run, hidden or turned around on the way back.
const NO_NAMES: [&str; 12] = [
    "<script>document.title='taken'</script>",
    "\"><img src=x onerror=\"document.title='taken'\">",
    "{{7*7}}",
    "=1+1",
    "+1+1",
    "@SUM(A1)",
    "=HYPERLINK(\"http://evil.example\")",
    "\u{202E}ahsA",
    "As\u{200B}ha",
    "Asha\u{2066}",
    "Asha 🎉",
    "A\u{0}sha",
];

/// What a guest may be called, however it looks.
fn names() -> Vec<String> {
    vec![
        "-Ravi".into(),
        "'Asha'".into(),
        "O'Neill-D'Souza.".into(),
        "W".repeat(50),
        "محمد علی‌رضا".into(),
        "क्षत्रियकुलावतंसराजराजेश्वरीदेवी".into(),
        // One letter beneath a tower of marks.
        format!("A{}", "\u{0323}\u{0307}".repeat(24)),
        "Ravi محمد Ravi".into(),
    ]
}

#[tokio::test]
async fn what_is_no_name_is_refused_and_shown_as_the_text_it_is() {
    let world = World::new(Setup { webhooks: false, ..Setup::default() }).await;
    let visitor = Visitor::new(&world.site.url, Look::phone(), "hostile").await;
    for typed in NO_NAMES {
        visitor.sends(&[("first_name", typed), ("phone_number", "9876543210")]).await;
        visitor.browser.wait_for("#first_name-fault").await.unwrap();
        let shown = visitor.ask("return document.getElementById('first_name').value").await;
        // HTML has no way to write this one.
        let written = typed.replace('\0', "\u{FFFD}");
        assert_eq!(shown, written.as_str(), "{typed:?} is given back as it was typed");
        assert_ne!(visitor.browser.client().title().await.unwrap(), "taken", "{typed:?}");
        assert_eq!(visitor.ask("return [document.scripts.length, document.images.length]").await.to_string(), "[1,0]");
        assert_eq!(eye::sees(&visitor.browser).await, Vec::<String>::new(), "{typed:?}");
    }
    assert_eq!(world.count("orders").await, 0);
}

#[tokio::test]
async fn a_name_reads_the_same_on_page_letter_spreadsheet_and_door_list() {
    let mail = MailServer::start(Options::default()).unwrap();
    let env = vec![("SMTP_URL", mail.url()), ("MAIL_FROM", "tickets@example.org".to_owned())];
    let world = World::new(Setup { price_paise: 0, env, ..Setup::default() }).await;
    let visitor = Visitor::new(&world.site.url, Look::phone(), "hostile").await;
    let mut orders = Vec::new();
    for (place, name) in names().iter().enumerate() {
        let phone = format!("987654321{place}");
        let fields = [("first_name", &**name), ("phone_number", &phone), ("email", "asha@example.com")];
        let answer = world.submit(&fields).await;
        assert_eq!(answer.status(), 303, "{name}: {}", answer.text().await.unwrap());
        let order = world.booked(&phone).await;
        visitor.open(&order.path).await;
        visitor.browser.wait_for(".ticket").await.unwrap();
        let (kept,): (String,) = world.row(&format!("SELECT first_name FROM orders WHERE id = '{}'", order.id)).await;
        assert_eq!(visitor.ask("return document.querySelector('.guest').textContent").await, *kept, "{name}");
        let isolated = visitor.ask("return document.querySelector('.guest').firstElementChild.localName").await;
        assert_eq!(isolated, "bdi", "its direction stays its own");
        assert_eq!(eye::sees(&visitor.browser).await, Vec::<String>::new(), "{name}");
        orders.push((order, kept));
    }
    eventually("all letters", async || mail.letters().unwrap().len() == orders.len()).await;
    let letters = mail.letters().unwrap();
    let organiser = world.signed_in("asha").await;
    let csv = organiser.get("/organiser/tickets.csv").await.text().await.unwrap();
    let list = organiser.page("/organiser/door-list").await;
    for (_, name) in &orders {
        let html = name.replace('\'', "&#39;");
        let mailed = letters.iter().any(|it| it.text().contains(name) && it.html().contains(&html));
        assert!(mailed, "{name} in a letter");
        assert!(list.contains(&html), "{name} on {list}");
        // Behind an apostrophe nothing is a formula.
        assert!([format!("\"{name}\""), format!("\"'{name}\"")].iter().any(|it| csv.contains(it)), "{name} in {csv}");
    }
    assert!(csv.contains("\"'-Ravi\""), "{csv}");
}

/// Marks that are piled up on a name reach over what stands around it, and over no code.
#[tokio::test]
async fn a_tower_of_marks_stays_off_the_code() {
    let world = World::new(Setup { price_paise: 0, webhooks: false, ..Setup::default() }).await;
    let tower = format!("A{}", "\u{0307}\u{030A}".repeat(24));
    let order = world.book(&tower, "9876543210").await;
    let visitor = Visitor::new(&world.site.url, Look::phone(), "hostile").await;
    visitor.open(&order.path).await;
    visitor.browser.wait_for(".ticket").await.unwrap();
    let png = visitor.browser.screenshot_element(".code img").await.unwrap();
    let picture = image::load_from_memory(&png).unwrap().into_luma8();
    // The white edge below the code, where the name's marks would come first.
    let quiet = picture.height() - picture.height() / 30..picture.height();
    for (x, y, pixel) in picture.enumerate_pixels().filter(|(_, y, _)| quiet.contains(y)) {
        assert_eq!(pixel.0, [255], "at {x}, {y}");
    }
    visitor.browser.screenshot_page(&super::visitor::folder().join("ticket-tower-phone.png")).await.unwrap();
}
