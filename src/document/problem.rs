use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use thiserror::Error;

use crate::catalog::{CatalogFault, KeyError, SettingError, WordError};
use crate::document::MAX_REVISION;
use crate::email::EmailError;
use crate::features::FeatureError;
use crate::key::IdError;
use crate::level::ParseLevelError;
use crate::role::{ParseRoleError, ParseStatusError};
use crate::template::{NameError, TemplateError};
use crate::text::{OneLine, Quoted};

/// The most problems that are reported of one document.
pub const MAX_PROBLEMS: usize = 100;

/// Why a document cannot be used: its problems in the order of the input, the first
/// [`MAX_PROBLEMS`] of them by place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    // INVARIANT: not empty, and no more than `MAX_PROBLEMS`.
    problems: Vec<DocumentProblem>,
    more: usize,
}

impl DocumentError {
    /// The first problems: at least one, and at most [`MAX_PROBLEMS`].
    #[must_use]
    pub fn problems(&self) -> &[DocumentProblem] {
        &self.problems
    }

    /// How many problems there are besides these.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the document cannot be used")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))?;
        match self.more {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more problems"),
        }
    }
}

/// The first problems of a document, found in any order, and the number of the others.
#[derive(Default)]
pub(super) struct Problems {
    // INVARIANT: fewer than twice `MAX_PROBLEMS`; the first `MAX_PROBLEMS` of all are among them.
    first: Vec<(u32, DocumentProblem)>,
    /// What is at or beyond this position is not among the first.
    end: Option<u32>,
    more: usize,
}

impl Problems {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Notes a problem of the value at a position.
    pub(super) fn add(&mut self, position: u32, problem: impl FnOnce() -> DocumentProblem) {
        if self.is_beyond(position) {
            self.more += 1;
            return;
        }
        self.first.push((position, problem()));
        if self.first.len() == 2 * MAX_PROBLEMS {
            self.keep_first();
        }
    }

    /// Whether a problem of the value at a position is only counted.
    pub(super) fn is_beyond(&self, position: u32) -> bool {
        self.end.is_some_and(|end| position >= end)
    }

    /// Notes problems that are only counted.
    pub(super) fn skip(&mut self, count: usize) {
        self.more += count;
    }

    fn keep_first(&mut self) {
        self.first.sort_by_key(|(position, _)| *position);
        self.more += self.first.len().saturating_sub(MAX_PROBLEMS);
        self.first.truncate(MAX_PROBLEMS);
        if self.first.len() == MAX_PROBLEMS {
            self.end = self.first.last().map(|(position, _)| *position);
        }
    }

    pub(super) fn into_error(mut self) -> DocumentError {
        self.keep_first();
        let problems = self.first.into_iter().map(|(_, problem)| problem).collect();
        DocumentError { problems, more: self.more }
    }
}

impl core::error::Error for DocumentError {}

/// One thing that is wrong with a document, and where.
///
/// As text it is one line: control characters that the document has in it are shown as escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentProblem {
    place: String,
    fault: DocumentFault,
}

impl DocumentProblem {
    pub(super) fn new(place: String, fault: DocumentFault) -> Self {
        Self { place, fault }
    }

    /// Where: `users[3].grants.build.tools`, or `document` for all of it. An empty key is `""`, and
    /// of a very long one there is the beginning.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong there.
    #[must_use]
    pub fn fault(&self) -> &DocumentFault {
        &self.fault
    }
}

impl fmt::Display for DocumentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(OneLine(f), "{}: {}", self.place, self.fault)
    }
}

impl core::error::Error for DocumentProblem {}

/// What can be wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DocumentFault {
    /// A value of another kind is wanted.
    #[error("{wanted} is wanted, and this is {given}")]
    Kind {
        /// What is wanted.
        wanted: &'static str,
        /// What is there.
        given: &'static str,
    },
    /// A field is missing.
    #[error("the field {} is missing", Quoted(field))]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A demotion keeps what is stored and is given grants (ROLE-6).
    #[error("`keep` and `grants` exclude each other: give one of the two")]
    KeepsAndGrants,
    /// A field has no meaning here.
    #[error("unknown field {}; there are {known}", Quoted(field))]
    UnknownField {
        /// The field.
        field: Box<str>,
        /// The fields there are.
        known: Box<str>,
    },
    /// A key stands twice in one object.
    #[error("{} stands here twice; keep one of the two", Quoted(field))]
    Repeated {
        /// The key.
        field: Box<str>,
    },
    /// The document is of another format, or of a version that is not known.
    #[error("{} is not the format wanted here, which is {}", Quoted(given), Quoted(wanted))]
    Format {
        /// The format given.
        given: Box<str>,
        /// The format wanted.
        wanted: &'static str,
    },
    /// No catalog by that id is at hand.
    #[error(
        "unknown catalog {}; known are {known}, or write the catalog itself here",
        Quoted(given)
    )]
    UnknownCatalog {
        /// The id.
        given: Box<str>,
        /// The ids that are known.
        known: Box<str>,
    },
    /// An inline catalog has the id or the stamp of a catalog that the host knows, and is not that
    /// catalog (CAT-18).
    #[error(
        "the inline catalog {} would be taken for the known catalog {} and differs from it; give \
         it an id of its own, or name {} here",
        Quoted(given),
        Quoted(known),
        Quoted(known)
    )]
    CatalogImposter {
        /// The id of the inline catalog.
        given: Box<str>,
        /// The id of the known one.
        known: Box<str>,
    },
    /// A subaccount is on another catalog than its agency.
    #[error(
        "a subaccount has its agency's catalog, which is {}, not {}",
        Quoted(wanted),
        Quoted(given)
    )]
    OtherCatalog {
        /// The id given.
        given: Box<str>,
        /// The agency's catalog.
        wanted: Box<str>,
    },
    /// An id cannot be one.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An email address cannot be one.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// An unknown role.
    #[error("{} is no role: {error}", Quoted(given))]
    Role {
        /// The text.
        given: Box<str>,
        /// What would do.
        error: ParseRoleError,
    },
    /// An unknown status.
    #[error("{} is no status: {error}", Quoted(given))]
    Status {
        /// The text.
        given: Box<str>,
        /// What would do.
        error: ParseStatusError,
    },
    /// An unknown level.
    #[error("{} is no level: {error}", Quoted(given))]
    Level {
        /// The text.
        given: Box<str>,
        /// What would do.
        error: ParseLevelError,
    },
    /// An unknown command.
    #[error("{} is no command; its name is wanted here, as in `invite` or `tick`", Quoted(given))]
    UnknownCommand {
        /// The text.
        given: Box<str>,
    },
    /// A name that is none of those wanted.
    #[error("{} is none of {known}", Quoted(given))]
    Name {
        /// The text.
        given: Box<str>,
        /// What would do.
        known: Box<str>,
    },
    /// A number out of range.
    #[error("{given} is out of range; {wanted} is wanted")]
    Range {
        /// The number.
        given: i64,
        /// What would do.
        wanted: &'static str,
    },
    /// A revision that could not be written on.
    #[error("revision {given} is too large; an account or agency has at most {MAX_REVISION}")]
    Revision {
        /// The revision.
        given: u64,
    },
    /// A text that names nothing in the catalog (CAT-9).
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A setting that cannot be.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A feature that cannot be set.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// A malformed description of a template (TPL-10).
    #[error(transparent)]
    Description(#[from] WordError),
    /// A template that cannot be.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A reference to a template that does not exist (TPL-8).
    #[error("unknown template {}; there are {known}", Quoted(given))]
    UnknownTemplate {
        /// The template's id as given.
        given: Box<str>,
        /// The templates there are.
        known: Box<str>,
    },
    /// An id, email or name that must be unique is taken.
    #[error(
        "{what} {} is {}; each {what} is used once",
        Quoted(given),
        taken(first.as_deref())
    )]
    Taken {
        /// What must be unique.
        what: &'static str,
        /// The value.
        given: Box<str>,
        /// What has it already, where that has another name and the name is known.
        first: Option<Box<str>>,
    },
    /// An inline catalog cannot be built.
    #[error(transparent)]
    Catalog(#[from] CatalogFault),
    /// `accepted` says something that the status rules out (USR-3).
    #[error("`accepted` can be set for a suspended user alone; this one is {status}")]
    Accepted {
        /// The status.
        status: &'static str,
    },
    /// Someone who has accepted has no invitation (USR-3).
    #[error("an invitation is of someone who has not accepted; this user is {status}")]
    Invitation {
        /// The status.
        status: &'static str,
    },
    /// A malformed name of an account (AGY-10).
    #[error(transparent)]
    AccountName(NameError),
    /// A case names no subaccount of the agency, or one where there is none.
    #[error("unknown account {}; there are {known}", Quoted(given))]
    UnknownAccount {
        /// The id.
        given: Box<str>,
        /// The accounts there are.
        known: Box<str>,
    },
    /// An edit has nothing before it and nothing after it.
    #[error("an edit needs `before`, `after` or both")]
    EmptyEdit,
    /// An edit begins with one user or template and ends with another.
    #[error(
        "an edit is of one id: `before` is of {}, `after` is of {}",
        Quoted(before),
        Quoted(after)
    )]
    OtherSubject {
        /// The id before.
        before: Box<str>,
        /// The id after.
        after: Box<str>,
    },
    /// A case expects an allow and gives a reason.
    #[error("only a `deny` has a reason; drop it, or expect `deny`")]
    ReasonOfAllow,
}

impl DocumentFault {
    /// The fault as a program names it, such as `unknown_field`; it stays the same in all versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "wrong_kind",
            Self::Missing { .. } => "missing_field",
            Self::KeepsAndGrants => "keep_and_grants",
            Self::UnknownField { .. } => "unknown_field",
            Self::Repeated { .. } => "repeated_field",
            Self::Format { .. } => "wrong_format",
            Self::UnknownCatalog { .. } => "unknown_catalog",
            Self::CatalogImposter { .. } => "catalog_imposter",
            Self::OtherCatalog { .. } => "other_catalog",
            Self::Id(_) => "invalid_id",
            Self::Email(_) => "invalid_email",
            Self::Role { .. } => "unknown_role",
            Self::Status { .. } => "unknown_status",
            Self::Level { .. } => "unknown_level",
            Self::UnknownCommand { .. } => "unknown_command",
            Self::Name { .. } => "unknown_name",
            Self::Range { .. } => "out_of_range",
            Self::Revision { .. } => "revision_too_large",
            Self::Key(_) => "unknown_key",
            Self::Setting(_) => "invalid_setting",
            Self::Feature(_) => "invalid_feature",
            Self::Description(_) => "invalid_description",
            Self::Template(_) => "invalid_template",
            Self::UnknownTemplate { .. } => "unknown_template",
            Self::Taken { .. } => "taken",
            Self::Catalog(_) => "invalid_catalog",
            Self::Accepted { .. } => "invalid_accepted",
            Self::Invitation { .. } => "invalid_invitation",
            Self::AccountName(_) => "invalid_name",
            Self::UnknownAccount { .. } => "unknown_account",
            Self::ReasonOfAllow => "reason_of_allow",
            Self::EmptyEdit => "empty_edit",
            Self::OtherSubject { .. } => "other_subject",
        }
    }
}

fn taken(first: Option<&str>) -> String {
    match first {
        Some(first) => format!("taken by {}", Quoted(first)),
        None => "given twice".into(),
    }
}
