//! Random stories: a small account, and the commands that people give it. Few ids, emails and
//! names, so that they collide; many actors who may do some things and not others.
//!
//! From top to bottom: the strategies for tests, accounts, actors, commands, settings, chance.

use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Directory, HOST_ONLY, Set, User};
use crate::oracle::{Area, Catalog, Leaf, Scale, Source};
use crate::worlds;

/// An actor, a command, and the time.
pub(crate) type Step = (Value, Value, i64);

/// An account on a catalog, and what happens to it; what shrinks is left out of the story.
pub(crate) fn story(catalog: Value) -> impl Strategy<Value = (Value, Vec<Step>)> {
    let kept = vec(weighted(0.97), 1..=40);
    (any::<u64>().no_shrink(), kept).prop_map(move |(seed, kept)| {
        let mut stories = Stories::new(seed);
        let start = stories.start(&catalog);
        let mut directory = Directory::new(&start);
        let mut steps = Vec::new();
        for kept in kept {
            let (actor, command, now) = stories.next(&directory);
            if kept {
                // Refusals are part of the story.
                let _ = directory.execute(&actor, &command, now);
                steps.push((actor, command, now));
            }
        }
        (start, steps)
    })
}

/// A story on the tenant catalog for the most part, on one of the studio's or on a random one.
pub(crate) fn any_story() -> impl Strategy<Value = (Value, Vec<Step>)> {
    let catalogs = prop_oneof![
        5 => Just(json!("tenant/1")),
        2 => Just(json!("studio/2026-06")),
        1 => Just(json!("studio/2026-03")),
        2 => worlds::catalog(),
    ];
    catalogs.prop_flat_map(story)
}

/// A source of accounts and commands without end, the same for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Stories {
    state: u64,
    clock: i64,
}

const IDS: [&str; 6] = ["u0", "u1", "u2", "u3", "u4", "u5"];

const TEMPLATES: [&str; 3] = ["t0", "t1", "t2"];

const NAMES: [&str; 8] =
    ["Support", "SUPPORT", " support ", "Team lead", "Zürich", "ZÜRICH", "QA", "People desk"];

const EMAILS: [&str; 4] =
    ["ana@acme.example", "Ana@ACME.example", " kim@acme.example\t", "zoë@north.example"];

const BAD_EMAILS: [&str; 8] =
    ["", "ana", "@acme.example", "ana@", "a@b@c", "a b@c", "a\u{7}@b", "a@\u{a0}b"];

impl Stories {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, clock: 1_790_000_000_000 }
    }

    /// A small account on a catalog; mostly with an admin, and with delegation on and in use.
    pub(crate) fn start(&mut self, catalog_document: &Value) -> Value {
        let catalog = Catalog::new(catalog_document);
        let mut document = json!({
            "format": "bailiwick/account/1",
            "id": self.pick(&["acme", "north"]),
            "catalog": catalog_document,
            "revision": self.below(100),
        });
        if self.chance(50) {
            document["seat_limit"] = json!(1 + self.below(6));
        }
        document["features"] = self.features(&catalog);
        let templates: Vec<&str> = TEMPLATES.into_iter().filter(|_| self.chance(50)).collect();
        document["templates"] = templates
            .iter()
            .map(|id| {
                let grants = self.grants(&catalog, |area| !area.user_only, None);
                json!({"id": id, "name": format!("Template {id}"), "grants": grants})
            })
            .collect();
        let count = if self.chance(90) { 3 + self.below(3) } else { self.below(3) };
        let users = IDS.iter().take(count).enumerate();
        document["users"] =
            users.map(|(place, id)| self.user(&catalog, place, id, &templates)).collect();
        if count < IDS.len() && self.chance(20) {
            document["retired"] = json!(["u5"]);
        }
        document
    }

    /// The next command, likely or not, for the account as it is.
    pub(crate) fn next(&mut self, directory: &Directory) -> Step {
        let name = self.name(directory);
        let actor = self.actor(directory, name);
        let command = if name == "batch" {
            self.batch(directory, &actor)
        } else {
            self.command(directory, &actor, name)
        };
        self.clock += 1 + i64::try_from(self.below(1000)).unwrap_or(0);
        let delay = if self.chance(20) { self.below(5000) } else { 0 };
        (actor, command, self.clock - i64::try_from(delay).unwrap_or(0))
    }
}

// Accounts.

impl Stories {
    fn user(&mut self, catalog: &Catalog, place: usize, id: &str, templates: &[&str]) -> Value {
        let is_admin = if place == 0 { self.chance(90) } else { self.chance(15) };
        let is_active = self.chance(if place < 2 { 92 } else { 70 });
        let status = if is_active { "active" } else { self.pick(&["invited", "suspended"]) };
        let mut document = json!({
            "id": id,
            "email": format!("{id}@acme.example"),
            "role": if is_admin { "admin" } else { "member" },
            "status": status,
        });
        if status == "suspended" && self.chance(50) {
            document["accepted"] = json!(false);
        }
        if !templates.is_empty() && self.chance(40) {
            document["template"] = json!(self.pick(templates));
        }
        let mut grants = self.grants(catalog, |_| true, None);
        if let Some((area, _)) = catalog.delegation()
            && self.chance(if place == 1 { 90 } else { 40 })
        {
            let actions = ["view", "create", "edit", "delete", "manage"];
            let mut held: Vec<&str> = actions.into_iter().filter(|_| self.chance(85)).collect();
            held.sort_by_key(|action| *action != "view");
            grants[area] = json!(held);
        }
        document["grants"] = grants;
        let mutable = grantable(catalog);
        let mut mutes = Set::new();
        for _ in 0..2 {
            if !mutable.is_empty() && self.chance(20) {
                mutes.insert(mutable[self.below(mutable.len())].clone());
            }
        }
        document["mutes"] = json!(mutes);
        if self.chance(30) {
            document["last_sign_in"] = json!(self.clock - 1000);
        }
        document
    }

    /// Features by any of their names, the one that delegation needs more often than others.
    fn features(&mut self, catalog: &Catalog) -> Value {
        let delegation = catalog.delegation().map(|(_, feature)| feature);
        let features = catalog.leaves().filter(|leaf| leaf.source == Source::Account);
        features
            .filter_map(|leaf| {
                let percent = if delegation == Some(&leaf.path) { 90 } else { 60 };
                self.chance(percent).then(|| json!(self.spelled(&leaf.spellings)))
            })
            .collect()
    }
}

// Actors.

impl Stories {
    /// Mostly somebody who might: the host for what only it may do, else anybody.
    fn actor(&mut self, directory: &Directory, name: &str) -> Value {
        if HOST_ONLY.contains(&name) && self.chance(85) {
            return json!("host");
        }
        let user = |id: &str| json!({"user": id, "account": directory.id});
        let users = directory.state.users.iter();
        let has_delegates = users.clone().any(|user| is_delegate(directory, user));
        match self.below(100) {
            0..46 if has_delegates => {
                user(&self.user_where(directory, |user| is_delegate(directory, user)))
            }
            46..66 => json!("host"),
            92..95 => user(self.pick(&IDS)),
            95..98 => json!({"user": self.pick(&IDS), "account": "elsewhere"}),
            98.. => json!({"agency": self.pick(&["acme", "agency"])}),
            _ => user(&self.user_where(directory, is_active_admin)),
        }
    }

    /// A user for whom something holds, if there is one; sometimes anybody, or nobody.
    fn user_where(&mut self, directory: &Directory, wanted: impl Fn(&User) -> bool) -> String {
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
        && (user.grants.contains(&view) || template.is_some_and(|one| one.grants.contains(&view)))
}

// Commands.

/// How often each command is given.
const COMMANDS: [(&str, usize); 22] = [
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
    ("set_level", 4),
    ("replace_grants", 6),
    ("delete_user", 3),
    ("create_template", 6),
    ("rename_template", 3),
    ("edit_template", 5),
    ("delete_template", 4),
    ("set_seat_limit", 2),
    ("set_features", 2),
];

impl Stories {
    /// The name of a command; where the catalog has levels, levels are set more often.
    fn name(&mut self, directory: &Directory) -> &'static str {
        let has_levels = directory.catalog.areas.iter().any(|area| area.scale == Scale::Levels);
        if has_levels && self.chance(10) {
            return "set_level";
        }
        let all: usize = COMMANDS.iter().map(|(_, weight)| weight).sum();
        let mut place = self.below(all);
        for (name, weight) in COMMANDS {
            if place < weight {
                return name;
            }
            place -= weight;
        }
        "resend"
    }

    /// Some commands at once, each for what those before it leave; none, or a batch within, now and
    /// then.
    fn batch(&mut self, directory: &Directory, actor: &Value) -> Value {
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
    fn handover(&mut self, directory: &Directory, actor: &Value) -> Vec<Value> {
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

    fn command(&mut self, directory: &Directory, actor: &Value, name: &str) -> Value {
        let mut command = json!({"command": name});
        self.address(directory, actor, name, &mut command);
        self.fill(directory, actor, name, &mut command);
        command
    }

    /// Whom or what the command is about.
    fn address(&mut self, directory: &Directory, actor: &Value, name: &str, command: &mut Value) {
        let state = &directory.state;
        match name {
            "set_seat_limit" | "set_features" => {}
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
            "rename_template" | "edit_template" | "delete_template" => {
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

    fn subject(&mut self, directory: &Directory, name: &str) -> String {
        let wanted: fn(&User) -> bool = match name {
            "resend" | "accept" => |user| user.status == "invited",
            "sign_in" => |user| user.status == "active",
            "reactivate" => |user| user.status == "suspended",
            "suspend" | "change_email" | "change_role" | "delete_user" => |_| true,
            _ => |user| user.role == "member",
        };
        self.user_where(directory, wanted)
    }

    /// The rest of a command.
    fn fill(&mut self, directory: &Directory, actor: &Value, name: &str, command: &mut Value) {
        let catalog = &directory.catalog;
        match name {
            "invite" => self.fill_invitation(directory, actor, command),
            "change_email" => command["email"] = json!(self.email(directory)),
            "change_role" => {
                command["role"] = json!(self.pick(&["admin", "member"]));
                if self.chance(if command["role"] == "admin" { 15 } else { 50 }) {
                    command["grants"] = self.fitting_grants(directory, actor, |_| true);
                }
            }
            "assign_template" => command["template"] = json!(self.template(directory)),
            "clear_template" if self.chance(70) => command["keep"] = json!(self.chance(60)),
            "tick" | "untick" => {
                let subject = directory.find(text(&command["user"]));
                command["permission"] = json!(self.permission(directory, subject, actor));
            }
            "set_level" => {
                command["leaf"] = json!(self.leveled(catalog));
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
                }
                let any_area = self.chance(10);
                let settable =
                    if any_area { |_: &Area| true } else { |area: &Area| !area.user_only };
                command["grants"] = self.fitting_grants(directory, actor, settable);
            }
            "rename_template" => command["name"] = json!(self.template_name()),
            "delete_template" => command["acknowledged"] = self.acknowledged(directory, command),
            "set_seat_limit" => {
                let limit = directory.state.users.len() + self.below(4);
                command["limit"] =
                    if self.chance(40) { Value::Null } else { json!(limit.saturating_sub(1)) };
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

    fn fill_invitation(&mut self, directory: &Directory, actor: &Value, command: &mut Value) {
        command["email"] = if self.chance(60) {
            json!(format!("{}@acme.example", text(&command["user"])))
        } else {
            json!(self.email(directory))
        };
        let is_admin = self.chance(25);
        if is_admin || self.chance(50) {
            command["role"] = json!(if is_admin { "admin" } else { "member" });
        }
        if self.chance(if is_admin { 10 } else { 50 }) {
            command["template"] = json!(self.template(directory));
        }
        if self.chance(if is_admin { 10 } else { 60 }) {
            command["grants"] = self.fitting_grants(directory, actor, |_| true);
        }
    }

    /// An id that may be taken, was taken, or cannot be.
    fn new_id(&mut self, ids: &[&str], new: &[&str]) -> String {
        match self.below(100) {
            0..2 => String::new(),
            2..4 => "é".repeat(128),
            4..75 if !new.is_empty() => self.pick(new).to_owned(),
            _ => self.pick(ids).to_owned(),
        }
    }

    fn template(&mut self, directory: &Directory) -> String {
        let templates = &directory.state.templates;
        if !templates.is_empty() && self.chance(85) {
            return templates[self.below(templates.len())].id.clone();
        }
        self.pick(&TEMPLATES).to_owned()
    }

    fn template_name(&mut self) -> &'static str {
        if self.chance(6) { self.pick(&["", " \t"]) } else { self.pick(&NAMES) }
    }

    /// An email that is new, somebody's in some case, or no email.
    fn email(&mut self, directory: &Directory) -> String {
        let users = &directory.state.users;
        match self.below(100) {
            0..12 => self.pick(&BAD_EMAILS).to_owned(),
            12..14 => format!("{}@acme.example", "a".repeat(242)),
            14..40 if !users.is_empty() => users[self.below(users.len())].email.to_uppercase(),
            40..70 => self.pick(&EMAILS).to_owned(),
            _ => format!("{}{}@acme.example", self.pick(&IDS), self.below(3)),
        }
    }

    /// Who refers to the template, or who else there is.
    fn acknowledged(&mut self, directory: &Directory, command: &Value) -> Value {
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
    fn permission(&mut self, directory: &Directory, user: Option<&User>, actor: &Value) -> String {
        let catalog = &directory.catalog;
        let all = catalog.permissions();
        let given = || -> Set {
            let template = user.map(|user| directory.template_set(user.template.as_deref()));
            let own = user.map(|user| &user.grants | &user.mutes);
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

    /// An area or leaf that has levels, for the most part.
    fn leveled(&mut self, catalog: &Catalog) -> String {
        let anything = self.chance(20);
        let areas = catalog.areas.iter();
        let areas = areas.filter(|area| anything || area.scale == Scale::Levels);
        let names: Vec<&Vec<String>> = areas
            .flat_map(|area| {
                let leaves = area.leaves.iter().map(|leaf| &leaf.spellings);
                leaves.chain([&area.spellings])
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
fn held_by(directory: &Directory, actor: &Value) -> Set {
    actor["user"].as_str().map(|id| directory.effective(id)).unwrap_or_default()
}

fn grantable(catalog: &Catalog) -> Vec<String> {
    let leaves = catalog.leaves().filter(|leaf| leaf.source == Source::Grantable);
    leaves.flat_map(|leaf| leaf.permissions.clone()).collect()
}

// Settings.

impl Stories {
    /// Grants that for a member are often within what they hold.
    fn fitting_grants(
        &mut self,
        directory: &Directory,
        actor: &Value,
        settable: fn(&Area) -> bool,
    ) -> Value {
        let user = actor["user"].as_str().and_then(|id| directory.find(id));
        let is_member = user.is_some_and(|user| user.role == "member");
        let held = (is_member && self.chance(65)).then(|| held_by(directory, actor));
        self.grants(&directory.catalog, settable, held.as_ref())
    }

    /// Valid grants over some of the areas that may be set here, if so within a set.
    fn grants(
        &mut self,
        catalog: &Catalog,
        settable: fn(&Area) -> bool,
        within: Option<&Set>,
    ) -> Value {
        let mut grants = Map::new();
        let share = self.pick(&[15, 35, 60]);
        for area in &catalog.areas {
            if area.source != Source::Grantable || !settable(area) || !self.chance(share) {
                continue;
            }
            let leaves: Vec<&Leaf> = area.leaves.iter().collect();
            grants.insert(self.spelled(&area.spellings), self.setting(area, &leaves, within));
            for leaf in leaves {
                if leaf.path != area.key && self.chance(25) {
                    let setting = self.setting(area, &[leaf], within);
                    grants.insert(self.spelled(&leaf.spellings), setting);
                }
            }
        }
        Value::Object(grants)
    }

    /// A setting in the words of the area's scale; within a set, of what it has on all the leaves.
    fn setting(&mut self, area: &Area, leaves: &[&Leaf], within: Option<&Set>) -> Value {
        let is_within = |rung: &String| {
            let permissions = leaves.iter().map(|leaf| format!("{}:{rung}", leaf.path));
            within.is_none_or(|within| permissions.clone().all(|one| within.contains(&one)))
        };
        let allowed: Vec<&String> = area.rungs.iter().filter(|rung| is_within(rung)).collect();
        match area.scale {
            Scale::Levels => {
                let level = self.below(3).min(allowed.len());
                json!(["none", "read", "edit"][level])
            }
            Scale::Toggle => json!(!allowed.is_empty() && self.chance(80)),
            Scale::Actions => {
                let first = area.rungs.first();
                let share = if within.is_some() { 95 } else { 75 };
                let percent = |rung| if Some(rung) == first { share } else { 40 };
                let picked = allowed.into_iter().filter(|rung| self.chance(percent(*rung)));
                json!(picked.collect::<Vec<_>>())
            }
        }
    }

    /// One of the names of a thing: mostly the canonical one.
    fn spelled(&mut self, spellings: &[String]) -> String {
        let place = if self.chance(85) { 0 } else { self.below(spellings.len()) };
        spellings[place].clone()
    }
}

// Chance.

impl Stories {
    /// A number below `end`, by `SplitMix64`.
    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end as u64).unwrap_or(0)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}
