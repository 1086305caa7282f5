//! Every page on a small phone, light and dark, and the ticket on paper.

use std::fs;

use fantoccini::wd::PrintConfiguration;
use real_parts::browser::Look;

use super::guest::Guest;
use super::picture::read;
use crate::world::{Booked, Setup, World, eventually};

const WHITE: [u8; 3] = [255; 3];

impl Guest<'_> {
    /// Opens an order's page in both shades.
    async fn looks_at(&self, order: &Booked, heading: &str) {
        for shade in ["light", "dark"] {
            self.prefers(shade).await;
            self.open(&order.path).await;
            assert_eq!(self.browser.text("h1").await.unwrap(), heading);
        }
    }
}

#[tokio::test]
async fn no_page_of_an_order_complains_or_scrolls_sideways() {
    let world = World::new(Setup { capacity: 2, ..Setup::default() }).await;
    let guest = Guest::new(&world, Look::phone()).await;
    let order = world.book("Asha", "9876543210").await;
    guest.looks_at(&order, "Your seat is held").await;
    world.razorpay.expire(&order.link_id).unwrap();
    world.make_due(&order).await;
    eventually("the seat to come back", async || world.state(&order).await == "expired").await;
    guest.looks_at(&order, "Your seat was let go").await;

    let wrong = world.book("Ravi", "9876543211").await;
    world.razorpay.pay_other(&wrong.link_id, 100, "INR").unwrap();
    world.razorpay.settled().await;
    guest.looks_at(&wrong, "Your money is on its way back").await;

    world.book("Meera", "9876543212").await;
    world.book("Kabir", "9876543213").await;
    guest.open("/").await;
    assert_eq!(guest.browser.text("h1").await.unwrap(), "Sold out");
    guest.browser.goto(&format!("{}/orders/nobody", world.site.url)).await.unwrap();
    guest.is_refused_politely(404).await;
}

#[tokio::test]
async fn in_the_dark_the_code_stays_on_white() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look { dark: true, ..Look::phone() }).await;
    guest.books("Asha", "9876543210").await;
    guest.pays().await;
    let page = read(&guest.photo_of_page("page.png").await);
    assert!(page.get_pixel(2, 2).0.iter().all(|shade| *shade < 64), "the page is dark");
    let code = read(&guest.photo_of_code("code.png").await);
    let quiet = code.width() / 20;
    let inner = quiet..code.width() - quiet;
    for (x, y, pixel) in code.enumerate_pixels() {
        // The very corners are the panel's, which are round.
        let beside = inner.contains(&x) != inner.contains(&y);
        assert!(!beside || pixel.0 == WHITE, "{x} {y} is {pixel:?}");
    }
}

#[tokio::test]
async fn a_ticket_prints_on_one_white_page() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look { dark: true, ..Look::phone() }).await;
    guest.books("Asha", "9876543210").await;
    guest.pays().await;
    let pdf = guest.browser.client().print(PrintConfiguration::default()).await.unwrap();
    fs::write(world.folder.path().join("ticket.pdf"), &pdf).unwrap();
    assert_eq!(pages_in(&pdf), 1);
    guest.emulates("print", "dark").await;
    let paper = read(&guest.photo_of_page("paper.png").await);
    let ground = paper.get_pixel(paper.width() / 2, paper.height() - 2).0;
    assert_eq!(ground, WHITE, "a page that is dark on the screen is white on paper");
    guest.likes_the_page().await;
}

/// Chromium writes each page of a PDF as an object of its own, in plain text.
pub(crate) fn pages_in(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type /Page\n").count()
}
