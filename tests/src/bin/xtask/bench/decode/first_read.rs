//! How long a code must be held up before it is read.
//!
//! Single pictures say how many are read; a guest holds a code up for a second
//! or two, and the gate has thirty tries a second, as many as its reader is
//! quick enough for. Here the camera's clock is simulated and the reader's is
//! real: who is free takes the newest frame, and frames that came meanwhile are lost to it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use image::GrayImage;
use real_parts::pictures::{FRAME_SECONDS, FRAMES, sequences};
use real_parts::rivals::Which;
use real_parts::say;
use real_parts::spread::Spread;

use super::{Args, Candidate};

/// What a guest takes for an answer that came at once.
const AT_ONCE: Duration = Duration::from_secs(1);
/// The others are slower than a frame by far, or read what one of these reads.
const ASKED: [Which; 3] = [Which::Ours, Which::Rqrr, Which::ZxingCpp];

/// For each reader and each time a code was held up.
#[derive(Debug, Default)]
pub(super) struct Times {
    readers: Vec<Which>,
    held: Vec<Held>,
}

/// A code held up once.
#[derive(Debug)]
struct Held {
    name: String,
    kind: String,
    length: Duration,
    /// When each reader had read it, in the order of the readers.
    read: Vec<Option<Duration>>,
}

pub(super) fn measure(candidates: &mut [Candidate], args: &Args) -> anyhow::Result<Times> {
    let mut readers: Vec<_> = candidates.iter_mut().filter(|it| ASKED.contains(&it.which)).collect();
    let mut times = Times { readers: readers.iter().map(|it| it.which).collect(), held: Vec::new() };
    if args.sequences == 0 || readers.is_empty() {
        return Ok(times);
    }
    let what = format!("Holding codes up before {} readers, {} by each gesture", readers.len(), args.sequences);
    say::step(&what, || {
        for sequence in sequences(args.seed, args.sequences) {
            let mut frames = Frames { made: Vec::new(), to_come: sequence.frames() };
            let mut read = Vec::new();
            for candidate in &mut readers {
                candidate.reader.forget();
                read.push(first_read(FRAMES, |number| {
                    let reading = candidate.reader.read(frames.get(number))?;
                    Ok((reading.texts.contains(&sequence.text), reading.took))
                })?);
            }
            let (name, kind) = (sequence.name.clone(), sequence.kind.clone());
            times.held.push(Held { name, kind, length: captured(FRAMES), read });
        }
        Ok(())
    })?;
    Ok(times)
}

/// Made as they are wanted, and kept for the next reader.
struct Frames<I> {
    made: Vec<GrayImage>,
    to_come: I,
}

impl<I: Iterator<Item = GrayImage>> Frames<I> {
    fn get(&mut self, number: u32) -> &GrayImage {
        let number = number as usize;
        let lacking = (number + 1).saturating_sub(self.made.len());
        self.made.extend(self.to_come.by_ref().take(lacking));
        &self.made[number]
    }
}

/// From the first frame to the first right text, or none if the frames ended before.
fn first_read(
    frames: u32,
    mut look: impl FnMut(u32) -> anyhow::Result<(bool, Duration)>,
) -> anyhow::Result<Option<Duration>> {
    let (mut now, mut next) = (Duration::ZERO, 0);
    while next < frames {
        let newest = (next..frames).take_while(|frame| captured(*frame) <= now).last();
        let frame = newest.unwrap_or(next);
        let (right, took) = look(frame)?;
        now = now.max(captured(frame)) + took;
        if right {
            return Ok(Some(now));
        }
        next = frame + 1;
    }
    Ok(None)
}

fn captured(frame: u32) -> Duration {
    Duration::from_secs_f64(FRAME_SECONDS * f64::from(frame))
}

impl Times {
    /// The median over all codes held up, in milliseconds; one that was never read counts as long as it was held.
    pub(super) fn median(&self, which: Which) -> f64 {
        self.spread(which, |_| true).median()
    }

    fn spread(&self, which: Which, of: impl Fn(&Held) -> bool) -> Spread {
        let mut spread = Spread::default();
        for held in self.held.iter().filter(|held| of(held)) {
            if let Some(time) = self.time(held, which) {
                spread.add(time.unwrap_or(held.length).as_secs_f64() * 1000.0);
            }
        }
        spread
    }

    /// None if the reader was not asked.
    fn time(&self, held: &Held, which: Which) -> Option<Option<Duration>> {
        let at = self.readers.iter().position(|reader| *reader == which)?;
        held.read.get(at).copied()
    }

    fn count(&self, which: Which, within: Duration) -> usize {
        let read = |held: &&Held| self.time(held, which).flatten().is_some_and(|time| time <= within);
        self.held.iter().filter(read).count()
    }

    /// How long we take beside plain rqrr.
    pub(super) fn ratio(&self) -> f64 {
        self.median(Which::Ours) / self.median(Which::Rqrr)
    }

    /// What zxing-cpp reads at once and we never: there should be none.
    pub(super) fn lost_to_zxing_cpp(&self) -> Vec<&str> {
        let lost = self.held.iter().filter(|held| {
            let theirs = self.time(held, Which::ZxingCpp).flatten();
            theirs.is_some_and(|time| time <= AT_ONCE) && self.time(held, Which::Ours) == Some(None)
        });
        lost.map(|held| &*held.name).collect()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.held.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nUntil a code held up is read, of {}, 30 frames a second, in ms\n", self.held.len())?;
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        self.held.iter().for_each(|held| *kinds.entry(&held.kind).or_default() += 1);
        let heads: String = kinds.keys().map(|kind| format!(" {kind} |")).collect();
        writeln!(f, "| reader | read | within a second | median | p95 | × rqrr |{heads}")?;
        writeln!(f, "|---|---|---|---|---|---|{}", "---|".repeat(kinds.len()))?;
        for &which in &self.readers {
            let all = self.spread(which, |_| true);
            let ratio = all.median() / self.median(Which::Rqrr);
            let read = [Duration::MAX, AT_ONCE].map(|within| self.count(which, within));
            let [median, late] = [50, 95].map(|percent| all.percentile(percent));
            write!(f, "| {} | {} | {} | {median:.0} | {late:.0} |", which.name(), read[0], read[1])?;
            write!(f, " {} |", super::table::figure(ratio, 2))?;
            for kind in kinds.keys() {
                write!(f, " {:.0} |", self.spread(which, |held| held.kind == *kind).median())?;
            }
            writeln!(f)?;
        }
        let lost = self.lost_to_zxing_cpp();
        if !lost.is_empty() {
            writeln!(f, "\nzxing-cpp reads within a second, and we never: {}", lost.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks for so long at each frame, and reads from a frame on.
    fn reader(took_ms: u64, from: u32, frames: u32) -> (Option<u128>, Vec<u32>) {
        let mut looked = Vec::new();
        let read = first_read(frames, |frame| {
            looked.push(frame);
            Ok((frame >= from, Duration::from_millis(took_ms)))
        });
        (read.unwrap().map(|time| time.as_millis()), looked)
    }

    #[test]
    fn who_is_quick_sees_every_frame_and_who_is_slow_misses_some() {
        assert_eq!(reader(10, 2, 30), (Some(76), vec![0, 1, 2]), "two periods, and ten");
        assert_eq!(reader(80, 3, 30), (Some(240), vec![0, 2, 4]), "free at 80 and at 160");
        assert_eq!(reader(80, 99, 4), (None, vec![0, 2, 3]), "the last is still there at 160");
        assert_eq!(reader(10, 0, 0), (None, vec![]));
    }

    fn held(name: &str, read: [Option<u64>; 3]) -> Held {
        let read = read.map(|ms| ms.map(Duration::from_millis)).to_vec();
        Held { name: name.into(), kind: "shake".into(), length: Duration::from_secs(2), read }
    }

    #[test]
    fn what_was_never_read_counts_as_long_as_it_was_held() {
        let times = Times {
            readers: ASKED.to_vec(),
            held: vec![
                held("a", [Some(100), Some(400), Some(90)]),
                held("b", [Some(300), None, Some(1500)]),
                held("c", [None, None, Some(1000)]),
                held("d", [None, Some(100), Some(1001)]),
            ],
        };
        assert_eq!((times.median(Which::Ours), times.median(Which::Rqrr)), (300.0, 400.0));
        assert_eq!(times.ratio(), 0.75);
        assert_eq!(times.lost_to_zxing_cpp(), ["c"]);
        assert!(times.median(Which::Jsqr).is_nan(), "it was not asked");
        let said = times.to_string();
        assert!(said.contains("| ours, one frame | 2 | 2 | 300 | 2000 | 0.75 | 300 |"), "{said}");
        assert!(said.contains("we never: c"), "{said}");
    }
}
