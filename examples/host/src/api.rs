//! What programs get and send: JSON, by the same guards as the pages.

use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::SignedCookieJar;
use bailiwick::document::Document;
use bailiwick::lattice::Navigation;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::asks::{Asks, SignedIn};
use crate::desk::{Asked, Desk, Done, Place};
use crate::failure::Failure;
use crate::guard::Allowed;
use crate::input::{Headers, Json, Nothing};
use crate::secret::hex;
use crate::typescript::to_typescript;

/// A command, why it is given, and a key by which it is done once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    command: Document,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    key: Option<String>,
}

/// What was done.
#[derive(Serialize)]
struct Answer {
    /// `accepted`, `unchanged` or `already_done`.
    outcome: &'static str,
    revision: u64,
    line: String,
    duties: Vec<String>,
}

/// What the person who asks may do: `bailiwick/abilities/1`, for a front end that shows and hides.
/// The server asks again.
#[derive(Serialize)]
pub struct Abilities {
    format: &'static str,
    account: String,
    user: String,
    revision: u64,
    permissions: Vec<String>,
    operations: Vec<String>,
    /// Two that are equal have the same; it is SHA-256 of permissions and operations.
    digest: String,
}

/// What a front end shows, and since when.
#[derive(Serialize)]
struct Navigated<'a> {
    revision: u64,
    navigation: Navigation<'a>,
}

/// `POST /api/commands`, and `POST /api/agency/commands`
///
/// # Errors
///
/// What is no command, and a refusal.
pub async fn commands<A: Asks>(
    desk: Allowed<A>,
    Json(step): Json<Step>,
) -> Result<(SignedCookieJar, axum::Json<impl Serialize>), Failure> {
    let command = desk.read(&step.command)?;
    let asked = Asked { command, reason: step.reason, key: step.key };
    let Done { outcome, revision, line, duties } = desk.commit(asked, None).await?;
    let jar = desk.seen(revision, None).into_jar();
    Ok((jar, axum::Json(Answer { outcome, revision, line, duties })))
}

/// `GET /api/navigation`: 304 if it is the one that is known already.
///
/// # Errors
///
/// None.
pub async fn navigation(
    desk: Allowed<SignedIn>,
    Headers(headers): Headers,
) -> Result<Response, Failure> {
    let navigation = desk.subject().navigation();
    let tag = format!("\"{:016x}-{}\"", navigation.digest(), desk.revision());
    if has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let answer = Navigated { revision: desk.revision(), navigation };
    Ok(([(ETAG, tag)], axum::Json(answer)).into_response())
}

fn has(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag))
}

/// `GET /api/abilities`
///
/// # Errors
///
/// None.
pub async fn abilities(
    desk: Allowed<SignedIn>,
    _: Nothing,
) -> Result<axum::Json<Abilities>, Failure> {
    Ok(axum::Json(Abilities::of(&desk)))
}

impl Abilities {
    fn of(desk: &Desk) -> Self {
        let (catalog, subject) = (desk.catalog(), desk.subject());
        let permissions = subject.permissions();
        let permissions: Vec<String> =
            permissions.iter().map(|permission| catalog.display(permission).to_string()).collect();
        let operations = catalog.operations().filter(|(_, needs)| subject.can_all(*needs));
        let operations: Vec<String> = operations.map(|(key, _)| key.to_owned()).collect();
        let mut hash = Sha256::new();
        for text in permissions.iter().chain(&operations) {
            hash.update(text.as_bytes());
            hash.update(b"\n");
        }
        Self {
            format: "bailiwick/abilities/1",
            account: desk.account().id().to_string(),
            user: desk.user().to_string(),
            revision: desk.revision(),
            permissions,
            operations,
            digest: hex(&hash.finalize()),
        }
    }
}

/// `GET /api/permissions.ts`
///
/// # Errors
///
/// None.
pub async fn permissions(
    desk: Allowed<SignedIn>,
    _: Nothing,
) -> Result<impl IntoResponse, Failure> {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((headers, to_typescript(desk.catalog())))
}
