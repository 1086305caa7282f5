//! Settings, read once at the start.
//!
//! Two steps: [`Typed`] is what stands in the environment or on the command
//! line, as text; the `check_*` functions turn it into what is meant, naming
//! every fault at once together with its remedy.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

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
    /// Minutes a seat is held for someone who has not paid yet (Razorpay needs at least 16)
    #[arg(long, env = "HOLD_MINUTES", global = true, default_value = "20")]
    hold_minutes: String,
    /// Seconds between two rounds of the look-up for payments nobody told us of
    #[arg(long, env = "LOOK_UP_SECONDS", global = true, default_value = "5")]
    look_up_seconds: String,
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
}

/// Everything `serve` needs.
#[derive(Clone, Debug)]
pub struct ServeSettings {
    pub database: DatabaseSettings,
    pub razorpay: RazorpaySettings,
    pub signing_key_file: PathBuf,
    pub bind: SocketAddr,
    pub public_url: Url,
    pub hold: Duration,
    pub look_up_every: Duration,
}

/// One bad or missing setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    name: &'static str,
    problem: String,
    remedy: &'static str,
}

/// Every bad or missing setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these settings need attention:")?;
        for Fault { name, problem, remedy } in &self.0 {
            write!(f, "\n  {name} {problem}; {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

type Checked<T> = Result<T, Fault>;

impl Typed {
    /// What every command that touches the database needs.
    ///
    /// # Errors
    /// [`Faults`] names each bad or missing setting.
    pub fn check_database(&self) -> Result<DatabaseSettings, Faults> {
        self.database().map_err(|fault| Faults(vec![fault]))
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
        let public_url = self.public_url().map_err(&mut keep).ok();
        let api_url = web_address("RAZORPAY_API_URL", &self.razorpay_api_url).map_err(&mut keep).ok();
        let hold = whole_number("HOLD_MINUTES", &self.hold_minutes, 16, 24 * 60).map_err(&mut keep).ok();
        let look_up = whole_number("LOOK_UP_SECONDS", &self.look_up_seconds, 1, 3600).map_err(&mut keep).ok();
        let from_dashboard = "copy it from Razorpay's dashboard (test keys start with rzp_test_)";
        let key_id = required("RAZORPAY_KEY_ID", self.razorpay_key_id.as_ref(), from_dashboard);
        let key_id = key_id.map_err(&mut keep).ok();
        let key_secret = required("RAZORPAY_KEY_SECRET", self.razorpay_key_secret.as_ref(), from_dashboard);
        let key_secret = key_secret.map_err(&mut keep).ok();
        let as_in_dashboard = "set the same secret as for the webhook in Razorpay's dashboard";
        let webhook_secret =
            required("RAZORPAY_WEBHOOK_SECRET", self.razorpay_webhook_secret.as_ref(), as_in_dashboard);
        let webhook_secret = webhook_secret.map_err(&mut keep).ok();
        (|| {
            Some(ServeSettings {
                database: database?,
                razorpay: RazorpaySettings {
                    api_url: api_url?,
                    key_id: key_id?,
                    key_secret: key_secret?.into(),
                    webhook_secret: webhook_secret?.into(),
                },
                signing_key_file: signing_key_file?,
                bind: bind?,
                public_url: public_url?,
                hold: Duration::from_secs(hold? * 60),
                look_up_every: Duration::from_secs(look_up?),
            })
        })()
        .ok_or(Faults(faults))
    }

    fn database(&self) -> Checked<DatabaseSettings> {
        const NAME: &str = "DATABASE_URL";
        const FORM: &str = "give it the form mysql://user:password@host:3306/database";
        let typed = required(NAME, self.database_url.as_ref(), FORM)?;
        let fault = |problem: &str| Fault { name: NAME, problem: problem.into(), remedy: FORM };
        let url = Url::parse(&typed).map_err(|_| fault("is not an address"))?;
        let host = match (url.scheme(), url.host_str()) {
            ("mysql", Some(host)) if !host.is_empty() => host,
            ("mysql", _) => return Err(fault("names no host")),
            _ => return Err(fault("does not start with mysql://")),
        };
        if url.path().trim_matches('/').is_empty() {
            return Err(fault("names no database"));
        }
        let loopback = is_loopback(host);
        if let Some(file) = self.database_ca.as_ref().filter(|file| !file.is_file()) {
            let problem = format!("is no file: {}", file.display());
            return Err(Fault { name: "DATABASE_CA", problem, remedy: "give the path of a PEM file" });
        }
        Ok(DatabaseSettings { url: typed.into(), ca_file: self.database_ca.clone(), loopback })
    }

    fn signing_key_file(&self) -> Checked<PathBuf> {
        self.ticket_signing_key_file.clone().filter(|path| !path.as_os_str().is_empty()).ok_or(Fault {
            name: "TICKET_SIGNING_KEY_FILE",
            problem: "is missing".into(),
            remedy: "name a file; `booking-web keygen` writes one",
        })
    }

    fn bind(&self) -> Checked<SocketAddr> {
        self.bind.parse().map_err(|_| Fault {
            name: "BIND",
            problem: format!("is not an address and port: {}", self.bind),
            remedy: "use one such as 127.0.0.1:8080 or 0.0.0.0:8080",
        })
    }

    fn public_url(&self) -> Checked<Url> {
        let remedy = "set the address attendees use, such as https://tickets.example.com";
        web_address("PUBLIC_URL", &required("PUBLIC_URL", self.public_url.as_ref(), remedy)?)
    }
}

fn required(name: &'static str, typed: Option<&String>, remedy: &'static str) -> Checked<String> {
    let value = typed.map(|value| value.trim()).filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or(Fault { name, problem: "is missing".into(), remedy })
}

/// An http(s) address that paths can be joined to.
fn web_address(name: &'static str, typed: &str) -> Checked<Url> {
    let remedy = "start it with https:// (or http:// on this machine)";
    let fault = || Fault { name, problem: format!("is not a web address: {typed}"), remedy };
    let url = Url::parse(typed).map_err(|_| fault())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || !plain {
        return Err(fault());
    }
    // Keys and personal data do not travel in the clear.
    if url.scheme() == "http" && name == "RAZORPAY_API_URL" && !url.host_str().is_some_and(is_loopback) {
        return Err(Fault { name, problem: format!("is not encrypted: {typed}"), remedy: "start it with https://" });
    }
    Ok(url)
}

fn whole_number(name: &'static str, typed: &str, least: u64, most: u64) -> Checked<u64> {
    typed.trim().parse().ok().filter(|n| (least..=most).contains(n)).ok_or_else(|| Fault {
        name,
        problem: format!("is not a whole number from {least} to {most}: {typed}"),
        remedy: "change or remove it",
    })
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed {
            database_url: Some("mysql://u:p@localhost:3306/event".into()),
            database_ca: None,
            ticket_signing_key_file: Some("key.pem".into()),
            bind: "127.0.0.1:8080".into(),
            public_url: Some("https://tickets.example.com/".into()),
            razorpay_api_url: "https://api.razorpay.com/v1".into(),
            razorpay_key_id: Some("rzp_test_1".into()),
            razorpay_key_secret: Some("s3cret-of-the-key".into()),
            razorpay_webhook_secret: Some("s3cret-of-the-webhook".into()),
            hold_minutes: "20".into(),
            look_up_seconds: "5".into(),
        }
    }

    #[test]
    fn good_settings_pass() {
        let settings = typed().check_serve().unwrap();
        assert_eq!(settings.hold, Duration::from_secs(1200));
        assert_eq!(settings.link_to("/orders/x"), "https://tickets.example.com/orders/x");
        assert!(settings.database.loopback);
    }

    #[test]
    fn every_fault_is_named_at_once_with_its_remedy() {
        let bad = Typed {
            database_url: Some("postgres://localhost/x".into()),
            bind: "8080".into(),
            public_url: None,
            razorpay_api_url: "http://api.razorpay.com".into(),
            razorpay_key_secret: Some(" ".into()),
            hold_minutes: "5".into(),
            ..typed()
        };
        let text = bad.check_serve().unwrap_err().to_string();
        for name in ["DATABASE_URL", "BIND", "PUBLIC_URL", "RAZORPAY_API_URL", "RAZORPAY_KEY_SECRET", "HOLD_MINUTES"] {
            assert!(text.contains(&format!("\n  {name} ")), "{name} in {text}");
        }
        assert!(!text.contains("RAZORPAY_KEY_ID "));
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let shown = format!("{:?}", typed().check_serve().unwrap());
        assert!(!shown.contains("s3cret") && !shown.contains("u:p@"), "{shown}");
    }
}
