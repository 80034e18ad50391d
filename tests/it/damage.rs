//! Damage to texts: to their bytes, to their nodes, and what stands at one place put in another.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use serde_json::{Value, json};

use crate::pointers::pointers;

/// Numbers that look random, the same for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn token(&mut self) -> &'static str {
        TOKENS[self.below(TOKENS.len())]
    }
}

/// What readers look at.
const TOKENS: [&str; 48] = [
    "\"\"",
    "\"id\":",
    "\"catalog\":",
    "\"studio/2026-06\"",
    "\"tenant/1\"",
    "\"agency/1\"",
    "\"users\":[",
    "\"grants\":{",
    "\"mutes\":[",
    "\"template\":",
    "\"templates\":[",
    "\"features\":[",
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e400",
    "1.5",
    "9007199254740991",
    "9007199254740992",
    "9223372036854775807",
    "18446744073709551615",
    "-9223372036854775808",
    "\"knowledge\":\"edit\"",
    "\"knowledge.faqs:edit\"",
    "\"knowledge:edit\"",
    "\"read\"",
    "\"none\"",
    "\"on\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"\\u0000\"",
    "\"\\u202e\"",
    "\"\\ud800\"",
    "\"\u{fb01}\u{345}\"",
    "\"before\":",
    "\"after\":",
    "\"of\":\"user\"",
    "\"command\":\"batch\",\"commands\":",
    "\"user\":",
    "\"areas\":[",
    "\"needs\":[",
    "\"aliases\":[",
];

/// Damages bytes.
pub(crate) fn damage_bytes(text: &mut Vec<u8>, other: &str, random: &mut Random) {
    let at = random.below(text.len());
    let end = (at + random.below(40)).min(text.len());
    match random.below(8) {
        0 => drop(text.drain(at..end)),
        1 => {
            let copy = text[at..end].to_vec();
            let times = 1 + random.below(200);
            drop(text.splice(at..at, copy.repeat(times)));
        }
        2 | 3 => drop(text.splice(at..at, random.token().bytes())),
        4 => drop(text.splice(at..end, random.token().bytes())),
        5 => {
            let from = random.below(other.len());
            let to = (from + random.below(200)).min(other.len());
            drop(text.splice(at..at, other.as_bytes()[from..to].iter().copied()));
        }
        6 => text.truncate(at),
        _ => {
            if let Some(byte) = text.get_mut(at) {
                *byte ^= 1 << random.below(7);
            }
        }
    }
}

/// Puts what stands under one key in the place of what stands under the same key elsewhere, or
/// turns a list round: most of what comes of it can be read, and says something else.
pub(crate) fn swap_nodes(value: &mut Value, other: &Value, random: &mut Random) {
    let (paths, others) = (pointers(value), pointers(other));
    if paths.is_empty() {
        return;
    }
    let path: &String = random.one_of(&paths);
    if let Some(Value::Array(items)) = value.pointer_mut(path)
        && !items.is_empty()
    {
        let (by, at) = (random.below(items.len()), random.below(items.len()));
        items.rotate_left(by);
        if random.below(2) == 0 {
            items.remove(at);
        }
        return;
    }
    let key = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let alike = |of: &[String]| -> Vec<String> {
        of.iter().filter(|one| key(one) == key(path)).cloned().collect()
    };
    let (own, foreign) = (alike(&paths), alike(&others));
    let new = if foreign.is_empty() || random.below(2) == 0 {
        value.pointer(random.one_of::<String>(&own)).unwrap().clone()
    } else {
        other.pointer(random.one_of::<String>(&foreign)).unwrap().clone()
    };
    *value.pointer_mut(path).unwrap() = new;
}

/// Damages one node of a tree: drops, doubles or moves it, or puts another in its place.
pub(crate) fn damage_node(value: &mut Value, other: &Value, random: &mut Random) {
    let (paths, others) = (pointers(value), pointers(other));
    if paths.is_empty() {
        return;
    }
    let (parent, last) = random.one_of(&paths).rsplit_once('/').unwrap();
    let last = last.replace("~1", "/").replace("~0", "~");
    let new = match random.below(4) {
        0 if !others.is_empty() => other.pointer(random.one_of::<String>(&others)).unwrap().clone(),
        1 => value.pointer(random.one_of::<String>(&paths)).unwrap().clone(),
        2 => serde_json::from_str(random.token()).unwrap_or(Value::Null),
        _ => json!("a".repeat(random.below(300))),
    };
    match value.pointer_mut(parent).unwrap() {
        Value::Array(items) => {
            let at: usize = last.parse().unwrap();
            match random.below(4) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                2 => items.extend(vec![items[at].clone(); random.below(300)]),
                _ => items[at] = new,
            }
        }
        Value::Object(fields) => match random.below(4) {
            0 => drop(fields.shift_remove(&last)),
            1 => {
                let field = fields.shift_remove(&last).unwrap();
                let key = random.one_of(&paths).rsplit('/').next().unwrap().to_owned();
                fields.insert(key, field);
            }
            2 => {
                let key = random.one_of(&paths).rsplit('/').next().unwrap().to_owned();
                fields.insert(key, new);
            }
            _ => drop(fields.insert(last, new)),
        },
        _ => panic!("{parent} has items or fields"),
    }
}
