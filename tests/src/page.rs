//! A page in somebody's hands, by WebDriver: what the [browser](crate::browser)
//! and the gate's [window](crate::window) have in common.
//!
//! Whoever looks for something waits for it: a page may still be at work.

use std::time::{Duration, Instant};

use anyhow::Context;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};

/// A page may take this long on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An open page.
#[derive(Clone, Debug)]
pub struct Page {
    client: Client,
}

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The WebDriver client, for everything that has no name here.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
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
    /// When the page does not answer.
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
}

/// Asks again while there is no good answer: an element may still be to come,
/// and a page that gives way to the next interrupts whoever looks at it.
pub(crate) async fn patiently<T>(question: impl AsyncFn() -> Result<T, CmdError>) -> Result<T, CmdError> {
    let began = Instant::now();
    loop {
        match question().await {
            Err(_) if began.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(20)).await,
            answer => return answer,
        }
    }
}
