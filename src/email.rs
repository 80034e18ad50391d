//! Email addresses (USR-4).

use alloc::boxed::Box;

use thiserror::Error;

use crate::structs::structs;
use crate::text::{Compared, Quoted, is_hidden, key, typed_texts};

/// The longest email address, in bytes.
pub const MAX_EMAIL: usize = 254;

/// An email address, trimmed. Two belong to one user if [`folded`](Self::folded) is equal (USR-4).
///
/// Its form is checked only far enough to catch what is not an address at all; whether mail arrives
/// is for the host to find out.
///
/// ```
/// use bailiwick::Email;
///
/// let kim = Email::parse(" kim@acme.example")?;
/// let same = Email::parse("KIM@ACME.example.")?;
/// assert_eq!(kim.as_str(), "kim@acme.example");
/// assert_eq!(kim.folded(), same.folded());
/// assert!(Email::parse("kim\u{200b}@acme.example").is_err());
/// # Ok::<(), bailiwick::error::EmailError>(())
/// ```
///
/// Addresses are equal if they are written alike; compare [`folded`](Self::folded) to tell users
/// apart.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(Compared);

impl Email {
    /// Reads an address: something, `@`, something.
    ///
    /// # Errors
    ///
    /// No `@` or more than one, an empty part, blanks, control, bidirectional or invisible
    /// characters, over [`MAX_EMAIL`] bytes.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.len() > MAX_EMAIL {
            return Err(EmailTooLong { length: text.len() }.into());
        }
        if text.chars().any(|letter| letter.is_whitespace() || is_hidden(letter)) {
            return Err(BlankInEmail { given: text.into() }.into());
        }
        match text.split_once('@') {
            Some((local, host)) if !local.is_empty() && !host.is_empty() && !host.contains('@') => {
                let folded = key(text);
                Ok(Self(Compared::new(text, folded.strip_suffix('.').unwrap_or(&folded))))
            }
            _ => Err(MalformedEmail { given: text.into() }.into()),
        }
    }

    /// The address as given, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What addresses are compared by: compatibility normalisation and full case folding (NFKC),
    /// without a dot at the end of the host (USR-4). Worked out once, when the address is read.
    #[must_use]
    pub fn folded(&self) -> &str {
        self.0.folded()
    }
}

typed_texts! { Email: EmailError; }

/// Why a text is not an email address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum EmailError {
    /// It is malformed.
    Malformed(#[from] MalformedEmail),
    /// It contains blanks, control, bidirectional or invisible characters.
    Blank(#[from] BlankInEmail),
    /// It is over [`MAX_EMAIL`] bytes.
    TooLong(#[from] EmailTooLong),
}

structs! {
    /// See [`EmailError::Malformed`].
    #[error("{} is not an email address; write `name@host`", Quoted(given))]
    MalformedEmail {
        /// The text, trimmed.
        given: Box<str> => &str,
    }

    /// See [`EmailError::Blank`].
    #[error(
        "email address {} contains blanks, control or invisible characters; write `name@host`",
        Quoted(given)
    )]
    BlankInEmail {
        /// The text, trimmed.
        given: Box<str> => &str,
    }

    /// See [`EmailError::TooLong`].
    #[error("an email address of {length} bytes is too long; it has at most {MAX_EMAIL}")]
    EmailTooLong {
        /// The length, in bytes.
        length: usize,
    }
}
