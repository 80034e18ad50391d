//! What is commanded in stories.

#![expect(clippy::indexing_slicing, reason = "fields of documents are read and written by name")]

use serde_json::{Value, json};

use super::{IDS, Stories, TEMPLATES};
use crate::naive::{Area, Catalog, Directory, Scale, Set, Source, User};

/// How often each command is given.
const COMMANDS: [(&str, usize); 26] = [
    ("invite", 16),
    ("batch", 7),
    ("resend", 3),
    ("accept", 8),
    ("sign_in", 3),
    ("suspend", 4),
    ("reactivate", 4),
    ("change_email", 4),
    ("change_role", 5),
    ("assign_template", 6),
    ("clear_template", 4),
    ("tick", 10),
    ("untick", 8),
    ("set_area", 3),
    ("set_section", 3),
    ("raise", 2),
    ("replace_grants", 6),
    ("delete_user", 3),
    ("create_template", 6),
    ("rename_template", 3),
    ("describe_template", 3),
    ("edit_template", 5),
    ("delete_template", 4),
    ("set_seat_limit", 3),
    ("set_invitation_lifetime", 2),
    ("set_features", 2),
];

/// How often each command is given where members act.
const OF_DELEGATES: [(&str, usize); 25] = [
    ("invite", 10),
    ("batch", 1),
    ("resend", 1),
    ("accept", 3),
    ("suspend", 10),
    ("reactivate", 14),
    ("change_email", 8),
    ("change_role", 2),
    ("assign_template", 10),
    ("clear_template", 6),
    ("tick", 12),
    ("untick", 12),
    ("set_area", 2),
    ("set_section", 2),
    ("raise", 2),
    ("replace_grants", 12),
    ("delete_user", 2),
    ("create_template", 5),
    ("rename_template", 5),
    ("describe_template", 5),
    ("edit_template", 12),
    ("delete_template", 5),
    ("set_seat_limit", 1),
    ("set_invitation_lifetime", 1),
    ("set_features", 6),
];

impl Stories {
    /// The name of a command; where the catalog has levels, levels are set more often.
    pub(super) fn name(&mut self, directory: &Directory) -> &'static str {
        let has_levels = directory.catalog.areas.iter().any(|area| area.scale == Scale::Levels);
        if has_levels && self.chance(25) {
            return self.pick(&["set_area", "set_section", "raise"]);
        }
        let commands: &[(&str, usize)] = if self.of_delegates { &OF_DELEGATES } else { &COMMANDS };
        let all: usize = commands.iter().map(|(_, weight)| weight).sum();
        let mut place = self.below(all);
        for (name, weight) in commands {
            if place < *weight {
                return name;
            }
            place -= weight;
        }
        "resend"
    }

    /// Some commands at once, each for what those before it leave; none, or a batch within, now and
    /// then.
    pub(super) fn batch(&mut self, directory: &Directory, actor: &Value) -> Value {
        let mut draft = directory.clone();
        let mut steps = if self.chance(35) { self.handover(directory, actor) } else { Vec::new() };
        for step in &steps {
            let _ = draft.execute(actor, step, self.clock);
        }
        let count = if self.chance(20) { 0 } else { 1 + self.below(3) };
        let only_invites = self.chance(40);
        for _ in 0..count {
            let step = match self.name(directory) {
                "batch" => json!({"command": "batch", "commands": []}),
                _ if only_invites => self.command(&draft, actor, "invite"),
                name => self.command(&draft, actor, name),
            };
            // A refused step stays in the batch, which is then refused as well.
            let _ = draft.execute(actor, &step, self.clock);
            steps.push(step);
        }
        json!({"command": "batch", "commands": steps})
    }

    /// Somebody gives up an id or an email, and it is wanted again at once.
    pub(super) fn handover(&mut self, directory: &Directory, actor: &Value) -> Vec<Value> {
        let former = self.user_where(directory, |user| actor["user"] != user.id.as_str());
        let leave = self.pick(&["delete_user", "change_email"]);
        let mut leave = self.command(directory, actor, leave);
        leave["user"] = json!(former);
        let mut come = self.command(directory, actor, "invite");
        if self.chance(25) {
            come["user"] = json!(former);
        }
        if let Some(user) = directory.find(&former) {
            come["email"] = json!(user.email);
        }
        vec![leave, come]
    }

    pub(super) fn command(&mut self, directory: &Directory, actor: &Value, name: &str) -> Value {
        let mut command = json!({"command": name});
        self.address(directory, actor, name, &mut command);
        self.fill(directory, actor, name, &mut command);
        command
    }

    /// Whom or what the command is about.
    pub(super) fn address(
        &mut self,
        directory: &Directory,
        actor: &Value,
        name: &str,
        command: &mut Value,
    ) {
        let state = &directory.state;
        match name {
            "set_seat_limit" | "set_invitation_lifetime" | "set_features" => {}
            "invite" => {
                let is_new = |id: &&&str| !state.users.iter().any(|user| user.id == **id);
                let new: Vec<&str> = IDS.iter().filter(is_new).copied().collect();
                command["user"] = json!(self.new_id(&IDS, &new));
            }
            "create_template" => {
                let is_new = |id: &&&str| !state.templates.iter().any(|one| one.id == **id);
                let new: Vec<&str> = TEMPLATES.iter().filter(is_new).copied().collect();
                command["template"] = json!(self.new_id(&TEMPLATES, &new));
            }
            "rename_template" | "describe_template" | "edit_template" | "delete_template" => {
                command["template"] = json!(self.template(directory));
            }
            _ => {
                let first = self.subject(directory, name);
                let again = first == text(&actor["user"]) && self.chance(70);
                let subject = if again { self.subject(directory, name) } else { first };
                command["user"] = json!(subject);
            }
        }
    }

    pub(super) fn subject(&mut self, directory: &Directory, name: &str) -> String {
        let wanted: fn(&User) -> bool = match name {
            "resend" | "accept" => |user| user.status == "invited",
            "sign_in" => |user| user.status == "active",
            "reactivate" => |user| user.status == "suspended",
            "suspend" | "change_email" | "change_role" | "delete_user" => |_| true,
            _ => |user| user.role == "member",
        };
        // What is stored for admins is set and cleared as well (ROLE-6).
        let is_permissive =
            matches!(name, "suspend" | "resend" | "accept" | "sign_in" | "reactivate");
        if !is_permissive && self.chance(12) {
            return self.user_where(directory, |user| user.role == "admin");
        }
        // Whoever is suspended before accepting comes back invited, and with what they hold then.
        if name == "suspend" && self.of_delegates && self.chance(60) {
            return self.user_where(directory, |user| user.status == "invited");
        }
        self.user_where(directory, wanted)
    }

    /// The rest of a command.
    pub(super) fn fill(
        &mut self,
        directory: &Directory,
        actor: &Value,
        name: &str,
        command: &mut Value,
    ) {
        let catalog = &directory.catalog;
        match name {
            "invite" => self.fill_invitation(directory, actor, command),
            "change_email" => command["email"] = json!(self.email(directory)),
            "accept" => self.fill_acceptance(directory, command),
            "change_role" => {
                command["role"] = json!(self.pick(&["admin", "member"]));
                let is_demotion = command["role"] == "member";
                match self.below(100) {
                    0..35 if is_demotion => command["keep"] = json!(self.chance(85)),
                    35..70 if is_demotion => {
                        command["grants"] = self.fitting_grants(directory, actor, |_| true);
                    }
                    90.. => command["grants"] = self.fitting_grants(directory, actor, |_| true),
                    _ => {}
                }
            }
            "assign_template" => command["template"] = json!(self.template(directory)),
            "clear_template" if self.chance(70) => command["keep"] = json!(self.chance(60)),
            "tick" | "untick" => {
                let subject = directory.find(text(&command["user"]));
                command["permission"] = json!(self.permission(directory, subject, actor));
            }
            "set_area" | "set_section" | "raise" => {
                let field = if name == "set_area" { "area" } else { "leaf" };
                command[field] = json!(self.leveled(catalog, name));
                command["level"] = json!(self.pick(&["none", "read", "edit"]));
            }
            "replace_grants" => {
                let any_area = self.chance(15);
                let settable =
                    if any_area { |_: &Area| true } else { |area: &Area| !area.user_only };
                command["grants"] = self.fitting_grants(directory, actor, settable);
            }
            "create_template" | "edit_template" => {
                if name == "create_template" {
                    command["name"] = json!(self.template_name());
                    if self.chance(40) {
                        command["description"] = self.description();
                    }
                }
                let any_area = self.chance(10);
                let settable =
                    if any_area { |_: &Area| true } else { |area: &Area| !area.user_only };
                command["grants"] = self.fitting_grants(directory, actor, settable);
            }
            "rename_template" => command["name"] = json!(self.template_name()),
            "describe_template" => command["description"] = self.description(),
            "delete_template" => {
                command["acknowledged"] = self.acknowledged(directory, command);
                if self.chance(45) {
                    command["reassign_to"] = json!(self.template(directory));
                }
            }
            "set_seat_limit" => {
                let limit = directory.state.users.len() + self.below(4);
                command["limit"] =
                    if self.chance(40) { Value::Null } else { json!(limit.saturating_sub(1)) };
                if self.chance(50) {
                    command["seats"] = json!(self.pick(&["refuse", "warn"]));
                }
            }
            "set_invitation_lifetime" => {
                command["days"] = match self.below(100) {
                    0..25 => Value::Null,
                    25..30 => json!(0),
                    30..35 => json!(3_651),
                    35..38 => json!(3_650),
                    _ => json!(1 + self.below(4)),
                };
            }
            "set_features" => {
                command["features"] = self.features(catalog);
                if self.chance(15) {
                    let paths: Vec<&String> = catalog.areas.iter().map(|area| &area.key).collect();
                    let wrong =
                        if self.chance(50) { "no.such" } else { paths[self.below(paths.len())] };
                    if let Some(features) = command["features"].as_array_mut() {
                        features.push(json!(wrong));
                    }
                }
            }
            _ => {}
        }
    }

    /// The generation that is accepted, if one is presented: the last, an older one, or one that
    /// was never sent.
    fn fill_acceptance(&mut self, directory: &Directory, command: &mut Value) {
        let user = directory.find(text(&command["user"]));
        let invitation = user.and_then(|user| user.invitation);
        let last = invitation.map_or(0, |invitation| invitation.generation);
        match self.below(100) {
            0..40 => {}
            40..55 => command["generation"] = json!(last.saturating_sub(1)),
            55..62 => command["generation"] = json!(last + 1),
            _ => command["generation"] = json!(last),
        }
    }

    pub(super) fn fill_invitation(
        &mut self,
        directory: &Directory,
        actor: &Value,
        command: &mut Value,
    ) {
        command["email"] = if self.chance(60) {
            json!(format!("{}@acme.example", text(&command["user"])))
        } else {
            json!(self.email(directory))
        };
        let is_admin = self.chance(25);
        if is_admin || self.chance(50) {
            command["role"] = json!(if is_admin { "admin" } else { "member" });
        }
        if self.chance(if is_admin { 25 } else { 50 }) {
            command["template"] = json!(self.template(directory));
        }
        if self.chance(if is_admin { 25 } else { 60 }) {
            command["grants"] = self.fitting_grants(directory, actor, |_| true);
        }
    }

    /// An id that may be taken, was taken, or cannot be.
    pub(super) fn new_id(&mut self, ids: &[&str], new: &[&str]) -> String {
        match self.below(100) {
            0..2 => String::new(),
            2..4 => "é".repeat(128),
            4..75 if !new.is_empty() => self.pick(new).to_owned(),
            _ => self.pick(ids).to_owned(),
        }
    }

    pub(super) fn template(&mut self, directory: &Directory) -> String {
        let templates = &directory.state.templates;
        if !templates.is_empty() && self.chance(85) {
            return templates[self.below(templates.len())].id.clone();
        }
        self.pick(&TEMPLATES).to_owned()
    }

    /// Who refers to the template, or who else there is.
    pub(super) fn acknowledged(&mut self, directory: &Directory, command: &Value) -> Value {
        let exact = self.chance(75);
        let users = directory.state.users.iter();
        let mut ids: Vec<&str> = users
            .filter(|user| {
                let refers = user.template.as_deref() == command["template"].as_str();
                if exact { refers } else { self.chance(40) }
            })
            .map(|user| user.id.as_str())
            .collect();
        ids.reverse();
        json!(ids)
    }

    /// A permission: mostly one that may be granted, that the subject or the actor has.
    pub(super) fn permission(
        &mut self,
        directory: &Directory,
        user: Option<&User>,
        actor: &Value,
    ) -> String {
        let catalog = &directory.catalog;
        let all = catalog.permissions();
        let given = || -> Set {
            let template = user.map(|user| directory.template_set(user.template.as_deref()));
            let own = user.map(|user| &directory.set_of(&user.grants) | &user.mutes);
            &template.unwrap_or_default() | &own.unwrap_or_default()
        };
        let pool: Vec<String> = match self.below(100) {
            0..6 => vec!["nowhere:view".to_owned(), "conversations".to_owned(), String::new()],
            6..10 => all.iter().map(|one| format!("{one}_too")).collect(),
            10..14 => catalog.areas.iter().map(|area| format!("{}:read", area.key)).collect(),
            14..20 => all,
            20..55 => given().into_iter().collect(),
            55..75 => held_by(directory, actor).into_iter().collect(),
            _ => grantable(catalog),
        };
        let pool = if pool.is_empty() { catalog.permissions() } else { pool };
        let permission = &pool[self.below(pool.len())];
        let (path, rung) = permission.split_once(':').unwrap_or((permission, ""));
        let leaf = catalog.leaves().find(|leaf| leaf.path == path);
        match leaf {
            Some(leaf) => format!("{}:{rung}", self.spelled(&leaf.spellings)),
            None => permission.clone(),
        }
    }

    /// An area or leaf that has levels, for the most part of the kind that the command sets.
    pub(super) fn leveled(&mut self, catalog: &Catalog, name: &str) -> String {
        let (any_scale, any_kind) = (self.chance(10), self.chance(10));
        let areas = catalog.areas.iter();
        let areas = areas.filter(|area| any_scale || area.scale == Scale::Levels);
        let names: Vec<&Vec<String>> = areas
            .flat_map(|area| {
                let is_area = any_kind || name == "set_area";
                let is_leaf = any_kind || name != "set_area";
                let leaves = area.leaves.iter().map(|leaf| &leaf.spellings);
                leaves
                    .filter(move |_| is_leaf)
                    .chain([&area.spellings].into_iter().filter(move |_| is_area))
            })
            .collect();
        if names.is_empty() || self.chance(4) {
            return self.pick(&["nowhere", "conversations", "crm"]).to_owned();
        }
        let place = self.below(names.len());
        self.spelled(names[place])
    }
}

fn text(document: &Value) -> &str {
    document.as_str().unwrap_or_default()
}

/// What an actor may do; nothing unless a user of the account.
pub(super) fn held_by(directory: &Directory, actor: &Value) -> Set {
    actor["user"].as_str().map(|id| directory.effective(id)).unwrap_or_default()
}

fn grantable(catalog: &Catalog) -> Vec<String> {
    let leaves = catalog.leaves().filter(|leaf| leaf.source == Source::Grantable);
    leaves.flat_map(|leaf| leaf.permissions.clone()).collect()
}
