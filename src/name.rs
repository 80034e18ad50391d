//! The names of small enums, each said in one place.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use thiserror::Error;

use crate::text::Quoted;

/// Gives an enum its names: `ALL`, `name`, and text both ways. Names after a `|` are read as well.
macro_rules! names {
    ($type:ident, $what:literal, {
        $($variant:ident => $name:literal $(| $other:literal)*),+ $(,)?
    }) => {
        $crate::name::names! { $type, $what, compared by str::eq, {
            $($variant => $name $(| $other)*),+
        } }
    };
    ($type:ident, $what:literal, compared by $same:expr, {
        $($variant:ident => $name:literal $(| $other:literal)*),+ $(,)?
    }) => {
        impl $type {
            /// All of them, in order.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The name, in documents and tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.name())
            }
        }

        impl core::str::FromStr for $type {
            type Err = $crate::name::ParseNameError;

            /// Reads a name as [`Display`](core::fmt::Display) writes it.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let same: fn(&str, &str) -> bool = $same;
                $(if [$name $(, $other)*].into_iter().any(|name| same(name, text)) {
                    return Ok(Self::$variant);
                })+
                Err($crate::name::ParseNameError::new($what, text, &[$($name),+]))
            }
        }
    };
}

/// Gives an enum whose variants have fields the name of each, from the shape that documents have of
/// it.
macro_rules! variant_names {
    ($type:ident by $tag:literal, $article:ident $what:literal {
        $($name:literal $(| $alias:literal)* => $variant:ident { $($fields:tt)* })*
    }) => {
        impl $type {
            /// The name of each kind, in order.
            #[cfg(all(test, feature = "serde"))]
            pub(crate) const NAMES: [&'static str; [$($name),*].len()] = [$($name),*];

            #[doc = concat!("The name of the ", $what, " in documents.")]
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                }
            }
        }
    };
}

pub(crate) use {names, variant_names};

/// A text that is none of the names there are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[error("unknown {what} {}: expected {}", Quoted(given), one_of(expected))]
pub struct ParseNameError {
    what: &'static str,
    given: Box<str>,
    expected: &'static [&'static str],
}

impl ParseNameError {
    pub(crate) fn new(what: &'static str, given: &str, expected: &'static [&'static str]) -> Self {
        Self { what, given: given.into(), expected }
    }

    /// What was expected: a `role`, a `level`.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// The text.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The names that are read.
    #[must_use]
    pub fn expected(&self) -> &'static [&'static str] {
        self.expected
    }
}

/// `a`, `b` or `c`.
fn one_of(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| Quoted(name).to_string()).collect();
    match names.as_slice() {
        [names @ .., last] if !names.is_empty() => alloc::format!("{} or {last}", names.join(", ")),
        names => names.concat(),
    }
}
