use core::fmt;

use crate::key::{AccountId, AgencyId, UserId};
use crate::text::{self, Quoted, Word};

/// Who commands.
///
/// Its parts are ids, each of its own type: what cannot be an id is refused where it is read, and
/// an account and a user cannot change places.
///
/// ```
/// use bailiwick::{AccountId, Actor, UserId};
///
/// let (acme, ana) = (AccountId::parse("acme")?, UserId::parse("ana")?);
/// assert_eq!(Actor::user(&acme, &ana).to_string(), "`ana`");
/// # Ok::<(), bailiwick::error::IdError>(())
/// ```
///
/// ```compile_fail,E0308
/// # use bailiwick::{AccountId, Actor, UserId};
/// # let (acme, ana) = (AccountId::parse("acme")?, UserId::parse("ana")?);
/// Actor::user(&ana, &acme);
/// # Ok::<(), bailiwick::error::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Actor {
    /// The host itself: trusted code (GRD-1).
    Host,
    /// A user of an account (GRD-11).
    User {
        /// The agency, if the account is a subaccount of one.
        agency: Option<AgencyId>,
        /// The account.
        account: AccountId,
        /// The user.
        user: UserId,
    },
    /// An agency's own principal (GRD-5).
    Agency(AgencyId),
}

impl Actor {
    /// A user of an account that stands on its own.
    #[must_use]
    pub fn user(account: &AccountId, user: &UserId) -> Self {
        Self::User { agency: None, account: account.clone(), user: user.clone() }
    }

    /// A user of an agency's subaccount. The same account id in two agencies is two accounts
    /// (GRD-11).
    #[must_use]
    pub fn user_of(agency: &AgencyId, account: &AccountId, user: &UserId) -> Self {
        let agency = Some(agency.clone());
        Self::User { agency, account: account.clone(), user: user.clone() }
    }

    /// An agency's own principal.
    #[must_use]
    pub fn agency(id: &AgencyId) -> Self {
        Self::Agency(id.clone())
    }
}

impl Actor {
    /// The actor at the head of a line of an audit trail. No user passes for the host or for an
    /// agency there.
    pub(crate) fn in_brief(&self) -> impl fmt::Display {
        text::from_fn(move |f| match self {
            Self::Host => f.write_str("host"),
            Self::User { user, .. } if user.as_str() == "host" => f.write_str("`host`"),
            Self::User { user, .. } => write!(f, "{}", Word(user.as_str())),
            Self::Agency(id) => write!(f, "agency {}", Word(id.as_str())),
        })
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("the host"),
            Self::User { user, .. } => write!(f, "{}", Quoted(user.as_str())),
            Self::Agency(id) => write!(f, "agency {}", Quoted(id.as_str())),
        }
    }
}
