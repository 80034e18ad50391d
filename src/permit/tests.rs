//! What implies what, beside the names of permissions.

#![expect(clippy::unwrap_used, reason = "tests")]

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::catalog::{Catalog, Definition};
use crate::presets::{agency, studio, studio_classic, tenant};
use crate::requirement::Requirement;

/// The permissions by name, and the name of the first rung of each one's leaf.
fn named(catalog: &Catalog) -> Vec<(String, String, Requirement)> {
    let mut named: Vec<(String, String, Requirement)> = Vec::new();
    for permission in catalog.permissions() {
        let name = catalog.display(permission).to_string();
        let path = name.split(':').next().unwrap();
        let own =
            |(other, ..): &&(String, String, Requirement)| other.split(':').next() == Some(path);
        let first = named.iter().find(own).map_or(&name, |(first, ..)| first).clone();
        named.push((name, first, permission.into()));
    }
    named
}

fn check(definition: &Definition, catalog: &Catalog) {
    let named = named(catalog);
    for (held, first, holds) in &named {
        for (asked, _, asks) in &named {
            let expected = asked == held || asked == first;
            assert_eq!(definition.implies(holds, asks), expected, "{held} and {asked}");
        }
    }
}

#[test]
fn a_rung_implies_itself_and_the_first_of_its_leaf() {
    check(&studio::DEFINITION, &studio::catalog());
    check(&studio_classic::DEFINITION, &studio_classic::catalog());
    check(&tenant::DEFINITION, &tenant::catalog());
    check(&agency::DEFINITION, &agency::catalog());
}

#[test]
fn a_conjunction_implies_what_its_parts_imply_and_is_implied_by_whoever_implies_all() {
    let named = named(&tenant::catalog());
    let implies = |held: &Requirement, asked: &Requirement| tenant::DEFINITION.implies(held, asked);
    for (one, _, own) in &named {
        for (two, _, other) in &named {
            let both = own.clone() & other;
            for (three, _, asked) in &named {
                let expected = implies(own, asked) || implies(other, asked);
                assert_eq!(implies(&both, asked), expected, "{one} + {two} and {three}");
                let expected = implies(asked, own) && implies(asked, other);
                assert_eq!(implies(asked, &both), expected, "{three} and {one} + {two}");
            }
        }
    }
}
