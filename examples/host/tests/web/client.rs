//! A browser, as far as it goes: cookies, forms and their tokens.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::IntoResponse;
use bailiwick_host::routes::router;
use bailiwick_host::secret::Secret;
use bailiwick_host::session::{Cookies, Person, Session};
use bailiwick_host::store::{Sqlite, Store};
use bailiwick_host::{App, demo};
use http_body_util::BodyExt;
use tower::ServiceExt;

pub(crate) const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A host with the demo's people, on a database of its own.
pub(crate) async fn host() -> App {
    host_on(Arc::new(Sqlite::open(Path::new(":memory:")).unwrap())).await
}

pub(crate) async fn host_on(store: Arc<dyn Store>) -> App {
    let app = App::new(store, Secret::parse(SECRET).unwrap());
    demo::found(&app).await.unwrap();
    app
}

/// Someone at a browser.
#[derive(Clone)]
pub(crate) struct Client {
    app: App,
    router: Router,
    cookies: BTreeMap<String, String>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Client {
    /// Someone who is not signed in.
    pub(crate) fn new(app: &App) -> Self {
        Self { app: app.clone(), router: router(app.clone()), cookies: BTreeMap::new() }
    }

    /// Someone who signs in on the page, as `acme/ada`, `bright/north/nils` or `bright`.
    pub(crate) async fn signed_in(app: &App, who: &str) -> Self {
        let mut client = Self::new(app);
        let who = serde_json::to_string(&person(who)).unwrap();
        let answer = client.post_plain("/sign-in", &[("who", &who)]).await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, "/"),
            "{}",
            answer.text
        );
        client
    }

    /// Someone whose session began earlier, whatever became of them since.
    pub(crate) fn with_session(app: &App, who: &str, began: u64) -> Self {
        let mut client = Self::new(app);
        let session = Session::begin(person(who), began).unwrap();
        let jar = Cookies::of(app, &HeaderMap::new()).with_session(&session).into_jar();
        client.keep((jar, "").into_response().headers());
        client
    }

    /// The same browser at another process.
    pub(crate) fn at(&self, app: &App) -> Self {
        Self { app: app.clone(), router: router(app.clone()), cookies: self.cookies.clone() }
    }

    pub(crate) fn cookie(&mut self, name: &str) -> &mut String {
        self.cookies.get_mut(name).expect("there is such a cookie")
    }

    /// The token of the forms of this session.
    pub(crate) fn token(&self) -> String {
        let session = Cookies::of(&self.app, &self.headers()).session(&self.app);
        session.map(|(_, token)| token.as_str().to_owned()).unwrap_or_default()
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with its token.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token();
        let fields: Vec<_> = fields.iter().copied().chain([("token", token.as_str())]).collect();
        self.post_plain(path, &fields).await
    }

    /// Sends a form as it is.
    pub(crate) async fn post_plain(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let body = form.extend_pairs(fields).finish();
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn post_json(&mut self, path: &str, body: &str) -> Answer {
        let request = Request::post(path).header(CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        request.headers_mut().extend(self.headers());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        self.keep(&headers);
        Answer { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    fn headers(&self) -> HeaderMap {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies: Vec<_> = cookies.collect();
        let value = cookies.join("; ").parse().unwrap();
        if cookies.is_empty() { HeaderMap::new() } else { HeaderMap::from_iter([(COOKIE, value)]) }
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for set in headers.get_all(SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (pair, _) = set.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |location| location.to_str().unwrap())
    }

    /// The value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) =
            self.text.split_once(&start).unwrap_or_else(|| panic!("no {name}: {}", self.text));
        let (value, _) = rest.split_once('"').unwrap();
        unescaped(value)
    }

    /// The commands that a page offers.
    pub(crate) fn commands(&self) -> Vec<String> {
        let parts = self.text.split("name=\"command\" value=\"").skip(1);
        parts.map(|rest| unescaped(rest.split_once('"').unwrap().0)).collect()
    }

    #[track_caller]
    pub(crate) fn is(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.text.contains(text), "{text} is not in {}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn says_not(self, text: &str) -> Self {
        assert!(!self.text.contains(text), "{text} is in {}", self.text);
        self
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

pub(crate) fn person(who: &str) -> Person {
    match who.split('/').collect::<Vec<_>>()[..] {
        [agency] => Person::Principal(agency.parse().unwrap()),
        [account, user] => {
            let (account, user) = (account.parse().unwrap(), user.parse().unwrap());
            Person::User { agency: None, account, user }
        }
        [agency, account, user] => {
            let (account, user) = (account.parse().unwrap(), user.parse().unwrap());
            Person::User { agency: Some(agency.parse().unwrap()), account, user }
        }
        _ => panic!("nobody is called {who}"),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
