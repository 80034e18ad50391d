//! What would allow what is denied.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::bits::Bits;
use crate::catalog::settings::level_of;
use crate::catalog::source::Source;
use crate::catalog::tree::{Node, NodeId};
use crate::key::TemplateId;
use crate::lattice::case::Case;
use crate::level::Level;
use crate::mutes::Mute;
use crate::permission::Permission;
use crate::profile::Profile;
use crate::role::{Role, Status};
use crate::text::Word;

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

impl Case<'_> {
    /// The smallest sets of changes that allow all of `denied`: what all ways need, and each way to
    /// be given what is not.
    pub(super) fn fixes(&self, denied: &Bits) -> Vec<Fix> {
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
