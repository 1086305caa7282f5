//! A letter as an e-mail: text and HTML, the code inside the HTML and attached,
//! and the event for a calendar.

use askama::Template;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use super::letter::{Html, Letter, Text, one_line};
use crate::ticket::qr;

/// Why a letter cannot be an e-mail. Nothing of it is repeated: the reason is kept in the outbox.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoMessage {
    #[error("the address is none that mail can be sent to")]
    Address(#[from] lettre::address::AddressError),
    #[error("the message could not be put together")]
    Message(#[from] lettre::error::Error),
    #[error("the message could not be written")]
    Template(#[from] askama::Error),
}

/// Puts the e-mail together. `id` names it for good: sent a second time, it is known as the same.
pub(super) fn message(letter: &Letter, from: &Mailbox, id: &str) -> Result<Message, NoMessage> {
    let domain = from.email.domain();
    let name = from.name.clone().unwrap_or_else(|| letter.event.name.clone());
    let auto = HeaderName::new_from_ascii_str("Auto-Submitted");
    let builder = Message::builder()
        // The library has no form for a name with a line end, and would panic.
        .from(Mailbox::new(Some(one_line(&name)), from.email.clone()))
        .to(letter.to.as_str().parse()?)
        .subject(letter.subject.clone())
        .message_id(Some(format!("<{id}@{domain}>")))
        // Nobody's holiday notice should answer it.
        .raw_header(HeaderValue::new(auto, "auto-generated".into()));
    Ok(builder.multipart(parts(letter, id, domain)?)?)
}

fn parts(letter: &Letter, id: &str, domain: &str) -> Result<MultiPart, NoMessage> {
    let png = ContentType::parse("image/png").expect("a content type");
    let names: Vec<String> = (1..=letter.passes.len()).map(|n| format!("ticket-{n}.{id}@{domain}")).collect();
    let pictures: Vec<Vec<u8>> = letter.passes.iter().map(|pass| qr::png(&pass.code)).collect();
    let html = Html { letter, pictures: &names }.render()?;
    let mut shown = MultiPart::related().singlepart(SinglePart::html(html));
    for (name, picture) in names.iter().zip(&pictures) {
        shown = shown.singlepart(Attachment::new_inline(name.clone()).body(picture.clone(), png.clone()));
    }
    let text = SinglePart::plain(Text { letter }.render()?);
    let mut whole = MultiPart::mixed().multipart(MultiPart::alternative().singlepart(text).multipart(shown));
    let alone = pictures.len() == 1;
    for (number, picture) in (1..).zip(pictures) {
        // Never the guest's name: what a file is called is not theirs to choose.
        let name = if alone { "ticket.png".into() } else { format!("ticket-{number}.png") };
        whole = whole.singlepart(Attachment::new(name).body(picture, png.clone()));
    }
    if let Some(file) = &letter.calendar {
        let kind = ContentType::parse("text/calendar; charset=utf-8; method=PUBLISH").expect("a content type");
        whole = whole.singlepart(Attachment::new("event.ics".into()).body(file.clone(), kind));
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use common::EmailId;

    use super::super::Pass;
    use super::*;
    use crate::language::Language;
    use crate::pages::event::tests::diwali_night;

    fn letter() -> Letter {
        Letter {
            words: Language::English.words(),
            to: EmailId::parse("asha@example.com").unwrap(),
            subject: "Your ticket".into(),
            heading: "Your ticket".into(),
            lines: vec!["Hello Asha,".into()],
            passes: vec![Pass { name: "Asha".into(), code: "ETS1:one".into() }],
            link: ("Open".into(), "https://tickets.example/orders/0123".into()),
            event: diwali_night(),
            calendar: Some("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".into()),
        }
    }

    fn source(letter: &Letter, from: &str) -> String {
        String::from_utf8(message(letter, &from.parse().unwrap(), "0192").unwrap().formatted()).unwrap()
    }

    #[test]
    fn it_says_who_it_is_from_that_no_person_sent_it_and_which_one_it_is() {
        let source = source(&letter(), "tickets@example.org");
        for line in [
            "From: \"Diwali Night\" <tickets@example.org>",
            "To: asha@example.com",
            "Auto-Submitted: auto-generated",
            "Message-ID: <0192@example.org>",
        ] {
            assert!(source.lines().any(|it| it == line), "{line} in {source}");
        }
        let own = self::source(&letter(), "The Hall <tickets@example.org>");
        assert!(own.contains("From: \"The Hall\" <tickets@example.org>") && source.contains("Date: "), "{own}");
    }

    #[test]
    fn each_pass_has_its_picture_inside_and_attached() {
        let pass = |name: &str| Pass { name: name.into(), code: format!("ETS1:{name}") };
        let source = source(&Letter { passes: vec![pass("Asha"), pass("Ravi")], ..letter() }, "a@example.org");
        for number in 1..=2 {
            assert!(source.contains(&format!("Content-ID: <ticket-{number}.0192@example.org>")), "{source}");
            assert!(source.contains(&format!("filename=\"ticket-{number}.png\"")), "{source}");
        }
    }

    #[test]
    fn a_letter_in_hindi_has_no_english_word() {
        let words = Language::Hindi.words();
        let event = "दिवाली की रात";
        let saids = [
            (words.mail.ticket)(event, 1),
            (words.mail.ticket)(event, 3),
            (words.mail.held)(event, "रात 8:20 बजे", 1),
            (words.mail.held)(event, "रात 8:20 बजे", 2),
            (words.mail.money_back)(event),
        ];
        for said in saids {
            let mut letter = Letter { words, subject: said.subject, heading: said.heading, ..letter() };
            letter.lines = [vec![(words.mail.hello)("आशा")], said.lines].concat();
            letter.link = (said.link.into(), "/0123".into());
            letter.passes = vec![Pass { name: "आशा".into(), code: "0".into() }];
            (letter.event.name, letter.event.venue) = (event.into(), "टाउन हॉल".into());
            let html = Html { letter: &letter, pictures: &["1".into()] }.render().unwrap();
            assert!(html.contains("<html lang=\"hi\">") && html.contains("alt=\"आशा के टिकट"), "{html}");
            let shown: String =
                html.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text).collect();
            for text in [shown, Text { letter: &letter }.render().unwrap(), letter.subject] {
                assert!(text.contains('प') && !text.contains(|c: char| c.is_ascii_alphabetic()), "{text}");
            }
        }
    }

    #[test]
    fn no_name_makes_a_header_of_its_own_or_a_tag() {
        let evil = "X\r\nBcc: thief@example.com\r\n\r\n<script>alert(1)</script>";
        let mut letter = letter();
        letter.subject = evil.into();
        letter.event.name = evil.into();
        letter.passes[0].name = evil.into();
        let source = source(&letter, "a@example.org");
        let (headers, _) = source.split_once("\r\n\r\n").unwrap();
        assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        assert!(headers.contains("Content-Type: multipart/mixed"), "{headers}");
        let html = Html { letter: &letter, pictures: &["1".into()] }.render().unwrap();
        assert!(!html.contains("<script") && html.contains("&#60;script"), "{html}");
    }
}
