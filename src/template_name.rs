use alloc::string::String;

use thiserror::Error;

use crate::structs::structs;
use crate::text::{Compared, Quoted, is_hidden, key};

/// The longest name of a template, in characters (TPL-1).
pub const MAX_TEMPLATE_NAME: usize = 100;

/// The name of a template, trimmed, with one space for each run of white space in it (TPL-1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TemplateName(Compared);

impl TemplateName {
    pub(crate) fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if let Some(letter) = text.chars().find(|letter| is_hidden(*letter)) {
            return Err(HiddenInName { letter }.into());
        }
        let mut name = String::new();
        for word in text.split_whitespace() {
            name.push_str(if name.is_empty() { "" } else { " " });
            name.push_str(word);
        }
        match name.chars().count() {
            0 => Err(NameError::Blank),
            1..=MAX_TEMPLATE_NAME => Ok(Self(Compared::new(&name, &key(&name)))),
            length => Err(NameTooLong { length }.into()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What names are compared by, as emails are (USR-4).
    pub(crate) fn folded(&self) -> &str {
        self.0.folded()
    }
}

/// Why the name of a template or subaccount is invalid (TPL-1, AGY-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum NameError {
    /// It is blank.
    #[error("the name is blank; give 1 to {MAX_TEMPLATE_NAME} characters")]
    Blank,
    /// It is over [`MAX_TEMPLATE_NAME`] characters.
    TooLong(#[from] NameTooLong),
    /// It has a control, bidirectional or invisible character in it.
    Hidden(#[from] HiddenInName),
}

structs! {
    /// See [`NameError::TooLong`].
    #[derive(Copy)]
    #[error("a name of {length} characters is too long; it has 1 to {MAX_TEMPLATE_NAME}")]
    NameTooLong {
        /// The length given, in characters.
        length: usize,
    }

    /// See [`NameError::Hidden`].
    #[derive(Copy)]
    #[error(
        "a name contains {}, which cannot be seen; remove it",
        Quoted(letter.encode_utf8(&mut [0; 4]))
    )]
    HiddenInName {
        /// The first such character.
        letter: char,
    }
}
