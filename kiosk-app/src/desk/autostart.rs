//! Whether the gate starts when this user signs in.
//!
//! On Linux this is a desktop entry in `~/.config/autostart`, which every
//! desktop reads. Elsewhere it would need the registry or a launch agent, and
//! nothing here could be tried there: the answer says where to set it by hand.

use std::io;
use std::path::{Path, PathBuf};

use super::private_file;

/// The name of the program to the desktop, as in its package.
const IDENTIFIER: &str = "org.entry-tickets.gate";

/// Why the start cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum AutostartFault {
    /// Not on this system.
    #[error("cannot be set from here; {0}")]
    Unsupported(&'static str),
    /// A path that no desktop entry can name.
    #[error("{0} has a character that a desktop entry cannot hold; install the gate, and keep its settings, elsewhere")]
    Unspeakable(String),
    /// The system's own reason.
    #[error("{} cannot be changed: {why}; check who may write there", file.display())]
    Entry {
        /// The desktop entry.
        file: PathBuf,
        /// The reason.
        why: io::Error,
    },
}

/// Makes the gate start at sign-in, or not. `named_settings` is what was given
/// as `--config`, so that the same gate starts.
///
/// # Errors
/// See [`AutostartFault`].
pub fn set(on: bool, named_settings: Option<&Path>) -> Result<(), AutostartFault> {
    let file = entry_file()?;
    if !on {
        return remove(&file);
    }
    let program = std::env::current_exe().map_err(|why| AutostartFault::Entry { file: file.clone(), why })?;
    add(&file, &program, named_settings)
}

/// Whether it does; `false` where that cannot be set.
#[must_use]
pub fn is_set() -> bool {
    entry_file().is_ok_and(|file| file.exists())
}

fn entry_file() -> Result<PathBuf, AutostartFault> {
    if cfg!(windows) {
        return Err(AutostartFault::Unsupported(
            "put a link to the gate into the folder that Win+R, shell:startup opens",
        ));
    }
    if cfg!(target_os = "macos") {
        return Err(AutostartFault::Unsupported("add the gate under System Settings, General, Login Items"));
    }
    let folder = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    entry_file_in(folder("XDG_CONFIG_HOME"), folder("HOME"))
        .ok_or(AutostartFault::Unsupported("HOME is not set; start the gate as a user who has a home folder"))
}

/// By the XDG rules: what is not absolute does not count.
fn entry_file_in(config: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |path: Option<PathBuf>| path.filter(|path| path.is_absolute());
    let config = absolute(config).or_else(|| absolute(home).map(|home| home.join(".config")))?;
    Some(config.join("autostart").join(format!("{IDENTIFIER}.desktop")))
}

fn add(file: &Path, program: &Path, named_settings: Option<&Path>) -> Result<(), AutostartFault> {
    let at = |why| AutostartFault::Entry { file: file.to_owned(), why };
    let mut exec = argument(program)?;
    if let Some(settings) = named_settings {
        let settings = std::path::absolute(settings).map_err(at)?;
        exec = format!("{exec} --config {}", argument(&settings)?);
    }
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Entry Gate\nComment=Reads event tickets at the door\n\
         Exec={exec}\nIcon=kiosk-app\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
    );
    private_file::write(file, &entry).map_err(at)
}

fn remove(file: &Path) -> Result<(), AutostartFault> {
    match std::fs::remove_file(file) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(AutostartFault::Entry { file: file.to_owned(), why }),
        _ => Ok(()),
    }
}

/// A path as one argument of `Exec`, by the desktop entry specification: in
/// quotes, with a backslash before what means something between them; then,
/// because `Exec` is a value of type string, each backslash twice; a percent
/// sign twice, because one begins a field code.
fn argument(path: &Path) -> Result<String, AutostartFault> {
    let unspeakable = || AutostartFault::Unspeakable(path.display().to_string());
    let path = path.to_str().ok_or_else(unspeakable)?;
    if path.chars().any(char::is_control) {
        return Err(unspeakable());
    }
    let mut quoted = String::from('"');
    for c in path.chars() {
        match c {
            '\\' => quoted.push_str(r"\\\\"),
            '"' | '`' | '$' => quoted.extend([r"\\", c.encode_utf8(&mut [0; 4])]),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    Ok(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry_in(folder: &tempfile::TempDir) -> PathBuf {
        entry_file_in(Some(folder.path().join("config")), None).unwrap()
    }

    #[test]
    fn the_entry_is_where_the_desktop_looks_for_it() {
        let path = |path: &str| Some(PathBuf::from(path));
        let entry = |folder: &str| path(&format!("{folder}/autostart/org.entry-tickets.gate.desktop"));
        assert_eq!(entry_file_in(path("/xdg"), path("/home/asha")), entry("/xdg"));
        for not_absolute in [None, path(""), path("xdg")] {
            assert_eq!(entry_file_in(not_absolute, path("/home/asha")), entry("/home/asha/.config"));
        }
        assert_eq!(entry_file_in(None, None), None);
    }

    #[test]
    fn it_is_written_and_taken_away_as_often_as_asked() {
        let folder = tempfile::tempdir().unwrap();
        let file = entry_in(&folder);
        remove(&file).unwrap();
        for _ in 0..2 {
            add(&file, Path::new("/usr/bin/kiosk-app"), None).unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(
                text.starts_with("[Desktop Entry]\n") && text.contains("\nExec=\"/usr/bin/kiosk-app\"\n"),
                "{text}"
            );
        }
        remove(&file).unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn the_same_gate_starts_as_now() {
        let folder = tempfile::tempdir().unwrap();
        let file = entry_in(&folder);
        add(&file, Path::new("/opt/entry gate/kiosk-app"), Some(Path::new("/etc/gate b.toml"))).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("\nExec=\"/opt/entry gate/kiosk-app\" --config \"/etc/gate b.toml\"\n"), "{text}");
        add(&file, Path::new("/usr/bin/kiosk-app"), Some(Path::new("gate.toml"))).unwrap();
        let here = std::env::current_dir().unwrap().join("gate.toml");
        assert!(std::fs::read_to_string(&file).unwrap().contains(here.to_str().unwrap()));
    }

    #[test]
    fn a_path_is_quoted_by_the_rules_of_desktop_entries() {
        for (path, quoted) in [
            ("/usr/bin/kiosk-app", r#""/usr/bin/kiosk-app""#),
            ("/a b/é", r#""/a b/é""#),
            ("/a$b", r#""/a\\$b""#),
            ("/a\"b`c", r#""/a\\"b\\`c""#),
            (r"/a\b", r#""/a\\\\b""#),
            ("/50%", r#""/50%%""#),
        ] {
            assert_eq!(argument(Path::new(path)).unwrap(), quoted);
        }
        assert!(argument(Path::new("/a\nExec=evil")).is_err());
    }

    #[test]
    fn what_stands_in_the_way_is_said_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = entry_in(&folder);
        std::fs::create_dir_all(file.join("a folder in its place")).unwrap();
        for fault in [add(&file, Path::new("/usr/bin/kiosk-app"), None), remove(&file)] {
            let fault = fault.unwrap_err().to_string();
            assert!(fault.contains("org.entry-tickets.gate.desktop"), "{fault}");
        }
    }
}
