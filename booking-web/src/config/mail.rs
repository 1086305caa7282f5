//! How messages leave: the mail server, and whoever is told of tickets.
//!
//! Neither is needed; a half of either is a fault.

use data_encoding::BASE64;
use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

use super::check::{Checked, is_loopback, required, web_address};
use super::{Fault, Typed};

/// Where mail is handed over, and from whom it comes.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// A name or an address, without the brackets of IPv6.
    pub host: String,
    pub port: u16,
    pub wire: MailWire,
    pub login: Option<(String, SecretString)>,
    pub from: Mailbox,
}

/// How the way to the mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailWire {
    /// Not at all: it does not leave this machine.
    Plain,
    /// STARTTLS, or nothing is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Who is told of each ticket.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    pub url: Url,
    /// What stands behind `whsec_`, decoded; kept as its text.
    pub secret: SecretString,
}

impl WebhookSettings {
    /// The bytes to sign with.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        key(secrecy::ExposeSecret::expose_secret(&self.secret)).unwrap_or_default()
    }
}

const FORM: &str = "give it the form smtp://user:password@host:587 or smtps://user:password@host:465, \
                    with % codes for what is no letter or digit in user and password";

impl Typed {
    /// `None` where no e-mail is to be sent. No fault repeats the address: it holds a password.
    pub(super) fn mail(&self) -> Checked<Option<MailSettings>> {
        let Ok(typed) = required("SMTP_URL", self.smtp_url.as_ref(), FORM) else { return Ok(None) };
        let fault = |problem: &str| Fault { name: "SMTP_URL", problem: problem.into(), remedy: FORM };
        let url = Url::parse(&typed).map_err(|_| fault("is not an address"))?;
        let (port, tls) = match url.scheme() {
            "smtp" => (587, false),
            "smtps" => (465, true),
            _ => return Err(fault("starts neither with smtp:// nor with smtps://")),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| fault("names no host"))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(fault("has something behind the host"));
        }
        let decoded = |part| percent_decode_str(part).decode_utf8().map(String::from);
        let login = match (decoded(url.username()), url.password().map(decoded).transpose()) {
            (Ok(user), Ok(None)) if user.is_empty() => None,
            (Ok(_), Ok(None)) => return Err(fault("has a user without a password")),
            (Ok(user), Ok(Some(password))) => Some((user, password.into())),
            _ => return Err(fault("has a user or password that is no text")),
        };
        let wire = match tls {
            true => MailWire::Tls,
            false if is_loopback(host) => MailWire::Plain,
            false => MailWire::StartTls,
        };
        let host = match Host::parse(host) {
            Ok(Host::Ipv6(address)) => address.to_string(),
            _ => host.to_owned(),
        };
        Ok(Some(MailSettings { host, port: url.port().unwrap_or(port), wire, login, from: self.mail_from()? }))
    }

    /// Not guessed from PUBLIC_URL: a sender that the mail server does not know ends among the junk, or nowhere.
    fn mail_from(&self) -> Checked<Mailbox> {
        const REMEDY: &str = "beside SMTP_URL set the sender that your mail server lets you use, \
                              such as tickets@example.com or Diwali Night <tickets@example.com>";
        let typed = required("MAIL_FROM", self.mail_from.as_ref(), REMEDY)?;
        let fault =
            || Fault { name: "MAIL_FROM", problem: format!("is not an e-mail address: {typed}"), remedy: REMEDY };
        if typed.chars().any(char::is_control) {
            return Err(fault());
        }
        typed.parse().map_err(|_| fault())
    }

    /// `None` where nobody is to be told of tickets.
    pub(super) fn ticket_webhook(&self) -> Checked<Option<WebhookSettings>> {
        const URL: &str = "TICKET_WEBHOOK_URL";
        const SECRET: &str = "TICKET_WEBHOOK_SECRET";
        const MAKE: &str = "make one by `echo whsec_$(openssl rand -base64 32)` and give it to both sides";
        let given = |typed: &Option<String>| typed.as_ref().is_some_and(|typed| !typed.trim().is_empty());
        match (given(&self.ticket_webhook_url), given(&self.ticket_webhook_secret)) {
            (false, false) => return Ok(None),
            (false, true) => {
                let problem = format!("is missing, beside {SECRET}");
                return Err(Fault { name: URL, problem, remedy: "set the address of your bridge, or remove both" });
            }
            _ => {}
        }
        let url = web_address(URL, self.ticket_webhook_url.as_deref().unwrap_or_default().trim())?;
        // It carries names and phone numbers.
        if url.scheme() == "http" && !url.host_str().is_some_and(is_loopback) {
            let problem = "is not encrypted, and would carry phone numbers".into();
            return Err(Fault { name: URL, problem, remedy: "start it with https://" });
        }
        let secret = required(SECRET, self.ticket_webhook_secret.as_ref(), MAKE)?;
        if key(&secret).is_none() {
            let problem = "is not whsec_ and the base64 of 24 to 64 bytes".into();
            return Err(Fault { name: SECRET, problem, remedy: MAKE });
        }
        Ok(Some(WebhookSettings { url, secret: secret.into() }))
    }
}

/// By the rules of Standard Webhooks.
fn key(secret: &str) -> Option<Vec<u8>> {
    let key = BASE64.decode(secret.strip_prefix("whsec_")?.as_bytes()).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(smtp_url: &str, from: &str) -> Checked<Option<MailSettings>> {
        Typed { smtp_url: Some(smtp_url.into()), mail_from: Some(from.into()), ..Typed::default() }.mail()
    }

    fn webhook(url: &str, secret: &str) -> Checked<Option<WebhookSettings>> {
        let (url, secret) = (Some(url.into()), Some(secret.into()));
        Typed { ticket_webhook_url: url, ticket_webhook_secret: secret, ..Typed::default() }.ticket_webhook()
    }

    const FROM: &str = "Diwali Night <tickets@example.com>";
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn a_mail_server_has_its_schemes_port_and_only_this_machines_is_spoken_to_in_the_clear() {
        for (url, host, port, wire) in [
            ("smtp://smtp.example.com", "smtp.example.com", 587, MailWire::StartTls),
            ("smtps://smtp.example.com", "smtp.example.com", 465, MailWire::Tls),
            ("smtp://10.0.0.5:25", "10.0.0.5", 25, MailWire::StartTls),
            ("smtp://127.0.0.1:2525/", "127.0.0.1", 2525, MailWire::Plain),
            ("smtp://[::1]:25", "::1", 25, MailWire::Plain),
            ("smtps://localhost", "localhost", 465, MailWire::Tls),
        ] {
            let mail = mail(url, FROM).unwrap().unwrap();
            assert_eq!((&*mail.host, mail.port, mail.wire), (host, port, wire), "{url}");
            assert!(mail.login.is_none());
        }
    }

    #[test]
    fn a_login_may_hold_any_character_and_is_not_shown() {
        let mail = mail("smtp://tickets%40example.com:p%3A%2F%23s@smtp.example.com", FROM).unwrap().unwrap();
        let (user, password) = mail.login.clone().unwrap();
        assert_eq!((&*user, secrecy::ExposeSecret::expose_secret(&password)), ("tickets@example.com", "p:/#s"));
        assert!(!format!("{mail:?}").contains("p:/#s"));
        assert_eq!(mail.from.name.as_deref(), Some("Diwali Night"));
    }

    #[test]
    fn what_cannot_be_sent_with_is_a_fault_that_repeats_no_password() {
        for url in [
            "smtp.example.com",
            "http://u:s3cret@smtp.example.com",
            "smtp://u:s3cret@",
            "smtp://u@smtp.example.com",
            "smtp://u:s3cret@smtp.example.com/inbox",
            "smtp://u:s3cret@smtp.example.com?tls=none",
            "smtp://u:s3cret%FF@smtp.example.com",
        ] {
            let fault = mail(url, FROM).unwrap_err();
            assert!(fault.name == "SMTP_URL" && !format!("{fault:?}").contains("s3cret"), "{fault:?}");
        }
        for from in ["", "tickets", "tickets@", "a@example.com\r\nBcc: b@example.com"] {
            assert_eq!(mail("smtp://localhost", from).unwrap_err().name, "MAIL_FROM", "{from:?}");
        }
        assert!(mail(" ", "").unwrap().is_none());
    }

    #[test]
    fn a_webhook_has_an_address_and_a_secret_or_neither() {
        assert!(webhook("", " ").unwrap().is_none());
        let hook = webhook("https://bridge.example.com/tickets", SECRET).unwrap().unwrap();
        assert!(hook.key().len() == 24 && !format!("{hook:?}").contains(SECRET));
        assert!(webhook("http://127.0.0.1:9000/", SECRET).is_ok());
        for (url, secret, at_fault) in [
            ("", SECRET, "TICKET_WEBHOOK_URL"),
            ("http://bridge.example.com/", SECRET, "TICKET_WEBHOOK_URL"),
            ("bridge.example.com", SECRET, "TICKET_WEBHOOK_URL"),
            ("https://bridge.example.com", "", "TICKET_WEBHOOK_SECRET"),
            ("https://bridge.example.com", "secret", "TICKET_WEBHOOK_SECRET"),
            ("https://bridge.example.com", "whsec_c2hvcnQ=", "TICKET_WEBHOOK_SECRET"),
        ] {
            assert_eq!(webhook(url, secret).unwrap_err().name, at_fault, "{url} {secret}");
        }
    }
}
