use proptest::prelude::*;

use super::*;

fn typed() -> TypedEvent {
    TypedEvent {
        name: " Diwali  Night ".into(),
        venue: "Town Hall".into(),
        time_zone: "Asia/Kolkata".into(),
        starts_at: "2026-12-31T19:30".into(),
        price: "499".into(),
        capacity: "100".into(),
        ..TypedEvent::default()
    }
}

fn faults(change: impl Fn(&mut TypedEvent)) -> Vec<&'static str> {
    let mut typed = typed();
    change(&mut typed);
    let faults = typed.check(None).err().unwrap_or_default();
    faults.listed().iter().map(|(field, _)| field.as_str()).collect()
}

#[test]
fn times_are_the_events_own_and_prices_are_rupees() {
    let event = typed().check(None).unwrap();
    assert_eq!((event.name.as_str(), event.price.get(), event.capacity), ("Diwali Night", 49_900, 100));
    assert_eq!(event.starts_at.to_rfc3339(), "2026-12-31T14:00:00+00:00");
    assert_eq!((event.doors_open_at, event.sales_from, event.sales_until), (None, None, None));
}

#[test]
fn what_is_shown_is_what_is_saved() {
    let event = Event {
        doors_open_at: Some("2026-12-31T13:00:00Z".parse().unwrap()),
        sales_until: Some("2026-12-30T18:29:00Z".parse().unwrap()),
        price: Paise::parse("49950").unwrap(),
        sold: 3,
        held: 1,
        ..typed().check(None).unwrap()
    };
    assert_eq!(TypedEvent::of(&event).check(Some(&event)).unwrap(), event);
}

#[test]
fn each_fault_stands_at_its_field_and_all_are_named_at_once() {
    assert_eq!(faults(|_| ()), [""; 0]);
    assert_eq!(faults(|it| it.name = " ".into()), ["name"]);
    assert_eq!(faults(|it| it.venue = "x".repeat(201)), ["venue"]);
    assert_eq!(faults(|it| it.time_zone = "Bengaluru".into()), ["time_zone"]);
    assert_eq!(faults(|it| it.starts_at = String::new()), ["starts_at"]);
    assert_eq!(faults(|it| it.starts_at = "tomorrow".into()), ["starts_at"]);
    assert_eq!(faults(|it| it.doors_open_at = "2026-12-31T19:31".into()), ["doors_open_at"]);
    assert_eq!(faults(|it| it.price = "0.50".into()), ["price"]);
    assert_eq!(faults(|it| it.capacity = "0".into()), ["capacity"]);
    let closed = |it: &mut TypedEvent| {
        (it.sales_from, it.sales_until) = ("2026-12-01T10:00".into(), "2026-12-01T10:00".into());
    };
    assert_eq!(faults(closed), ["sales_until"]);
    let all = TypedEvent::default().check(None).unwrap_err();
    let named: Vec<_> = all.listed().iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(named, ["name", "venue", "time_zone", "starts_at", "price", "capacity"]);
    assert!(all.first_is("name") && all.of("doors_open_at").is_none());
}

#[test]
fn an_hour_that_the_clocks_leave_out_is_no_time() {
    let spring = |it: &mut TypedEvent| {
        (it.time_zone, it.starts_at) = ("Europe/Berlin".into(), "2027-03-28T02:30".into());
    };
    assert_eq!(faults(spring), ["starts_at"]);
}

#[test]
fn prices_are_read_as_people_write_them() {
    for (typed, paise) in [("0", 0), ("499", 49_900), ("499.5", 49_950), ("₹ 1,499.50", 149_950), ("1", 100)] {
        assert_eq!(price(typed).unwrap().get(), paise, "{typed}");
    }
    for wrong in ["", ".", "-5", "4.999", "5.", "1e3", "free", "٤", "99999999999999999999"] {
        assert!(price(wrong).is_err(), "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_typed_breaks_it(
        name in any::<String>(), zone in any::<String>(), time in any::<String>(), price in any::<String>(),
        capacity in any::<String>(),
    ) {
        let typed = TypedEvent {
            name: name.clone(), venue: name, time_zone: zone, starts_at: time.clone(), doors_open_at: time.clone(),
            price, capacity, sales_from: time.clone(), sales_until: time,
        };
        let _ = typed.check(None);
    }
}
