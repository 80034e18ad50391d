mod few;
mod many;
#[cfg(all(test, feature = "std"))]
mod tests;

use alloc::boxed::Box;

use self::few::Few;
use self::many::Many;
use crate::lattice::rows::Rows;

/// From ids to numbers, in the order in which the ids were added.
///
/// A few ids lie together with their rows; they become a table in pieces when they are many.
#[derive(Debug, Clone)]
pub(crate) enum Ids {
    Few(Few),
    Many(Box<Many>),
}

/// How many ids there are before few that were many are few again: a fourth, so that one which
/// comes and goes moves nothing.
const FEW_AGAIN: usize = few::MOST / 4;

impl Default for Ids {
    fn default() -> Self {
        Self::Few(Few::default())
    }
}

impl Ids {
    /// Without ids, and with room for some.
    pub(crate) fn with_capacity(ids: usize) -> Self {
        if ids <= few::MOST { Self::default() } else { Self::Many(Many::with_capacity(ids).into()) }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many(many) => many.len(),
        }
    }

    /// The number of an id.
    #[inline]
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        match self {
            Self::Few(few) => few.find(id),
            Self::Many(many) => many.find(id),
        }
    }

    /// The row of an id, among rows by number.
    #[inline]
    pub(super) fn row<'a>(&'a self, id: &str, rows: &'a Rows) -> Option<&'a [u64]> {
        match self {
            Self::Few(few) => few.row(id),
            Self::Many(many) => many.find(id).map(|number| rows.get(number)),
        }
    }

    /// Puts rows beside the ids that have them, after either changed.
    pub(super) fn fill(&mut self, rows: &Rows) {
        match self {
            Self::Few(few) => few.fill(rows.width(), |number| rows.get(number)),
            Self::Many(_) => {}
        }
    }

    /// The ids whose numbers are asked for, in order. Reads no others.
    pub(crate) fn having(&self, is_wanted: impl Fn(u32) -> bool) -> impl Iterator<Item = &str> {
        let (few, many) = match self {
            Self::Few(few) => (Some(few), None),
            Self::Many(many) => (None, Some(&**many)),
        };
        let few = few.into_iter().flat_map(Few::entries);
        let many = many.into_iter().flat_map(Many::entries);
        few.chain(many).filter(move |one| is_wanted(one.number)).map(Entry::id)
    }

    /// Gives an id a number, and returns the one it had; a new id comes last.
    ///
    /// A text that is too long for an id is ignored: nobody has it.
    pub(crate) fn insert(&mut self, id: &str, number: u32) -> Option<u32> {
        match self {
            Self::Few(few) if few.has_room() || few.find(id).is_some() => few.insert(id, number),
            Self::Few(few) => {
                let mut many = Many::default();
                for one in few.entries() {
                    many.insert(one.id(), one.number);
                }
                many.insert(id, number);
                *self = Self::Many(many.into());
                None
            }
            Self::Many(many) => many.insert(id, number),
        }
    }

    /// Removes an id, and returns its number.
    pub(crate) fn remove(&mut self, id: &str) -> Option<u32> {
        match self {
            Self::Few(few) => few.remove(id),
            Self::Many(many) => {
                let number = many.remove(id);
                if many.len() <= FEW_AGAIN {
                    let few = many.entries().fold(Few::default(), |mut few, one| {
                        few.insert(one.id(), one.number);
                        few
                    });
                    *self = Self::Few(few);
                }
                number
            }
        }
    }
}

/// An id among others, and its number.
#[derive(Clone, Copy)]
struct Entry<'a> {
    text: &'a [u8],
    start: u16,
    number: u32,
}

impl<'a> Entry<'a> {
    fn id(self) -> &'a str {
        core::str::from_utf8(read(self.text, self.start)).unwrap_or_default()
    }
}

/// A text behind its length.
#[inline]
fn read(text: &[u8], start: u16) -> &[u8] {
    let rest = text.get(usize::from(start)..).and_then(<[u8]>::split_first);
    rest.and_then(|(length, rest)| rest.get(..usize::from(*length))).unwrap_or_default()
}
