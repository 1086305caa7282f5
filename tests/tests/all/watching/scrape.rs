//! `/metrics`, read by the rules of OpenMetrics.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::StatusCode;

use crate::world::World;

/// All that was said at one moment.
#[derive(Debug)]
pub(super) struct Scrape {
    pub(super) text: String,
    /// By name, with its labels as they are written.
    series: BTreeMap<String, f64>,
}

impl Scrape {
    pub(super) async fn of(world: &World) -> Self {
        Self::at(world, &world.site.url).await
    }

    pub(super) async fn at(world: &World, site: &str) -> Self {
        let asked = world.http().get(format!("{site}/metrics"));
        let answer =
            asked.header("accept", "application/openmetrics-text;version=1.0.0,*/*;q=0.1").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
        Self::read(answer.text().await.unwrap())
    }

    /// Each family is described, stands in one place, and its samples bear names of its type.
    fn read(text: String) -> Self {
        let Some(body) = text.strip_suffix("# EOF\n") else { panic!("cut off: {text}") };
        let (mut series, mut seen) = (BTreeMap::new(), BTreeSet::new());
        let (mut help, mut family, mut kind) = ("", "", "");
        for line in body.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                help = rest.split(' ').next().unwrap();
                assert!(seen.insert(help), "{help} is there twice");
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                (family, kind) = rest.split_once(' ').unwrap();
                assert_eq!(help, family, "nobody says what it is");
            } else {
                let (name, value) = line.rsplit_once(' ').unwrap();
                let bare = name.split('{').next().unwrap();
                let suffix = bare.strip_prefix(family).unwrap_or_else(|| panic!("{line} is no {family}"));
                let suffixes: &[&str] = match kind {
                    "counter" => &["_total"],
                    "gauge" => &[""],
                    "histogram" => &["_bucket", "_count", "_sum"],
                    kind => panic!("{family} is a {kind}"),
                };
                assert!(suffixes.contains(&suffix), "{line} is no {kind}");
                assert_eq!(series.insert(name.to_owned(), value.parse().unwrap()), None, "{name} is there twice");
            }
        }
        Self { series, text }
    }

    /// `None` where it is not there.
    pub(super) fn get(&self, series: &str) -> Option<f64> {
        self.series.get(series).copied()
    }

    pub(super) fn value(&self, series: &str) -> f64 {
        self.get(series).unwrap_or_else(|| panic!("no {series} in {}", self.text))
    }

    /// Names without labels.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        self.series.keys().map(|name| name.split('{').next().unwrap()).collect()
    }

    /// How many series there are.
    pub(super) fn len(&self) -> usize {
        self.series.len()
    }
}
