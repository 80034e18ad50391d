use thiserror::Error;

use crate::text::{Quoted, is_hidden};

/// The longest label, in characters (CAT-11).
pub const MAX_LABEL: usize = 100;

/// The longest description, in characters (CAT-11).
pub const MAX_DESCRIPTION: usize = 500;

/// What a catalog says to people (CAT-11).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Word {
    Label,
    Description,
}

impl Word {
    /// Checks a text.
    pub(crate) fn check(self, text: &str) -> Result<(), WordError> {
        match self {
            Self::Label => check("label", MAX_LABEL, text),
            Self::Description => check("description", MAX_DESCRIPTION, text),
        }
    }
}

/// Whether a text is fit for people to read, and at most so many characters long.
pub(crate) fn check(what: &'static str, most: usize, text: &str) -> Result<(), WordError> {
    let length = text.chars().count();
    if let Some(letter) = text.chars().find(|letter| is_hidden(*letter)) {
        Err(WordError::Hidden { what, letter })
    } else if text.trim().is_empty() {
        Err(WordError::Blank { what })
    } else if length > most {
        Err(WordError::TooLong { what, length, most })
    } else {
        Ok(())
    }
}

/// Why a label or description (CAT-11), or the reason of an order (REV-7), is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum WordError {
    /// It is blank.
    #[error("the {what} is blank; write one or leave it out")]
    Blank {
        /// `label`, `description` or `reason`.
        what: &'static str,
    },
    /// It is too long.
    #[error("the {what} of {length} characters is too long; it has at most {most}")]
    TooLong {
        /// `label`, `description` or `reason`.
        what: &'static str,
        /// The length given, in characters.
        length: usize,
        /// The length that it can have.
        most: usize,
    },
    /// It contains a control, bidirectional or invisible character.
    #[error(
        "the {what} contains {}, which cannot be seen; remove it",
        Quoted(letter.encode_utf8(&mut [0; 4]))
    )]
    Hidden {
        /// `label`, `description` or `reason`.
        what: &'static str,
        /// The first such character.
        letter: char,
    },
}
