use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::bits::Bits;
use crate::catalog::definition::Source;
use crate::catalog::settings::level_of;
use crate::catalog::tree::{Node, NodeId, Tree};
use crate::catalog::{Catalog, Setting};
use crate::decision::{Decision, Reason};
use crate::grants::Grants;
use crate::key::TemplateId;
use crate::lattice::Lattice;
use crate::level::Level;
use crate::mutes::Mute;
use crate::name::names;
use crate::permission::Permission;
use crate::profile::{Layers, Profile};
use crate::requirement::Requirement;
use crate::role::{Role, Status};
use crate::text::Word;

/// Why a user may or may not do something: layer by layer, with every smallest way to allow it
/// (DEC-3).
///
/// Printed, it is what a support person reads:
///
/// ```
/// use bailiwick::presets::studio::{self, FLOWS};
/// # use bailiwick::{Account, Actor, Command, Timestamp};
/// # let now = Timestamp::from_unix_millis(0);
/// # let mut account = Account::new("acme".parse()?, studio::catalog());
/// # account.execute(&Actor::Host, Command::invite("kim", "kim@acme.example"), now)?;
/// # account.execute(&Actor::Host, Command::accept("kim"), now)?;
/// let lattice = account.compile();
/// let why = lattice.explain("kim", FLOWS.read());
/// assert_eq!(
///     why.to_string(),
///     "kim may not flows:read (not_granted)\n  \
///      role         member: gives nothing by itself\n  \
///      template     none\n  \
///      grants       nothing for flows\n\
///      to allow it, do:\n  \
///      - set flows of kim to read\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    user: Box<str>,
    asked: Box<str>,
    decision: Decision,
    parts: Vec<Part>,
    fixes: Vec<Fix>,
}

impl Explanation {
    /// The user who was asked about.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What was asked: its permissions as `path:rung`, joined by ` + `.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// The answer.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// The permissions that are denied, in catalog order, or all of them if none is. None for
    /// unknown users and other catalogs' permissions.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Every smallest set of changes that would allow it; none if it is allowed, or if nothing
    /// would do. Of several permissions, those that give all of them to the user, and those that
    /// put all of them into the template as far as they can be.
    #[must_use]
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
    }
}

/// Why one of the permissions that were asked is allowed or denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    permission: Box<str>,
    reason: Option<Reason>,
    layers: Vec<Layer>,
}

impl Part {
    /// The permission, as `path:rung`.
    #[must_use]
    pub fn permission(&self) -> &str {
        &self.permission
    }

    /// Why it is denied; `None` if it is allowed.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// What each layer gave or took, in order: role, template, grants, mutes, role ceiling, gates,
    /// status. Layers that have no say in it are left out.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }
}

/// What one layer had to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    of: Layered,
    gave: Option<bool>,
    text: Box<str>,
}

impl Layer {
    /// Which layer it is.
    #[must_use]
    pub fn of(&self) -> Layered {
        self.of
    }

    /// Whether this layer gives the permission, even if a later one takes it away.
    #[must_use]
    pub fn gave(&self) -> bool {
        self.gave == Some(true)
    }

    /// Whether this layer takes the permission away.
    #[must_use]
    pub fn took(&self) -> bool {
        self.gave == Some(false)
    }

    /// What it did, and the key that did it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The layers of a decision, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layered {
    /// The account role.
    Role,
    /// The role template.
    Template,
    /// The user's own grants.
    Grants,
    /// The mutes.
    Mutes,
    /// What comes with the role admin alone.
    RoleCeiling,
    /// The features.
    Gates,
    /// The status.
    Status,
}

names!(Layered, "layer", {
    Role => "role",
    Template => "template",
    Grants => "grants",
    Mutes => "mutes",
    RoleCeiling => "role ceiling",
    Gates => "gates",
    Status => "status",
});

/// A smallest set of changes that would allow something: with all of them it is, with fewer not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    remedies: Vec<Remedy>,
}

impl Fix {
    /// The changes.
    #[must_use]
    pub fn remedies(&self) -> &[Remedy] {
        &self.remedies
    }

    /// What to do, in words, for the user by this id.
    #[must_use]
    pub fn text(&self, user: &str) -> String {
        let remedies: Vec<String> = self.remedies.iter().map(|remedy| remedy.text(user)).collect();
        remedies.join(", and ")
    }
}

/// One change that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Grant an action or toggle to the user.
    Grant(Box<str>),
    /// Set the user's level of an area without sub-sections.
    SetArea {
        /// The area.
        area: Box<str>,
        /// The level.
        level: Level,
    },
    /// Set the user's restriction on a sub-section, whose area is as high.
    SetSection {
        /// The sub-section.
        leaf: Box<str>,
        /// The level.
        level: Level,
    },
    /// Raise the user's level of a sub-section alone, and of its area as far as it takes.
    Raise {
        /// The sub-section.
        leaf: Box<str>,
        /// The level.
        level: Level,
    },
    /// Put a permission into the user's template.
    AddToTemplate {
        /// The permission.
        permission: Box<str>,
        /// The template.
        template: TemplateId,
        /// How many users refer to it.
        users: usize,
    },
    /// Lift the mute of an action or toggle.
    LiftMute(Box<str>),
    /// Turn a feature on.
    TurnOn(Box<str>),
    /// Activate the user: have them accept, or end their suspension, or both.
    Activate(Status),
    /// Make the user an admin; offered only if nothing less helps.
    MakeAdmin,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, asked, decision, parts, fixes } = self;
        match decision {
            Decision::Allow => writeln!(f, "{} may {asked}", Word(user))?,
            Decision::Deny(reason) => writeln!(f, "{} may not {asked} ({reason})", Word(user))?,
        }
        for Part { permission, reason, layers } in parts {
            let is_whole = permission == asked;
            match reason {
                _ if is_whole => {}
                None => writeln!(f, "  {permission}")?,
                Some(reason) => writeln!(f, "  {permission} ({reason})")?,
            }
            let indent = if is_whole { "" } else { "  " };
            for layer in layers {
                writeln!(f, "{indent}  {:12} {}", layer.of.name(), layer.text)?;
            }
        }
        match fixes.as_slice() {
            [] if decision.is_allowed() => Ok(()),
            [] => writeln!(f, "nothing would allow it"),
            fixes => {
                writeln!(f, "to allow it, {}:", if fixes.len() == 1 { "do" } else { "one of" })?;
                for fix in fixes {
                    writeln!(f, "  - {}", fix.text(user))?;
                }
                Ok(())
            }
        }
    }
}

impl Remedy {
    fn text(&self, user: &str) -> String {
        let user = Word(user);
        match self {
            Self::Grant(permission) => format!("grant {permission} to {user}"),
            Self::SetArea { area: path, level } | Self::SetSection { leaf: path, level } => {
                format!("set {path} of {user} to {level}")
            }
            Self::Raise { leaf, level } => format!("raise {leaf} of {user} to {level}"),
            Self::AddToTemplate { permission, template, users } => {
                let (template, noun) = (Word(template.as_str()), users_have(*users));
                format!("put {permission} into template {template}, which {noun}")
            }
            Self::LiftMute(permission) => format!("lift the mute of {permission}"),
            Self::TurnOn(feature) => format!("turn {feature} on"),
            Self::Activate(Status::Suspended) => format!("reactivate {user}"),
            Self::Activate(Status::Invited | Status::Active) => {
                format!("have {user} accept the invitation")
            }
            Self::MakeAdmin => format!("make {user} admin"),
        }
    }

    /// The sub-section that it sets.
    fn raised(&self) -> Option<&str> {
        match self {
            Self::SetSection { leaf, .. } | Self::Raise { leaf, .. } => Some(leaf),
            Self::Grant(_)
            | Self::SetArea { .. }
            | Self::AddToTemplate { .. }
            | Self::LiftMute(_)
            | Self::TurnOn(_)
            | Self::Activate(_)
            | Self::MakeAdmin => None,
        }
    }

    /// The permission that it puts into a template.
    fn added_to_template(&self) -> Option<&str> {
        match self {
            Self::AddToTemplate { permission, .. } => Some(permission),
            Self::Grant(_)
            | Self::SetArea { .. }
            | Self::SetSection { .. }
            | Self::Raise { .. }
            | Self::LiftMute(_)
            | Self::TurnOn(_)
            | Self::Activate(_)
            | Self::MakeAdmin => None,
        }
    }
}

impl Lattice {
    /// Why a user may or may not do what is asked, and what would allow it (DEC-3). Off the path of
    /// checks.
    #[must_use]
    pub fn explain<'r>(&self, user: &str, asked: impl Into<Cow<'r, Requirement>>) -> Explanation {
        let (subject, asked) = (self.subject(user), asked.into());
        let decision = subject.decide(&*asked);
        let names: Vec<String> =
            asked.iter().map(|one| self.catalog.display(one).to_string()).collect();
        let profile = subject.profile();
        let known = profile
            .filter(|profile| self.stamp == asked.stamp && *profile.catalog() == self.catalog);
        let mut explanation = Explanation {
            user: user.into(),
            asked: names.join(" + ").into(),
            decision,
            parts: Vec::new(),
            fixes: Vec::new(),
        };
        if let Some(profile) = known {
            let case = Case { lattice: self, profile, says: profile.layers() };
            let shown = |one: &Permission| decision.is_allowed() || !subject.can(*one);
            let parts = asked.iter().filter(shown).map(|permission| Part {
                permission: case.name(permission.bit()),
                reason: profile.reason(permission),
                layers: case.layers(permission.bit()),
            });
            explanation.parts = parts.collect();
            if !decision.is_allowed() {
                let denied = asked.iter().filter(|one| !subject.can(*one));
                explanation.fixes = case.fixes(&denied.map(Permission::bit).collect());
            }
        }
        explanation
    }
}

/// The questions about one profile.
struct Case<'a> {
    lattice: &'a Lattice,
    profile: Profile<'a>,
    says: Layers<'a>,
}

impl Case<'_> {
    fn catalog(&self) -> &Catalog {
        &self.lattice.catalog
    }

    fn tree(&self) -> &Tree {
        self.catalog().tree()
    }

    fn name(&self, bit: u16) -> Box<str> {
        self.catalog().display(Permission::new(self.lattice.stamp, bit)).to_string().into()
    }

    /// The path of a bit's leaf.
    fn path(&self, bit: u16) -> Box<str> {
        self.tree().leaf_of(bit).map(|leaf| leaf.path.clone()).unwrap_or_default()
    }

    fn source(&self, bit: u16) -> Source {
        self.tree().leaf_of(bit).map_or(Source::Account, |leaf| leaf.source)
    }

    fn layers(&self, bit: u16) -> Vec<Layer> {
        let source = self.source(bit);
        let Profile { role, status, template, grants, .. } = self.profile;
        let mut layers = Vec::new();
        let mut add = |of, gave, text: String| layers.push(Layer { of, gave, text: text.into() });
        match (source, role) {
            (Source::Account, _) => {}
            (_, Role::Admin) => add(Layered::Role, Some(true), "admin: holds everything".into()),
            (_, Role::Member) => {
                add(Layered::Role, None, "member: gives nothing by itself".into());
            }
        }
        match (source, role) {
            (Source::Account, _) | (_, Role::Admin) => {}
            (Source::Grantable, Role::Member) => {
                let (gave, text) = match template {
                    None => (None, "none".into()),
                    Some(template) => {
                        let (gave, text) = self.said(template.grants(), bit);
                        (gave, format!("{}: {text}", Word(template.id().as_str())))
                    }
                };
                add(Layered::Template, gave, text);
                let (gave, text) = self.said(grants, bit);
                add(Layered::Grants, gave, text);
                let names: Vec<String> = self.mutes_on(bit).map(|mute| mute.to_string()).collect();
                if !names.is_empty() {
                    let verb = if names.len() == 1 { "is" } else { "are" };
                    add(Layered::Mutes, Some(false), format!("{} {verb} muted", names.join(", ")));
                }
            }
            (Source::Role, Role::Member) => {
                add(Layered::RoleCeiling, Some(false), "comes with the role admin alone".into());
            }
        }
        let off = self.features_off(role, bit);
        if !off.is_empty() {
            let names: Vec<Box<str>> = off.ones().map(|bit| self.path(bit)).collect();
            let verb = if names.len() == 1 { "is" } else { "are" };
            add(Layered::Gates, Some(false), format!("{} {verb} off", names.join(", ")));
        } else if source == Source::Account {
            add(Layered::Gates, Some(true), format!("{} is on", self.path(bit)));
        }
        match status {
            Status::Active => {}
            Status::Invited | Status::Suspended => {
                add(Layered::Status, Some(false), format!("{status}: may do nothing"));
            }
        }
        layers
    }

    /// What a set of grants says of a bit, with the setting that says it.
    fn said(&self, grants: &Grants, bit: u16) -> (Option<bool>, String) {
        let path = self.path(bit);
        let area = path.split_once('.').map_or(&*path, |(area, _)| area);
        let settings = grants.iter().filter(|(key, _)| *key == &*path || *key == area);
        let set: Vec<String> =
            settings.map(|(key, setting)| format!("{key} is {}", shown(&setting))).collect();
        if set.is_empty() {
            return (None, format!("nothing for {path}"));
        }
        let set = set.join(", ");
        match self.tree().lacking(bit, &self.says.set()) {
            _ if !grants.bits().contains(bit) => (None, set),
            None => (Some(true), set),
            Some(lacking) => (None, format!("{set}, inert without {}", self.name(lacking))),
        }
    }

    /// The mutes that take a bit.
    fn mutes_on(&self, bit: u16) -> impl Iterator<Item = Mute<'_>> {
        let needs = self.tree().with_needs(&Bits::from_iter([bit]));
        self.profile.mutes.iter().filter(move |mute| mute.bits().any(|one| needs.contains(one)))
    }

    /// The features that are off and that a bit is, or needs for a role.
    fn features_off(&self, role: Role, bit: u16) -> Bits {
        let features = self.profile.features;
        let own = match self.source(bit) {
            Source::Account => Bits::from_iter([bit]).and_not(features.bits()),
            Source::Grantable | Source::Role => Bits::EMPTY,
        };
        own.or(&features.lacking(role, bit))
    }

    /// The smallest sets of changes that allow all of `denied`: what all ways need, and each way to
    /// be given what is not.
    fn fixes(&self, denied: &Bits) -> Vec<Fix> {
        let Profile { role, status, .. } = self.profile;
        let needs_admin = denied.ones().any(|bit| self.source(bit) == Source::Role);
        let becomes = if needs_admin { Role::Admin } else { role };
        let off = denied.ones().map(|bit| self.features_off(becomes, bit));
        let off = off.fold(Bits::EMPTY, |all, off| all.or(&off));
        let mut common: Vec<Remedy> =
            off.ones().map(|bit| Remedy::TurnOn(self.path(bit))).collect();
        if status != Status::Active {
            common.push(Remedy::Activate(status));
        }
        if becomes != role {
            common.push(Remedy::MakeAdmin);
        }
        let ways = match becomes {
            Role::Admin => alloc::vec![Vec::new()],
            Role::Member => self.ways(&denied.and(self.catalog().grantable())),
        };
        ways.into_iter().map(|way| Fix { remedies: [&common[..], &way].concat() }).collect()
    }

    /// Each way for a member to be given what they are not, and to be rid of mutes.
    fn ways(&self, denied: &Bits) -> Vec<Vec<Remedy>> {
        // What another one needs comes with it.
        let tree = self.tree();
        let is_needed = |bit: u16| {
            let others = tree.with_dependents(&Bits::from_iter([bit]));
            others.and(denied).ones().any(|other| other != bit)
        };
        let highest: Bits = denied.ones().filter(|bit| !is_needed(*bit)).collect();
        let mut each: Vec<_> = highest.ones().map(|bit| self.ways_of(bit)).collect();
        if each.len() == 1 {
            return each.pop().unwrap_or_default();
        }
        // Each begins with the way by own grants, and ends with the one by the template.
        let all = |pick: fn(&[Vec<Remedy>]) -> Option<&Vec<Remedy>>| {
            let picked = each.iter().filter_map(|ways| pick(ways)).flatten();
            picked.fold(Vec::new(), |mut all, remedy| {
                if !all.contains(remedy) {
                    all.push(remedy.clone());
                }
                all
            })
        };
        let mut ways = alloc::vec![self.by_area(all(<[_]>::first), &highest)];
        let by_template = all(<[_]>::last);
        if by_template.iter().any(|remedy| remedy.added_to_template().is_some()) {
            ways.push(by_template);
        }
        ways
    }

    /// The same, with the level of a whole area instead of those of its leaves if that takes fewer
    /// commands and gives nothing that was not asked.
    fn by_area(&self, mut way: Vec<Remedy>, asked: &Bits) -> Vec<Remedy> {
        let areas = self.tree().nodes().filter(|(_, node)| node.scale.is_ladder());
        for (id, area) in areas.filter(|(_, area)| !area.is_leaf()) {
            let leaves: Vec<&Node> = self.tree().sub_sections(area).map(|(_, leaf)| leaf).collect();
            let is_of_area = |remedy: &Remedy| {
                remedy.raised().is_some_and(|leaf| leaves.iter().any(|own| *own.path == *leaf))
            };
            let wanted = |leaf: &Node| {
                let asked = (0..).zip(leaf.bits.clone()).filter(|(_, bit)| asked.contains(*bit));
                asked.map(|(rung, _)| level_of(area.scale.needs(rung))).max().unwrap_or(Level::None)
            };
            let level = leaves.iter().map(|leaf| wanted(leaf)).max().unwrap_or(Level::None);
            let before = self.profile.dials(id);
            let mut after = before.clone();
            after.set_area(level);
            let mut is_fitting = level > Level::None;
            let mut instead = alloc::vec![Remedy::SetArea { area: area.path.clone(), level }];
            for (position, leaf) in leaves.iter().enumerate() {
                let (reached, wanted) = (after.leaf(position), wanted(leaf));
                is_fitting &= reached <= wanted.max(before.leaf(position));
                if reached < wanted {
                    instead.push(Remedy::SetSection { leaf: leaf.path.clone(), level: wanted });
                }
            }
            if is_fitting && instead.len() < way.iter().filter(|one| is_of_area(one)).count() {
                way.retain(|remedy| !is_of_area(remedy));
                way.extend(instead);
            }
        }
        way
    }

    /// Each way to be given one bit, and to be rid of mutes: that by own grants first, that by the
    /// template last.
    fn ways_of(&self, bit: u16) -> Vec<Vec<Remedy>> {
        match self.tree().place_of(bit) {
            Some((leaf, rung)) if self.tree().node(leaf).scale.is_ladder() => {
                self.ways_to_rise(bit, leaf, rung)
            }
            _ => self.ways_to_be_given(bit),
        }
    }

    /// A level is set for the user, which also lifts what restricts them, or put into the template
    /// if that alone does.
    fn ways_to_rise(&self, bit: u16, leaf: NodeId, rung: u16) -> Vec<Vec<Remedy>> {
        if self.says.held().contains(bit) {
            return alloc::vec![Vec::new()];
        }
        let node = self.tree().node(leaf);
        let (path, level) = (node.path.clone(), level_of(node.scale.needs(rung)));
        let rise = match node.area {
            None => Remedy::SetArea { area: path, level },
            Some(area) if level <= self.profile.dials(area).level() => {
                Remedy::SetSection { leaf: path, level }
            }
            Some(_) => Remedy::Raise { leaf: path, level },
        };
        let is_muted = self.mutes_on(bit).next().is_some();
        let by_template = (!is_muted).then(|| self.add_to_template(bit)).flatten();
        let by_template = by_template.filter(|_| self.leaves_nothing_inert(&Bits::EMPTY));
        let each = core::iter::once(rise).chain(by_template);
        each.map(|one| alloc::vec![one]).collect()
    }

    /// Actions and toggles: the first action before others.
    fn ways_to_be_given(&self, bit: u16) -> Vec<Vec<Remedy>> {
        let needed = self.tree().with_needs(&Bits::from_iter([bit]));
        let muted = self.mutes_on(bit).flat_map(Mute::bits).collect::<Bits>().and(&needed);
        let missing = needed.and_not(&self.says.set());
        let mut ways = alloc::vec![Vec::new()];
        for bit in missing.or(&muted).ones() {
            if muted.contains(bit) {
                for way in &mut ways {
                    way.push(Remedy::LiftMute(self.name(bit)));
                }
            }
            if missing.contains(bit) {
                let grant = Remedy::Grant(self.name(bit));
                let each: Vec<Remedy> =
                    core::iter::once(grant).chain(self.add_to_template(bit)).collect();
                let with = |way: &Vec<Remedy>, one: &Remedy| [way, &[one.clone()][..]].concat();
                let longer = ways.iter().flat_map(|way| each.iter().map(|one| with(way, one)));
                ways = longer.collect();
            }
        }
        ways.retain(|way| self.is_writable(way));
        ways
    }

    /// A template cannot be written with an action whose first one it lacks (LVL-2).
    fn is_writable(&self, way: &[Remedy]) -> bool {
        let added = way.iter().filter_map(Remedy::added_to_template);
        let added = added.filter_map(|permission| self.catalog().permission(permission).ok());
        let added: Bits = added.map(Permission::bit).collect();
        added.is_empty() || self.leaves_nothing_inert(&added)
    }

    /// Whether the user's template would hold no inert action with `added`.
    fn leaves_nothing_inert(&self, added: &Bits) -> bool {
        let after = self.says.template.or(added);
        self.tree().valid_inside(&after) == after
    }

    /// If the user has a template, and the permission can be put into one.
    fn add_to_template(&self, bit: u16) -> Option<Remedy> {
        let is_user_only = self.tree().leaf_of(bit).is_some_and(|leaf| leaf.user_only);
        let template = self.profile.template.filter(|_| !is_user_only)?;
        Some(Remedy::AddToTemplate {
            permission: self.name(bit),
            template: template.id().clone(),
            users: self.lattice.users_on(template.id()),
        })
    }
}

fn users_have(users: usize) -> String {
    if users == 1 { "1 user has".into() } else { format!("{users} users have") }
}

fn shown(setting: &Setting) -> String {
    match setting {
        Setting::Level(level) => level.to_string(),
        Setting::Toggle(true) => "on".into(),
        Setting::Toggle(false) => "off".into(),
        Setting::Actions(actions) if actions.is_empty() => "nothing".into(),
        Setting::Actions(actions) => actions.join(" + "),
    }
}
