use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

use thiserror::Error;

use crate::catalog::{CatalogFault, KeyError, SettingError, WordError};
use crate::document::MAX_REVISION;
use crate::email::EmailError;
use crate::features::FeatureError;
use crate::key::IdError;
use crate::ledger::{ParseDigestError, ReasonError};
use crate::migration::MigrationFault;
use crate::permission::{ParseStampError, Stamp};
use crate::template::TemplateError;
use crate::template_name::NameError;
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
    /// Problems at or beyond this position are only counted.
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
    /// a very long one is cut.
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
    /// A value of another kind is expected.
    #[error("expected {expected}, found {given}")]
    Kind {
        /// What is expected.
        expected: &'static str,
        /// What is there.
        given: &'static str,
    },
    /// A field is missing.
    #[error("missing field {}", Quoted(field))]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// One of several fields is missing.
    #[error("missing field: {fields}")]
    MissingOneOf {
        /// The fields.
        fields: Box<str>,
    },
    /// A field has no meaning here.
    #[error("unknown field {}: {known}", Quoted(field))]
    UnknownField {
        /// The field.
        field: Box<str>,
        /// The fields there are.
        known: Box<str>,
    },
    /// An object has a key twice.
    #[error("duplicate {}", Quoted(field))]
    Repeated {
        /// The key.
        field: Box<str>,
    },
    /// The document is of another format, or of a version that is not known.
    #[error("unknown format {}: expected {}", Quoted(given), Quoted(wanted))]
    Format {
        /// The format given.
        given: Box<str>,
        /// The format expected.
        wanted: &'static str,
    },
    /// The catalog is not among those that the host passed in.
    #[error("unknown catalog {}: {known}, or spell the catalog out", Quoted(given))]
    UnknownCatalog {
        /// The id.
        given: Box<str>,
        /// The ids that are known.
        known: Box<str>,
    },
    /// An inline catalog has the id or the stamp of a catalog that the host knows, and is not that
    /// catalog (CAT-18).
    #[error(
        "the inline catalog {} differs from the known catalog {}, which it would be taken for: \
         give it an id of its own, or name {} here",
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
    /// It was stored under a catalog of this id that has changed since (EVO-1).
    #[error(
        "stored under {} with the stamp {given}, which has {known} now: migrate what is stored, \
         or read it with the catalog it was stored under",
        Quoted(catalog)
    )]
    CatalogChanged {
        /// The catalog's id.
        catalog: Box<str>,
        /// The stamp that is stored.
        given: Stamp,
        /// The stamp of the catalog that is known by that id.
        known: Stamp,
    },
    /// Something is wrong with a migration (EVO-2, EVO-3).
    #[error(transparent)]
    Migration(#[from] MigrationFault),
    /// A malformed stamp.
    #[error(transparent)]
    Stamp(#[from] ParseStampError),
    /// A subaccount is on another catalog than its agency, or a change on another one than is read
    /// (EVO-1).
    #[error("expected the catalog {}, found {}", Quoted(wanted), Quoted(given))]
    OtherCatalog {
        /// The id given.
        given: Box<str>,
        /// The agency's catalog, or the one that is read.
        wanted: Box<str>,
    },
    /// An invalid id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An invalid email address.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// A malformed digest.
    #[error(transparent)]
    Digest(#[from] ParseDigestError),
    /// A text that is none of those expected, such as an unknown role, command or template.
    #[error("unknown {what} {}: {expected}", Quoted(given))]
    Unknown {
        /// What it should name.
        what: &'static str,
        /// The text.
        given: Box<str>,
        /// What would do.
        expected: Box<str>,
    },
    /// A number out of range.
    #[error("{given} is out of range: expected {expected}")]
    Range {
        /// The number.
        given: i64,
        /// What would do.
        expected: &'static str,
    },
    /// A revision beyond the last.
    #[error("revision {given} is too large: the last is {MAX_REVISION}")]
    Revision {
        /// The revision.
        given: u64,
    },
    /// A text that names nothing in the catalog (CAT-9).
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An invalid setting.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A feature that cannot be set.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// An invalid template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// An id, email or name that must be unique is not.
    #[error("{}", duplicate(what, given, first.as_deref()))]
    Taken {
        /// What must be unique.
        what: &'static str,
        /// The value.
        given: Box<str>,
        /// What has it already, if that has another name and the name is known.
        first: Option<Box<str>>,
    },
    /// Keys of orders are remembered in the order of their revisions, up to the account's.
    #[error("revision {given} of a key is out of order: expected more than {after}, up to {last}")]
    KeyRevision {
        /// The revision.
        given: u64,
        /// That of the key before.
        after: u64,
        /// That of the account or agency.
        last: u64,
    },
    /// More keys of orders are remembered than there is memory for.
    #[error("{given} keys are too many: the memory is for {memory}")]
    TooManyKeys {
        /// How many there are.
        given: usize,
        /// How many there can be.
        memory: u16,
    },
    /// An invalid inline catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogFault),
    /// Someone who has accepted has no invitation (USR-3).
    #[error("`invitation` is for users who have not accepted: this user is {status}")]
    Invitation {
        /// The status.
        status: &'static str,
    },
    /// A malformed name of an account (AGY-10).
    #[error(transparent)]
    AccountName(#[from] NameError),
    /// A malformed description of a template (TPL-10).
    #[error(transparent)]
    Description(#[from] WordError),
    /// A malformed reason of a change (REV-7).
    #[error(transparent)]
    Reason(#[from] ReasonError),
    /// A demotion keeps what is stored and is given grants (ROLE-6).
    #[error("`keep` and `grants` exclude each other: give one of the two")]
    KeepsAndGrants,
    /// `accepted` says something that the status rules out (USR-3).
    #[error("`accepted` is for suspended users: this user is {status}")]
    Accepted {
        /// The status.
        status: &'static str,
    },
    /// An edit has nothing before it and nothing after it.
    #[error("an edit needs `before`, `after` or both")]
    EmptyEdit,
    /// The records before and after an edit have different ids.
    #[error("an edit has one id: `before` has {}, `after` has {}", Quoted(before), Quoted(after))]
    OtherSubject {
        /// The id before.
        before: Box<str>,
        /// The id after.
        after: Box<str>,
    },
    /// A case expects an allow and gives a reason.
    #[error("only a `deny` has a reason: remove it, or expect `deny`")]
    ReasonOfAllow,
}

impl DocumentFault {
    /// The fault as a program names it, such as `unknown_field`; it stays the same in all versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "wrong_kind",
            Self::Missing { .. } | Self::MissingOneOf { .. } => "missing_field",
            Self::UnknownField { .. } => "unknown_field",
            Self::Repeated { .. } => "repeated_field",
            Self::Format { .. } => "wrong_format",
            Self::UnknownCatalog { .. } => "unknown_catalog",
            Self::CatalogImposter { .. } => "catalog_imposter",
            Self::CatalogChanged { .. } => "catalog_changed",
            Self::Migration(_) => "invalid_migration",
            Self::Stamp(_) => "invalid_stamp",
            Self::OtherCatalog { .. } => "other_catalog",
            Self::Id(_) => "invalid_id",
            Self::Email(_) => "invalid_email",
            Self::Digest(_) => "invalid_digest",
            Self::Unknown { .. } => "unknown_name",
            Self::Range { .. } => "out_of_range",
            Self::Revision { .. } => "revision_too_large",
            Self::Key(_) => "unknown_key",
            Self::Setting(_) => "invalid_setting",
            Self::Feature(_) => "invalid_feature",
            Self::Template(_) => "invalid_template",
            Self::Taken { .. } => "taken",
            Self::Catalog(_) => "invalid_catalog",
            Self::Accepted { .. } => "invalid_accepted",
            Self::Invitation { .. } => "invalid_invitation",
            Self::AccountName(_) => "invalid_name",
            Self::Description(_) => "invalid_description",
            Self::Reason(_) => "invalid_reason",
            Self::KeyRevision { .. } => "key_revision",
            Self::TooManyKeys { .. } => "too_many_keys",
            Self::KeepsAndGrants => "keep_and_grants",
            Self::ReasonOfAllow => "reason_of_allow",
            Self::EmptyEdit => "empty_edit",
            Self::OtherSubject { .. } => "other_subject",
        }
    }
}

fn duplicate(what: &str, given: &str, first: Option<&str>) -> String {
    match first {
        Some(first) => format!("{what} {} is already used by {}", Quoted(given), Quoted(first)),
        None => format!("duplicate {what} {}", Quoted(given)),
    }
}

/// The most names that a message lists.
const MAX_NAMES: usize = 20;

/// The end of a message: "expected `a`, `b` or `c`".
pub(super) fn either(names: impl IntoIterator<Item: fmt::Display>) -> Box<str> {
    let mut names = names.into_iter();
    let first = names.by_ref().take(MAX_NAMES);
    let shown: Vec<String> = first.map(|name| Quoted(&name.to_string()).to_string()).collect();
    let all = shown.join(", ");
    match (shown.split_last(), names.count()) {
        (None, _) => "there are none".into(),
        (Some((_, [])), 0) => format!("expected {all}").into(),
        (Some((last, first)), 0) => format!("expected {} or {last}", first.join(", ")).into(),
        (_, more) => format!("expected {all} or one of {more} more").into(),
    }
}
