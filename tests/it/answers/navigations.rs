//! LVL-10: what a user interface shows, against what the oracle allows.

use std::collections::BTreeSet;

use bailiwick::catalog::CatalogError;
use bailiwick::lattice::{Navigation, Summary, VisibleArea};
use bailiwick::{Area, Catalog, Features, Grants, Lattice, Level, Mutes, Section, Setting};
use proptest::prelude::*;
use serde_json::json;

use super::{World, few};
use crate::naive;
use crate::profiles::member;
use crate::worlds;

proptest! {
    #![proptest_config(few(40))]

    #[test]
    fn only_what_is_visible_is_shown(document in worlds::any_account()) {
        let world = World::new(&document);
        for id in world.ids().iter().map(String::as_str).chain(["nobody at all"]) {
            let navigation = world.lattice.subject(id).navigation();
            let effective = world.oracle.effective(id);
            check_sections(&world, &navigation, &effective);
        }
    }

    #[test]
    fn equal_navigations_have_equal_digests(
        (one, two) in prop_oneof![
            Just(json!("tenant/1")),
            Just(json!("studio/2026-06")),
            worlds::catalog(),
        ]
        .prop_flat_map(|catalog| {
            (worlds::account_on(catalog.clone()), worlds::account_on(catalog))
        })
    ) {
        let worlds = [World::new(&one), World::new(&two)];
        let worlds = worlds.each_ref().map(|world| (world, world.ids()));
        let all = worlds.iter().flat_map(|(world, ids)| {
            let ids = ids.iter().map(String::as_str).chain(["nobody at all"]);
            ids.map(|id| (world.oracle.effective(id), world.lattice.subject(id).navigation()))
        });
        let all: Vec<_> = all.collect();
        for (held, navigation) in &all {
            for (other_held, other) in &all {
                prop_assert_eq!(navigation == other, held == other_held);
                prop_assert_eq!(navigation.digest() == other.digest(), held == other_held);
            }
        }
    }
}

#[track_caller]
fn check_sections(world: &World, navigation: &Navigation<'_>, effective: &BTreeSet<String>) {
    let mut sections = navigation.areas().iter();
    for area in &world.table.areas {
        let rungs = |leaf: &naive::Leaf| -> Vec<String> {
            let rungs = leaf.rungs.iter().zip(&leaf.permissions);
            let held = rungs.filter(|(_, permission)| effective.contains(*permission));
            held.map(|(rung, _)| rung.clone()).collect()
        };
        let all: Vec<(&naive::Leaf, Vec<String>)> =
            area.leaves.iter().map(|leaf| (leaf, rungs(leaf))).collect();
        let visible: Vec<_> = all.iter().filter(|(_, rungs)| !rungs.is_empty()).collect();
        assert_eq!(navigation.sees(&area.key), !visible.is_empty(), "{}", area.key);
        if visible.is_empty() {
            continue;
        }
        let section = sections.next().unwrap();
        let source = match area.source {
            naive::Source::Grantable => "grantable",
            naive::Source::Role => "role",
            naive::Source::Account => "account",
        };
        assert_eq!((section.key(), section.source().name()), (&*area.key, source));
        assert_eq!(section.leaves().len(), visible.len(), "{}", area.key);
        for (entry, (leaf, rungs)) in section.leaves().iter().zip(&visible) {
            assert_eq!(entry.path(), leaf.path);
            assert_eq!(Some(entry.key()), leaf.path.split('.').next_back());
            assert_eq!(&entry.rungs().collect::<Vec<_>>(), rungs, "{}", leaf.path);
            assert!(!entry.label().is_empty());
        }
        let all: Vec<BTreeSet<String>> =
            all.into_iter().map(|(_, rungs)| rungs.into_iter().collect()).collect();
        check_summary(section, &all);
    }
    assert!(sections.next().is_none(), "an area too many");
    assert!(!navigation.sees("no such area"));
}

/// LVL-10: uniform if all leaves have the same rungs, else what all and what some have.
#[track_caller]
fn check_summary(section: &VisibleArea<'_>, leaves: &[BTreeSet<String>]) {
    let least = leaves.iter().skip(1).fold(leaves[0].clone(), |all, one| &all & one);
    let most = leaves.iter().fold(BTreeSet::new(), |some, one| &some | one);
    let names = |rungs| section.rungs(rungs).map(str::to_owned).collect::<BTreeSet<_>>();
    match section.summary() {
        Summary::Uniform(rungs) => {
            assert_eq!(least, most, "{} is mixed", section.key());
            assert_eq!(names(rungs), most, "{}", section.key());
        }
        Summary::Mixed { least: all, most: some } => {
            assert_ne!(least, most, "{} is uniform", section.key());
            assert_eq!((names(all), names(some)), (least, most), "{}", section.key());
        }
    }
}

/// What a member sees who is granted all that an area of a catalog can be.
fn lattice(catalog: &Catalog, set: impl FnOnce(&mut Grants)) -> Lattice {
    let mut grants = Grants::new(catalog);
    set(&mut grants);
    let (mutes, features) = (Mutes::new(catalog), Features::new(catalog));
    Lattice::compile(catalog, [("kim", member(&grants, &mutes, &features))])
}

fn docs(leaves: &[&'static str]) -> Result<Catalog, CatalogError> {
    let area = leaves.iter().fold(Area::levels("docs"), |area, leaf| area.with(*leaf));
    Catalog::builder("docs/1").area(area).build()
}

/// A leaf that the next version of a catalog adds is hidden from those who had all there was: the
/// area's summary is mixed now, so the digest must differ.
#[test]
fn digests_tell_hidden_leaves() {
    let (small, large) = (docs(&["a"]).unwrap(), docs(&["a", "b"]).unwrap());
    let before = lattice(&small, |grants| grants.set("docs", Level::Edit).unwrap());
    let after = lattice(&large, |grants| {
        grants.set("docs", Level::Edit).unwrap();
        grants.set("docs.b", Level::None).unwrap();
    });
    let [before, after] = [&before, &after].map(|one| one.subject("kim").navigation());
    assert!(matches!(before.areas()[0].summary(), Summary::Uniform(_)));
    assert!(matches!(after.areas()[0].summary(), Summary::Mixed { .. }));
    assert_ne!(before, after);
    assert_ne!(before.digest(), after.digest());
}

/// CAT-11: what a section is for is shown with it.
#[test]
fn digests_tell_descriptions() {
    let navigations = [None, Some("Pages"), Some("Pages and drafts")].map(|words| {
        let area =
            |key| words.map_or(Section::new(key), |words| Section::new(key).described(words));
        let one = Catalog::builder("docs/1").area(Area::levels(area("docs"))).build().unwrap();
        let two = Area::levels("docs").with(area("a"));
        let two = Catalog::builder("docs/1").area(two).build().unwrap();
        [one, two].map(|catalog| {
            let lattice = lattice(&catalog, |grants| grants.set("docs", Level::Edit).unwrap());
            let navigation = lattice.subject("kim").navigation();
            let area = &navigation.areas()[0];
            assert_eq!(area.leaves()[0].description(), words);
            assert_eq!(area.description(), words.filter(|_| area.leaves()[0].path() == "docs"));
            navigation.digest()
        })
    });
    let all: BTreeSet<u64> = navigations.concat().into_iter().collect();
    assert_eq!(all.len(), 6);
}

/// An action that the next version of a catalog adds, and the user does not have, changes nothing
/// that they are shown: equal navigations have equal digests.
#[test]
fn digests_depend_on_what_is_shown_alone() {
    let catalog = |actions: &[&str]| {
        let actions = actions.iter().map(ToString::to_string);
        let area = Area::actions("docs", actions);
        Catalog::builder("docs/1").area(area).build().unwrap()
    };
    let (small, large) = (catalog(&["view", "edit"]), catalog(&["view", "edit", "export"]));
    let set = |grants: &mut Grants| grants.set("docs", Setting::actions(["view"])).unwrap();
    let lattices = [lattice(&small, set), lattice(&large, set)];
    let [one, two] = [&lattices[0], &lattices[1]].map(|one| one.subject("kim").navigation());
    assert_eq!(one == two, one.digest() == two.digest());
}
