//! A host with the demo's people, and a browser at it.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::Method;
use bailiwick_host::routes::router;
use bailiwick_host::secret::Secret;
use bailiwick_host::serve::serve;
use bailiwick_host::store::Sqlite;
use bailiwick_host::{App, demo};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use url::{ParseError, Url};

/// How long something may take to appear: longer than a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(20);

/// Someone at a browser. What they look for by its words has to be on the page, or comes to be there
/// while they wait.
#[derive(Clone)]
pub(crate) struct Browser {
    client: Client,
    site: String,
}

/// Tells a story of someone at a new host, or says that this was left out.
pub(crate) fn story<F>(told: impl FnOnce(Browser) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let folder = Folder::new();
    let Some((driver, chromium)) = Driver::start(&folder.0) else {
        println!("left out: Chromium is not installed (Debian's `chromium` and `chromium-driver`)");
        return;
    };
    Runtime::new().unwrap().block_on(async {
        let site = host(&folder.0.join("host.db")).await;
        let browser = Browser::open(&driver, &chromium, site).await;
        let told = tokio::spawn(told(browser.clone())).await;
        browser.client.close().await.unwrap();
        if let Err(failed) = told {
            resume_unwind(failed.into_panic());
        }
    });
}

/// Starts a host as `main` does, on a free port.
async fn host(database: &Path) -> String {
    let app = App::new(Arc::new(Sqlite::open(database).unwrap()), Secret::random().unwrap());
    demo::found(&app).await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    let following = app.clone();
    tokio::spawn(async move { following.directories().follow_all().await });
    tokio::spawn(serve(listener, router(app), std::future::pending()));
    site
}

impl Browser {
    async fn open(driver: &Driver, chromium: &Path, site: String) -> Self {
        let mut arguments = vec!["--headless=new", "--disable-dev-shm-usage", "--lang=en"];
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            // Its sandbox refuses to run as root.
            arguments.push("--no-sandbox");
        }
        let options = json!({ "binary": chromium, "args": arguments });
        let capabilities = json!({ "goog:chromeOptions": options });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&driver.address)
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        Self { client, site }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Types an address of the host.
    pub(crate) async fn visit(&self, path: &str) -> &Self {
        self.client.goto(&format!("{}{path}", self.site)).await.unwrap();
        self
    }

    /// Signs in, as someone of a place.
    pub(crate) async fn sign_in(&self, place: &str, who: &str) -> &Self {
        self.visit("/sign-in").await;
        let list = format!("//h2[normalize-space()='{place}']/following-sibling::ul[1]");
        self.element(&format!("{list}//button[strong='{who}']")).await.click().await.unwrap();
        self.element("//header").await;
        self
    }

    pub(crate) async fn sign_out(&self) -> &Self {
        self.press("Sign out").await;
        self.title("Sign in").await
    }

    /// Waits for the page with this heading.
    pub(crate) async fn title(&self, title: &str) -> &Self {
        self.element(&format!("//h1[normalize-space()={}]", quoted(title))).await;
        self
    }

    /// Presses a button, or follows a link.
    pub(crate) async fn press(&self, label: &str) -> &Self {
        self.element(&button("", label)).await.click().await.unwrap();
        self
    }

    /// Presses a button in some part of the page.
    pub(crate) async fn press_in(&self, part: &str, label: &str) -> &Self {
        self.element(&button(&named(part), label)).await.click().await.unwrap();
        self
    }

    /// Confirms what the page of review shows.
    pub(crate) async fn confirm(&self) -> &Self {
        self.title("Review the change").await;
        self.press("Confirm").await;
        self.says("Saved as change").await
    }

    /// Unfolds what is folded in some part of the page.
    pub(crate) async fn unfold(&self, part: &str) -> &Self {
        let summary = format!("{}//details[not(@open)]/summary", named(part));
        self.element(&summary).await.click().await.unwrap();
        self
    }

    /// Types into the field with a label.
    pub(crate) async fn fill(&self, label: &str, text: &str) -> &Self {
        let field = self.element(&field("input", label)).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
        self
    }

    /// Chooses from the list with a label.
    pub(crate) async fn choose(&self, label: &str, option: &str) -> &Self {
        let list = self.element(&field("select", label)).await;
        list.select_by_label(option).await.unwrap();
        self
    }

    /// The page says this somewhere.
    pub(crate) async fn says(&self, text: &str) -> &Self {
        self.element(&format!("//main[contains(normalize-space(), {})]", quoted(text))).await;
        self
    }

    /// Some part of the page says this.
    pub(crate) async fn says_in(&self, part: &str, text: &str) -> &Self {
        let part = named(part);
        self.element(&format!("{part}[contains(normalize-space(), {})]", quoted(text))).await;
        self
    }

    /// The page does not show this.
    pub(crate) async fn says_not(&self, text: &str) -> &Self {
        let page = self.text().await;
        assert!(!page.contains(text), "“{text}” is on the page:\n{page}");
        self
    }

    /// There is no such button.
    pub(crate) async fn lacks(&self, label: &str) -> &Self {
        let found = self.client.find_all(Locator::XPath(&button("", label))).await.unwrap();
        assert!(found.is_empty(), "there is a button “{label}”:\n{}", self.text().await);
        self
    }

    /// Whether some part of the page has such a button.
    pub(crate) async fn has_button(&self, part: &str, label: &str) -> bool {
        self.element(&named(part)).await;
        let found = self.client.find_all(Locator::XPath(&button(&named(part), label))).await;
        !found.unwrap().is_empty()
    }

    /// The choice that a group is at.
    pub(crate) async fn current(&self, part: &str) -> String {
        let pressed = format!("{}//button[@aria-pressed='true']", named(part));
        self.element(&pressed).await.text().await.unwrap()
    }

    /// Why a choice is grey: what it is described by, which is to be seen.
    pub(crate) async fn why_not(&self, part: &str, label: &str) -> String {
        let choice = self.element(&button(&named(part), label)).await;
        let disabled = choice.attr("aria-disabled").await.unwrap();
        assert_eq!(disabled.as_deref(), Some("true"), "“{label}” of {part} can be chosen");
        let id = choice.attr("aria-describedby").await.unwrap().unwrap();
        let why = self.element(&format!("//*[@id='{id}']")).await;
        assert!(why.is_displayed().await.unwrap(), "why not is hidden");
        why.text().await.unwrap()
    }

    /// What can be read on the page.
    pub(crate) async fn text(&self) -> String {
        self.client.find(Locator::Css("body")).await.unwrap().text().await.unwrap()
    }

    /// The first element that a path (`XPath`) leads to, once there is one.
    pub(crate) async fn element(&self, path: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(path)).await;
        match found {
            Ok(element) => element,
            Err(error) => {
                let (address, page) = (self.client.current_url().await, self.text().await);
                panic!("{path}: {error}, at {address:?}:\n{page}")
            }
        }
    }

    /// What a command of Chromium's own protocol does.
    pub(crate) async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        self.client.issue_cmd(Devtools { command, parameters }).await.unwrap()
    }
}

/// The button or link with a label, in some part of the page.
fn button(part: &str, label: &str) -> String {
    let label = quoted(label);
    // What is only read out stands apart from what is shown.
    let is_called = format!("normalize-space(text()[1])={label} or @aria-label={label}");
    format!("{part}//*[self::button or self::a][{is_called}]")
}

/// The parts of a page with a name: a group, a section by its heading, a row by its first cell.
fn named(part: &str) -> String {
    let part = quoted(part);
    format!(
        "//*[@aria-label={part} or (self::section and .//*[self::h2 or self::h3][starts-with(normalize-space(), {part})]) \
         or (self::tr and th[starts-with(normalize-space(), {part})])]"
    )
}

fn field(kind: &str, label: &str) -> String {
    let label = quoted(label);
    format!("//{kind}[@id=//label[starts-with(normalize-space(), {label})]/@for]")
}

/// A literal of a path, which has no escapes.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

/// A command of Chromium's own protocol, which chromedriver hands on.
#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (Method::POST, Some(body.to_string()))
    }
}

/// A running chromedriver.
struct Driver {
    process: Child,
    address: String,
    /// What it writes has somewhere to go.
    _says: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts one on a free port, if it and Chromium are installed. Both leave their files in a folder.
    fn start(folder: &Path) -> Option<(Self, PathBuf)> {
        let (driver, chromium) = (program("chromedriver")?, program("chromium")?);
        let mut command = Command::new(driver);
        command.arg("--port=0").env("TMPDIR", folder).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut says = BufReader::new(process.stdout.take().unwrap());
        let mut said = String::new();
        let port = loop {
            let mut line = String::new();
            assert!(says.read_line(&mut line).unwrap() > 0, "chromedriver does not start: {said}");
            if let Some((_, port)) = line.trim_end().split_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
            write!(said, "{line}").unwrap();
        };
        Some((Self { process, address: format!("http://127.0.0.1:{port}"), _says: says }, chromium))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Where a program is.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A folder of one test, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("bailiwick-browser-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}
