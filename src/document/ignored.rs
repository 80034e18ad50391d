use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::document::problem::MAX_PROBLEMS;
use crate::text::Quoted;

/// The retired keys that a document names, which reading ignores (EVO-5): the first
/// [`MAX_PROBLEMS`] of them, in the order of reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignored {
    // INVARIANT: no more than `MAX_PROBLEMS`.
    keys: Vec<IgnoredKey>,
    more: usize,
}

impl Ignored {
    /// Whether the document names no retired key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The first keys, at most [`MAX_PROBLEMS`].
    #[must_use]
    pub fn keys(&self) -> &[IgnoredKey] {
        &self.keys
    }

    /// How many keys there are besides these.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }

    pub(super) fn add(&mut self, place: impl fmt::Display, key: &str) {
        if self.keys.len() < MAX_PROBLEMS {
            self.keys.push(IgnoredKey { place: place.to_string(), key: key.into() });
        } else {
            self.more += 1;
        }
    }
}

/// One line for each key.
impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.keys.iter().try_for_each(|key| writeln!(f, "{key}"))?;
        match self.more {
            0 => Ok(()),
            more => writeln!(f, "and {more} more retired keys"),
        }
    }
}

/// A retired key that reading ignored, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredKey {
    place: String,
    key: Box<str>,
}

impl IgnoredKey {
    /// Where it is, as in a [`DocumentProblem`](crate::document::DocumentProblem).
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The path, or the permission of a mute.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for IgnoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ignored {}, which is retired", self.place, Quoted(&self.key))
    }
}
