//! LVL: the laws of permission sets, one property each, and of settings within one set of grants.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use bailiwick::presets::{studio, tenant};
use bailiwick::{Area, Catalog, Grants, Level, PermissionSet};
use proptest::prelude::*;

/// Catalogs whose permissions are one bit, and just below, at and above whole words.
fn shapes() -> Vec<Catalog> {
    let of = |bits: usize| {
        let area = Area::toggle("area");
        let area = (1..bits).fold(area.with("leaf"), |area, leaf| area.with(format!("leaf{leaf}")));
        Catalog::builder(format!("bits/{bits}")).area(area).build().unwrap()
    };
    let mut shapes: Vec<Catalog> = [1, 63, 64, 65, 128, 200].map(of).into();
    shapes.extend([studio::catalog(), tenant::catalog()]);
    shapes
}

/// A catalog and three of its sets, drawn from the extremes as well as from anywhere.
fn sets() -> impl Strategy<Value = (Catalog, [PermissionSet; 3])> {
    let catalog = prop::sample::select(shapes());
    catalog.prop_flat_map(|catalog| {
        let all: Vec<_> = catalog.permissions().collect();
        let last = all.last().copied();
        let of = catalog.clone();
        let some = prop::collection::vec(any::<bool>(), all.len()).prop_map(move |picked| {
            let picked = all.iter().zip(picked).filter(|(_, picked)| *picked);
            of.permission_set(picked.map(|(permission, _)| *permission))
        });
        let set = prop_oneof![
            1 => Just(PermissionSet::EMPTY),
            1 => Just(catalog.all()),
            1 => Just(catalog.permission_set(last)),
            5 => some,
        ]
        .boxed();
        let three = [set.clone(), set.clone(), set];
        (Just(catalog), three)
    })
}

fn or(a: &PermissionSet, b: &PermissionSet) -> PermissionSet {
    a.union(b).unwrap()
}

fn and(a: &PermissionSet, b: &PermissionSet) -> PermissionSet {
    a.intersection(b).unwrap()
}

proptest! {
    #[test]
    fn union_and_intersection_commute((_, [a, b, _]) in sets()) {
        prop_assert_eq!(or(&a, &b), or(&b, &a));
        prop_assert_eq!(and(&a, &b), and(&b, &a));
    }

    #[test]
    fn union_and_intersection_associate((_, [a, b, c]) in sets()) {
        prop_assert_eq!(or(&or(&a, &b), &c), or(&a, &or(&b, &c)));
        prop_assert_eq!(and(&and(&a, &b), &c), and(&a, &and(&b, &c)));
    }

    #[test]
    fn union_and_intersection_are_idempotent((_, [a, _, _]) in sets()) {
        prop_assert_eq!(&or(&a, &a), &a);
        prop_assert_eq!(and(&a, &a), a);
    }

    #[test]
    fn union_and_intersection_absorb((_, [a, b, _]) in sets()) {
        prop_assert_eq!(&or(&a, &and(&a, &b)), &a);
        prop_assert_eq!(and(&a, &or(&a, &b)), a);
    }

    #[test]
    fn union_and_intersection_distribute((_, [a, b, c]) in sets()) {
        prop_assert_eq!(and(&a, &or(&b, &c)), or(&and(&a, &b), &and(&a, &c)));
        prop_assert_eq!(or(&a, &and(&b, &c)), and(&or(&a, &b), &or(&a, &c)));
    }

    #[test]
    fn empty_and_all_bound_the_lattice((catalog, [a, _, _]) in sets()) {
        prop_assert_eq!(&or(&a, &PermissionSet::EMPTY), &a);
        prop_assert_eq!(and(&a, &PermissionSet::EMPTY), PermissionSet::EMPTY);
        prop_assert_eq!(or(&a, &catalog.all()), catalog.all());
        prop_assert_eq!(and(&a, &catalog.all()), a);
    }

    #[test]
    fn subset_is_the_order_of_the_lattice((_, [a, b, _]) in sets()) {
        prop_assert_eq!(a.is_subset(&b), or(&a, &b) == b);
        prop_assert_eq!(a.is_subset(&b), and(&a, &b) == a);
        prop_assert_eq!(a.is_subset(&b), a.difference(&b).next().is_none());
        prop_assert_eq!(a.is_subset(&b) && b.is_subset(&a), a == b);
    }

    /// LVL-11: a set contains what its members need, and stays so under both operations.
    #[test]
    fn a_set_contains_what_its_members_need((catalog, [a, b, _]) in sets()) {
        for set in [&a, &b, &or(&a, &b), &and(&a, &b)] {
            prop_assert_eq!(&catalog.permission_set(set.iter()), set);
        }
    }

    #[test]
    fn iteration_is_in_catalog_order_and_complete((catalog, [a, b, _]) in sets()) {
        let members: Vec<_> = a.iter().collect();
        let expected: Vec<_> = catalog.permissions().filter(|one| a.contains(*one)).collect();
        prop_assert_eq!(&members, &expected);
        prop_assert_eq!(a.len(), members.len());
        prop_assert_eq!(a.is_empty(), members.is_empty());
        let lost: Vec<_> = a.iter().filter(|one| !b.contains(*one)).collect();
        prop_assert_eq!(a.difference(&b).collect::<Vec<_>>(), lost);
    }
}

/// What a sequence of settings in `analytics` may be: an area or a leaf, and a level.
fn settings() -> impl Strategy<Value = Vec<(usize, Level)>> {
    prop::collection::vec((0..9_usize, prop::sample::select(Level::ALL.to_vec())), 0..12)
}

fn leaves() -> Vec<String> {
    let catalog = studio::catalog();
    let analytics = &catalog.areas()[0];
    analytics.sub_sections().iter().map(|leaf| format!("analytics.{}", leaf.key())).collect()
}

fn apply(settings: &[(usize, Level)]) -> Grants {
    let mut grants = Grants::new(&studio::catalog());
    for (path, level) in settings {
        match path.checked_sub(1) {
            None => grants.set("analytics", *level).unwrap(),
            Some(leaf) => _ = grants.set(&leaves()[leaf], *level),
        }
    }
    grants
}

fn levels(grants: &Grants) -> Vec<Level> {
    leaves().iter().map(|leaf| grants.level(leaf).unwrap()).collect()
}

proptest! {
    /// LVL-5: an area without overrides has all its sub-sections at its level.
    #[test]
    fn an_area_alone_sets_all_its_leaves(level in prop::sample::select(Level::ALL.to_vec())) {
        prop_assert_eq!(levels(&apply(&[(0, level)])), vec![level; 8]);
    }

    /// LVL-4: an area at None has every sub-section at None, whatever the overrides.
    #[test]
    fn an_area_at_none_hides_all(settings in settings()) {
        let mut grants = apply(&settings);
        grants.set("analytics", Level::None).unwrap();
        prop_assert_eq!(levels(&grants), vec![Level::None; 8]);
    }

    /// LVL-7: lowering an area and raising it again restores exactly the former levels.
    #[test]
    fn toggling_an_area_loses_no_restriction(
        settings in settings(),
        lower in prop::sample::select(Level::ALL.to_vec()),
    ) {
        let before = apply(&settings);
        let Some((_, bailiwick::Setting::Level(area))) = before.iter().next() else {
            return Ok(());
        };
        let mut after = before.clone();
        after.set("analytics", lower).unwrap();
        for (low, former) in levels(&after).into_iter().zip(levels(&before)) {
            prop_assert!(low <= lower && (lower > area || low <= former));
        }
        after.set("analytics", area).unwrap();
        prop_assert_eq!(&after, &before);
    }

    /// LVL-6: an override above its area is refused and changes nothing.
    #[test]
    fn exceeds_parent_changes_nothing(settings in settings(), leaf in 0..8_usize) {
        let before = apply(&settings);
        for level in Level::ALL {
            let mut after = before.clone();
            let result = after.set(&leaves()[leaf], level);
            let area = match before.iter().next() {
                Some((_, bailiwick::Setting::Level(area))) => area,
                _ => Level::None,
            };
            if before.is_empty() || level > area {
                prop_assert!(result.is_err());
                prop_assert_eq!(after, before.clone());
            } else {
                prop_assert!(result.is_ok());
                prop_assert_eq!(after.level(&leaves()[leaf]).unwrap(), level);
            }
        }
    }

    /// LVL-9: raising a leaf brings it to the level, and no other leaf changes.
    #[test]
    fn raising_a_leaf_changes_no_other(settings in settings(), leaf in 0..8_usize) {
        let before = apply(&settings);
        for level in Level::ALL {
            let mut after = before.clone();
            after.raise(&leaves()[leaf], level).unwrap();
            let mut expected = levels(&before);
            expected[leaf] = expected[leaf].max(level);
            prop_assert_eq!(levels(&after), expected);
        }
    }
}

/// LVL-9: `only` grants one leaf and pins every sibling to None; nothing else is granted.
#[test]
fn only_grants_one_leaf() {
    let catalog = studio::catalog();
    for permission in catalog.permissions() {
        let text = catalog.display(permission).to_string();
        let (leaf, rung) = text.split_once(':').unwrap();
        let Ok(level) = rung.parse::<Level>() else {
            continue;
        };
        let grants = Grants::only(&catalog, leaf, level).unwrap();
        for other in catalog.permissions() {
            let other = catalog.display(other).to_string();
            let (other, rung) = other.split_once(':').unwrap();
            if rung == "read" {
                let expected = if other == leaf { level } else { Level::None };
                assert_eq!(grants.level(other).unwrap(), expected, "only {leaf}, asked {other}");
            }
        }
    }
}

/// LVL-2: an action without the first of its scale is stored, and inert.
#[test]
fn an_action_without_the_first_is_inert() {
    use bailiwick::{Features, Mutes, Profile, Role, Setting, Status, Template};
    let catalog = tenant::catalog();
    let (mut viewing, mut creating) = (Grants::new(&catalog), Grants::new(&catalog));
    viewing.set("conversations", Setting::actions(["view"])).unwrap();
    creating.set("conversations", Setting::actions(["create"])).unwrap();
    let set = |template: Option<&Grants>, grants: &Grants| {
        let (mutes, features) = (Mutes::new(&catalog), Features::new(&catalog));
        let (role, status) = (Role::Member, Status::Active);
        let template = template
            .map(|grants| Template::new("t".parse().unwrap(), "T", grants.clone()).unwrap());
        let template = template.as_ref();
        let profile =
            Profile { role, status, template, grants, mutes: &mutes, features: &features };
        let set = profile.permissions();
        set.iter().map(|one| catalog.display(one).to_string()).collect::<Vec<_>>()
    };
    assert_eq!(set(None, &creating), Vec::<String>::new());
    assert_eq!(set(Some(&viewing), &creating), ["conversations:view", "conversations:create"]);
    assert_eq!(set(Some(&creating), &viewing), ["conversations:view", "conversations:create"]);
}
