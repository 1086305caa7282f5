use super::super::event::tests::diwali_night;
use super::super::refund::RefundCause;
use super::*;

fn page(stage: Stage) -> String {
    of(vec![FirstName::parse("Asha").unwrap()], stage)
}

fn of(guests: Vec<FirstName>, stage: Stage) -> String {
    let page = OrderPage {
        words: Spoken::default(),
        event: diwali_night(),
        guests,
        amount: Paise::parse("49900").unwrap(),
        path: "/orders/0123abcd".into(),
        stage,
    };
    page.render().unwrap()
}

fn waiting() -> Waiting {
    Waiting {
        pay_url: Some("https://rzp.example/i/1?a=1&b=2".into()),
        hold_until: "2026-11-20T14:34:34Z".parse().unwrap(),
        now: "2026-11-20T14:22:00Z".parse().unwrap(),
        just_returned: false,
    }
}

#[test]
fn a_held_seat_says_until_when_and_where_to_pay() {
    let html = page(Stage::Waiting(waiting()));
    assert!(html.contains("until 8:04\u{a0}pm") && html.contains(r#"data-seconds="754""#), "{html}");
    assert!(html.contains("Pay ₹499") && html.contains("https://rzp.example/i/1?a=1&#38;b=2"));
    assert!(html.contains(r#"data-state="held""#) && html.contains(r#"data-payable="yes""#));
}

#[test]
fn without_a_payment_page_there_is_nothing_to_press_but_check_again() {
    let html = page(Stage::Waiting(Waiting { pay_url: None, ..waiting() }));
    assert!(html.contains("Check again") && html.contains(r#"data-payable="no""#));
    assert!(!html.contains("rzp.example"));
}

#[test]
fn who_just_returned_is_not_asked_to_pay_again() {
    let html = page(Stage::Waiting(Waiting { just_returned: true, ..waiting() }));
    assert!(html.contains("Confirming your payment") && !html.contains("Pay ₹499"));
}

#[test]
fn a_ticket_has_its_code_and_ways_to_keep_it() {
    let html = page(Stage::Ticket(Ticket::default()));
    for path in ["qr.svg", "qr.png?download", "event.ics"] {
        assert!(html.contains(&format!("\"/orders/0123abcd/{path}\"")), "{path}");
    }
    assert!(html.contains("Asha") && !html.contains("Entered"));
    let admitted = Admitted { at: "2026-11-22T14:12:00Z".parse().unwrap(), gate: "Gate B".into() };
    let html = page(Stage::Ticket(Ticket { admitted: vec![Some(admitted)], ..Ticket::default() }));
    assert!(html.contains("Entered at 7:42\u{a0}pm"), "{html}");
}

fn refund(cause: RefundCause, step: Step) -> Refund {
    Refund { cause, parts: vec![MoneyBack { amount: "₹1".into(), step }] }
}

#[test]
fn what_goes_back_is_what_was_paid_and_not_the_price() {
    let asked: DateTime<Utc> = "2026-11-20T14:34:34Z".parse().unwrap();
    let html = page(Stage::Refunding(refund(RefundCause::WrongAmount, Step::Asked(asked))));
    assert!(html.contains("<dd>₹1</dd>") && !html.contains("₹499"), "{html}");
    assert!(html.contains("20\u{a0}Nov\u{a0}2026, 8:04\u{a0}pm") && html.contains("5 to 7 working days"));
    let html = page(Stage::Refunded(refund(RefundCause::WrongAmount, Step::Done(asked))));
    assert!(html.contains("<dt>Sent back</dt><dd>20\u{a0}Nov\u{a0}2026, 8:04\u{a0}pm</dd>"), "{html}");
}

#[test]
fn nothing_is_promised_that_razorpay_has_not() {
    for step in [Step::NotYet, Step::Stuck] {
        assert!(!page(Stage::Refunding(refund(RefundCause::Organiser, step))).contains("working days"), "{step:?}");
    }
    let html = page(Stage::Refunding(refund(RefundCause::Organiser, Step::Stuck)));
    assert!(html.contains("could not be sent back yet") && html.contains("ask the organiser"), "{html}");
}

#[test]
fn who_paid_twice_keeps_the_ticket_and_is_told_of_the_other_payment() {
    let again = MoneyBack { amount: "₹499".into(), step: Step::NotYet };
    let html = page(Stage::Ticket(Ticket { paid_again: vec![again], ..Ticket::default() }));
    assert!(html.contains("qr.svg") && html.contains("goes back by itself"), "{html}");
    assert!(!page(Stage::Ticket(Ticket::default())).contains("goes back"));
}

#[test]
fn a_group_has_a_ticket_for_each_and_each_says_whose_it_is() {
    let admitted = Admitted { at: "2026-11-22T14:12:00Z".parse().unwrap(), gate: "Gate B".into() };
    let guests = ["Asha", "रवि", "O'Neill"].map(|name| FirstName::parse(name).unwrap()).to_vec();
    let ticket = Ticket { admitted: vec![None, Some(admitted), None], ..Ticket::default() };
    let html = of(guests.clone(), Stage::Ticket(ticket));
    for part in
        ["qr.svg\"", "qr.svg?n=2\"", "qr.svg?n=3\"", "qr.png?n=3&amp;download", "Ticket 3 of 3", "✓ </span><bdi>रवि"]
    {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!((html.matches("Entered at 7:42").count(), html.matches("<article").count()), (1, 3));
    assert!(html.contains("<title>Your tickets") && !html.contains("<h1>Entered"));
    let html = of(guests, Stage::Waiting(waiting()));
    assert!(html.contains("Your seats are held") && html.contains("<dt>Seats</dt><dd>3</dd>"), "{html}");
}

#[test]
fn the_e_mail_can_be_asked_for_again_where_there_is_an_address() {
    let said = |asked| {
        let mail = Some(MailAgain { masked: "a•••@example.com".into(), asked });
        page(Stage::Ticket(Ticket { mail, ..Ticket::default() }))
    };
    let html = said(None);
    assert!(
        html.contains(r#"method="post" action="/orders/0123abcd/resend""#) && !html.contains(r#"id="mail""#),
        "{html}"
    );
    assert!(said(Some(MailAsked::Queued)).contains("on its way"));
    assert!(said(Some(MailAsked::TooOften)).contains("once a minute"));
    assert!(!page(Stage::Ticket(Ticket::default())).contains("/resend"));
}

#[test]
fn a_revoked_ticket_says_whom_to_ask() {
    assert!(page(Stage::Revoked(RevokedBy::Organiser)).contains("ask the organiser"));
    assert!(page(Stage::Revoked(RevokedBy::Bank)).contains("your bank"));
}

#[test]
fn only_a_ticket_shows_a_code_and_no_order_is_indexed() {
    let stages = [
        Stage::Waiting(waiting()),
        Stage::Expired,
        Stage::Refunding(refund(RefundCause::PaidTooLate, Step::NotYet)),
        Stage::Refunded(refund(RefundCause::Organiser, Step::Done(DateTime::UNIX_EPOCH))),
        Stage::Revoked(RevokedBy::Bank),
    ];
    for stage in stages {
        let html = page(stage);
        assert!(!html.contains("qr.svg") && html.contains("noindex"));
    }
}
