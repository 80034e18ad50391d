//! What programs see: the same as the lattice says, and in stable forms.

use axum::body::Body;
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{Request, StatusCode};
use bailiwick::presets::{agency_studio, studio, tenant};
use bailiwick::{Account, Catalog};
use bailiwick_host::typescript::to_typescript;
use serde_json::{Value, json};

use crate::client::{Client, host};

#[tokio::test]
async fn abilities_are_the_effective_permissions() {
    let app = host().await;
    for (account, user) in [("acme", "ada"), ("acme", "kim"), ("acme", "lee"), ("support", "dora")]
    {
        let mut client = Client::signed_in(&app, &format!("{account}/{user}")).await;
        let abilities = client.get("/api/abilities").await.is(StatusCode::OK).json();
        let live = app.directories().open::<Account, ()>(account).await.unwrap();
        let (view, catalog) = (live.view(), live.view().account().catalog().clone());
        let held = view.subject(user).permissions();
        let held = held.iter().map(|permission| catalog.display(permission).to_string());
        let can = catalog.operations().filter(|(_, needs)| view.subject(user).can_all(*needs));
        assert_eq!(abilities["format"], "bailiwick/abilities/1");
        assert_eq!((&abilities["account"], &abilities["user"]), (&json!(account), &json!(user)));
        assert_eq!(abilities["revision"], json!(view.revision()));
        assert_eq!(abilities["permissions"], json!(held.collect::<Vec<_>>()));
        assert_eq!(abilities["operations"], json!(can.map(|(key, _)| key).collect::<Vec<_>>()));
        let keys: Vec<_> = abilities.as_object().unwrap().keys().collect();
        let fields =
            ["account", "digest", "format", "operations", "permissions", "revision", "user"];
        assert_eq!(keys, fields);
        assert_eq!(abilities["digest"].as_str().unwrap().len(), 64);
    }
}

#[tokio::test]
async fn equal_abilities_have_equal_digests() {
    let app = host().await;
    let digest = async |who: &str| {
        let mut client = Client::signed_in(&app, who).await;
        client.get("/api/abilities").await.json()["digest"].clone()
    };
    assert_eq!(digest("acme/ada").await, digest("acme/ben").await);
    assert_ne!(digest("acme/ada").await, digest("acme/kim").await);
}

#[tokio::test]
async fn a_navigation_that_is_known_is_not_sent_again() {
    let app = host().await;
    let mut kim = Client::signed_in(&app, "acme/kim").await;
    let first = kim.get("/api/navigation").await.is(StatusCode::OK);
    let tag = first.headers.get(ETAG).unwrap().clone();
    let areas = first.json()["navigation"].clone();
    assert!(areas.to_string().contains("knowledge"), "{areas}");
    let again = || Request::get("/api/navigation").header(IF_NONE_MATCH, &tag).body(Body::empty());
    let known = kim.send(again().unwrap()).await.is(StatusCode::NOT_MODIFIED);
    assert_eq!((known.headers.get(ETAG), known.text.as_str()), (Some(&tag), ""));
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let command =
        r#"{"command":{"command":"set_area","user":"kim","area":"flows","level":"read"}}"#;
    ada.post_json("/api/commands", command).await.is(StatusCode::OK);
    let changed = kim.send(again().unwrap()).await.is(StatusCode::OK);
    assert_ne!(changed.headers.get(ETAG), Some(&tag));
}

#[tokio::test]
async fn a_command_answers_what_was_done_and_what_is_left_to_do() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let step = json!({
        "command": {"command": "invite", "user": "uma", "email": "uma@acme.example"},
        "reason": "OPS-14", "key": "request-1",
    });
    let done = ada.post_json("/api/commands", &step.to_string()).await.is(StatusCode::OK).json();
    assert_eq!(done["outcome"], "accepted");
    assert_eq!(done["duties"], json!(["an invitation to acme is sent to uma@acme.example"]));
    let line = done["line"].as_str().unwrap();
    assert!(
        line.ends_with("ada: invite uma <uma@acme.example> as member; reason: `OPS-14`"),
        "{line}"
    );
    let again = ada.post_json("/api/commands", &step.to_string()).await.json();
    assert_eq!(
        (&again["outcome"], &again["revision"]),
        (&json!("already_done"), &done["revision"])
    );
    let same = r#"{"command":{"command":"set_area","user":"uma","area":"flows","level":"none"}}"#;
    assert_eq!(ada.post_json("/api/commands", same).await.json()["outcome"], "unchanged");
}

#[tokio::test]
async fn errors_are_json_by_kind() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    for (body, status, code) in [
        (r#"{"command":{"command":"suspend","user":"ada"}}"#, StatusCode::FORBIDDEN, "self_edit"),
        (r#"{"command":{"command":"suspend","user":"x"}}"#, StatusCode::NOT_FOUND, "unknown_user"),
        (r#"{"command":{"command":"fly"}}"#, StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        (
            r#"{"command":{"command":"resend","user":"noa"},"x":1}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
        ),
        ("[", StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
    ] {
        let answer = ada.post_json("/api/commands", body).await.is(status);
        assert_eq!(answer.json()["error"]["code"], code, "{body}");
    }
    let denied = Client::signed_in(&app, "acme/lee").await.post_json("/api/commands", "{}").await;
    let expected = json!({"error": {"code": "admin_only",
        "message": "you may not change this account: admin_only (ROLE-4)"}});
    assert_eq!((denied.status, denied.json()), (StatusCode::FORBIDDEN, expected));
    let nobody = Client::new(&app).get("/api/abilities").await.is(StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.json()["error"]["code"], "signed_out");
}

#[tokio::test]
async fn a_subaccounts_command_stays_within_it() {
    let app = host().await;
    let mut nils = Client::signed_in(&app, "bright/north/nils").await;
    let lena = r#"{"command":{"command":"suspend","user":"lena"}}"#;
    nils.post_json("/api/commands", lena).await.is(StatusCode::NOT_FOUND);
    let within = r#"{"command":{"command":"within","account":"lake","within":{"command":"suspend","user":"lena"}}}"#;
    nils.post_json("/api/commands", within).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    nils.post_json("/api/agency/commands", within).await.is(StatusCode::NOT_FOUND);
    let mut bright = Client::signed_in(&app, "bright").await;
    let patch = r#"{"command":{"command":"patch","account":"lake","grant":["contacts"]}}"#;
    bright.post_json("/api/agency/commands", patch).await.is(StatusCode::OK);
}

#[test]
fn types_name_everything_that_can_be_asked() {
    for catalog in [studio::catalog(), tenant::catalog(), agency_studio::catalog()] {
        let types = to_typescript(&catalog);
        let has = |text: &str| {
            types.lines().any(|line| line.trim_end_matches(';') == format!("  | \"{text}\""))
        };
        assert!(catalog.permissions().all(|one| has(&catalog.display(one).to_string())));
        assert!(catalog.operations().all(|(key, _)| has(key)));
        assert!(catalog.leaves().all(|leaf| has(leaf.path())));
        assert!(catalog.areas().iter().all(|area| has(area.key())));
        assert_eq!(types.matches("  | ").count(), named(&catalog));
    }
}

fn named(catalog: &Catalog) -> usize {
    let operations = catalog.operations().count();
    catalog.areas().len() + catalog.leaves().count() + catalog.permissions().count() + operations
}

#[tokio::test]
async fn types_are_those_of_the_account() {
    let app = host().await;
    let mut max = Client::signed_in(&app, "support/max").await;
    let answer = max.get("/api/permissions.ts").await.is(StatusCode::OK);
    assert_eq!(answer.text, to_typescript(&tenant::catalog()));
    let _: Value = max.get("/api/abilities").await.json();
}
