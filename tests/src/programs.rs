//! Our own two programs as child processes, as an organiser would run them.
//!
//! They are built once per test process, with the running test's own profile
//! and target folder, and get their settings from the test alone: what the
//! developer's shell holds is kept from them.

mod booking_web;
mod build;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::Context;

pub use self::booking_web::{BookingSettings, BookingWeb};
pub use self::build::{Built, OTHER_SITE, built, built_site, forget_our_package, measure_release_builds};
use crate::child::{self, Orphaned, Output};
use crate::scratch::Scratch;

/// Long for a command, short for a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Names of our programs' settings start with these.
const SETTINGS: &[&str] = &[
    "BIND",
    "DATABASE_",
    "HOLD_MINUTES",
    "KIOSK_",
    "LOOK_UP_SECONDS",
    "MAIL_FROM",
    "PUBLIC_URL",
    "PURGE_AFTER_DAYS",
    "RAZORPAY_",
    "RECONCILE_HOURS",
    "SMTP_",
    "SUBMITS_PER_MINUTE",
    "TICKET_SIGNING_",
    "TICKET_WEBHOOK_",
    "TLS_",
    "TRUSTED_PROXIES",
];

/// Settings as environment variables.
pub type Env<'a> = &'a [(&'a str, &'a str)];

/// Runs a command of booking-web to its end.
///
/// # Errors
/// When it does not end in two minutes; that it fails is an answer, not an error.
pub async fn booking_web(arguments: &[&str], env: Env<'_>) -> anyhow::Result<Output> {
    let mut command = command(built_site(), env);
    command.args(arguments);
    run(command, b"").await
}

/// Runs a command of kiosk-app to its end, with `stdin` as its input.
///
/// # Errors
/// When it does not end in two minutes; that it fails is an answer, not an error.
pub async fn kiosk(arguments: &[&str], env: Env<'_>, stdin: &[u8]) -> anyhow::Result<Output> {
    run(kiosk_command(arguments, env), stdin).await
}

/// A gate to be started by its caller, with these settings and no others.
#[must_use]
pub fn kiosk_command(arguments: &[&str], env: Env<'_>) -> Command {
    let mut command = command(&built().kiosk_app, &[]);
    keep_to_itself(&mut command);
    command.args(arguments).envs(env.iter().copied());
    command
}

/// Waits in another thread: what the command talks to may live in this one.
async fn run(command: Command, stdin: &[u8]) -> anyhow::Result<Output> {
    let stdin = stdin.to_vec();
    let output = tokio::task::spawn_blocking(move || child::run(command, &stdin, PATIENCE)).await;
    output.context("the thread that waits for the command ended")?
}

/// One of our programs with these settings and no others.
fn command(program: &Path, env: Env<'_>) -> Command {
    let mut command = child::command(program, Orphaned::Kill, None);
    forget_settings(&mut command);
    command.envs(env.iter().copied());
    command
}

/// Takes from a command what the developer's shell holds for our programs.
pub(crate) fn forget_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if SETTINGS.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(name);
        }
    }
}

/// A gate of the tests calls for no others on the networks this machine is in,
/// and keeps what it keeps in a folder of the tests.
pub(crate) fn keep_to_itself(gate: &mut Command) {
    gate.env("KIOSK_NEIGHBOURS", "false").env("KIOSK_OFFLINE_FOLDER", offline_folder());
}

/// Each test process has a folder of its own: another one may use the same port for another event.
fn offline_folder() -> PathBuf {
    static FOLDER: LazyLock<Scratch> = LazyLock::new(|| Scratch::new("offline").expect("room for a folder"));
    FOLDER.path().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_gets_its_settings_its_input_and_its_exit_status() {
        let mut command = command(Path::new("/bin/sh"), &[("BIND", "here")]);
        command.args(["-c", "echo $BIND; cat; exit 2"]);
        let output = run(command, b"input").await.unwrap();
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), "here\ninput"));
    }

    #[test]
    fn the_developers_own_settings_are_kept_from_it() {
        let command = command(Path::new("/bin/true"), &[("KIOSK_GATE", "Gate A")]);
        let settings = command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?)));
        assert_eq!(settings.collect::<Vec<_>>(), [("KIOSK_GATE", "Gate A")]);
    }
}
