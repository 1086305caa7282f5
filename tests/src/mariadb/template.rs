//! The data of a server that nobody has used yet.
//!
//! `mariadb-install-db` takes a second on a quiet machine and many on a busy
//! one; a copy of what it made takes a tenth. The copy is sparse: most of a
//! new server's hundred megabytes are zeros.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, ensure};

use super::home::{Home, random_hex};
use crate::child::{self, Orphaned, Output};
use crate::scratch::target_folder;
use crate::{install, say};

/// Small, because tests leave it behind; the same for the template and the
/// servers, because a server whose log has another size first writes a new one.
pub(super) const REDO_LOG: &str = "--innodb-log-file-size=32M";

const PATIENCE: Duration = Duration::from_secs(300);

/// Gives `home` its data, unless it has some.
pub(super) fn fill(home: &Home) -> anyhow::Result<()> {
    if home.data().exists() {
        return Ok(());
    }
    let template = template(home)?;
    // Half a copy must not pass for data.
    let part = home.folder().join("data.part");
    let _ = fs::remove_dir_all(&part);
    copy(&template, &part)?;
    Ok(fs::rename(part, home.data())?)
}

/// The template of this server version, made first if need be.
fn template(home: &Home) -> anyhow::Result<PathBuf> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().expect("nothing panics while holding it");
    let target = target_folder();
    // Whose it is belongs to the name: another could not read it.
    let name = format!("mariadb-template-{}-{}", version()?, home.user_id());
    let template = target.join(&name);
    if !template.exists() {
        say::step("Preparing the database server's first data", || {
            let part = target.join(format!("{name}.{}", random_hex()?));
            fs::create_dir_all(&target)?;
            make(&part)?;
            // Another process may have been quicker; its template is as good.
            if fs::rename(&part, &template).is_err() {
                fs::remove_dir_all(&part)?;
            }
            Ok(())
        })?;
    }
    Ok(template)
}

fn version() -> anyhow::Result<String> {
    let mut command = Command::new(install::program("mariadbd")?);
    command.args(["--no-defaults", "--version"]);
    let said = child::run(command, b"", PATIENCE)?.stdout;
    // "mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for …"
    let version = said.split_whitespace().skip_while(|word| *word != "Ver").nth(1);
    let version = version.with_context(|| format!("mariadbd does not say its version, but: {said}"))?;
    Ok(version.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect())
}

/// Made in a temporary folder, because the user who makes it may not reach the target folder.
fn make(template: &Path) -> anyhow::Result<()> {
    let home = Home::temporary()?;
    let mut install_db = home.command(&install::program("mariadb-install-db")?, Orphaned::Kill);
    install_db.arg("--no-defaults").arg(format!("--datadir={}", home.data().display()));
    // Without a socket nobody can be root there; our own account is made at each start.
    install_db.args(["--auth-root-authentication-method=socket", "--skip-test-db", "--skip-name-resolve"]);
    install_db.args(["--debug-no-sync", REDO_LOG]);
    succeed("mariadb-install-db", &child::run(install_db, b"", PATIENCE)?)?;
    copy(&home.data(), template)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut cp = Command::new("cp");
    cp.args(["-a", "--sparse=always"]).arg(from).arg(to);
    succeed("cp", &child::run(cp, b"", PATIENCE)?)
}

fn succeed(program: &str, output: &Output) -> anyhow::Result<()> {
    ensure!(output.status.success(), "{program} failed:\n{}{}", output.stdout, output.stderr);
    Ok(())
}
