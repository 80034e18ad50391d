//! Invitations, seats, and what the host must do outside (USR-3, USR-6, USR-12, USR-13).

use serde_json::{Value, json};

use super::{Directory, Invitation, Outcome, refuse};

/// The days for which invitations may be set to last.
const LIFETIMES: core::ops::RangeInclusive<u64> = 1..=3_650;

const MILLIS_OF_DAY: i64 = 86_400_000;

impl Directory {
    /// Only by accepting does an invited user become active, which is the first sign-in (USR-3).
    /// Only the last invitation is accepted, and only while it lasts (USR-12).
    pub(super) fn accept(&mut self, id: &str, presented: &Value, now: i64) -> Outcome {
        self.check_status(id, &["invited"])?;
        let user = self.user(id);
        let invitation = user.invitation;
        if let Some(presented) = presented.as_u64() {
            let generation = invitation.map_or(0, |invitation| invitation.generation);
            refuse("invitation_superseded", presented < generation)?;
            refuse("unknown_invitation", presented > generation)?;
        }
        if let Some(days) = self.state.lifetime {
            refuse("invitation_expired", invitation.is_none_or(|one| one.is_over(days, now)))?;
        }
        let user = self.user_mut(id);
        (user.status, user.accepted, user.invitation) = ("active", true, None);
        user.last_sign_in = user.last_sign_in.max(Some(now));
        Ok(())
    }

    /// The same entry, and one more invitation (USR-7, USR-12).
    pub(super) fn resend(&mut self, id: &str, now: i64) -> Outcome {
        self.check_status(id, &["invited"])?;
        self.supersede(id, now);
        Ok(())
    }

    /// Raises the generation of an invitation that was not accepted; it is sent while invited.
    pub(super) fn supersede(&mut self, id: &str, now: i64) {
        let user = self.user_mut(id);
        if user.accepted {
            return;
        }
        let is_invited = user.status == "invited";
        // Of someone suspended of whose invitation nothing is known it stays so.
        if user.invitation.is_none() && !is_invited {
            return;
        }
        let former = user.invitation.unwrap_or(Invitation { sent: now, generation: 0 });
        let sent = if is_invited { now } else { former.sent };
        user.invitation = Some(Invitation { sent, generation: former.generation + 1 });
        if is_invited {
            self.send(id);
        }
    }

    pub(super) fn set_lifetime(&mut self, days: &Value) -> Outcome {
        let is_some = !days.is_null();
        let days = days.as_u64().filter(|days| LIFETIMES.contains(days));
        refuse("invalid_lifetime", is_some && days.is_none())?;
        self.state.lifetime = days;
        Ok(())
    }

    /// At the limit nobody is invited, unless the account is to be warned instead (USR-6).
    pub(super) fn take_seat(&mut self) -> Outcome {
        let used = self.state.users.len() as u64;
        let Some(limit) = self.state.seat_limit.filter(|limit| used >= *limit) else {
            return Ok(());
        };
        refuse("seat_limit", !self.state.warns)?;
        self.outside(json!({"do": "warn_seats", "used": used + 1, "limit": limit}));
        Ok(())
    }

    /// How many seats are free, that all are taken, or how many too many are (USR-6).
    pub(crate) fn seats(&self) -> Value {
        let used = self.state.users.len() as u64;
        match self.state.seat_limit {
            None => json!({"used": used}),
            Some(limit) if used < limit => {
                json!({"used": used, "limit": limit, "free": limit - used})
            }
            Some(limit) if used == limit => json!({"used": used, "limit": limit, "reached": true}),
            Some(limit) => json!({"used": used, "limit": limit, "over": used - limit}),
        }
    }

    pub(super) fn send(&mut self, id: &str) {
        let user = self.user(id);
        let generation = user.invitation.map(|invitation| invitation.generation);
        let send = json!({
            "do": "send_invitation", "user": id, "email": user.email, "generation": generation,
        });
        self.outside(send);
    }

    /// Of whoever may have some: who has never accepted never signed in.
    pub(super) fn end_sessions(&mut self, id: &str) {
        if self.user(id).accepted {
            self.outside(json!({"do": "end_sessions", "user": id}));
        }
    }

    /// Those that end with the account.
    pub(crate) fn all_sessions(&self) -> Vec<Value> {
        let users = self.state.users.iter().filter(|user| user.accepted);
        users.map(|user| json!({"do": "end_sessions", "user": user.id})).collect()
    }

    fn outside(&mut self, what: Value) {
        self.said.outside.push(what);
    }
}

impl Invitation {
    pub(super) fn read(document: &Value) -> Option<Self> {
        let (sent, generation) = (&document["sent"], &document["generation"]);
        Some(Self { sent: sent.as_i64()?, generation: generation.as_u64()? })
    }

    /// Whether so many days have passed since it was sent; at their very end it lasts.
    pub(super) fn is_over(self, days: u64, now: i64) -> bool {
        let days = i64::try_from(days).unwrap_or(i64::MAX);
        now > self.sent.saturating_add(days.saturating_mul(MILLIS_OF_DAY))
    }
}
