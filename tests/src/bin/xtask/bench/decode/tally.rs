//! What a reader made of a set of pictures.

use std::collections::BTreeMap;

use real_parts::pictures::Picture;
use real_parts::rivals::Reading;
use real_parts::spread::Spread;

/// Of one reader and one set.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Pictures with a code, and those of them that were read.
    pub(super) codes: Share,
    /// Pictures in which it read what is not there; those without any code among them.
    pub(super) wrong: usize,
    pub(super) wrong_without_code: usize,
    /// How often it panicked or did not come back.
    pub(super) fell: usize,
    /// Milliseconds: read, not read though there was a code, no code.
    pub(super) found: Spread,
    pub(super) missed: Spread,
    pub(super) none: Spread,
    pub(super) worst: f64,
    pub(super) kinds: BTreeMap<String, Kind>,
}

/// Of one kind of trouble.
#[derive(Debug, Default)]
pub(super) struct Kind {
    pub(super) codes: Share,
    pub(super) wrong: usize,
    pub(super) ms: Spread,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) read: usize,
    pub(super) of: usize,
}

impl Tally {
    /// A picture that has a code is read when one of the texts is right; any other text is wrong.
    pub(super) fn add(&mut self, picture: &Picture, reading: &Reading) {
        let ms = reading.took.as_secs_f64() * 1000.0;
        let read = reading.texts.iter().any(|text| picture.is_read_by(text));
        let wrong = reading.texts.iter().any(|text| !picture.is_read_by(text));
        let has_code = picture.has_code();
        let kind = self.kinds.entry(picture.kind.clone()).or_default();
        if has_code {
            self.codes.add(read);
            kind.codes.add(read);
        }
        kind.wrong += usize::from(wrong);
        kind.ms.add(ms);
        self.wrong += usize::from(wrong);
        self.wrong_without_code += usize::from(wrong && !has_code);
        self.fell += usize::from(reading.fell);
        self.worst = self.worst.max(ms);
        match (has_code, read) {
            (true, true) => self.found.add(ms),
            (true, false) => self.missed.add(ms),
            (false, _) => self.none.add(ms),
        }
    }
}

/// What is there was read, and nothing that is not.
pub(super) fn is_right(picture: &Picture, reading: &Reading) -> bool {
    let all_right = reading.texts.iter().all(|text| picture.is_read_by(text));
    all_right && picture.has_code() != reading.texts.is_empty()
}

impl Share {
    fn add(&mut self, read: bool) {
        self.of += 1;
        self.read += usize::from(read);
    }

    /// From nothing to one; not a number where there is nothing to read.
    pub(super) fn rate(self) -> f64 {
        self.read as f64 / self.of as f64
    }

    /// How many times as many as another read of the same.
    pub(super) fn times(self, other: Self) -> f64 {
        self.read as f64 / other.read as f64
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use image::GrayImage;

    use super::*;

    fn picture(kind: &str, texts: &[&str]) -> Picture {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Picture { name: "p".into(), kind: kind.into(), luma: GrayImage::new(1, 1), texts }
    }

    fn reading(texts: &[&str], ms: u64) -> Reading {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Reading { texts, took: Duration::from_millis(ms), fell: false }
    }

    #[test]
    fn right_wrong_missed_and_nothing_are_told_apart() {
        let mut tally = Tally::default();
        tally.add(&picture("glare", &["A", "B"]), &reading(&["B"], 5));
        tally.add(&picture("glare", &["A"]), &reading(&[], 30));
        tally.add(&picture("far", &["A"]), &reading(&["Z", "A"], 7));
        tally.add(&picture("far", &["A"]), &reading(&["Z"], 9));
        tally.add(&picture("nothing", &[]), &reading(&[], 4));
        tally.add(&picture("nothing", &[]), &reading(&["Z"], 6));
        let lost = Reading { took: Duration::from_secs(10), fell: true, texts: Vec::new() };
        tally.add(&picture("far", &["A"]), &lost);

        assert_eq!(tally.codes, Share { read: 2, of: 5 });
        assert_eq!((tally.wrong, tally.wrong_without_code, tally.fell), (3, 1, 1));
        assert_eq!((tally.found.count(), tally.missed.count(), tally.none.count()), (2, 3, 2));
        assert_eq!((tally.found.percentile(95), tally.missed.median(), tally.worst), (7.0, 30.0, 10_000.0));
        assert_eq!((tally.kinds["far"].codes, tally.kinds["far"].wrong), (Share { read: 1, of: 3 }, 2));
        assert_eq!(tally.kinds["nothing"].codes.of, 0);
    }

    #[test]
    fn a_picture_is_right_when_all_that_is_there_and_nothing_else_was_read() {
        let (code, nothing) = (picture("glare", &["A", "B"]), picture("nothing", &[]));
        for (picture, texts, right) in [
            (&code, &["A"][..], true),
            (&code, &[], false),
            (&code, &["A", "Z"], false),
            (&nothing, &[], true),
            (&nothing, &["A"], false),
        ] {
            assert_eq!(is_right(picture, &reading(texts, 1)), right, "{texts:?}");
        }
    }

    #[test]
    fn a_rate_of_nothing_is_no_number() {
        let [three, four] = [3, 4].map(|read| Share { read, of: 8 });
        assert_eq!((three.rate(), three.times(four)), (0.375, 0.75));
        assert!(Share::default().rate().is_nan());
    }
}
