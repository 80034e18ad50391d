use core::fmt;
use core::str::FromStr;

use thiserror::Error;

/// A SHA-256: of a change and all that came before it, or of what a preview showed.
///
/// Prints and reads as 64 hexadecimal digits.
///
/// ```
/// use bailiwick::ledger::Digest;
/// use bailiwick::{Account, presets::tenant};
///
/// let account = Account::new("acme".parse()?, tenant::catalog());
/// let head = account.head().to_string();
/// assert_eq!((head.len(), head.parse::<Digest>()?), (64, account.head()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    pub(super) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The first 64 bits.
    pub(super) const fn start(&self) -> u64 {
        match self.0.first_chunk() {
            Some(first) => u64::from_be_bytes(*first),
            None => 0,
        }
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    /// Reads 64 hexadecimal digits, as [`Display`](fmt::Display) writes them.
    ///
    /// # Errors
    ///
    /// Any other text, capital letters included: a digest has one text.
    fn from_str(text: &str) -> Result<Self, ParseDigestError> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return Err(ParseDigestError);
        }
        let mut digits = text.bytes().map(digit);
        for byte in &mut bytes {
            *byte = digits
                .next()
                .flatten()
                .zip(digits.next().flatten())
                .map(|(high, low)| high << 4 | low)
                .ok_or(ParseDigestError)?;
        }
        Ok(Self(bytes))
    }
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// A text that is not a [`Digest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("a digest has 64 hexadecimal digits, in lower case")]
pub struct ParseDigestError;
