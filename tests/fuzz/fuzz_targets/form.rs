//! The form: whatever is taken is a booking that every part of us can read back.
#![no_main]

use std::collections::HashSet;

use booking_web::event::Event;
use booking_web::form::{Booking, FormFaults, FormKey, MOST_GUESTS, TypedForm};
use booking_web::pages::{FormPage, Template};
use chrono::NaiveDate;
use common::unique_id::live_key;
use common::{EmailId, FirstName, Paise, PhoneNo, UniqueId};
use fuzz::read_form;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Some(typed) = read_form::<TypedForm>(body) else { return };
    match typed.read() {
        Ok(booking) => {
            fits_its_columns(&booking);
            is_the_same_typed_again(&booking);
            names_a_ticket(&booking);
        }
        Err(faults) => {
            assert!(faults.any(), "refused, and no fault is named");
            typed_text_stays_text(typed, faults);
        }
    }
});

/// In characters, as the database counts them.
fn fits_its_columns(booking: &Booking) {
    let chars = |text: &str| text.chars().count();
    assert!((1..=MOST_GUESTS).contains(&booking.names.len()));
    assert!(booking.names.iter().all(|name| (1..=50).contains(&chars(name.as_str()))));
    assert!((8..=15).contains(&chars(booking.phone.as_str())));
    assert!(booking.email.as_ref().is_none_or(|email| (3..=100).contains(&chars(email.as_str()))));
    assert!(booking.form_key.as_ref().is_none_or(|key| chars(key.as_str()) == 32));
}

/// By a browser that sends the form again, and by the database that stores it.
fn is_the_same_typed_again(booking: &Booking) {
    let names = booking.names.iter().map(|name| ("first_name", name.to_string()));
    let others = [
        ("phone_number", format!("+{}", booking.phone)),
        ("email", booking.email.as_ref().map(EmailId::to_string).unwrap_or_default()),
        ("form_key", booking.form_key.as_ref().map(FormKey::as_str).unwrap_or_default().to_owned()),
    ];
    let typed: Vec<_> = names.chain(others).collect();
    let sent = serde_urlencoded::to_string(typed).expect("pairs of texts");
    let again = read_form::<TypedForm>(sent.as_bytes()).expect("a browser's own form");
    assert_eq!(again.read().as_ref(), Ok(booking));
    for name in &booking.names {
        assert_eq!(FirstName::try_from(String::from(name.clone())).as_ref(), Ok(name));
    }
    assert_eq!(PhoneNo::try_from(String::from(booking.phone.clone())).as_ref(), Ok(&booking.phone));
    if let Some(email) = &booking.email {
        assert_eq!(EmailId::try_from(String::from(email.clone())).as_ref(), Ok(email));
    }
}

fn names_a_ticket(booking: &Booking) {
    let day = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
    let mut keys = HashSet::new();
    for name in &booking.names {
        let id = UniqueId::new(name, &booking.phone, day);
        assert!(id.as_str().chars().count() <= 100, "wider than its column");
        assert_eq!(UniqueId::parse(id.as_str()).as_ref(), Ok(&id));
        assert_eq!(id.parts(), (name.clone(), booking.phone.clone(), day));
        let key = live_key(name, &booking.phone, day);
        assert!(key.chars().count() <= 255, "wider than its column");
        // Typed on another day with the Caps Lock on, it is still the same person.
        for typed in [name.as_str().to_uppercase(), name.as_str().to_lowercase()] {
            if let Ok(name) = FirstName::parse(&typed) {
                assert_eq!(live_key(&name, &booking.phone, day), key, "{typed}");
            }
        }
        assert!(keys.insert(key), "two guests of one booking would be one person");
    }
}

/// The page has as many tags as if nothing had been typed.
fn typed_text_stays_text(typed: TypedForm, faults: FormFaults) {
    let page = |typed: TypedForm| {
        let page = FormPage::empty(diwali_night(), &FormKey::parse(&"0".repeat(32)).expect("a key"));
        let page = FormPage { typed, faults: faults.clone(), ..page };
        page.render().expect("a page for every form")
    };
    let marks = |html: &str| html.matches(['<', '>', '"']).count();
    let as_many = TypedForm { first_name: vec![String::new(); typed.first_name.len()], ..TypedForm::default() };
    assert_eq!(marks(&page(typed)), marks(&page(as_many)), "what was typed became part of the page");
}

fn diwali_night() -> Event {
    let day =
        |day| NaiveDate::from_ymd_opt(2026, 11, day).and_then(|day| day.and_hms_opt(14, 0, 0)).map(|it| it.and_utc());
    Event {
        name: "Diwali Night".into(),
        venue: "Town Hall".into(),
        starts_at: day(22).expect("a day"),
        doors_open_at: None,
        time_zone: chrono_tz::Asia::Kolkata,
        price: Paise::try_from(49_900).expect("a price"),
        capacity: 100,
        sold: 0,
        held: 0,
        sales_from: None,
        sales_until: None,
    }
}
