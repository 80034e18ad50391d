use crate::catalog::literal::{List, Text, items, text};
use crate::level::Level;
use crate::name::names;

/// The most actions a scale can have.
pub const MAX_ACTIONS: usize = 64;

/// Rungs of one leaf, each a bit, the first being bit 0.
pub(crate) type Rungs = u64;

/// The ladder of an area's leaves (CAT-3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scale {
    /// None, Read, Edit: the rungs `read` and `edit`, and edit needs read.
    Levels,
    /// A first action that every other one needs; the others are independent of one another.
    Actions(List<Text>),
    /// One rung, `on`.
    Toggle,
}

/// The kind of a scale, as documents and pages name it (CAT-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScaleKind {
    /// None, Read, Edit.
    Levels,
    /// A list of actions.
    Actions,
    /// One rung.
    Toggle,
}

names!(ScaleKind, "scale", { Levels => "levels", Actions => "actions", Toggle => "toggle" });

impl ScaleKind {
    /// The scale, unless its kind does not say all of it.
    #[cfg(feature = "serde")]
    pub(crate) const fn scale(self) -> Option<Scale> {
        match self {
            Self::Levels => Some(Scale::Levels),
            Self::Actions => None,
            Self::Toggle => Some(Scale::Toggle),
        }
    }
}

impl Scale {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ScaleKind {
        match self {
            Self::Levels => ScaleKind::Levels,
            Self::Actions(_) => ScaleKind::Actions,
            Self::Toggle => ScaleKind::Toggle,
        }
    }

    /// How many rungs it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Levels => 2,
            Self::Actions(actions) => items(actions).len(),
            Self::Toggle => 1,
        }
    }

    /// Whether it has no rung, which no built catalog allows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a rung, the first being 0.
    #[must_use]
    pub const fn rung(&self, index: usize) -> Option<&str> {
        match (self, index) {
            (Self::Levels, 0) => Some("read"),
            (Self::Levels, 1) => Some("edit"),
            (Self::Toggle, 0) => Some("on"),
            (Self::Levels | Self::Toggle, _) => None,
            (Self::Actions(actions), _) => match items(actions).split_at_checked(index) {
                Some((_, [action, ..])) => Some(text(action)),
                Some((_, [])) | None => None,
            },
        }
    }

    /// The rungs that one needs, itself included, each a bit: edit needs read, and every action
    /// needs the first (CAT-3). All order between permissions is said here.
    pub(crate) const fn needs(&self, rung: u16) -> Rungs {
        match self {
            Self::Levels | Self::Actions(_) => match (1 as Rungs).checked_shl(rung as u32) {
                Some(own) => own | 1,
                None => 1,
            },
            Self::Toggle => 1,
        }
    }

    /// Whether one level is set, which holds what it needs; else each rung is a box of its own,
    /// and one that lacks what it needs is inert (LVL-2).
    pub(crate) const fn is_ladder(&self) -> bool {
        match self {
            Self::Levels => true,
            Self::Actions(_) | Self::Toggle => false,
        }
    }

    /// The names of its rungs, each behind those that it needs.
    pub fn rungs(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.rung(index))
    }
}

/// What is set for one area or leaf, in the words of its scale.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Setting {
    /// A level, for the scale `levels`.
    Level(Level),
    /// A list of actions, for the scale `actions`.
    Actions(List<Text>),
    /// On or off, for the scale `toggle`.
    Toggle(bool),
}

impl Setting {
    /// The given actions and no others.
    pub fn actions<I: IntoIterator<Item: Into<Text>>>(actions: I) -> Self {
        Self::Actions(actions.into_iter().map(Into::into).collect())
    }
}

impl From<Level> for Setting {
    fn from(level: Level) -> Self {
        Self::Level(level)
    }
}

impl From<bool> for Setting {
    fn from(on: bool) -> Self {
        Self::Toggle(on)
    }
}
