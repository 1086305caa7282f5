//! The alerts that the README offers.

use std::collections::BTreeSet;

use super::scrape::Scrape;
use crate::world::{Setup, World, eventually};

/// Prometheus adds this one to every target by itself.
const ITS_OWN: &str = "up";

/// The metrics that are named in a rule's expression.
fn named(expression: &str) -> BTreeSet<&str> {
    const LANGUAGE: [&str; 8] = ["and", "increase", "instance", "max", "on", "rate", "sum", "time"];
    let mut named = BTreeSet::new();
    // What stands in quotes, braces or brackets is no name.
    for (part, text) in expression.split(['{', '}', '[', ']']).enumerate() {
        if part % 2 == 0 {
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            named.extend(words.filter(|word| word.starts_with(|letter: char| letter.is_ascii_alphabetic())));
        }
    }
    named.retain(|word| !LANGUAGE.contains(word));
    named
}

#[test]
fn names_are_told_from_the_language_around_them() {
    let expression = r#"sum(rate(http_requests_total{status=~"5.."}[5m])) > 0.05 and time() - up > 1"#;
    assert_eq!(named(expression), BTreeSet::from(["http_requests_total", "up"]));
}

#[tokio::test]
async fn the_readmes_alerts_look_at_metrics_that_there_are() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let rules = readme.split("```yaml").skip(1).map(|block| block.split("```").next().unwrap());
    let expressions: Vec<&str> =
        rules.flat_map(str::lines).filter_map(|line| line.trim_start().strip_prefix("expr: ")).collect();
    assert!(expressions.len() >= 8, "where are the README's alerts? {expressions:?}");
    let world = World::new(Setup::default()).await;
    world.get("/").await;
    world.sql("INSERT INTO reconciliations (id, started_at, finished_at, differences) VALUES ('1', '2036-01-01', '2036-01-01', 0)").await;
    eventually("every family", async || Scrape::of(&world).await.get("reconciliation_differences").is_some()).await;
    let scrape = Scrape::of(&world).await;
    let known = scrape.names();
    for expression in expressions {
        for name in named(expression) {
            assert!(name == ITS_OWN || known.contains(name), "there is no {name}, which {expression} asks for");
        }
        // A word that nobody says is never more than nothing.
        let lists = ["{state=", "{outcome="];
        for series in expression.split([' ', '(', ')', '[']).filter(|it| lists.iter().any(|list| it.contains(list))) {
            assert!(scrape.get(series).is_some(), "there is no {series}, which {expression} asks for");
        }
    }
}
