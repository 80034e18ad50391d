//! What pages show of an account, and what its host must do.

use serde::ser::{Serialize, Serializer};

use crate::account::{Duty, SeatState, Seats, UserRow, UserTable};
use crate::document::written::written;
use crate::template::Template;

impl Serialize for UserTable<'_> {
    /// Writes a list of the rows.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows())
    }
}

written!(UserRow<'_>, |row| {
    "id" = row.user().id(),
    "email" = row.user().email(),
    "role" = row.user().role(),
    "role_label" = row.role_label(),
    "template" = row.user().template(),
    "template_name" = row.template().map(Template::name),
    "status" = row.user().status(),
    "crm" = row.crm(),
    "last_sign_in" = row.user().last_sign_in(),
    "invitation" = row.user().invitation(),
});

written!(Seats, |seats| {
    "used" = seats.used(),
    "limit" ? seats.limit(),
    match (seats.state()) {
        SeatState::Unlimited => {}
        SeatState::Free(seats) => { "free" = seats, }
        SeatState::Reached => { "reached" = true, }
        SeatState::Over(seats) => { "over" = seats, }
    }
});

// What to do, and about what.
written!(Duty<'_>, |duty| {
    "do" = duty.name(),
    match (duty) {
        Self::SendInvitation { user, email, generation } => {
            "user" = user,
            "email" = email,
            "generation" = generation,
        }
        Self::EndSessions { user } => { "user" = user, }
        Self::WarnSeats { used, limit } => { "used" = used, "limit" = limit, }
    }
});
