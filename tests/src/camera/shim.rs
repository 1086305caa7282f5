//! Building the library that plays the cameras, once for each state of its source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::child::{self, Orphaned};
use crate::install;
use crate::scratch::{Scratch, target_folder};

const SOURCES: &[(&str, &str)] = &[
    ("answers.c", include_str!("shim/answers.c")),
    ("camera.c", include_str!("shim/camera.c")),
    ("camera.h", include_str!("shim/camera.h")),
    ("interpose.c", include_str!("shim/interpose.c")),
    ("listing.c", include_str!("shim/listing.c")),
    ("stream.c", include_str!("shim/stream.c")),
];

const OPTIONS: &[&str] = &["-std=gnu11", "-O2", "-shared", "-fPIC", "-fvisibility=hidden", "-pthread"];

/// A second's work.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where the library is; built if it is not there yet.
pub(super) fn built() -> anyhow::Result<PathBuf> {
    let folder = target_folder().join("fake-camera");
    let library = folder.join(format!("libfakecamera-{}.so", mark()));
    if !library.exists() {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        build(&library)?;
    }
    Ok(library)
}

/// Another process may do the same at this moment: each builds under a name of
/// its own, and whoever comes last replaces the other's by the same.
fn build(library: &Path) -> anyhow::Result<()> {
    let cc = install::find_program("cc").context("there is no C compiler; install the package gcc")?;
    let sources = Scratch::new("fake-camera")?;
    let mut command: Command = child::command(&cc, Orphaned::Kill, None);
    command.args(OPTIONS).current_dir(sources.path());
    for (name, text) in SOURCES {
        fs::write(sources.path().join(name), text)?;
        if name.ends_with(".c") {
            command.arg(name);
        }
    }
    let fresh = library.with_extension(format!("so.{}", std::process::id()));
    command.arg("-ldl").arg("-o").arg(&fresh);
    let output = child::run(command, b"", PATIENCE)?;
    ensure!(output.status.success(), "the fake camera does not build:\n{}", output.stderr);
    fs::rename(&fresh, library).with_context(|| format!("cannot write {}", library.display()))
}

fn mark() -> String {
    let mut digest = Sha256::new();
    for (name, text) in SOURCES {
        digest.update(name);
        digest.update(text);
    }
    digest.update(OPTIONS.join(" "));
    HEXLOWER.encode(&digest.finalize()[..6])
}
