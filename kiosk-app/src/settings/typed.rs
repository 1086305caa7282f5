//! The settings as typed: values from the file and the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use toml::Value;

use super::{Fault, place};

/// Every setting there is. Its variable is `KIOSK_` and the key in capitals.
const KEYS: [&str; 15] = [
    "gate",
    "database_url",
    "database_ca",
    "database_ca_file",
    "public_keys",
    "accept_unsigned",
    "camera",
    "offline",
    "offline_folder",
    "offline_list",
    "deadline_ms",
    "neighbours",
    "neighbours_port",
    "neighbours_at",
    "neighbours_bind",
];

/// The environment variable that goes over a key of the file.
pub(crate) fn variable(key: &str) -> String {
    format!("KIOSK_{}", key.to_uppercase())
}

/// Whether a text looks as if it was meant to be settings, be they right or not.
pub(crate) fn mentions_a_setting(text: &str) -> bool {
    let sets = |line: &str| line.split_once('=').is_some_and(|(key, _)| KEYS.contains(&key.trim()));
    text.trim_start_matches('\u{feff}').lines().any(sets)
}

/// What was said, by key. No `Debug`: the password is in it.
pub(super) struct Typed {
    /// What was read or could have been, for messages.
    place: Place,
    said: BTreeMap<&'static str, Said<Value>>,
}

/// A value and where it was said.
pub(super) struct Said<T> {
    value: T,
    key: &'static str,
    place: Place,
}

/// Where a setting is said.
#[derive(Clone)]
pub(super) enum Place {
    File(PathBuf),
    /// A set-up code; `folder` is where it is to be saved.
    Code {
        folder: PathBuf,
    },
    Variable(String),
}

impl Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Code { .. } => f.write_str("the set-up code"),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

impl Typed {
    /// The file, and over it the environment.
    pub(super) fn read(
        named: Option<&Path>,
        environment: impl Fn(&str) -> Option<OsString>,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let mut typed = match place::file_text(named) {
            Ok((file, Some(text))) => Self::parse(&text, &Place::File(file), faults),
            Ok((file, None)) => Self { place: Place::File(file), said: BTreeMap::new() },
            Err(fault) => {
                faults.push(fault);
                return Self { place: Place::File(PathBuf::new()), said: BTreeMap::new() };
            }
        };
        typed.hear(environment, faults);
        typed
    }

    /// A text with all settings, and where it is from.
    pub(super) fn parse(text: &str, place: &Place, faults: &mut Vec<Fault>) -> Self {
        let mut said = BTreeMap::new();
        match text.trim_start_matches('\u{feff}').parse::<toml::Table>() {
            Ok(table) => {
                for (key, value) in table {
                    match KEYS.into_iter().find(|known| *known == key) {
                        Some(key) => drop(said.insert(key, Said { value, key, place: place.clone() })),
                        None => faults.push(Fault {
                            key,
                            place: place.to_string(),
                            what: format!("is no setting of the gate; there are {}", KEYS.join(", ")),
                        }),
                    }
                }
            }
            Err(error) => faults.push(not_toml(text, &error, place)),
        }
        Self { place: place.clone(), said }
    }

    /// The environment, which goes over what was said before. An empty variable says nothing.
    pub(super) fn hear(&mut self, environment: impl Fn(&str) -> Option<OsString>, faults: &mut Vec<Fault>) {
        for key in KEYS {
            let name = variable(key);
            let Some(value) = environment(&name).filter(|value| !value.is_empty()) else { continue };
            match value.into_string() {
                Ok(text) => {
                    // Either form of the authority replaces what the file says of it.
                    if key.starts_with("database_ca") {
                        self.said.retain(|known, said| {
                            !known.starts_with("database_ca") || matches!(said.place, Place::Variable(_))
                        });
                    }
                    self.said.insert(key, Said { value: Value::String(text), key, place: Place::Variable(name) });
                }
                Err(_) => faults.push(Fault { key: key.into(), place: name, what: "is not UTF-8 text".into() }),
            }
        }
    }

    /// A setting that is a text.
    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<Said<String>>, Fault> {
        let Some(said) = self.said.remove(key) else { return Ok(None) };
        said.checked_keeping(|value| match value {
            Value::String(text) => Ok(text),
            _ => Err("is not a text; write it between quotes"),
        })
        .map(Some)
    }

    /// A setting that is a list of texts; in a variable, with commas or spaces between them.
    pub(super) fn list(&mut self, key: &'static str) -> Result<Option<Said<Vec<String>>>, Fault> {
        let Some(said) = self.said.remove(key) else { return Ok(None) };
        let in_variable = matches!(said.place, Place::Variable(_));
        said.checked_keeping(|value| match value {
            Value::String(text) if in_variable => {
                Ok(text.split([',', ' ', '\n']).filter(|part| !part.is_empty()).map(str::to_owned).collect())
            }
            Value::Array(values) => values.into_iter().map(text_of).collect::<Option<_>>().ok_or(NOT_A_LIST),
            _ => Err(NOT_A_LIST),
        })
        .map(Some)
    }

    /// A setting that is yes or no.
    pub(super) fn flag(&mut self, key: &'static str) -> Result<Option<bool>, Fault> {
        let Some(said) = self.said.remove(key) else { return Ok(None) };
        said.checked(|value| match value {
            Value::Boolean(flag) => Ok(Some(flag)),
            Value::String(text) if text == "true" => Ok(Some(true)),
            Value::String(text) if text == "false" => Ok(Some(false)),
            _ => Err("is neither true nor false; write one of the two"),
        })
    }

    /// A setting that is a whole number.
    pub(super) fn number(&mut self, key: &'static str) -> Result<Option<Said<u64>>, Fault> {
        let Some(said) = self.said.remove(key) else { return Ok(None) };
        let in_variable = matches!(said.place, Place::Variable(_));
        said.checked_keeping(|value| match value {
            Value::Integer(number) => u64::try_from(number).map_err(|_| NOT_A_NUMBER),
            Value::String(text) if in_variable => text.trim().parse().map_err(|_| NOT_A_NUMBER),
            _ => Err(NOT_A_NUMBER),
        })
        .map(Some)
    }

    /// A text that cannot be left out, and what it means.
    pub(super) fn needed<T, E: Display>(
        &mut self,
        key: &'static str,
        understand: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Fault> {
        match self.text(key)? {
            Some(said) => said.checked(|text| understand(&text)),
            None => Err(self.missing(key)),
        }
    }

    /// The fault of a setting that was left out.
    pub(super) fn missing(&self, key: &str) -> Fault {
        let what = match &self.place {
            Place::Code { .. } => "is missing; make the code anew with `booking-web gate add … --qr FILE`".into(),
            _ => format!(
                "is missing; set it there, as `booking-web gate add` prints it, or in the environment as {}",
                variable(key)
            ),
        };
        Fault { key: key.into(), place: self.place.to_string(), what }
    }
}

const NOT_A_NUMBER: &str = "is no number; write it with digits alone";
const NOT_A_LIST: &str = "is not a list of texts; write it as [\"…\", \"…\"]";

fn text_of(value: Value) -> Option<String> {
    if let Value::String(text) = value { Some(text) } else { None }
}

impl<T> Said<T> {
    /// The fault of this value.
    pub(super) fn fault(&self, what: impl Display) -> Fault {
        Fault { key: self.key.into(), place: self.place.to_string(), what: what.to_string() }
    }

    /// What the value means; `understand` says what is wrong with it.
    pub(super) fn checked<U, E: Display>(self, understand: impl FnOnce(T) -> Result<U, E>) -> Result<U, Fault> {
        self.checked_keeping(understand).map(|said| said.value)
    }

    fn checked_keeping<U, E: Display>(self, understand: impl FnOnce(T) -> Result<U, E>) -> Result<Said<U>, Fault> {
        let Self { value, key, place } = self;
        match understand(value) {
            Ok(value) => Ok(Said { value, key, place }),
            Err(what) => Err(Said { value: (), key, place }.fault(what)),
        }
    }
}

impl Said<String> {
    /// The path it is. In the settings file, it is looked for beside that.
    pub(super) fn path(self) -> PathBuf {
        self.folder().join(&self.value)
    }

    fn folder(&self) -> PathBuf {
        match &self.place {
            Place::File(file) => file.parent().map(Path::to_owned).unwrap_or_default(),
            Place::Code { folder } => folder.clone(),
            Place::Variable(_) => PathBuf::new(),
        }
    }

    /// The text of the file it names. A file named in the settings file is looked for beside that.
    pub(super) fn file_text(self) -> Result<Self, Fault> {
        let folder = self.folder();
        self.checked_keeping(|name| {
            std::fs::read_to_string(folder.join(&name))
                .map_err(|error| format!("names {name}, which cannot be read: {error}"))
        })
    }
}

/// Message and line, never the line itself: the password may be on it.
fn not_toml(text: &str, error: &toml::de::Error, place: &Place) -> Fault {
    let line = error.span().map_or(1, |span| text.get(..span.start).map_or(1, |before| before.split('\n').count()));
    Fault { key: format!("line {line}"), place: place.to_string(), what: format!("is not TOML: {}", error.message()) }
}
