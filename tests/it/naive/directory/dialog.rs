//! The dialog in which someone is edited (USR-15). Whether a choice may be made is found out by
//! making it on a copy.

#![expect(clippy::indexing_slicing, reason = "fields of documents are written by name")]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Directory, Set, User};
use crate::naive::catalog::{Area, Leaf, Scale, Source};
use crate::naive::levels::{Level, Person};
use crate::naive::settings::raw;

/// What a dialog shows.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    /// By permission that may be granted or comes with a role.
    pub(crate) permissions: BTreeMap<String, Shown>,
    /// By area that has levels.
    pub(crate) areas: BTreeMap<String, Levels>,
    /// Each choice as the command that makes it, with what becomes of it.
    pub(crate) choices: Vec<(Value, String)>,
}

/// One permission of someone, whatever their role and status.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Shown {
    /// Whether template and own grants give it, and no mute takes it.
    pub(crate) configured: bool,
    /// `template`, `own` or `both`; nothing if neither sets it.
    pub(crate) from: Option<&'static str>,
    /// Whether it is given, but for a mute.
    pub(crate) muted: bool,
    /// Why it is of no use even to who is active: `not_entitled` by a gate, `admin_only` for want
    /// of the role.
    pub(crate) inert: Option<&'static str>,
    /// Whether they may do it once they are active.
    pub(crate) effective: bool,
    /// The features that it needs and that are off, whatever they need in turn included (CAT-6).
    pub(crate) lacking: Set,
}

/// An area with levels, as someone sees it (LVL-13).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Levels {
    pub(crate) level: Level,
    /// Who gives as much as the level, as for a permission.
    pub(crate) from: Option<&'static str>,
    /// What each leaf is configured at, and whether it is restricted.
    pub(crate) leaves: Vec<(Level, bool)>,
}

impl Directory {
    /// The dialog about a user, as this actor sees it.
    pub(crate) fn dialog(&self, actor: &Value, id: &str, now: i64) -> Dialog {
        let user = self.user(id);
        let areas = self.leveled_areas().map(|area| {
            let person = self.person(user);
            let (level, [by_template, by_own]) = (person.level(area), person.sources(area));
            let from = origin(by_template >= level, by_own >= level).filter(|_| level > 0);
            let leaves = area.leaves.iter();
            let leaves = leaves
                .map(|leaf| (person.configured(area, leaf), person.is_restricted(area, leaf)));
            (area.key.clone(), Levels { level, from, leaves: leaves.collect() })
        });
        Dialog {
            permissions: self.shown(user),
            areas: areas.collect(),
            choices: self.tried(actor, self.edits(user), now),
        }
    }

    /// The dialog about someone who is about to be invited.
    pub(crate) fn invitation_dialog(&self, actor: &Value, now: i64) -> Dialog {
        let permissions = self.grantable_or_of_role().into_iter();
        let permissions = permissions.map(|(permission, source)| {
            let inert = self.gated(&permission, false).or_else(|| lacks_role(false, source));
            let lacking = self.lacking(&permission, false);
            (permission, Shown { inert, lacking, ..Shown::default() })
        });
        let areas = self.leveled_areas().map(|area| {
            let leaves = area.leaves.iter().map(|_| (0, false)).collect();
            (area.key.clone(), Levels { leaves, ..Levels::default() })
        });
        Dialog {
            permissions: permissions.collect(),
            areas: areas.collect(),
            choices: self.tried(actor, self.invitations(), now),
        }
    }

    fn shown(&self, user: &User) -> BTreeMap<String, Shown> {
        let (given, configured) = (self.valid(user), self.potential(user));
        let template = user.template.as_deref().and_then(|id| self.template(id));
        let of = |grants| -> Set {
            let leaves = self.catalog.leaves();
            leaves.flat_map(|leaf| leaf.permissions_of(&raw(grants, leaf))).collect()
        };
        let by_template = template.map(|template| of(&template.grants)).unwrap_or_default();
        let own = of(&user.grants);
        let is_admin = user.role == "admin";
        let mut active = self.clone();
        active.user_mut(&user.id).status = "active";
        let effective = active.effective(&user.id);
        let permissions = self.grantable_or_of_role().into_iter();
        permissions
            .map(|(permission, source)| {
                let from = origin(by_template.contains(&permission), own.contains(&permission));
                let inert = self.gated(&permission, is_admin);
                let shown = Shown {
                    configured: configured.contains(&permission),
                    from,
                    muted: given.contains(&permission) && !configured.contains(&permission),
                    inert: inert.or_else(|| lacks_role(is_admin, source)),
                    effective: effective.contains(&permission),
                    lacking: self.lacking(&permission, is_admin),
                };
                (permission, shown)
            })
            .collect()
    }

    fn grantable_or_of_role(&self) -> Vec<(String, Source)> {
        let leaves = self.catalog.leaves().filter(|leaf| leaf.source != Source::Account);
        leaves
            .flat_map(|leaf| leaf.permissions.iter().map(|one| (one.clone(), leaf.source)))
            .collect()
    }

    /// Whether nobody of the role would hold this permission, because of a feature.
    fn gated(&self, permission: &str, is_admin: bool) -> Option<&'static str> {
        let mut document = self.content();
        let role = if is_admin { "admin" } else { "member" };
        document["users"] =
            json!([{"id": "x", "email": "x@x.x", "role": role, "status": "active"}]);
        let oracle = crate::naive::Oracle::on(&self.catalog, &document);
        let denied = oracle.decide("x", &[permission.to_owned()]).err();
        denied.filter(|reason| *reason == "not_entitled")
    }

    /// The features that are off of those that a permission needs for a role, in one step or in
    /// several.
    fn lacking(&self, permission: &str, is_admin: bool) -> Set {
        let (path, rung) = permission.split_once(':').unwrap_or_default();
        let mut needed = self.catalog.needed(path, rung);
        if let Some((area, feature)) = self.catalog.delegation().filter(|_| !is_admin)
            && path.split('.').next() == Some(area)
        {
            needed.insert(feature.to_owned());
        }
        loop {
            let further = needed.iter().flat_map(|feature| self.catalog.needed(feature, "on"));
            let all: Set = needed.iter().cloned().chain(further).collect();
            if all == needed {
                break;
            }
            needed = all;
        }
        let oracle = self.oracle();
        needed.into_iter().filter(|feature| !oracle.is_turned_on(feature)).collect()
    }

    /// The edits of a template that a page about it offers, in the order of the catalog: each sets
    /// one thing, as it is set for users (TPL-3, LVL-13). With what becomes of each.
    pub(crate) fn template_dialog(
        &self,
        actor: &Value,
        id: &str,
        now: i64,
    ) -> Vec<(Value, String)> {
        let grants = self.template(id).map(|template| template.grants.clone());
        let person = Person { template: None, own: grants.unwrap_or_default(), mutes: Set::new() };
        let mut edited = Vec::new();
        for area in self.grantable_areas() {
            match area.scale {
                Scale::Levels => edited.extend(with_levels(&person, area)),
                Scale::Actions | Scale::Toggle => edited.extend(with_boxes(&person, area)),
            }
        }
        let commands = edited.iter().map(|person| {
            let grants = self.catalog.grants_document(&person.own);
            json!({"command": "edit_template", "template": id, "grants": grants})
        });
        self.tried(actor, commands.collect(), now)
    }

    /// What a document of grants stores, in a form that can be compared.
    pub(crate) fn stored(&self, grants: &Value) -> Value {
        self.as_stored(&self.catalog.grants(grants))
    }

    /// The commands that a dialog about a user offers.
    fn edits(&self, user: &User) -> Vec<Value> {
        let mut commands: Vec<Value> = ["suspend", "reactivate", "resend", "delete_user"]
            .into_iter()
            .map(|name| json!({"command": name}))
            .collect();
        for role in ["admin", "member"] {
            commands.push(json!({"command": "change_role", "role": role}));
        }
        // Who demotes an admin says what holds (ROLE-6).
        if user.role == "admin" {
            commands.push(json!({"command": "change_role", "role": "member", "keep": true}));
        }
        for keep in [false, true] {
            commands.push(json!({"command": "clear_template", "keep": keep}));
        }
        for template in &self.state.templates {
            commands.push(json!({"command": "assign_template", "template": template.id}));
        }
        for area in self.grantable_areas() {
            match area.scale {
                Scale::Levels => commands.extend(levels(area)),
                Scale::Actions | Scale::Toggle => commands.extend(boxes(area)),
            }
        }
        for command in &mut commands {
            command["user"] = json!(user.id);
        }
        commands
    }

    /// The invitations that a dialog offers: each sets one thing, and the first two nothing but a
    /// role.
    fn invitations(&self) -> Vec<Value> {
        let mut settings: Vec<Value> =
            ["admin", "member"].into_iter().map(|role| json!({"role": role})).collect();
        for template in &self.state.templates {
            settings.push(json!({"template": template.id}));
        }
        for area in self.grantable_areas() {
            let alone = one_by_one(area).into_iter();
            settings.extend(alone.map(|grants| json!({"grants": grants})));
        }
        for setting in &mut settings {
            if setting["role"].is_null() {
                setting["role"] = json!("member");
            }
            setting["command"] = json!("invite");
            setting["user"] = json!("someone new");
            setting["email"] = json!("someone@brand-new.example");
        }
        settings
    }

    fn grantable_areas(&self) -> impl Iterator<Item = &Area> {
        self.catalog.areas.iter().filter(|area| area.source == Source::Grantable)
    }

    /// What becomes of each command: `open` if it changes something, `current` if it changes
    /// nothing (REV-11), else the code of the refusal.
    fn tried(&self, actor: &Value, commands: Vec<Value>, now: i64) -> Vec<(Value, String)> {
        let commands = commands.into_iter();
        commands
            .map(|command| {
                let mut copy = self.clone();
                let answer = match copy.execute(actor, &command, now) {
                    Ok(()) if copy.said.changed => "open".to_owned(),
                    Ok(()) => "current".to_owned(),
                    Err(code) => code,
                };
                (command, answer)
            })
            .collect()
    }
}

/// Only admins hold what comes with the role (ROLE-4).
fn lacks_role(is_admin: bool, source: Source) -> Option<&'static str> {
    (source == Source::Role && !is_admin).then_some("admin_only")
}

fn origin(by_template: bool, by_own: bool) -> Option<&'static str> {
    match (by_template, by_own) {
        (true, true) => Some("both"),
        (true, false) => Some("template"),
        (false, true) => Some("own"),
        (false, false) => None,
    }
}

/// The area at each level; then each section, at each level as low as the area, and raised to each
/// that is higher.
fn with_levels(person: &Person, area: &Area) -> Vec<Person> {
    let edited = |edit: &dyn Fn(&mut Person)| {
        let mut person = person.clone();
        edit(&mut person);
        person
    };
    let levels = || [0, 1, 2].into_iter();
    let mut all: Vec<Person> =
        levels().map(|level| edited(&|person| person.set_area(area, level))).collect();
    let top = person.level(area);
    for leaf in area.leaves.iter().filter(|leaf| leaf.path != area.key) {
        all.extend(levels().filter(|level| *level <= top).map(|level| {
            edited(&|person| {
                // Not above the area.
                let _ = person.set_section(area, leaf, level);
            })
        }));
        let above = levels().filter(|level| *level > top);
        all.extend(above.map(|level| edited(&|person| person.raise(area, leaf, level))));
    }
    all
}

/// Each box ticked, with what it needs, and unticked.
fn with_boxes(person: &Person, area: &Area) -> Vec<Person> {
    let mut all = Vec::new();
    for leaf in &area.leaves {
        for rung in &leaf.rungs {
            let (mut ticked, mut unticked) = (person.clone(), person.clone());
            for needed in leaf.rungs.first().into_iter().chain([rung]) {
                ticked.tick(area, leaf, needed);
            }
            unticked.untick(area, leaf, rung);
            all.extend([ticked, unticked]);
        }
    }
    all
}

/// Levels of an area, and of its sections.
fn levels(area: &Area) -> Vec<Value> {
    let mut commands = Vec::new();
    for level in ["none", "read", "edit"] {
        commands.push(json!({"command": "set_area", "area": area.key, "level": level}));
        for leaf in area.leaves.iter().filter(|leaf| leaf.path != area.key) {
            commands.push(json!({"command": "set_section", "leaf": leaf.path, "level": level}));
        }
    }
    commands
}

/// Boxes of an area's leaves, ticked and unticked.
fn boxes(area: &Area) -> Vec<Value> {
    let permissions = area.leaves.iter().flat_map(|leaf| &leaf.permissions);
    permissions
        .flat_map(|permission| {
            ["tick", "untick"].map(|name| json!({"command": name, "permission": permission}))
        })
        .collect()
}

/// Grants that set one thing in an area and nothing beside it: all of the area to a level, one leaf
/// alone to a level (LVL-9), or one box with what it needs (LVL-2).
fn one_by_one(area: &Area) -> Vec<Value> {
    let mut grants = Vec::new();
    let alone = |leaf: &Leaf, setting: Value, nothing: &Value| {
        let mut one = json!({ &area.key: setting });
        for sibling in area.leaves.iter().filter(|other| other.path != leaf.path) {
            one[&sibling.path] = nothing.clone();
        }
        one
    };
    for level in ["none", "read", "edit"].into_iter().filter(|_| area.scale == Scale::Levels) {
        grants.push(json!({ &area.key: level }));
        for leaf in area.leaves.iter().filter(|leaf| leaf.path != area.key) {
            grants.push(alone(leaf, json!(level), &json!("none")));
        }
    }
    for leaf in area.leaves.iter().filter(|_| area.scale != Scale::Levels) {
        for (place, rung) in leaf.rungs.iter().enumerate() {
            grants.push(match (area.scale, leaf.rungs.first()) {
                (Scale::Actions, Some(first)) if place > 0 => {
                    alone(leaf, json!([first, rung]), &json!([]))
                }
                (Scale::Actions, _) => alone(leaf, json!([rung]), &json!([])),
                _ => alone(leaf, json!(true), &json!(false)),
            });
        }
    }
    grants
}
