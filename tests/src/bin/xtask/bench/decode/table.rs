//! The figures of a set of pictures, as tables that a README takes.

use std::fmt;

use real_parts::rivals::Which;
use real_parts::spread::Spread;

use super::Candidate;
use super::tally::{Share, Tally};

/// A row for each reader.
pub(super) struct Overall<'a> {
    pub(super) what: &'a str,
    pub(super) candidates: &'a [Candidate],
    pub(super) set: usize,
}

/// A row for each kind of trouble, a column for each reader.
pub(super) struct Kinds<'a> {
    pub(super) candidates: &'a [Candidate],
    pub(super) set: usize,
}

impl fmt::Display for Overall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yardstick = tally(self.candidates, Which::ZxingCpp, self.set).map_or(Share::default(), |it| it.codes);
        writeln!(f, "\n{}; ms: median / p95\n", self.what)?;
        write!(f, "| reader | read | rate | × zxing-cpp | wrong (no code) | fell | ms found | ms not found |")?;
        writeln!(f, " ms no code | ms worst |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|---|")?;
        for candidate in self.candidates {
            let tally = &candidate.tallies[self.set];
            write!(f, "| {} {} |", candidate.which.name(), candidate.version)?;
            write!(f, " {} of {} |", tally.codes.read, tally.codes.of)?;
            write!(f, " {} % |", figure(tally.codes.rate() * 100.0, 1))?;
            write!(f, " {} |", figure(tally.codes.times(yardstick), 2))?;
            write!(f, " {} ({}) | {} |", tally.wrong, tally.wrong_without_code, tally.fell)?;
            for spread in [&tally.found, &tally.missed, &tally.none] {
                write!(f, " {} |", both(spread))?;
            }
            writeln!(f, " {} |", figure(tally.worst, 0))?;
        }
        Ok(())
    }
}

impl fmt::Display for Kinds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads: String = self.candidates.iter().map(|it| format!(" {} |", it.which.name())).collect();
        writeln!(f, "\nread, and median ms of all\n\n| kind | codes |{heads}")?;
        writeln!(f, "|---|---|{}", "---|".repeat(self.candidates.len()))?;
        let Some(first) = self.candidates.first() else { return Ok(()) };
        let tallies: Vec<_> = self.candidates.iter().map(|it| &it.tallies[self.set].kinds).collect();
        for (kind, of_first) in &first.tallies[self.set].kinds {
            write!(f, "| {kind} | {} |", of_first.codes.of)?;
            for tally in &tallies {
                let (codes, ms) = tally.get(kind).map_or((Share::default(), f64::NAN), |it| (it.codes, it.ms.median()));
                write!(f, " {} · {} |", codes.read, figure(ms, 1))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn both(spread: &Spread) -> String {
    format!("{} / {}", figure(spread.median(), 1), figure(spread.percentile(95), 1))
}

/// A dash for what there is none of.
pub(super) fn figure(figure: f64, digits: usize) -> String {
    if figure.is_finite() { format!("{figure:.digits$}") } else { "–".to_owned() }
}

/// What a reader made of a set, if it was asked.
pub(super) fn tally(candidates: &[Candidate], which: Which, set: usize) -> Option<&Tally> {
    candidates.iter().find(|candidate| candidate.which == which)?.tallies.get(set)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use image::GrayImage;
    use real_parts::pictures::Picture;
    use real_parts::rivals::{Reader, Reading};

    use super::*;

    struct Nobody;

    impl Reader for Nobody {
        fn version(&self) -> String {
            "1".into()
        }

        fn read(&mut self, _: &GrayImage) -> anyhow::Result<Reading> {
            Ok(Reading::default())
        }
    }

    /// Reads the first `read` of four glaring pictures, each in its own time.
    fn candidate(which: Which, read: usize) -> Candidate {
        let mut tally = Tally::default();
        for number in 0..4 {
            let texts = vec!["A".to_owned()];
            let luma = GrayImage::new(1, 1);
            let picture = Picture { name: "p".into(), kind: "glare".into(), luma, texts: texts.clone() };
            let took = Duration::from_millis(number as u64 + 5);
            let texts = if number < read { texts } else { Vec::new() };
            tally.add(&picture, &Reading { texts, took, fell: false });
        }
        let (reader, tallies) = (Box::new(Nobody), vec![tally]);
        Candidate { which, version: "1".into(), reader, tallies, frames: Tally::default() }
    }

    #[test]
    fn readers_stand_beside_the_yardstick() {
        let candidates = [candidate(Which::Ours, 3), candidate(Which::ZxingCpp, 4)];
        let said = Overall { what: "4 frames", candidates: &candidates, set: 0 }.to_string();
        let row = "| ours, one frame 1 | 3 of 4 | 75.0 % | 0.75 | 0 (0) | 0 | 6.0 / 7.0 | 8.0 / 8.0 | – / – | 8 |";
        assert!(said.contains(row), "{said}");
        let said = Kinds { candidates: &candidates, set: 0 }.to_string();
        assert!(said.contains("| glare | 4 | 3 · 6.0 | 4 · 6.0 |"), "{said}");
    }

    #[test]
    fn without_the_yardstick_there_is_no_ratio() {
        let candidates = [candidate(Which::Ours, 3)];
        let said = Overall { what: "4 frames", candidates: &candidates, set: 0 }.to_string();
        assert!(said.contains("| 75.0 % | – |"), "{said}");
    }
}
