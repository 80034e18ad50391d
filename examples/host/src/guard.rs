//! Who may come in. A route is registered with what it asks, or with a reason why it asks nothing,
//! in one act; there is no other way to register one.
//!
//! A guarded handler takes [`Allowed<A>`](Allowed) first: that whoever sent the request may do `A`,
//! with their desk. Nothing outside this module makes one, so a handler that takes it cannot be
//! reached past its check; and what it asks is said once, in its signature:
//!
//! ```
//! use bailiwick_host::asks::SeesUsers;
//! use bailiwick_host::failure::Failure;
//! use bailiwick_host::guard::{Allowed, Routes};
//! use bailiwick_host::input::Nothing;
//!
//! async fn count(desk: Allowed<SeesUsers>, _: Nothing) -> Result<String, Failure> {
//!     Ok(desk.account().users().count().to_string())
//! }
//!
//! let routes = Routes::default().guarded("/count", count);
//! assert_eq!(routes.to_string(), "GET  /count  asks SeesUsers\n");
//! ```
//!
//! What asks nothing has to say so, and why:
//!
//! ```compile_fail,E0593
//! # use bailiwick_host::failure::Failure;
//! # use bailiwick_host::guard::Routes;
//! # use bailiwick_host::input::Nothing;
//! async fn count(_: Nothing) -> Result<String, Failure> {
//!     Ok("1".to_owned())
//! }
//! Routes::default().guarded("/count", count);
//! ```
//!
//! A guarded handler is not registered as an open one, nor with axum:
//!
//! ```compile_fail,E0631
//! # use bailiwick_host::{asks::SeesUsers, failure::Failure, guard::{Allowed, Routes}, input::Nothing};
//! # async fn count(_: Allowed<SeesUsers>, _: Nothing) -> Result<String, Failure> { Ok("1".to_owned()) }
//! Routes::default().open("/count", "nobody minds", count);
//! ```
//!
//! ```compile_fail,E0277
//! # use bailiwick_host::{asks::SeesUsers, failure::Failure, guard::Allowed, input::Nothing, App};
//! # async fn count(_: Allowed<SeesUsers>, _: Nothing) -> Result<String, Failure> { Ok("1".to_owned()) }
//! axum::Router::<App>::new().route("/count", axum::routing::get(count));
//! ```
//!
//! Nobody makes an [`Allowed`] by hand:
//!
//! ```compile_fail,E0451
//! # use bailiwick_host::{asks::SeesUsers, desk::Desk, guard::{Allowed, Visit}};
//! # fn forged(desk: std::sync::Arc<Desk>, visit: Visit) -> Allowed<SeesUsers> {
//! Allowed { desk, visit, ask: std::marker::PhantomData }
//! # }
//! ```
//!
//! And a guarded handler takes no form that another site could send:
//!
//! ```compile_fail,E0277
//! # use bailiwick_host::{asks::SeesUsers, failure::Failure, guard::{Allowed, Routes}, input::Plain};
//! async fn delete(_: Allowed<SeesUsers>, _: Plain<()>) -> Result<String, Failure> {
//!     Ok("gone".to_owned())
//! }
//! Routes::default().guarded("/delete", delete);
//! ```

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, on};
use bailiwick::{Permit, Reason};
use maud::Markup;

use crate::App;
use crate::asks::{Asks, Product};
use crate::desk::{Desk, Place};
use crate::failure::{Denied, Failure, Look};
use crate::input::{Input, OfSession};
use crate::pages::{self, Chrome, HasChrome};
use crate::secret::Token;
use crate::session::{Cookies, Seen};

/// Routes, and the table of what they ask.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    table: Vec<Route>,
}

/// A line of the table.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub asks: Access,
}

/// What a route asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing, and why not.
    Open(&'static str),
    /// The name of an [`Asks`].
    Guarded(&'static str),
}

/// That whoever sent a request may do `A`, and the desk at which they sit.
pub struct Allowed<A: Asks> {
    desk: Arc<A::Desk>,
    visit: Visit,
    ask: PhantomData<fn() -> A>,
}

/// What is around a page for someone who is signed in.
pub struct Visit {
    token: Token,
    /// Worked out for the first page that is drawn with it: most answers are none.
    chrome: OnceLock<Chrome>,
    cookies: Cookies,
}

/// Somebody, signed in or not, at an open route.
pub struct Visitor {
    pub app: App,
    pub cookies: Cookies,
}

impl Routes {
    /// A route for those who may do what its handler asks.
    #[must_use]
    pub fn guarded<A, I, R, F, Fut>(mut self, path: &'static str, handler: F) -> Self
    where
        A: Asks,
        I: OfSession + 'static,
        R: IntoResponse,
        F: Fn(Allowed<A>, I) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Failure>> + Send + 'static,
    {
        self.table.push(Route { method: I::METHOD, path, asks: Access::Guarded(A::NAME) });
        let service = move |State(app): State<App>, request: Request| async move {
            let look = look(path, &I::METHOD);
            match admit::<A>(&app, request.headers()).await {
                Err((failure, chrome)) => failure.answer(look, chrome.as_ref()),
                Ok(allowed) => {
                    let (desk, token) = (Arc::clone(&allowed.desk), allowed.visit.token.clone());
                    let seen = allowed.visit.cookies.seen();
                    // What was noted for the next page is said on this one, once.
                    let said = seen.note.is_some().then(|| {
                        let seen = Seen { note: None, ..seen.clone() };
                        allowed.visit.cookies.clone().with_seen(&seen).into_jar()
                    });
                    let answer = match I::read(request, Some(&token)).await {
                        Ok(input) => handler(allowed, input).await.map(IntoResponse::into_response),
                        Err(failure) => Err(failure),
                    };
                    match answer {
                        Ok(answer) if look == Look::Link => (said, answer).into_response(),
                        Ok(answer) => answer,
                        Err(failure) => {
                            failure.answer(look, Some(&around(&*desk, &token, seen.note)))
                        }
                    }
                }
            }
        };
        self.router = self.router.route(path, on(filter(&I::METHOD), service));
        self
    }

    /// A route for everybody, and why.
    #[must_use]
    pub fn open<I, R, F, Fut>(mut self, path: &'static str, why: &'static str, handler: F) -> Self
    where
        I: Input + 'static,
        R: IntoResponse,
        F: Fn(Visitor, I) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Failure>> + Send + 'static,
    {
        self.table.push(Route { method: I::METHOD, path, asks: Access::Open(why) });
        let service = move |State(app): State<App>, request: Request| async move {
            let cookies = Cookies::of(&app, request.headers());
            let token = cookies.session(&app).map(|(_, token)| token);
            let answer = match I::read(request, token.as_ref()).await {
                Ok(input) => handler(Visitor { app, cookies }, input).await,
                Err(failure) => Err(failure),
            };
            match answer {
                Ok(answer) => answer.into_response(),
                Err(failure) => failure.answer(look(path, &I::METHOD), None),
            }
        };
        self.router = self.router.route(path, on(filter(&I::METHOD), service));
        self
    }

    /// The table, in order of registration.
    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// All of them, for a server.
    pub fn into_router(self, app: App) -> Router {
        self.router.fallback(pages::not_found).with_state(app)
    }
}

/// Opens the desk of whoever is signed in, and asks. Without what it asks, what is around pages is
/// known all the same.
async fn admit<A: Asks>(
    app: &App,
    headers: &axum::http::HeaderMap,
) -> Result<Allowed<A>, (Failure, Option<Chrome>)> {
    let cookies = Cookies::of(app, headers);
    let Some((session, token)) = cookies.session(app) else {
        return Err((Failure::SignedOut, None));
    };
    let seen = cookies.seen();
    let opened = A::Desk::open(app, &session, seen.revision.max(session.began)).await;
    let desk = opened.map_err(|failure| (failure, None))?;
    match A::check(&desk) {
        Ok(()) => {
            let visit = Visit { token, chrome: OnceLock::new(), cookies };
            Ok(Allowed { desk: Arc::new(desk), visit, ask: PhantomData })
        }
        Err(reason) => {
            let explanation = desk.explain::<A>();
            let denied = Denied { what: A::WHAT, reason, explanation };
            Err((Failure::Denied(denied), Some(around(&desk, &token, seen.note))))
        }
    }
}

/// What is around a page, and what is said on it of the change before.
fn around(desk: &impl HasChrome, token: &Token, note: Option<String>) -> Chrome {
    let mut chrome = desk.chrome(token);
    chrome.note = note;
    chrome
}

fn look(path: &str, method: &Method) -> Look {
    match path.starts_with("/api/") {
        true => Look::Json,
        false if method == Method::GET => Look::Link,
        false => Look::Page,
    }
}

fn filter(method: &Method) -> MethodFilter {
    if method == Method::POST { MethodFilter::POST } else { MethodFilter::GET }
}

impl<A: Asks> Allowed<A> {
    /// A page of this person.
    #[must_use]
    pub fn page(&self, title: &str, body: &Markup) -> Markup {
        pages::layout(Some(self.chrome()), title, body)
    }

    /// What is around their pages, and the token of their forms.
    #[must_use]
    pub fn chrome(&self) -> &Chrome {
        let Visit { token, chrome, cookies } = &self.visit;
        chrome.get_or_init(|| around(&*self.desk, token, cookies.seen().note))
    }

    /// The cookies of an answer after which whoever answers next shows a revision, and says a note.
    #[must_use]
    pub(crate) fn seen(&self, revision: u64, note: Option<String>) -> Cookies {
        let revision = revision.max(self.visit.cookies.seen().revision);
        self.visit.cookies.clone().with_seen(&Seen { revision, note })
    }
}

impl<P: bailiwick::permit::Ask + 'static> Allowed<Product<P>> {
    /// The permit that was asked for, for functions that touch data.
    ///
    /// # Errors
    ///
    /// None that the guard has let through.
    pub fn permit(&self) -> Result<Permit<'_, P>, Failure> {
        let permit = Desk::subject(self).permit::<P>();
        permit.map_err(|denial| {
            let (what, reason): (_, Reason) = (denial.ask(), denial.reason());
            Failure::Denied(Denied { what, reason, explanation: None })
        })
    }
}

impl<A: Asks> Deref for Allowed<A> {
    type Target = A::Desk;

    fn deref(&self) -> &A::Desk {
        &self.desk
    }
}

/// The table, aligned.
impl fmt::Display for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.table.iter().map(|route| route.path.len()).max().unwrap_or_default();
        for Route { method, path, asks } in &self.table {
            write!(f, "{:4} {path:width$}  ", method.as_str())?;
            match asks {
                Access::Open(why) => writeln!(f, "open: {why}")?,
                Access::Guarded(ask) => writeln!(f, "asks {ask}")?,
            }
        }
        Ok(())
    }
}
