use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use thiserror::Error;

use crate::catalog::MAX_ACTIONS;
use crate::catalog::definition::Group;
use crate::catalog::place::Place;
use crate::catalog::settings::SettingError;
use crate::catalog::tree::KeyError;
use crate::catalog::words::WordError;
use crate::key::{IdError, MAX_KEY};
use crate::template_name::NameError;
use crate::text::{OneLine, Quoted};

/// The most problems that are reported of one catalog.
pub const MAX_PROBLEMS: usize = 100;

/// Why a catalog cannot be built: its problems in the order of the input, the first
/// [`MAX_PROBLEMS`] of them by place (CAT-8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogError {
    // INVARIANT: not empty, and no more than `MAX_PROBLEMS`.
    problems: Vec<CatalogProblem>,
    more: usize,
}

impl CatalogError {
    pub(crate) fn new(mut problems: Vec<CatalogProblem>, more: usize) -> Self {
        let beyond = problems.len().saturating_sub(MAX_PROBLEMS);
        problems.truncate(MAX_PROBLEMS);
        Self { problems, more: more + beyond }
    }

    /// The first problems: at least one, and at most [`MAX_PROBLEMS`].
    #[must_use]
    pub fn problems(&self) -> &[CatalogProblem] {
        &self.problems
    }

    /// How many problems there are besides these.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the catalog cannot be built")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))?;
        match self.more {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more problems"),
        }
    }
}

impl core::error::Error for CatalogError {}

/// One thing that is wrong with a catalog, and where.
///
/// As text it is one line: control characters that the catalog has in it are shown as escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogProblem {
    place: String,
    fault: CatalogFault,
}

impl CatalogProblem {
    pub(crate) fn new(place: &Place, fault: impl Into<CatalogFault>) -> Self {
        Self { place: place.to_string(), fault: fault.into() }
    }

    /// Where: `areas[2].sub_sections[0]`.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong there.
    #[must_use]
    pub fn fault(&self) -> &CatalogFault {
        &self.fault
    }
}

impl fmt::Display for CatalogProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(OneLine(f), "{}: {}", self.place, self.fault)
    }
}

impl core::error::Error for CatalogProblem {}

/// What can be wrong with a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CatalogFault {
    /// The catalog's id is malformed.
    #[error(
        "{} is not a catalog id; use a lower-case letter, then lower-case letters, digits and \
         `_`, `/`, `-`, `.`, at most {MAX_KEY} bytes",
        Quoted(given)
    )]
    Id {
        /// The id.
        given: Box<str>,
    },
    /// A key is malformed.
    #[error("{} is not a key; use ASCII snake_case, as in `audio_library`", Quoted(given))]
    Key {
        /// The key.
        given: Box<str>,
    },
    /// A key is too long.
    #[error("{} has {length} bytes; a key has at most {MAX_KEY}", Quoted(given), length = given.len())]
    KeyTooLong {
        /// The key.
        given: Box<str>,
    },
    /// A key or alias is already in use.
    #[error(
        "{} is already a name of {}; choose another key or alias",
        Quoted(given),
        Quoted(first)
    )]
    Duplicate {
        /// The name given twice.
        given: Box<str>,
        /// What has the name already.
        first: Box<str>,
    },
    /// Two catalogs that are put together both have the key.
    #[error(
        "area {} of {} collides with area {} of {}; rename one of the two or leave it out",
        Quoted(given),
        Quoted(from),
        Quoted(key),
        Quoted(with)
    )]
    Collision {
        /// The area's key in the catalog that it comes from.
        given: Box<str>,
        /// The catalog that it comes from.
        from: Box<str>,
        /// The key, in the catalog that it comes from, of the area that has the key here already.
        key: Box<str>,
        /// The catalog that this one comes from.
        with: Box<str>,
    },
    /// An area gives no permission.
    #[error("{} has no permission; give it at least one action", Quoted(area))]
    NoPermissions {
        /// The area's key.
        area: Box<str>,
    },
    /// A scale has too many actions.
    #[error("{} has {given} actions; a scale has at most {MAX_ACTIONS}", Quoted(area))]
    TooManyActions {
        /// The area's key.
        area: Box<str>,
        /// How many there are.
        given: usize,
    },
    /// The catalog has too many of what it lists.
    #[error("{given} {what} are too many; a catalog has at most {most}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// A name refers to nothing.
    #[error(transparent)]
    Reference(#[from] KeyError),
    /// A feature needs itself.
    #[error("{} would need itself; remove one of the gates between", Quoted(feature))]
    CyclicGate {
        /// The feature.
        feature: Box<str>,
    },
    /// A gate asks for nothing.
    #[error("a gate of {} needs no feature; name at least one", Quoted(target))]
    EmptyGate {
        /// What it is a gate of.
        target: Box<str>,
    },
    /// A gate could make inert what is always on.
    #[error(
        "a gate of {} could close what is always on: {features}; drop one of the two",
        Quoted(target)
    )]
    GatedAlwaysOn {
        /// What it is a gate of.
        target: Box<str>,
        /// The features that are always on.
        features: Box<str>,
    },
    /// An authority names no permission (CAT-15).
    #[error("the authority {} names no permission; name at least one", Quoted(group.name()))]
    EmptyAuthority {
        /// The group of commands.
        group: Group,
    },
    /// An authority names what no person holds (CAT-15).
    #[error(
        "{} cannot carry commands; name one permission that is granted or comes with a role",
        Quoted(given)
    )]
    NotAnAuthority {
        /// The text.
        given: Box<str>,
    },
    /// An operation asks for nothing (CAT-7).
    #[error("operation {} needs no permission; name at least one", Quoted(key))]
    EmptyOperation {
        /// The operation's key.
        key: Box<str>,
    },
    /// Something that only account features have is said of another section.
    #[error("{} is not an account feature; only one of those can {what}", Quoted(path))]
    FeatureOnly {
        /// The section's path.
        path: Box<str>,
        /// `have an API name` or `be always on`.
        what: &'static str,
    },
    /// Sub-sections hold the permissions of a container, so it has no features of its own.
    #[error("{} has sub-sections and cannot {what}; each of them can", Quoted(path))]
    ContainerOnly {
        /// The area's path.
        path: Box<str>,
        /// `have an API name` or `be always on`.
        what: &'static str,
    },
    /// An account's features are on or off.
    #[error("{} is set by the account and must be a toggle", Quoted(area))]
    AccountScale {
        /// The area's key.
        area: Box<str>,
    },
    /// Only account features are set by the host or an agency (CAT-14).
    #[error("{} is not set by the account, so nobody turns it on; drop `set_by`", Quoted(area))]
    Setter {
        /// The area's key.
        area: Box<str>,
    },
    /// Only what is granted can be kept from templates.
    #[error("{} is not grantable, so no template could set it; drop `user_only`", Quoted(area))]
    UserOnly {
        /// The area's key.
        area: Box<str>,
    },
    /// The area cannot be delegated.
    #[error(
        "{} cannot be delegated; it must be a grantable leaf with the actions `create`, \
         `edit`, `delete` and `manage`",
        Quoted(area)
    )]
    NotDelegable {
        /// The area's path.
        area: Box<str>,
    },
    /// A retired path is malformed (EVO-5).
    #[error("{} is not a path; write `area`, `area.section` or `area:action`", Quoted(given))]
    RetiredPath {
        /// The text.
        given: Box<str>,
    },
    /// A retired key is used again (EVO-5).
    #[error("{} is retired and cannot be used again; choose another key", Quoted(given))]
    RetiredInUse {
        /// The path.
        given: Box<str>,
    },
    /// A label or description is malformed (CAT-11).
    #[error(transparent)]
    Word(#[from] WordError),
    /// A template's id is malformed.
    #[error(transparent)]
    TemplateId(#[from] IdError),
    /// A template's name is malformed (TPL-1).
    #[error(transparent)]
    TemplateName(#[from] NameError),
    /// A template's name is already in use.
    #[error("template name {} is used twice; choose another", Quoted(given))]
    TemplateNameTaken {
        /// The name.
        given: Box<str>,
    },
    /// A template sets something that it cannot.
    #[error(transparent)]
    Setting(#[from] SettingError),
}
