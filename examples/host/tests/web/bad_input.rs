//! What a host is sent by mistake or by malice: a clear answer, and nothing done.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use bailiwick::Account;
use bailiwick::live::Appended;
use bailiwick_host::App;
use bailiwick_host::input::{BODY_TIME, MAX_BODY};
use bailiwick_host::secret::Secret;
use bailiwick_host::store::{Answer, Row, Sqlite, Store, StoreError};
use http_body_util::StreamBody;
use http_body_util::combinators::UnsyncBoxBody;

use crate::client::{Client, SECRET, host, host_on};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let token = ada.token();
    for (size, status) in [
        (MAX_BODY, StatusCode::UNPROCESSABLE_ENTITY),
        (MAX_BODY + 1, StatusCode::PAYLOAD_TOO_LARGE),
        (50 * MAX_BODY, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let start = format!("token={token}&back=/&command=");
        let body = start.clone() + &"x".repeat(size - start.len());
        let request = Request::post("/preview").header(CONTENT_TYPE, FORM);
        ada.send(request.body(Body::from(body)).unwrap()).await.is(status);
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_given_up() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    ada.get("/home").await.is(StatusCode::OK);
    let never = StreamBody::new(Never);
    let request = Request::post("/preview").header(CONTENT_TYPE, FORM);
    let before = tokio::time::Instant::now();
    let request = request.body(Body::new(UnsyncBoxBody::new(never))).unwrap();
    ada.send(request).await.is(StatusCode::REQUEST_TIMEOUT);
    assert!(before.elapsed() >= BODY_TIME);
}

/// A body of which nothing ever comes.
struct Never;

impl futures_core::Stream for Never {
    type Item = Result<http_body::Frame<Bytes>, Infallible>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn another_type_of_body_is_refused() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    for (path, kind) in
        [("/preview", "application/json"), ("/api/commands", FORM), ("/api/commands", "text/plain")]
    {
        let request = Request::post(path).header(CONTENT_TYPE, kind).body(Body::from("{}"));
        ada.send(request.unwrap()).await.is(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let none = Request::post("/api/commands").body(Body::from("{}"));
    ada.send(none.unwrap()).await.is(StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn names_never_become_markup_or_turn_a_line_around() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let markup = "<script>alert(1)</script>";
    let id = "x\u{202e}\"><b>&\n";
    let give = |command: serde_json::Value| {
        serde_json::json!({ "command": command, "reason": markup }).to_string()
    };
    for command in [
        serde_json::json!({"command": "create_template", "template": id, "name": markup, "grants": {}}),
        serde_json::json!({"command": "invite", "user": id, "email": "x@acme.example", "template": id}),
        serde_json::json!({"command": "invite", "user": markup, "email": "y@acme.example", "template": id}),
    ] {
        ada.post_json("/api/commands", &give(command)).await.is(StatusCode::OK);
    }
    let query: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    for path in [
        "/users".to_owned(),
        "/templates".to_owned(),
        "/audit".to_owned(),
        "/review".to_owned(),
        "/why".to_owned(),
        "/home".to_owned(),
        format!("/edit?user={query}"),
        format!("/template?template={query}"),
        format!("/why?user={query}&ask=flows:read"),
        format!("/audit?about={query}"),
        "/users?text=%3Cscript".to_owned(),
    ] {
        let page = ada.get(&path).await.is(StatusCode::OK);
        assert!(!page.text.contains("<script") && !page.text.contains("<b>"), "{path}");
    }
    for path in ["/users", "/templates", "/audit", "/review"] {
        let page = ada.get(path).await;
        let seen = page.text.split(['<', '>']).skip(2).step_by(2).collect::<String>();
        assert!(!seen.contains('\u{202e}'), "{path}");
    }
    ada.get("/users").await.says("\\u{202e}").says("&lt;script&gt;alert(1)&lt;/script&gt;");
    // What is not seen at all is refused as a name.
    let hidden = serde_json::json!({"command": "create_template", "template": "h", "name": "a\u{202e}b", "grants": {}});
    ada.post_json("/api/commands", &give(hidden)).await.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_query_that_means_nothing_is_told() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    for path in [
        "/users?status=asleep",
        "/users?role=boss",
        "/users?inactive_days=-1",
        "/why?user=kim&ask=fly",
        "/edit",
    ] {
        ada.get(path).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    for path in ["/edit?user=nobody", "/template?template=nothing", "/nothing"] {
        ada.get(path).await.is(StatusCode::NOT_FOUND);
    }
    ada.get("/users?page=99999999999999999999&text=%00").await.is(StatusCode::OK);
    ada.get("/review?page=18446744073709551615").await.is(StatusCode::OK);
}

/// A store that can be gone.
struct Gone {
    store: Sqlite,
    is_gone: AtomicBool,
}

impl Gone {
    fn answer<'a, T: Send + 'a>(&self, answer: Answer<'a, T>) -> Answer<'a, T> {
        if self.is_gone.load(Ordering::SeqCst) {
            Box::pin(async { Err(StoreError::new("gone")) })
        } else {
            answer
        }
    }
}

impl Store for Gone {
    fn append<'a>(&'a self, directory: &'a str, row: Row) -> Answer<'a, Appended> {
        self.answer(self.store.append(directory, row))
    }

    fn changes_after<'a>(&'a self, directory: &'a str, revision: u64) -> Answer<'a, Vec<String>> {
        self.answer(self.store.changes_after(directory, revision))
    }

    fn save<'a>(&'a self, directory: &'a str, revision: u64, document: String) -> Answer<'a, ()> {
        self.answer(self.store.save(directory, revision, document))
    }

    fn load<'a>(&'a self, directory: &'a str) -> Answer<'a, Option<String>> {
        self.answer(self.store.load(directory))
    }

    fn heads(&self) -> Answer<'_, Vec<(String, u64)>> {
        self.answer(self.store.heads())
    }
}

#[tokio::test]
async fn a_store_that_is_gone_and_comes_back_loses_nothing() {
    let store = Sqlite::open(std::path::Path::new(":memory:")).unwrap();
    let store = Arc::new(Gone { store, is_gone: AtomicBool::new(false) });
    let app = host_on(Arc::clone(&store) as Arc<dyn Store>).await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let command = r#"{"command":{"command":"suspend","user":"lee"},"key":"suspend-lee"}"#;
    store.is_gone.store(true, Ordering::SeqCst);
    let answer = ada.post_json("/api/commands", command).await.is(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["error"]["code"], "unavailable");
    // A revision that is asked for and not known cannot be waited for: nobody is let in on less.
    let mut later = Client::with_session(&app, "acme/ada", 1_000);
    later.get("/users").await.is(StatusCode::SERVICE_UNAVAILABLE).says("try again");
    later.get("/api/abilities").await.is(StatusCode::SERVICE_UNAVAILABLE);
    // Neither is what was loaded once, if nothing was heard of the log since.
    let other = App::new(Arc::clone(&store) as Arc<dyn Store>, Secret::parse(SECRET).unwrap());
    store.is_gone.store(false, Ordering::SeqCst);
    let live = other.directories().open::<Account, ()>("acme").await.unwrap();
    store.is_gone.store(true, Ordering::SeqCst);
    let mut unheard = Client::with_session(&other, "acme/ada", live.view().revision());
    unheard.get("/users").await.is(StatusCode::SERVICE_UNAVAILABLE);
    store.is_gone.store(false, Ordering::SeqCst);
    unheard.get("/users").await.is(StatusCode::OK);
    let done = ada.post_json("/api/commands", command).await.is(StatusCode::OK);
    assert_eq!(done.json()["outcome"], "accepted");
    later.get("/users").await.is(StatusCode::OK);
}

async fn revision(app: &App) -> u64 {
    app.directories().open::<Account, ()>("acme").await.unwrap().view().revision()
}

#[tokio::test]
async fn a_full_disk_is_told_and_everything_else_goes_on() {
    let store = Arc::new(Sqlite::open(std::path::Path::new(":memory:")).unwrap());
    let app = host_on(Arc::clone(&store) as Arc<dyn Store>).await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    store.limit_pages(1).await.unwrap();
    let mut told = None;
    for command in ["suspend", "reactivate"].iter().cycle().take(1_000) {
        let command = format!(r#"{{"command":{{"command":"{command}","user":"lee"}}}}"#);
        let before = revision(&app).await;
        let answer = ada.post_json("/api/commands", &command).await;
        if answer.status != StatusCode::OK {
            told = Some((answer, before));
            break;
        }
    }
    let (answer, before) = told.expect("the disk is full in the end");
    let answer = answer.is(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["error"]["code"], "unavailable");
    assert_eq!(revision(&app).await, before);
    ada.get("/users").await.is(StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_answered_from_a_damaged_log() {
    let store = Arc::new(Sqlite::open(std::path::Path::new(":memory:")).unwrap());
    let app = host_on(Arc::clone(&store) as Arc<dyn Store>).await;
    let live = app.directories().open::<Account, ()>("acme").await.unwrap();
    let (began, head) = (live.view().revision(), live.view().account().head());
    let row = Row {
        revision: began + 1,
        digest: "damaged".to_owned(),
        previous: Some(head.to_string()),
        change: "{".to_owned(),
    };
    assert_eq!(store.append("account/acme", row).await.unwrap(), Appended::Stored);
    let other = App::new(store, Secret::parse(SECRET).unwrap());
    for app in [other, app] {
        // Whoever must see the change that is damaged is not answered without it.
        let mut ada = Client::with_session(&app, "acme/ada", began + 1);
        ada.get("/users").await.is(StatusCode::INTERNAL_SERVER_ERROR).says("damaged");
        ada.get("/api/abilities").await.is(StatusCode::INTERNAL_SERVER_ERROR);
    }
}
