//! The way to the mail server, step by step: which step it refuses decides
//! whether another attempt makes sense.

use std::error::Error as _;
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use super::Fate;
use crate::config::{MailSettings, MailWire};

/// Until the server listens; some let strangers wait half a minute.
const CONNECT_WITHIN: Duration = Duration::from_secs(45);
/// For one message. A server that looks for junk may think for long after the
/// last byte, and whoever leaves before its word sends the message twice.
const SEND_WITHIN: Duration = Duration::from_secs(90);
const FAREWELL_WITHIN: Duration = Duration::from_secs(2);

/// Hands messages to one mail server.
pub(super) struct Mailer {
    settings: MailSettings,
    tls: TlsParameters,
    hello: ClientId,
}

/// A connection that lasts for a few messages.
pub(super) struct Line<'a> {
    mailer: &'a Mailer,
    stop: &'a CancellationToken,
    open: Option<AsyncSmtpConnection>,
}

impl Mailer {
    /// `our_host` is whom we say we are.
    pub(super) fn new(settings: MailSettings, our_host: &str) -> anyhow::Result<Self> {
        let tls = TlsParameters::new_rustls(settings.host.clone())?;
        let hello = match our_host.trim_matches(['[', ']']).parse() {
            Ok(std::net::IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(std::net::IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(our_host.to_owned()),
        };
        Ok(Self { settings, tls, hello })
    }

    pub(super) fn from(&self) -> &Mailbox {
        &self.settings.from
    }

    /// Once `stop` comes, nobody waits for a greeting any more.
    pub(super) fn line<'a>(&'a self, stop: &'a CancellationToken) -> Line<'a> {
        Line { mailer: self, stop, open: None }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let MailSettings { host, port, wire, login, .. } = &self.settings;
        let at_once = (*wire == MailWire::Tls).then(|| self.tls.clone());
        let server = (host.as_str(), *port);
        let mut line =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_WITHIN), &self.hello, at_once, None).await?;
        if *wire == MailWire::StartTls {
            // An error where the server does not offer it: nothing goes out in the clear.
            line.starttls(self.tls.clone(), &self.hello).await?;
        }
        if let Some((user, password)) = login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            line.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
        }
        Ok(line)
    }
}

impl Line<'_> {
    pub(super) async fn send(&mut self, to: &Address, message: &[u8]) -> Fate {
        let mut line = match self.open.take() {
            Some(line) => line,
            None => match self.connected().await {
                Ok(line) => line,
                Err(cause) => return Fate::Unreachable(cause),
            },
        };
        let from = &self.mailer.settings.from.email;
        match tokio::time::timeout(SEND_WITHIN, hand_over(&mut line, from, to, message)).await {
            Ok(Ok(())) => {
                self.open = Some(line);
                Fate::Sent
            }
            Ok(Err(fate)) => {
                goodbye(line).await;
                fate
            }
            Err(_) => Fate::Unreachable("the mail server does not answer".into()),
        }
    }

    async fn connected(&self) -> Result<AsyncSmtpConnection, String> {
        let connecting = tokio::time::timeout(CONNECT_WITHIN, self.mailer.connect());
        match self.stop.run_until_cancelled(connecting).await {
            Some(Ok(Ok(line))) => Ok(line),
            Some(Ok(Err(error))) => Err(told("not let in", &error)),
            Some(Err(_)) => Err("the mail server does not greet".into()),
            None => Err("told to stop before the mail server greeted".into()),
        }
    }

    pub(super) async fn close(self) {
        if let Some(line) = self.open {
            goodbye(line).await;
        }
    }
}

async fn goodbye(mut line: AsyncSmtpConnection) {
    // It hangs up on us, or we on it.
    let _ = tokio::time::timeout(FAREWELL_WITHIN, line.quit()).await;
}

async fn hand_over(line: &mut AsyncSmtpConnection, from: &Address, to: &Address, message: &[u8]) -> Result<(), Fate> {
    let later = |step| move |error: Error| Fate::Later(told(step, &error));
    let plain = AsRef::<str>::as_ref(to).is_ascii() && AsRef::<str>::as_ref(from).is_ascii();
    if !plain && !line.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Err(Fate::GivenUp("the mail server takes no address with such letters".into()));
    }
    let options = if plain { vec![] } else { vec![MailParameter::SmtpUtfEight] };
    line.command(Mail::new(Some(from.clone()), options)).await.map_err(later("sender"))?;
    line.command(Rcpt::new(to.clone(), vec![])).await.map_err(|error| {
        let said = told("recipient", &error);
        if is_final(&error) { Fate::GivenUp(said) } else { Fate::Later(said) }
    })?;
    line.command(Data).await.map_err(later("message"))?;
    line.message(message).await.map_err(later("message"))?;
    Ok(())
}

/// A 5xx that is about this address. What is about us (no login, no relaying,
/// too many today) may be mended, and says so by its enhanced code, RFC 3463:
/// 1 is addresses, 2 mailboxes, and the rest is systems, networks and policies.
fn is_final(error: &Error) -> bool {
    let about_the_address = match enhanced(error).as_deref().and_then(|code| code.split('.').nth(1)) {
        Some(subject) => matches!(subject, "0" | "1" | "2"),
        None => error.status().map(u16::from) != Some(530),
    };
    error.is_permanent() && about_the_address
}

/// For the outbox and the log: codes and no words, because servers like to repeat the address.
fn told(step: &str, error: &Error) -> String {
    match error.status() {
        Some(code) => match enhanced(error) {
            Some(enhanced) => format!("{step}: refused, {code} {enhanced}"),
            None => format!("{step}: refused, {code}"),
        },
        None if error.is_response() => format!("{step}: an answer that is no SMTP"),
        None => format!("{step}: {error}"),
    }
}

/// `5.1.1`, where the server's words begin with such a code.
fn enhanced(error: &Error) -> Option<String> {
    let said = error.source()?.to_string();
    let code = said.split_whitespace().next()?;
    let parts =
        code.split('.').filter(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    (parts.count() == 3 && code.split('.').count() == 3).then(|| code.to_owned())
}
