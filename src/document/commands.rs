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
use crate::ledger::{Actor, Directory, Order, Outcome};
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
///     let done = account.execute(step.actor(), step.order().clone(), step.at());
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
    order: Order<C>,
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

    /// The command, with its reason and key.
    pub fn order(&self) -> &Order<C> {
        &self.order
    }

    /// The command.
    #[must_use]
    pub fn command(&self) -> &C {
        self.order.command()
    }

    /// What should come of it; `None` for anything.
    ///
    /// | | |
    /// |---|---|
    /// | `accepted` | it is not refused, even if it changes nothing or was done already |
    /// | `unchanged` | it changes nothing (REV-11) |
    /// | `already_done` | it was done before, as its key says |
    /// | `refused` | it is refused |
    /// | the code of a refusal | it is refused so |
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// Whether what came of it, or the code of its refusal, is what is expected.
    #[must_use]
    pub fn is_met_by<D: Directory>(&self, result: Result<&Outcome<D>, &str>) -> bool {
        match (self.expected(), result) {
            (None, _) | (Some("accepted"), Ok(_)) | (Some("refused"), Err(_)) => true,
            (Some(expected), Ok(outcome)) => expected == outcome.name(),
            (Some(expected), Err(code)) => expected == code,
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
    let object = reader.object(&at, &["actor", "at", "reason", "key", "command", "expect"])?;
    let actor = object.required(reader, "actor").and_then(|at| reader.actor(at, here));
    let at = read_field!(reader, object, at);
    let reason = read_field!(reader, object, reason, optional);
    let key = read_field!(reader, object, key, optional);
    let command = read_field!(reader, object, command);
    let expected = read_field!(reader, object, expect, optional);
    let order = Order::new(command?, reason?, key?);
    Some(Step { actor: actor?, at: at?, order, expected: expected? })
}

/// What an actor need not say, since the document is about it.
#[derive(Default)]
pub(super) struct Here<'a> {
    pub(super) agency: Option<&'a AgencyId>,
    pub(super) account: Option<&'a AccountId>,
}
