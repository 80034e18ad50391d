use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::bits::Bits;
use crate::catalog::Catalog;
use crate::features::Features;
use crate::profile::{Holding, Profile};
use crate::template::Template;

/// A row of bits for each distinct profile, and who has it, by number.
///
/// Rows are kept in pieces, so that a copy in which one row changed shares the others.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// The words of a row.
    width: usize,
    /// `PIECE` rows each, except the last, which doubles as it fills; a row that stands for
    /// nobody has no bits. The first piece, which is all of it where rows are few, is at hand.
    first: Arc<[u64]>,
    more: Vec<Arc<[u64]>>,
    owners: Vec<Arc<Vec<Owner>>>,
    len: usize,
}

/// How many rows one piece holds.
const PIECE: usize = 1024;

/// How many owners are copied at once.
const OWNERS: usize = 64;

/// The number of nobody's row.
pub(super) const NOBODY: u32 = 0;

#[derive(Debug, Clone)]
struct Owner {
    /// How many users have the row.
    users: usize,
    holder: Arc<Holder>,
}

/// Who has a row.
#[derive(Debug, Default)]
pub(super) struct Holder {
    /// None for nobody.
    pub(super) profile: Option<StoredProfile>,
}

/// A profile that the lattice keeps to say why.
#[derive(Debug, Clone)]
pub(super) struct StoredProfile {
    holding: Holding,
    pub(super) template: Option<Arc<Template>>,
    pub(super) features: Features,
}

impl StoredProfile {
    pub(super) fn new(profile: &Profile<'_>) -> Self {
        Self {
            holding: Holding::of(profile),
            template: profile.template.map(|template| Arc::new(template.clone())),
            features: profile.features.clone(),
        }
    }

    pub(super) fn profile(&self) -> Profile<'_> {
        self.holding.profile(self.template.as_deref(), &self.features)
    }
}

impl Holder {
    pub(super) fn profile(&self) -> Option<Profile<'_>> {
        self.profile.as_ref().map(StoredProfile::profile)
    }
}

impl Rows {
    /// Only nobody's row.
    pub(super) fn new(catalog: &Catalog) -> Self {
        let width = catalog.tree().words();
        let (first, more, owners) = (Arc::default(), Vec::new(), Vec::new());
        let mut rows = Self { width, first, more, owners, len: 0 };
        rows.push(Arc::default(), &Bits::EMPTY);
        rows
    }

    /// How many words a row has.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The row by a number; without words if there is none.
    #[inline]
    pub(super) fn get(&self, number: u32) -> &[u64] {
        let number = number as usize;
        let start = number % PIECE * self.width;
        let piece = self.piece(number / PIECE);
        piece.and_then(|piece| piece.get(start..start + self.width)).unwrap_or_default()
    }

    #[inline]
    fn piece(&self, piece: usize) -> Option<&[u64]> {
        match piece.checked_sub(1) {
            None => Some(&self.first),
            Some(more) => self.more.get(more).map(|piece| &**piece),
        }
    }

    fn piece_mut(&mut self, piece: usize) -> Option<&mut Arc<[u64]>> {
        match piece.checked_sub(1) {
            None => Some(&mut self.first),
            Some(more) => self.more.get_mut(more),
        }
    }

    /// Who has a row.
    #[inline]
    pub(super) fn holder(&self, number: u32) -> Option<&Holder> {
        self.owner(number as usize).map(|owner| &*owner.holder)
    }

    /// The rows, each with its holder and how many users have it, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u64], &Holder, usize)> {
        let pieces = core::iter::once(&self.first).chain(&self.more);
        let words = pieces.flat_map(|piece| piece.chunks_exact(self.width));
        let owners = self.owners.iter().flat_map(|owners| owners.iter());
        words.zip(owners).map(|(row, owner)| (row, &*owner.holder, owner.users))
    }

    /// How many users have a row.
    pub(super) fn users(&self, number: u32) -> usize {
        self.owner(number as usize).map_or(0, |owner| owner.users)
    }

    /// Adds one to the users of a row, or takes one away.
    pub(super) fn count(&mut self, number: u32, change: isize) {
        if let Some(owner) = self.owner_mut(number as usize) {
            owner.users = owner.users.saturating_add_signed(change);
        }
    }

    /// Adds a row, and returns its number; nobody's if numbers have run out.
    pub(super) fn push(&mut self, holder: Arc<Holder>, allowed: &Bits) -> u32 {
        let Ok(number) = u32::try_from(self.len) else { return NOBODY };
        let (piece, position) = (self.len / PIECE, self.len % PIECE);
        if piece > 0 && position == 0 {
            self.more.push(Arc::default());
        }
        let width = self.width;
        let full = self.piece_mut(piece).filter(|words| words.len() == position * width);
        if let Some(words) = full {
            let room = (position * 2).clamp(4, PIECE) * width;
            let zeros = core::iter::repeat_n(0, room - words.len());
            *words = words.iter().copied().chain(zeros).collect();
        }
        if self.len % OWNERS == 0 {
            self.owners.push(Arc::default());
        }
        if let Some(owners) = self.owners.get_mut(self.len / OWNERS).map(Arc::make_mut) {
            owners.push(Owner { users: 0, holder });
        }
        self.write(self.len, allowed);
        self.len += 1;
        number
    }

    /// Says who has a row, and what they may do.
    pub(super) fn set(&mut self, number: u32, holder: Arc<Holder>, allowed: &Bits) {
        self.write(number as usize, allowed);
        if let Some(owner) = self.owner_mut(number as usize) {
            owner.holder = holder;
        }
    }

    fn write(&mut self, number: usize, allowed: &Bits) {
        let (width, start) = (self.width, number % PIECE * self.width);
        let row = self.piece_mut(number / PIECE).map(Arc::make_mut);
        if let Some(row) = row.and_then(|words| words.get_mut(start..start + width)) {
            row.copy_from_slice(&allowed.to_words(width));
        }
    }

    fn owner(&self, number: usize) -> Option<&Owner> {
        self.owners.get(number / OWNERS)?.get(number % OWNERS)
    }

    fn owner_mut(&mut self, number: usize) -> Option<&mut Owner> {
        let owners = self.owners.get_mut(number / OWNERS).map(Arc::make_mut)?;
        owners.get_mut(number % OWNERS)
    }
}

#[cfg(test)]
mod tests;
