//! `kiosk-app wipe`: this computer forgets an event.

use anyhow::{Context, bail};

use super::say;
use crate::settings::Settings;
use crate::store::{Wiped, file_of, wipe};

pub(super) fn run(settings: &Settings, discard_unsent: bool) -> anyhow::Result<()> {
    let Some(folder) = &settings.offline.folder else {
        say("nothing is kept: this user has no folder for it");
        return Ok(());
    };
    let file = file_of(folder, &settings.database, &settings.gate);
    match wipe(&file, discard_unsent).with_context(|| format!("{} cannot be removed", file.display()))? {
        Wiped::Nothing => say("nothing is kept of this event"),
        Wiped::Gone => say("what was kept of this event is gone"),
        Wiped::Unsent(count) => bail!(
            "{count} scans of this gate are not in the database yet, so nothing was removed; start the gate where it \
             reaches the database, or add --discard-unsent to lose them"
        ),
    }
    Ok(())
}
