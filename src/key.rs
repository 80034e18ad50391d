//! What things are named by: keys of a catalog, and ids that a host gives.

use alloc::sync::Arc;

use indexmap::IndexMap;
use thiserror::Error;

use crate::seed::Seed;
use crate::structs::structs;
use crate::text::typed_texts;

/// A map that keeps its order, with the one hasher of this crate.
pub(crate) type Map<K, V> = IndexMap<K, V, Seed>;

/// The longest key of a catalog, in bytes (CAT-8).
pub const MAX_KEY: usize = 64;

/// The longest id of an account, agency, user or template, in bytes (USR-1).
pub const MAX_ID: usize = 255;

/// Whether `text` is a key: ASCII `snake_case` that starts with a letter, at most [`MAX_KEY`] bytes.
#[must_use]
pub(crate) const fn is_key(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut rest = match bytes {
        [first, rest @ ..] if first.is_ascii_lowercase() => rest,
        _ => return false,
    };
    while let [byte, tail @ ..] = rest {
        if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_') {
            return false;
        }
        rest = tail;
    }
    bytes.len() <= MAX_KEY
}

/// Whether `text` can be the id of a catalog: a key in which `/`, `-` and `.` are allowed after the
/// first letter, as in `studio/2026-06`.
pub(crate) fn is_catalog_id(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_/-.".contains(&byte);
    text.len() <= MAX_KEY
        && text.bytes().all(allowed)
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
}

/// A text that cannot be an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("an id is empty; it has 1 to {MAX_ID} bytes")]
    Empty,
    /// The text is over [`MAX_ID`] bytes.
    #[error(transparent)]
    TooLong(#[from] IdTooLong),
}

structs! {
    /// See [`IdError::TooLong`].
    #[derive(Copy)]
    #[error("an id of {length} bytes is too long; it has 1 to {MAX_ID} bytes")]
    IdTooLong {
        /// The length given, in bytes.
        length: usize,
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// Opaque: compared byte by byte, never folded or trimmed; 1 to [`MAX_ID`] bytes
            /// (USR-1). Copies share one text.
            #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Arc<str>);

            impl $name {
                /// Reads an id.
                ///
                /// # Errors
                ///
                /// An empty text, or one over [`MAX_ID`] bytes.
                pub fn parse(text: &str) -> Result<Self, IdError> {
                    match text.len() {
                        0 => Err(IdError::Empty),
                        1..=MAX_ID => Ok(Self(text.into())),
                        length => Err(IdTooLong { length }.into()),
                    }
                }

                /// The id as it was given.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl From<&$name> for $name {
                fn from(id: &$name) -> Self {
                    id.clone()
                }
            }
        )*

        typed_texts! { $($name: IdError;)* }
    };
}

ids! {
    /// The id of an account.
    AccountId;
    /// The id of an agency.
    AgencyId;
    /// The key of an order, which the host gives so that it is done only once.
    OrderKey;
    /// The id of a role template, unique in its account (TPL-1).
    TemplateId;
    /// The id of a user, unique in its account (USR-1).
    UserId;
}
