use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::catalog::Catalog;
use crate::migration::Migration;
use crate::migration::gain::Gain;
use crate::migration::maps::Maps;
use crate::migration::problem::{MigrationError, MigrationFault, Place, Problems};
use crate::migration::proof::{self, AsPlanned};
use crate::migration::resolve::resolve;
use crate::migration::rule::{Accepted, Kind, Rule, Verb};

/// Collects the rules of a [`Migration`] (EVO-2).
///
/// Leaves, areas, features and role permissions are named by path or typed constant; an action of
/// a leaf, or of all leaves of an area, as `path:action`. What has the same path in both catalogs
/// needs no rule. A rule that has no effect is a problem, like everything that is left open. So is a
/// key that names something else from now on, or that is gone from a catalog which keeps its id and
/// does not list it as retired (EVO-5).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct MigrationBuilder {
    pub(super) old: Catalog,
    pub(super) new: Catalog,
    pub(super) rules: Vec<Rule>,
    accepted: Vec<Accepted>,
}

impl MigrationBuilder {
    pub(super) fn new(old: &Catalog, new: &Catalog) -> Self {
        let (old, new) = (old.clone(), new.clone());
        Self { old, new, rules: Vec::new(), accepted: Vec::new() }
    }

    /// Another key for the same leaf, for an area and all its leaves, or for one action
    /// (`calls:export`).
    pub fn rename(self, old: impl AsRef<str>, new: impl AsRef<str>) -> Self {
        self.leaves(Verb::Rename, [old], [new])
    }

    /// The same leaf in another area.
    pub fn move_to(self, old: impl AsRef<str>, new: impl AsRef<str>) -> Self {
        self.leaves(Verb::MoveTo, [old], [new])
    }

    /// One leaf becomes several, each with what the one gave. Mutes are split with it.
    pub fn split(self, old: impl AsRef<str>, new: impl IntoIterator<Item: AsRef<str>>) -> Self {
        self.leaves(Verb::Split, [old], new)
    }

    /// Several leaves, or all leaves of an area, become one, which gives what all of them gave.
    pub fn merge_all(self, old: impl IntoIterator<Item: AsRef<str>>, new: impl AsRef<str>) -> Self {
        self.leaves(Verb::MergeAll, old, [new])
    }

    /// Several leaves become one, which gives what any of them gave. Whoever held only some of
    /// them gains, so the gain has to be [accepted](Self::accept).
    pub fn merge_any(self, old: impl IntoIterator<Item: AsRef<str>>, new: impl AsRef<str>) -> Self {
        self.leaves(Verb::MergeAny, old, [new])
    }

    /// A leaf gives what all of these gave, and they may become other leaves as well.
    pub fn lowest_of(self, old: impl IntoIterator<Item: AsRef<str>>, new: impl AsRef<str>) -> Self {
        self.leaves(Verb::LowestOf, old, [new])
    }

    /// A leaf, an area or an action is gone, and its key is never used again (EVO-5).
    pub fn retire(self, old: impl AsRef<str>) -> Self {
        self.leaves(Verb::Retire, [old], NONE)
    }

    /// A leaf, an area or an action is new: admins hold it, and no member (EVO-4).
    #[expect(clippy::should_implement_trait, reason = "the rule's name, and nothing is summed")]
    pub fn add(self, new: impl AsRef<str>) -> Self {
        self.leaves(Verb::Add, NONE, [new])
    }

    /// Another key for the same operation.
    pub fn rename_operation(self, old: impl AsRef<str>, new: impl AsRef<str>) -> Self {
        self.rule(Verb::Rename, Kind::Operation, [old], [new])
    }

    /// An operation is gone.
    pub fn retire_operation(self, old: impl AsRef<str>) -> Self {
        self.rule(Verb::Retire, Kind::Operation, [old], NONE)
    }

    /// An operation is new.
    pub fn add_operation(self, new: impl AsRef<str>) -> Self {
        self.rule(Verb::Add, Kind::Operation, NONE, [new])
    }

    /// Another id for the same template of the catalog. Templates of accounts keep their ids.
    pub fn rename_template(self, old: impl AsRef<str>, new: impl AsRef<str>) -> Self {
        self.rule(Verb::Rename, Kind::Template, [old], [new])
    }

    /// The catalog ships a template no more. Accounts that have it keep it.
    pub fn retire_template(self, old: impl AsRef<str>) -> Self {
        self.rule(Verb::Retire, Kind::Template, [old], NONE)
    }

    /// The catalog ships a template that is new.
    pub fn add_template(self, new: impl AsRef<str>) -> Self {
        self.rule(Verb::Add, Kind::Template, NONE, [new])
    }

    /// Accepts a gain by name, for a reason (EVO-3): of a permission, a leaf or an area of the new
    /// catalog, an operation, or a group of commands. A new leaf whose gain is accepted is as its
    /// area instead of pinned to None (EVO-4).
    pub fn accept(mut self, gain: impl AsRef<str>, reason: impl Into<Box<str>>) -> Self {
        self.accepted.push(Accepted::new(gain.as_ref().into(), reason.into()));
        self
    }

    /// Accounts for everything, and proves that nobody gains (EVO-2, EVO-3). Takes time in
    /// proportion to the leaves, gates and operations of both catalogs.
    ///
    /// # Errors
    ///
    /// All that is not accounted for, ambiguous or impossible, at once; if there is none of that,
    /// every gain that is not accepted.
    pub fn build(self) -> Result<Migration, MigrationError> {
        let Self { old, new, rules, accepted } = self;
        let (resolved, mut problems) = resolve(&old, &new, &rules, &accepted);
        for (index, one) in accepted.iter().enumerate() {
            if one.reason.trim().is_empty() {
                let fault = MigrationFault::NoReason { gain: one.gain.clone() };
                problems.add(Place::Accepted(index), fault);
            }
        }
        let maps = Maps::new(&old, &new, resolved);
        if problems.is_empty() {
            add_unaccepted(&mut problems, proof::gains(&maps, &AsPlanned), &maps, &accepted);
        }
        match problems.into_error() {
            None => Ok(Migration { maps, rules, accepted }),
            Some(error) => Err(error),
        }
    }

    /// With all of these as well.
    #[cfg(feature = "serde")]
    pub(crate) fn with(mut self, rules: Vec<Rule>, accepted: Vec<Accepted>) -> Self {
        self.rules.extend(rules);
        self.accepted.extend(accepted);
        self
    }

    pub(super) fn leaves(
        self,
        verb: Verb,
        from: impl IntoIterator<Item: AsRef<str>>,
        into: impl IntoIterator<Item: AsRef<str>>,
    ) -> Self {
        self.rule(verb, Kind::Permission, from, into)
    }

    pub(super) fn rule(
        mut self,
        verb: Verb,
        kind: Kind,
        from: impl IntoIterator<Item: AsRef<str>>,
        into: impl IntoIterator<Item: AsRef<str>>,
    ) -> Self {
        let from = from.into_iter().map(|name| name.as_ref().into()).collect();
        let into = into.into_iter().map(|name| name.as_ref().into()).collect();
        self.rules.push(Rule { verb, kind, from, into });
        self
    }
}

const NONE: [&str; 0] = [];

/// The gains that nothing accepts, and what is accepted and is no gain.
fn add_unaccepted(problems: &mut Problems, gains: Vec<Gain>, maps: &Maps, accepted: &[Accepted]) {
    let (accepted_gains, rest): (Vec<Gain>, Vec<Gain>) = gains
        .into_iter()
        .partition(|gain| accepted.iter().any(|one| gain.gained.is_named(&one.gain)));
    for (index, one) in accepted.iter().enumerate() {
        let is_gained = accepted_gains.iter().any(|gain| gain.gained.is_named(&one.gain));
        if !is_gained && !maps.is_new_and_open(&one.gain) {
            let fault = MigrationFault::NoSuchGain { gain: one.gain.clone() };
            problems.add(Place::Accepted(index), fault);
        }
    }
    for gain in rest {
        problems.add(Place::Gains, gain.into());
    }
}
