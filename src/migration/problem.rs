//! Why a migration cannot be built.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use thiserror::Error;

use crate::catalog::{KeyError, MAX_PROBLEMS, ScaleKind, Source};
use crate::migration::gain::Gain;
use crate::migration::rule::{Kind, Verb};
use crate::text::{OneLine, Quoted};

/// Why a migration cannot be built: all that is not accounted for, ambiguous or impossible, and
/// whatever would be gained (EVO-2, EVO-3); the first [`MAX_PROBLEMS`] of it, rules first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationError {
    // INVARIANT: not empty, and no more than `MAX_PROBLEMS`.
    problems: Vec<MigrationProblem>,
    more: usize,
}

impl MigrationError {
    /// The first problems: at least one, and at most [`MAX_PROBLEMS`].
    #[must_use]
    pub fn problems(&self) -> &[MigrationProblem] {
        &self.problems
    }

    /// How many problems there are besides these.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the migration cannot be built")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))?;
        match self.more {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more problems"),
        }
    }
}

impl core::error::Error for MigrationError {}

/// The first problems by place, and the number of the others.
#[derive(Debug, Default)]
pub(super) struct Problems {
    // INVARIANT: fewer than twice `MAX_PROBLEMS`; the first `MAX_PROBLEMS` of all are among them.
    first: Vec<MigrationProblem>,
    more: usize,
}

impl Problems {
    pub(super) fn add(&mut self, place: Place, fault: MigrationFault) {
        self.first.push(MigrationProblem { place, fault });
        if self.first.len() == 2 * MAX_PROBLEMS {
            self.keep_first();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Whether more problems than are reported were added.
    pub(super) fn is_full(&self) -> bool {
        self.first.len() >= MAX_PROBLEMS
    }

    fn keep_first(&mut self) {
        self.first.sort_by_key(|problem| problem.place);
        self.more += self.first.len().saturating_sub(MAX_PROBLEMS);
        self.first.truncate(MAX_PROBLEMS);
    }

    /// These as an error, unless there are none.
    pub(super) fn into_error(mut self) -> Option<MigrationError> {
        self.keep_first();
        let Self { first: problems, more } = self;
        (!problems.is_empty()).then_some(MigrationError { problems, more })
    }
}

/// One thing that is wrong with a migration, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationProblem {
    place: Place,
    fault: MigrationFault,
}

/// Where a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Place {
    /// A rule, the first being 0.
    Rule(usize),
    /// A gain that was accepted, the first being 0.
    Accepted(usize),
    /// The old catalog.
    Old,
    /// The new catalog.
    New,
    /// What users could do with it.
    Gains,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(position) => write!(f, "rules[{position}]"),
            Self::Accepted(position) => write!(f, "accept[{position}]"),
            Self::Old => f.write_str("old catalog"),
            Self::New => f.write_str("new catalog"),
            Self::Gains => f.write_str("gain"),
        }
    }
}

impl MigrationProblem {
    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// What is wrong there.
    #[must_use]
    pub fn fault(&self) -> &MigrationFault {
        &self.fault
    }
}

impl fmt::Display for MigrationProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(OneLine(f), "{}: {}", self.place, self.fault)
    }
}

impl core::error::Error for MigrationProblem {}

/// What can be wrong with a migration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MigrationFault {
    /// A rule names something that its catalog does not have (CAT-9).
    #[error("in the {side} catalog: {error}")]
    Key {
        /// `old` or `new`.
        side: &'static str,
        /// What is wrong with the name.
        error: KeyError,
    },
    /// A rule names an operation or a template that its catalog does not have.
    #[error("the {side} catalog has no {kind} {}; it has {known}", Quoted(given))]
    Unknown {
        /// `old` or `new`.
        side: &'static str,
        /// What was looked for.
        kind: Kind,
        /// The name as given.
        given: Box<str>,
        /// The names there are.
        known: Box<str>,
    },
    /// A rule takes more names, or fewer.
    #[error("{} takes {takes}", Quoted(verb.name()))]
    Names {
        /// The rule's verb.
        verb: Verb,
        /// What it takes.
        takes: &'static str,
    },
    /// A rule names an area with sub-sections where a leaf is meant, or a rung beside either.
    #[error("{} takes leaves, not single rungs or an area for a leaf", Quoted(verb.name()))]
    NotALeaf {
        /// The rule's verb.
        verb: Verb,
    },
    /// One becomes the other and cannot: another scale, or set by others (CAT-3, CAT-4).
    #[error("{} cannot become {}: {was} there, {is} here; retire one and add the other",
        Quoted(from), Quoted(into), was = Shape(*was), is = Shape(*is))]
    DoesNotFit {
        /// The old leaf.
        from: Box<str>,
        /// The new leaf.
        into: Box<str>,
        /// Whose the old one is, and on which scale.
        was: (Source, ScaleKind),
        /// Whose the new one is, and on which scale.
        is: (Source, ScaleKind),
    },
    /// Two rules say what something new comes from.
    #[error("{} comes from rules[{first}] already; keep one of the two", Quoted(path))]
    MadeTwice {
        /// What is made.
        path: Box<str>,
        /// The first rule that makes it.
        first: usize,
    },
    /// Two rules say what becomes of something old.
    #[error(
        "rules[{first}] says what becomes of {} already; use `split` for one that becomes \
         several, or `lowest_of` for one of several that another needs",
        Quoted(path)
    )]
    TakenTwice {
        /// What is taken.
        path: Box<str>,
        /// The first rule that takes it.
        first: usize,
    },
    /// Two rules name the same action, operation or template.
    #[error("rules[{first}] names {} already; keep one of the two", Quoted(name))]
    NamedTwice {
        /// The name.
        name: Box<str>,
        /// The first rule that names it.
        first: usize,
    },
    /// A rule is about one rung of levels or of a toggle, which every catalog has (CAT-3).
    #[error(
        "{} is not an action: each leaf with the scale {scale} has the same rungs, and only its \
         name can change",
        Quoted(path)
    )]
    NotAnAction {
        /// The rung, as `path:rung`.
        path: Box<str>,
        /// Its scale.
        scale: ScaleKind,
    },
    /// A rule says that an action is new, and it comes from an old one.
    #[error(
        "{} comes from {}; retire or rename that one, or do not add this one",
        Quoted(path),
        Quoted(was)
    )]
    NotNew {
        /// The action of the new catalog.
        path: Box<str>,
        /// The action of the old catalog.
        was: Box<str>,
    },
    /// A rule says nothing of any leaf that lives on.
    #[error("the rule has no effect; leave it out, or name a leaf that lives on")]
    Idle,
    /// What is retired is in the new catalog (EVO-5).
    #[error(
        "{} is retired, and the new catalog has it; a retired key is never used again",
        Quoted(path)
    )]
    RetiredInUse {
        /// The path.
        path: Box<str>,
    },
    /// What a catalog that keeps its id has no more, whether it was retired or became something
    /// else, is no tombstone there (EVO-5).
    #[error("{} is gone; list it among the retired keys of the new catalog", Quoted(path))]
    NoTombstone {
        /// The path of a leaf or of a whole area, or `path:action`.
        path: Box<str>,
    },
    /// The key of what lives on elsewhere names something else: documents that still name it would
    /// mean that (EVO-5).
    #[error(
        "{} becomes something else, and the new catalog has it for another; a key is never used \
         again, so choose another for the new one",
        Quoted(path)
    )]
    UsedAgain {
        /// The path of a leaf, or `path:action`; the key of an operation, the id of a template.
        path: Box<str>,
    },
    /// Nothing says what becomes of something old, or what something new comes from (EVO-2).
    #[error("{kind} {} is not accounted for: {way}{suggested}", Quoted(name),
        suggested = Suggested(suggestions))]
    Unaccounted {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: Box<str>,
        /// What would account for it.
        way: &'static str,
        /// Names of the other catalog that it may be.
        suggestions: Vec<Box<str>>,
    },
    /// A leaf comes from more leaves than a proof covers.
    #[error("{} comes from {given} leaves; the most is {most}", Quoted(path))]
    TooMany {
        /// The new leaf.
        path: Box<str>,
        /// How many.
        given: usize,
        /// The most.
        most: usize,
    },
    /// A gain is accepted that is none.
    #[error("nothing is gained by the name {}; leave it out", Quoted(gain))]
    NoSuchGain {
        /// The name.
        gain: Box<str>,
    },
    /// A gain is accepted without a reason.
    #[error("accepting the gain {} needs a reason", Quoted(gain))]
    NoReason {
        /// The name.
        gain: Box<str>,
    },
    /// Somebody would gain (EVO-3).
    #[error(transparent)]
    Gain(#[from] Gain),
}

/// Whose something is, and on which scale.
struct Shape((Source, ScaleKind));

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (source, scale) = self.0;
        write!(f, "{source} {scale}")
    }
}

struct Suggested<'a>(&'a [Box<str>]);

impl fmt::Display for Suggested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => Ok(()),
            names => write!(f, "; is it {}?", crate::catalog::message::quoted(names.iter())),
        }
    }
}
