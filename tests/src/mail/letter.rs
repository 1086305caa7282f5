//! An e-mail as it came.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

/// An e-mail that a server has kept.
#[derive(Clone, Debug, Deserialize)]
pub struct Letter {
    /// Whom the server was told it is from.
    pub from: String,
    /// Whom the server was told it is for.
    pub to: Vec<String>,
    /// Whether nobody on the way could read it.
    pub encrypted: bool,
    /// Who logged in to send it.
    pub user: Option<String>,
    /// Decoded, in their order.
    pub headers: Vec<(String, String)>,
    /// What Python's reader found wrong with it.
    pub defects: Vec<String>,
    /// All that hold something.
    pub parts: Vec<Part>,
    /// Its folder.
    #[serde(default)]
    pub home: PathBuf,
}

/// One part of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Part {
    /// `text/plain`.
    pub kind: String,
    /// The kinds of the parts that it lies in, from the outermost.
    pub within: Vec<String>,
    /// `inline` or `attachment`.
    pub disposition: Option<String>,
    /// What the file is to be called.
    pub name: Option<String>,
    /// By which the HTML speaks of it.
    pub cid: Option<String>,
    /// Its content, decoded; text as UTF-8.
    pub file: PathBuf,
}

impl Letter {
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(file)?;
        let letter: Self = serde_json::from_str(&text).with_context(|| format!("unreadable: {text}"))?;
        Ok(Self { home: file.parent().context("it lies in a folder")?.to_owned(), ..letter })
    }

    /// All values of a header.
    #[must_use]
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(it, _)| it.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str()).collect()
    }

    /// The only value of a header; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers(name).first().copied().unwrap_or_default()
    }

    /// The first part of a kind that is disposed of like this.
    #[must_use]
    pub fn part(&self, kind: &str, disposition: Option<&str>) -> Option<&Part> {
        self.parts.iter().find(|part| part.kind == kind && part.disposition.as_deref() == disposition)
    }

    /// The text that everything shows.
    #[must_use]
    pub fn text(&self) -> String {
        self.part("text/plain", None).map(Part::text).unwrap_or_default()
    }

    /// The text that mail programs show.
    #[must_use]
    pub fn html(&self) -> String {
        self.part("text/html", None).map(Part::text).unwrap_or_default()
    }

    /// As it went over the wire.
    #[must_use]
    pub fn source(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.home.join("message.eml")).unwrap_or_default()).into_owned()
    }
}

impl Part {
    /// Its content.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        fs::read(&self.file).unwrap_or_default()
    }

    /// Its content as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}
