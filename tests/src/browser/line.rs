//! The line between a browser and the servers: how slow it is, and what went over it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Browser;

/// How slow the line is, as Chromium's developer tools pretend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// From a request to the first byte of its answer, at least.
    pub latency: Duration,
    /// Bits a second, each way.
    pub bits: u32,
}

/// Something that a browser loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// What from.
    pub url: String,
    /// Bytes of the answer as they came: headers, and the body still compressed.
    pub bytes: u64,
    /// What answered was kept from before.
    pub from_cache: bool,
    /// Seconds on the browser's clock when it was asked for, and when all of it was there.
    pub asked_at: f64,
    pub there_at: f64,
}

#[derive(Deserialize)]
struct Entry {
    message: String,
}

#[derive(Deserialize)]
struct Message {
    message: Event,
}

#[derive(Deserialize)]
struct Event {
    method: String,
    params: Value,
}

impl Line {
    /// "Slow 3G" in Chromium's developer tools, Puppeteer and Playwright.
    pub const DEVTOOLS_SLOW_3G: Self = Self { latency: Duration::from_millis(2_000), bits: 400_000 };
    /// "3G Slow" at WebPageTest: a round trip takes 400 ms.
    pub const WEBPAGETEST_3G_SLOW: Self = Self { latency: Duration::from_millis(400), bits: 400_000 };
}

impl Browser {
    /// Has a slow line from now on, and a slow processor: so many times as slow as this machine's.
    ///
    /// # Errors
    /// When the browser does not know how.
    pub async fn slowed(&self, line: Line, processor: u32) -> anyhow::Result<()> {
        let bytes = line.bits / 8;
        let conditions = json!({
            "offline": false, "latency": line.latency.as_millis(), "downloadThroughput": bytes, "uploadThroughput": bytes,
        });
        self.cdp("Network.emulateNetworkConditions", conditions).await?;
        self.cdp("Emulation.setCPUThrottlingRate", json!({"rate": processor})).await?;
        Ok(())
    }

    /// Has no line from now on, or one again.
    ///
    /// # Errors
    /// When the browser does not know how.
    pub async fn offline(&self, offline: bool) -> anyhow::Result<()> {
        let conditions = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.cdp("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// What was loaded to its end since this was last asked, in the order in which it was asked for.
    /// Of a redirection each step is one.
    ///
    /// # Errors
    /// When the browser is not [listened to](super::Look::listened_to).
    pub async fn loads(&self) -> anyhow::Result<Vec<Load>> {
        let log = self.own("se/log", json!({"type": "performance"})).await?;
        let entries: Vec<Entry> = serde_json::from_value(log).context("ChromeDriver's log has an unknown form")?;
        let mut under_way: BTreeMap<String, Load> = BTreeMap::new();
        let mut loaded = Vec::new();
        for entry in entries {
            let Message { message: Event { method, params } } = serde_json::from_str(&entry.message)?;
            let id = params["requestId"].as_str().unwrap_or_default().to_owned();
            let at = params["timestamp"].as_f64().unwrap_or_default();
            match method.as_str() {
                "Network.requestWillBeSent" => {
                    if let Some(before) = under_way.remove(&id) {
                        let bytes = params["redirectResponse"]["encodedDataLength"].as_u64().unwrap_or_default();
                        loaded.push(Load { bytes, there_at: at, ..before });
                    }
                    let url = params["request"]["url"].as_str().unwrap_or_default().to_owned();
                    under_way.insert(id, Load { url, bytes: 0, from_cache: false, asked_at: at, there_at: at });
                }
                "Network.requestServedFromCache" => {
                    under_way.entry(id).and_modify(|load| load.from_cache = true);
                }
                "Network.loadingFinished" => {
                    if let Some(load) = under_way.remove(&id) {
                        let bytes = params["encodedDataLength"].as_u64().unwrap_or_default();
                        loaded.push(Load { bytes, there_at: at, ..load });
                    }
                }
                _ => {}
            }
        }
        // Its own pages, such as the one for a new tab, are on no server.
        loaded.retain(|load: &Load| load.url.starts_with("http"));
        loaded.sort_by(|one, other| one.asked_at.total_cmp(&other.asked_at));
        Ok(loaded)
    }
}
