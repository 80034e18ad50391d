//! What is answered instead: by kind, and as a page or as JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use bailiwick::Reason;
use bailiwick::document::DocumentError;
use bailiwick::ledger::RefusalKind;
use bailiwick::live::Stale;
use maud::{Markup, html};
use thiserror::Error;

use crate::directories;
use crate::forecast::{Forecast, Refused};
use crate::input::MAX_BODY;
use crate::pages::{self, Chrome};
use crate::store::StoreError;

/// Why a request is not answered with what it asked for.
#[derive(Debug, Error)]
pub enum Failure {
    #[error("sign in first")]
    SignedOut,
    #[error("{0}")]
    Denied(Denied),
    #[error("this form belongs to another session; load its page again")]
    Token,
    #[error("{}", .0.message)]
    Refused(Refused),
    /// Things are not as they were shown: this is what would happen now (REV-12).
    #[error("what this does has changed since it was shown; look again")]
    Stale(Box<Proposal>),
    #[error("there is no {0}")]
    NotFound(String),
    #[error("{0}")]
    Invalid(String),
    #[error("a request may have {MAX_BODY} bytes")]
    TooLarge,
    #[error("the request took too long to arrive")]
    Slow,
    #[error("expected {0}")]
    WrongType(&'static str),
    #[error("this cannot be answered now; try again in a moment")]
    Unavailable(String),
    #[error("what is stored is damaged, so nothing is answered from it")]
    Damaged(String),
}

/// Why someone may not do what a route asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What they may not do, in words.
    pub what: &'static str,
    pub reason: Reason,
    /// Layer by layer, for those who may see it.
    pub explanation: Option<String>,
}

/// A command, and what it would do: what a page offers to confirm.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub forecast: Forecast,
    pub terms: Terms,
}

/// What is sent with a command from one page to the next.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The command's document.
    pub command: String,
    /// By this it is done once, however often the form is sent.
    pub key: String,
    /// Where to go afterwards.
    pub back: String,
    /// Why it is done, as far as that was said already.
    pub reason: String,
}

/// How an answer is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Page,
    /// A page that was asked for by following a link.
    Link,
    Json,
}

impl Failure {
    /// The status of HTTP.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Denied(_) | Self::Token => StatusCode::FORBIDDEN,
            Self::Refused(refused) => match refused.kind {
                RefusalKind::Forbidden => StatusCode::FORBIDDEN,
                RefusalKind::NotFound => StatusCode::NOT_FOUND,
                RefusalKind::Conflict => StatusCode::CONFLICT,
                RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            },
            Self::Stale(_) => StatusCode::CONFLICT,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::WrongType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Damaged(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A stable name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Denied(denied) => denied.reason.name(),
            Self::Token => "wrong_token",
            Self::Refused(refused) => refused.code,
            Self::Stale(_) => "stale_preview",
            Self::NotFound(_) => "not_found",
            Self::Invalid(_) => "invalid",
            Self::TooLarge => "too_large",
            Self::Slow => "too_slow",
            Self::WrongType(_) => "wrong_type",
            Self::Unavailable(_) => "unavailable",
            Self::Damaged(_) => "damaged",
        }
    }

    /// The answer. `chrome` is what is around pages, if somebody is signed in.
    pub(crate) fn answer(self, look: Look, chrome: Option<&Chrome>) -> Response {
        if let Self::Unavailable(why) | Self::Damaged(why) = &self {
            eprintln!("{}: {why}", self.code());
        }
        let status = self.status();
        match (look, &self) {
            (Look::Json, _) => {
                let (code, message) = (self.code(), self.to_string());
                let error = serde_json::json!({ "error": { "code": code, "message": message } });
                (status, Json(error)).into_response()
            }
            (Look::Link, Self::SignedOut) => Redirect::to("/sign-in").into_response(),
            _ => (status, self.page(chrome)).into_response(),
        }
    }

    fn page(&self, chrome: Option<&Chrome>) -> Markup {
        let title = match self {
            Self::SignedOut => "Signed out",
            Self::Denied(_) => "You may not see this",
            Self::Stale(_) => "Look again",
            Self::Refused(refused) => match refused.kind {
                RefusalKind::Forbidden => "You may not do this",
                RefusalKind::NotFound => "Not found",
                RefusalKind::Conflict => "This does not fit any more",
                RefusalKind::Invalid => "This is not valid",
            },
            Self::NotFound(_) => "Not found",
            Self::Unavailable(_) => "Not now",
            _ => "This did not work",
        };
        let body = html! {
            p.notice role="alert" { (self) }
            @match self {
                Self::Refused(refused) => p.quiet { "Rule " (refused.rule) ", " code { (refused.code) } "." },
                Self::Denied(Denied { explanation: Some(explanation), .. }) => pre { (explanation) },
                Self::Stale(proposal) => @if let Some(chrome) = chrome {
                    (pages::proposal(chrome, proposal))
                },
                Self::SignedOut => p { a href="/sign-in" { "Sign in" } },
                _ => {}
            }
        };
        pages::layout(chrome, title, &body)
    }
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, reason, .. } = self;
        write!(f, "you may not {what}: {reason} ({})", reason.rule())
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl From<getrandom::Error> for Failure {
    fn from(error: getrandom::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<Stale> for Failure {
    fn from(stale: Stale) -> Self {
        Self::Unavailable(stale.to_string())
    }
}

/// Of what was asked without a command.
impl From<directories::Failure<std::convert::Infallible>> for Failure {
    fn from(failure: directories::Failure<std::convert::Infallible>) -> Self {
        match failure {
            directories::Failure::NotFound => Self::NotFound("account".to_owned()),
            directories::Failure::Refused(never) => match never {},
            directories::Failure::Store(error) => error.into(),
            directories::Failure::Damaged(why) => Self::Damaged(why),
        }
    }
}
