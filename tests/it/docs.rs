//! What README and chapters promise about themselves. Their examples are documentation tests.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

const README: &str = include_str!("../../README.md");
const RULES: &str = include_str!("../../src/_docs/rules.md");

const PAGES: [(&str, &str); 11] = [
    ("README", README),
    ("getting_started", include_str!("../../src/_docs/getting_started.md")),
    ("modelling", include_str!("../../src/_docs/modelling.md")),
    ("rules", RULES),
    ("evolving", include_str!("../../src/_docs/evolving.md")),
    ("documents", include_str!("../../src/_docs/documents.md")),
    ("durability", include_str!("../../src/_docs/durability.md")),
    ("integrating", include_str!("../../src/_docs/integrating.md")),
    ("security", include_str!("../../src/_docs/security.md")),
    ("comparison", include_str!("../../src/_docs/comparison.md")),
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
        check_code(page, text.lines());
    }
}

#[test]
fn code_of_doc_comments_fits_80_columns() {
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let comments = text.lines().map(str::trim_start);
                let comments = comments
                    .filter_map(|line| line.strip_prefix("///").or(line.strip_prefix("//!")));
                let comments = comments.map(|line| line.strip_prefix(' ').unwrap_or(line));
                check_code(&path.display().to_string(), comments);
                files += 1;
            }
        }
    }
    assert!(files > 100, "{files} files");
}

/// Lines that are hidden, which begin with `#`, may be longer.
fn check_code<'a>(page: &str, lines: impl Iterator<Item = &'a str>) {
    let mut in_code = false;
    for line in lines {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code && !line.starts_with("# ") {
            assert!(line.chars().count() <= 80, "{page}: {line}");
        }
    }
    assert!(!in_code, "{page}: a block of code does not end");
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

/// Pages cite only rules that the chapter states.
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
