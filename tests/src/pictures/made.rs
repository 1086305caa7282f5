//! Frames made by a seed.

use image::GrayImage;

use super::Picture;
use super::kinds::{KINDS, Kind};
use super::luck::Luck;
use super::nothing::nothing;
use super::recipe::Recipe;

/// The kind of the pictures that say nothing.
const NOTHING: &str = "nothing";

/// Frames of a gate's webcam, so many of each kind of trouble and as many again
/// with nothing to read (their kind is `nothing`). Made one at a time; the same
/// for the same seed on every machine, however many are asked for.
pub fn synthetic(seed: u64, of_each_kind: u32) -> impl Iterator<Item = Picture> {
    let kinds = KINDS.iter().map(Some).chain([None]);
    let all =
        kinds.enumerate().flat_map(move |(place, kind)| (0..of_each_kind).map(move |number| (place, kind, number)));
    all.map(move |(place, kind, number)| {
        let luck = Luck::new(seed).branch(place as u64).branch(number.into());
        picture(kind, number, luck)
    })
}

fn picture(kind: Option<&Kind>, number: u32, mut luck: Luck) -> Picture {
    let (kind, luma, texts) = match kind {
        Some(kind) => troubled(kind, &mut luck),
        None => (NOTHING, nothing(&mut luck), Vec::new()),
    };
    Picture { name: format!("{kind} {number}"), kind: kind.to_owned(), luma, texts }
}

fn troubled(kind: &Kind, luck: &mut Luck) -> (&'static str, GrayImage, Vec<String>) {
    let mut recipe = Recipe::plain(luck);
    (kind.trouble)(&mut recipe, luck);
    let text = recipe.ticket.text.clone();
    (kind.name, recipe.made(luck), vec![text])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::time::Instant;

    use super::*;
    use crate::pictures::sequences;
    use crate::spread::Spread;

    /// For looking at them: `PICTURES=FOLDER cargo test --release -p tests --lib look_at -- --ignored --nocapture`.
    #[test]
    #[ignore = "writes pictures to look at"]
    fn look_at_frames() {
        let folder = PathBuf::from(std::env::var("PICTURES").unwrap());
        let mut list = String::new();
        let (mut took, mut began) = (Spread::default(), Instant::now());
        let mut reads: BTreeMap<String, u32> = BTreeMap::new();
        for picture in synthetic(1, 20) {
            took.add(began.elapsed().as_secs_f64() * 1000.0);
            *reads.entry(picture.kind.clone()).or_default() += u32::from(is_read(&picture));
            save(&folder, &mut list, &picture);
            began = Instant::now();
        }
        println!("{} ms a frame; of 20 of each kind rqrr reads {reads:#?}", took.median());
        fs::write(folder.join("list.tsv"), list).unwrap();
    }

    /// The same for sequences: every third frame.
    #[test]
    #[ignore = "writes pictures to look at"]
    fn look_at_sequences() {
        let folder = PathBuf::from(std::env::var("PICTURES").unwrap());
        let mut list = String::new();
        for sequence in sequences(1, 4) {
            for (number, luma) in sequence.frames().enumerate().step_by(3) {
                let (name, texts) = (format!("{} at {number:02}", sequence.name), vec![sequence.text.clone()]);
                save(&folder, &mut list, &Picture { name, kind: sequence.name.clone(), luma, texts });
            }
        }
        fs::write(folder.join("list.tsv"), list).unwrap();
    }

    fn is_read(picture: &Picture) -> bool {
        let mut prepared = rqrr::PreparedImage::prepare(picture.luma.clone());
        prepared.detect_grids().iter().any(|grid| grid.decode().is_ok_and(|(_, text)| picture.is_read_by(&text)))
    }

    fn save(folder: &Path, list: &mut String, picture: &Picture) {
        let file = format!("{}.png", picture.name.replace(' ', "-"));
        picture.luma.save(folder.join(&file)).unwrap();
        let texts = serde_json::to_string(&picture.texts).unwrap();
        *list += &format!("{file}\t{}\t{texts}\n", picture.kind);
    }
}
