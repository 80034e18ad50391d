//! Who acts in stories, and on whom.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use serde_json::{Value, json};

use super::{IDS, Stories};
use crate::naive::{Directory, HOST_ONLY, User};

impl Stories {
    /// Mostly somebody who might: the host for what only it may do, else anybody.
    pub(super) fn actor(&mut self, directory: &Directory, name: &str) -> Value {
        if HOST_ONLY.contains(&name) && self.chance(85) {
            return json!("host");
        }
        let user = |id: &str| match &directory.agency {
            Some(agency) => json!({"agency": agency, "account": directory.id, "user": id}),
            None => json!({"account": directory.id, "user": id}),
        };
        let users = directory.state.users.iter();
        let has_delegates = users.clone().any(|user| is_delegate(directory, user));
        let share = if self.of_delegates { 80 } else { 46 };
        match self.below(100) {
            place if has_delegates && place < share => {
                user(&self.user_where(directory, |user| is_delegate(directory, user)))
            }
            46..66 => json!("host"),
            92..95 => user(self.pick(&IDS)),
            95 => json!({"account": "elsewhere", "user": self.pick(&IDS)}),
            96 => json!({"account": directory.id, "user": self.pick(&IDS)}),
            97 => json!({"agency": "elsewhere", "account": directory.id, "user": self.pick(&IDS)}),
            98.. => json!({"agency": self.pick(&["acme", "agency"])}),
            _ => user(&self.user_where(directory, is_active_admin)),
        }
    }

    /// A user for whom something holds, if there is one; sometimes anybody, or nobody.
    pub(super) fn user_where(
        &mut self,
        directory: &Directory,
        wanted: impl Fn(&User) -> bool,
    ) -> String {
        let users = &directory.state.users;
        let fitting: Vec<&User> = users.iter().filter(|user| wanted(user)).collect();
        match self.below(100) {
            0..91 if !fitting.is_empty() => fitting[self.below(fitting.len())].id.clone(),
            0..97 if !users.is_empty() => users[self.below(users.len())].id.clone(),
            _ => self.pick(&IDS).to_owned(),
        }
    }
}

fn is_active_admin(user: &User) -> bool {
    user.role == "admin" && user.status == "active"
}

/// Whether a member may have been given delegated actions that are in force.
fn is_delegate(directory: &Directory, user: &User) -> bool {
    let Some((area, feature)) = directory.catalog.delegation() else {
        return false;
    };
    let view = format!("{area}:view");
    let template = user.template.as_deref().and_then(|id| directory.template(id));
    user.role == "member"
        && user.status == "active"
        && directory.state.features.contains(feature)
        && (directory.set_of(&user.grants).contains(&view)
            || template.is_some_and(|one| directory.set_of(&one.grants).contains(&view)))
}
