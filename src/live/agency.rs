use std::sync::Arc;

use crate::account::{Account, Actor, ApplyError, Change, Preview, StalePreview};
use crate::agency::{Agency, AgencyChange, AgencyCommand, AgencyEdit, AgencyRefusal};
use crate::key::{AccountId, Map};
use crate::lattice::{Ids, Lattice, Numbers};
use crate::live::Directory;
use crate::permission::Permission;
use crate::time::Timestamp;

/// How many pointers to lattices lie in one piece.
const PIECE: usize = 256;

/// A compiled agency: a [`Lattice`] for each subaccount.
///
/// ```
/// use bailiwick::agency::{AgencyCommand, FeaturePatch};
/// use bailiwick::presets::agency::{self, general};
/// use bailiwick::{Actor, Agency, Command, Live, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let live = Live::new(Agency::new("north".parse()?, agency::catalog()));
/// let contacts = FeaturePatch::new().grant("contacts");
/// let harbor = AgencyCommand::create("harbor").patch(contacts);
/// live.execute(&Actor::agency("north"), harbor, now)?;
/// let invite = AgencyCommand::within("harbor", Command::invite("lee", "lee@harbor.example"));
/// live.execute(&Actor::Host, invite, now)?;
/// live.execute(&Actor::Host, AgencyCommand::within("harbor", Command::accept("lee")), now)?;
/// assert!(live.view().allows("harbor", "lee", general::CONTACTS.on()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lattices {
    /// From subaccounts to the places of their lattices.
    ids: Ids,
    /// In the place of one that was deleted stays an empty one, which no id leads to.
    lattices: Vec<Arc<Vec<Arc<Lattice>>>>,
}

impl Lattices {
    /// The lattice of a subaccount; `None` for an unknown one, where nobody may do anything.
    #[must_use]
    pub fn subaccount(&self, id: &str) -> Option<&Lattice> {
        self.at(self.ids.find(id)?)
    }

    /// Whether a user of a subaccount may do something: two hash look-ups and one bit test, no
    /// allocation. Denies where the subaccount or the user is unknown (DEC-2).
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

    fn at(&self, place: u32) -> Option<&Lattice> {
        let place = place as usize;
        self.lattices.get(place / PIECE)?.get(place % PIECE).map(|lattice| &**lattice)
    }

    fn at_mut(&mut self, id: &AccountId) -> Option<&mut Lattice> {
        let place = self.ids.find(id.as_str())? as usize;
        let piece = self.lattices.get_mut(place / PIECE).map(Arc::make_mut)?;
        piece.get_mut(place % PIECE).map(Arc::make_mut)
    }

    fn add(&mut self, account: &Account) {
        if self.lattices.last().is_none_or(|last| last.len() == PIECE) {
            self.lattices.push(Arc::default());
        }
        let pieces = self.lattices.len() - 1;
        let Some(last) = self.lattices.last_mut().map(Arc::make_mut) else { return };
        if let Ok(place) = u32::try_from(pieces * PIECE + last.len()) {
            last.push(Arc::new(account.compile()));
            self.ids.insert(account.id().as_str(), place);
        }
    }
}

impl Directory for Agency {
    type Command = AgencyCommand;
    type Change = AgencyChange;
    type Refusal = AgencyRefusal;
    type Compiled = Lattices;
    /// Those of the subaccounts that have changed.
    type Index = Map<AccountId, Numbers>;

    fn compile_all(&self) -> (Lattices, Self::Index) {
        let mut lattices = Lattices::default();
        self.subaccounts().for_each(|account| lattices.add(account));
        (lattices, Map::default())
    }

    fn follow(&self, changes: &[&AgencyChange], lattices: &mut Lattices, index: &mut Self::Index) {
        let mut by_account: Map<&AccountId, Vec<&Change>> = Map::default();
        for edit in changes.iter().flat_map(|change| change.edits()) {
            match edit {
                AgencyEdit::Created { account, .. } => {
                    // One that is gone again by the end of the changes is removed below.
                    lattices.add(self.subaccount(account.id().as_str()).unwrap_or(account));
                }
                AgencyEdit::Deleted { account } => {
                    if let Some(lattice) = lattices.at_mut(account.id()) {
                        *lattice = Lattice::compile(account.catalog(), []);
                    }
                    lattices.ids.remove(account.id().as_str());
                    index.swap_remove(account.id());
                }
                AgencyEdit::Changed(change) => {
                    by_account.entry(change.account()).or_default().push(change);
                }
            }
        }
        for (id, changes) in by_account {
            let account = self.subaccount(id.as_str());
            let (Some(lattice), Some(account)) = (lattices.at_mut(id), account) else { continue };
            let numbers = index.entry(id.clone()).or_insert_with(|| Numbers::of(lattice));
            account.follow(&changes, lattice, numbers);
        }
    }

    fn revision_now(&self) -> u64 {
        self.revision()
    }

    fn run(
        &mut self,
        actor: &Actor,
        command: AgencyCommand,
        now: Timestamp,
    ) -> Result<AgencyChange, AgencyRefusal> {
        self.execute(actor, command, now)
    }

    fn follow_change(&mut self, change: &AgencyChange) -> Result<(), ApplyError> {
        self.apply(change)
    }

    fn commit_preview(
        &mut self,
        preview: Preview<AgencyChange>,
    ) -> Result<AgencyChange, StalePreview> {
        self.commit(preview)
    }
}
