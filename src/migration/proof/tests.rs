//! EVO-3: the proof finds what is brought over wrongly, one fault a test; and nothing but what it
//! looks at matters.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod gates;
mod shapes;

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{AsPlanned, Bring, gains};
use crate::catalog::by_node::OfArea;
use crate::catalog::scale::Rungs;
use crate::catalog::tree::NodeId;
use crate::catalog::{Area, Catalog};
use crate::migration::Migration;
use crate::migration::plan::{AreaPlan, LeafPlan};

/// `a` and `b` of one area become `x` and `y` of another, with `z` of a third, and `w`, which is
/// new.
fn migration() -> Migration {
    let old = Catalog::builder("desk/1")
        .area(Area::levels("one").with("a").with("b"))
        .area(Area::levels("two").with("z"))
        .area(Area::actions("calls", ["view", "listen"]).with("all"))
        .build()
        .unwrap();
    let new = Catalog::builder("desk/2")
        .area(Area::levels("three").with("x").with("y").with("z").with("w"))
        .area(Area::actions("talks", ["view", "listen"]).with("all"))
        .build()
        .unwrap();
    Migration::between(&old, &new)
        .move_to("one.a", "three.x")
        .lowest_of(["one.b", "two.z"], "three.y")
        .lowest_of(["two.z"], "three.z")
        .add("three.w")
        .rename("calls", "talks")
        .build()
        .unwrap()
}

/// Every permission that can be gained.
const ALL: [&str; 8] = [
    "`three.x:read`",
    "`three.x:edit`",
    "`three.y:read`",
    "`three.y:edit`",
    "`three.z:read`",
    "`three.z:edit`",
    "`talks.all:view`",
    "`talks.all:listen`",
];

/// What is gained if settings and mutes are brought over in some other way.
struct Broken<S, M>(S, M);

type Said<'a> = &'a dyn Fn(NodeId) -> OfArea;

impl<S: Fn(&AreaPlan, Said<'_>) -> OfArea, M: Fn(&AreaPlan, Said<'_>) -> OfArea> Bring
    for Broken<S, M>
{
    fn settings(&self, area: &AreaPlan, said: Said<'_>) -> OfArea {
        self.0(area, said)
    }

    fn mutes(&self, area: &AreaPlan, said: Said<'_>) -> OfArea {
        self.1(area, said)
    }
}

#[track_caller]
fn check(bring: &impl Bring, expected: &[&str]) {
    let gains: Vec<_> = gains(&migration().maps, bring);
    let gained: Vec<_> = gains.iter().map(|gain| gain.gained().to_string()).collect();
    assert_eq!(gained, expected, "{gains:?}");
}

fn planned_settings(area: &AreaPlan, said: Said<'_>) -> OfArea {
    AsPlanned.settings(area, said)
}

fn planned_mutes(area: &AreaPlan, said: Said<'_>) -> OfArea {
    AsPlanned.mutes(area, said)
}

#[test]
fn nothing_is_gained_as_planned() {
    check(&AsPlanned, &[]);
}

#[test]
fn a_mute_that_is_not_split_is_found() {
    let first_only = |area: &AreaPlan, said: Said<'_>| {
        let mut muted = planned_mutes(area, said);
        muted.leaves.iter_mut().skip(1).for_each(|leaf| *leaf = None);
        muted
    };
    let expected = ["`three.y:read`", "`three.y:edit`", "`three.z:read`", "`three.z:edit`"];
    check(&Broken(planned_settings, first_only), &expected);
}

#[test]
fn an_areas_mute_that_is_lost_is_found() {
    let leaves_alone =
        |area: &AreaPlan, said: Said<'_>| OfArea { area: None, ..planned_mutes(area, said) };
    check(&Broken(planned_settings, leaves_alone), &ALL);
}

/// LVL-7: an override above its area counts only as far as its area does.
#[test]
fn a_clamped_override_that_comes_alive_is_found() {
    let raw = |area: &AreaPlan, said: Said<'_>| {
        let unclamped = |old| {
            let said = said(old);
            let top =
                said.leaves.iter().flatten().fold(said.area.unwrap_or(0), |top, one| top | one);
            OfArea { area: said.area.map(|_| top), ..said }
        };
        planned_settings(area, &unclamped)
    };
    check(&Broken(raw, planned_mutes), &ALL);
}

/// LVL-2: an action without the first one is inert.
#[test]
fn an_inert_action_that_comes_alive_is_found() {
    let lively = |area: &AreaPlan, said: Said<'_>| {
        let with_first = |rungs: Rungs| if rungs == 0 { 0 } else { rungs | 1 };
        let OfArea { area, leaves } = planned_settings(area, said);
        let leaves = leaves.into_iter().map(|leaf| leaf.map(with_first)).collect();
        OfArea { area: area.map(with_first), leaves }
    };
    check(&Broken(lively, planned_mutes), &["`talks.all:view`", "`talks.all:listen`"]);
}

#[test]
fn a_lower_leaf_that_is_not_pinned_is_found() {
    let unpinned = |area: &AreaPlan, said: Said<'_>| {
        let mut settings = planned_settings(area, said);
        if let Some(leaf) = settings.leaves.first_mut() {
            *leaf = None;
        }
        settings
    };
    // The only leaf of `talks` is never lower, but may be restricted.
    let expected = ["`three.x:read`", "`three.x:edit`", "`talks.all:view`", "`talks.all:listen`"];
    check(&Broken(unpinned, planned_mutes), &expected);
}

/// LVL-7, LVL-13: an override at or above the level of its area does not show, and restricts the
/// leaf once the area is raised.
#[test]
fn a_hidden_restriction_that_is_lost_is_found() {
    let forgetful = |area: &AreaPlan, said: Said<'_>| {
        let mut settings = planned_settings(area, said);
        let top = settings.area.unwrap_or_default();
        settings.leaves.iter_mut().for_each(|leaf| *leaf = leaf.filter(|own| own & top != top));
        settings
    };
    check(&Broken(forgetful, planned_mutes), &ALL);
    let gains = gains(&migration().maps, &Broken(forgetful, planned_mutes));
    let gain = gains.first().unwrap();
    assert_eq!(gain.by().unwrap().raised(), Some("three"));
    assert_eq!(
        gain.to_string(),
        "`three.x:read` would be gained by a member with the grants `one: none, one.a: none, \
         one.b: none` once `three` is raised; change the rule, or accept it by name and reason",
    );
}

/// LVL-2: raising an area brings back an action that a template gives the first one of.
#[test]
fn an_inert_action_that_raising_opens_is_found() {
    let with_last = |area: &AreaPlan, said: Said<'_>| {
        let mut settings = planned_settings(area, said);
        if settings.area == Some(0) && settings.leaves == [Some(0)] {
            settings.leaves = [Some(2)].into();
        }
        settings
    };
    check(&Broken(with_last, planned_mutes), &["`talks.all:listen`"]);
    let gains = gains(&migration().maps, &Broken(with_last, planned_mutes));
    assert_eq!(
        gains.first().unwrap().to_string(),
        "`talks.all:listen` would be gained by a member with the template `calls: view` and the \
         grants `calls: none, calls.all: none` once `talks` is raised; change the rule, or accept \
         it by name and reason",
    );
}

/// LVL-13: a person sees what a template restricts below its area, and raising the area does not
/// open it, nor does it once the area came down to it.
#[test]
fn a_restriction_that_is_not_seen_any_more_is_found() {
    struct Unseen;

    impl Bring for Unseen {
        fn settings(&self, area: &AreaPlan, said: Said<'_>) -> OfArea {
            planned_settings(area, said)
        }

        fn mutes(&self, area: &AreaPlan, said: Said<'_>) -> OfArea {
            planned_mutes(area, said)
        }

        fn shown(&self, _: &LeafPlan, _: [&[(NodeId, OfArea)]; 2]) -> Option<Rungs> {
            None
        }
    }

    check(&Unseen, &ALL[..6]);
    assert_eq!(
        gains(&migration().maps, &Unseen).first().unwrap().to_string(),
        "`three.x:read` would be gained by a member with the template `one: read, one.a: none, \
         one.b: none` once `three` is raised; change the rule, or accept it by name and reason",
    );
}

/// A leaf is decided by what is said of its sources and their areas, whatever is said of anything
/// else: every combination of levels for the two sources of `three.y`, with everything else at
/// random.
#[test]
fn nothing_else_matters() {
    let maps = migration().maps;
    let area = &maps.areas[0];
    let [one, two] = [area.from[0], area.from[1]];
    let levels: [Rungs; 3] = [0, 1, 3];
    let mut state = 7_u32;
    let mut random = |options: &[Option<Rungs>]| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        options[(state >> 16) as usize % options.len()]
    };
    for way in 0..81 {
        let [of_one, b, of_two, z] = [1, 3, 9, 27].map(|place| levels[way / place % 3]);
        let expected = of_one & b & of_two & z;
        for _ in 0..20 {
            let a = random(&[None, Some(0), Some(1), Some(3)]);
            let said = |area: NodeId| {
                if area == one {
                    OfArea { area: Some(of_one), leaves: [a, Some(b)].into() }
                } else {
                    assert_eq!(area, two);
                    OfArea { area: Some(of_two), leaves: [Some(z)].into() }
                }
            };
            let settings = AsPlanned.settings(area, &said);
            assert_eq!(settings.given_to(Some(1)), expected);
        }
    }
}
