//! Photographs and frames that lie beside the checkout; too many and too large for it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::Picture;

/// Which pictures of the corpus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Photographs.
    Real,
    /// Frames that somebody's program made.
    Synthetic,
}

impl Set {
    fn folder(self) -> &'static str {
        match self {
            Self::Real => "real/",
            Self::Synthetic => "synthetic/",
        }
    }
}

/// A picture of the corpus that is read when it is wanted.
#[derive(Clone, Debug)]
pub struct Kept {
    name: String,
    kind: String,
    texts: Vec<String>,
    file: PathBuf,
}

impl Kept {
    /// Reads it.
    ///
    /// # Errors
    /// When the file is not there or is no picture.
    pub fn load(&self) -> anyhow::Result<Picture> {
        let fault = || format!("cannot read the picture {}", self.file.display());
        let luma = image::open(&self.file).with_context(fault)?.into_luma8();
        Ok(Picture { name: self.name.clone(), kind: self.kind.clone(), luma, texts: self.texts.clone() })
    }

    /// What tells it from every other.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The pictures of `../shared/qr-corpus`, beside the checkout; none where it is not there.
///
/// # Errors
/// When its list cannot be understood.
pub fn corpus(set: Set) -> anyhow::Result<Option<Vec<Kept>>> {
    under(&beside_the_checkout(), set)
}

fn beside_the_checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/qr-corpus")
}

fn under(folder: &Path, set: Set) -> anyhow::Result<Option<Vec<Kept>>> {
    let list = folder.join("manifest.tsv");
    if !list.exists() {
        return Ok(None);
    }
    let fault = || format!("cannot read the list of pictures {}", list.display());
    let text = fs::read_to_string(&list).with_context(fault)?;
    let all: anyhow::Result<Vec<_>> = text.lines().skip(1).map(|line| listed(folder, line)).collect();
    let mut all = all.with_context(fault)?;
    all.retain(|kept| kept.name.starts_with(set.folder()));
    Ok(Some(all))
}

/// `FILE CATEGORY SOURCE TEXTS`, the last a JSON list.
fn listed(folder: &Path, line: &str) -> anyhow::Result<Kept> {
    let fields: Vec<_> = line.split('\t').collect();
    ensure!(fields.len() == 4, "{} fields and not four in: {line}", fields.len());
    let texts = serde_json::from_str(fields[3]).with_context(|| format!("no list of texts in: {line}"))?;
    Ok(Kept { name: fields[0].to_owned(), kind: fields[1].to_owned(), texts, file: folder.join(fields[0]) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn photographs_and_made_frames_are_told_apart_and_read_when_wanted() {
        let folder = Scratch::new("corpus").unwrap();
        assert!(under(folder.path(), Set::Real).unwrap().is_none(), "nothing is there");
        fs::create_dir(folder.path().join("real")).unwrap();
        image::GrayImage::new(3, 2).save(folder.path().join("real/a.png")).unwrap();
        let list = "file\tcategory\tsource\ttexts\nreal/a.png\thard\tme\t[\"x\"]\nsynthetic/b.jpg\tnone\tme\t[]\n";
        fs::write(folder.path().join("manifest.tsv"), list).unwrap();

        let real = under(folder.path(), Set::Real).unwrap().unwrap();
        let picture = real[0].load().unwrap();
        assert_eq!((real.len(), &*picture.kind, picture.luma.dimensions()), (1, "hard", (3, 2)));
        assert!(picture.is_read_by("x") && !picture.is_read_by("xx"));

        let synthetic = under(folder.path(), Set::Synthetic).unwrap().unwrap();
        assert!(synthetic[0].texts.is_empty());
        assert!(synthetic[0].load().unwrap_err().to_string().contains("b.jpg"));
    }
}
