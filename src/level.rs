//! Levels (LVL).

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

/// How much of an area someone may do (LVL-1).
///
/// The order is the order of power: `None < Read < Edit`. There are three levels and there will
/// be no fourth: another ladder is another scale (CAT-3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Hidden: no access.
    #[default]
    None,
    /// View everything; no create, edit or delete.
    Read,
    /// View, create, edit and delete.
    Edit,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 3] = [Self::None, Self::Read, Self::Edit];

    /// The level's name in documents: `none`, `read` or `edit`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Edit => "edit",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Level {
    type Err = ParseLevelError;

    /// Reads a level whatever its case; `read-only` is read (LVL-12).
    ///
    /// # Errors
    ///
    /// Any other text, for example `write`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("read-only") {
            return Ok(Self::Read);
        }
        Self::ALL
            .into_iter()
            .find(|level| text.eq_ignore_ascii_case(level.name()))
            .ok_or(ParseLevelError)
    }
}

/// A text that names no [`Level`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("a level is `none`, `read` or `edit`")]
pub struct ParseLevelError;
