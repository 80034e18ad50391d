//! Who may give which command (GRD).

use serde_json::Value;

use super::{Acting, Directory, Outcome, Set, User, refuse};
use crate::naive::reading::text;

/// What only the host may do.
pub(crate) const HOST_ONLY: [&str; 4] = ["accept", "sign_in", "set_seat_limit", "set_features"];

impl Directory {
    /// The host, or an active user of this very account, in the agency that it is in (GRD-1,
    /// GRD-11, USR-2). Everybody else is a stranger.
    pub(super) fn acting<'a>(&self, actor: &'a Value) -> Result<Acting<'a>, &'static str> {
        if actor == "host" {
            return Ok(Acting::Host);
        }
        let is_here = actor["account"] == self.id.as_str()
            && actor["agency"].as_str() == self.agency.as_deref();
        let id = actor["user"].as_str().filter(|_| is_here);
        let user = id.and_then(|id| self.find(id)).filter(|user| user.status == "active");
        match (id, user) {
            (Some(id), Some(user)) if user.role == "admin" => Ok(Acting::Admin(id)),
            (Some(id), Some(_)) => Ok(Acting::Member(id)),
            _ => Err("not_authorized"),
        }
    }

    /// Admins may change what their account decides about itself (GRD-1, GRD-5), members what the
    /// delegated actions that they hold say, and never roles (GRD-2).
    pub(super) fn check_authority(&self, acting: Acting<'_>, command: &Value) -> Outcome {
        let name = text(&command["command"]);
        if acting == Acting::Host {
            return Ok(());
        }
        refuse("host_only", HOST_ONLY.contains(&name))?;
        let Acting::Member(id) = acting else {
            return Ok(());
        };
        let action = match name {
            "invite" if command["role"] == "admin" => None,
            "invite" | "resend" => Some("create"),
            "change_email" | "suspend" | "reactivate" | "assign_template" | "clear_template"
            | "tick" | "untick" | "set_area" | "set_section" | "raise" | "replace_grants" => {
                Some("edit")
            }
            "delete_user" => Some("delete"),
            "create_template" | "rename_template" | "edit_template" | "delete_template" => {
                Some("manage")
            }
            _ => None,
        };
        let (Some(action), Some((area, _))) = (action, self.catalog.delegation()) else {
            return Err("not_authorized");
        };
        // Delegated actions are inert while delegation is off, so nobody holds them then.
        let held = self.effective(id);
        refuse("not_authorized", !held.contains(&format!("{area}:{action}")))
    }

    /// Whom or what the command is about: never oneself (GRD-4), for a member never an admin
    /// (GRD-2), and nothing that does not exist (TPL-8).
    pub(super) fn check_subject(&self, acting: Acting<'_>, command: &Value) -> Outcome {
        let name = text(&command["command"]);
        if name != "invite"
            && let Some(id) = command["user"].as_str()
        {
            let Some(user) = self.find(id) else {
                return Err("unknown_user");
            };
            match acting {
                Acting::Admin(actor) => refuse("self_edit", actor == id && name != "change_email")?,
                Acting::Member(actor) => {
                    refuse("self_edit", actor == id)?;
                    refuse("not_authorized", user.role == "admin")?;
                    // Whoever accepts an invitation is whom its address names (GRD-10).
                    refuse("not_authorized", name == "change_email" && !user.accepted)?;
                }
                Acting::Host => {}
            }
        }
        let is_about_one = matches!(name, "rename_template" | "edit_template" | "delete_template");
        if is_about_one || name == "assign_template" {
            let template = text(&command["template"]);
            refuse("unknown_template", self.template(template).is_none())?;
            if let Acting::Member(actor) = acting
                && is_about_one
            {
                let refers = |user: &User| user.template.as_deref() == Some(template);
                refuse("self_edit", refers(self.user(actor)))?;
                // Deleting writes the record of everybody who refers to it (GRD-10).
                let mut admins = self.state.users.iter().filter(|user| user.role == "admin");
                refuse("not_authorized", name == "delete_template" && admins.any(refers))?;
            }
        }
        Ok(())
    }

    /// No member makes anyone gain what they would not hold themselves with every feature on and
    /// their own mutes in force: not now, nor once someone is active, nor once mutes are lifted
    /// (GRD-3, GRD-8, GRD-10). Taking away is free.
    pub(super) fn check_escalation(&self, before: &Self, actor: &str, command: &Value) -> Outcome {
        let ceiling = before.potential(before.user(actor));
        let (oracle_before, oracle) = (before.oracle(), self.oracle());
        let held = oracle_before.effective(actor);
        let is_within = |gained: &Set| gained.is_subset(&ceiling);
        for user in self.state.users.iter().filter(|user| user.role == "member") {
            let was = before.find(&user.id);
            let gained = |holds: fn(&Self, &User) -> Set| {
                &holds(self, user) - &was.map(|was| holds(before, was)).unwrap_or_default()
            };
            for holds in [Self::raw, Self::valid, Self::potential] {
                refuse("escalation", !is_within(&gained(holds)))?;
            }
            let gained_now = &oracle.effective(&user.id) - &oracle_before.effective(&user.id);
            refuse("escalation", !gained_now.is_subset(&held))?;
        }
        for template in &self.state.templates {
            let former = before.template_set(Some(&template.id));
            let gained = &self.template_set(Some(&template.id)) - &former;
            refuse("escalation", !is_within(&gained))?;
        }
        match text(&command["command"]) {
            // Whoever comes back brings all that is set for them, and whoever reads someone's mail
            // can become them.
            "reactivate" | "change_email" => {
                let user = self.user(text(&command["user"]));
                if user.email == before.user(&user.id).email
                    && user.status == before.user(&user.id).status
                {
                    return Ok(());
                }
                refuse("escalation", !is_within(&self.raw(user)))?;
                refuse("escalation", !is_within(&self.valid(user)))
            }
            // Whoever swaps the names of two templates has them assigned to each other's users.
            "rename_template" => {
                let id = text(&command["template"]);
                let name = |directory: &Self| directory.template(id).map(|one| one.name.clone());
                let is_renamed = name(self) != name(before);
                refuse("escalation", is_renamed && !is_within(&self.template_set(Some(id))))
            }
            _ => Ok(()),
        }
    }

    /// There is always somebody left who can let others in (GRD-4).
    pub(super) fn keep_an_admin(&self, id: &str) -> Outcome {
        let admins = self.state.users.iter();
        let mut admins = admins.filter(|user| user.role == "admin" && user.status == "active");
        let is_last = admins.next().is_some_and(|admin| admin.id == id) && admins.next().is_none();
        refuse("last_admin", is_last)
    }
}
