//! The ticket comes by e-mail, whole.

use real_parts::razorpay::{Options, RefundStatus, RefundsSettle};

use super::{ASHA, FROM, free_world, letters, mail, sends_by};
use crate::world::{Setup, World};

fn code_in(picture: &[u8]) -> String {
    let grey = image::load_from_memory(picture).unwrap().into_luma8();
    let mut prepared = rqrr::PreparedImage::prepare(grey);
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[tokio::test]
async fn a_paid_ticket_comes_as_text_and_html_with_its_code_inside_and_attached() {
    let mail = mail();
    let world = World::new(Setup { env: sends_by(&mail), ..Setup::default() }).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    assert_eq!(world.count("outbox").await, 0, "nothing is said before it is paid");
    world.razorpay.pay(&order.link_id).unwrap();
    world.razorpay.settled().await;
    let letter = letters(&world, &mail, 1).await.remove(0);
    assert_eq!((&*letter.from, &*letter.to), (FROM, &[ASHA.to_owned()][..]));
    assert_eq!(letter.header("From"), format!("Diwali Night <{FROM}>"));
    assert_eq!((letter.header("To"), letter.header("Subject")), (ASHA, "Your ticket for Diwali Night"));
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert!(letter.defects.is_empty() && letter.source().is_ascii(), "{:?}", letter.defects);

    let link = format!("{}{}", world.site.url, order.path);
    for (kind, text) in [("text", letter.text()), ("html", letter.html())] {
        for said in [
            &*link,
            "Hello Asha",
            "Diwali Night",
            "Town Hall, Bengaluru",
            "22 November 2036, 7:30\u{a0}pm",
            "6:30\u{a0}pm",
        ] {
            assert!(text.contains(said), "{said} in the {kind}:\n{text}");
        }
    }
    let page = world.get(&format!("{}/qr.png", order.path)).await.bytes().await.unwrap();
    let inside = letter.part("image/png", Some("inline")).unwrap();
    let attached = letter.part("image/png", Some("attachment")).unwrap();
    assert!(letter.html().contains(&format!("cid:{}\"", inside.cid.as_deref().unwrap())));
    assert_eq!(inside.within, ["multipart/mixed", "multipart/alternative", "multipart/related"]);
    assert_eq!(
        (attached.name.as_deref(), &*attached.within),
        (Some("ticket.png"), &["multipart/mixed".to_owned()][..])
    );
    for picture in [inside, attached] {
        assert_eq!(code_in(&picture.bytes()), code_in(&page));
    }
    let calendar = letter.part("text/calendar", Some("attachment")).unwrap();
    let own = world.get(&format!("{}/event.ics", order.path)).await.text().await.unwrap();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((calendar.name.as_deref(), lines(&calendar.text())), (Some("event.ics"), lines(&own)));
}

#[tokio::test]
async fn who_gave_no_address_gets_no_e_mail_and_who_sends_none_writes_none_down() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    world.book("Ravi", "9876543211").await;
    assert_eq!(world.count("outbox").await, 0);
    world.book_with_mail("Asha", "9876543210", ASHA).await;
    letters(&world, &mail, 1).await;

    let silent = free_world(vec![]).await;
    let order = silent.book_with_mail("Asha", "9876543210", ASHA).await;
    assert_eq!((silent.state(&order).await.as_str(), silent.count("outbox").await), ("paid", 0));
}

/// An outbox that is broken makes no ticket fail.
#[tokio::test]
async fn a_ticket_is_made_even_if_no_message_can_be_written_down() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    world.sql("RENAME TABLE outbox TO elsewhere").await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("paid", (1, 0)));
    assert!(world.site.log().contains("a message could not be written down"), "{}", world.site.log());
    world.sql("RENAME TABLE elsewhere TO outbox").await;
}

#[tokio::test]
async fn a_guest_whose_money_goes_back_is_told_so_once_and_gets_no_ticket() {
    let mail = mail();
    let razorpay = Options { refunds: RefundsSettle::WhenTold, ..Options::default() };
    let world = World::new(Setup { env: sends_by(&mail), razorpay, ..Setup::default() }).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    world.razorpay.pay_other(&order.link_id, 100, "INR").unwrap();
    world.razorpay.settled().await;
    let letter = letters(&world, &mail, 1).await.remove(0);
    world.razorpay.settle_refund(&world.razorpay.refunds()[0].id, RefundStatus::Processed).unwrap();
    world.razorpay.settled().await;
    assert_eq!((world.state(&order).await.as_str(), world.count("outbox").await), ("refunded", 1));
    assert_eq!(letter.header("Subject"), "Your payment for Diwali Night goes back");
    assert!(letter.part("image/png", Some("inline")).is_none() && letter.part("text/calendar", None).is_none());
    assert!(letter.text().contains(&order.path));
}
