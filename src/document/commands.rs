use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::account::{Account, Command};
use crate::agency::{Agency, AgencyCommand};
use crate::catalog::Catalog;
use crate::document::problem::DocumentError;
use crate::document::reader::{At, Reader};
use crate::document::shape::{Stored, read_field};
use crate::document::tree::Document;
use crate::key::{AccountId, AgencyId};
use crate::ledger::Actor;
use crate::time::Timestamp;

/// Commands for one account or agency, in order: what an operator or a test runs against a
/// document.
///
/// ```
/// use bailiwick::document::{Commands, Document};
/// use bailiwick::{Account, presets::studio};
///
/// let document: Document = serde_json::from_str(
///     r#"{"commands": [
///         {"actor": "host", "at": 1,
///          "command": {"command": "invite", "user": "kim",
///                      "email": "kim@acme.example"}},
///         {"actor": {"user": "kim"}, "at": 2,
///          "command": {"command": "delete_user", "user": "kim"},
///          "expect": "refused"}
///     ]}"#,
/// )?;
/// let mut account = Account::new("acme".parse()?, studio::catalog());
/// for step in Commands::of_account(&document, &account)?.iter() {
///     let done = account.execute(step.actor(), step.command().clone(), step.at());
///     assert!(step.is_met_by(done.as_ref().map_err(|refusal| refusal.code())));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commands<C = Command> {
    steps: Vec<Step<C>>,
}

impl Commands {
    /// Reads commands for an account. A user who acts is one of this account, unless it says
    /// another.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: an unknown actor, unknown or missing fields, and what
    /// [`Command::from_document`] refuses.
    pub fn of_account(document: &Document, account: &Account) -> Result<Self, DocumentError> {
        let here = Here { agency: None, account: Some(account.id()) };
        read(document, account.catalog(), &here)
    }
}

impl Commands<AgencyCommand> {
    /// Reads commands for an agency. A user who acts says the subaccount, which is one of this
    /// agency unless it says another.
    ///
    /// # Errors
    ///
    /// As for [`of_account`](Commands::of_account).
    pub fn of_agency(document: &Document, agency: &Agency) -> Result<Self, DocumentError> {
        let here = Here { agency: Some(agency.id()), account: None };
        read(document, agency.catalog(), &here)
    }
}

impl<C> Commands<C> {
    /// The steps, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Step<C>> {
        self.steps.iter()
    }
}

/// One command: who gives it, when, and what should come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<C = Command> {
    actor: Actor,
    at: Timestamp,
    command: C,
    expected: Option<Box<str>>,
}

impl<C> Step<C> {
    /// Who gives the command.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The command.
    #[must_use]
    pub fn command(&self) -> &C {
        &self.command
    }

    /// What should come of it: `accepted`, `refused` or the code of a refusal; `None` for anything.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// Whether what came of it, a change or the code of a refusal, is what is expected.
    #[must_use]
    pub fn is_met_by<T>(&self, result: Result<T, &str>) -> bool {
        match (self.expected(), result) {
            (None, _) | (Some("accepted"), Ok(_)) | (Some("refused"), Err(_)) => true,
            (Some(expected), Err(code)) => expected == code,
            (Some(_), Ok(_)) => false,
        }
    }
}

fn read<C: Stored>(
    document: &Document,
    catalog: &Catalog,
    here: &Here<'_>,
) -> Result<Commands<C>, DocumentError> {
    Reader::read(document, |reader, at| {
        reader.catalog = Some(catalog.clone());
        let object = reader.object(&at, &["commands"])?;
        let list = object.required(reader, "commands")?;
        let steps = reader.all(list, |reader, at| read_step(reader, at, here));
        steps.map(|steps| Commands { steps })
    })
}

fn read_step<C: Stored>(reader: &mut Reader, at: At<'_>, here: &Here<'_>) -> Option<Step<C>> {
    let object = reader.object(&at, &["actor", "at", "command", "expect"])?;
    let actor = object.required(reader, "actor").and_then(|at| reader.actor(at, here));
    let at = read_field!(reader, object, at);
    let command = read_field!(reader, object, command);
    let expected = read_field!(reader, object, expect, optional);
    Some(Step { actor: actor?, at: at?, command: command?, expected: expected? })
}

/// What an actor need not say, since the document is about it.
#[derive(Default)]
pub(super) struct Here<'a> {
    pub(super) agency: Option<&'a AgencyId>,
    pub(super) account: Option<&'a AccountId>,
}
