//! What README and chapters promise about themselves. Their examples are documentation tests.

use std::collections::BTreeSet;

const README: &str = include_str!("../../README.md");
const RULES: &str = include_str!("../../src/_docs/rules.md");

const PAGES: [(&str, &str); 6] = [
    ("README", README),
    ("getting_started", include_str!("../../src/_docs/getting_started.md")),
    ("modelling", include_str!("../../src/_docs/modelling.md")),
    ("rules", RULES),
    ("documents", include_str!("../../src/_docs/documents.md")),
    ("performance", include_str!("../../src/_docs/performance.md")),
];

/// The groups of rules, and how many rules each has.
const GROUPS: [(&str, usize); 10] = [
    ("CAT", 18),
    ("LVL", 14),
    ("ROLE", 8),
    ("TPL", 10),
    ("USR", 15),
    ("GRD", 12),
    ("REV", 13),
    ("AGY", 10),
    ("EVO", 7),
    ("DEC", 5),
];

#[test]
fn the_readme_fits_150_lines() {
    assert!(README.lines().count() <= 150, "{} lines", README.lines().count());
}

#[test]
fn code_fits_80_columns() {
    for (page, text) in PAGES {
        let mut in_code = false;
        for line in text.lines() {
            if line.starts_with("```") {
                in_code = !in_code;
            } else if in_code {
                assert!(line.chars().count() <= 80, "{page}: {line}");
            }
        }
        assert!(!in_code, "{page}: a block of code does not end");
    }
}

#[test]
fn the_rules_chapter_states_every_rule_once_in_order() {
    let entries: Vec<&str> = RULES
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once("**").map(|(rule, _)| rule))
        .collect();
    let rules: Vec<String> = GROUPS
        .iter()
        .flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}-{number}")))
        .collect();
    assert_eq!(entries, rules);
}

/// No page cites a rule that the chapter does not state.
#[test]
fn pages_cite_rules_that_exist() {
    let stated: BTreeSet<String> = GROUPS
        .iter()
        .flat_map(|(group, count)| (1..=*count).map(move |number| format!("{group}-{number}")))
        .collect();
    for (page, text) in PAGES {
        for word in text.split(|one: char| !(one.is_ascii_alphanumeric() || one == '-')) {
            let group = word.split_once('-').map(|(group, _)| group);
            if GROUPS.iter().any(|(known, _)| group == Some(*known)) {
                assert!(stated.contains(word), "{page} cites {word}");
            }
        }
    }
}
