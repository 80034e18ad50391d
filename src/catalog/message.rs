//! How messages show what was given: on one line, and no longer than helps.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::text::{Quoted, Shown};

/// The most names that a message lists.
const MAX_NAMES: usize = 20;

/// The most characters of a key that the place of a problem shows: more than any path has.
const MAX_SHOWN: usize = 160;

/// Raw names as `a`, `b`, `c`; of many, the first ones and how many more there are.
pub(crate) fn quoted<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> Box<str> {
    let mut names = names.into_iter();
    let first = names.by_ref().take(MAX_NAMES);
    let shown: Vec<String> = first.map(|name| Quoted(&name.to_string()).to_string()).collect();
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

/// A key as part of a place: an empty one is visible, and a very long one is cut, so that it does
/// not make every problem below it as long.
pub(crate) struct KeyInPlace<'a>(pub(crate) &'a str);

impl fmt::Display for KeyInPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(MAX_SHOWN) {
            None if self.0.is_empty() => f.write_str("\"\""),
            None => Shown(self.0).fmt(f),
            Some((end, _)) => write!(f, "{}…", Shown(self.0.get(..end).unwrap_or_default())),
        }
    }
}
