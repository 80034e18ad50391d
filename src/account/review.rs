//! What an access review asks of an account: how to mend a denial, and what is set without effect.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::account::{Account, Command, User};
use crate::bits::Bits;
use crate::grants::Grants;
use crate::key::UserId;
use crate::lattice::{Fix, Remedy};
use crate::mutes::Mute;
use crate::name::names;
use crate::permission::Permission;
use crate::role::{Role, Status};

impl Account {
    /// The commands that carry a fix out, in order. Whether an actor may give them is for
    /// [`permits`](Self::permits) to say.
    ///
    /// Empty if the account has no such user.
    #[must_use]
    pub fn commands_of(&self, user: &str, fix: &Fix) -> Vec<Command> {
        let Some(user) = self.user(user) else { return Vec::new() };
        let id = || Box::<str>::from(user.id.as_str());
        let mut commands = Vec::new();
        let mut features: Vec<Box<str>> = self.features.set_paths().map(Into::into).collect();
        let mut added = Bits::EMPTY;
        let mut own = Vec::new();
        for remedy in fix.remedies() {
            match remedy {
                Remedy::Grant(permission) | Remedy::LiftMute(permission) => {
                    let permission = permission.clone();
                    let tick = Command::Tick { user: id(), permission };
                    // Ticking does both.
                    if !own.contains(&tick) {
                        own.push(tick);
                    }
                }
                Remedy::SetArea { area, level } => {
                    let (area, level) = (area.clone(), *level);
                    own.push(Command::SetArea { user: id(), area, level });
                }
                Remedy::SetSection { leaf, level } => {
                    let (leaf, level) = (leaf.clone(), *level);
                    own.push(Command::SetSection { user: id(), leaf, level });
                }
                Remedy::Raise { leaf, level } => {
                    let (leaf, level) = (leaf.clone(), *level);
                    own.push(Command::Raise { user: id(), leaf, level });
                }
                Remedy::AddToTemplate { permission, .. } => {
                    if let Ok(permission) = self.catalog().permission(permission) {
                        added.insert(permission.bit());
                    }
                }
                Remedy::TurnOn(feature) => features.push(feature.clone()),
                Remedy::Activate(_) => commands.extend(activation(user)),
                Remedy::MakeAdmin => commands.push(Command::make_admin(user.id.as_str())),
            }
        }
        if features.len() > self.features.set_paths().count() {
            commands.push(Command::SetFeatures { features });
        }
        let template = self.profile(user).template;
        if let (Some(template), false) = (template, added.is_empty()) {
            let mut grants = template.grants().clone();
            grants.add(&added);
            let template = template.id().as_str().into();
            commands.push(Command::EditTemplate { template, grants });
        }
        commands.extend(own);
        commands
    }

    /// What is set in the account without effect, and whose set differs from their template's.
    pub fn findings(&self) -> impl Iterator<Item = Finding> + '_ {
        self.users().flat_map(|user| self.findings_on(user))
    }

    fn findings_on(&self, user: &User) -> Vec<Finding> {
        let finding = |(what, bits): (FindingKind, Bits)| {
            let permissions = bits.ones().map(|bit| Permission::new(self.catalog().stamp(), bit));
            let permissions: Vec<Permission> = permissions.collect();
            let found = !permissions.is_empty();
            found.then(|| Finding { user: user.id.clone(), what, permissions })
        };
        let (tree, mutes) = (self.catalog().tree(), user.mutes());
        let profile = self.profile(user);
        let layers = profile.layers();
        let (own, given) = (&layers.own, &layers.given);
        if user.role() == Role::Admin {
            let named = mutes.iter().flat_map(Mute::bits).collect();
            let ignored = finding((FindingKind::IgnoredForAdmin, own.or(&named)));
            return ignored.into_iter().collect();
        }
        let by_template = layers.by_template();
        let taken = |bit: u16| tree.with_dependents(&Bits::from_iter([bit])).meets(given);
        let is_idle = |mute: &Mute<'_>| !mute.bits().any(taken);
        let held = layers.held();
        let differs = match profile.template {
            Some(_) => held.and_not(&by_template).or(&by_template.and_not(&held)),
            None => Bits::EMPTY,
        };
        // A level cannot be taken from someone to whom it brings a higher one (LVL-2).
        let brings_more = |bit: u16| {
            let is_ladder = tree.leaf_of(bit).is_some_and(|leaf| leaf.scale.is_ladder());
            let held = tree.with_dependents(&Bits::from_iter([bit])).and(own);
            is_ladder && !held.is_subset(&by_template)
        };
        let redundant = own.and(&by_template).ones().filter(|bit| !brings_more(*bit)).collect();
        let idle = mutes.iter().filter(is_idle).flat_map(Mute::bits).collect();
        let found = [
            (FindingKind::RedundantGrant, redundant),
            (FindingKind::InertGrant, own.and_not(given)),
            (FindingKind::GatedGrant, own.and(given).and(&layers.inert)),
            (FindingKind::ClampedOverride, user.grants().clamped()),
            (FindingKind::IdleMute, idle),
            (FindingKind::DiffersFromTemplate, differs),
        ];
        found.into_iter().filter_map(finding).collect()
    }

    /// The smallest grants of a template that would give each of `users` all that they are given
    /// now, except what only users can have, such as CRM access. Unknown users and admins add
    /// nothing.
    #[must_use]
    pub fn smallest_template<'a>(&self, users: impl IntoIterator<Item = &'a str>) -> Grants {
        let users = users.into_iter().filter_map(|id| self.user(id));
        let members = users.filter(|user| user.role() == Role::Member);
        let held = members.map(|user| self.profile(user).layers().held());
        let all = held.fold(Bits::EMPTY, |all, held| all.or(&held));
        let tree = self.catalog().tree();
        let of_template = |bit: &u16| tree.leaf_of(*bit).is_some_and(|leaf| !leaf.user_only);
        let mut grants = Grants::new(self.catalog());
        grants.add(&all.ones().filter(of_template).collect());
        grants
    }
}

/// What brings a user to active.
fn activation(user: &User) -> Vec<Command> {
    let id = user.id.as_str();
    match (user.status(), user.has_accepted()) {
        (Status::Active, _) => Vec::new(),
        (Status::Invited, _) => alloc::vec![Command::accept(id)],
        (Status::Suspended, true) => alloc::vec![Command::reactivate(id)],
        (Status::Suspended, false) => alloc::vec![Command::reactivate(id), Command::accept(id)],
    }
}

/// Something that an access review should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    user: UserId,
    what: FindingKind,
    permissions: Vec<Permission>,
}

impl Finding {
    /// The user whom it is about.
    #[must_use]
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// What it is.
    #[must_use]
    pub fn what(&self) -> FindingKind {
        self.what
    }

    /// The permissions that it is about, in catalog order.
    #[must_use]
    pub fn permissions(&self) -> &[Permission] {
        &self.permissions
    }
}

/// What an access review can find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// The user's own grants give what the template gives already.
    RedundantGrant,
    /// A grant gives nothing without the first action of its scale (LVL-2).
    InertGrant,
    /// A grant gives nothing while a feature that it needs is off (CAT-6).
    GatedGrant,
    /// An override is above its area, which cuts it (LVL-7).
    ClampedOverride,
    /// A mute takes nothing, since nothing gives it.
    IdleMute,
    /// Grants and mutes of an admin, which are ignored (ROLE-2).
    IgnoredForAdmin,
    /// The user's set is not that of their template.
    DiffersFromTemplate,
}

names!(FindingKind, "finding", {
    RedundantGrant => "redundant grant",
    InertGrant => "inert grant",
    GatedGrant => "gated grant",
    ClampedOverride => "clamped override",
    IdleMute => "idle mute",
    IgnoredForAdmin => "ignored for admin",
    DiffersFromTemplate => "differs from template",
});
