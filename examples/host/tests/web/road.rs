//! The one road of every change: shown, then done as it was shown, once.

use axum::http::StatusCode;

use crate::client::{Answer, Client, host};

const SET: &str = r#"{"command":"set_area","user":"lee","area":"knowledge","level":"edit"}"#;

/// Shows a command, and gives what its page would send.
async fn shown(client: &mut Client, command: &str) -> Vec<(String, String)> {
    let page = client.post("/preview", &[("command", command), ("back", "/users")]).await;
    let page = page.is(StatusCode::OK);
    let fields = ["command", "shown", "key", "back"];
    fields.map(|field| (field.to_owned(), page.field(field))).to_vec()
}

async fn commit(client: &mut Client, fields: &[(String, String)], reason: &str) -> Answer {
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = fields.chain([("reason", reason)]).collect();
    client.post("/commit", &fields).await
}

#[tokio::test]
async fn what_was_shown_is_done_and_kept_with_its_reason() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let page = ada.post("/preview", &[("command", SET), ("back", "/users")]).await;
    page.is(StatusCode::OK).says("set knowledge of lee to edit").says("Knowledge › FAQs: edit");
    let fields = shown(&mut ada, SET).await;
    let done = commit(&mut ada, &fields, "OPS-12").await.is(StatusCode::SEE_OTHER);
    assert_eq!(done.location(), "/users");
    ada.get("/users").await.says("Saved as change ");
    ada.get("/users").await.says_not("Saved as change ");
    ada.get("/audit").await.says("Reason: OPS-12").says("set knowledge of lee to edit");
    let mut lee = Client::signed_in(&app, "acme/lee").await;
    lee.post("/faqs", &[("question", "How much is it?")]).await.is(StatusCode::SEE_OTHER);
    lee.get("/faqs").await.says("How much is it?");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_done_once() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let fields = shown(&mut ada, SET).await;
    commit(&mut ada, &fields, "").await.is(StatusCode::SEE_OTHER);
    let first = ada.get("/audit").await.text;
    commit(&mut ada, &fields, "").await.is(StatusCode::SEE_OTHER);
    let again = ada.get("/audit").await.says("That was done already, as change ").text;
    assert_eq!(first.matches("<li>").count(), again.matches("<li>").count());
}

#[tokio::test]
async fn another_effect_than_was_shown_is_shown_first() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let mut ben = Client::signed_in(&app, "acme/ben").await;
    let fields = shown(&mut ada, SET).await;
    // Meanwhile another admin takes away what would have been kept.
    let other = r#"{"command":"set_area","user":"lee","area":"knowledge","level":"none"}"#;
    let meanwhile = shown(&mut ben, other).await;
    commit(&mut ben, &meanwhile, "").await.is(StatusCode::SEE_OTHER);
    let stale = commit(&mut ada, &fields, "OPS-13").await.is(StatusCode::CONFLICT);
    assert!(!ada.get("/audit").await.text.contains("OPS-13"));
    // The page shows what would happen now, and can be confirmed.
    let stale = stale.says("Look again").says("Knowledge › FAQs: read").says("value=\"OPS-13\"");
    let fields = ["command", "shown", "key", "back"];
    let fields = fields.map(|field| (field.to_owned(), stale.field(field))).to_vec();
    commit(&mut ada, &fields, "OPS-13").await.is(StatusCode::SEE_OTHER);
    ada.get("/audit").await.says("OPS-13");
}

#[tokio::test]
async fn a_sign_in_makes_no_preview_stale() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let fields = shown(&mut ada, SET).await;
    Client::signed_in(&app, "acme/lee").await;
    commit(&mut ada, &fields, "").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_preview_of_another_account_is_none_of_this_one() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let mut ana = Client::signed_in(&app, "support/ana").await;
    let rename = r#"{"command":"rename_account","name":"Mine"}"#;
    let suspend = r#"{"command":"suspend","user":"max"}"#;
    let of_acme = ada.post("/preview", &[("command", rename), ("back", "/")]).await;
    // Renaming is the host's: refused by kind.
    assert_eq!(of_acme.status, StatusCode::FORBIDDEN);
    let of_acme = shown(&mut ada, SET).await;
    let mut of_support = shown(&mut ana, suspend).await;
    of_support[1] = of_acme[1].clone();
    commit(&mut ana, &of_support, "").await.is(StatusCode::CONFLICT);
    ana.get("/edit?user=max").await.says("· active");
}

#[tokio::test]
async fn a_command_is_refused_by_kind() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    let mut dora = Client::signed_in(&app, "support/dora").await;
    for (command, status) in [
        (r#"{"command":"suspend","user":"nobody"}"#, StatusCode::NOT_FOUND),
        (r#"{"command":"suspend","user":"max"}"#, StatusCode::NOT_FOUND),
        (r#"{"command":"suspend","user":"ada"}"#, StatusCode::FORBIDDEN),
        (r#"{"command":"suspend","user":"sue"}"#, StatusCode::CONFLICT),
        (
            r#"{"command":"change_email","user":"lee","email":"none"}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            r#"{"command":"set_area","user":"lee","area":"nowhere","level":"edit"}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (r#"{"command":"fly","user":"lee"}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (
            r#"{"command":"suspend","user":"lee","account":"support"}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("no JSON", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = ada.post("/preview", &[("command", command), ("back", "/")]).await;
        assert_eq!(answer.status, status, "{command}: {}", answer.text);
    }
    let escalation = r#"{"command":"tick","user":"max","permission":"integrations:view"}"#;
    let answer = dora.post("/preview", &[("command", escalation), ("back", "/")]).await;
    answer.is(StatusCode::FORBIDDEN).says("escalation");
}

#[tokio::test]
async fn invitations_end_at_the_seat_limit() {
    let app = host().await;
    let mut ana = Client::signed_in(&app, "support/ana").await;
    for name in ["one", "two", "three"] {
        let email = format!("{name}@support.example");
        let page = ana.post("/users/invite", &[("email", &email), ("back", "/users")]).await;
        let page =
            page.is(StatusCode::OK).says(&format!("an invitation to support is sent to {email}"));
        let fields = ["command", "shown", "key", "back"];
        let fields = fields.map(|field| (field.to_owned(), page.field(field))).to_vec();
        commit(&mut ana, &fields, "").await.is(StatusCode::SEE_OTHER);
    }
    ana.get("/users").await.says("All 8 seats are used").says_not("id=\"email\"");
    let four = [("email", "four@support.example"), ("back", "/users")];
    ana.post("/users/invite", &four).await.is(StatusCode::CONFLICT).says("seat_limit");
}

#[tokio::test]
async fn a_form_leads_to_no_other_site() {
    let app = host().await;
    let mut ada = Client::signed_in(&app, "acme/ada").await;
    for back in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
        let page = ada.post("/preview", &[("command", SET), ("back", back)]).await;
        assert_eq!(page.field("back"), "/", "{back}");
    }
}

#[tokio::test]
async fn an_agency_that_turns_inviting_off_takes_the_form_away() {
    let app = host().await;
    let mut nils = Client::signed_in(&app, "bright/north/nils").await;
    nils.get("/users").await.is(StatusCode::OK).says("id=\"invite\"");
    let mut bright = Client::signed_in(&app, "bright").await;
    let page = bright.get("/agency").await;
    let off = page
        .commands()
        .into_iter()
        .find(|command| command.contains("general.invite_members") && command.contains("north"));
    let fields = [("command", off.unwrap()), ("back", "/agency".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = bright.post("/agency/preview", &fields).await.is(StatusCode::OK);
    let fields = ["command", "shown", "key", "back"].map(|field| (field, page.field(field)));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    bright.post("/agency/commit", &fields).await.is(StatusCode::SEE_OTHER);
    nils.get("/users").await.is(StatusCode::OK).says_not("id=\"invite\"");
    let invite = [("email", "new@north.example"), ("back", "/users")];
    nils.post("/users/invite", &invite).await.is(StatusCode::FORBIDDEN);
}
