//! Decisions, and the reasons for those that deny (DEC).

use core::fmt;

use crate::name::names;

/// The answer to a check: never an error (DEC-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Decision {
    /// It is allowed.
    Allow,
    /// It is denied, and why.
    Deny(Reason),
}

impl Decision {
    /// Whether it is allowed.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.pad("allow"),
            Self::Deny(reason) => write!(f, "deny ({reason})"),
        }
    }
}

/// Why something is denied, in the order in which reasons apply (DEC-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The account has no such user (AGY-8).
    UnknownUser,
    /// The user is invited or suspended (USR-2).
    NotActive,
    /// The permission belongs to another catalog (CAT-9).
    UnknownPermission,
    /// A feature that it needs, or that it is, is off (CAT-6, GRD-2).
    NotEntitled,
    /// It comes with the role admin (ROLE-4).
    AdminOnly,
    /// It is given, and a mute takes it away (TPL-5).
    Muted,
    /// Neither template nor grants give it (ROLE-3).
    NotGranted,
}

names!(Reason, "reason", {
    UnknownUser => "unknown_user",
    NotActive => "not_active",
    UnknownPermission => "unknown_permission",
    NotEntitled => "not_entitled",
    AdminOnly => "admin_only",
    Muted => "muted",
    NotGranted => "not_granted",
});

impl Reason {
    /// The rule that denies.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::UnknownUser => "AGY-8",
            Self::NotActive => "USR-2",
            Self::UnknownPermission => "CAT-9",
            Self::NotEntitled => "CAT-6",
            Self::AdminOnly => "ROLE-4",
            Self::Muted => "TPL-5",
            Self::NotGranted => "ROLE-3",
        }
    }
}
