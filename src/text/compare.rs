use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::hash::{Hash, Hasher};

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

/// What two texts share that people take for one: compatibility normalisation (NFKC), full case
/// folding, and normalisation again, since folding can undo it (USR-4, TPL-1).
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
pub(crate) struct Compared {
    /// The text, and behind it what it is compared by, if that is not the text itself.
    both: Box<str>,
    // INVARIANT: the end of the text.
    length: usize,
}

impl Compared {
    pub(crate) fn new(text: &str, compared_by: &str) -> Self {
        let more = if compared_by == text { "" } else { compared_by };
        Self { both: [text, more].concat().into(), length: text.len() }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.both.get(..self.length).unwrap_or_default()
    }

    pub(crate) fn folded(&self) -> &str {
        self.both.get(self.length..).filter(|more| !more.is_empty()).unwrap_or(&self.both)
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
