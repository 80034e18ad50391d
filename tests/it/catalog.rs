//! CAT: what a catalog says and what it refuses, in whichever form it is given; the presets.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "tests, whose tables are long"
)]

mod constants;
mod forms;
mod gates;
mod names;
mod operations;
mod order;
mod presets;
mod problems;
mod refused;
mod small;
mod templates;
mod types;
mod words;

use std::collections::BTreeSet;

use bailiwick::catalog::{CatalogBuilder, Source};
use bailiwick::document::Document;
use bailiwick::{
    Area, Catalog, Features, Grants, Lattice, Level, Mutes, Permission, PermissionSet, Profile,
    Requirement, Role, Section, Setting, Status, Template,
};
use serde_json::Value;

/// What an active user may do who is granted everything there is.
fn held(catalog: &Catalog, role: Role, mutes: &Mutes, features: &Features) -> PermissionSet {
    let lattice = lattice(catalog, role, mutes, features);
    lattice.subject("kim").permissions()
}

/// A lattice of one active user, kim, who is granted everything there is.
fn lattice(catalog: &Catalog, role: Role, mutes: &Mutes, features: &Features) -> Lattice {
    let mut grants = Grants::new(catalog);
    for area in catalog.areas() {
        if area.source() == Source::Grantable {
            let most = match area.scale() {
                bailiwick::catalog::Scale::Levels => Level::Edit.into(),
                bailiwick::catalog::Scale::Toggle => true.into(),
                bailiwick::catalog::Scale::Actions(actions) => Setting::actions(actions.to_vec()),
            };
            grants.set(area.section().key(), most).unwrap();
        }
    }
    let kim =
        Profile { role, status: Status::Active, template: None, grants: &grants, mutes, features };
    Lattice::compile(catalog, [("kim", kim)])
}

/// Every feature that is there.
fn every_feature(catalog: &Catalog) -> Features {
    let mut features = Features::new(catalog);
    for feature in catalog.features() {
        features.turn_on(path(catalog, feature)).unwrap();
    }
    features
}

fn path(catalog: &Catalog, permission: Permission) -> String {
    let text = catalog.display(permission).to_string();
    text.split_once(':').unwrap().0.to_owned()
}

fn needs(catalog: &Catalog, requirement: &Requirement) -> BTreeSet<String> {
    let needs = requirement.iter();
    needs.map(|one| catalog.display(one).to_string()).collect()
}

fn document(value: &Value) -> Document {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn read(value: &Value) -> Catalog {
    Catalog::from_document(&document(value)).unwrap()
}

/// CAT-1: two catalogs are one value, and each reads the other's permissions as its own.
#[track_caller]
fn same(one: &Catalog, other: &Catalog) {
    assert_eq!(one, other);
    assert_eq!(one.stamp(), other.stamp());
    assert_eq!(one.all(), other.all());
    assert!(one.operations().eq(other.operations()));
    assert!(Template::presets(one).eq(Template::presets(other)));
}

/// Puts a value at a JSON pointer whose parent is there.
fn set(value: &mut Value, pointer: &str, new: Value) {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = new,
        object => object[last] = new,
    }
}

/// A catalog to add problems to; the next area is `areas[5]`.
fn base() -> CatalogBuilder {
    let basic = Section::new("basic").always_on();
    Catalog::builder("desk/1")
        .area(Area::levels("docs").with("pages").with("drafts"))
        .area(Area::actions("jobs", ["view", "run"]))
        .area(Area::toggle("phone").user_only())
        .area(Area::toggle("staff").set_by(Source::Role).with("billing"))
        .area(Area::toggle("plan").set_by(Source::Account).with("pro").with("team").with(basic))
}

fn features(key: &'static str) -> Area {
    Area::toggle(key).set_by(Source::Account)
}

const LONG: &str = "a2345678901234567890123456789012345678901234567890123456789012345";

/// The problems of a catalog that cannot be built, as text.
fn refused_words(builder: CatalogBuilder) -> Vec<String> {
    builder.build().unwrap_err().problems().iter().map(ToString::to_string).collect()
}
