//! What this host alone knows: it signs cookies, and gives each session the token of its forms.

use std::fmt::{self, Write};

use axum_extra::extract::cookie::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;

/// 32 bytes that nobody guesses.
#[derive(Clone)]
pub struct Secret([u8; 32]);

/// What a form must bring to be of a session.
#[derive(Clone)]
pub struct Token(String);

/// Why a text is not a valid secret.
#[derive(Debug, Error)]
#[error("a secret has 64 hexadecimal digits, as `openssl rand -hex 32` prints them")]
pub struct ParseSecretError;

impl Secret {
    /// A new one: whoever is signed in elsewhere is not here.
    ///
    /// # Errors
    ///
    /// The system has no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads one.
    ///
    /// # Errors
    ///
    /// Anything but 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, ParseSecretError> {
        let mut bytes = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(ParseSecretError);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| ParseSecretError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ParseSecretError)?;
        }
        Ok(Self(bytes))
    }

    /// What signs cookies.
    pub(crate) fn cookies(&self) -> Key {
        Key::from(
            &[self.derive("cookies, first half"), self.derive("cookies, second half")].concat(),
        )
    }

    /// The token of the forms of a session, by the value of its cookie.
    #[must_use]
    pub fn token(&self, session: &str) -> Token {
        Token(hex(&self.derive(&format!("form of {session}"))))
    }

    fn derive(&self, what: &str) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes keys of any length")
        };
        mac.update(what.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl Token {
    /// As it stands in a form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a form brings it, in a time that does not tell how much of it is right.
    pub(crate) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// 128 random bits as text: the key of an order, what tells two sessions of a person apart.
///
/// # Errors
///
/// The system has no random bytes.
pub fn nonce() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").ok();
        text
    })
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
