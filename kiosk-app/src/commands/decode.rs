//! `kiosk-app decode`: pictures in, one line for each out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde::Serialize;

use super::say;
use crate::picture;
use crate::reader::{self, Budget};

#[derive(Serialize)]
struct Line {
    file: String,
    text: Option<String>,
    ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(super) fn run(files: &[PathBuf], budget: Budget) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    for file in files {
        let line = read(file, budget);
        if let Some(error) = &line.error {
            say(&format!("{} {error}", line.file));
            status = ExitCode::FAILURE;
        }
        if let Err(error) = print(&line) {
            say(&format!("the result cannot be written: {error}"));
            return ExitCode::FAILURE;
        }
    }
    status
}

fn read(file: &Path, budget: Budget) -> Line {
    let started = Instant::now();
    let (text, error) = match picture::read(file) {
        Ok(luma) => (reader::read(&luma, budget).map(|code| code.text), None),
        Err(fault) => (None, Some(fault.why.to_string())),
    };
    let ms = (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
    Line { file: file.to_string_lossy().into_owned(), text, ms, error }
}

fn print(line: &Line) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, line)?;
    out.write_all(b"\n")?;
    out.flush()
}
