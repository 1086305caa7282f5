//! Every page in every state, as files that open without a server:
//! `cargo run -p booking-web --example gallery -- FOLDER`.
//!
//! The pages are the ones guests get; only the addresses of style sheet,
//! scripts and QR code are made relative.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context, ensure};
use booking_web::event::Event;
use booking_web::form::{FormFaults, FormKey, TypedForm};
use booking_web::pages::assets;
use booking_web::pages::{
    Admitted, DuplicatePage, ErrorPage, FormPage, MailAgain, MailAsked, MoneyBack, NoEventPage, Notice, OrderPage,
    Refund, RefundCause, RevokedBy, SalesClosed, SalesClosedPage, SoldOutPage, Stage, Step, Template, Ticket, Waiting,
};
use booking_web::ticket::qr;
use chrono::{DateTime, Utc};
use common::email::EmailFault;
use common::name::NameFault;
use common::phone::PhoneFault;
use common::{FirstName, Paise, PhoneNo, TicketSigner, UniqueId};

const ORDER: &str = "/orders/0123456789abcdef0123456789abcdef";

fn main() -> anyhow::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from).context("name a folder to write the gallery into")?;
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::ALL {
        fs::write(folder.join("assets").join(asset.name), asset.bytes)?;
    }
    let code = ticket_code("Asha")?;
    fs::write(folder.join("qr.svg"), qr::svg(&code))?;
    fs::write(folder.join("qr.png"), qr::png(&code))?;

    let mut list = String::new();
    for (name, html) in forms()?.into_iter().chain(orders()?).chain(money_back()?).chain(refusals()?).chain(errors()?) {
        keeps_the_policy(&html).with_context(|| name.clone())?;
        fs::write(folder.join(format!("{name}.html")), relative(&html))?;
        list.push_str(&format!("<li><a href=\"{name}.html\">{name}</a>\n"));
    }
    fs::write(folder.join("index.html"), format!("<!doctype html><title>Gallery</title><ul>\n{list}</ul>\n"))?;
    println!("{}", Path::new(&folder).join("index.html").display());
    Ok(())
}

type Pages = anyhow::Result<Vec<(String, String)>>;

fn forms() -> Pages {
    let empty = || FormPage::empty(event(), &FormKey::random());
    let free = Event { price: Paise::ZERO, doors_open_at: None, ..event() };
    let faulty = FormPage {
        typed: TypedForm {
            first_name: "Asha 2 🎉".into(),
            phone_number: "98765".into(),
            email: "asha@".into(),
            ..TypedForm::default()
        },
        faults: FormFaults {
            first_name: Some(NameFault::Digit),
            phone_number: Some(PhoneFault::NoCountry),
            email: Some(EmailFault::NotAnAddress),
        },
        ..empty()
    };
    let busy = FormPage {
        typed: TypedForm { first_name: "आशा".into(), phone_number: "98765 43210".into(), ..TypedForm::default() },
        notice: Some(Notice::Crowded { wait: Duration::from_secs(4), free: 61 }),
        ..empty()
    };
    let one_fault =
        FormPage { faults: FormFaults { phone_number: Some(PhoneFault::Empty), ..FormFaults::default() }, ..empty() };
    pages([
        ("form", empty().render()),
        ("form-few-left", FormPage { event: Event { sold: 193, ..event() }, ..empty() }.render()),
        ("form-free", FormPage { event: free, ..empty() }.render()),
        ("form-long", FormPage { event: long_event(), ..empty() }.render()),
        ("form-faults", faulty.render()),
        ("form-one-fault", one_fault.render()),
        ("form-busy", busy.render()),
    ])
}

fn order(stage: Stage) -> OrderPage {
    OrderPage {
        event: event(),
        first_name: FirstName::parse("Asha").expect("a name"),
        amount: event().price,
        path: ORDER.into(),
        stage,
    }
}

fn orders() -> Pages {
    let waiting = || Waiting {
        pay_url: Some("https://pay.example/i/1".into()),
        hold_until: at("2026-11-20T14:34:34Z"),
        now: at("2026-11-20T14:22:00Z"),
        just_returned: false,
    };
    let admitted = Admitted { at: at("2026-11-22T14:12:00Z"), gate: "Gate B".into() };
    let long = OrderPage {
        event: long_event(),
        first_name: FirstName::parse("श्रीमती महालक्ष्मी राजराजेश्वरी").expect("a name"),
        ..order(Stage::Ticket(Ticket::default()))
    };
    let mailed = |asked| {
        let mail = Some(MailAgain { masked: "a•••@example.com".into(), asked });
        order(Stage::Ticket(Ticket { mail, ..Ticket::default() }))
    };
    pages([
        ("order-waiting", order(Stage::Waiting(waiting())).render()),
        ("order-preparing", order(Stage::Waiting(Waiting { pay_url: None, ..waiting() })).render()),
        ("order-returned", order(Stage::Waiting(Waiting { just_returned: true, ..waiting() })).render()),
        ("order-ticket", order(Stage::Ticket(Ticket::default())).render()),
        ("order-ticket-long", long.render()),
        ("order-ticket-mail", mailed(None).render()),
        ("order-ticket-mailed", mailed(Some(MailAsked::Queued)).render()),
        ("order-ticket-mailed-often", mailed(Some(MailAsked::TooOften)).render()),
        ("order-ticket-used", order(Stage::Ticket(Ticket { admitted: Some(admitted), ..Ticket::default() })).render()),
        ("order-expired", order(Stage::Expired).render()),
    ])
}

/// After the ticket, or in its place: money that goes back.
fn money_back() -> Pages {
    let (asked, done) = (at("2026-11-20T14:36:00Z"), at("2026-11-24T05:10:00Z"));
    let refund = |cause, step| Refund { cause, parts: vec![MoneyBack { amount: "₹499".into(), step }] };
    let rupee = Refund {
        parts: vec![MoneyBack { amount: "₹1".into(), step: Step::Asked(asked) }],
        ..refund(RefundCause::WrongAmount, Step::NotYet)
    };
    let twice = Refund {
        parts: [Step::Done(done), Step::Asked(asked)].map(|step| MoneyBack { amount: "₹499".into(), step }).into(),
        ..refund(RefundCause::Organiser, Step::NotYet)
    };
    let ticket = |step| {
        let paid_again = vec![MoneyBack { amount: "₹499".into(), step }];
        order(Stage::Ticket(Ticket { paid_again, ..Ticket::default() }))
    };
    pages([
        ("order-paid-twice", ticket(Step::Asked(asked)).render()),
        ("order-paid-twice-back", ticket(Step::Done(done)).render()),
        ("order-paid-twice-stuck", ticket(Step::Stuck).render()),
        ("order-refunding-late", order(Stage::Refunding(refund(RefundCause::PaidTooLate, Step::NotYet))).render()),
        ("order-refunding-wrong-amount", order(Stage::Refunding(rupee)).render()),
        (
            "order-refunding-organiser",
            order(Stage::Refunding(refund(RefundCause::Organiser, Step::Asked(asked)))).render(),
        ),
        ("order-refunding-two", order(Stage::Refunding(twice)).render()),
        ("order-refunding-stuck", order(Stage::Refunding(refund(RefundCause::Organiser, Step::Stuck))).render()),
        ("order-refunded-organiser", order(Stage::Refunded(refund(RefundCause::Organiser, Step::Done(done)))).render()),
        ("order-refunded-over", order(Stage::Refunded(refund(RefundCause::BookingOver, Step::Done(done)))).render()),
        (
            "order-refunded-seat-gone",
            order(Stage::Refunded(refund(RefundCause::SeatGoneInDispute, Step::Done(done)))).render(),
        ),
        ("order-refunded-bank", order(Stage::Refunded(refund(RefundCause::Bank, Step::Done(done)))).render()),
        ("order-revoked", order(Stage::Revoked(RevokedBy::Organiser)).render()),
        ("order-revoked-bank", order(Stage::Revoked(RevokedBy::Bank)).render()),
    ])
}

fn refusals() -> Pages {
    let duplicate = |own_order: Option<&str>| DuplicatePage {
        event: event(),
        own_order: own_order.map(Into::into),
        mailed: true,
        unpaid_free_by: at("2026-11-20T14:50:00Z"),
        now: at("2026-11-20T14:34:00Z"),
    };
    let none_left = || Event { sold: 200, ..event() };
    let closed = |closed| SalesClosedPage { event: event(), closed }.render();
    pages([
        ("duplicate", duplicate(None).render()),
        ("duplicate-own", duplicate(Some(ORDER)).render()),
        ("sold-out", SoldOutPage { event: none_left(), seats_may_return: false }.render()),
        ("sold-out-held", SoldOutPage { event: none_left(), seats_may_return: true }.render()),
        ("sales-not-yet", closed(SalesClosed::NotYet { from: at("2026-11-01T04:30:00Z") })),
        ("sales-over", closed(SalesClosed::Over { since: at("2026-11-22T14:00:00Z") })),
        ("no-event", NoEventPage.render()),
    ])
}

fn errors() -> Pages {
    [400_u16, 404, 405, 408, 413, 415, 422, 429, 500, 503]
        .into_iter()
        .map(|status| {
            let page = ErrorPage::new(status);
            let page = if matches!(status, 408 | 429 | 500 | 503) { page.retry("/") } else { page };
            Ok((format!("error-{status}"), page.render()?))
        })
        .collect()
}

fn pages<const N: usize>(rendered: [(&str, askama::Result<String>); N]) -> Pages {
    rendered.into_iter().map(|(name, html)| Ok((name.to_owned(), html?))).collect()
}

/// No inline script, style or handler, and nothing from a stranger.
fn keeps_the_policy(html: &str) -> anyhow::Result<()> {
    for forbidden in ["<style", "style=\"", " onclick", " onload", "javascript:", "src=\"http", "src=\"//"] {
        ensure!(!html.contains(forbidden), "the page contains {forbidden}");
    }
    ensure!(html.matches("<script").count() == html.matches("<script src=\"/assets/").count(), "an inline script");
    ensure!(html.matches("<h1").count() == 1, "a page has one first heading");
    Ok(())
}

fn relative(html: &str) -> String {
    html.replace("\"/assets/", "\"assets/").replace(&format!("{ORDER}/qr."), "qr.")
}

fn event() -> Event {
    Event {
        name: "Diwali Night 2026".into(),
        venue: "Town Hall, Bengaluru".into(),
        starts_at: at("2026-11-22T14:00:00Z"),
        doors_open_at: Some(at("2026-11-22T13:00:00Z")),
        time_zone: chrono_tz::Asia::Kolkata,
        price: Paise::parse("49900").expect("an amount"),
        capacity: 200,
        sold: 80,
        held: 0,
        sales_from: None,
        sales_until: None,
    }
}

fn long_event() -> Event {
    Event {
        name: "The Thirty-Seventh All-India Inter-University Festival of Classical Music, Dance and Theatre: \
               Grand Closing Evening with शास्त्रीय संगीत"
            .into(),
        venue: "Sri Krishnadevaraya Open Air Auditorium, 14th Cross Road, Malleshwaram, Bengaluru 560003".into(),
        price: Paise::parse("1234550").expect("an amount"),
        sold: 199,
        ..event()
    }
}

fn ticket_code(name: &str) -> anyhow::Result<String> {
    let id = UniqueId::new(&FirstName::parse(name)?, &PhoneNo::parse("9876543210")?, "2026-11-20".parse()?);
    Ok(TicketSigner::from_seed(&[7; 32]).sign(&id).to_string())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}
