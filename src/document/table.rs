//! What pages show of an account, and what its host must do.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::account::{Duty, SeatState, Seats, UserRow, UserTable};
use crate::key::TemplateId;
use crate::template::Template;
use crate::time::Timestamp;

impl Serialize for UserTable<'_> {
    /// Writes a list of the rows.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows())
    }
}

impl Serialize for UserRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let user = self.user();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", user.id().as_str())?;
        map.serialize_entry("email", user.email().as_str())?;
        map.serialize_entry("role", user.role().name())?;
        map.serialize_entry("role_label", self.role_label())?;
        map.serialize_entry("template", &user.template().map(TemplateId::as_str))?;
        map.serialize_entry("template_name", &self.template().map(Template::name))?;
        map.serialize_entry("status", user.status().name())?;
        map.serialize_entry("crm", &self.crm())?;
        map.serialize_entry("last_sign_in", &user.last_sign_in().map(Timestamp::unix_millis))?;
        map.serialize_entry("invitation", &user.invitation())?;
        map.end()
    }
}

impl Serialize for Seats {
    /// Writes `used`, then `limit` and one of `free`, `reached` and `over` if there is a limit.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("used", &self.used())?;
        if let Some(limit) = self.limit() {
            map.serialize_entry("limit", &limit)?;
        }
        match self.state() {
            SeatState::Unlimited => {}
            SeatState::Free(seats) => map.serialize_entry("free", &seats)?,
            SeatState::Reached => map.serialize_entry("reached", &true)?,
            SeatState::Over(seats) => map.serialize_entry("over", &seats)?,
        }
        map.end()
    }
}

impl Serialize for Duty<'_> {
    /// Writes what to `do`, and about what.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("do", self.name())?;
        match self {
            Self::SendInvitation { user, email, generation } => {
                map.serialize_entry("user", user.as_str())?;
                map.serialize_entry("email", email.as_str())?;
                map.serialize_entry("generation", generation)?;
            }
            Self::EndSessions { user } => map.serialize_entry("user", user.as_str())?,
            Self::WarnSeats { used, limit } => {
                map.serialize_entry("used", used)?;
                map.serialize_entry("limit", limit)?;
            }
        }
        map.end()
    }
}
