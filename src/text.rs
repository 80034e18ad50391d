//! Text that people chose, as it is shown: on one line, with nothing in it that a terminal obeys,
//! that turns text around or that nobody sees (DEC-5).
//!
//! Ids, names, labels, emails and paths can contain anything. Every message of this crate shows
//! them through one of the three types here. A host should do the same in logs, tables and pages:
//!
//! ```
//! use bailiwick::text::{Quoted, Shown, Word};
//!
//! let id = "x\n2 host: make `mallory` admin";
//! assert_eq!(Shown(id).to_string(), r"x\n2 host: make `mallory` admin");
//! assert_eq!(Quoted(id).to_string(), r"`x\n2 host: make \`mallory\` admin`");
//! assert_eq!(Word(id).to_string(), Quoted(id).to_string());
//! assert_eq!(Word("kim").to_string(), "kim");
//! ```
//!
//! A backslash is doubled, so that two different texts never look the same once escaped.

mod compare;
mod csv;
mod from_fn;
mod typed;

use alloc::string::String;
use core::fmt::{self, Write};

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

pub(crate) use self::compare::{Compared, key};
pub(crate) use self::csv::write_field;
pub(crate) use self::from_fn::from_fn;
pub(crate) use self::typed::typed_texts;

/// Shows a text escaped, as in a cell of a table. Width and alignment count what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shown<'a>(pub &'a str);

/// Shows a text escaped and in backticks, which nothing in it can close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quoted<'a>(pub &'a str);

/// Shows a text as it is if it is one plain word, else as [`Quoted`] does: in a sentence, it cannot
/// pass for the words around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Word<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.contains(|letter| letter == '\\' || is_hidden(letter)) {
            return f.pad(self.0);
        }
        let mut shown = String::new();
        self.0.chars().try_for_each(|letter| write_escaped(&mut shown, letter))?;
        f.pad(&shown)
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        self.0.chars().try_for_each(|letter| match letter {
            '`' => f.write_str("\\`"),
            _ => write_escaped(f, letter),
        })?;
        f.write_char('`')
    }
}

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_word(self.0) { f.write_str(self.0) } else { Quoted(self.0).fmt(f) }
    }
}

/// Texts as words, one after the other.
pub(crate) struct Words<I>(pub(crate) I);

impl<T: AsRef<str>, I: Iterator<Item = T> + Clone> fmt::Display for Words<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, text) in self.0.clone().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            write!(f, "{comma}{}", Word(text.as_ref()))?;
        }
        Ok(())
    }
}

/// Writes text in which what must be escaped already is, and keeps it on one line whatever is in
/// it.
pub(crate) struct OneLine<'a, 'b>(pub(crate) &'a mut fmt::Formatter<'b>);

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|letter| match letter {
            '\\' => self.0.write_char(letter),
            _ => write_escaped(self.0, letter),
        })
    }
}

fn write_escaped(to: &mut impl Write, letter: char) -> fmt::Result {
    if letter == '\\' || is_hidden(letter) {
        write!(to, "{}", letter.escape_default())
    } else {
        to.write_char(letter)
    }
}

/// Whether a text is like the ids that hosts make up, and unlike the words of a message.
fn is_word(text: &str) -> bool {
    let in_name = |letter: char| (letter.is_alphanumeric() || letter == '_') && !is_hidden(letter);
    text.starts_with(in_name)
        && text.ends_with(in_name)
        && text.chars().all(|letter| in_name(letter) || "-.@+/:".contains(letter))
}

/// Whether a character is a control character, turns text around, or cannot be seen.
pub(crate) fn is_hidden(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_control();
    }
    is_ignorable(letter)
        || matches!(
            letter.general_category(),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
        )
}

/// What fonts leave out: `Default_Ignorable_Code_Point` as far as it is not of the category Format,
/// and the blank Braille pattern. Unicode keeps the ranges as they are.
const fn is_ignorable(letter: char) -> bool {
    matches!(
        letter,
        '\u{34f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2065}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
