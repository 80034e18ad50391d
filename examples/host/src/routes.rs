//! Which path leads where. What each asks stands in the signature of its handler, or here if it asks
//! nothing.

use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Response};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;

use crate::App;
use crate::asks::{GivesCommands, OwnsAgency};
use crate::failure::Failure;
use crate::guard::{Routes, Visitor};
use crate::input::Nothing;
use crate::pages::{
    agency, audit, edit, faqs, home, invite, review, sign_in, templates, users, why,
};
use crate::{api, road};

/// Every route there is.
#[must_use]
pub fn routes() -> Routes {
    Routes::default()
        .open("/", "leads on, and shows nothing", sign_in::first)
        .open("/style.css", "is the same for everybody", style)
        .open("/sign-in", "is how people come in", sign_in::page)
        .open("/sign-in", "is how people come in", sign_in::sign_in)
        .open("/sign-out", "ends the session that sends it", sign_in::sign_out)
        .guarded("/home", home::page)
        .guarded("/users", users::page)
        .guarded("/users.csv", users::csv)
        .guarded("/users/invite", invite::invite)
        .guarded("/users/email", invite::email)
        .guarded("/edit", edit::page)
        .guarded("/templates", templates::page)
        .guarded("/template", templates::one)
        .guarded("/templates/new", templates::create)
        .guarded("/templates/rename", templates::rename)
        .guarded("/templates/describe", templates::describe)
        .guarded("/review", review::page)
        .guarded("/review.csv", review::csv)
        .guarded("/why", why::page)
        .guarded("/audit", audit::page)
        .guarded("/preview", road::preview::<GivesCommands>)
        .guarded("/commit", road::commit::<GivesCommands>)
        .guarded("/faqs", faqs::page)
        .guarded("/faqs", faqs::add)
        .guarded("/agency", agency::page)
        .guarded("/agency/new", agency::create)
        .guarded("/agency/rename", agency::rename)
        .guarded("/agency/audit", audit::agency)
        .guarded("/agency/preview", road::preview::<OwnsAgency>)
        .guarded("/agency/commit", road::commit::<OwnsAgency>)
        .guarded("/api/commands", api::commands::<GivesCommands>)
        .guarded("/api/agency/commands", api::commands::<OwnsAgency>)
        .guarded("/api/navigation", api::navigation)
        .guarded("/api/abilities", api::abilities)
        .guarded("/api/permissions.ts", api::permissions)
}

/// All of it, as a service.
pub fn router(app: App) -> Router {
    routes().into_router(app).layer(from_fn(headers))
}

/// What every answer says: no script runs on it, nothing from elsewhere is loaded, no other site
/// frames it, and nobody keeps it.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

async fn headers(request: Request, next: Next) -> impl IntoResponse {
    let mut response: Response<_> = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

async fn style(_: Visitor, _: Nothing) -> Result<impl IntoResponse, Failure> {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=3600")];
    Ok((headers, include_str!("style.css")))
}
