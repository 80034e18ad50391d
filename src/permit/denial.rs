use alloc::boxed::Box;

use thiserror::Error;

use crate::decision::Reason;
use crate::text::Word;

/// Why there is no [`Permit`](crate::Permit).
///
/// Printed, it is one line for people (DEC-5). With the feature `serde` it can be written, as
/// `{"ask": "EditFaqs", "reason": "not_granted", "rule": "ROLE-3"}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[error("{} may not {ask}: {reason} ({})", Word(user), reason.rule())]
#[must_use]
pub struct Denial {
    ask: &'static str,
    user: Box<str>,
    reason: Reason,
}

impl Denial {
    pub(super) fn new(ask: &'static str, user: &str, reason: Reason) -> Self {
        Self { ask, user: user.into(), reason }
    }

    /// The name of the ask.
    #[must_use]
    pub fn ask(&self) -> &'static str {
        self.ask
    }

    /// The id of whoever asked.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Why it is denied: the reason of the first permission, in catalog order, that is.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The rule that says so: [`Reason::rule`].
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.reason.rule()
    }
}
