//! Every page in every state, in one language.

use std::num::NonZeroU32;
use std::time::Duration;

use booking_web::event::Event;
use booking_web::form::{FormFaults, FormKey, GuestFault, TypedForm};
use booking_web::language::Language;
use booking_web::pages::{
    Admitted, DuplicatePage, ErrorPage, FormPage, MailAgain, MailAsked, MoneyBack, NoEventPage, Notice, OrderPage,
    Refund, RefundCause, RevokedBy, SalesClosed, SalesClosedPage, SoldOutPage, Spoken, Stage, Step, Template, Ticket,
    Waiting,
};
use chrono::{DateTime, Utc};
use common::email::EmailFault;
use common::name::NameFault;
use common::phone::PhoneFault;
use common::{FirstName, Paise};

pub(crate) const ORDER: &str = "/orders/0123456789abcdef0123456789abcdef";

pub(crate) type Pages = askama::Result<Vec<(String, String)>>;

/// Name and HTML of each.
pub(crate) fn all(language: Language) -> Pages {
    let mut all = Vec::new();
    for some in [forms, notices, orders, groups, money_back, taken_away, refusals, errors] {
        all.append(&mut some(&Spoken::from(language))?);
    }
    Ok(all)
}

fn form(words: &Spoken) -> FormPage {
    let key = FormKey::parse("0123456789abcdef0123456789abcdef").expect("a key");
    FormPage { words: words.clone(), forgets_after: NonZeroU32::new(30), ..FormPage::empty(event(), &key) }
}

fn forms(words: &Spoken) -> Pages {
    let empty = || form(words);
    let free = Event { price: Paise::ZERO, doors_open_at: None, ..event() };
    let typed = |names: &[&str], phone: &str, email: &str| TypedForm {
        first_name: names.iter().map(|name| (*name).to_owned()).collect(),
        phone_number: phone.into(),
        email: email.into(),
        ..TypedForm::default()
    };
    let faulty = FormPage {
        typed: typed(&["Asha 2 🎉", "", "Ravi", "Ravi"], "98765", "asha@"),
        faults: FormFaults {
            first_name: vec![
                Some(GuestFault::Name(NameFault::Digit)),
                Some(GuestFault::Name(NameFault::Empty)),
                None,
                Some(GuestFault::Again),
            ],
            phone_number: Some(PhoneFault::NoCountry),
            email: Some(EmailFault::NotAnAddress),
        },
        ..empty()
    };
    let one_fault =
        FormPage { faults: FormFaults { phone_number: Some(PhoneFault::Empty), ..FormFaults::default() }, ..empty() };
    let group = |event| FormPage { event, typed: typed(&["Asha", "Ravi", ""], "98765 43210", ""), ..empty() };
    let few = |sold| FormPage { event: Event { sold, ..event() }, ..empty() };
    pages([
        ("form", empty().render()),
        ("form-few-left", few(193).render()),
        ("form-last-seat", few(199).render()),
        ("form-free", FormPage { event: free.clone(), ..empty() }.render()),
        ("form-long", FormPage { event: long_event(), ..empty() }.render()),
        ("form-group", group(event()).render()),
        ("form-group-free", group(free).render()),
        ("form-faults", faulty.render()),
        ("form-one-fault", one_fault.render()),
    ])
}

fn notices(words: &Spoken) -> Pages {
    let wait = Duration::from_secs(4);
    let because = |notice| form(words).because(notice).render();
    pages([
        ("form-busy", because(Notice::Crowded { wait, free: 61 })),
        ("form-busy-one", because(Notice::Crowded { wait, free: 1 })),
        ("form-busy-none", because(Notice::Crowded { wait, free: 0 })),
        ("form-unable", because(Notice::Unable { wait })),
        ("form-too-fast", because(Notice::TooFast { wait })),
        ("form-too-few", because(Notice::TooFew { left: 3 })),
        ("form-too-few-one", because(Notice::TooFew { left: 1 })),
    ])
}

fn order(words: &Spoken, stage: Stage) -> OrderPage {
    let (guests, event) = (names(&["Asha"]), event());
    OrderPage { words: words.clone(), guests, amount: event.price, event, path: ORDER.into(), stage }
}

fn waiting() -> Waiting {
    let (hold_until, now) = (at("2026-11-20T14:34:34Z"), at("2026-11-20T14:22:00Z"));
    Waiting { pay_url: Some("https://pay.example/i/1".into()), hold_until, now, just_returned: false }
}

fn admitted() -> Admitted {
    Admitted { at: at("2026-11-22T14:12:00Z"), gate: "Gate B".into() }
}

fn orders(words: &Spoken) -> Pages {
    let order = |stage| order(words, stage);
    let ticket = || Stage::Ticket(Ticket::default());
    let long = OrderPage {
        event: long_event(), guests: names(&["श्रीमती महालक्ष्मी राजराजेश्वरी"]), ..order(ticket())
    };
    let mailed = |asked| {
        let mail = Some(MailAgain { masked: "a•••@example.com".into(), asked });
        order(Stage::Ticket(Ticket { mail, ..Ticket::default() }))
    };
    let used = Ticket { admitted: vec![Some(admitted())], ..Ticket::default() };
    pages([
        ("order-waiting", order(Stage::Waiting(waiting())).render()),
        ("order-preparing", order(Stage::Waiting(Waiting { pay_url: None, ..waiting() })).render()),
        ("order-returned", order(Stage::Waiting(Waiting { just_returned: true, ..waiting() })).render()),
        ("order-ticket", order(ticket()).render()),
        ("order-ticket-long", long.render()),
        ("order-ticket-mail", mailed(None).render()),
        ("order-ticket-mailed", mailed(Some(MailAsked::Queued)).render()),
        ("order-ticket-mailed-often", mailed(Some(MailAsked::TooOften)).render()),
        ("order-ticket-not-mailed", mailed(Some(MailAsked::Not)).render()),
        ("order-ticket-used", order(Stage::Ticket(used)).render()),
        ("order-expired", order(Stage::Expired).render()),
    ])
}

fn groups(words: &Spoken) -> Pages {
    let guests = names(&["Asha", "रवि", "O'Neill"]);
    let of_all = |stage| OrderPage { guests: guests.clone(), ..order(words, stage) }.render();
    let one_used = Ticket { admitted: vec![None, Some(admitted()), None], ..Ticket::default() };
    pages([
        ("group-waiting", of_all(Stage::Waiting(waiting()))),
        ("group-preparing", of_all(Stage::Waiting(Waiting { pay_url: None, ..waiting() }))),
        ("group-returned", of_all(Stage::Waiting(Waiting { just_returned: true, ..waiting() }))),
        ("group-tickets", of_all(Stage::Ticket(one_used))),
        ("group-expired", of_all(Stage::Expired)),
    ])
}

/// After the ticket, or in its place: money that goes back.
fn money_back(words: &Spoken) -> Pages {
    let (asked, done) = (at("2026-11-20T14:36:00Z"), at("2026-11-24T05:10:00Z"));
    let part = |amount: &str, step| MoneyBack { amount: amount.into(), step };
    let refunding = |cause, parts| order(words, Stage::Refunding(Refund { cause, parts })).render();
    let refunded =
        |cause| order(words, Stage::Refunded(Refund { cause, parts: vec![part("₹499", Step::Done(done))] })).render();
    let twice = |step| {
        let paid_again = vec![part("₹499", step)];
        order(words, Stage::Ticket(Ticket { paid_again, ..Ticket::default() })).render()
    };
    let two = vec![part("₹499", Step::Done(done)), part("₹499", Step::Asked(asked))];
    pages([
        ("order-paid-twice-soon", twice(Step::NotYet)),
        ("order-paid-twice", twice(Step::Asked(asked))),
        ("order-paid-twice-back", twice(Step::Done(done))),
        ("order-paid-twice-stuck", twice(Step::Stuck)),
        ("order-refunding-late", refunding(RefundCause::PaidTooLate, vec![part("₹499", Step::NotYet)])),
        ("order-refunding-wrong-amount", refunding(RefundCause::WrongAmount, vec![part("₹1", Step::Asked(asked))])),
        ("order-refunding-organiser", refunding(RefundCause::Organiser, vec![part("₹499", Step::Asked(asked))])),
        ("order-refunding-two", refunding(RefundCause::Organiser, two)),
        ("order-refunding-stuck", refunding(RefundCause::Organiser, vec![part("₹499", Step::Stuck)])),
        ("order-refunded-organiser", refunded(RefundCause::Organiser)),
        ("order-refunded-over", refunded(RefundCause::BookingOver)),
        ("order-refunded-seat-gone", refunded(RefundCause::SeatGoneInDispute)),
        ("order-refunded-bank", refunded(RefundCause::Bank)),
    ])
}

fn taken_away(words: &Spoken) -> Pages {
    let by = |by| order(words, Stage::Revoked(by)).render();
    pages([("order-revoked", by(RevokedBy::Organiser)), ("order-revoked-bank", by(RevokedBy::Bank))])
}

fn refusals(words: &Spoken) -> Pages {
    let (words, mailed) = (|| words.clone(), true);
    let duplicate = |who: &[&str], own_order: Option<&str>, mailed| DuplicatePage {
        words: words(),
        event: event(),
        who: names(who),
        own_order: own_order.map(Into::into),
        mailed,
        unpaid_free_by: at("2026-11-20T14:50:00Z"),
        now: at("2026-11-20T14:34:00Z"),
    };
    let sold_out = |seats_may_return| {
        SoldOutPage { words: words(), event: Event { sold: 200, ..event() }, seats_may_return }.render()
    };
    let closed = |closed| SalesClosedPage { words: words(), event: event(), closed }.render();
    pages([
        ("duplicate", duplicate(&[], None, mailed).render()),
        ("duplicate-no-mail", duplicate(&[], None, !mailed).render()),
        ("duplicate-own", duplicate(&[], Some(ORDER), mailed).render()),
        ("duplicate-group", duplicate(&["Asha", "रवि"], None, mailed).render()),
        ("sold-out", sold_out(false)),
        ("sold-out-held", sold_out(true)),
        ("sales-not-yet", closed(SalesClosed::NotYet { from: at("2026-11-01T04:30:00Z") })),
        ("sales-over", closed(SalesClosed::Over { since: at("2026-11-22T14:00:00Z") })),
        ("no-event", NoEventPage { words: words() }.render()),
    ])
}

fn errors(words: &Spoken) -> Pages {
    let page = |status| {
        let page = ErrorPage::new(status, words.clone());
        let page = if matches!(status, 408 | 429 | 500 | 503) { page.retry("/") } else { page };
        Ok((format!("error-{status}"), page.render()?))
    };
    [400_u16, 404, 405, 408, 413, 415, 422, 429, 500, 503].into_iter().map(page).collect()
}

fn pages<const N: usize>(rendered: [(&str, askama::Result<String>); N]) -> Pages {
    rendered.into_iter().map(|(name, html)| Ok((name.to_owned(), html?))).collect()
}

fn names(names: &[&str]) -> Vec<FirstName> {
    names.iter().map(|name| FirstName::parse(name).expect("a name")).collect()
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

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}
