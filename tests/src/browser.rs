//! A real browser: Debian's Chromium, driven as a person would use it.
//!
//! By default it is a phone with a small screen, because that is what most
//! attendees hold. Each one starts with an empty profile and a driver of its
//! own, so that tests can run side by side.
//!
//! Reading order: here, what a test does with it → `driver` (the processes)
//! → `commands` (what WebDriver itself does not offer).

mod commands;
mod driver;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use serde_json::json;

pub use self::commands::Complaint;
use self::driver::Driver;

/// A page may take this long on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the browser seems to be, to a page.
#[derive(Clone, Debug)]
pub struct Look {
    /// Width of the page in CSS pixels.
    pub width: u32,
    /// Height of what is seen of it at once.
    pub height: u32,
    /// Screen pixels in a CSS pixel.
    pub scale: f64,
    /// Touched, not clicked, and shown as phones show pages.
    pub phone: bool,
    /// Whether its owner prefers dark colours.
    pub dark: bool,
    /// Whether pages may run scripts.
    pub javascript: bool,
    /// The language asked for, such as `hi-IN`.
    pub locale: String,
}

impl Look {
    /// A small phone.
    #[must_use]
    pub fn phone() -> Self {
        let (width, height, scale) = (360, 740, 2.0);
        Self { width, height, scale, phone: true, dark: false, javascript: true, locale: "en-IN".into() }
    }

    /// A laptop.
    #[must_use]
    pub fn laptop() -> Self {
        Self { width: 1280, height: 800, scale: 1.0, phone: false, ..Self::phone() }
    }
}

/// A browser with one page open; ended when dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    driver: Driver,
}

impl Browser {
    /// Starts one.
    ///
    /// # Errors
    /// When Chromium or its driver is missing or does not start.
    pub async fn start(look: Look) -> anyhow::Result<Self> {
        let driver = Driver::start()?;
        let client = driver.session(&look).await?;
        let browser = Self { client, driver };
        if look.dark {
            let features = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
            browser.cdp("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        }
        let downloads = json!({"behavior": "allow", "downloadPath": browser.driver.downloads()});
        browser.cdp("Browser.setDownloadBehavior", downloads).await?;
        Ok(browser)
    }

    /// The WebDriver client, for everything that has no name here.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens an address and waits until it has loaded.
    ///
    /// # Errors
    /// When nothing answers there.
    pub async fn goto(&self, url: &str) -> anyhow::Result<()> {
        self.client.goto(url).await.with_context(|| format!("the browser cannot open {url}"))
    }

    /// Waits until there is such an element.
    ///
    /// # Errors
    /// When there is none for long; the message shows the page's text.
    pub async fn wait_for(&self, css: &str) -> anyhow::Result<Element> {
        match patiently(async || self.client.find(Locator::Css(css)).await).await {
            Ok(element) => Ok(element),
            Err(error) => {
                let address = self.client.current_url().await.map(String::from).unwrap_or_default();
                let body = self.client.find(Locator::Css("body")).await;
                let text = match body {
                    Ok(body) => body.text().await.unwrap_or_default(),
                    Err(_) => String::new(),
                };
                Err(error).with_context(|| format!("there is no {css} on {address}, which says:\n{text}"))
            }
        }
    }

    /// Whether there is such an element now.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn has(&self, css: &str) -> anyhow::Result<bool> {
        Ok(!self.client.find_all(Locator::Css(css)).await?.is_empty())
    }

    /// Replaces what a field holds by typing.
    ///
    /// # Errors
    /// When there is no such field, or it cannot be typed into.
    pub async fn fill(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let field = self.wait_for(css).await?;
        field.clear().await.with_context(|| format!("cannot clear {css}"))?;
        field.send_keys(text).await.with_context(|| format!("cannot type into {css}"))
    }

    /// Clicks, or touches.
    ///
    /// # Errors
    /// When there is no such element, or something lies over it.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        self.wait_for(css).await?.click().await.with_context(|| format!("cannot click {css}"))
    }

    /// The text that an element shows.
    ///
    /// # Errors
    /// When there is no such element.
    pub async fn text(&self, css: &str) -> anyhow::Result<String> {
        self.wait_for(css).await?;
        let read = async || self.client.find(Locator::Css(css)).await?.text().await;
        patiently(read).await.with_context(|| format!("cannot read {css}"))
    }

    /// Photographs the whole page, however long, into a PNG file.
    ///
    /// # Errors
    /// When the browser cannot, or the file cannot be written.
    pub async fn screenshot_page(&self, file: &Path) -> anyhow::Result<()> {
        let png = self.page_as_png().await?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(file, png).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Photographs one element; the bytes of a PNG.
    ///
    /// # Errors
    /// When there is no such element.
    pub async fn screenshot_element(&self, css: &str) -> anyhow::Result<Vec<u8>> {
        self.wait_for(css).await?;
        let photograph = async || self.client.find(Locator::Css(css)).await?.screenshot().await;
        patiently(photograph).await.with_context(|| format!("cannot photograph {css}"))
    }

    /// Waits until a file of this name has been downloaded.
    ///
    /// # Errors
    /// When it does not come; the message says what came instead.
    pub async fn downloaded(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.driver.downloads();
        let began = Instant::now();
        // Chromium gives it its name once it is whole.
        while !folder.join(name).exists() {
            if began.elapsed() > PATIENCE {
                let there = fs::read_dir(&folder)?.flatten().map(|it| it.file_name()).collect::<Vec<_>>();
                bail!("no {name} was downloaded, but: {there:?}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(folder.join(name))
    }

    /// Ends it, letting Chromium close in its own time.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.client.clone().close().await?)
    }
}

/// Asks again while there is no good answer: an element may still be to come,
/// and a page that gives way to the next interrupts whoever looks at it.
async fn patiently<T>(question: impl AsyncFn() -> Result<T, CmdError>) -> Result<T, CmdError> {
    let began = Instant::now();
    loop {
        match question().await {
            Err(_) if began.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(20)).await,
            answer => return answer,
        }
    }
}
