//! The way to a mail server elsewhere is secret, or nothing is sent.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use real_parts::mail::{MailServer, Options, Wire};

use super::{ASHA, FROM, free_world, letters};
use crate::world::{World, eventually};

/// This machine by an address that is not a loopback one: to the site it is
/// a server like any other in the world.
const ELSEWHERE: &str = "0.0.0.0";

/// An authority's certificate, and a server's with its key.
struct Papers {
    authority: PathBuf,
    server: (PathBuf, PathBuf),
}

fn papers(folder: &Path, name: &str) -> Papers {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = [ELSEWHERE.to_owned(), "127.0.0.1".to_owned()];
    let cert = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
    let file = |what: &str, text: String| {
        let file = folder.join(format!("{name}-{what}.pem"));
        fs::write(&file, text).unwrap();
        file
    };
    let server = (file("cert", cert.pem()), file("key", key.serialize_pem()));
    Papers { authority: file("authority", authority.pem()), server }
}

/// A site that believes this authority and no other, and sends by this server.
async fn world(mail: &MailServer, authority: &Path) -> World {
    let authority = authority.to_str().unwrap().to_owned();
    free_world(vec![("SMTP_URL", mail.url()), ("MAIL_FROM", FROM.into()), ("SSL_CERT_FILE", authority)]).await
}

fn server(papers: &Papers, wire: Wire) -> MailServer {
    let login = Some(("tickets", "p4ssword"));
    MailServer::start(Options { host: ELSEWHERE, wire, certificate: Some(papers.server.clone()), login }).unwrap()
}

#[tokio::test]
async fn by_starttls_and_by_tls_from_the_first_byte_with_a_login() {
    let folder = tempfile::tempdir().unwrap();
    let papers = papers(folder.path(), "good");
    for wire in [Wire::StartTls, Wire::Tls] {
        let mail = server(&papers, wire);
        let world = world(&mail, &papers.authority).await;
        world.book_with_mail("Asha", "9876543210", ASHA).await;
        let letter = letters(&world, &mail, 1).await.remove(0);
        assert_eq!((letter.encrypted, letter.user.as_deref()), (true, Some("tickets")), "{wire:?}");
        assert!(!world.site.log().contains("p4ssword"));
    }
}

#[tokio::test]
async fn nothing_goes_to_a_server_that_cannot_prove_itself_or_offers_no_secrecy() {
    let folder = tempfile::tempdir().unwrap();
    let (papers, others) = (papers(folder.path(), "good"), papers(folder.path(), "other"));
    let plain = MailServer::start(Options { host: ELSEWHERE, ..Options::default() }).unwrap();
    for (mail, why) in [
        (server(&others, Wire::StartTls), "certificate"),
        (server(&others, Wire::Tls), "certificate"),
        (plain, "STARTTLS is not supported"),
    ] {
        let world = world(&mail, &papers.authority).await;
        let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
        eventually("an attempt", async || world.messages("attempts = 1 AND last_error IS NOT NULL").await == 1).await;
        let (error, waits): (String, bool) =
            world.row("SELECT last_error, next_attempt_at IS NOT NULL FROM outbox").await;
        assert!(error.contains(why) && waits, "{why} in {error}");
        assert_eq!((mail.letters().unwrap().len(), world.state(&order).await.as_str()), (0, "paid"));
    }
}
