//! What a request brings: each kind says its method, reads no more than its bound, and waits no
//! longer than its time. A form is taken only with the token of the session that it was made for.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::failure::Failure;
use crate::secret::Token;

/// The most bytes that a body may have.
pub const MAX_BODY: usize = 64 * 1024;

/// How long a body may take to arrive.
pub const BODY_TIME: Duration = Duration::from_secs(10);

/// What a handler takes besides who asks.
pub trait Input: Sized + Send {
    /// How it is sent.
    const METHOD: Method;

    /// Reads it. `token` is that of the session, if there is one.
    fn read(
        request: Request,
        token: Option<&Token>,
    ) -> impl Future<Output = Result<Self, Failure>> + Send;
}

/// What is safe to take of a session: it cannot be sent by another site.
pub trait OfSession: Input {}

/// Nothing: the path says it all.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Input for Nothing {
    const METHOD: Method = Method::GET;

    async fn read(_: Request, _: Option<&Token>) -> Result<Self, Failure> {
        Ok(Self)
    }
}

impl OfSession for Nothing {}

/// The headers of a request.
#[derive(Debug, Clone)]
pub struct Headers(pub HeaderMap);

impl Input for Headers {
    const METHOD: Method = Method::GET;

    async fn read(request: Request, _: Option<&Token>) -> Result<Self, Failure> {
        Ok(Self(request.into_parts().0.headers))
    }
}

impl OfSession for Headers {}

/// What stands in the address, after the question mark.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send> Input for Query<T> {
    const METHOD: Method = Method::GET;

    async fn read(request: Request, _: Option<&Token>) -> Result<Self, Failure> {
        let query = axum::extract::Query::try_from_uri(request.uri());
        Ok(Self(query.map_err(|error| Failure::Invalid(error.body_text()))?.0))
    }
}

impl<T: DeserializeOwned + Send> OfSession for Query<T> {}

/// A form of this session.
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

#[derive(Deserialize)]
struct Tokened<T> {
    token: String,
    #[serde(flatten)]
    fields: T,
}

impl<T: DeserializeOwned + Send> Input for Form<T> {
    const METHOD: Method = Method::POST;

    async fn read(request: Request, token: Option<&Token>) -> Result<Self, Failure> {
        let Plain(form) = Plain::<Tokened<T>>::read(request, None).await?;
        match token {
            Some(token) if token.is(&form.token) => Ok(Self(form.fields)),
            _ => Err(Failure::Token),
        }
    }
}

impl<T: DeserializeOwned + Send> OfSession for Form<T> {}

/// A form of nobody's session. A guarded route cannot take one.
#[derive(Debug, Clone)]
pub struct Plain<T>(pub T);

impl<T: DeserializeOwned + Send> Input for Plain<T> {
    const METHOD: Method = Method::POST;

    async fn read(request: Request, _: Option<&Token>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let bytes = bytes(body).await?;
        // The length that was promised is checked by now, whatever it was.
        parts.headers.insert(axum::http::header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        let request = Request::from_parts(parts, Body::from(bytes));
        let form = axum::extract::Form::from_request(request, &()).await;
        form.map(|form| Self(form.0)).map_err(|error| match error {
            axum::extract::rejection::FormRejection::InvalidFormContentType(_) => {
                Failure::WrongType("a form")
            }
            error => Failure::Invalid(error.body_text()),
        })
    }
}

/// A JSON document. Other sites cannot send one: browsers ask first for its content type, and are
/// not answered.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Send> Input for Json<T> {
    const METHOD: Method = Method::POST;

    async fn read(request: Request, _: Option<&Token>) -> Result<Self, Failure> {
        let given = request.headers().get(CONTENT_TYPE).and_then(|given| given.to_str().ok());
        let essence = given.and_then(|given| given.split(';').next()).map(str::trim);
        if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
            return Err(Failure::WrongType("application/json"));
        }
        Ok(Self(serde_json::from_slice(&bytes(request.into_body()).await?)?))
    }
}

impl<T: DeserializeOwned + Send> OfSession for Json<T> {}

async fn bytes(body: Body) -> Result<Bytes, Failure> {
    let read = timeout(BODY_TIME, to_bytes(body, MAX_BODY)).await;
    read.map_err(|_| Failure::Slow)?.map_err(|_| Failure::TooLarge)
}
