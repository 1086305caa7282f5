use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;

const KOLKATA: chrono_tz::Tz = chrono_tz::Asia::Kolkata;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn chart(counts: &[(DateTime<Utc>, u64)], grain: Grain) -> Chart {
    Chart {
        id: "arrivals",
        title: "Arrivals".into(),
        unit: ["arrival", "arrivals"],
        grain,
        columns: columns(counts, KOLKATA, grain),
    }
}

/// The tallest column, as it is drawn: height after the first `v-` of each.
fn heights(svg: &str) -> Vec<f64> {
    let path = svg.split(r#"class="chart-columns" fill="currentColor" d=""#).nth(1).unwrap().split('"').next().unwrap();
    path.split("v-").skip(1).map(|part| part.split('h').next().unwrap().parse().unwrap()).collect()
}

/// What a reader of XML would insist on: every tag closed in its turn, no bare `&` or `<`.
fn is_well_formed(svg: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let Some((inside, text)) = tag.split_once('>') else { return false };
        if text
            .split('&')
            .skip(1)
            .any(|rest| !["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|it| rest.starts_with(it)))
        {
            return false;
        }
        if inside.matches('"').count() % 2 == 1 {
            return false;
        }
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !inside.ends_with('/') {
            open.push(inside.split(' ').next().unwrap());
        }
    }
    open.is_empty()
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let empty = chart(&[], Grain::Minutes(5));
    assert_eq!(empty.summary(), "No arrivals yet.");
    assert!(empty.svg().contains("No arrivals yet</text>") && is_well_formed(&empty.svg()), "{}", empty.svg());
    assert!(empty.rows().is_empty());
    let zeros = chart(&[(at("2026-11-22T14:00:00Z"), 0), (at("2026-11-22T15:00:00Z"), 0)], Grain::Minutes(5));
    assert!(zeros.svg().contains("No arrivals yet</text>") && zeros.rows().is_empty());
}

#[test]
fn one_guest_is_one_column_as_high_as_the_drawing() {
    let one = chart(&[(at("2026-11-22T14:02:03Z"), 1)], Grain::Minutes(5));
    let svg = one.svg();
    assert_eq!(heights(&svg), [HEIGHT - BOTTOM - TOP]);
    assert!(svg.contains(">7:30\u{a0}pm</text>"), "the five minutes that it fell into: {svg}");
    assert_eq!(one.summary(), "1 arrival in all; the most in 5 minutes, 22\u{a0}Nov, 7:30\u{a0}pm: 1.");
}

#[test]
fn twice_as_many_are_drawn_twice_as_high() {
    let two = chart(&[(at("2026-11-22T14:00:00Z"), 200), (at("2026-11-22T14:05:00Z"), 100)], Grain::Minutes(5));
    let drawn = heights(&two.svg());
    assert!((drawn[0] - 2.0 * drawn[1]).abs() < 0.02, "{drawn:?}");
}

#[test]
fn one_beside_a_hundred_thousand_is_still_seen() {
    let many = [(at("2026-11-22T14:00:00Z"), 100_000), (at("2026-11-22T14:05:00Z"), 1)];
    let drawn = heights(&chart(&many, Grain::Minutes(5)).svg());
    assert!((drawn[1] - LEAST).abs() < 0.001, "{drawn:?}");
    assert!(chart(&many, Grain::Minutes(5)).svg().contains(">1,00,000</text>"));
}

#[test]
fn an_evening_over_midnight_goes_on_and_names_the_new_day() {
    // 10:30 pm to 1 am in Kolkata.
    let evening: Vec<_> = (0..=30).map(|five| (at("2026-11-22T17:00:00Z") + TimeDelta::minutes(5 * five), 3)).collect();
    let evening = chart(&evening, Grain::Minutes(5));
    assert_eq!((evening.columns.len(), evening.total()), (31, 93));
    let svg = evening.svg();
    assert!(svg.contains(">23 Nov</text>") && svg.contains(">11\u{a0}pm</text>"), "{svg}");
    assert!(evening.rows().last().unwrap().0.starts_with("23\u{a0}Nov, 1:00"), "{:?}", evening.rows().last());
}

#[test]
fn days_are_the_events_own_also_when_the_clocks_change() {
    // Half past midnight in Kolkata is the day before in London.
    let late = columns(&[(at("2026-11-22T19:00:00Z"), 1)], KOLKATA, Grain::Day);
    assert_eq!(late[0].from.to_rfc3339(), "2026-11-23T00:00:00+05:30");
    let zone = chrono_tz::America::New_York;
    let autumn = columns(&[(at("2026-10-31T12:00:00Z"), 1), (at("2026-11-03T12:00:00Z"), 1)], zone, Grain::Day);
    let days: Vec<_> = autumn.iter().map(|column| column.from.date_naive().to_string()).collect();
    assert_eq!(days, ["2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03"], "one of them has 25 hours");
    // Where a day may begin at one o'clock.
    let cairo = columns(&[(at("2026-04-24T12:00:00Z"), 1)], chrono_tz::Africa::Cairo, Grain::Day);
    assert_eq!(cairo.len(), 1);
}

#[test]
fn a_long_sale_is_drawn_in_coarser_columns() {
    for (span, grain) in [
        (TimeDelta::zero(), Grain::Minutes(15)),
        (TimeDelta::hours(16), Grain::Minutes(60)),
        (TimeDelta::days(3), Grain::Minutes(180)),
        (TimeDelta::days(30), Grain::Day),
        (TimeDelta::days(200), Grain::Week),
    ] {
        assert_eq!(Grain::over(span), grain, "{span}");
    }
}

#[test]
fn the_scale_is_round_and_reaches_over_everything() {
    assert_eq!(ticks(0), [0, 1]);
    assert_eq!(ticks(1), [0, 1]);
    assert_eq!(ticks(5), [0, 1, 2, 3, 4, 5]);
    assert_eq!(ticks(6), [0, 2, 4, 6]);
    assert_eq!(ticks(499), [0, 100, 200, 300, 400, 500]);
    assert_eq!(ticks(100_000), [0, 20_000, 40_000, 60_000, 80_000, 100_000]);
}

#[test]
fn numbers_are_written_as_india_writes_them() {
    for (number, written) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (12_345, "12,345"),
        (100_000, "1,00,000"),
        (12_345_678, "1,23,45,678"),
    ] {
        assert_eq!(grouped(number), written);
    }
}

#[test]
fn hostile_words_are_text() {
    let mut hostile = chart(&[(at("2026-11-22T14:00:00Z"), 1)], Grain::Day);
    hostile.title = "</title><script>alert(1)</script>\u{202e}&\u{0}\"'".into();
    let svg = hostile.svg();
    assert!(is_well_formed(&svg) && !svg.contains("<script"), "{svg}");
    assert!(!svg.contains('\u{202e}') && !svg.contains('\u{0}'));
}

#[test]
fn a_drawing_of_an_evening_is_small_and_brings_no_style() {
    let evening: Vec<_> =
        (0..144).map(|five| (at("2026-11-22T10:00:00Z") + TimeDelta::minutes(5 * five), 700)).collect();
    let svg = chart(&evening, Grain::Minutes(5)).svg();
    assert!(svg.len() < 8_000, "{}", svg.len());
    assert!(!svg.contains("style"), "the pages' policy forbids it: {svg}");
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_overflows(
        counts in prop::collection::vec((0_i64..4_000_000_000, 0_u64..100_000), 0..60),
        zone in prop::sample::select(vec![KOLKATA, chrono_tz::UTC, chrono_tz::America::New_York, chrono_tz::Australia::Lord_Howe]),
        grain in prop::sample::select(vec![Grain::Minutes(5), Grain::Minutes(15), Grain::Minutes(60), Grain::Minutes(180), Grain::Day, Grain::Week]),
        title in any::<String>(),
    ) {
        let counts: Vec<_> = counts.into_iter().map(|(at, value)| (DateTime::from_timestamp(at, 0).unwrap(), value)).collect();
        let drawn = columns(&counts, zone, grain);
        prop_assert_eq!(drawn.iter().map(|it| it.value).sum::<u64>(), counts.iter().map(|it| it.1).sum::<u64>());
        prop_assert!(drawn.windows(2).all(|two| two[0].from < two[1].from));
        prop_assert!(drawn.len() <= MOST_DRAWN + counts.len());
        let svg = Chart { id: "any", title, unit: ["ticket", "tickets"], grain, columns: drawn }.svg();
        prop_assert!(is_well_formed(&svg), "{}", svg);
    }

    #[test]
    fn a_scale_has_few_lines_and_reaches_over_the_most(most in any::<u64>()) {
        let ticks = ticks(most);
        prop_assert!((2..=6).contains(&ticks.len()));
        prop_assert!(*ticks.last().unwrap() >= most);
        prop_assert!(ticks.windows(2).all(|two| two[0] < two[1]));
    }

    #[test]
    fn there_is_a_label_and_there_is_room_for_each(
        first in 0_i64..2_000_000_000,
        spans in prop::collection::vec(0_i64..60_000_000, 1..20),
        grain in prop::sample::select(vec![Grain::Minutes(5), Grain::Minutes(60), Grain::Day, Grain::Week]),
    ) {
        let counts: Vec<_> = spans.iter().map(|span| (DateTime::from_timestamp(first + span, 0).unwrap(), 1)).collect();
        let drawn = columns(&counts, KOLKATA, grain);
        let labels = scale::labelled(&drawn, grain, LABELS);
        prop_assert!((1..=LABELS).contains(&labels.len()), "{:?}", labels);
    }
}

const MOST_DRAWN: usize = 2_000;
