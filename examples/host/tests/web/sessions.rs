//! Cookies and tokens: none that is forged, old or another's lets anybody do anything.

use std::path::PathBuf;
use std::sync::Arc;

use axum::http::StatusCode;
use bailiwick_host::App;
use bailiwick_host::secret::Secret;
use bailiwick_host::store::Sqlite;

use crate::client::{Client, SECRET, host, host_on, person};

const SET: [(&str, &str); 2] = [
    ("command", r#"{"command":"set_area","user":"lee","area":"flows","level":"read"}"#),
    ("back", "/users"),
];

#[tokio::test]
async fn a_forged_cookie_is_no_cookie() {
    let app = host().await;
    let ada = Client::signed_in(&app, "acme/ada").await;
    let kim = Client::signed_in(&app, "acme/kim").await;
    let mut changed = ada.clone();
    let value = changed.cookie("session").replace("kim", "ada");
    *changed.cookie("session") = format!("{value}x");
    let mut unsigned = ada.clone();
    let value = unsigned.cookie("session").split_off(44);
    *unsigned.cookie("session") = value;
    let mut another = kim.clone();
    *another.cookie("session") = another.cookie("session").replace("kim", "ada");
    for mut forged in [changed, unsigned, another] {
        let answer = forged.get("/users").await.is(StatusCode::SEE_OTHER);
        assert_eq!(answer.location(), "/sign-in");
        forged.post("/preview", &SET).await.is(StatusCode::UNAUTHORIZED);
    }
    // A cookie that another host signed.
    let other = Secret::parse(&SECRET.replace('0', "1")).unwrap();
    let store = Arc::new(Sqlite::open(&PathBuf::from(":memory:")).unwrap());
    let other = App::new(store, other);
    let mut foreign = Client::with_session(&other, "acme/ada", 1_000).at(&app);
    assert_eq!(foreign.get("/users").await.location(), "/sign-in");
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_session() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let again = Client::signed_in(&app, "acme/ada").await;
    let [command, back] = SET;
    let none = ada.post_plain("/preview", &[command, back]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", none.text);
    for forged in [String::new(), "0".repeat(64), again.token(), ada.token().to_uppercase()] {
        let answer = ada.post_plain("/preview", &[command, back, ("token", &forged)]).await;
        answer.is(StatusCode::FORBIDDEN).says("this form belongs to another session");
    }
    ada.post("/preview", &SET).await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_suspension_ends_the_session_and_coming_back_does_not_begin_it_again() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let mut lee = Client::signed_in(&app, "acme/lee").await;
    lee.get("/home").await.is(StatusCode::OK);
    give(&mut ada, r#"{"command":"suspend","user":"lee"}"#).await;
    assert_eq!(lee.get("/home").await.location(), "/sign-in");
    give(&mut ada, r#"{"command":"reactivate","user":"lee"}"#).await;
    assert_eq!(lee.get("/home").await.location(), "/sign-in");
    Client::signed_in(&app, "acme/lee").await.get("/home").await.is(StatusCode::OK);
}

#[tokio::test]
async fn another_address_ends_the_session() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let mut lee = Client::signed_in(&app, "acme/lee").await;
    give(&mut ada, r#"{"command":"change_email","user":"lee","email":"l@acme.example"}"#).await;
    assert_eq!(lee.get("/home").await.location(), "/sign-in");
}

#[tokio::test]
async fn signing_out_ends_the_session_here() {
    let app = host().await;
    let mut lee = Client::signed_in(&app, "acme/lee").await;
    lee.post_plain("/sign-out", &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(lee.get("/home").await.location(), "/sign-in");
}

#[tokio::test]
async fn whoever_is_suspended_or_unknown_cannot_sign_in() {
    let app = host().await;
    for (who, status) in [
        ("acme/sue", StatusCode::CONFLICT),
        ("acme/nobody", StatusCode::NOT_FOUND),
        ("nowhere/ada", StatusCode::NOT_FOUND),
        ("bright/nowhere/nils", StatusCode::NOT_FOUND),
        ("nobody", StatusCode::NOT_FOUND),
    ] {
        let mut client = Client::new(&app);
        let document = serde_json::to_string(&person(who)).unwrap();
        let answer = client.post_plain("/sign-in", &[("who", &document)]).await;
        assert_eq!(answer.status, status, "{who}: {}", answer.text);
        assert_eq!(client.get("/home").await.location(), "/sign-in");
    }
}

#[tokio::test]
async fn accepting_is_the_first_sign_in() {
    let app = host().await;
    let mut noa = Client::signed_in(&app, "acme/noa").await;
    noa.get("/home").await.is(StatusCode::OK);
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    ada.get("/edit?user=noa").await.says("· active");
}

#[tokio::test]
async fn whoever_changed_something_sees_it_in_every_process() {
    let folder = folder("read_your_writes");
    let open = || Arc::new(Sqlite::open(&folder.join("host.db")).unwrap());
    let (one, two) = (host_on(open()).await, host_on(open()).await);
    let mut ada = Client::signed_in(&one, "acme/ada").await;
    // The other process shows the account, and does not follow the log by itself here.
    let mut early = Client::signed_in(&two, "acme/ben").await;
    early.get("/templates").await.is(StatusCode::OK);
    for number in 0..3 {
        let name = format!("Fresh {number}");
        let command = format!(
            r#"{{"command":"create_template","template":"fresh_{number}","name":"{name}","grants":{{}}}}"#
        );
        give(&mut ada, &command).await;
        // The revision comes with the request, in a cookie.
        ada.at(&two).get("/templates").await.is(StatusCode::OK).says(&name);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_suspension_ends_the_session_in_every_process() {
    let folder = folder("suspended");
    let open = || Arc::new(Sqlite::open(&folder.join("host.db")).unwrap());
    let (one, two) = (host_on(open()).await, host_on(open()).await);
    let mut ada = Client::signed_in(&one, "acme/ada").await;
    let mut lee = Client::signed_in(&two, "acme/lee").await;
    lee.get("/home").await.is(StatusCode::OK);
    give(&mut ada, r#"{"command":"suspend","user":"lee"}"#).await;
    give(&mut ada, r#"{"command":"reactivate","user":"lee"}"#).await;
    // The other process hears of both, and ends what began before.
    let live = two.directories().open::<bailiwick::Account, ()>("acme").await.unwrap();
    two.directories().follow::<bailiwick::Account, ()>(&live).await.unwrap();
    assert_eq!(lee.get("/home").await.location(), "/sign-in");
    std::fs::remove_dir_all(folder).unwrap();
}

async fn give(client: &mut Client, command: &str) {
    let body = format!(r#"{{"command":{command}}}"#);
    client.post_json("/api/commands", &body).await.is(StatusCode::OK);
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("bailiwick-host-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
