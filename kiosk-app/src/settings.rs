//! The gate's settings: one TOML file, each setting also as an environment
//! variable, read once when the program starts.
//!
//! Two steps. What was typed (file and environment, no judgement) becomes what
//! is meant (a [`Settings`] that cannot be wrong), or all faults at once, each
//! with its key, its place and the remedy. A file's own lines are never quoted
//! in a message: the password is on one of them.

mod address;
mod offline;
mod place;
mod typed;

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use common::PublicKey;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

pub use address::{AddressFault, DatabaseAddress};
pub use offline::{NeighbourSettings, Offline};
pub use place::default_file;
use typed::{Place, Said, Typed};
pub(crate) use typed::{mentions_a_setting, variable};

/// What the gate goes by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The gate's name, as spoken at the door.
    pub gate: GateName,
    /// Where the tickets are.
    pub database: DatabaseAddress,
    /// Certificates, in PEM, of which one must vouch for the database's. None:
    /// the public authorities vouch for it.
    pub database_ca: Option<String>,
    /// The keys that ticket codes may be signed with.
    pub public_keys: Vec<PublicKey>,
    /// Whether a bare UNIQUE_ID is a ticket code.
    pub accept_unsigned: bool,
    /// The name of the camera to prefer, until the operator picks one.
    pub camera: Option<String>,
    /// How it goes on when the network is down.
    pub offline: Offline,
}

impl Settings {
    /// Reads the file (the one named, else [`default_file`] if there is one)
    /// and, over it, the environment.
    ///
    /// # Errors
    /// Every fault found.
    pub fn read(named: Option<&Path>) -> Result<Self, SettingsFault> {
        let mut faults = Vec::new();
        let typed = Typed::read(named, |variable| std::env::var_os(variable), &mut faults);
        Self::meant(typed, faults)
    }

    /// Reads a file's text, as `booking-web gate add` prints it.
    ///
    /// # Errors
    /// Every fault found.
    pub fn parse(toml: &str) -> Result<Self, SettingsFault> {
        let mut faults = Vec::new();
        let typed = Typed::parse(toml, &Place::File("ets-gate.toml".into()), &mut faults);
        Self::meant(typed, faults)
    }

    /// Reads a set-up code's text as the start will, once it is saved as
    /// `file`: by itself, because it must be whole, and with the environment
    /// over it.
    pub(crate) fn of_code(
        text: &str,
        file: &Path,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, SettingsFault> {
        let place = Place::Code { folder: file.parent().map(Path::to_owned).unwrap_or_default() };
        let mut faults = Vec::new();
        let alone = Typed::parse(text, &place, &mut faults);
        Self::meant(alone, faults)?;
        let mut faults = Vec::new();
        let mut typed = Typed::parse(text, &place, &mut faults);
        typed.hear(environment, &mut faults);
        Self::meant(typed, faults)
    }

    fn meant(mut typed: Typed, mut faults: Vec<Fault>) -> Result<Self, SettingsFault> {
        // Of a file that could not be read, no key can be called missing.
        if faults.iter().any(Fault::is_of_the_file) {
            return Err(SettingsFault(faults));
        }
        let gate = noted(typed.needed("gate", GateName::parse), &mut faults);
        let database = noted(typed.needed("database_url", DatabaseAddress::parse), &mut faults);
        let database_ca = noted(authority(&mut typed), &mut faults).flatten();
        let accept_unsigned = noted(typed.flag("accept_unsigned"), &mut faults).flatten().unwrap_or(false);
        let public_keys = noted(public_keys(&mut typed, accept_unsigned), &mut faults).unwrap_or_default();
        let camera = noted(camera(&mut typed), &mut faults).flatten();
        let offline = offline::meant(&mut typed, &mut faults);
        match (gate, database) {
            (Some(gate), Some(database)) if faults.is_empty() => {
                Ok(Self { gate, database, database_ca, public_keys, accept_unsigned, camera, offline })
            }
            _ => Err(SettingsFault(faults)),
        }
    }
}

fn noted<T>(outcome: Result<T, Fault>, faults: &mut Vec<Fault>) -> Option<T> {
    outcome.map_err(|fault| faults.push(fault)).ok()
}

/// The certificate authority, inline or from its file.
fn authority(typed: &mut Typed) -> Result<Option<String>, Fault> {
    let file = typed.text("database_ca_file")?.map(Said::file_text).transpose()?;
    let inline = typed.text("database_ca")?;
    match (inline, file) {
        (Some(inline), Some(_)) => Err(inline.fault("is given beside database_ca_file; keep one of the two")),
        (Some(said), None) | (None, Some(said)) => said.checked(certificates).map(Some),
        (None, None) => Ok(None),
    }
}

fn certificates(pem: String) -> Result<String, &'static str> {
    match CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>() {
        Ok(found) if !found.is_empty() => Ok(pem),
        _ => Err("holds no certificate; expected PEM, which begins with -----BEGIN CERTIFICATE-----"),
    }
}

/// At least one, unless bare ids will do: without a key every ticket would read as forged.
fn public_keys(typed: &mut Typed, accept_unsigned: bool) -> Result<Vec<PublicKey>, Fault> {
    let keys = match typed.list("public_keys")? {
        Some(said) => said.checked(all_keys)?,
        None => Vec::new(),
    };
    if keys.is_empty() && !accept_unsigned { Err(typed.missing("public_keys")) } else { Ok(keys) }
}

fn all_keys(typed: Vec<String>) -> Result<Vec<PublicKey>, String> {
    let key = |typed: String| PublicKey::parse(&typed).map_err(|not| format!("holds something else: {not}"));
    typed.into_iter().map(key).collect()
}

fn camera(typed: &mut Typed) -> Result<Option<String>, Fault> {
    let Some(said) = typed.text("camera")? else { return Ok(None) };
    said.checked(|name| match name.trim() {
        "" => Err("is empty; write the camera's name, as the gate's list of cameras has it, or leave it out"),
        name => Ok(Some(name.to_owned())),
    })
}

/// A gate's name: 1 to 50 characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateName(String);

/// The text is no gate's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no gate's name; expected 1 to 50 characters, such as \"Gate B\"")]
pub struct NotAGateName;

impl GateName {
    /// Trims what was typed and checks its length, the width of its column.
    ///
    /// # Errors
    /// [`NotAGateName`].
    pub fn parse(typed: &str) -> Result<Self, NotAGateName> {
        let name = typed.trim();
        let fits = (1..=50).contains(&name.chars().take(51).count());
        if fits && !name.chars().any(char::is_control) { Ok(Self(name.to_owned())) } else { Err(NotAGateName) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting.
    pub key: String,
    /// The file or environment variable.
    pub place: String,
    /// What is wrong, and the remedy.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) {}", self.key, self.place, self.what)
    }
}

/// Everything that is wrong with the settings, one a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SettingsFault(pub Vec<Fault>);

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the settings cannot be used:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

#[cfg(test)]
mod tests;
