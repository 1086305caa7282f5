//! The mail server itself, spoken to by hand.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use super::*;

/// Says each line and returns the server's last answer.
fn conversation(server: &MailServer, lines: &[&str]) -> std::io::Result<String> {
    let mut out = TcpStream::connect(server.url().trim_start_matches("smtp://"))?;
    out.set_read_timeout(Some(PATIENCE))?;
    let mut answers = BufReader::new(out.try_clone()?);
    let mut answer = String::new();
    let mut hear = |answer: &mut String| loop {
        answer.clear();
        if answers.read_line(answer)? == 0 || answer.as_bytes().get(3) == Some(&b' ') {
            return std::io::Result::Ok(());
        }
    };
    hear(&mut answer)?;
    for line in lines {
        out.write_all(format!("{line}\r\n").as_bytes())?;
        hear(&mut answer)?;
    }
    Ok(answer)
}

const LETTER: [&str; 5] = [
    "EHLO test.example",
    "MAIL FROM:<a@example.com>",
    "RCPT TO:<b@example.com>",
    "DATA",
    "Subject: =?utf-8?q?=E0=A4=86?=\r\n\r\nHello\r\n.",
];

#[test]
fn what_comes_is_kept_and_read() {
    let server = MailServer::start(Options::default()).unwrap();
    assert!(conversation(&server, &LETTER).unwrap().starts_with("250 "));
    let letter = server.letters().unwrap().remove(0);
    assert_eq!((letter.header("subject"), letter.text().trim()), ("आ", "Hello"));
    assert_eq!(
        (&*letter.from, &*letter.to, letter.encrypted),
        ("a@example.com", &["b@example.com".to_owned()][..], false)
    );
}

#[test]
fn it_misbehaves_when_told_to_and_comes_back_where_it_was() {
    let mut server = MailServer::start(Options::default()).unwrap();
    server.manner("rcpt 550 5.1.1 <{address}> is unknown").unwrap();
    assert_eq!(conversation(&server, &LETTER[..3]).unwrap().trim(), "550 5.1.1 <b@example.com> is unknown");
    server.manner("data 451 4.3.0 later").unwrap();
    assert!(conversation(&server, &LETTER).unwrap().starts_with("451 "));
    assert!(server.letters().unwrap().is_empty());
    server.manner("cut").unwrap();
    assert!(
        conversation(&server, &LETTER).is_ok_and(|answer| answer.is_empty()) || server.letters().unwrap().len() == 1
    );
    assert_eq!(server.letters().unwrap().len(), 1);
    let url = server.url();
    server.stop();
    assert!(conversation(&server, &LETTER).is_err());
    server.manner("kind").unwrap();
    server.start_again().unwrap();
    assert_eq!(server.url(), url);
    assert!(conversation(&server, &LETTER).unwrap().starts_with("250 "));
    assert_eq!(server.letters().unwrap().len(), 2);
}
