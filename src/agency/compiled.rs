use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem::take;

use crate::account::{Account, Change};
use crate::agency::{Agency, AgencyChange, AgencyEdit};
use crate::key::{AccountId, AgencyId, Map};
use crate::lattice::{Holders, Ids, Lattice, Numbers};
use crate::ledger::Directory;
use crate::permission::Permission;
use crate::shards::Shards;

/// A compiled agency: a [`Lattice`] for each subaccount.
///
/// ```
/// use bailiwick::agency::{AgencyCommand, FeaturePatch, NewSubaccount};
/// use bailiwick::presets::agency::{self, general};
/// use bailiwick::{Actor, Agency, Command, Live, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let north = Agency::new("north".parse()?, agency::catalog());
/// let me = Actor::agency(north.id());
/// let live = Live::new(north);
/// let contacts = FeaturePatch::new().grant("contacts");
/// let harbor = NewSubaccount::new("harbor").patch(contacts);
/// live.execute(&me, harbor, now)?;
/// let lee = Command::invite("lee", "lee@harbor.example");
/// let invite = AgencyCommand::within("harbor", lee);
/// live.execute(&Actor::Host, invite, now)?;
/// let accept = AgencyCommand::within("harbor", Command::accept("lee"));
/// live.execute(&Actor::Host, accept, now)?;
/// assert!(live.view().allows("harbor", "lee", general::CONTACTS.on()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lattices {
    lattices: Shards<Lattice>,
    /// In order of creation; the numbers say nothing.
    order: Ids,
}

impl Lattices {
    /// The lattice of a subaccount; `None` for an unknown one, where nobody may do anything.
    #[must_use]
    pub fn subaccount(&self, id: &str) -> Option<&Lattice> {
        self.lattices.find(id)
    }

    /// Whether a user of a subaccount may do something: two look-ups and one bit test, no
    /// allocation. Denies if the subaccount or the user is unknown (DEC-2).
    #[must_use]
    pub fn allows(&self, subaccount: &str, user: &str, permission: Permission) -> bool {
        self.subaccount(subaccount).is_some_and(|lattice| lattice.allows(user, permission))
    }

    /// The subaccounts by id, in order, and their lattices.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Lattice)> {
        self.order.having(|_| true).filter_map(|id| Some((id, self.lattices.find(id)?)))
    }

    /// How many subaccounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lattices.len()
    }

    /// Whether there are no subaccounts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn compile(agency: &Agency) -> (Self, Places) {
        let (mut lattices, mut places) = (Self::default(), Places::default());
        agency.subaccounts().for_each(|account| lattices.add(agency.id(), account, &mut places));
        (lattices, places)
    }

    /// Brings the lattices up to what changes have just led to.
    pub(super) fn follow(
        &mut self,
        agency: &Agency,
        changes: &[&AgencyChange],
        places: &mut Places,
    ) {
        let edits = || changes.iter().flat_map(|change| change.edits());
        if edits().any(|edit| matches!(edit, AgencyEdit::Migrated { .. })) {
            (*self, *places) = Self::compile(agency);
            return;
        }
        let mut by_account: Map<&AccountId, Vec<&Change>> = Map::default();
        for edit in edits() {
            match edit {
                AgencyEdit::Created { account, .. } => {
                    // One that is gone again by the end of the changes is removed below.
                    let account = agency.subaccount(account.id().as_str()).unwrap_or(account);
                    self.add(agency.id(), account, places);
                }
                AgencyEdit::Deleted { account } => {
                    self.lattices.remove(account.id().as_str());
                    self.order.remove(account.id().as_str());
                    places.numbers.swap_remove(account.id());
                }
                AgencyEdit::Migrated { .. } => {}
                AgencyEdit::Changed(change) => {
                    by_account.entry(change.account()).or_default().push(change);
                }
            }
        }
        for (id, changes) in by_account {
            let account = agency.subaccount(id.as_str());
            let lattice = self.lattices.get_mut(id.as_str());
            let (Some(lattice), Some(account)) = (lattice, account) else { continue };
            let numbers = places.numbers.entry(id.clone()).or_insert_with(|| Numbers::of(lattice));
            numbers.holders = Some(take(&mut places.holders));
            account.follow(&changes, lattice, numbers);
            places.holders = numbers.holders.take().unwrap_or_default();
        }
    }

    fn add(&mut self, agency: &AgencyId, account: &Account, places: &mut Places) {
        let mut numbers = Numbers::default();
        numbers.holders = Some(take(&mut places.holders));
        let lattice = account.compile_with(&mut numbers);
        places.holders = numbers.holders.unwrap_or_default();
        self.lattices.insert(Arc::new(lattice.in_agency(agency)));
        self.order.insert(account.id().as_str(), 0);
    }
}

/// What finds the rows that a change touches.
#[derive(Debug, Default)]
#[expect(unnameable_types, reason = "kept beside the lattices, and shown to nobody")]
pub struct Places {
    /// Those of the subaccounts that have changed.
    numbers: Map<AccountId, Numbers>,
    /// What the lattices share.
    holders: Holders,
}
