//! Who gained and lost what between two states of an account (REV-4, REV-8).

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::account::edit::{Altered, Edit};
use crate::account::holdings::Group;
use crate::account::{Account, User};
use crate::key::{Map, TemplateId, UserId};
use crate::name::names;
use crate::permission::Permission;
use crate::profile::{Holding, Profile};
use crate::registry::Place;
use crate::role::Status;
use crate::set::PermissionSet;

/// What someone gained and lost: of what they may do, or while they are not active, of what they
/// will once they are (REV-8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub(crate) who: Affected,
    pub(crate) of: EffectOf,
    pub(crate) gained: Listed,
    pub(crate) lost: Listed,
}

/// Permissions in the order of a list; of a change that was read, also what its list names and the
/// catalog does not know, as it was written (REV-13).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Listed {
    known: Vec<Permission>,
    /// Each with its place among all. INVARIANT: places go up.
    unknown: Vec<(usize, Box<str>)>,
}

impl Listed {
    pub(crate) fn iter(&self) -> impl Iterator<Item = Result<Permission, &str>> {
        let (mut known, mut unknown) = (self.known.iter(), self.unknown.iter().peekable());
        let all = 0..self.known.len() + self.unknown.len();
        all.filter_map(move |place| match unknown.next_if(|(at, _)| *at == place) {
            Some((_, text)) => Some(Err(&**text)),
            None => known.next().map(|one| Ok(*one)),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty() && self.unknown.is_empty()
    }

    fn unknown(&self) -> impl Iterator<Item = &str> {
        self.unknown.iter().map(|(_, text)| &**text)
    }
}

impl From<Vec<Permission>> for Listed {
    fn from(known: Vec<Permission>) -> Self {
        Self { known, unknown: Vec::new() }
    }
}

impl FromIterator<Result<Permission, Box<str>>> for Listed {
    fn from_iter<I: IntoIterator<Item = Result<Permission, Box<str>>>>(all: I) -> Self {
        let mut listed = Self::from(Vec::new());
        for (place, one) in all.into_iter().enumerate() {
            match one {
                Ok(permission) => listed.known.push(permission),
                Err(text) => listed.unknown.push((place, text)),
            }
        }
        listed
    }
}

impl Effect {
    /// Who it is about.
    #[must_use]
    pub fn who(&self) -> &Affected {
        &self.who
    }

    /// Which set gained and lost it.
    #[must_use]
    pub fn of(&self) -> EffectOf {
        self.of
    }

    /// What they gained, in catalog order.
    #[must_use]
    pub fn gained(&self) -> &[Permission] {
        &self.gained.known
    }

    /// What they lost, in catalog order.
    #[must_use]
    pub fn lost(&self) -> &[Permission] {
        &self.lost.known
    }

    /// What they gained besides that the catalog of the change does not know, as it is written
    /// there: in a change that was read (REV-13), and in a migration, where all that is gained is of
    /// the catalog that it leads to (EVO-6).
    pub fn gained_unknown(&self) -> impl Iterator<Item = &str> {
        self.gained.unknown()
    }

    /// What they lost besides that the catalog does not know: in a change that was read, as it was
    /// written there (REV-13).
    pub fn lost_unknown(&self) -> impl Iterator<Item = &str> {
        self.lost.unknown()
    }

    /// Which sets of two profiles of the same user or users are compared; nobody holds nothing.
    pub(super) fn sets(states: [Option<Profile<'_>>; 2]) -> (EffectOf, [PermissionSet; 2]) {
        let is_active = |state: &Option<Profile<'_>>| {
            state.is_some_and(|profile| profile.status == Status::Active)
        };
        let of =
            if states.iter().any(is_active) { EffectOf::Effective } else { EffectOf::Configured };
        let sets = states.map(|state| match (state, of) {
            (None, _) => PermissionSet::EMPTY,
            (Some(profile), EffectOf::Effective) => profile.permissions(),
            (Some(profile), EffectOf::Configured) => profile.configured(),
        });
        (of, sets)
    }

    /// What lies between two profiles of the same user or users.
    fn between(who: Affected, states: [Option<Profile<'_>>; 2]) -> Option<Self> {
        let (of, [before, after]) = Self::sets(states);
        let (gained, lost) = before.changes_to(&after)?;
        Some(Self { who, of, gained: gained.into(), lost: lost.into() })
    }
}

/// Which set of a user an [`Effect`] is about (REV-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a user is active, before or after, or is not")]
pub enum EffectOf {
    /// What they may do: they are active, or were until then.
    Effective,
    /// What they would hold if they were active and every feature on.
    Configured,
}

names!(EffectOf, "kind of set", { Effective => "effective", Configured => "configured" });

/// Whom a change affected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Affected {
    /// A user whose own record was written.
    User(UserId),
    /// Users who changed alike because their template or the features did (TPL-3).
    Profile {
        /// How many they are.
        users: usize,
        /// The template that they refer to.
        template: Option<TemplateId>,
    },
}

/// What `edits` wrote between two states, each record once.
pub(super) struct Written<'a> {
    /// As they were in the first of the states and as they are in the second.
    users: BTreeMap<&'a UserId, [Option<&'a User>; 2]>,
    templates: BTreeSet<&'a TemplateId>,
}

impl<'a> Written<'a> {
    pub(super) fn by(edits: &'a [Edit]) -> Self {
        let mut written = Self { users: BTreeMap::new(), templates: BTreeSet::new() };
        for edit in edits {
            match edit {
                Edit::User(altered) => {
                    let states = written.users.entry(&altered.latest().id);
                    let [_, after] = states.or_insert([altered.before(); 2]);
                    *after = altered.after();
                }
                Edit::Template(Altered::Changed { before, .. }) => {
                    written.templates.insert(before.id());
                }
                // Nobody refers to a template that comes or goes.
                Edit::Template(Altered::Added(_) | Altered::Removed(_))
                | Edit::Name { .. }
                | Edit::SeatLimit { .. }
                | Edit::AtLimit { .. }
                | Edit::BeyondLimit { .. }
                | Edit::InvitationLifetime { .. }
                | Edit::Features { .. }
                // Who gains and loses by it is for the migration to say.
                | Edit::Catalog { .. } => {}
            }
        }
        written
    }

    /// The groups of users who were not written, and whom a template or the features may have
    /// changed all the same.
    pub(super) fn groups_elsewhere(&self, before: &Account, after: &Account) -> Vec<Group> {
        let mut groups: Vec<Group> = if before.features == after.features {
            let places = self.templates.iter().filter_map(|id| before.templates.place(id.as_str()));
            places.flat_map(|place: Place| before.holdings.on(place)).cloned().collect()
        } else {
            before.holdings.iter().cloned().collect()
        };
        if groups.is_empty() || self.users.is_empty() {
            return groups;
        }
        let mut written: Map<*const _, usize> = Map::default();
        for user in self.users.keys().filter_map(|id| before.user(id.as_str())) {
            *written.entry(Arc::as_ptr(&user.holding)).or_default() += 1;
        }
        for group in &mut groups {
            let written = written.get(&Arc::as_ptr(&group.holding));
            group.users -= written.copied().unwrap_or_default();
        }
        groups.retain(|group| group.users > 0);
        groups
    }
}

/// How many users effects are about.
pub(super) fn count(effects: &[Effect]) -> usize {
    let users = effects.iter().map(|effect| match effect.who {
        Affected::User(_) => 1,
        Affected::Profile { users, .. } => users,
    });
    users.sum()
}

impl Account {
    /// Whether a user would lose something with the account (REV-8).
    pub(crate) fn holds_anything(&self, user: &User) -> bool {
        let profile = self.profile(user);
        let held = match profile.status {
            Status::Active => profile.permissions(),
            Status::Invited | Status::Suspended => profile.configured(),
        };
        !held.is_empty()
    }

    /// Who gained and lost what by edits, on the way from one state to another.
    pub(super) fn effects_of<'a>(&'a self, after: &'a Self, edits: &'a [Edit]) -> Vec<Effect> {
        let written = Written::by(edits);
        // Users who held alike and hold alike gain and lose alike.
        let mut known: Map<[Option<&Holding>; 2], Option<Effect>> = Map::default();
        let own = written.users.iter().filter_map(|(id, states)| {
            let who = Affected::User(UserId::clone(id));
            let [was, is] = states.map(|user| user.map(|user| &*user.holding));
            let alike = known.entry([was, is]).or_insert_with(|| {
                let states = [(self, was), (after, is)];
                let profile_of = |(account, holding): (&'a Self, Option<&'a Holding>)| {
                    holding.map(|holding| account.profile_of(holding))
                };
                Effect::between(who.clone(), states.map(profile_of))
            });
            alike.as_ref().map(|effect| Effect { who, ..effect.clone() })
        });
        let mut effects: Vec<Effect> = own.collect();
        // In an order that says nothing of how groups are found.
        let mut elsewhere: BTreeMap<_, (Effect, usize)> = BTreeMap::new();
        for Group { holding, users } in written.groups_elsewhere(self, after) {
            let states = [self, after].map(|account| Some(account.profile_of(&holding)));
            let template = holding.template.clone();
            let who = Affected::Profile { users: 0, template: template.clone() };
            if let Some(effect) = Effect::between(who, states) {
                let bits = |permissions: &[Permission]| -> Vec<u16> {
                    permissions.iter().map(|permission| permission.bit()).collect()
                };
                let key = (template, effect.of, bits(effect.gained()), bits(effect.lost()));
                elsewhere.entry(key).or_insert((effect, 0)).1 += users;
            }
        }
        for ((template, ..), (effect, users)) in elsewhere {
            effects.push(Effect { who: Affected::Profile { users, template }, ..effect });
        }
        effects
    }
}
