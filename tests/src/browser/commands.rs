//! What ChromeDriver offers beyond WebDriver: its log of the page, and Chromium's own protocol.

use anyhow::Context;
use axum::http::Method;
use data_encoding::BASE64;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde::Deserialize;
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::Browser;

/// Something the browser complained of.
#[derive(Clone, Debug, Deserialize)]
pub struct Complaint {
    /// `SEVERE`, `WARNING`, `INFO`…
    pub level: String,
    /// What kind: `javascript`, `network`, `security` (as a breach of the content policy)…
    #[serde(default)]
    pub source: String,
    /// In its words.
    pub message: String,
}

/// A command of ChromeDriver's own.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Browser {
    /// What the browser complained of since this was last asked: faults of
    /// scripts, files that do not load, breaches of the content policy.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn complaints(&self) -> anyhow::Result<Vec<Complaint>> {
        let log = self.own("se/log", json!({"type": "browser"})).await?;
        let all: Vec<Complaint> = serde_json::from_value(log).context("ChromeDriver's log has an unknown form")?;
        Ok(all.into_iter().filter(|it| it.level == "SEVERE" || it.level == "WARNING").collect())
    }

    /// A command of the Chrome DevTools Protocol.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub async fn cdp(&self, command: &str, parameters: Value) -> anyhow::Result<Value> {
        let answer = self.own("goog/cdp/execute", json!({"cmd": command, "params": parameters})).await;
        answer.with_context(|| format!("the browser refuses {command}"))
    }

    /// WebDriver's own picture ends where the screen does.
    pub(super) async fn page_as_png(&self) -> anyhow::Result<Vec<u8>> {
        let sizes = self.cdp("Page.getLayoutMetrics", json!({})).await?;
        let (width, height) = (&sizes["cssContentSize"]["width"], &sizes["cssContentSize"]["height"]);
        let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
        let picture = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let picture = self.cdp("Page.captureScreenshot", picture).await?;
        let picture = picture["data"].as_str().context("the browser's picture has an unknown form")?;
        Ok(BASE64.decode(picture.as_bytes())?)
    }

    pub(super) async fn own(&self, path: &'static str, body: Value) -> anyhow::Result<Value> {
        Ok(self.client().issue_cmd(Own { path, body }).await?)
    }
}
