//! The rules of a migration (EVO-2), as they were given.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::catalog::message::quoted;
use crate::name::names;
use crate::text::Quoted;

/// One rule of a [`Migration`](crate::migration::Migration): what becomes of what (EVO-2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rule {
    pub(super) verb: Verb,
    pub(super) kind: Kind,
    pub(super) from: Vec<Box<str>>,
    pub(super) into: Vec<Box<str>>,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verb {
    /// Another key for the same: of a leaf, of an area with all its leaves, of one rung.
    Rename,
    /// The same leaf in another area.
    MoveTo,
    /// One leaf becomes several, each with what the one gave.
    Split,
    /// Several leaves become one, which gives what all of them gave.
    MergeAll,
    /// Several leaves become one, which gives what any of them gave: a gain for whoever held only
    /// some, which has to be accepted.
    MergeAny,
    /// A leaf gives what all of several gave, which may become other leaves as well.
    LowestOf,
    /// It is gone.
    Retire,
    /// It is new.
    Add,
}

names!(Verb, "rule", {
    Rename => "rename",
    MoveTo => "move_to",
    Split => "split",
    MergeAll => "merge_all",
    MergeAny => "merge_any",
    LowestOf => "lowest_of",
    Retire => "retire",
    Add => "add",
});

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A leaf, an area, a rung, a role permission or a feature, by path.
    Permission,
    /// An operation, by key (CAT-7).
    Operation,
    /// A template that the catalog ships, by id (TPL-9).
    Template,
}

names!(Kind, "kind", {
    Permission => "permission",
    Operation => "operation",
    Template => "template",
});

impl Rule {
    #[cfg(feature = "serde")]
    pub(crate) fn new(verb: Verb, kind: Kind, from: Vec<Box<str>>, into: Vec<Box<str>>) -> Self {
        Self { verb, kind, from, into }
    }

    /// What it does.
    #[must_use]
    pub fn verb(&self) -> Verb {
        self.verb
    }

    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it names of the old catalog; nothing if it adds.
    pub fn from(&self) -> impl Iterator<Item = &str> {
        self.from.iter().map(|text| &**text)
    }

    /// What it names of the new catalog; nothing if it retires.
    pub fn into(&self) -> impl Iterator<Item = &str> {
        self.into.iter().map(|text| &**text)
    }

    /// How many names it takes of each catalog.
    pub(super) const fn takes(verb: Verb) -> [Count; 2] {
        match verb {
            Verb::Rename | Verb::MoveTo => [Count::One, Count::One],
            Verb::Split => [Count::One, Count::Many],
            Verb::MergeAll | Verb::MergeAny | Verb::LowestOf => [Count::Many, Count::One],
            Verb::Retire => [Count::One, Count::None],
            Verb::Add => [Count::None, Count::One],
        }
    }
}

/// How many names a side of a rule has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    None,
    One,
    Many,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [from, into] = [&self.from, &self.into].map(|names| quoted(names.iter()));
        match self.kind {
            Kind::Permission => write!(f, "{}", self.verb)?,
            Kind::Operation | Kind::Template => write!(f, "{} {}", self.verb, self.kind)?,
        }
        match Self::takes(self.verb) {
            [Count::None, _] => write!(f, " {into}"),
            [_, Count::None] => write!(f, " {from}"),
            [Count::One | Count::Many, Count::One | Count::Many] => write!(f, " {from}: {into}"),
        }
    }
}

/// A gain that was accepted, by name and for a reason (EVO-3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Accepted {
    pub(super) gain: Box<str>,
    pub(super) reason: Box<str>,
}

impl Accepted {
    pub(crate) fn new(gain: Box<str>, reason: Box<str>) -> Self {
        Self { gain, reason }
    }

    /// What is gained: a permission, a leaf or an area of the new catalog, an operation, or a
    /// group of commands.
    #[must_use]
    pub fn gain(&self) -> &str {
        &self.gain
    }

    /// Why that is right.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Quoted(&self.gain), crate::text::Shown(&self.reason))
    }
}
