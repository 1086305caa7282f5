//! Names that want to be more than names.

use super::{ASHA, free_world, letters, mail, sends_by};
use crate::world::command_succeeds;

const SCRIPT: &str = "<script>alert(1)</script> & \"x\" =cmd|' /C calc'!A0";
const TURNED: &str = "\u{202E}thgiN\u{202C} ilawiD";

#[tokio::test]
async fn an_events_name_and_place_stay_text_in_every_part_of_the_letter() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let venue = format!("{}{SCRIPT}", "Hall ".repeat(25));
    for name in [SCRIPT, TURNED, &"दिवाली ".repeat(25), "Night\r\nBcc: thief@example.com\r\n\r\nforged"] {
        let mut conn = world.pool.get_conn().await.unwrap();
        let set = "UPDATE event SET name = ?, venue = ?";
        mysql_async::prelude::Queryable::exec_drop(&mut conn, set, (name, &venue)).await.unwrap();
        let before = mail.letters().unwrap().len();
        world.book_with_mail("O'Hara-Ray", &format!("987654321{before}"), ASHA).await;
        let letter = letters(&world, &mail, before + 1).await.remove(before);
        assert!(letter.defects.is_empty(), "{name}: {:?}", letter.defects);
        assert_eq!((&*letter.to, letter.headers("Bcc").len()), (&[ASHA.to_owned()][..], 0), "{name}");
        let headers: Vec<&str> = letter.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(headers.len(), headers.iter().collect::<std::collections::BTreeSet<_>>().len(), "{headers:?}");
        let said = letter.header("Subject").strip_prefix("Your ticket for ").unwrap().to_owned();
        let visible = |text: &str| {
            text.chars().filter(|c| !c.is_whitespace() && !('\u{202A}'..='\u{202E}').contains(c)).collect::<String>()
        };
        assert_eq!(visible(&said), visible(name));
        assert!(!said.contains('\u{202E}') && !letter.text().contains('\u{202E}'));
        let html = letter.html();
        assert!(!html.contains("<script") && !html.contains("\u{202E}") && html.contains("O&#39;Hara-Ray"), "{html}");
        assert!(letter.source().lines().all(|line| line.len() <= 998), "{name}");
        let names: Vec<&str> = letter.parts.iter().filter_map(|part| part.name.as_deref()).collect();
        assert_eq!(names, ["ticket.png", "event.ics"]);
    }
}

/// The longest name of a script with long letters.
#[tokio::test]
async fn a_long_name_in_any_script_arrives_as_it_was_typed() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let name = "श्रीमती महालक्ष्मी राजराजेश्वरी";
    world.book_with_mail(name, "9876543210", "Asha.Rani+tickets@example.co.in").await;
    let letter = letters(&world, &mail, 1).await.remove(0);
    assert!(letter.text().contains(&format!("Hello {name},")) && letter.html().contains(name));
    assert_eq!(letter.to, ["Asha.Rani+tickets@example.co.in"]);
}

/// The organiser says it before the site is asked to send anything.
#[tokio::test]
async fn settings_that_cannot_be_meant_stop_the_start_with_their_names() {
    let world = free_world(vec![]).await;
    let env = [&world.env()[..], &[("SMTP_URL", "smtp://tickets:s3cret@mail.example.com")]].concat();
    let output = real_parts::programs::booking_web(&["serve"], &env).await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.contains("MAIL_FROM is missing") && !output.stderr.contains("s3cret"), "{}", output.stderr);
    assert!(command_succeeds(&["serve", "--help"], &[]).await.contains("TICKET_WEBHOOK_URL"));
}
