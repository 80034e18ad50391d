//! Roles and statuses of users (ROLE, USR-2).

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

/// The role of a user in their account (ROLE-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Holds every grantable and role permission (ROLE-2).
    Admin,
    /// Holds what template and grants give, nothing by default (ROLE-3).
    Member,
}

impl Role {
    /// Both roles.
    pub const ALL: [Self; 2] = [Self::Admin, Self::Member];

    /// The role's name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Role {
    type Err = ParseRoleError;

    /// Reads `admin` or `member`; `user` is read as `member`.
    ///
    /// # Errors
    ///
    /// Any other text, for example `owner`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "admin" => Ok(Self::Admin),
            "member" | "user" => Ok(Self::Member),
            _ => Err(ParseRoleError),
        }
    }
}

/// A text that names no [`Role`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("expected `admin` or `member`")]
pub struct ParseRoleError;

/// Where a user stands between invitation and suspension (USR-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Invited and not yet there: may do nothing.
    Invited,
    /// The only status in which anything is allowed.
    Active,
    /// Barred for now: may do nothing; grants stay stored.
    Suspended,
}

impl Status {
    /// All statuses, in the order in which a user passes through them.
    pub const ALL: [Self; 3] = [Self::Invited, Self::Active, Self::Suspended];

    /// The status's name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

/// A status, and of a suspended user what they come back to (USR-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Standing {
    Invited,
    Active,
    /// Suspended after accepting.
    Suspended,
    /// Suspended before accepting.
    Withheld,
}

impl Standing {
    /// A status, and of a suspended user whether they ever accepted, which is presumed.
    pub(crate) const fn of(status: Status, accepted: Option<bool>) -> Self {
        match (status, accepted) {
            (Status::Invited, _) => Self::Invited,
            (Status::Active, _) => Self::Active,
            (Status::Suspended, Some(false)) => Self::Withheld,
            (Status::Suspended, Some(true) | None) => Self::Suspended,
        }
    }

    pub(crate) const fn status(self) -> Status {
        match self {
            Self::Invited => Status::Invited,
            Self::Active => Status::Active,
            Self::Suspended | Self::Withheld => Status::Suspended,
        }
    }

    pub(crate) const fn has_accepted(self) -> bool {
        match self {
            Self::Active | Self::Suspended => true,
            Self::Invited | Self::Withheld => false,
        }
    }

    /// After accepting the invitation.
    pub(crate) const fn accepted(self) -> Option<Self> {
        match self {
            Self::Invited => Some(Self::Active),
            Self::Active | Self::Suspended | Self::Withheld => None,
        }
    }

    /// After a suspension.
    pub(crate) const fn suspended(self) -> Option<Self> {
        match self {
            Self::Invited => Some(Self::Withheld),
            Self::Active => Some(Self::Suspended),
            Self::Suspended | Self::Withheld => None,
        }
    }

    /// After a suspension has ended.
    pub(crate) const fn reactivated(self) -> Option<Self> {
        match self {
            Self::Suspended => Some(Self::Active),
            Self::Withheld => Some(Self::Invited),
            Self::Invited | Self::Active => None,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Status {
    type Err = ParseStatusError;

    /// Reads `invited`, `active` or `suspended`.
    ///
    /// # Errors
    ///
    /// Any other text, for example `disabled`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "invited" => Ok(Self::Invited),
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            _ => Err(ParseStatusError),
        }
    }
}

/// A text that names no [`Status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("expected `invited`, `active` or `suspended`")]
pub struct ParseStatusError;
