//! The organiser's set-up code becomes the gate's settings file.
//!
//! The code is the text that `booking-web gate add` prints, shown to the
//! camera as a picture or pasted. It is checked whole before anything is
//! written, together with the environment, which goes over the file at every
//! start: what is accepted here is what the next start will find. The code
//! holds the gate's password, so no answer repeats any of it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use common::{CodeFault, TicketCode};
use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::private_file;
use crate::settings::{self, GateName, Settings, SettingsFault};

/// Why the gate was not set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpFault {
    /// A guest's code.
    #[error("that is a ticket; the set-up code is the picture made by `booking-web gate add … --qr FILE`")]
    Ticket,
    /// A web page, a payment, a database's address.
    #[error("that is a link; the set-up code is the picture made by `booking-web gate add … --qr FILE`")]
    Link,
    /// Something else.
    #[error(
        "that is no set-up code; show the picture made by `booking-web gate add … --qr FILE`, \
         or paste all of what `booking-web gate add` printed"
    )]
    Foreign,
    /// A set-up code with something wrong in it.
    #[error(transparent)]
    Settings(#[from] SettingsFault),
    /// The file would not be heard.
    #[error("the gate's name is set in this computer's environment as {0}; change it there, or take it away")]
    NamedByVariable(String),
    /// The settings file cannot be read, to change a name in it.
    #[error("{} cannot be changed: {why}; show the organiser's set-up code again", file.display())]
    Unreadable {
        /// The settings file.
        file: PathBuf,
        /// The reason.
        why: String,
    },
    /// The settings file cannot be written.
    #[error("{} cannot be saved: {why}; check who may write there, and the room on the disk", file.display())]
    NotSaved {
        /// The settings file.
        file: PathBuf,
        /// The system's own reason.
        why: io::Error,
    },
}

/// Checks a set-up code and saves it as the settings file, in place of the one
/// that is there. Returns what the next start will go by.
///
/// # Errors
/// See [`SetUpFault`]; the file is as it was then.
pub fn accept(text: &str, file: &Path) -> Result<Settings, SetUpFault> {
    accept_in(text, file, |variable| std::env::var_os(variable))
}

fn accept_in(text: &str, file: &Path, environment: impl Fn(&str) -> Option<OsString>) -> Result<Settings, SetUpFault> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Some(fault) = something_else(text) {
        return Err(fault);
    }
    let settings = Settings::of_code(text, file, environment)?;
    save(file, &format!("{text}\n"))?;
    Ok(settings)
}

/// What a text is that was never meant to be settings. A set-up code that was
/// damaged on the way is not among them: its own fault is more help.
fn something_else(text: &str) -> Option<SetUpFault> {
    if text.starts_with("ETS1:") || matches!(TicketCode::parse(text, &[]), Err(CodeFault::Unsigned(_))) {
        return Some(SetUpFault::Ticket);
    }
    if !text.contains('\n') && text.contains("://") && Url::parse(text).is_ok() {
        return Some(SetUpFault::Link);
    }
    (!settings::mentions_a_setting(text)).then_some(SetUpFault::Foreign)
}

/// Gives the gate another name in its settings file; every other line stays as
/// it is.
///
/// # Errors
/// See [`SetUpFault`]; the file is as it was then.
pub fn rename_gate(file: &Path, name: &GateName) -> Result<(), SetUpFault> {
    rename_gate_in(file, name, |variable| std::env::var_os(variable))
}

fn rename_gate_in(
    file: &Path,
    name: &GateName,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<(), SetUpFault> {
    let variable = settings::variable("gate");
    // It goes over the file: with it, there may be no file at all.
    if let Some(set) = environment(&variable).filter(|set| !set.is_empty()) {
        let is_so = set.to_str().is_some_and(|set| GateName::parse(set).as_ref() == Ok(name));
        return if is_so { Ok(()) } else { Err(SetUpFault::NamedByVariable(variable)) };
    }
    let unreadable = |why: String| SetUpFault::Unreadable { file: file.to_owned(), why };
    let text = match private_file::read(file) {
        Ok(Some(text)) => text,
        Ok(None) => return Err(unreadable("it is not there".into())),
        Err(error) => return Err(unreadable(error.to_string())),
    };
    match renamed(&text, name) {
        Ok(None) => Ok(()),
        Ok(Some(text)) => save(file, &text),
        // The message alone: the error's own text quotes the line.
        Err(error) => Err(unreadable(format!("it is not TOML: {}", error.message()))),
    }
}

/// The text with another gate's name; none if it has that name already.
fn renamed(text: &str, name: &GateName) -> Result<Option<String>, toml::de::Error> {
    #[derive(Deserialize)]
    struct Named {
        gate: Option<Spanned<String>>,
    }

    let text = text.trim_start_matches('\u{feff}');
    let value = toml::Value::from(name.as_str());
    let Some(gate) = toml::from_str::<Named>(text)?.gate else { return Ok(Some(format!("gate = {value}\n{text}"))) };
    if gate.get_ref() == name.as_str() {
        return Ok(None);
    }
    let span = gate.span();
    Ok(Some(format!("{}{value}{}", &text[..span.start], &text[span.end..])))
}

fn save(file: &Path, text: &str) -> Result<(), SetUpFault> {
    private_file::write(file, text).map_err(|why| SetUpFault::NotSaved { file: file.to_owned(), why })
}

#[cfg(test)]
mod tests;
