use alloc::string::{String, ToString};

use super::key;

/// Full folding, where one letter becomes several and where lower case would not do.
#[test]
fn folding_is_full() {
    let folded = [
        ("\u{17f}am", "sam"),
        ("ΣΑΣ", "σασ"),
        ("σας", "σασ"),
        ("Straße STRAẞE", "strasse strasse"),
        ("\u{fb03}", "ffi"),
        ("\u{149}", "ʼn"),
        ("\u{1e97}", "\u{1e97}"),
        ("İ", "i\u{307}"),
        ("ı", "ı"),
        ("\u{212a}\u{212b}", "kå"),
        ("\u{13a0}\u{ab70}", "\u{13a0}\u{13a0}"),
        ("\u{1f80}", "\u{1f00}ι"),
        ("\u{10400}", "\u{10428}"),
        ("ⅷ①ｱ", "viii1ア"),
        ("E\u{301}é", "éé"),
    ];
    for (text, wanted) in folded {
        assert_eq!(key(text), key(wanted), "{text}");
        assert_eq!(key(text), wanted, "{text}");
    }
}

/// A key is its own key, and neither case nor composition changes it.
#[test]
fn no_letter_escapes_its_key() {
    use unicode_normalization::UnicodeNormalization;
    for letter in '\0'..'\u{1f300}' {
        let text = letter.to_string();
        let own = key(&text);
        assert_eq!(key(&own), own, "{letter:?}");
        for same in [text.nfc().collect(), text.nfd().collect(), text.nfkd().collect::<String>()] {
            assert_eq!(key(&same), own, "{letter:?}");
        }
        // The standard library's case mappings know no folding; where they are one to one and
        // lead back, the letters are one.
        let upper = text.to_uppercase();
        if upper.to_lowercase() == text && key(&upper) != own {
            assert!("ı".contains(letter), "{letter:?} and {upper:?}");
        }
    }
}
