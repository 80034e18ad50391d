//! A second, deliberately naive reading of the rules for commands: who may give which, what each
//! needs, and what it changes.
//!
//! It shares no code with the library and knows no bits. Actors, commands and accounts are
//! documents; grants are sets of permissions in text form, unclosed. Commands are known to be well
//! formed, and their grants to be valid for the catalog.
//!
//! From top to bottom: the directory, the guards in their order, the commands, what users hold,
//! the documents.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a document the directory cannot read is a mistake in the test"
)]

pub(crate) mod stories;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::oracle::{Area, Catalog, Leaf, Oracle, Scale, Source};

/// One account that commands change.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    catalog: Arc<Catalog>,
    /// The account's catalog as its document has it.
    catalog_document: Value,
    /// The permission that each permission needs: the first of its leaf, which is its own (CAT-3).
    needs: BTreeMap<String, String>,
    id: String,
    state: State,
}

/// What commands change.
#[derive(Clone, Debug)]
struct State {
    revision: u64,
    seat_limit: Option<u64>,
    /// Paths of the features that are on, always-on ones left out.
    features: Set,
    templates: Vec<Template>,
    users: Vec<User>,
    /// The ids of deleted users, in order of deletion.
    retired: Vec<String>,
}

#[derive(Clone, Debug)]
struct Template {
    id: String,
    name: String,
    grants: Set,
}

#[derive(Clone, Debug)]
struct User {
    id: String,
    email: String,
    role: &'static str,
    status: &'static str,
    accepted: bool,
    template: Option<String>,
    grants: Set,
    mutes: Set,
    last_sign_in: Option<i64>,
}

/// Permissions in text form, or the paths of features.
type Set = BTreeSet<String>;

/// Nothing, or the code of a refusal.
type Outcome = Result<(), &'static str>;

/// Who gives a command, if it is anybody who may.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Acting<'a> {
    Host,
    Admin(&'a str),
    Member(&'a str),
}

impl Directory {
    /// Gives one command; a refused one changes nothing (GRD-6), and an accepted one raises the
    /// revision by one (REV-1).
    pub(crate) fn execute(
        &mut self,
        actor: &Value,
        command: &Value,
        now: i64,
    ) -> Result<(), String> {
        let before = self.state.clone();
        match self.attempt(actor, command, now) {
            Ok(()) => {
                self.state.revision += 1;
                Ok(())
            }
            Err(code) => {
                self.state = before;
                Err(code.to_owned())
            }
        }
    }

    /// The answers to every question about the account as it is now.
    pub(crate) fn oracle(&self) -> Oracle {
        Oracle::on(&self.catalog, &self.document())
    }

    /// One command, or the steps of a batch: whole or not at all (USR-11).
    fn attempt(&mut self, actor: &Value, command: &Value, now: i64) -> Outcome {
        let acting = self.acting(actor)?;
        if command["command"] != "batch" {
            return self.step(acting, command, now);
        }
        let steps: Vec<&Value> = list(&command["commands"]).collect();
        refuse("empty_batch", steps.is_empty())?;
        for step in steps {
            self.step(acting, step, now)?;
        }
        Ok(())
    }

    fn step(&mut self, acting: Acting<'_>, command: &Value, now: i64) -> Outcome {
        self.check_authority(acting, command)?;
        self.check_subject(acting, command)?;
        let Acting::Member(actor) = acting else {
            return self.change(command, now);
        };
        let before = self.clone();
        self.change(command, now)?;
        let held = before.effective(actor);
        // Whoever reads someone's mail can become them (GRD-3).
        if let ("change_email", Some(id)) = (text(&command["command"]), command["user"].as_str()) {
            refuse("escalation", !before.potential(before.user(id)).is_subset(&held))?;
            refuse("escalation", !before.effective(id).is_subset(&held))?;
        }
        self.check_escalation(&before, &held)
    }
}

// The guards.

/// What only the host may do.
const HOST_ONLY: [&str; 4] = ["accept", "sign_in", "set_seat_limit", "set_features"];

impl Directory {
    /// The host, or an active user of this account (GRD-1, USR-2, AGY-8).
    fn acting<'a>(&self, actor: &'a Value) -> Result<Acting<'a>, &'static str> {
        if actor == "host" {
            return Ok(Acting::Host);
        }
        let id = actor["user"].as_str().filter(|_| actor["account"] == self.id.as_str());
        let user = id.and_then(|id| self.find(id)).filter(|user| user.status == "active");
        match (id, user) {
            (Some(id), Some(user)) if user.role == "admin" => Ok(Acting::Admin(id)),
            (Some(id), Some(_)) => Ok(Acting::Member(id)),
            _ => Err("not_authorized"),
        }
    }

    /// Admins may change what their account decides about itself (GRD-1, GRD-5), members what the
    /// delegated actions that they hold say, and never roles (GRD-2).
    fn check_authority(&self, acting: Acting<'_>, command: &Value) -> Outcome {
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
            | "tick" | "untick" | "set_level" | "replace_grants" => Some("edit"),
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
    fn check_subject(&self, acting: Acting<'_>, command: &Value) -> Outcome {
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
                }
                Acting::Host => {}
            }
        }
        if matches!(
            name,
            "assign_template" | "rename_template" | "edit_template" | "delete_template"
        ) {
            let template = text(&command["template"]);
            refuse("unknown_template", self.template(template).is_none())?;
            if let Acting::Member(actor) = acting
                && matches!(name, "edit_template" | "delete_template")
            {
                let own = self.user(actor).template.as_deref();
                refuse("self_edit", own == Some(template))?;
            }
        }
        Ok(())
    }

    /// No member makes anyone gain what they do not hold, now or once features and statuses
    /// change (GRD-3). Taking away is free.
    fn check_escalation(&self, before: &Self, held: &Set) -> Outcome {
        let (was, is) = (before.oracle(), self.oracle());
        for user in &self.state.users {
            let potential = before.find(&user.id).map(|user| before.potential(user));
            let gained = &self.potential(user) - &potential.unwrap_or_default();
            let gained_now = &is.effective(&user.id) - &was.effective(&user.id);
            refuse("escalation", !gained.is_subset(held) || !gained_now.is_subset(held))?;
        }
        for template in &self.state.templates {
            let gained = &template.grants - &before.template_set(Some(&template.id));
            refuse("escalation", !gained.is_subset(held))?;
        }
        Ok(())
    }

    /// There is always somebody left who can let others in (GRD-4).
    fn keep_an_admin(&self, id: &str) -> Outcome {
        let admins = self.state.users.iter();
        let mut admins = admins.filter(|user| user.role == "admin" && user.status == "active");
        let is_last = admins.next().is_some_and(|admin| admin.id == id) && admins.next().is_none();
        refuse("last_admin", is_last)
    }
}

/// Refuses with this code when something holds.
fn refuse(code: &'static str, when: bool) -> Outcome {
    if when { Err(code) } else { Ok(()) }
}

// The commands.

impl Directory {
    fn change(&mut self, command: &Value, now: i64) -> Outcome {
        let user = || text(&command["user"]);
        match text(&command["command"]) {
            "invite" => self.invite(command),
            "resend" => self.check_status(user(), &["invited"]),
            "accept" => self.accept(user()),
            "sign_in" => self.sign_in(user(), now),
            "suspend" => self.suspend(user()),
            "reactivate" => self.reactivate(user()),
            "change_email" => self.change_email(user(), text(&command["email"])),
            "change_role" => self.change_role(user(), command),
            "assign_template" => self.assign_template(user(), text(&command["template"])),
            "clear_template" => self.clear_template(user(), command["keep"] == true),
            "tick" => self.check_member(user(), Self::tick, text(&command["permission"])),
            "untick" => self.check_member(user(), Self::untick, text(&command["permission"])),
            "set_level" => self.set_level(user(), text(&command["leaf"]), text(&command["level"])),
            "replace_grants" => self.replace_grants(user(), &command["grants"]),
            "delete_user" => self.delete_user(user()),
            "create_template" => self.create_template(command),
            "rename_template" => self.rename_template(command),
            "edit_template" => self.edit_template(command),
            "delete_template" => self.delete_template(command),
            "set_seat_limit" => {
                // A limit below the used seats removes nobody (USR-6).
                self.state.seat_limit = command["limit"].as_u64();
                Ok(())
            }
            "set_features" => self.set_features(&command["features"]),
            "batch" => Err("nested_batch"),
            name => panic!("no command `{name}`"),
        }
    }

    /// An entry takes one seat at once, whatever its status (USR-5), and is nothing but what the
    /// invitation says (ROLE-3, ROLE-7).
    fn invite(&mut self, command: &Value) -> Outcome {
        let (id, email) = (text(&command["user"]), text(&command["email"]).trim());
        let role = if command["role"] == "admin" { "admin" } else { "member" };
        let template = command["template"].as_str();
        let grants = self.catalog.raw_set(&command["grants"]);
        check_id(id)?; // USR-1
        refuse("user_exists", self.find(id).is_some())?;
        refuse("user_retired", self.state.retired.iter().any(|retired| retired == id))?;
        self.check_email(id, email)?;
        refuse("unknown_template", template.is_some_and(|id| self.template(id).is_none()))?; // TPL-8
        let is_bare = template.is_none() && is_empty(&command["grants"]);
        refuse("admin_holds_all", role == "admin" && !is_bare)?; // ROLE-2
        self.check_first_actions(&grants, &self.template_set(template))?;
        let used = self.state.users.len() as u64;
        refuse("seat_limit", self.state.seat_limit.is_some_and(|limit| used >= limit))?; // USR-6
        self.state.users.push(User {
            id: id.to_owned(),
            email: email.to_owned(),
            role,
            status: "invited",
            accepted: false,
            template: template.map(str::to_owned),
            grants,
            mutes: Set::new(),
            last_sign_in: None,
        });
        Ok(())
    }

    /// Only by accepting does an invited user become active (USR-3).
    fn accept(&mut self, id: &str) -> Outcome {
        self.check_status(id, &["invited"])?;
        let user = self.user_mut(id);
        (user.status, user.accepted) = ("active", true);
        Ok(())
    }

    /// Never goes back (USR-9).
    fn sign_in(&mut self, id: &str, now: i64) -> Outcome {
        self.check_status(id, &["active"])?;
        let user = self.user_mut(id);
        user.last_sign_in = user.last_sign_in.max(Some(now));
        Ok(())
    }

    /// (USR-3)
    fn suspend(&mut self, id: &str) -> Outcome {
        self.check_status(id, &["invited", "active"])?;
        self.keep_an_admin(id)?;
        self.user_mut(id).status = "suspended";
        Ok(())
    }

    /// Who never accepted is invited again (USR-3).
    fn reactivate(&mut self, id: &str) -> Outcome {
        self.check_status(id, &["suspended"])?;
        let user = self.user_mut(id);
        user.status = if user.accepted { "active" } else { "invited" };
        Ok(())
    }

    /// Keeps everything else (USR-4).
    fn change_email(&mut self, id: &str, email: &str) -> Outcome {
        let email = email.trim();
        self.check_email(id, email)?;
        email.clone_into(&mut self.user_mut(id).email);
        Ok(())
    }

    /// Whatever was stored is dropped both ways (ROLE-6).
    fn change_role(&mut self, id: &str, command: &Value) -> Outcome {
        let role = if command["role"] == "admin" { "admin" } else { "member" };
        let grants = self.catalog.raw_set(&command["grants"]);
        refuse("wrong_role", self.user(id).role == role)?;
        if role == "admin" {
            refuse("admin_holds_all", !is_empty(&command["grants"]))?; // ROLE-2
        } else {
            self.check_first_actions(&grants, &Set::new())?;
            self.keep_an_admin(id)?;
        }
        let user = self.user_mut(id);
        user.role = role;
        user.template = None;
        user.grants = grants;
        user.mutes = Set::new();
        Ok(())
    }

    /// The user's set is the template's from here on, but for what only users have (TPL-4).
    fn assign_template(&mut self, id: &str, template: &str) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2
        let user_only = self.user_only();
        let user = self.user_mut(id);
        user.template = Some(template.to_owned());
        user.grants = &user.grants & &user_only;
        user.mutes = &user.mutes & &user_only;
        Ok(())
    }

    /// Own grants and mutes stay; with `keep` the template's become own (TPL-6).
    fn clear_template(&mut self, id: &str, keep: bool) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2
        let given = self.template_set(self.user(id).template.as_deref());
        let user = self.user_mut(id);
        user.template = None;
        if keep {
            user.grants.extend(given);
        }
        Ok(())
    }

    /// Adds to grants what neither they nor the template give, and lifts the mute (TPL-5). On
    /// levels, edit brings read (CAT-3); an action does not bring the first one (LVL-2).
    fn tick(&mut self, id: &str, permission: &str) -> Outcome {
        let (leaf, permission) = self.grantable(permission)?;
        let needed = if self.area_of(&leaf).scale == Scale::Levels {
            Set::from([self.needs[&permission].clone(), permission.clone()])
        } else {
            Set::from([permission.clone()])
        };
        let template = self.template_set(self.user(id).template.as_deref());
        let user = self.user_mut(id);
        user.mutes = &user.mutes - &needed;
        if !template.contains(&permission) && !user.grants.contains(&permission) {
            user.grants.extend(needed);
        }
        let is_held = self.potential(self.user(id)).contains(&permission);
        refuse("needs_first_action", !is_held)
    }

    /// Removes from grants what is unticked and what needs it; mutes what the template gives
    /// (TPL-5).
    fn untick(&mut self, id: &str, permission: &str) -> Outcome {
        let (_, permission) = self.grantable(permission)?;
        let template = self.template_set(self.user(id).template.as_deref());
        let removed = self.with_dependents(&Set::from([permission.clone()]));
        let user = self.user_mut(id);
        user.grants = &user.grants - &removed;
        if template.contains(&permission) {
            user.mutes.insert(permission);
        }
        Ok(())
    }

    /// Ticks and unticks every leaf named until it is at the level.
    fn set_level(&mut self, id: &str, path: &str, level: &str) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2
        let leaves: Vec<Leaf> = self
            .catalog
            .areas
            .iter()
            .flat_map(|area| {
                let is_all = is_name(&area.spellings, path);
                area.leaves.iter().filter(move |leaf| is_all || is_name(&leaf.spellings, path))
            })
            .cloned()
            .collect();
        let Some(first) = leaves.first() else {
            return Err("unknown_key"); // CAT-9
        };
        refuse("not_grantable", first.source != Source::Grantable)?; // CAT-4
        refuse("wrong_scale", self.area_of(first).scale != Scale::Levels)?; // CAT-3
        for leaf in leaves {
            let [read, edit] = ["read", "edit"].map(|rung| format!("{}:{rung}", leaf.path));
            match level {
                "none" => self.untick(id, &read)?,
                "read" => {
                    self.tick(id, &read)?;
                    self.untick(id, &edit)?;
                }
                _ => self.tick(id, &edit)?,
            }
        }
        Ok(())
    }

    /// All own grants at once, but for those that only users have.
    fn replace_grants(&mut self, id: &str, grants: &Value) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2
        let given = self.catalog.raw_set(grants);
        self.check_user_only(grants)?;
        let template = self.template_set(self.user(id).template.as_deref());
        self.check_first_actions(&given, &template)?;
        let user_only = self.user_only();
        let user = self.user_mut(id);
        user.grants = &(&user.grants & &user_only) | &given;
        Ok(())
    }

    /// At once, for good (USR-8).
    fn delete_user(&mut self, id: &str) -> Outcome {
        self.keep_an_admin(id)?;
        self.state.users.retain(|user| user.id != id);
        self.state.retired.push(id.to_owned());
        Ok(())
    }

    /// (TPL-1)
    fn create_template(&mut self, command: &Value) -> Outcome {
        let id = text(&command["template"]);
        check_id(id)?;
        refuse("template_exists", self.template(id).is_some())?;
        let name = self.checked_name(id, &command["name"])?;
        let grants = self.checked_template(&command["grants"])?;
        self.state.templates.push(Template { id: id.to_owned(), name, grants });
        Ok(())
    }

    /// (TPL-1)
    fn rename_template(&mut self, command: &Value) -> Outcome {
        let id = text(&command["template"]);
        let name = self.checked_name(id, &command["name"])?;
        self.template_mut(id).name = name;
        Ok(())
    }

    /// Every user who refers to it changes with it (TPL-3).
    fn edit_template(&mut self, command: &Value) -> Outcome {
        let grants = self.checked_template(&command["grants"])?;
        self.template_mut(text(&command["template"])).grants = grants;
        Ok(())
    }

    /// Whoever refers to it is acknowledged, and left without a template (TPL-7).
    fn delete_template(&mut self, command: &Value) -> Outcome {
        let id = text(&command["template"]);
        let mut referring = BTreeSet::new();
        for user in &mut self.state.users {
            if user.template.as_deref() == Some(id) {
                user.template = None;
                referring.insert(user.id.as_str());
            }
        }
        let acknowledged: BTreeSet<&str> = list(&command["acknowledged"]).map(text).collect();
        refuse("template_in_use", acknowledged != referring)?;
        self.state.templates.retain(|template| template.id != id);
        Ok(())
    }

    /// Exactly those are on, beside what always is (AGY-2).
    fn set_features(&mut self, features: &Value) -> Outcome {
        let mut on = Set::new();
        for path in list(features).map(text) {
            let leaf = self.catalog.leaves().find(|leaf| is_name(&leaf.spellings, path));
            let leaf = leaf.filter(|leaf| leaf.source == Source::Account).ok_or("unknown_key")?;
            if !leaf.always_on {
                on.insert(leaf.path.clone());
            }
        }
        self.state.features = on;
        Ok(())
    }

    fn check_member(
        &mut self,
        id: &str,
        change: fn(&mut Self, &str, &str) -> Outcome,
        permission: &str,
    ) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2, USR-10
        change(self, id, permission)
    }

    fn check_status(&self, id: &str, allowed: &[&str]) -> Outcome {
        refuse("wrong_status", !allowed.contains(&self.user(id).status)) // USR-3, USR-7, USR-9
    }

    /// Something, one `@`, something, without blanks; nobody else's in any case (USR-4).
    fn check_email(&self, own_id: &str, email: &str) -> Outcome {
        let is_strange = |letter: char| letter.is_whitespace() || letter.is_control();
        let parts: Vec<&str> = email.split('@').collect();
        let is_formed = parts.len() == 2 && parts.iter().all(|part| !part.is_empty());
        refuse("invalid_email", !is_formed || email.contains(is_strange) || email.len() > 254)?;
        let mut others = self.state.users.iter().filter(|user| user.id != own_id);
        let is_taken = others.any(|user| user.email.to_lowercase() == email.to_lowercase());
        refuse("email_taken", is_taken)
    }

    /// A template's name, trimmed: not blank, and no other's in any case (TPL-1).
    fn checked_name(&self, own_id: &str, name: &Value) -> Result<String, &'static str> {
        let name = text(name).trim();
        refuse("template_name", name.is_empty())?;
        let mut others = self.state.templates.iter().filter(|template| template.id != own_id);
        let is_taken = others.any(|template| template.name.to_lowercase() == name.to_lowercase());
        refuse("template_name_taken", is_taken)?;
        Ok(name.to_owned())
    }

    /// What a template grants: nothing that only users have (TPL-1), no inert action (LVL-2).
    fn checked_template(&self, grants: &Value) -> Result<Set, &'static str> {
        self.check_user_only(grants)?;
        let grants = self.catalog.raw_set(grants);
        self.check_first_actions(&grants, &Set::new())?;
        Ok(grants)
    }

    /// No setting of an area that only users have, whatever it is set to (TPL-1).
    fn check_user_only(&self, grants: &Value) -> Outcome {
        let paths: Vec<&String> = grants.as_object().into_iter().flat_map(Map::keys).collect();
        let mut user_only = self.catalog.areas.iter().filter(|area| area.user_only);
        let sets_one = user_only.any(|area| {
            let mut names = area.leaves.iter().map(|leaf| &leaf.spellings);
            paths.iter().any(|path| is_name(&area.spellings, path))
                || names.any(|names| paths.iter().any(|path| is_name(names, path)))
        });
        refuse("user_only", sets_one)
    }

    /// Nothing given is inert at once: template and grants together bring what it needs (LVL-2).
    fn check_first_actions(&self, given: &Set, template: &Set) -> Outcome {
        let valid = self.valid_inside(&(given | template));
        refuse("needs_first_action", !given.is_subset(&valid))
    }

    /// The leaf and the canonical text of a permission that may be granted.
    fn grantable(&self, permission: &str) -> Result<(Leaf, String), &'static str> {
        let (path, rung) = permission.split_once(':').ok_or("unknown_key")?;
        let leaf = self.catalog.leaves().find(|leaf| is_name(&leaf.spellings, path));
        let leaf = leaf.filter(|leaf| is_name(&leaf.rungs, rung)).ok_or("unknown_key")?; // CAT-9
        refuse("not_grantable", leaf.source != Source::Grantable)?; // CAT-4
        Ok((leaf.clone(), format!("{}:{rung}", leaf.path)))
    }
}

/// Ids are opaque, not empty and at most 255 bytes (USR-1).
fn check_id(id: &str) -> Outcome {
    refuse("invalid_id", id.is_empty() || id.len() > 255)
}

fn is_name(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known == name)
}

fn is_empty(grants: &Value) -> bool {
    grants.as_object().is_none_or(Map::is_empty)
}

// What users hold.

impl Directory {
    /// What a user may do now.
    fn effective(&self, id: &str) -> Set {
        self.oracle().effective(id)
    }

    /// What a user may do once active with every feature on: for an admin all that the role brings
    /// (ROLE-2), else what is valid of template and grants together, minus mutes (TPL-2).
    fn potential(&self, user: &User) -> Set {
        if user.role == "admin" {
            let leaves = self.catalog.leaves().filter(|leaf| leaf.source != Source::Account);
            return leaves.flat_map(|leaf| leaf.permissions.iter().cloned()).collect();
        }
        let template = self.template_set(user.template.as_deref());
        &self.valid_inside(&(&template | &user.grants)) - &self.with_dependents(&user.mutes)
    }

    /// The largest valid set inside this one (LVL-2).
    fn valid_inside(&self, set: &Set) -> Set {
        set.iter().filter(|one| set.contains(&self.needs[*one])).cloned().collect()
    }

    /// These, and all that needs one of them (TPL-5).
    fn with_dependents(&self, set: &Set) -> Set {
        let all = self.needs.iter();
        all.filter(|(one, needed)| set.contains(*one) || set.contains(*needed))
            .map(|(one, _)| one.clone())
            .collect()
    }

    /// What a template sets; nothing where there is none (TPL-8).
    fn template_set(&self, id: Option<&str>) -> Set {
        let template = id.and_then(|id| self.template(id));
        template.map(|template| template.grants.clone()).unwrap_or_default()
    }

    /// The permissions that only users have, as CRM access is (TPL-1).
    fn user_only(&self) -> Set {
        let areas = self.catalog.areas.iter().filter(|area| area.user_only);
        let leaves = areas.flat_map(|area| &area.leaves);
        leaves.flat_map(|leaf| leaf.permissions.iter().cloned()).collect()
    }

    fn area_of(&self, leaf: &Leaf) -> &Area {
        match self.catalog.areas.iter().find(|area| area.key == leaf.area) {
            Some(area) => area,
            None => panic!("no area `{}`", leaf.area),
        }
    }

    fn find(&self, id: &str) -> Option<&User> {
        self.state.users.iter().find(|user| user.id == id)
    }

    fn user(&self, id: &str) -> &User {
        match self.find(id) {
            Some(user) => user,
            None => panic!("no user `{id}`"),
        }
    }

    fn user_mut(&mut self, id: &str) -> &mut User {
        match self.state.users.iter_mut().find(|user| user.id == id) {
            Some(user) => user,
            None => panic!("no user `{id}`"),
        }
    }

    fn template(&self, id: &str) -> Option<&Template> {
        self.state.templates.iter().find(|template| template.id == id)
    }

    fn template_mut(&mut self, id: &str) -> &mut Template {
        match self.state.templates.iter_mut().find(|template| template.id == id) {
            Some(template) => template,
            None => panic!("no template `{id}`"),
        }
    }
}

// The documents.

impl Directory {
    /// Reads a valid account document.
    pub(crate) fn new(document: &Value) -> Self {
        Self::on(&Arc::new(Catalog::new(&document["catalog"])), document)
    }

    /// Reads a valid account document that stands on this catalog.
    fn on(catalog: &Arc<Catalog>, document: &Value) -> Self {
        let leaves = catalog.leaves();
        let needs = leaves.flat_map(|leaf| {
            let first = leaf.permissions.first();
            leaf.permissions.iter().map(move |one| (one.clone(), first.unwrap_or(one).clone()))
        });
        let mut directory = Self {
            catalog: Arc::clone(catalog),
            catalog_document: document["catalog"].clone(),
            needs: needs.collect(),
            id: text(&document["id"]).to_owned(),
            state: State {
                revision: document["revision"].as_u64().unwrap_or(0),
                seat_limit: document["seat_limit"].as_u64(),
                features: Set::new(),
                templates: list(&document["templates"])
                    .map(|template| Template::read(catalog, template))
                    .collect(),
                users: list(&document["users"]).map(|user| User::read(catalog, user)).collect(),
                retired: list(&document["retired"]).map(|id| text(id).to_owned()).collect(),
            },
        };
        match directory.set_features(&document["features"]) {
            Ok(()) => directory,
            Err(code) => panic!("{code}: {document}"),
        }
    }

    /// The account document, in canonical form; grants are written by what they give.
    pub(crate) fn document(&self) -> Value {
        let state = &self.state;
        let mut document = json!({
            "format": "bailiwick/account/1",
            "id": self.id,
            "catalog": self.catalog_document,
            "revision": state.revision,
        });
        if let Some(limit) = state.seat_limit {
            document["seat_limit"] = json!(limit);
        }
        let features = self.catalog.leaves().map(|leaf| leaf.path.as_str());
        document["features"] = features.filter(|path| state.features.contains(*path)).collect();
        let templates = state.templates.iter();
        document["templates"] =
            templates.map(|template| template.document(&self.catalog)).collect();
        document["users"] = state.users.iter().map(|user| user.document(&self.catalog)).collect();
        if !state.retired.is_empty() {
            document["retired"] = json!(state.retired);
        }
        document
    }

    /// Compares with another account document to the letter; of grants, what they give on each
    /// leaf, and of an inline catalog, that it is there.
    pub(crate) fn same_as(&self, document: &Value) -> Result<(), String> {
        let mut theirs = document.clone();
        for part in ["templates", "users"] {
            for holder in theirs[part].as_array_mut().into_iter().flatten() {
                self.normalise_grants(holder, part == "users");
            }
        }
        if theirs["catalog"].is_object() && self.catalog_document.is_object() {
            theirs["catalog"] = self.catalog_document.clone();
        }
        let ours = self.document();
        let [left, right] = [&ours, &theirs].map(|document| format!("{document:#}"));
        if left == right {
            return Ok(());
        }
        let mut lines = left.lines().zip(right.lines()).filter(|(left, right)| left != right);
        let (expected, found) = lines.next().unwrap_or(("another length", ""));
        Err(format!("expected {expected}\n   found {found}\nexpected {ours}\n   found {theirs}"))
    }

    fn normalise_grants(&self, holder: &mut Value, omit: bool) {
        let Some(fields) = holder.as_object_mut() else {
            return;
        };
        let Some(grants) = fields.get_mut("grants").filter(|grants| !omit || !is_empty(grants))
        else {
            return;
        };
        *grants = grants_document(&self.catalog, &self.catalog.raw_set(grants));
        if omit && is_empty(grants) {
            fields.shift_remove("grants");
        }
    }
}

impl Template {
    fn read(catalog: &Catalog, document: &Value) -> Self {
        Self {
            id: text(&document["id"]).to_owned(),
            name: text(&document["name"]).trim().to_owned(),
            grants: catalog.raw_set(&document["grants"]),
        }
    }

    fn document(&self, catalog: &Catalog) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "grants": grants_document(catalog, &self.grants),
        })
    }
}

impl User {
    fn read(catalog: &Catalog, document: &Value) -> Self {
        let status = match text(&document["status"]) {
            "invited" => "invited",
            "active" => "active",
            "suspended" => "suspended",
            status => panic!("no status `{status}`"),
        };
        let mutes = list(&document["mutes"]).map(|mute| {
            let (path, rung) = text(mute).split_once(':').unwrap_or_default();
            let leaf = catalog.leaves().find(|leaf| is_name(&leaf.spellings, path));
            format!("{}:{rung}", leaf.map_or(path, |leaf| &leaf.path))
        });
        Self {
            id: text(&document["id"]).to_owned(),
            email: text(&document["email"]).trim().to_owned(),
            role: if document["role"] == "admin" { "admin" } else { "member" },
            status,
            accepted: document["accepted"].as_bool().unwrap_or(status != "invited"),
            template: document["template"].as_str().map(str::to_owned),
            grants: catalog.raw_set(&document["grants"]),
            mutes: mutes.collect(),
            last_sign_in: document["last_sign_in"].as_i64(),
        }
    }

    fn document(&self, catalog: &Catalog) -> Value {
        let mut document = json!({
            "id": self.id,
            "email": self.email,
            "role": self.role,
            "status": self.status,
        });
        if self.status == "suspended" && !self.accepted {
            document["accepted"] = json!(false);
        }
        if let Some(template) = &self.template {
            document["template"] = json!(template);
        }
        if !self.grants.is_empty() {
            document["grants"] = grants_document(catalog, &self.grants);
        }
        if !self.mutes.is_empty() {
            let permissions = catalog.permissions().into_iter();
            document["mutes"] = permissions.filter(|one| self.mutes.contains(one)).collect();
        }
        if let Some(time) = self.last_sign_in {
            document["last_sign_in"] = json!(time);
        }
        document
    }
}

/// Writes what grants give: each area at all that some leaf has, and an override for each leaf
/// that has less.
fn grants_document(catalog: &Catalog, grants: &Set) -> Value {
    let mut document = Map::new();
    for area in &catalog.areas {
        let of = |leaf: &Leaf| -> Vec<String> {
            let rungs = area.rungs.iter();
            rungs
                .filter(|rung| grants.contains(&format!("{}:{rung}", leaf.path)))
                .cloned()
                .collect()
        };
        let leaves: Vec<(&Leaf, Vec<String>)> =
            area.leaves.iter().map(|leaf| (leaf, of(leaf))).collect();
        let some_leaf_has = |rung: &&String| leaves.iter().any(|(_, rungs)| rungs.contains(rung));
        let most: Vec<String> = area.rungs.iter().filter(some_leaf_has).cloned().collect();
        if most.is_empty() {
            continue;
        }
        document.insert(area.key.clone(), setting(area.scale, &most));
        for (leaf, rungs) in &leaves {
            if *rungs != most {
                document.insert(leaf.path.clone(), setting(area.scale, rungs));
            }
        }
    }
    Value::Object(document)
}

/// Rungs as the scale writes them (CAT-3).
fn setting(scale: Scale, rungs: &[String]) -> Value {
    match scale {
        Scale::Levels => json!(rungs.last().map_or("none", String::as_str)),
        Scale::Actions => json!(rungs),
        Scale::Toggle => json!(!rungs.is_empty()),
    }
}

fn list(document: &Value) -> impl Iterator<Item = &Value> {
    document.as_array().into_iter().flatten()
}

fn text(document: &Value) -> &str {
    match document.as_str() {
        Some(text) => text,
        None => panic!("no text: {document}"),
    }
}
