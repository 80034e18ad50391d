//! Email addresses (USR-4).

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use thiserror::Error;

/// The longest email address, in bytes.
pub const MAX_EMAIL: usize = 254;

/// An email address, trimmed. Two are one user's where [`folded`](Self::folded) is equal (USR-4).
///
/// Its form is checked only as far as to catch what is no address at all; whether mail arrives is
/// for the host to find out.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(Box<str>);

impl Email {
    /// Reads an address: something, `@`, something.
    ///
    /// # Errors
    ///
    /// No `@` or more than one, an empty part, blanks or control characters, over [`MAX_EMAIL`]
    /// bytes.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.len() > MAX_EMAIL {
            return Err(EmailError::TooLong { length: text.len() });
        }
        if text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            return Err(EmailError::Blank { given: text.into() });
        }
        match text.split_once('@') {
            Some((local, host)) if !local.is_empty() && !host.is_empty() && !host.contains('@') => {
                Ok(Self(text.into()))
            }
            _ => Err(EmailError::Form { given: text.into() }),
        }
    }

    /// The address as given, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in the case in which addresses are compared.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Why a text is no email address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum EmailError {
    /// It has not the form.
    #[error("`{given}` is no email address; write `name@host`")]
    Form {
        /// The text, trimmed.
        given: Box<str>,
    },
    /// It holds blanks or control characters.
    #[error("email address {given:?} holds blanks or control characters; write `name@host`")]
    Blank {
        /// The text, trimmed.
        given: Box<str>,
    },
    /// It is too long.
    #[error("an email address of {length} bytes is too long; it has at most {MAX_EMAIL}")]
    TooLong {
        /// The length, in bytes.
        length: usize,
    },
}
