use alloc::boxed::Box;
use core::fmt;

use crate::text::{Quoted, Word};

/// Who commands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Actor {
    /// The host itself: trusted code (GRD-1).
    Host,
    /// A user of an account (GRD-11).
    User {
        /// The agency's id, if the account is a subaccount of one.
        agency: Option<Box<str>>,
        /// The account's id.
        account: Box<str>,
        /// The user's id.
        user: Box<str>,
    },
    /// An agency's own principal, by the agency's id (GRD-5).
    Agency(Box<str>),
}

impl Actor {
    /// A user of an account that stands on its own.
    #[must_use]
    pub fn user(account: &str, user: &str) -> Self {
        Self::User { agency: None, account: account.into(), user: user.into() }
    }

    /// A user of an agency's subaccount. The same account id in two agencies is two accounts
    /// (GRD-11).
    #[must_use]
    pub fn user_of(agency: &str, account: &str, user: &str) -> Self {
        Self::User { agency: Some(agency.into()), account: account.into(), user: user.into() }
    }

    /// An agency's own principal.
    #[must_use]
    pub fn agency(id: &str) -> Self {
        Self::Agency(id.into())
    }
}

impl Actor {
    /// The actor at the head of a line of an audit trail. No user passes for the host or for an
    /// agency there.
    pub(crate) fn in_brief(&self) -> impl fmt::Display {
        fmt::from_fn(move |f| match self {
            Self::Host => f.write_str("host"),
            Self::User { user, .. } if **user == *"host" => write!(f, "{}", Quoted(user)),
            Self::User { user, .. } => write!(f, "{}", Word(user)),
            Self::Agency(id) => write!(f, "agency {}", Word(id)),
        })
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("the host"),
            Self::User { user, .. } => write!(f, "{}", Quoted(user)),
            Self::Agency(id) => write!(f, "agency {}", Quoted(id)),
        }
    }
}
