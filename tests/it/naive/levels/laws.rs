//! The laws of LVL-13 and LVL-14, one function a law, over random people: with and without a
//! template, with overrides and mutes that show and that do not.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::{EDIT, Level, NONE, Person, READ};
use crate::naive::Set;
use crate::naive::catalog::{Area, Catalog, Leaf};
use crate::naive::settings::{Grants, rungs_of};

const LEVELS: [Level; 3] = [NONE, READ, EDIT];

/// As many people as the variable `BAILIWICK_COMMANDS` says.
fn people() -> impl Iterator<Item = (Area, Person)> {
    let count = std::env::var("BAILIWICK_COMMANDS").map_or(1_500, |text| text.parse().unwrap());
    let sections = json!([{"key": "x"}, {"key": "y"}, {"key": "z"}]);
    let areas = json!([
        {"key": "wide", "scale": "levels", "sub_sections": sections},
        {"key": "alone", "scale": "levels"},
    ]);
    let areas = Catalog::new(&json!({"areas": areas})).areas;
    let mut chance = Chance(7);
    (0..count).map(move |place: usize| {
        let mut person = Person {
            template: (chance.below(4) > 0).then(|| chance.grants(&areas)),
            own: chance.grants(&areas),
            mutes: Set::new(),
        };
        for area in &areas {
            chance.mute(&mut person.mutes, &area.key);
            for leaf in &area.leaves {
                chance.mute(&mut person.mutes, &leaf.path);
            }
        }
        let area = if place.is_multiple_of(8) { areas.last() } else { areas.first() };
        (area.unwrap().clone(), person)
    })
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) % end
    }

    fn level(&mut self) -> Level {
        usize::try_from(self.below(3)).unwrap()
    }

    /// Each area in three of four, and overrides only under areas, as documents have them.
    fn grants(&mut self, areas: &[Area]) -> Grants {
        let mut grants = Grants::new();
        for area in areas {
            if self.below(4) == 0 {
                continue;
            }
            grants.insert(area.key.clone(), rungs_of(self.level()));
            for leaf in area.leaves.iter().filter(|leaf| leaf.path != area.key) {
                if self.below(2) == 0 {
                    grants.insert(leaf.path.clone(), rungs_of(self.level()));
                }
            }
        }
        grants
    }

    fn mute(&mut self, mutes: &mut Set, path: &str) {
        for rung in ["read", "edit"] {
            if self.below(6) == 0 {
                mutes.insert(format!("{path}:{rung}"));
            }
        }
    }
}

fn after(person: &Person, command: impl FnOnce(&mut Person)) -> Person {
    let mut person = person.clone();
    command(&mut person);
    person
}

/// What every leaf is configured at.
fn configured(person: &Person, area: &Area) -> Vec<Level> {
    area.leaves.iter().map(|leaf| person.configured(area, leaf)).collect()
}

/// What every leaf would be configured at with mutes lifted.
fn unmuted(person: &Person, area: &Area) -> Vec<Level> {
    configured(&Person { mutes: Set::new(), ..person.clone() }, area)
}

fn is_within(levels: &[Level], others: &[Level]) -> bool {
    levels.iter().zip(others).all(|(level, other)| level <= other)
}

/// What is stored outside an area.
fn elsewhere(person: &Person, area: &Area) -> (Grants, Set) {
    let is_here = |text: &str| text.starts_with(&area.key);
    let mut person = person.clone();
    person.own.retain(|path, _| !is_here(path));
    person.mutes.retain(|mute| !is_here(mute));
    (person.own, person.mutes)
}

/// A leaf, and the sections other than it.
fn sections(area: &Area) -> impl Iterator<Item = (usize, &Leaf)> {
    area.leaves.iter().enumerate()
}

#[test]
fn a_leaf_is_configured_at_the_lower_of_its_area_and_its_restriction() {
    for (area, person) in people() {
        let seen = person.seen(&area);
        let levels: Vec<Level> =
            seen.restrictions.iter().map(|one| *one.min(&seen.level)).collect();
        assert_eq!(levels, configured(&person, &area), "{person:?}");
    }
}

#[test]
fn unrestricted_leaves_follow() {
    for (area, person) in people() {
        let restrictions = person.seen(&area).restrictions;
        for level in LEVELS {
            let later = after(&person, |one| one.set_area(&area, level));
            assert_eq!(later.level(&area), level, "{person:?} {level}");
            for ((place, leaf), restriction) in sections(&area).zip(&restrictions) {
                if *restriction == EDIT {
                    assert_eq!(later.configured(&area, leaf), level, "{place} {person:?} {level}");
                }
            }
        }
    }
}

#[test]
fn restrictions_survive() {
    for (area, person) in people() {
        let restrictions = person.seen(&area).restrictions;
        for level in LEVELS {
            let later = after(&person, |one| one.set_area(&area, level));
            assert_eq!(later.seen(&area).restrictions, restrictions, "{person:?} {level}");
        }
    }
}

#[test]
fn the_last_write_wins() {
    for (area, person) in people() {
        for (first, last) in LEVELS.iter().flat_map(|one| LEVELS.map(|other| (*one, other))) {
            let both = after(&person, |one| {
                one.set_area(&area, first);
                one.set_area(&area, last);
            });
            let alone = after(&person, |one| one.set_area(&area, last));
            assert_eq!(both.seen(&area), alone.seen(&area), "{person:?} {first} {last}");
            for (_, leaf) in sections(&area) {
                let mut both = person.clone();
                let mut alone = person.clone();
                if leaf.path == area.key
                    || both.set_section(&area, leaf, first).is_err()
                    || both.set_section(&area, leaf, last).is_err()
                {
                    continue;
                }
                alone.set_section(&area, leaf, last).unwrap();
                assert_eq!(both.seen(&area), alone.seen(&area), "{person:?} {first} {last}");
            }
        }
    }
}

#[test]
fn setting_what_is_set_changes_nothing() {
    for (area, person) in people() {
        let seen = person.seen(&area);
        assert_eq!(after(&person, |one| one.set_area(&area, seen.level)), person);
        for ((_, leaf), restriction) in sections(&area).zip(&seen.restrictions) {
            let level = person.configured(&area, leaf);
            if level < seen.level || *restriction == EDIT && is_plain(&person, &area, leaf) {
                let later = after(&person, |one| one.set_section(&area, leaf, level).unwrap());
                assert_eq!(later, person);
            }
            for lower in LEVELS.into_iter().filter(|lower| *lower <= level) {
                assert_eq!(after(&person, |one| one.raise(&area, leaf, lower)), person);
            }
        }
    }
}

/// Whether nothing is stored of a leaf, or it is its own area.
fn is_plain(person: &Person, area: &Area, leaf: &Leaf) -> bool {
    leaf.path == area.key || !person.own.contains_key(&leaf.path)
}

/// Neither now, nor once mutes are lifted: so that taking away is never an escalation (GRD-3).
#[test]
fn lowering_never_adds() {
    for (area, person) in people() {
        let (levels, potential) = (configured(&person, &area), unmuted(&person, &area));
        let check = |later: &Person, what: &str| {
            assert!(is_within(&configured(later, &area), &levels), "{what} {person:?} {later:?}");
            assert!(is_within(&unmuted(later, &area), &potential), "{what} {person:?} {later:?}");
        };
        for level in LEVELS {
            if level < person.level(&area) {
                check(&after(&person, |one| one.set_area(&area, level)), "area");
            }
            for (_, leaf) in sections(&area) {
                if level < person.configured(&area, leaf) && level < person.level(&area) {
                    let later = after(&person, |one| one.set_section(&area, leaf, level).unwrap());
                    check(&later, "section");
                }
            }
        }
    }
}

#[test]
fn raising_opens_no_restricted_leaf() {
    for (area, person) in people() {
        let seen = person.seen(&area);
        for level in LEVELS.into_iter().filter(|level| *level > seen.level) {
            let later = after(&person, |one| one.set_area(&area, level));
            let expected: Vec<Level> =
                seen.restrictions.iter().map(|restriction| level.min(*restriction)).collect();
            assert_eq!(configured(&later, &area), expected, "{person:?} {level}");
        }
    }
}

#[test]
fn a_section_is_restricted_or_as_its_area() {
    for (area, person) in people().filter(|(area, _)| area.key == "wide") {
        let seen = person.seen(&area);
        for ((place, leaf), level) in
            sections(&area).flat_map(|one| LEVELS.map(|level| (one, level)))
        {
            let mut later = person.clone();
            let outcome = later.set_section(&area, leaf, level);
            if level > seen.level {
                assert_eq!((outcome, &later), (Err("exceeds_parent"), &person));
                continue;
            }
            let mut expected = seen.clone();
            if let Some(one) = expected.restrictions.get_mut(place) {
                *one = if level == seen.level { EDIT } else { level };
            }
            assert_eq!(later.seen(&area), expected, "{person:?} {place} {level}");
        }
    }
}

#[test]
fn raising_a_leaf_changes_no_other() {
    for (area, person) in people() {
        let levels = configured(&person, &area);
        for ((place, leaf), level) in
            sections(&area).flat_map(|one| LEVELS.map(|level| (one, level)))
        {
            let later = after(&person, |one| one.raise(&area, leaf, level));
            let mut expected = levels.clone();
            if let Some(one) = expected.get_mut(place) {
                *one = level.max(*one);
            }
            assert_eq!(configured(&later, &area), expected, "{person:?} {place} {level}");
            assert_eq!(later.level(&area), person.level(&area).max(level));
        }
    }
}

#[test]
fn nothing_outside_the_area_moves() {
    for (area, person) in people() {
        let before = elsewhere(&person, &area);
        for level in LEVELS {
            let later = after(&person, |one| one.set_area(&area, level));
            assert_eq!(elsewhere(&later, &area), before);
            for (_, leaf) in sections(&area) {
                let later = after(&person, |one| one.raise(&area, leaf, level));
                assert_eq!(elsewhere(&later, &area), before);
                let later = after(&person, |one| {
                    let _ = one.set_section(&area, leaf, level);
                });
                assert_eq!(elsewhere(&later, &area), before);
            }
        }
    }
}

#[test]
fn no_template_edit_opens_what_the_person_restricted() {
    let mut chance = Chance(3);
    for (area, person) in people().filter(|(_, person)| person.template.is_some()) {
        let template = Some(chance.grants(core::slice::from_ref(&area)));
        let edited = |person: &Person| Person { template: template.clone(), ..person.clone() };
        let former = configured(&edited(&person), &area);
        for level in LEVELS {
            // A mute keeps the area's level down, and lowering lifts none.
            let later = after(&person, |one| one.set_area(&area, level));
            let is_muted = later.cap(&area.key) <= level;
            assert!(!is_muted || edited(&later).level(&area) <= level, "{person:?} {level}");
            let is_lower = level < person.level(&area);
            let now = configured(&edited(&later), &area);
            assert!(!is_lower || is_within(&now, &former), "{person:?} {level}");
            for (_, leaf) in sections(&area) {
                // What is set already is no restriction of the person's, and an area's level is
                // none either.
                if leaf.path == area.key
                    || level >= person.level(&area)
                    || level == person.configured(&area, leaf)
                {
                    continue;
                }
                let later = after(&person, |one| one.set_section(&area, leaf, level).unwrap());
                assert!(edited(&later).configured(&area, leaf) <= level, "{person:?} {level}");
            }
        }
    }
}

#[test]
fn a_later_leaf_gets_nothing_after_none() {
    for (area, person) in people().filter(|(area, _)| area.key == "wide") {
        let later = after(&person, |one| one.set_area(&area, NONE));
        let new = Leaf { path: "wide.new".to_owned(), ..area.leaves.first().unwrap().clone() };
        assert_eq!(later.configured(&area, &new), NONE, "{person:?}");
    }
}

#[test]
fn keeping_a_template_changes_nothing_that_is_seen() {
    for (area, person) in people() {
        let mut later = after(&person, |one| one.keep_levels(&area));
        later.template = None;
        assert_eq!(later.seen(&area), person.seen(&area), "{person:?} {later:?}");
    }
}

/// What taking an override away, or a mute, would give under a mute or by a later template.
#[test]
fn lowering_leaves_nothing_to_come_to_light() {
    let areas = json!([{"key": "a", "scale": "levels", "sub_sections": [{"key": "l"}]}]);
    let catalog = Catalog::new(&json!({"areas": areas}));
    let area = catalog.areas.first().unwrap();
    let leaf = area.leaves.first().unwrap();
    let person = |template: serde_json::Value, own: serde_json::Value, mutes: &[&str]| Person {
        template: Some(catalog.grants(&template)),
        own: catalog.grants(&own),
        mutes: mutes.iter().map(|mute| (*mute).to_owned()).collect(),
    };
    let template = json!({"a": "edit", "a.l": "none"});
    let mut one = person(template.clone(), json!({"a": "edit", "a.l": "read"}), &[]);
    one.set_section(area, leaf, NONE).unwrap();
    let expected = person(template, json!({"a": "edit", "a.l": "read"}), &["a.l:read"]);
    assert_eq!(one, expected);

    let mut one = person(json!({}), json!({"a": "edit"}), &["a:edit"]);
    one.set_area(area, NONE);
    assert_eq!(one, person(json!({}), json!({"a": "none"}), &["a:edit"]));
    one.set_area(area, EDIT);
    assert_eq!(one, person(json!({}), json!({"a": "edit"}), &[]));
}
