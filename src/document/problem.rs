use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use thiserror::Error;

use crate::catalog::{CatalogFault, KeyError, SettingError};
use crate::email::EmailError;
use crate::features::FeatureError;
use crate::key::IdError;
use crate::level::ParseLevelError;
use crate::role::{ParseRoleError, ParseStatusError};
use crate::template::TemplateError;
use crate::text::{OneLine, Quoted};

/// Why a document cannot be used: every problem there is, in the order of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    // INVARIANT: not empty.
    problems: Vec<DocumentProblem>,
}

impl DocumentError {
    pub(super) fn new(problems: Vec<DocumentProblem>) -> Self {
        Self { problems }
    }

    /// The problems, at least one.
    #[must_use]
    pub fn problems(&self) -> &[DocumentProblem] {
        &self.problems
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the document cannot be used")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
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
    /// A text that names nothing in the catalog (CAT-9).
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A setting that cannot be.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A feature that cannot be set.
    #[error(transparent)]
    Feature(#[from] FeatureError),
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
    /// An edit without a record before or after.
    #[error("an edit says what was there before, what is there after, or both")]
    EmptyEdit,
    /// A case names no subaccount of the agency, or one where there is none.
    #[error("unknown account {}; there are {known}", Quoted(given))]
    UnknownAccount {
        /// The id.
        given: Box<str>,
        /// The accounts there are.
        known: Box<str>,
    },
    /// A case expects an allow and gives a reason.
    #[error("only a `deny` has a reason; drop it, or expect `deny`")]
    ReasonOfAllow,
}

fn taken(first: Option<&str>) -> String {
    match first {
        Some(first) => format!("taken by {}", Quoted(first)),
        None => "given twice".into(),
    }
}
