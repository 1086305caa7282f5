//! Where the settings file is, and who else can read it.

use std::path::{Path, PathBuf};

use super::Fault;

const NAME: &str = "kiosk-app/ets-gate.toml";

/// The settings file of this user: in `$XDG_CONFIG_HOME` or `~/.config`, on
/// macOS in `~/Library/Application Support`, on Windows in `%APPDATA%`.
#[must_use]
pub fn default_file() -> Option<PathBuf> {
    let config = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))
    };
    config.map(|config| config.join(NAME))
}

/// Where the gate keeps what it needs without the network: in
/// `$XDG_DATA_HOME` or `~/.local/share`, on macOS in `~/Library/Application
/// Support`, on Windows in `%LOCALAPPDATA%`.
pub(super) fn data_folder() -> Option<PathBuf> {
    let data = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join("kiosk-app/offline"))
}

fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// The file to read and its text; none if it was not named and there is none.
pub(super) fn file_text(named: Option<&Path>) -> Result<(PathBuf, Option<String>), Fault> {
    let Some(file) = named.map(Path::to_owned).or_else(default_file) else {
        return Ok((NAME.into(), None));
    };
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            warn_if_others_can_read(&file);
            Ok((file, Some(text)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => Ok((file, None)),
        Err(error) => Err(Fault {
            key: Fault::FILE.into(),
            place: file.display().to_string(),
            what: format!("cannot be read: {error}; name the file that `booking-web gate add` printed"),
        }),
    }
}

impl Fault {
    const FILE: &str = "--config";

    /// Whether the whole file is in doubt, and with it every key.
    pub(super) fn is_of_the_file(&self) -> bool {
        self.key == Self::FILE || self.key.starts_with("line ")
    }
}

#[cfg(unix)]
fn warn_if_others_can_read(file: &Path) {
    use std::os::unix::fs::PermissionsExt;

    let others = std::fs::metadata(file).map_or(0, |meta| meta.permissions().mode() & 0o077);
    if others != 0 {
        let file = file.display();
        tracing::warn!(
            "{file} holds a password and can be read by other users of this computer; run: chmod 600 {file}"
        );
    }
}

#[cfg(not(unix))]
fn warn_if_others_can_read(_file: &Path) {}
