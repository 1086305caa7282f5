//! The figures for a machine to compare.

use real_parts::rivals::Which;
use serde_json::{Map, Value, json};

use super::first_read::Times;
use super::sets::{Origin, Set};
use super::tally::Tally;
use super::{Candidate, Skipped, table};

/// Null stands for what was not measured. Our rates are those of every search
/// there is, as for a picture that somebody names; milliseconds, and
/// `frame_rate_…`, are of one frame of a camera.
pub(super) fn json(sets: &[Set<'_>], candidates: &[Candidate], skipped: &[Skipped], times: &Times) -> Value {
    let number = |origin| sets.iter().position(|set| set.origin == origin);
    let photographs = number(Origin::Photographs);
    let frames = number(Origin::Frames).or_else(|| number(Origin::Made));
    let rate = |which, set: Option<usize>| {
        let tally = set.and_then(|set| table::tally(candidates, which, set));
        tally.map_or(f64::NAN, |tally| rounded(tally.codes.rate()))
    };
    let ours = candidates.iter().find(|it| it.which == Which::Ours);
    let of_frames = |figure: fn(&Tally) -> f64| ours.map_or(f64::NAN, |it| figure(&it.frames));
    json!({
        "rate_real": rate(Which::OursEverything, photographs),
        "rate_synthetic": rate(Which::OursEverything, frames),
        "zxing_cpp_rate_real": rate(Which::ZxingCpp, photographs),
        "zxing_cpp_rate_synthetic": rate(Which::ZxingCpp, frames),
        "wrong": wrong(candidates, |tally| tally.wrong),
        "wrong_without_code": wrong(candidates, |tally| tally.wrong_without_code),
        "ms_found_median": of_frames(|tally| tally.found.median()),
        "ms_found_p95": of_frames(|tally| tally.found.percentile(95)),
        "ms_none_median": of_frames(|tally| tally.none.median()),
        "ms_none_p95": of_frames(|tally| tally.none.percentile(95)),
        "ms_worst": of_frames(|tally| rounded(tally.worst)),
        "frame_rate_real": rate(Which::Ours, photographs),
        "frame_rate_synthetic": rate(Which::Ours, frames),
        "synthetic_is": frames.map(|number| &*sets[number].what),
        "time_to_first_read_ratio": rounded(times.ratio()),
        "time_to_first_read_ms": times.median(Which::Ours),
        "lost_to_zxing_cpp": times.lost_to_zxing_cpp(),
        "readers": candidates.iter().map(|it| reader(it, sets)).collect::<Map<_, _>>(),
        "skipped": skipped.iter().map(|it| (it.which.name().to_owned(), it.why.as_str().into())).collect::<Map<_, _>>(),
    })
}

/// Of what we do in every mode, the worst: a wrong text is wrong in any.
fn wrong(candidates: &[Candidate], count: fn(&Tally) -> usize) -> Option<usize> {
    let ours = candidates.iter().filter(|it| matches!(it.which, Which::Ours | Which::OursEverything));
    ours.map(|it| it.tallies.iter().map(count).sum()).max()
}

/// Everything about one reader, for each set.
fn reader(candidate: &Candidate, sets: &[Set<'_>]) -> (String, Value) {
    let figures = sets.iter().zip(&candidate.tallies).map(|(set, tally)| {
        let figures = json!({
            "read": tally.codes.read,
            "codes": tally.codes.of,
            "wrong": tally.wrong,
            "wrong_without_code": tally.wrong_without_code,
            "fell": tally.fell,
            "ms_found_median": tally.found.median(),
            "ms_found_p95": tally.found.percentile(95),
            "ms_missed_median": tally.missed.median(),
            "ms_missed_p95": tally.missed.percentile(95),
            "ms_none_p95": tally.none.percentile(95),
            "ms_worst": rounded(tally.worst),
        });
        (set.what.clone(), figures)
    });
    let mut figures: Map<_, _> = figures.collect();
    figures.insert("version".to_owned(), candidate.version.as_str().into());
    (candidate.which.name().to_owned(), figures.into())
}

fn rounded(figure: f64) -> f64 {
    (figure * 10_000.0).round() / 10_000.0
}
