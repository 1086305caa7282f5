//! Somebody who looks at one page after the other.

use std::fs;
use std::path::PathBuf;

use real_parts::browser::{Browser, Look};
use real_parts::install;
use serde_json::{Value, json};

use super::eye;
use crate::world::eventually;

/// Where the pictures are put, for whoever wants to look.
pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("guest-pages")
}

/// A browser on the guests' pages.
pub(super) struct Visitor {
    pub(super) browser: Browser,
    site: String,
    look: Look,
    /// What the pictures' names begin with: language and screen.
    kind: String,
}

impl Visitor {
    pub(super) async fn new(site: &str, look: Look, kind: &str) -> Self {
        install::packages(install::BROWSER).unwrap();
        let browser = Browser::start(look.clone()).await.unwrap();
        Self { browser, site: site.to_owned(), look, kind: kind.to_owned() }
    }

    pub(super) async fn open(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.site)).await.unwrap();
    }

    /// Opens a page until it is what it is to be: what was changed shows within a second.
    pub(super) async fn opens_until(&self, path: &str, css: &str) {
        eventually(&format!("{css} on {path}"), async || {
            self.open(path).await;
            self.browser.has(css).await.unwrap()
        })
        .await;
    }

    /// The answer of a script in the page.
    pub(super) async fn ask(&self, script: &str) -> Value {
        self.browser.client().execute(script, vec![]).await.unwrap()
    }

    /// Sends these fields as the form would, past everything that could keep the browser from sending them.
    pub(super) async fn sends(&self, fields: &[(&str, &str)]) {
        self.open("/").await;
        let send = "const form = document.createElement('form');
            [form.method, form.action] = ['post', '/submit'];
            for (const [name, value] of arguments[0]) {
                const field = document.createElement('textarea');
                [field.name, field.value] = [name, value];
                form.append(field);
            }
            document.body.append(form);
            form.submit();";
        self.browser.client().execute(send, vec![json!(fields)]).await.unwrap();
    }

    /// Is the browser that made this order, or none.
    pub(super) async fn remembers(&self, order: Option<&str>) {
        self.browser.client().delete_all_cookies().await.unwrap();
        if let Some(path) = order {
            let token = path.trim_start_matches("/orders/").to_owned();
            let cookie = json!({"name": "order", "value": token, "url": self.site, "httpOnly": true});
            self.browser.cdp("Network.setCookie", cookie).await.unwrap();
        }
    }

    async fn prefers(&self, shade: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": shade}]);
        self.browser.cdp("Emulation.setEmulatedMedia", json!({"features": features})).await.unwrap();
    }

    /// What is wrong with the page that is open, in both shades; takes its picture.
    pub(super) async fn looks_over(&self, name: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for shade in ["light", "dark"] {
            self.prefers(shade).await;
            self.takes_a_picture(&format!("{name}-{}-{shade}", self.kind)).await;
            let found = [eye::sees(&self.browser).await, eye::finds(&self.browser).await].concat();
            faults.extend(found.into_iter().map(|fault| format!("{shade}: {fault}")));
        }
        if self.look.phone {
            faults.extend(self.on_the_smallest_phone(name).await);
        }
        faults.into_iter().map(|fault| format!("{name}, {}, {fault}", self.kind)).collect()
    }

    /// As wide as WCAG asks a page to be readable without scrolling sideways.
    async fn on_the_smallest_phone(&self, name: &str) -> Vec<String> {
        let size = |width, height| json!({"width": width, "height": height, "deviceScaleFactor": 2, "mobile": true});
        self.prefers("light").await;
        self.browser.cdp("Emulation.setDeviceMetricsOverride", size(320, 568)).await.unwrap();
        self.takes_a_picture(&format!("{name}-{}-320", self.kind)).await;
        let faults = eye::sees(&self.browser).await;
        let usual = size(self.look.width, self.look.height);
        self.browser.cdp("Emulation.setDeviceMetricsOverride", usual).await.unwrap();
        faults.into_iter().map(|fault| format!("320 wide: {fault}")).collect()
    }

    async fn takes_a_picture(&self, name: &str) {
        fs::create_dir_all(folder()).unwrap();
        self.browser.screenshot_page(&folder().join(format!("{name}.png"))).await.unwrap();
    }
}
