use alloc::string::String;

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

#[cfg(test)]
mod tests;
