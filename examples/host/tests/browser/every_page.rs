//! What holds on every page, at a desk and on a phone, by day and by night.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::browser::{Browser, story};

/// How wide a page is drawn, and how high at least.
const SIZES: [(u32, u32); 2] = [(1280, 800), (390, 844)];

const SCHEMES: [&str; 2] = ["light", "dark"];

#[test]
fn a_tenant_has_pages_for_everyone() {
    story(|browser| async move {
        let mut found = Findings::of("tenant", &browser);
        found.at("sign-in", "/sign-in").await;
        browser.sign_in("Support desk", "ana").await;
        found.at("home", "/home").await;
        found.at("users", "/users").await;
        found.at("users-none", "/users?text=nobody").await;
        found.at("edit", "/edit?user=max").await;
        found.at("edit-admin", "/edit?user=ana").await;
        found.at("templates", "/templates").await;
        found.at("template", "/template?template=support_agent").await;
        browser.press_in("Conversations", "☐ delete").await.title("Review the change").await;
        found.here("proposal").await;
        browser.confirm().await;
        found.here("done").await;
        found.at("review", "/review").await;
        found.at("why", "/why").await;
        found.at("why-not", "/why?user=max&ask=experiments%3Aedit").await;
        found.at("audit", "/audit").await;
        found.at("not-found", "/nothing").await;
        found.at("nobody", "/edit?user=nobody").await;
        browser.sign_in("Support desk", "dora").await;
        found.at("delegate-users", "/users").await;
        found.at("delegate-edit", "/edit?user=max").await;
        found.at("denied", "/templates").await;
        browser.sign_in("Support desk", "max").await;
        found.at("member", "/home").await;
        found.none();
    });
}

#[test]
fn a_studio_has_pages_for_everyone() {
    story(|browser| async move {
        let mut found = Findings::of("studio", &browser);
        browser.sign_in("Acme Studio", "ada").await;
        found.at("home", "/home").await;
        found.at("users", "/users").await;
        found.at("edit", "/edit?user=kim").await;
        found.at("template", "/template?template=knowledge_editor").await;
        found.at("review", "/review").await;
        found.at("why-not", "/why?user=kim&ask=knowledge.sources%3Aedit").await;
        found.at("faqs", "/faqs").await;
        found.none();
    });
}

#[test]
fn an_agency_has_pages_for_everyone() {
    story(|browser| async move {
        let mut found = Findings::of("agency", &browser);
        browser.sign_in("Agency bright", "bright").await;
        found.at("permissions", "/agency").await;
        found.at("audit", "/agency/audit").await;
        browser.visit("/agency").await.press_in("Workflows", "All on").await;
        browser.title("Review the change").await;
        found.here("proposal").await;
        browser.sign_in("North Clinic, of bright", "nils").await;
        found.at("users", "/users").await;
        found.none();
    });
}

/// What is wrong with the pages that were looked at.
struct Findings {
    browser: Browser,
    group: &'static str,
    wrong: Vec<String>,
    /// Where pages are drawn, if they are.
    screenshots: Option<PathBuf>,
}

impl Findings {
    fn of(group: &'static str, browser: &Browser) -> Self {
        let screenshots = std::env::var_os("BAILIWICK_SCREENSHOTS").map(PathBuf::from);
        Self { browser: browser.clone(), group, wrong: Vec::new(), screenshots }
    }

    /// Looks at a page by its address.
    async fn at(&mut self, name: &str, path: &str) {
        self.browser.visit(path).await;
        self.here(name).await;
    }

    /// Looks at the page that is there.
    async fn here(&mut self, name: &str) {
        for (width, height) in SIZES {
            for scheme in SCHEMES {
                self.see(width, height, scheme).await;
                self.draw(&format!("{name}-{width}-{scheme}"), width).await;
                let audit = self.browser.client().execute(include_str!("audit.js"), Vec::new());
                let Value::Array(wrong) = audit.await.unwrap() else { panic!("no list") };
                let (group, wrong) = (self.group, wrong.iter());
                self.wrong
                    .extend(wrong.map(|one| format!("{group}/{name}, {width}, {scheme}: {one}")));
            }
        }
        self.browser.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
    }

    async fn see(&self, width: u32, height: u32, scheme: &str) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.browser.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Draws the whole page.
    async fn draw(&self, name: &str, width: u32) {
        let Some(folder) = &self.screenshots else { return };
        let height = "return document.documentElement.scrollHeight";
        let height = self.browser.client().execute(height, Vec::new()).await.unwrap();
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let image = self.browser.client().screenshot().await.unwrap();
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(format!("{}-{name}.png", self.group)), image).unwrap();
    }

    fn none(self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}
