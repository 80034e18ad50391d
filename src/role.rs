//! Roles and statuses of users (ROLE, USR-2).

use crate::name::names;

/// The role of a user in their account (ROLE-1).
///
/// ```
/// use bailiwick::Role;
///
/// assert_eq!("user".parse(), Ok(Role::Member));
/// let unknown = "boss".parse::<Role>().unwrap_err();
/// assert_eq!(
///     unknown.to_string(),
///     "unknown role `boss`: expected `admin` or `member`",
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Holds every grantable and role permission (ROLE-2).
    Admin,
    /// Holds what template and grants give, nothing by default (ROLE-3).
    Member,
}

names!(Role, "role", { Admin => "admin", Member => "member" | "user" });

/// Where a user stands between invitation and suspension (USR-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Invited, and not accepted yet: may do nothing.
    Invited,
    /// The only status in which anything is allowed.
    Active,
    /// Barred for now: may do nothing; grants stay stored.
    Suspended,
}

names!(Status, "status", {
    Invited => "invited",
    Active => "active",
    Suspended => "suspended",
});

/// A status, and for a suspended user the one that they return to (USR-3).
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
    /// A status. Whoever is suspended is taken to have accepted before.
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
