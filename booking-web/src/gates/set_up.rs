//! What a gate is told when it is set up: a few lines of TOML, in a file or in
//! a code that it reads from a screen. They hold its password, and are shown
//! once and kept nowhere.

use std::path::PathBuf;

use common::PublicKey;
use serde::Serialize;
use url::Url;

use super::Account;
use crate::config::DatabaseSettings;
use crate::ticket::qr::{Symbol, TooDense};

/// Everything but the account, checked before there is one.
#[derive(Debug)]
pub struct SetUp {
    name: String,
    /// The host and port a gate connects to.
    address: (String, u16),
    database: String,
    accept_unsigned: bool,
    /// Whether the gate may keep a readable list of guests.
    offline_list: bool,
    key: PublicKey,
    /// The authority goes along, so that one file or one code sets a gate up.
    authority: Option<String>,
}

/// Why a gate cannot be set up so.
#[derive(Debug, thiserror::Error)]
pub enum SetUpFault {
    #[error("a gate's name has 1 to 50 characters, such as \"Gate B\"")]
    Name,
    #[error("{typed}: write it as db.example.com:3306")]
    Address { typed: String },
    #[error("DATABASE_URL: not an address")]
    OwnAddress(#[from] url::ParseError),
    #[error("DATABASE_CA: cannot read {}", file.display())]
    Authority { file: PathBuf, source: std::io::Error },
    #[error("the gate's settings")]
    Text(#[from] toml::ser::Error),
}

/// The file and the set-up code are this as TOML.
#[derive(Serialize)]
struct GateSettings<'a> {
    gate: &'a str,
    database_url: String,
    accept_unsigned: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    offline_list: Option<bool>,
    public_keys: [PublicKey; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    database_ca: Option<&'a str>,
}

impl SetUp {
    /// A gate of this name for our database, which it reaches at `address`, or
    /// as we do.
    ///
    /// # Errors
    /// [`SetUpFault`].
    pub fn new(
        name: &str,
        address: Option<&str>,
        accept_unsigned: bool,
        key: PublicKey,
        database: &DatabaseSettings,
    ) -> Result<Self, SetUpFault> {
        let own = Url::parse(database.exposed_url())?;
        let authority = database.ca_file.as_ref().map(|file| {
            let unread = |source| SetUpFault::Authority { file: file.clone(), source };
            std::fs::read_to_string(file).map_err(unread)
        });
        Ok(Self {
            name: gate_name(name)?,
            address: reached_at(&own, address)?,
            database: own.path().trim_start_matches('/').to_owned(),
            accept_unsigned,
            offline_list: false,
            key,
            authority: authority.transpose()?,
        })
    }

    /// The gate may keep names and numbers on its disk, in the clear, to find
    /// guests by hand while the network is down.
    #[must_use]
    pub fn with_a_list(self, offline_list: bool) -> Self {
        Self { offline_list, ..self }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the gate is told.
    ///
    /// # Errors
    /// [`SetUpFault::Text`], which nothing is known to lead to.
    pub fn text(&self, account: &Account) -> Result<String, SetUpFault> {
        let (host, port) = &self.address;
        let Account { user, password } = account;
        let settings = GateSettings {
            gate: &self.name,
            database_url: format!("mysql://{user}:{password}@{host}:{port}/{}", self.database),
            accept_unsigned: self.accept_unsigned,
            offline_list: self.offline_list.then_some(true),
            public_keys: [self.key],
            database_ca: self.authority.as_deref(),
        };
        Ok(toml::to_string(&settings)?)
    }

    /// Whether a webcam will read the code, said before there is an account
    /// that nobody could use. Certificates rarely fit.
    #[must_use]
    pub fn fits_into_a_code(&self) -> bool {
        self.text(&longest_account()).is_ok_and(|text| code(&text).is_ok())
    }
}

/// The same text, for a camera.
///
/// # Errors
/// [`TooDense`].
pub fn code(text: &str) -> Result<Symbol, TooDense> {
    Symbol::shown(text)
}

/// A gate's name in its normal form.
///
/// # Errors
/// [`SetUpFault::Name`].
pub fn gate_name(typed: &str) -> Result<String, SetUpFault> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > 50 || name.chars().any(char::is_control) {
        return Err(SetUpFault::Name);
    }
    Ok(name)
}

fn reached_at(own: &Url, typed: Option<&str>) -> Result<(String, u16), SetUpFault> {
    let wrong = || SetUpFault::Address { typed: typed.unwrap_or_default().to_owned() };
    let url = match typed {
        // Nothing but a host and a port: what else an address may hold, a gate would be misled by.
        Some(typed) if typed.contains(['/', '@', '?', '#']) => return Err(wrong()),
        Some(typed) => Url::parse(&format!("mysql://{typed}")).map_err(|_| wrong())?,
        None => own.clone(),
    };
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
    Ok((host.to_owned(), url.port().unwrap_or(3306)))
}

/// As long as every account, in letters, which take the most room in a code.
fn longest_account() -> Account {
    Account { user: format!("gate_{}", "f".repeat(12)), password: "f".repeat(32) }
}

#[cfg(test)]
mod tests {
    use common::TicketSigner;

    use super::*;

    /// A gate for a database at Amazon.
    fn gate_b(authority: Option<String>) -> SetUp {
        SetUp {
            name: "Gate B".into(),
            address: ("diwali-night.c9akciq32xyz.ap-south-1.rds.amazonaws.com".into(), 3306),
            database: "diwali_night".into(),
            accept_unsigned: false,
            offline_list: false,
            key: TicketSigner::from_seed(&[7; 32]).public_key(),
            authority,
        }
    }

    /// PEM with a certificate of so many bytes.
    fn certificate(bytes: usize) -> String {
        let body = data_encoding::BASE64.encode(&vec![0x5a; bytes]);
        let lines: Vec<_> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    #[test]
    fn a_set_up_code_has_large_modules() {
        // Version 11: seven pixels each, where the code fills three fifths of 720 lines.
        let text = gate_b(None).text(&longest_account()).unwrap();
        assert_eq!(code(&text).unwrap().side(), 61 + 8);
    }

    #[test]
    fn one_small_certificate_fits_and_any_other_does_not() {
        // A P-256 authority with a short name; one of RSA with 2048 bits.
        assert!(gate_b(Some(certificate(400))).fits_into_a_code());
        assert!(!gate_b(Some(certificate(790))).fits_into_a_code());
    }

    #[test]
    fn an_address_is_a_host_and_a_port_and_nothing_else() {
        let own = Url::parse("mysql://booking:secret@db.example.com/event").unwrap();
        assert_eq!(reached_at(&own, None).unwrap(), ("db.example.com".into(), 3306));
        assert_eq!(reached_at(&own, Some("10.0.0.5:3307")).unwrap(), ("10.0.0.5".into(), 3307));
        for wrong in ["", ":3306", "a b", "evil@db", "db/other", "db:99999", "db?x=1"] {
            assert!(reached_at(&own, Some(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_name_is_what_is_said_at_the_door() {
        assert_eq!(gate_name("  Gate   B ").unwrap(), "Gate B");
        for wrong in ["", " ", "a\u{0}b", &"x".repeat(51)] {
            assert!(gate_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
