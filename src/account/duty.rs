//! What the host must do outside this library after a change (USR-13).

use crate::account::{Altered, Change, Edit, Invitation, User};
use crate::email::Email;
use crate::key::UserId;
use crate::role::Status;

/// Something that the host must do outside after a change (USR-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Duty<'a> {
    /// Send an invitation, with its generation in the link (USR-12).
    SendInvitation {
        /// Who is invited.
        user: &'a UserId,
        /// Where to.
        email: &'a Email,
        /// Which of their invitations it is; those of earlier generations are void.
        generation: u32,
    },
    /// End the sessions of a user, who was suspended or deleted, or has another address.
    EndSessions {
        /// Whose.
        user: &'a UserId,
    },
    /// Warn that more seats are used than there are (USR-6).
    WarnSeats {
        /// How many are used.
        used: usize,
        /// How many there are.
        limit: u32,
    },
}

impl Duty<'_> {
    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SendInvitation { .. } => "send_invitation",
            Self::EndSessions { .. } => "end_sessions",
            Self::WarnSeats { .. } => "warn_seats",
        }
    }
}

impl Change {
    /// What the host must do outside, in order: one by one also for a batch (USR-13).
    ///
    /// It follows from what the change wrote, so a change that was stored says the same.
    pub fn duties(&self) -> impl Iterator<Item = Duty<'_>> {
        self.edits.iter().filter_map(Edit::duty)
    }
}

impl Edit {
    fn duty(&self) -> Option<Duty<'_>> {
        match self {
            Self::User(altered) => of_user(altered),
            Self::BeyondLimit { used, limit } => {
                Some(Duty::WarnSeats { used: *used, limit: *limit })
            }
            Self::Template(_)
            | Self::Name { .. }
            | Self::SeatLimit { .. }
            | Self::AtLimit { .. }
            | Self::InvitationLifetime { .. }
            | Self::Features { .. }
            | Self::Catalog { .. } => None,
        }
    }
}

fn of_user(altered: &Altered<User>) -> Option<Duty<'_>> {
    match altered {
        Altered::Added(user) => Duty::of_joining(user),
        Altered::Changed { before, after } if before.has_accepted() => {
            let is_barred = before.status() == Status::Active && after.status() != Status::Active;
            let ends = is_barred || before.email != after.email;
            ends.then_some(Duty::EndSessions { user: &after.id })
        }
        Altered::Changed { before, after } => {
            let generation = |user: &User| user.invitation().map(Invitation::generation);
            let is_other = generation(before) != generation(after);
            Duty::of_joining(after).filter(|_| is_other)
        }
        Altered::Removed(user) => Duty::of_leaving(user),
    }
}

impl<'a> Duty<'a> {
    /// Of someone who is expected to accept.
    pub(crate) fn of_joining(user: &'a User) -> Option<Self> {
        let invitation = user.invitation().filter(|_| user.status() == Status::Invited)?;
        let generation = invitation.generation();
        Some(Self::SendInvitation { user: &user.id, email: &user.email, generation })
    }

    /// Of someone who is gone. Someone who never accepted has no session.
    pub(crate) fn of_leaving(user: &'a User) -> Option<Self> {
        user.has_accepted().then_some(Self::EndSessions { user: &user.id })
    }
}
