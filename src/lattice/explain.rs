use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::bits::Bits;
use crate::catalog::definition::{Scale, Source};
use crate::catalog::tree::Tree;
use crate::catalog::{Catalog, Setting};
use crate::decision::Decision;
use crate::grants::Grants;
use crate::key::TemplateId;
use crate::lattice::{Lattice, StoredProfile};
use crate::level::Level;
use crate::mutes::Mute;
use crate::permission::Permission;
use crate::role::{Role, Status};
use crate::template::Template;
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
    permission: Box<str>,
    decision: Decision,
    layers: Vec<Layer>,
    fixes: Vec<Fix>,
}

impl Explanation {
    /// The user who was asked about.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The permission that was asked about, as `path:rung`.
    #[must_use]
    pub fn permission(&self) -> &str {
        &self.permission
    }

    /// The answer.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// What each layer gave or took, in order: role, template, grants, mutes, role ceiling, gates,
    /// status. Layers that have no say in it are left out.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Every smallest set of changes that would allow it; none where it is allowed, or where
    /// nothing would do.
    #[must_use]
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
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

    /// Whether it gave the permission, and not what it gave is taken by another layer.
    #[must_use]
    pub fn gave(&self) -> bool {
        self.gave == Some(true)
    }

    /// Whether it took the permission.
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

impl Layered {
    /// The layer's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Template => "template",
            Self::Grants => "grants",
            Self::Mutes => "mutes",
            Self::RoleCeiling => "role ceiling",
            Self::Gates => "gates",
            Self::Status => "status",
        }
    }
}

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
    /// Make the user admin; only where nothing less helps.
    MakeAdmin,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, permission, decision, layers, fixes } = self;
        match decision {
            Decision::Allow => writeln!(f, "{} may {permission}", Word(user))?,
            Decision::Deny(reason) => {
                writeln!(f, "{} may not {permission} ({reason})", Word(user))?;
            }
        }
        for layer in layers {
            writeln!(f, "  {:12} {}", layer.of.name(), layer.text)?;
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
            Self::Activate(_) => format!("have {user} accept the invitation"),
            Self::MakeAdmin => format!("make {user} admin"),
        }
    }
}

impl Lattice {
    /// Why a user may or may not do something, and what would allow it (DEC-3). Off the path of
    /// checks.
    #[must_use]
    pub fn explain(&self, user: &str, permission: Permission) -> Explanation {
        let subject = self.subject(user);
        let decision = match subject.reason(permission) {
            None => Decision::Allow,
            Some(reason) => Decision::Deny(reason),
        };
        let shown = self.catalog.display(permission).to_string().into();
        let profile = subject.holder.profile.as_ref();
        let known = profile.filter(|_| self.catalog.owns(permission));
        let (layers, fixes) = match known {
            None => (Vec::new(), Vec::new()),
            Some(profile) => {
                let case = Case { lattice: self, profile, bit: permission.bit() };
                let fixes = if decision.is_allowed() { Vec::new() } else { case.fixes() };
                (case.layers(), fixes)
            }
        };
        Explanation { user: user.into(), permission: shown, decision, layers, fixes }
    }
}

/// One question about one profile.
struct Case<'a> {
    lattice: &'a Lattice,
    profile: &'a StoredProfile,
    bit: u16,
}

impl Case<'_> {
    fn catalog(&self) -> &Catalog {
        &self.lattice.catalog
    }

    fn tree(&self) -> &Tree {
        self.catalog().tree()
    }

    fn name(&self, bit: u16) -> Box<str> {
        self.catalog().display(Permission::new(self.catalog().stamp(), bit)).to_string().into()
    }

    /// The path of a bit's leaf.
    fn path(&self, bit: u16) -> Box<str> {
        self.tree().leaf_of(bit).map(|leaf| leaf.path.clone()).unwrap_or_default()
    }

    fn source(&self) -> Source {
        self.tree().leaf_of(self.bit).map_or(Source::Account, |leaf| leaf.source)
    }

    fn layers(&self) -> Vec<Layer> {
        let source = self.source();
        let is_admin = self.profile.role == Role::Admin;
        let mut layers = Vec::new();
        let mut add = |of, gave, text: String| layers.push(Layer { of, gave, text: text.into() });
        match (source, is_admin) {
            (Source::Account, _) => {}
            (_, true) => add(Layered::Role, Some(true), "admin: holds everything".into()),
            (_, false) => add(Layered::Role, None, "member: gives nothing by itself".into()),
        }
        if source == Source::Grantable && !is_admin {
            let template = self.profile.template.as_deref();
            match template {
                None => add(Layered::Template, None, "none".into()),
                Some(template) => {
                    let (gave, text) = self.said(template.grants());
                    add(
                        Layered::Template,
                        gave,
                        format!("{}: {text}", Word(template.id().as_str())),
                    );
                }
            }
            let (gave, text) = self.said(&self.profile.grants);
            add(Layered::Grants, gave, text);
            let names: Vec<String> = self.blocking_mutes().map(|mute| mute.to_string()).collect();
            if !names.is_empty() {
                let verb = if names.len() == 1 { "is" } else { "are" };
                add(Layered::Mutes, Some(false), format!("{} {verb} muted", names.join(", ")));
            }
        }
        if source == Source::Role && !is_admin {
            add(Layered::RoleCeiling, Some(false), "comes with the role admin alone".into());
        }
        let off = self.features_off();
        if !off.is_empty() {
            let names: Vec<Box<str>> = off.ones().map(|bit| self.path(bit)).collect();
            let verb = if names.len() == 1 { "is" } else { "are" };
            add(Layered::Gates, Some(false), format!("{} {verb} off", names.join(", ")));
        } else if source == Source::Account {
            add(Layered::Gates, Some(true), format!("{} is on", self.path(self.bit)));
        }
        match self.profile.status {
            Status::Active => {}
            status => add(Layered::Status, Some(false), format!("{status}: may do nothing")),
        }
        layers
    }

    /// What a set of grants says of the permission, with the setting that says it.
    fn said(&self, grants: &Grants) -> (Option<bool>, String) {
        let path = self.path(self.bit);
        let area = path.split_once('.').map_or(&*path, |(area, _)| area);
        let set: Vec<String> = grants
            .iter()
            .filter(|(key, _)| *key == &*path || *key == area)
            .map(|(key, setting)| format!("{key} is {}", shown(&setting)))
            .collect();
        let bits = grants.bits();
        let first = self.tree().first_of(self.bit);
        match (set.as_slice(), bits.contains(self.bit)) {
            ([], _) => (None, format!("nothing for {path}")),
            (set, false) => (None, set.join(", ")),
            (set, true) if self.set().contains(first) => (Some(true), set.join(", ")),
            (set, true) => {
                (None, format!("{}, inert without {}", set.join(", "), self.name(first)))
            }
        }
    }

    /// What template and grants set together, unclosed.
    fn set(&self) -> Bits {
        let template = self.profile.template.as_deref().map(Template::grants);
        let both = template.into_iter().chain([&self.profile.grants]);
        both.fold(Bits::EMPTY, |set, grants| set.or(&grants.bits()))
    }

    /// The permission and what it needs.
    fn needed(&self) -> Bits {
        self.tree().with_needs(&Bits::from_iter([self.bit]))
    }

    /// The mutes that take the permission.
    fn blocking_mutes(&self) -> impl Iterator<Item = Mute<'_>> {
        let needed = self.needed();
        let mutes = self.profile.mutes.iter();
        mutes.filter(move |mute| mute.bits().any(|bit| needed.contains(bit)))
    }

    /// The features that are off and that the permission is, or needs.
    fn features_off(&self) -> Bits {
        let delegation = self.catalog().delegation().map(|delegation| &delegation.gate);
        let delegation = delegation.filter(|_| self.profile.role == Role::Member);
        let gates = self.catalog().gates().iter().chain(delegation);
        let own = match self.source() {
            Source::Account => Bits::from_iter([self.bit]),
            Source::Grantable | Source::Role => Bits::EMPTY,
        };
        let needed = gates.filter(|gate| gate.target.contains(self.bit));
        let needed = needed.fold(own, |needed, gate| needed.or(&gate.needs));
        needed.and_not(self.profile.features.bits())
    }

    /// Every smallest set of changes: those that all ways need, and each way to be given what is
    /// not.
    fn fixes(&self) -> Vec<Fix> {
        let mut common: Vec<Remedy> = Vec::new();
        common.extend(self.features_off().ones().map(|bit| Remedy::TurnOn(self.path(bit))));
        if self.profile.status != Status::Active {
            common.push(Remedy::Activate(self.profile.status));
        }
        let is_member = self.profile.role == Role::Member;
        match self.source() {
            Source::Role if is_member => common.push(Remedy::MakeAdmin),
            Source::Grantable if is_member => return self.ways(common),
            Source::Role | Source::Grantable | Source::Account => {}
        }
        alloc::vec![Fix { remedies: common }]
    }

    /// Each way to be given what is not, and to be rid of mutes.
    fn ways(&self, common: Vec<Remedy>) -> Vec<Fix> {
        match self.rise() {
            Some(rise) => self.ways_to_rise(&common, rise),
            None => self.ways_to_be_given(common),
        }
    }

    /// The command on levels that allows it and nothing of another leaf; none where it is no level
    /// that is lacking.
    fn rise(&self) -> Option<Remedy> {
        let (leaf, rung) = self.tree().place_of(self.bit)?;
        let node = self.tree().node(leaf);
        if node.scale != Scale::Levels {
            return None;
        }
        let level = if rung == 0 { Level::Read } else { Level::Edit };
        let path = node.path.clone();
        let profile = self.profile.profile();
        let dials = profile.dials(node.area.unwrap_or(leaf));
        if self.is_held() {
            return None;
        }
        Some(match node.area {
            None => Remedy::SetArea { area: path, level },
            Some(_) if level <= dials.level() => Remedy::SetSection { leaf: path, level },
            Some(_) => Remedy::Raise { leaf: path, level },
        })
    }

    /// A level is set for the user, which also lifts what restricts them, or put into the template
    /// where that alone does.
    fn ways_to_rise(&self, common: &[Remedy], rise: Remedy) -> Vec<Fix> {
        let is_muted = self.blocking_mutes().next().is_some();
        let by_template = self.add_to_template(self.bit).filter(|_| !is_muted);
        let each = core::iter::once(rise).chain(by_template);
        each.map(|one| Fix { remedies: [common, &[one]].concat() }).collect()
    }

    /// Actions and toggles: the first action before others.
    fn ways_to_be_given(&self, common: Vec<Remedy>) -> Vec<Fix> {
        let needed = self.needed();
        let muted: Bits = self
            .blocking_mutes()
            .flat_map(Mute::bits)
            .filter(|bit| needed.contains(*bit))
            .collect();
        let missing = needed.and_not(&self.set());
        let mut ways = alloc::vec![common];
        for bit in missing.or(&muted).ones() {
            if muted.contains(bit) {
                for way in &mut ways {
                    way.push(Remedy::LiftMute(self.name(bit)));
                }
            }
            if missing.contains(bit) {
                let each = self.ways_to_give(bit);
                let with = |way: &Vec<Remedy>, one: &Remedy| [way, &[one.clone()][..]].concat();
                let longer = ways.iter().flat_map(|way| each.iter().map(|one| with(way, one)));
                ways = longer.collect();
            }
        }
        ways.retain(|way| self.is_writable(way));
        ways.into_iter().map(|remedies| Fix { remedies }).collect()
    }

    /// A template cannot be written with an action whose first one it lacks (LVL-2).
    fn is_writable(&self, way: &[Remedy]) -> bool {
        let added = way.iter().filter_map(|remedy| match remedy {
            Remedy::AddToTemplate { permission, .. } => self.catalog().permission(permission).ok(),
            _ => None,
        });
        let added: Bits = added.map(super::super::permission::Permission::bit).collect();
        if added.is_empty() {
            return true;
        }
        let template = self.profile.template.as_ref().map(|one| one.grants().bits());
        let after = template.unwrap_or_default().or(&added);
        self.tree().valid_inside(&after) == after
    }

    /// Whether the user would hold it if they were active and all features on.
    fn is_held(&self) -> bool {
        self.profile.profile().potential().contains(self.bit)
    }

    fn ways_to_give(&self, bit: u16) -> Vec<Remedy> {
        let grant = Remedy::Grant(self.name(bit));
        core::iter::once(grant).chain(self.add_to_template(bit)).collect()
    }

    /// Where the user has a template, and the permission can be put into one.
    fn add_to_template(&self, bit: u16) -> Option<Remedy> {
        let is_user_only = self.tree().leaf_of(bit).is_some_and(|leaf| leaf.user_only);
        let template = self.profile.template.as_ref().filter(|_| !is_user_only)?;
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
