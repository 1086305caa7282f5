//! Settings, read once at the start.
//!
//! Two steps: [`Typed`] is what stands in the environment or on the command
//! line, as text; the `check_*` functions turn it into what is meant, naming
//! every fault at once together with its remedy. What one setting may be is
//! said in `check`.

mod check;
mod faults;
mod mail;
mod reconcile;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::check::{required, web_address, whole_number};
pub use self::faults::{Fault, Faults};
pub use self::mail::{MailSettings, MailWire, WebhookSettings};
pub use self::reconcile::ReconcileSettings;
use crate::server::TlsFiles;

/// Settings as typed; each is a flag and an environment variable of the same
/// name. No `Debug`: the secrets among them are still plain text.
#[derive(Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings (flag or environment variable)")]
pub struct Typed {
    /// The event's database, such as mysql://booking:secret@db.example.com:3306/event
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    database_url: Option<String>,
    /// File with the certificate authority of the database server, PEM (for AWS RDS: its global bundle)
    #[arg(long, env = "DATABASE_CA", global = true)]
    database_ca: Option<PathBuf>,
    /// Ed25519 key that signs tickets, PKCS#8 PEM; `keygen` writes one
    #[arg(long, env = "TICKET_SIGNING_KEY_FILE", global = true)]
    ticket_signing_key_file: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, env = "BIND", global = true, default_value = "127.0.0.1:8080")]
    bind: String,
    /// File with this site's certificate and its chain, PEM; without it a proxy in front has to speak TLS
    #[arg(long, env = "TLS_CERT", global = true)]
    tls_cert: Option<PathBuf>,
    /// File with the key of that certificate, PEM
    #[arg(long, env = "TLS_KEY", global = true)]
    tls_key: Option<PathBuf>,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, such as 10.0.0.5,10.1.0.0/16
    #[arg(long, env = "TRUSTED_PROXIES", global = true, default_value = "")]
    trusted_proxies: String,
    /// Forms taken from one address in a minute; 0 for any number. Thousands of phones may share one address
    #[arg(long, env = "SUBMITS_PER_MINUTE", global = true, default_value = "600")]
    submits_per_minute: String,
    /// The address that attendees use: https, the host, nothing more
    #[arg(long, env = "PUBLIC_URL", global = true)]
    public_url: Option<String>,
    /// Razorpay's API
    #[arg(long, env = "RAZORPAY_API_URL", global = true, default_value = "https://api.razorpay.com/v1")]
    razorpay_api_url: String,
    /// API key id from Razorpay's dashboard (Account & Settings, API Keys)
    #[arg(long, env = "RAZORPAY_KEY_ID", global = true, hide_env_values = true)]
    razorpay_key_id: Option<String>,
    /// API key secret that belongs to the id
    #[arg(long, env = "RAZORPAY_KEY_SECRET", global = true, hide_env_values = true)]
    razorpay_key_secret: Option<String>,
    /// Secret of the webhook, chosen when it is added in the dashboard
    #[arg(long, env = "RAZORPAY_WEBHOOK_SECRET", global = true, hide_env_values = true)]
    razorpay_webhook_secret: Option<String>,
    /// The webhook's secret before it was changed: good until it is removed here
    #[arg(long, env = "RAZORPAY_WEBHOOK_SECRET_PREVIOUS", global = true, hide_env_values = true)]
    razorpay_webhook_secret_previous: Option<String>,
    /// Minutes a seat is held for someone who has not paid yet (Razorpay needs at least 16)
    #[arg(long, env = "HOLD_MINUTES", global = true, default_value = "20")]
    hold_minutes: String,
    /// Seconds between two rounds of the look-up for payments nobody told us of
    #[arg(long, env = "LOOK_UP_SECONDS", global = true, default_value = "5")]
    look_up_seconds: String,
    /// Hours between two comparisons of the ledger with Razorpay's; 0 for never
    #[arg(long, env = "RECONCILE_HOURS", global = true, default_value = "6")]
    reconcile_hours: String,
    /// Days after the event on which names, numbers and addresses are erased; 0 for never
    #[arg(long, env = "PURGE_AFTER_DAYS", global = true, default_value = "0")]
    purge_after_days: String,
    /// The mail server, such as smtp://user:password@smtp.example.com:587; without it no e-mail is sent
    #[arg(long, env = "SMTP_URL", global = true, hide_env_values = true)]
    smtp_url: Option<String>,
    /// Whom e-mail comes from, such as Diwali Night <tickets@example.com>
    #[arg(long, env = "MAIL_FROM", global = true)]
    mail_from: Option<String>,
    /// Told of each ticket, signed by the Standard Webhooks scheme: a bridge to WhatsApp or SMS
    #[arg(long, env = "TICKET_WEBHOOK_URL", global = true)]
    ticket_webhook_url: Option<String>,
    /// What that is signed with: whsec_ and the base64 of 24 to 64 random bytes
    #[arg(long, env = "TICKET_WEBHOOK_SECRET", global = true, hide_env_values = true)]
    ticket_webhook_secret: Option<String>,
}

/// Where the database is and how its server proves itself.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// `mysql://…`, with the password.
    pub url: SecretString,
    /// Trusted instead of the public authorities.
    pub ca_file: Option<PathBuf>,
    /// Whether the server is this machine: only then may the wire be plain text.
    pub loopback: bool,
}

/// How to speak to Razorpay, and how to know its voice.
#[derive(Clone, Debug)]
pub struct RazorpaySettings {
    pub api_url: Url,
    pub key_id: String,
    pub key_secret: SecretString,
    pub webhook_secret: SecretString,
    /// Of before a change: Razorpay may still sign with it.
    pub webhook_secret_previous: Option<SecretString>,
}

/// Everything `serve` needs.
#[derive(Clone, Debug)]
pub struct ServeSettings {
    pub database: DatabaseSettings,
    pub razorpay: RazorpaySettings,
    pub signing_key_file: PathBuf,
    pub bind: SocketAddr,
    /// `None` where a proxy in front speaks TLS.
    pub tls: Option<TlsFiles>,
    /// Their word on who asks is taken, and nobody else's.
    pub trusted_proxies: Vec<IpNet>,
    /// From one address; `None` for any number.
    pub submits_per_minute: Option<NonZeroU32>,
    pub public_url: Url,
    pub hold: Duration,
    pub look_up_every: Duration,
    /// `None` for never.
    pub reconcile_every: Option<Duration>,
    /// After the event; `None` for never.
    pub purge_after_days: Option<NonZeroU32>,
    /// `None` where no e-mail is sent.
    pub mail: Option<MailSettings>,
    /// `None` where nobody is told of tickets.
    pub ticket_webhook: Option<WebhookSettings>,
}

impl Typed {
    /// What every command that touches the database needs.
    ///
    /// # Errors
    /// [`Faults`] names each bad or missing setting.
    pub fn check_database(&self) -> Result<DatabaseSettings, Faults> {
        self.database().map_err(|fault| Faults(vec![fault]))
    }

    /// What every command that speaks to Razorpay needs.
    ///
    /// # Errors
    /// [`Faults`] names each bad or missing setting.
    pub fn check_razorpay(&self) -> Result<(DatabaseSettings, RazorpaySettings), Faults> {
        let mut faults = Vec::new();
        let mut keep = |fault| faults.push(fault);
        let database = self.database().map_err(&mut keep).ok();
        let razorpay = self.razorpay(&mut keep);
        database.zip(razorpay).ok_or(Faults(faults))
    }

    /// Where the signing key is, or shall be.
    ///
    /// # Errors
    /// [`Faults`] when it is missing.
    pub fn check_signing_key_file(&self) -> Result<PathBuf, Faults> {
        self.signing_key_file().map_err(|fault| Faults(vec![fault]))
    }

    /// What `serve` needs.
    ///
    /// # Errors
    /// [`Faults`] names each bad or missing setting.
    pub fn check_serve(&self) -> Result<ServeSettings, Faults> {
        let mut faults = Vec::new();
        let mut keep = |fault| faults.push(fault);
        let database = self.database().map_err(&mut keep).ok();
        let signing_key_file = self.signing_key_file().map_err(&mut keep).ok();
        let bind = self.bind().map_err(&mut keep).ok();
        let tls = self.tls().map_err(&mut keep).ok();
        let trusted_proxies = self.trusted_proxies().map_err(&mut keep).ok();
        let submits = whole_number("SUBMITS_PER_MINUTE", &self.submits_per_minute, 0, 1_000_000);
        let submits_per_minute = submits.map_err(&mut keep).ok();
        let public_url = self.public_url().map_err(&mut keep).ok();
        let hold = whole_number("HOLD_MINUTES", &self.hold_minutes, 16, 24 * 60).map_err(&mut keep).ok();
        let look_up = whole_number("LOOK_UP_SECONDS", &self.look_up_seconds, 1, 3600).map_err(&mut keep).ok();
        let reconcile = whole_number("RECONCILE_HOURS", &self.reconcile_hours, 0, 7 * 24).map_err(&mut keep).ok();
        let purge = whole_number("PURGE_AFTER_DAYS", &self.purge_after_days, 0, 3650).map_err(&mut keep).ok();
        let mail = self.mail().map_err(&mut keep).ok();
        let ticket_webhook = self.ticket_webhook().map_err(&mut keep).ok();
        let razorpay = self.razorpay(&mut keep);
        (|| {
            Some(ServeSettings {
                database: database?,
                razorpay: razorpay?,
                signing_key_file: signing_key_file?,
                bind: bind?,
                tls: tls?,
                trusted_proxies: trusted_proxies?,
                submits_per_minute: NonZeroU32::new(u32::try_from(submits_per_minute?).ok()?),
                public_url: public_url?,
                hold: Duration::from_secs(hold? * 60),
                look_up_every: Duration::from_secs(look_up?),
                reconcile_every: reconcile.map(|hours| (hours > 0).then(|| Duration::from_secs(hours * 3600)))?,
                purge_after_days: NonZeroU32::new(u32::try_from(purge?).ok()?),
                mail: mail?,
                ticket_webhook: ticket_webhook?,
            })
        })()
        .ok_or(Faults(faults))
    }

    /// `None` when one of its settings is at fault, which was then kept.
    fn razorpay(&self, keep: &mut impl FnMut(Fault)) -> Option<RazorpaySettings> {
        let from_dashboard = "copy it from Razorpay's dashboard (test keys start with rzp_test_)";
        let as_in_dashboard = "set the same secret as for the webhook in Razorpay's dashboard";
        let api_url = web_address("RAZORPAY_API_URL", &self.razorpay_api_url).map_err(&mut *keep).ok();
        let mut secret = |name, typed, remedy| required(name, typed, remedy).map_err(&mut *keep).ok();
        let key_id = secret("RAZORPAY_KEY_ID", self.razorpay_key_id.as_ref(), from_dashboard);
        let key_secret = secret("RAZORPAY_KEY_SECRET", self.razorpay_key_secret.as_ref(), from_dashboard);
        let webhook_secret = self.razorpay_webhook_secret.as_ref();
        let webhook_secret = secret("RAZORPAY_WEBHOOK_SECRET", webhook_secret, as_in_dashboard);
        let previous = self.razorpay_webhook_secret_previous.as_deref().map(str::trim).filter(|it| !it.is_empty());
        Some(RazorpaySettings {
            api_url: api_url?,
            key_id: key_id?,
            key_secret: key_secret?.into(),
            webhook_secret: webhook_secret?.into(),
            webhook_secret_previous: previous.map(SecretString::from),
        })
    }
}

impl ServeSettings {
    /// An absolute link to one of our pages.
    #[must_use]
    pub fn link_to(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }
}

impl DatabaseSettings {
    pub(crate) fn exposed_url(&self) -> &str {
        self.url.expose_secret()
    }
}
