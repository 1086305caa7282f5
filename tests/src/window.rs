//! The gate's real window, on a screen of its own, driven as a person would use it.
//!
//! WebKitWebDriver opens the program and has its hands on the page; eyes are
//! on the screen. Each window starts with an empty home, so that tests can run
//! side by side and nothing of the developer's own gate is touched.
//!
//! Reading order: [`Display`] (the screen) → [`Program`] (what is opened on
//! it) → here, what a test does with its window → `driver` (the processes) →
//! [`Said`] and [`Processes`] (what it says, and what it takes of the machine).
//! Where nobody's hands are needed, [`PlainWindow`] does without the driver.

mod display;
mod driver;
mod plain;
mod program;
mod said;
mod screen;
#[cfg(test)]
mod tests;

use std::ops::Deref;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde::Deserialize;
use serde_json::{Value, json};

pub use self::display::Display;
use self::driver::Driver;
pub use self::plain::PlainWindow;
pub use self::program::Program;
pub use self::said::{Lines, Said};
pub use self::screen::Screen;
use crate::page::{PATIENCE, Page};
pub use crate::processes::{Process, Processes};

/// Keeps what goes wrong on the page from now on, for whoever asks later.
const LISTEN: &str = "
    const heard = (window.heardByTheTest = []);
    const keep = (kind, message) => heard.push({ kind, message: String(message) });
    addEventListener('error', event => keep('error', event.message ?? event.target?.src), true);
    addEventListener('unhandledrejection', event => keep('rejection', event.reason?.stack ?? event.reason));
    addEventListener('securitypolicyviolation', event => keep('policy', event.violatedDirective + ' ' + event.blockedURI));
    for (const kind of ['error', 'warn']) {
        const told = console[kind].bind(console);
        console[kind] = (...words) => { keep('console', words.join(' ')); told(...words); };
    }";

const INVOKE: &str = "
    const [command, parameters, answer] = arguments;
    window.__TAURI__.core.invoke(command, parameters)
        .then(good => answer({ Ok: good ?? null }), fault => answer({ Err: fault?.message ?? fault ?? null }));";

/// Something that went wrong on the page.
#[derive(Clone, Debug, Deserialize)]
pub struct Fault {
    /// `error`, `rejection` (a promise that nobody catches), `policy` (a breach of the content policy) or `console`.
    pub kind: String,
    /// In the page's words.
    pub message: String,
}

/// The gate's window, with its page in our hands; ended when dropped.
#[derive(Debug)]
pub struct KioskWindow {
    page: Page,
    screen: Screen,
    driver: Driver,
}

/// What can be done with any page can be done with it.
impl Deref for KioskWindow {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl KioskWindow {
    /// Opens it and waits until its page has loaded.
    ///
    /// # Errors
    /// When WebKitWebDriver is missing, or the program does not open a window;
    /// the message ends with what it said.
    pub async fn start(display: &Display, program: &Program) -> anyhow::Result<Self> {
        let window = Self::open(display, program).await?;
        window.has_loaded().await?;
        Ok(window)
    }

    async fn open(display: &Display, program: &Program) -> anyhow::Result<Self> {
        let driver = Driver::start(display.screen(), program).await?;
        let page = Page::new(driver.session(program).await?);
        Ok(Self { page, screen: display.screen().clone(), driver })
    }

    async fn has_loaded(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        let loaded = "return document.readyState === 'complete' && location.href !== 'about:blank'";
        while !self.client().execute(loaded, vec![]).await.is_ok_and(|it| it == true) {
            ensure!(
                began.elapsed() < PATIENCE,
                "the window's page does not load; the gate said:\n{}",
                self.said().text()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.execute(LISTEN, vec![]).await.map(drop)
    }

    /// Runs a script on the page; what it returns.
    ///
    /// # Errors
    /// When it throws.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        self.client().execute(script, arguments).await.with_context(|| format!("the page cannot run {script}"))
    }

    /// Asks the gate for one of its commands, as the page does: its answer, or its refusal.
    ///
    /// # Errors
    /// When it gives neither.
    pub async fn invoke(&self, command: &str, parameters: Value) -> anyhow::Result<Result<Value, Value>> {
        let answer = self.client().execute_async(INVOKE, vec![json!(command), parameters]).await;
        let answer = answer.with_context(|| format!("the window gives no answer to {command}"))?;
        serde_json::from_value(answer).context("neither an answer nor a refusal")
    }

    /// Waits until a script returns true.
    ///
    /// # Errors
    /// When it does not for long; the message shows the page's text.
    pub async fn wait_until(&self, script: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.execute(script, vec![]).await? != true {
            if began.elapsed() > PATIENCE {
                bail!("it stays untrue that {script}; the page says:\n{}", self.text("body").await?);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Presses and lets go one key after the other, whatever on the page has
    /// the focus, as fast as the window takes them: a barcode scanner. Enter
    /// is `\n`; other keys have WebDriver's letters, see `fantoccini::key::Key`.
    ///
    /// # Errors
    /// When the window does not take them.
    pub async fn press_keys(&self, keys: &str) -> anyhow::Result<()> {
        let mut actions = KeyActions::new("keyboard".into());
        for value in keys.chars().map(|key| if key == '\n' { '\u{e007}' } else { key }) {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client().perform_actions(actions).await.with_context(|| format!("cannot press the keys {keys:?}"))
    }

    /// What went wrong on the page since it was last asked.
    ///
    /// # Errors
    /// When the page does not answer.
    pub async fn faults(&self) -> anyhow::Result<Vec<Fault>> {
        let heard = self.execute("return window.heardByTheTest.splice(0)", vec![]).await?;
        serde_json::from_value(heard).context("the page's faults have an unknown form")
    }

    /// Photographs the screen that it is on into a PNG file, once there is something to see.
    ///
    /// # Errors
    /// When the screen stays blank, or the picture cannot be taken.
    pub async fn photograph(&self, file: &Path) -> anyhow::Result<()> {
        let (screen, file) = (self.screen.clone(), file.to_owned());
        let photographed = tokio::task::spawn_blocking(move || screen.photograph(&file)).await;
        photographed.context("the photographer's thread ended")?
    }

    /// What the gate has said on standard error.
    #[must_use]
    pub fn said(&self) -> &Said {
        self.driver.said()
    }

    /// The gate's processes and what they take of the machine; none once it has ended.
    #[must_use]
    pub fn processes(&self) -> Processes {
        self.driver.below()
    }

    /// The folder that the gate takes for its user's home.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.driver.home()
    }

    /// Waits until the gate has ended by itself.
    ///
    /// # Errors
    /// When it does not for long.
    pub async fn has_ended(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        while !self.processes().are_gone() {
            ensure!(began.elapsed() < PATIENCE, "the gate does not end; it said:\n{}", self.said().text());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Ends the driver's hold on it, and the gate with it.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.client().clone().close().await?)
    }
}
