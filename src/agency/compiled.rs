use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::account::{Account, Change};
use crate::agency::{Agency, AgencyChange, AgencyEdit};
use crate::key::{AccountId, AgencyId, Map};
use crate::lattice::{Ids, Lattice, Numbers};
use crate::ledger::Directory;
use crate::permission::Permission;

/// How many pointers to lattices lie in one piece.
const PIECE: usize = 256;

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
    /// From subaccounts to the places of their lattices.
    ids: Ids,
    /// One that was deleted leaves an empty one in its place until a new one takes it; no id leads
    /// there.
    lattices: Vec<Arc<Vec<Arc<Lattice>>>>,
}

impl Lattices {
    /// The lattice of a subaccount; `None` for an unknown one, where nobody may do anything.
    #[must_use]
    pub fn subaccount(&self, id: &str) -> Option<&Lattice> {
        self.at(self.ids.find(id)?)
    }

    /// Whether a user of a subaccount may do something: two hash look-ups and one bit test, no
    /// allocation. Denies if the subaccount or the user is unknown (DEC-2).
    #[must_use]
    pub fn allows(&self, subaccount: &str, user: &str, permission: Permission) -> bool {
        self.subaccount(subaccount).is_some_and(|lattice| lattice.allows(user, permission))
    }

    /// The subaccounts by id, in order, and their lattices.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Lattice)> {
        let all = self.ids.iter();
        all.filter_map(|(id, place)| Some((id, self.at(place)?)))
    }

    /// How many subaccounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no subaccounts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn compile(agency: &Agency) -> (Self, Places) {
        let (mut lattices, mut places) = (Self::default(), Places::default());
        agency
            .subaccounts()
            .for_each(|account| lattices.add(agency.id(), account, &mut places.free));
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
                    self.add(agency.id(), account, &mut places.free);
                }
                AgencyEdit::Deleted { account } => {
                    if let Some(place) = self.ids.remove(account.id().as_str()) {
                        let empty = Lattice::compile(account.catalog(), []);
                        if let Some(old) = self.place_mut(place) {
                            *old = Arc::new(empty);
                        }
                        places.free.push(place);
                    }
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
            let (Some(lattice), Some(account)) = (self.at_mut(id), account) else { continue };
            let numbers = places.numbers.entry(id.clone()).or_insert_with(|| Numbers::of(lattice));
            account.follow(&changes, lattice, numbers);
        }
    }

    fn at(&self, place: u32) -> Option<&Lattice> {
        let place = place as usize;
        self.lattices.get(place / PIECE)?.get(place % PIECE).map(|lattice| &**lattice)
    }

    fn at_mut(&mut self, id: &AccountId) -> Option<&mut Lattice> {
        let place = self.ids.find(id.as_str())?;
        self.place_mut(place).map(Arc::make_mut)
    }

    fn place_mut(&mut self, place: u32) -> Option<&mut Arc<Lattice>> {
        let place = place as usize;
        let piece = self.lattices.get_mut(place / PIECE).map(Arc::make_mut)?;
        piece.get_mut(place % PIECE)
    }

    fn add(&mut self, agency: &AgencyId, account: &Account, free: &mut Vec<u32>) {
        let lattice = Arc::new(account.compile().in_agency(agency));
        let place = free.pop().or_else(|| self.new_place(account));
        let Some(place) = place else { return };
        if let Some(old) = self.place_mut(place) {
            *old = lattice;
        }
        self.ids.insert(account.id().as_str(), place);
    }

    /// A place after all others. Places run out only with 2³² subaccounts at a time, which no
    /// memory holds.
    fn new_place(&mut self, account: &Account) -> Option<u32> {
        if self.lattices.last().is_none_or(|last| last.len() == PIECE) {
            self.lattices.push(Arc::default());
        }
        let pieces = self.lattices.len() - 1;
        let last = self.lattices.last_mut().map(Arc::make_mut)?;
        let place = u32::try_from(pieces * PIECE + last.len()).ok()?;
        last.push(Arc::new(Lattice::compile(account.catalog(), [])));
        Some(place)
    }
}

/// What finds the rows and places that a change touches.
#[derive(Debug, Default)]
#[expect(unnameable_types, reason = "kept beside the lattices, and shown to nobody")]
pub struct Places {
    /// Those of the subaccounts that have changed.
    numbers: Map<AccountId, Numbers>,
    /// Places whose subaccounts were deleted.
    free: Vec<u32>,
}
