use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::hash::{Hash, Hasher};

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

/// What two texts have in common that people take for the same: compatibility normalisation (NFKC),
/// full case folding, and normalisation again, since folding can undo it (USR-4, TPL-1).
pub(crate) fn key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let normal: String = text.nfkc().collect();
    UniCase::unicode(normal).to_folded_case().nfkc().collect()
}

/// A text and what it is compared by; the latter is kept only if it differs.
///
/// Two are equal if they are written alike.
#[derive(Clone)]
pub(crate) enum Compared {
    /// A text that is compared by itself, as most are.
    Itself(Box<str>),
    /// A text, and what it is compared by.
    Folded(Box<[Box<str>; 2]>),
}

impl Compared {
    pub(crate) fn new(text: &str, folded: &str) -> Self {
        if folded == text {
            Self::Itself(text.into())
        } else {
            Self::Folded(Box::new([text.into(), folded.into()]))
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Itself(text) => text,
            Self::Folded(both) => {
                let [text, _] = &**both;
                text
            }
        }
    }

    pub(crate) fn folded(&self) -> &str {
        match self {
            Self::Itself(text) => text,
            Self::Folded(both) => {
                let [_, folded] = &**both;
                folded
            }
        }
    }
}

impl PartialEq for Compared {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Compared {}

impl Hash for Compared {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests;
