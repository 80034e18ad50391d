//! Levels (LVL).

use crate::name::names;

/// How much of an area someone may do (LVL-1).
///
/// The order is the order of power: `None < Read < Edit`. There are three levels and there will
/// be no fourth: another ladder is another scale (CAT-3). As text, a level is read whatever its
/// case, and `read-only` is `read` (LVL-12).
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

names!(Level, "level", compared by str::eq_ignore_ascii_case, {
    None => "none",
    Read => "read" | "read-only",
    Edit => "edit",
});
