//! Invitations (USR-3, USR-12) and how long they last.

use alloc::boxed::Box;
use core::fmt;
use core::num::NonZeroU32;

use crate::account::User;
use crate::ledger::{Violation, violation};
use crate::role::Status;
use crate::time::Timestamp;

/// The longest that invitations can be set to last, in days: ten years (USR-12).
pub const MAX_INVITATION_LIFETIME: u16 = 3_650;

const MILLIS_OF_DAY: i64 = 24 * 60 * 60 * 1_000;

/// An invitation that was sent and not accepted yet: when last, and how many times by then.
///
/// Put the generation into the link that you send, and give it to
/// [`Command::accept_generation`](crate::Command::accept_generation): the link of an earlier
/// sending is refused then (USR-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Invitation {
    pub(crate) sent: Timestamp,
    pub(crate) generation: NonZeroU32,
}

impl Invitation {
    pub(crate) const fn first(sent: Timestamp) -> Self {
        Self { sent, generation: NonZeroU32::MIN }
    }

    /// When it was last sent.
    #[must_use]
    pub const fn sent(self) -> Timestamp {
        self.sent
    }

    /// How many times it was sent: 1 for the first.
    #[must_use]
    pub const fn generation(self) -> u32 {
        self.generation.get()
    }

    /// The last moment at which it can be accepted.
    #[must_use]
    pub const fn lasts_until(self, lifetime: InvitationLifetime) -> Timestamp {
        let lifetime = (lifetime.0.get() as i64).saturating_mul(MILLIS_OF_DAY);
        Timestamp::from_unix_millis(self.sent.unix_millis().saturating_add(lifetime))
    }
}

/// What is known of how a user came in: the invitation that waits for them, and the last sign-in.
///
/// Nobody is invited who has signed in, except in a document that was written by hand. So the two
/// share one place, and only who has both pays for both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Arrival {
    Unknown,
    Invited { sent: Timestamp, generation: NonZeroU32 },
    SignedIn(Timestamp),
    Both(Box<(Invitation, Timestamp)>),
}

impl Arrival {
    pub(super) fn new(invitation: Option<Invitation>, last_sign_in: Option<Timestamp>) -> Self {
        match (invitation, last_sign_in) {
            (None, None) => Self::Unknown,
            (Some(Invitation { sent, generation }), None) => Self::Invited { sent, generation },
            (None, Some(last)) => Self::SignedIn(last),
            (Some(invitation), Some(last)) => Self::Both(Box::new((invitation, last))),
        }
    }

    pub(super) fn invitation(&self) -> Option<Invitation> {
        match *self {
            Self::Invited { sent, generation } => Some(Invitation { sent, generation }),
            Self::Both(ref both) => Some(both.0),
            Self::Unknown | Self::SignedIn(_) => None,
        }
    }

    pub(super) fn last_sign_in(&self) -> Option<Timestamp> {
        match *self {
            Self::SignedIn(last) => Some(last),
            Self::Both(ref both) => Some(both.1),
            Self::Unknown | Self::Invited { .. } => None,
        }
    }
}

/// For how many days an invitation can be accepted: 1 to
/// [`MAX_INVITATION_LIFETIME`](crate::limits::MAX_INVITATION_LIFETIME) (USR-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvitationLifetime(NonZeroU32);

impl InvitationLifetime {
    /// A number of days; `None` for 0 and for more than
    /// [`MAX_INVITATION_LIFETIME`](crate::limits::MAX_INVITATION_LIFETIME).
    #[must_use]
    pub const fn from_days(days: u32) -> Option<Self> {
        match NonZeroU32::new(days) {
            Some(days) if days.get() <= MAX_INVITATION_LIFETIME as u32 => Some(Self(days)),
            Some(_) | None => None,
        }
    }

    /// The number of days.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for InvitationLifetime {
    /// `7 days`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.days(), day_or_days(self.days()))
    }
}

pub(super) const fn day_or_days(number: u32) -> &'static str {
    if number == 1 { "day" } else { "days" }
}

impl User {
    /// The next invitation of someone who has not accepted, sent now unless they are suspended. If
    /// nothing is known of the invitation of someone suspended, that stays so.
    pub(super) fn next_invitation(&self, now: Timestamp) -> Result<Option<Invitation>, Violation> {
        let is_invited = self.status() == Status::Invited;
        let Some(Invitation { sent, generation }) = self.invitation() else {
            return Ok(is_invited.then_some(Invitation::first(now)));
        };
        let sent = if is_invited { now } else { sent };
        let generation = generation.checked_add(1);
        let generation = generation.ok_or(violation::Full { what: "invitation" })?;
        Ok(Some(Invitation { sent, generation }))
    }
}
