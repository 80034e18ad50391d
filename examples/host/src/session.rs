//! Who is signed in: two signed cookies, and nothing kept on this side.
//!
//! A session says whose it is, and at which revision of their directory it began. It is over when
//! that person was suspended or deleted or has another address since (USR-13), in every process that
//! follows the log. The second cookie carries the revision of the last change that they made, so that
//! whichever process answers next shows it, and what became of it.

use axum::extract::FromRef;
use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use bailiwick::{AccountId, Actor, Agency, AgencyId, UserId};
use serde::{Deserialize, Serialize};

use crate::App;
use crate::directories::key;
use crate::secret::{Token, nonce};

const SESSION: &str = "session";
const SEEN: &str = "seen";

/// Someone who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Person {
    /// A user of an account, or of a subaccount of an agency.
    User {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agency: Option<AgencyId>,
        account: AccountId,
        user: UserId,
    },
    /// An agency's principal.
    Principal(AgencyId),
}

impl Person {
    /// Who gives their commands.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::User { agency: None, account, user } => Actor::user(account, user),
            Self::User { agency: Some(agency), account, user } => {
                Actor::user_of(agency, account, user)
            }
            Self::Principal(agency) => Actor::agency(agency),
        }
    }

    /// What their directory goes by in the store.
    #[must_use]
    pub fn directory(&self) -> String {
        match self {
            Self::User { agency: None, account, .. } => key::<bailiwick::Account>(account.as_str()),
            Self::User { agency: Some(agency), .. } | Self::Principal(agency) => {
                key::<Agency>(agency.as_str())
            }
        }
    }
}

/// What the cookie says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub who: Person,
    /// The revision of the directory at which it began.
    pub began: u64,
    /// Tells sessions of one person apart, and so their tokens.
    nonce: String,
}

/// What the person did last.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// A view that is older does not show it.
    pub revision: u64,
    /// Said once, on the page that comes next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Session {
    /// A session that begins.
    ///
    /// # Errors
    ///
    /// The system has no random bytes.
    pub fn begin(who: Person, began: u64) -> Result<Self, getrandom::Error> {
        Ok(Self { who, began, nonce: nonce()? })
    }

    /// Whether it was ended after it began.
    pub(crate) fn is_ended(&self, app: &App) -> bool {
        match &self.who {
            Person::User { account, user, .. } => {
                let (account, user) = (account.as_str(), user.as_str());
                app.directories().is_ended(&self.who.directory(), account, user, self.began)
            }
            Person::Principal(_) => false,
        }
    }
}

/// The cookies of a request, and those of its answer.
#[derive(Clone)]
pub struct Cookies(SignedCookieJar);

impl Cookies {
    /// Those of a request: one that is forged or damaged is as if it were not there.
    #[must_use]
    pub fn of(app: &App, headers: &HeaderMap) -> Self {
        Self(SignedCookieJar::from_headers(headers, Key::from_ref(app)))
    }

    /// The session, and the token of its forms.
    #[must_use]
    pub fn session(&self, app: &App) -> Option<(Session, Token)> {
        let cookie = self.0.get(SESSION)?;
        let session = serde_json::from_str(cookie.value()).ok()?;
        Some((session, app.secret().token(cookie.value())))
    }

    /// What the person did last.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let cookie = self.0.get(SEEN);
        cookie.and_then(|cookie| serde_json::from_str(cookie.value()).ok()).unwrap_or_default()
    }

    /// Begins a session.
    #[must_use]
    pub fn with_session(self, session: &Session) -> Self {
        self.with(SESSION, session).with_seen(&Seen { revision: session.began, note: None })
    }

    /// Notes what was done.
    #[must_use]
    pub fn with_seen(self, seen: &Seen) -> Self {
        self.with(SEEN, seen)
    }

    /// Ends the session.
    #[must_use]
    pub fn without_session(self) -> Self {
        let gone = |name: &'static str| Cookie::build(name).path("/").build();
        Self(self.0.remove(gone(SESSION)).remove(gone(SEEN)))
    }

    /// For the answer.
    pub fn into_jar(self) -> SignedCookieJar {
        self.0
    }

    fn with(self, name: &'static str, value: &impl Serialize) -> Self {
        let value = serde_json::to_string(value).unwrap_or_default();
        let cookie = Cookie::build((name, value));
        Self(self.0.add(cookie.path("/").http_only(true).same_site(SameSite::Strict)))
    }
}
