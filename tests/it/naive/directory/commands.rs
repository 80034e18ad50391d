//! What each command needs and changes, once its actor may give it.

#![expect(clippy::panic, reason = "commands are known to be well formed")]

use std::collections::BTreeSet;

use serde_json::Value;

use super::checks::{check_id, check_leveled, checked_description, is_empty, is_name};
use super::{Directory, Invitation, Outcome, Set, Template, User, refuse};
use crate::naive::catalog::{Area, Leaf, Scale, Source};
use crate::naive::levels::Person;
use crate::naive::reading::{list, text};
use crate::naive::settings::{Grants, level_of, read_setting};

impl Directory {
    pub(super) fn change(&mut self, command: &Value, now: i64) -> Outcome {
        let user = || text(&command["user"]);
        match text(&command["command"]) {
            "invite" => self.invite(command, now),
            "resend" => self.resend(user(), now),
            "accept" => self.accept(user(), &command["generation"], now),
            "sign_in" => self.sign_in(user(), now),
            "suspend" => self.suspend(user()),
            "reactivate" => self.reactivate(user()),
            "change_email" => self.change_email(user(), text(&command["email"]), now),
            "change_role" => self.change_role(user(), command),
            "assign_template" => {
                self.assign_template(user(), text(&command["template"]));
                Ok(())
            }
            "clear_template" => {
                self.clear_template(user(), command["keep"] == true);
                Ok(())
            }
            "tick" => self.set_box(user(), text(&command["permission"]), true),
            "untick" => self.set_box(user(), text(&command["permission"]), false),
            "set_area" => self.set_area(user(), text(&command["area"]), &command["level"]),
            "set_section" => self.set_section(user(), text(&command["leaf"]), &command["level"]),
            "raise" => self.raise(user(), text(&command["leaf"]), &command["level"]),
            "replace_grants" => self.replace_grants(user(), &command["grants"]),
            "delete_user" => self.delete_user(user()),
            "create_template" => self.create_template(command),
            "rename_template" => self.rename_template(command),
            "describe_template" => self.describe_template(command),
            "edit_template" => self.edit_template(command),
            "delete_template" => self.delete_template(command),
            "set_seat_limit" => {
                // A limit below the used seats removes nobody (USR-6).
                self.state.seat_limit = command["limit"].as_u64();
                if let Some(seats) = command["seats"].as_str() {
                    self.state.warns = seats == "warn";
                }
                Ok(())
            }
            "set_invitation_lifetime" => self.set_lifetime(&command["days"]),
            "set_features" => self.set_features(&command["features"]),
            "batch" => Err("nested_batch"),
            name => panic!("no command `{name}`"),
        }
    }

    /// An entry takes one seat at once, whatever its status (USR-5), and is nothing but what the
    /// invitation says (ROLE-3, ROLE-7).
    fn invite(&mut self, command: &Value, now: i64) -> Outcome {
        let (id, email) = (text(&command["user"]), text(&command["email"]).trim());
        let role = if command["role"] == "admin" { "admin" } else { "member" };
        let template = command["template"].as_str();
        let grants = self.catalog.grants(&command["grants"]);
        check_id(id)?; // USR-1
        refuse("user_exists", self.find(id).is_some())?;
        refuse("user_retired", self.state.retired.iter().any(|retired| retired == id))?;
        self.check_email(id, email)?;
        refuse("unknown_template", template.is_some_and(|id| self.template(id).is_none()))?; // TPL-8
        self.check_first_actions(&self.set_of(&grants), &self.template_set(template))?;
        self.take_seat()?;
        self.state.users.push(User {
            id: id.to_owned(),
            email: email.to_owned(),
            role,
            status: "invited",
            accepted: false,
            invitation: Some(Invitation { sent: now, generation: 1 }),
            template: template.map(str::to_owned),
            grants,
            mutes: Set::new(),
            last_sign_in: None,
        });
        self.send(id);
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
        self.end_sessions(id);
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

    /// Keeps everything else (USR-4). Who has not accepted is invited at the new address, and no
    /// longer at the former one.
    fn change_email(&mut self, id: &str, email: &str, now: i64) -> Outcome {
        let email = email.trim();
        self.check_email(id, email)?;
        if self.user(id).email == email {
            return Ok(());
        }
        email.clone_into(&mut self.user_mut(id).email);
        self.end_sessions(id);
        self.supersede(id, now);
        Ok(())
    }

    /// Whoever becomes admin keeps what is stored; of who becomes a member the command says what
    /// holds (ROLE-6).
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
        if role == "member" && command["keep"] != true {
            user.template = None;
            user.grants = grants;
            user.mutes = Set::new();
        }
        Ok(())
    }

    /// The user's set is the template's from here on, but for what only users have (TPL-4).
    fn assign_template(&mut self, id: &str, template: &str) {
        let (grants, mutes) = self.user_only(self.user(id));
        let user = self.user_mut(id);
        user.template = Some(template.to_owned());
        (user.grants, user.mutes) = (grants, mutes);
    }

    /// Of what a user has, what only users have.
    fn user_only(&self, user: &User) -> (Grants, Set) {
        let mut grants = user.grants.clone();
        grants.retain(|path, _| self.is_user_only(path));
        let mutes = user.mutes.iter().filter(|mute| self.is_user_only(mute));
        (grants, mutes.cloned().collect())
    }

    /// Own grants and mutes stay; with `keep` the template's become own (TPL-6).
    fn clear_template(&mut self, id: &str, keep: bool) {
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
        self.user_mut(id).template = None;
    }

    /// One box of a person, ticked or unticked (TPL-5).
    fn set_box(&mut self, id: &str, permission: &str, is_ticked: bool) -> Outcome {
        let (leaf, rung) = self.grantable(permission)?;
        let area = self.area_of(&leaf).clone();
        // No box on a level, whoever it is for.
        refuse("wrong_scale", area.scale == Scale::Levels)?;
        // An admin has CRM access whatever is stored (USR-10).
        let is_refused = self.user(id).role == "admin" && area.user_only && !is_ticked;
        refuse("admin_holds_all", is_refused)?;
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
        let (area, leaf) = self.leveled(path)?;
        let mut person = self.person(self.user(id));
        person.set_section(&area, &leaf, level_of(&read_setting(level)))?;
        self.put(id, person);
        Ok(())
    }

    /// (LVL-13, LVL-9)
    fn raise(&mut self, id: &str, path: &str, level: &Value) -> Outcome {
        let (area, leaf) = self.leveled(path)?;
        let mut person = self.person(self.user(id));
        person.raise(&area, &leaf, level_of(&read_setting(level)));
        self.put(id, person);
        Ok(())
    }

    /// A leaf with levels, and its area.
    fn leveled(&self, path: &str) -> Result<(Area, Leaf), &'static str> {
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
        let given = self.catalog.grants(grants);
        self.check_user_only(grants)?;
        let template = self.template_set(self.user(id).template.as_deref());
        self.check_first_actions(&self.set_of(&given), &template)?;
        let (mut grants, _) = self.user_only(self.user(id));
        grants.extend(given);
        self.user_mut(id).grants = grants;
        Ok(())
    }

    /// At once, for good (USR-8).
    fn delete_user(&mut self, id: &str) -> Outcome {
        self.keep_an_admin(id)?;
        self.end_sessions(id);
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
        let description = checked_description(&command["description"])?;
        self.state.templates.push(Template { id: id.to_owned(), name, description, grants });
        Ok(())
    }

    /// (TPL-1)
    fn rename_template(&mut self, command: &Value) -> Outcome {
        let id = text(&command["template"]);
        let name = self.checked_name(id, &command["name"])?;
        self.template_mut(id).name = name;
        Ok(())
    }

    /// (TPL-10)
    fn describe_template(&mut self, command: &Value) -> Outcome {
        let description = checked_description(&command["description"])?;
        self.template_mut(text(&command["template"])).description = description;
        Ok(())
    }

    /// Every user who refers to it changes with it (TPL-3).
    fn edit_template(&mut self, command: &Value) -> Outcome {
        let grants = self.checked_template(&command["grants"])?;
        self.template_mut(text(&command["template"])).grants = grants;
        Ok(())
    }

    /// Whoever refers to it is acknowledged (TPL-7), and assigned another template if the command
    /// says which (TPL-10), else left without one.
    fn delete_template(&mut self, command: &Value) -> Outcome {
        let id = text(&command["template"]);
        let other = command["reassign_to"].as_str();
        let is_there = |other: &str| other != id && self.template(other).is_some();
        refuse("unknown_template", other.is_some_and(|other| !is_there(other)))?; // TPL-8
        let referring: BTreeSet<String> = self.referring(id).into_iter().collect();
        let acknowledged: BTreeSet<String> =
            list(&command["acknowledged"]).map(|id| text(id).to_owned()).collect();
        refuse("template_in_use", acknowledged != referring)?;
        for user in referring {
            match other {
                Some(other) => self.assign_template(&user, other),
                None => self.user_mut(&user).template = None,
            }
        }
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
