//! The ticket on paper, and as a PDF that somebody keeps: one page each, with
//! words that can be copied and a code that the gate reads.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use data_encoding::BASE64;
use real_parts::browser::{Browser, Look};
use real_parts::install;
use real_parts::programs::kiosk;
use serde_json::{Value, json};

use crate::world::{Booked, Setup, World};

/// Inches; what a printer in an office has, and a small one.
const PAPERS: [(&str, f64, f64); 3] = [("A4", 8.27, 11.69), ("Letter", 8.5, 11.0), ("A5", 5.83, 8.27)];

/// A ticket as its guest prints it, page by page.
struct Printed {
    text: Vec<String>,
    codes: Vec<String>,
}

/// Runs one of poppler's programs on a PDF.
fn poppler(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(install::program(program).unwrap()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

async fn prints(browser: &Browser, world: &World, order: &Booked, (width, height): (f64, f64)) -> Printed {
    browser.goto(&format!("{}{}", world.site.url, order.path)).await.unwrap();
    browser.wait_for(".ticket").await.unwrap();
    let paper = json!({"paperWidth": width, "paperHeight": height, "preferCSSPageSize": false});
    let pdf = browser.cdp("Page.printToPDF", paper).await.unwrap();
    let file = world.folder.path().join("ticket.pdf");
    fs::write(&file, BASE64.decode(pdf["data"].as_str().unwrap().as_bytes()).unwrap()).unwrap();
    let file = file.to_str().unwrap();
    let text = String::from_utf8(poppler("pdftotext", &["-layout", file, "-"])).unwrap();
    // Each page ends with a form feed.
    let text: Vec<_> = text.split_terminator('\u{c}').map(str::to_owned).collect();
    let pages = world.folder.path().join("page");
    poppler("pdftoppm", &["-r", "100", "-png", file, pages.to_str().unwrap()]);
    let mut pictures: Vec<PathBuf> = fs::read_dir(world.folder.path()).unwrap().map(|it| it.unwrap().path()).collect();
    pictures.retain(|it| it.extension().is_some_and(|kind| kind == "png"));
    pictures.sort();
    let mut codes = Vec::new();
    for picture in pictures {
        codes.push(code_in(&picture).await);
        fs::remove_file(picture).unwrap();
    }
    Printed { text, codes }
}

async fn code_in(picture: &Path) -> String {
    let output = kiosk(&["decode", picture.to_str().unwrap()], &[], b"").await.unwrap();
    let said: Value = serde_json::from_str(&output.stdout).unwrap();
    said["text"].as_str().unwrap_or_else(|| panic!("no code on a page: {said}")).to_owned()
}

/// Without the places where a line was broken.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn free_world() -> World {
    install::packages(install::BROWSER).unwrap();
    install::packages(install::PAPER).unwrap();
    World::new(Setup { price_paise: 0, webhooks: false, ..Setup::default() }).await
}

#[tokio::test]
async fn a_ticket_is_one_page_on_every_paper_with_words_to_copy_and_a_code_to_read() {
    let world = free_world().await;
    let browser = Browser::start(Look { dark: true, ..Look::phone() }).await.unwrap();
    let order = world.book("Asha", "9876543210").await;
    let other = world.book(&"W".repeat(50), "9876543211").await;
    for (paper, width, height) in PAPERS {
        let Printed { text, codes } = prints(&browser, &world, &order, (width, height)).await;
        assert_eq!((text.len(), codes.len()), (1, 1), "{paper}: {text:?}");
        assert!(codes[0].starts_with("ETS1:Asha919876543210"), "{paper}: {}", codes[0]);
        let said = in_one_line(&text[0]);
        for part in ["Asha", "Diwali Night", "22 November 2036", "7:30", "Doors open 6:30", "Town Hall, Bengaluru"] {
            assert!(said.contains(part), "{paper} {part}: {said}");
        }
        for button in ["Save the code", "Print", "Share", "Tickets"] {
            assert!(!said.contains(button), "{paper} {button}: {said}");
        }
        let Printed { text, codes } = prints(&browser, &world, &other, (width, height)).await;
        assert_eq!((text.len(), codes.len()), (1, 1), "{paper}: {text:?}");
        assert!(text[0].replace(char::is_whitespace, "").contains(&"W".repeat(50)), "{paper}: {text:?}");
    }
}

/// An organiser's worst: a name and a place as long as they may be, that want to be more than text.
#[tokio::test]
async fn a_hostile_event_prints_as_the_text_it_is_on_one_page() {
    let world = free_world().await;
    let browser = Browser::start(Look::phone()).await.unwrap();
    let order = world.book("O'Hara-Ray", "9876543210").await;
    let name = format!("<script>document.title='taken'</script> =1+1 {}", "Rashtriya Sangeet ".repeat(8));
    let venue = format!("{{{{7*7}}}} \u{202E}llaH nwoT\u{202C} @SUM(A1) {}", "Indiranagar ".repeat(12));
    let mut conn = world.pool.get_conn().await.unwrap();
    let set = "UPDATE event SET name = ?, venue = ?";
    mysql_async::prelude::Queryable::exec_drop(&mut conn, set, (name.trim(), venue.trim())).await.unwrap();
    crate::world::eventually("the new name", async || {
        world.get(&order.path).await.text().await.unwrap().contains("Rashtriya")
    })
    .await;
    for (paper, width, height) in PAPERS {
        let Printed { text, codes } = prints(&browser, &world, &order, (width, height)).await;
        assert_eq!((text.len(), codes.len()), (1, 1), "{paper}: {text:?}");
        assert!(codes[0].starts_with("ETS1:O'Hara-Ray919876543210"), "{}", codes[0]);
        let said = in_one_line(&text[0]);
        for part in ["O'Hara-Ray", "<script>document.title='taken'</script> =1+1", "{{7*7}}", "SUM(A1)"] {
            assert!(said.contains(part), "{paper} {part}: {said}");
        }
    }
}

#[tokio::test]
async fn a_group_prints_a_page_for_each_guest() {
    let world = free_world().await;
    let browser = Browser::start(Look::laptop()).await.unwrap();
    let names = ["Asha", "Ravi", "O'Neill"];
    let fields = names.map(|name| ("first_name", name));
    assert_eq!(world.submit(&[&fields[..], &[("phone_number", "9876543210")]].concat()).await.status(), 303);
    let order = world.booked("9876543210").await;
    for (paper, width, height) in PAPERS {
        let Printed { text, codes } = prints(&browser, &world, &order, (width, height)).await;
        assert_eq!((text.len(), codes.len()), (3, 3), "{paper}: {text:?}");
        for ((text, code), name) in text.iter().zip(codes).zip(names) {
            assert!(
                text.contains(name) && code.starts_with(&format!("ETS1:{name}919876543210")),
                "{paper}: {text} {code}"
            );
            assert!(text.contains("Diwali Night") && text.contains("Town Hall"), "{paper}: {text}");
        }
    }
}
