//! Names and emails in stories: few, so that they collide, and in many ways to write them.

use serde_json::{Value, json};

use super::{IDS, Stories};
use crate::naive::Directory;

const NAMES: [&str; 18] = [
    "Support",
    "SUPPORT",
    " support ",
    "\u{17f}upport",
    "Team lead",
    "Team \t lead",
    "Zürich",
    "ZU\u{308}RICH",
    "QA",
    "\u{ff31}\u{ff21}",
    "People desk",
    "Straße",
    "STRASSE",
    "Σίσυφος",
    "ΣΊΣΥΦΟΣ",
    "İzmir",
    "i\u{307}zmir",
    "QA.",
];

const BAD_NAMES: [&str; 8] =
    ["", " \t", "QA\u{200b}", "\u{61c}QA", "Q\u{7}A", "\u{202e}AQ", "Q\u{ad}A", "QA\u{feff}"];

const EMAILS: [&str; 14] = [
    "ana@acme.example",
    "Ana@ACME.example",
    "ana@acme.example.",
    " kim@acme.example\t",
    "\u{ff4b}\u{ff49}\u{ff4d}@acme.example",
    "zoë@north.example",
    "ZOE\u{308}@north.example",
    "\u{17f}am@north.example",
    "SAM@north.example",
    "straße@acme.example",
    "STRASSE@acme.example",
    "νόμος@acme.example",
    "ΝΌΜΟΣ@acme.example",
    "İ@acme.example",
];

const BAD_EMAILS: [&str; 13] = [
    "",
    "ana",
    "@acme.example",
    "ana@",
    "a@b@c",
    "a b@c",
    "a\u{7}@b",
    "a@\u{a0}b",
    "a\u{200b}na@acme.example",
    "ana@acme.example\u{61c}",
    "\u{202e}ana@acme.example",
    "a\u{ad}na@acme.example",
    "ana@acme\u{feff}.example",
];

impl Stories {
    pub(super) fn template_name(&mut self) -> String {
        match self.below(100) {
            0..8 => self.pick(&BAD_NAMES).to_owned(),
            8..10 => "ü".repeat(99 + self.below(3)),
            _ => self.pick(&NAMES).to_owned(),
        }
    }

    /// What a template is said to be for, if anything is.
    pub(super) fn description(&mut self) -> Value {
        json!(match self.below(100) {
            0..20 => return Value::Null,
            20..35 => self.pick(&BAD_NAMES).to_owned(),
            35..40 => "ü".repeat(499 + self.below(3)),
            _ => self.pick(&[" Handles  conversations ", "Runs =tests", "For Zürich"]).to_owned(),
        })
    }

    /// An email that is new, somebody's in some writing, or no email.
    pub(super) fn email(&mut self, directory: &Directory) -> String {
        let users = &directory.state.users;
        match self.below(100) {
            0..12 => self.pick(&BAD_EMAILS).to_owned(),
            12..14 => format!("{}@acme.example", "a".repeat(242)),
            14..30 if !users.is_empty() => {
                let place = self.below(users.len());
                users.get(place).map(|user| user.email.to_uppercase()).unwrap_or_default()
            }
            30..35 if !users.is_empty() => {
                let place = self.below(users.len());
                users.get(place).map(|user| format!("{}.", user.email)).unwrap_or_default()
            }
            35..70 => self.pick(&EMAILS).to_owned(),
            _ => format!("{}{}@acme.example", self.pick(&IDS), self.below(3)),
        }
    }
}
