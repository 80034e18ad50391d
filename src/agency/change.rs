use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::account::{Account, Change, Duty, User};
use crate::agency::compiled::{Lattices, Places};
use crate::agency::{Agency, AgencyCommand, AgencyContents, AgencyRefusal};
use crate::key::{AccountId, AgencyId};
use crate::ledger::{
    self, Directory, Draft, Encoder, History, Violation, applied, everyday_methods, violation,
};
use crate::text::{Quoted, Word};

/// What an accepted command did to an agency.
pub type AgencyChange = ledger::Change<Agency>;

/// What a command would do to an agency.
pub type AgencyPreview = ledger::Preview<Agency>;

/// One subaccount that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgencyEdit {
    /// A subaccount was added.
    Created {
        /// The subaccount as it starts.
        account: Arc<Account>,
        /// Whose features it copied (AGY-4); `None` if it is the first, or got a fixed set.
        copied_from: Option<AccountId>,
    },
    /// A subaccount was removed.
    Deleted {
        /// The subaccount as it was.
        account: Arc<Account>,
    },
    /// A subaccount changed.
    Changed(Box<Change>),
    /// The agency and all its subaccounts went on under another catalog (EVO-6).
    Migrated {
        /// The change of each subaccount, in order of creation.
        subaccounts: Vec<Change>,
        /// What the agency itself held before.
        before: AgencyContents,
        /// What it holds after.
        after: AgencyContents,
    },
}

everyday_methods!(Agency, AgencyId, AgencyCommand, AgencyRefusal);

impl ledger::sealed::Sealed for Agency {}

impl Directory for Agency {
    const NAME: &'static str = "agency";

    type Id = AgencyId;
    type Command = AgencyCommand;
    type Refusal = AgencyRefusal;
    type Edit = AgencyEdit;
    /// The changes of its subaccounts say theirs.
    type Effects = ();
    type Compiled = Lattices;
    type Index = Places;

    fn history(&self) -> &History<AgencyId> {
        &self.history
    }

    fn history_mut<'a>(draft: &'a mut Draft<'_, Self>) -> &'a mut History<AgencyId> {
        &mut draft.next.history
    }

    fn steps(draft: &mut Draft<'_, Self>, command: &AgencyCommand) -> Result<(), AgencyRefusal> {
        draft.steps(command)
    }

    fn write(draft: &mut Draft<'_, Self>, edit: &AgencyEdit) -> Result<(), Violation> {
        draft.next.write(edit)
    }

    /// Subaccounts come and go for good, and are written only if they change.
    fn is_same(&self, _: &Self, edits: &[AgencyEdit]) -> bool {
        edits.is_empty()
    }

    fn effects(&self, _: &Self, _: &AgencyCommand, _: &[AgencyEdit]) {}

    fn encode_effect(change: &AgencyChange, to: &mut Encoder<'_>) {
        to.put(&change.edits.len());
        for edit in &change.edits {
            match edit {
                // What it starts with; when its first admin is invited is no effect.
                AgencyEdit::Created { account, copied_from } => {
                    to.put(&(account.id(), copied_from, account.features()));
                }
                AgencyEdit::Deleted { account } => to.put(account.id()),
                AgencyEdit::Changed(change) => {
                    to.put(&(change.account(), &change.command, &change.effects));
                }
                AgencyEdit::Migrated { subaccounts, before: _, after } => {
                    to.put(after);
                    to.put_all(subaccounts.iter().map(|one| (one.account(), &one.effects)));
                }
            }
        }
        to.put(&change.affected_subaccounts().collect::<Vec<_>>());
    }

    fn affected_users(change: &AgencyChange) -> usize {
        change.affected_subaccounts().map(|(_, users)| users).sum()
    }

    fn describe(change: &AgencyChange, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for edit in &change.edits {
            if let AgencyEdit::Created { account, copied_from: Some(from) } = edit {
                write!(f, "; {} copies {}", Word(account.id().as_str()), Word(from.as_str()))?;
            }
        }
        if let AgencyCommand::SelectAll { .. } = change.command {
            match change.edits.len() {
                1 => f.write_str(" (1 subaccount changed)")?,
                changed => write!(f, " ({changed} subaccounts changed)")?,
            }
        }
        Ok(())
    }

    fn compile_all(&self) -> (Lattices, Places) {
        Lattices::compile(self)
    }

    fn deny_all(&self) -> Lattices {
        Lattices::default()
    }

    fn follow(&self, changes: &[&AgencyChange], lattices: &mut Lattices, places: &mut Places) {
        lattices.follow(self, changes, places);
    }
}

impl AgencyEdit {
    /// The changes of subaccounts that it holds.
    pub fn changes(&self) -> &[Change] {
        match self {
            Self::Created { .. } | Self::Deleted { .. } => &[],
            Self::Changed(change) => core::slice::from_ref(change),
            Self::Migrated { subaccounts, .. } => subaccounts,
        }
    }
}

impl AgencyChange {
    /// The agency that changed.
    #[must_use]
    pub fn agency(&self) -> &AgencyId {
        &self.directory
    }

    /// What the host must do outside, and for which subaccount, in order (USR-13). The sessions of
    /// all who had accepted end with their subaccount.
    pub fn duties(&self) -> impl Iterator<Item = (&AccountId, Duty<'_>)> {
        self.edits.iter().flat_map(|edit| {
            let (joining, leaving) = match edit {
                AgencyEdit::Created { account, .. } => (Some(account), None),
                AgencyEdit::Deleted { account } => (None, Some(account)),
                AgencyEdit::Changed(_) | AgencyEdit::Migrated { .. } => (None, None),
            };
            let joining = joining.into_iter().flat_map(|account| {
                account.users().filter_map(Duty::of_joining).map(|duty| (account.id(), duty))
            });
            let leaving = leaving.into_iter().flat_map(|account| {
                account.users().filter_map(Duty::of_leaving).map(|duty| (account.id(), duty))
            });
            let within = edit
                .changes()
                .iter()
                .flat_map(|change| change.duties().map(|duty| (change.account(), duty)));
            joining.chain(leaving).chain(within)
        })
    }

    /// How many users of which subaccounts gained or lost something (REV-8). Those of a subaccount
    /// that was deleted lost all that they had.
    pub fn affected_subaccounts(&self) -> impl Iterator<Item = (&AccountId, usize)> {
        let counted = self.edits.iter().flat_map(|edit| {
            let lost = match edit {
                AgencyEdit::Deleted { account } => {
                    let held = |user: &&User| account.holds_anything(user);
                    Some((account.id(), account.users().filter(held).count()))
                }
                AgencyEdit::Created { .. }
                | AgencyEdit::Changed(_)
                | AgencyEdit::Migrated { .. } => None,
            };
            let changed = edit.changes().iter();
            lost.into_iter().chain(changed.map(|one| (one.account(), one.affected_users())))
        });
        counted.filter(|(_, users)| *users > 0)
    }
}

impl Agency {
    /// Writes one subaccount, if what must always hold of an agency still does (GRD-9).
    fn write(&mut self, edit: &AgencyEdit) -> Result<(), Violation> {
        match edit {
            AgencyEdit::Created { account, .. } => self.add(account)?,
            AgencyEdit::Deleted { account } => {
                let own = self.subaccount(account.id().as_str()).filter(|own| *own == &**account);
                own.ok_or_else(|| other_state(account.id()))?;
                self.remove(account);
            }
            AgencyEdit::Changed(change) => {
                let own = self.subaccount(change.account().as_str());
                let own = own.ok_or_else(|| other_state(change.account()))?;
                let next = applied(own, change).map_err(|error| {
                    let account = change.account().clone();
                    violation::Subaccount { account, error: Box::new(error) }
                })?;
                // One that is not new belongs to another change of the agency; one that leads to
                // another catalog leaves the agency.
                let next = next.filter(|next| next.catalog() == self.catalog());
                let next = next.ok_or_else(|| other_state(change.account()))?;
                self.put(Arc::new(next));
            }
            AgencyEdit::Migrated { subaccounts, before, after } => {
                self.write_migrated(subaccounts, before, after)?;
            }
        }
        Ok(())
    }

    /// Adds a subaccount, if its id was never used and its catalog is the agency's.
    pub(super) fn add(&mut self, account: &Arc<Account>) -> Result<(), Violation> {
        let id = account.id();
        self.check_id(id)?;
        if account.catalog() != self.catalog() {
            let catalog = self.catalog().id().into();
            return Err(violation::OtherCatalog { what: named(id), catalog }.into());
        }
        if !(self.subaccounts.has_room() && self.retired.has_room()) {
            return Err(violation::Full { what: "subaccount" }.into());
        }
        self.put(Arc::clone(account));
        Ok(())
    }

    /// The id of a new subaccount: no other has it, and none that was deleted had it.
    pub(super) fn check_id(&self, id: &AccountId) -> Result<(), Violation> {
        if self.subaccount(id.as_str()).is_some() || self.retired.get(id.as_str()).is_some() {
            return Err(violation::SubaccountExists { account: id.clone() }.into());
        }
        Ok(())
    }
}

pub(super) fn other_state(id: &AccountId) -> Violation {
    violation::OtherState { what: named(id) }.into()
}

fn named(id: &AccountId) -> Box<str> {
    format!("subaccount {}", Quoted(id.as_str())).into()
}
