//! What the program can be told to do.

mod admit;
mod decode;
mod door;
mod headless;
mod wipe;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::presentation::COOL_DOWN;
use crate::reader::Budget;
use crate::settings::Settings;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "kiosk-app", version, about = "The gate: reads ticket codes and says who may enter.", after_help = SETTINGS)]
pub struct Cli {
    /// The settings file, instead of kiosk-app/ets-gate.toml in this user's configuration folder [env: KIOSK_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// No window: one JSON line for each verdict on stdout, for turnstiles and small computers
    #[arg(long)]
    headless: bool,

    /// Frames from a picture, or from a folder of pictures in the order of their names, instead of the camera
    #[arg(long, value_name = "FILE_OR_DIR", requires = "headless")]
    frames: Option<PathBuf>,

    /// After the last picture, wait for new ones in the folder
    #[arg(long, requires = "frames")]
    watch: bool,

    /// How long a code must be out of view to be a new scan when it is seen again
    #[arg(long, value_name = "MS", requires = "headless", default_value_t = COOL_DOWN.as_secs() * 1000)]
    cool_down_ms: u64,

    /// The window in a frame of its own instead of the whole screen, closed like any other; for developers
    #[arg(long, conflicts_with = "headless")]
    windowed: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reads the code in each picture: one JSON line {"file","text","ms"} a picture, text null where none is found
    ///
    /// Of several codes in one picture it is the one a gate would take: a ticket's before any other, else the largest.
    /// Exit status 1 if a picture could not be read; one without a code is no error.
    Decode {
        /// How much to try: `frame`, what one camera frame is given; `everything`
        #[arg(long, value_enum, default_value_t = Budget::Everything)]
        budget: Budget,
        /// The pictures: PNG, JPEG, WebP, GIF or BMP
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Reads ticket codes from stdin, one a line, and writes one verdict line for each on stdout
    Admit,
    /// Removes what this computer keeps of the event for the time without the network
    ///
    /// What it knows of the tickets is learnt again at the next start. Scans that are not in the database yet stay.
    Wipe {
        /// Lose the scans that are not in the database yet, too
        #[arg(long)]
        discard_unsent: bool,
    },
}

const SETTINGS: &str = "\
Settings, in a TOML file as `booking-web gate add` prints it, or in the environment, which goes over the file:
  gate               KIOSK_GATE               the gate's name, such as \"Gate B\"
  database_url       KIOSK_DATABASE_URL       mysql://user:password@host:3306/database
  database_ca        KIOSK_DATABASE_CA        the certificate authority that vouches for the database, in PEM
  database_ca_file   KIOSK_DATABASE_CA_FILE   the same, as the name of a file
  public_keys        KIOSK_PUBLIC_KEYS        [\"64 hexadecimal digits\", …]; in the environment with commas between
  accept_unsigned    KIOSK_ACCEPT_UNSIGNED    true to accept a bare ticket id, as older systems issued (false)
  camera             KIOSK_CAMERA             the camera to prefer, by its name; else the first that works
  offline            KIOSK_OFFLINE            false to say CANNOT CHECK whenever the database is away (true)
  offline_folder     KIOSK_OFFLINE_FOLDER     where the gate keeps what it needs then, instead of this user's data folder
  offline_list       KIOSK_OFFLINE_LIST       true to keep a readable list of guests, for search by hand (false)
  deadline_ms        KIOSK_DEADLINE_MS        how long a scan waits for the database, in milliseconds (800)
  neighbours         KIOSK_NEIGHBOURS         false not to speak with the other gates of the local network (true)
  neighbours_port    KIOSK_NEIGHBOURS_PORT    their UDP port, the same at every gate (47808)
  neighbours_at      KIOSK_NEIGHBOURS_AT      [\"192.168.1.20:47808\", …] to look there, too, where broadcasts do not go
  neighbours_bind    KIOSK_NEIGHBOURS_BIND    an address of this computer, to speak on its network alone
KIOSK_LOG says how much is logged on stderr (warn,kiosk_app=info).

Exit status: 0 well, 1 something could not be done, 2 the command line or the settings cannot be used.";

/// The command line or the settings cannot be used.
const UNUSABLE: u8 = 2;

/// Does what the command line says.
#[must_use]
pub fn run(cli: &Cli) -> ExitCode {
    match &cli.command {
        Some(_) if cli.headless => unusable("--headless goes without a command; leave one of the two out"),
        Some(Command::Decode { budget, files }) => decode::run(files, *budget),
        Some(Command::Admit) => with_settings(cli, |settings| admit::run(&settings)),
        Some(Command::Wipe { discard_unsent }) => with_settings(cli, |settings| wipe::run(&settings, *discard_unsent)),
        None if cli.headless => {
            let cool_down = Duration::from_millis(cli.cool_down_ms);
            match &cli.frames {
                Some(frames) => with_settings(cli, |settings| headless::run(&settings, frames, cli.watch, cool_down)),
                None => camera(cli, cool_down),
            }
        }
        None => window(cli),
    }
}

#[cfg(feature = "camera")]
fn camera(cli: &Cli, cool_down: Duration) -> ExitCode {
    with_settings(cli, |settings| headless::run_on_camera(&settings, cool_down))
}

#[cfg(not(feature = "camera"))]
fn camera(_: &Cli, _: Duration) -> ExitCode {
    unusable("--headless needs --frames FILE_OR_DIR: this program was built without the camera")
}

#[cfg(feature = "window")]
fn window(cli: &Cli) -> ExitCode {
    match crate::window::run(config(cli), cli.windowed) {
        Ok(status) => ExitCode::from(u8::try_from(status).unwrap_or(1)),
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(feature = "window"))]
fn window(_: &Cli) -> ExitCode {
    unusable("built without the window; use --headless, or see --help")
}

/// The settings file, if one is named.
fn config(cli: &Cli) -> Option<PathBuf> {
    // Not clap's own variable, to which an empty one is an error.
    let variable = || std::env::var_os("KIOSK_CONFIG").filter(|name| !name.is_empty()).map(PathBuf::from);
    cli.config.clone().or_else(variable)
}

fn with_settings(cli: &Cli, work: impl FnOnce(Settings) -> anyhow::Result<()>) -> ExitCode {
    let settings = match Settings::read(config(cli).as_deref()) {
        Ok(settings) => settings,
        Err(fault) => return unusable(&fault.to_string()),
    };
    match work(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn unusable(why: &str) -> ExitCode {
    say(why);
    ExitCode::from(UNUSABLE)
}

/// A word to whoever started the program.
fn say(what: &str) {
    eprintln!("kiosk-app: {what}");
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_settings_file_can_be_named_before_and_after_a_command() {
        for line in [["kiosk-app", "--config", "f", "admit"], ["kiosk-app", "admit", "--config", "f"]] {
            let cli = Cli::try_parse_from(line).unwrap();
            assert_eq!(cli.config.as_deref(), Some(std::path::Path::new("f")));
            assert!(matches!(cli.command, Some(Command::Admit)));
        }
    }

    #[test]
    fn what_belongs_to_headless_is_refused_without_it() {
        for line in [["kiosk-app", "--frames", "f"], ["kiosk-app", "--headless", "--watch"]] {
            assert!(Cli::try_parse_from(line).is_err(), "{line:?}");
        }
    }
}
