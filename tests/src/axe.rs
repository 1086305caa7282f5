//! What stands in the way of somebody who reads with a screen reader, with a
//! keyboard or with tired eyes: axe-core, asked in the browser itself.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Context;
use serde_json::{Value, json};

use crate::install;
use crate::page::Page;

/// WCAG 2.2, A and AA, and what axe's authors know to be good besides.
const RULES: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/// Not shown to WebDriver as an error: a fault of axe's own is told from one of the page.
const ASKED: &str = "
    const [rules, done] = arguments;
    axe.run(document, { runOnly: rules, resultTypes: ['violations'] })
        .then((said) => done({ violations: said.violations, passes: said.passes.length }))
        .catch((error) => done({ failed: String(error) }));";

/// Every fault of the page that is open, one a line: the rule, the remedy, the place.
///
/// # Errors
/// When axe-core cannot be fetched or run.
pub async fn faults(page: &Page) -> anyhow::Result<Vec<String>> {
    let client = page.client();
    // By WebDriver, whose scripts the page's policy does not concern.
    client.execute(&format!("{};", script()?), vec![]).await.context("axe-core does not load")?;
    let said = client.execute_async(ASKED, vec![json!(RULES)]).await.context("axe-core does not answer")?;
    let violations = said["violations"].as_array().with_context(|| format!("axe-core failed: {said}"))?;
    anyhow::ensure!(said["passes"].as_u64() > Some(5), "axe-core has looked at nothing: {said}");
    Ok(violations.iter().flat_map(said_of).collect())
}

fn said_of(violation: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = violation["nodes"].as_array().into_iter().flatten();
    nodes
        .map(|node| format!("{}: {} {}", text(&violation["id"]), text(&node["failureSummary"]), node["html"]))
        .collect()
}

/// Fetched once, like everything from npm.
fn script() -> anyhow::Result<&'static str> {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    if let Some(script) = SCRIPT.get() {
        return Ok(script);
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/axe");
    install::packages(install::PAGES)?;
    install::npm(&folder)?;
    let file = folder.join("node_modules/axe-core/axe.min.js");
    let script = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(SCRIPT.get_or_init(|| script))
}
