//! A real browser: Debian's Chromium, driven as a person would use it.
//!
//! By default it is a phone with a small screen, because that is what most
//! attendees hold. Each one starts with an empty profile and a driver of its
//! own, so that tests can run side by side.
//!
//! Reading order: [`page`](crate::page), what a test does with any page → here,
//! what it does with a browser → `driver` (the processes)
//! → `commands` (what WebDriver itself does not offer) → `line` (between it and the servers).

mod commands;
mod driver;
mod line;
#[cfg(test)]
mod tests;

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use fantoccini::Locator;
use serde_json::json;

pub use self::commands::Complaint;
use self::driver::Driver;
pub use self::line::{Line, Load};
use crate::page::{PATIENCE, Page, patiently};

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
    /// Whether what it says to servers is written down, for [`Browser::loads`].
    pub listened_to: bool,
}

impl Look {
    /// A small phone.
    #[must_use]
    pub fn phone() -> Self {
        let (width, height, scale) = (360, 740, 2.0);
        Self {
            width,
            height,
            scale,
            phone: true,
            dark: false,
            javascript: true,
            locale: "en-IN".into(),
            listened_to: false,
        }
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
    page: Page,
    driver: Driver,
}

/// What can be done with any page can be done with it.
impl Deref for Browser {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Browser {
    /// Starts one.
    ///
    /// # Errors
    /// When Chromium or its driver is missing or does not start.
    pub async fn start(look: Look) -> anyhow::Result<Self> {
        let driver = Driver::start()?;
        let page = Page::new(driver.session(&look).await?);
        let browser = Self { page, driver };
        if look.dark {
            let features = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
            browser.cdp("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        }
        let downloads = json!({"behavior": "allow", "downloadPath": browser.driver.downloads()});
        browser.cdp("Browser.setDownloadBehavior", downloads).await?;
        Ok(browser)
    }

    /// Opens an address and waits until it has loaded.
    ///
    /// # Errors
    /// When nothing answers there.
    pub async fn goto(&self, url: &str) -> anyhow::Result<()> {
        self.client().goto(url).await.with_context(|| format!("the browser cannot open {url}"))
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
        let photograph = async || self.client().find(Locator::Css(css)).await?.screenshot().await;
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
        Ok(self.client().clone().close().await?)
    }
}
