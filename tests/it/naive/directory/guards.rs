//! Who may give which command (GRD).

use serde_json::Value;

use super::{Acting, Directory, Outcome, Set, User, refuse};
use crate::naive::reading::text;

/// What only the host may do.
pub(crate) const HOST_ONLY: [&str; 5] =
    ["accept", "sign_in", "set_seat_limit", "set_invitation_lifetime", "set_features"];

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

    /// Who may give a command is asked of what carries its group (GRD-7): an active user holds one
    /// of its permissions, and all features that it needs are in force. Where the catalog does not
    /// speak of the group, admins may, and members who hold the delegated action (GRD-1, GRD-2).
    /// Roles are for admins alone (GRD-2).
    pub(super) fn check_authority(&self, acting: Acting<'_>, command: &Value) -> Outcome {
        let name = text(&command["command"]);
        let (id, is_admin) = match acting {
            Acting::Host => return Ok(()),
            Acting::Admin(id) => (id, true),
            Acting::Member(id) => (id, false),
        };
        refuse("host_only", HOST_ONLY.contains(&name))?;
        let is_about_roles =
            name == "change_role" || name == "invite" && command["role"] == "admin";
        refuse("not_authorized", is_about_roles && !is_admin)?;
        let Some((group, action)) = group(name) else {
            return refuse("not_authorized", !is_admin);
        };
        let oracle = self.oracle();
        let held = oracle.effective(id);
        let Some(carriers) = self.catalog.authority.get(group) else {
            let area = self.catalog.delegation().map(|(area, _)| area);
            let delegated = area.map(|area| format!("{area}:{action}"));
            let may = is_admin || delegated.is_some_and(|action| held.contains(&action));
            return refuse("not_authorized", !may);
        };
        // An admin holds all of them, but for those that a feature keeps inert.
        let code = if is_admin { "not_entitled" } else { "not_authorized" };
        refuse(code, !carriers.any.iter().any(|one| held.contains(one)))?;
        refuse("not_entitled", !carriers.needs.iter().all(|feature| oracle.in_force(feature)))
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
        let is_about_one = matches!(
            name,
            "rename_template" | "describe_template" | "edit_template" | "delete_template"
        );
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
        // Of admins, what is stored and would hold once they are members (ROLE-6).
        for user in &self.state.users {
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
            // Whoever swaps the names of two templates, or what is said of them, has them assigned
            // to each other's users.
            "rename_template" | "describe_template" => {
                let id = text(&command["template"]);
                let known_as = |directory: &Self| {
                    directory.template(id).map(|one| (one.name.clone(), one.description.clone()))
                };
                let is_renamed = known_as(self) != known_as(before);
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

/// The group of a command (CAT-15), and the action of a delegated area that carries it (GRD-2).
fn group(name: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "invite" | "resend" => Some(("invite", "create")),
        "change_email" | "suspend" | "reactivate" => Some(("edit", "edit")),
        "delete_user" => Some(("delete", "delete")),
        "change_role" | "assign_template" | "clear_template" | "tick" | "untick" | "set_area"
        | "set_section" | "raise" | "replace_grants" => Some(("permissions", "edit")),
        "create_template" | "rename_template" | "describe_template" | "edit_template"
        | "delete_template" => Some(("templates", "manage")),
        _ => None,
    }
}
