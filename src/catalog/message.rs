//! How messages show what others gave: on one line, and no longer than helps.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// The most names that a message lists.
const MAX_NAMES: usize = 20;

/// The most characters of a key that the place of a problem shows: more than any path has.
const MAX_SHOWN: usize = 160;

/// `a`, `b`, `c`; of many, the first ones and how many more there are.
pub(crate) fn quoted<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> Box<str> {
    let mut names = names.into_iter();
    let first = names.by_ref().take(MAX_NAMES);
    let shown: Vec<String> = first.map(|name| format!("`{name}`")).collect();
    let more = match names.size_hint() {
        (least, Some(most)) if least == most => least,
        _ => names.count(),
    };
    match (shown.is_empty(), more) {
        (true, _) => "none".into(),
        (false, 0) => shown.join(", ").into(),
        (false, more) => format!("{} and {more} more", shown.join(", ")).into(),
    }
}

/// A key as a part of a place, where an empty one must be seen and a very long one must not make
/// every problem below it as long.
pub(crate) struct KeyInPlace<'a>(pub(crate) &'a str);

impl fmt::Display for KeyInPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(MAX_SHOWN) {
            None if self.0.is_empty() => f.write_str("\"\""),
            None => f.write_str(self.0),
            Some((end, _)) => write!(f, "{}…", self.0.get(..end).unwrap_or_default()),
        }
    }
}

/// Writes text with escapes in place of what could break a line or disguise it: control
/// characters, separators of lines, and marks that turn the direction of text.
pub(crate) struct OneLine<'a, 'b>(pub(crate) &'a mut fmt::Formatter<'b>);

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|letter| match letter {
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                write!(self.0, "{}", letter.escape_debug())
            }
            _ if letter.is_control() => write!(self.0, "{}", letter.escape_debug()),
            _ => self.0.write_char(letter),
        })
    }
}
