//! What each command needs and changes, once its actor may give it.

#![expect(clippy::panic, reason = "commands are known to be well formed")]

use std::collections::BTreeSet;

use serde_json::Value;

use super::checks::{check_id, check_leveled, is_empty, is_name};
use super::{Directory, Outcome, Set, Template, User, refuse};
use crate::naive::catalog::{Area, Leaf, Scale, Source};
use crate::naive::levels::Person;
use crate::naive::reading::{list, text};
use crate::naive::settings::{Grants, level_of, read_setting};

impl Directory {
    pub(super) fn change(&mut self, command: &Value, now: i64) -> Outcome {
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
            "tick" => self.set_box(user(), text(&command["permission"]), true),
            "untick" => self.set_box(user(), text(&command["permission"]), false),
            "set_area" => self.set_area(user(), text(&command["area"]), &command["level"]),
            "set_section" => self.set_section(user(), text(&command["leaf"]), &command["level"]),
            "raise" => self.raise(user(), text(&command["leaf"]), &command["level"]),
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
        let grants = self.catalog.grants(&command["grants"]);
        check_id(id)?; // USR-1
        refuse("user_exists", self.find(id).is_some())?;
        refuse("user_retired", self.state.retired.iter().any(|retired| retired == id))?;
        self.check_email(id, email)?;
        refuse("unknown_template", template.is_some_and(|id| self.template(id).is_none()))?; // TPL-8
        let is_bare = template.is_none() && is_empty(&command["grants"]);
        refuse("admin_holds_all", role == "admin" && !is_bare)?; // ROLE-2
        self.check_first_actions(&self.set_of(&grants), &self.template_set(template))?;
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
            is_united: false,
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
        let grants = self.catalog.grants(&command["grants"]);
        refuse("wrong_role", self.user(id).role == role)?;
        if role == "admin" {
            refuse("admin_holds_all", !is_empty(&command["grants"]))?; // ROLE-2
        } else {
            self.check_first_actions(&self.set_of(&grants), &Set::new())?;
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
        let (grants, mutes) = self.user_only(self.user(id));
        let user = self.user_mut(id);
        user.template = Some(template.to_owned());
        (user.grants, user.mutes) = (grants, mutes);
        Ok(())
    }

    /// Of what a user has, what only users have.
    fn user_only(&self, user: &User) -> (Grants, Set) {
        let mut grants = user.grants.clone();
        grants.retain(|path, _| self.is_user_only(path));
        let mutes = user.mutes.iter().filter(|mute| self.is_user_only(mute));
        (grants, mutes.cloned().collect())
    }

    /// Own grants and mutes stay; with `keep` the template's become own (TPL-6).
    fn clear_template(&mut self, id: &str, keep: bool) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2
        if keep {
            let mut person = self.person(self.user(id));
            for area in &self.catalog.areas {
                match area.scale {
                    Scale::Levels => person.keep_levels(area),
                    Scale::Actions | Scale::Toggle => person.keep_boxes(area),
                }
            }
            self.put(id, person);
        }
        let user = self.user_mut(id);
        user.is_united |= keep && user.template.is_some();
        user.template = None;
        Ok(())
    }

    /// One box of a person, ticked or unticked (TPL-5).
    fn set_box(&mut self, id: &str, permission: &str, is_ticked: bool) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2, USR-10
        let (leaf, rung) = self.grantable(permission)?;
        let area = self.area_of(&leaf).clone();
        refuse("wrong_scale", area.scale == Scale::Levels)?;
        let mut person = self.person(self.user(id));
        if is_ticked {
            person.tick(&area, &leaf, &rung);
        } else {
            person.untick(&area, &leaf, &rung);
        }
        self.put(id, person);
        let held = self.potential(self.user(id));
        let is_inert = is_ticked && !held.contains(&format!("{}:{rung}", leaf.path));
        refuse("needs_first_action", is_inert)
    }

    /// (LVL-13)
    fn set_area(&mut self, id: &str, path: &str, level: &Value) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2
        let area = self.catalog.areas.iter().find(|area| is_name(&area.spellings, path));
        let area = area.ok_or("unknown_key")?.clone(); // CAT-9
        check_leveled(&area)?;
        let mut person = self.person(self.user(id));
        person.set_area(&area, level_of(&read_setting(level)));
        self.put(id, person);
        Ok(())
    }

    /// (LVL-13, LVL-6)
    fn set_section(&mut self, id: &str, path: &str, level: &Value) -> Outcome {
        let (area, leaf) = self.leveled(id, path)?;
        let mut person = self.person(self.user(id));
        person.set_section(&area, &leaf, level_of(&read_setting(level)))?;
        self.put(id, person);
        Ok(())
    }

    /// (LVL-13, LVL-9)
    fn raise(&mut self, id: &str, path: &str, level: &Value) -> Outcome {
        let (area, leaf) = self.leveled(id, path)?;
        let mut person = self.person(self.user(id));
        person.raise(&area, &leaf, level_of(&read_setting(level)));
        self.put(id, person);
        Ok(())
    }

    /// A leaf with levels, and its area.
    fn leveled(&self, id: &str, path: &str) -> Result<(Area, Leaf), &'static str> {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2
        let leaf = self.catalog.leaves().find(|leaf| is_name(&leaf.spellings, path));
        let leaf = leaf.ok_or("unknown_key")?.clone(); // CAT-9
        let area = self.area_of(&leaf).clone();
        check_leveled(&area)?;
        Ok((area, leaf))
    }

    fn put(&mut self, id: &str, person: Person) {
        let user = self.user_mut(id);
        (user.grants, user.mutes) = (person.own, person.mutes);
    }

    /// All own grants at once, but for those that only users have.
    fn replace_grants(&mut self, id: &str, grants: &Value) -> Outcome {
        refuse("admin_holds_all", self.user(id).role == "admin")?; // ROLE-2
        let given = self.catalog.grants(grants);
        self.check_user_only(grants)?;
        let template = self.template_set(self.user(id).template.as_deref());
        self.check_first_actions(&self.set_of(&given), &template)?;
        let (mut grants, _) = self.user_only(self.user(id));
        grants.extend(given);
        let user = self.user_mut(id);
        (user.grants, user.is_united) = (grants, false);
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
    pub(super) fn set_features(&mut self, features: &Value) -> Outcome {
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
}
