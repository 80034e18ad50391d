//! How emails and names of templates are written and compared (USR-4, TPL-1).
//!
//! Case folding is by hand for the letters that the stories use and that lower case does not fold.

use unicode_normalization::UnicodeNormalization;

/// What two texts have in common that are one name: compatibility normalisation, full case
/// folding, and normalisation again.
pub(super) fn name_key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(fold).collect();
    folded.nfkc().collect()
}

/// As names are, but for one dot at the end of the domain.
pub(super) fn email_key(email: &str) -> String {
    let key = name_key(email);
    key.strip_suffix('.').map(str::to_owned).unwrap_or(key)
}

/// A name as it is kept: trimmed, and one space for each run of white space within.
pub(super) fn collapsed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text has characters that show nothing, or that turn or break the line.
pub(super) fn has_hidden(text: &str) -> bool {
    text.chars().any(|letter| {
        letter.is_control() || HIDDEN.iter().any(|(from, to)| (*from..=*to).contains(&letter))
    })
}

fn fold(letter: char) -> Vec<char> {
    match letter {
        'ß' | 'ẞ' => vec!['s', 's'],
        'ς' => vec!['σ'],
        // Comes of normalisation only beside other letters.
        'ſ' => vec!['s'],
        letter => letter.to_lowercase().collect(),
    }
}

/// Bidirectional marks, separators of lines, formats, and what Unicode says to ignore by default.
const HIDDEN: [(char, char); 31] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2065}', '\u{2065}'),
    ('\u{2066}', '\u{2069}'),
    ('\u{206a}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
    ('\u{e0001}', '\u{e007f}'),
];

#[test]
fn names_that_look_alike_are_one() {
    let same = [
        ("\u{17f}am@a.b", "SAM@a.b"),
        ("σσ@a.b", "ΣΣ@a.b"),
        ("σς@a.b", "ΣΣ@a.b"),
        ("straße@a.b", "STRASSE@a.b"),
        ("\u{e9}@a.b", "E\u{301}@a.b"),
        ("\u{ff4b}\u{ff49}m@a.b", "KIM@a.b"),
        ("İ@a.b", "i\u{307}@a.b"),
        ("kim@a.b.", "kim@a.b"),
    ];
    for (one, other) in same {
        assert_eq!(email_key(one), email_key(other), "{one} {other}");
    }
    assert_ne!(email_key("kim@a.b.."), email_key("kim@a.b"));
    assert_ne!(name_key("QA."), name_key("QA"));
    assert_eq!(collapsed(" Team \t lead "), "Team lead");
    for hidden in ["a\u{200b}", "\u{61c}", "\u{202e}a", "a\u{ad}b", "\u{7}", "\u{feff}"] {
        assert!(has_hidden(hidden), "{hidden:?}");
    }
    assert!(!has_hidden("Zürich, ﬁrst Σ"));
}
