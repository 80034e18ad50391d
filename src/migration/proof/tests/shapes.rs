//! Leaves that could trade places are proven once, and no other ones.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::super::{AsPlanned, Bring, LeafProof, gains};
use crate::catalog::by_node::OfArea;
use crate::catalog::scale::Rungs;
use crate::catalog::tree::NodeId;
use crate::catalog::{Area, Catalog, Source};
use crate::migration::maps::Maps;
use crate::migration::resolve::resolve;
use crate::migration::{Migration, MigrationBuilder};
use crate::text::Quoted;

/// Leaves that are kept, merged in both ways, taken from several places and from whole areas, and
/// actions of which another is the first.
fn builder() -> MigrationBuilder {
    let wide = |area: Area, leaves: &[&str]| {
        leaves.iter().fold(area, |area, leaf| area.with((*leaf).to_string()))
    };
    let old = Catalog::builder("desk/1")
        .area(wide(Area::levels("one"), &["a", "b", "c", "d", "e", "f", "g", "h"]))
        .area(wide(Area::levels("two"), &["a", "b"]))
        .area(Area::levels("three"))
        .area(Area::levels("four"))
        .area(wide(Area::actions("calls", ["view", "listen", "export"]), &["in", "out"]))
        .build()
        .unwrap();
    let leaves = ["a", "b", "c", "any", "all", "shared", "x", "y", "three", "four", "new"];
    let new = Catalog::builder("desk/2")
        .area(wide(Area::levels("one"), &leaves))
        .area(wide(Area::actions("calls", ["listen", "view", "export"]), &["in", "out"]))
        .build()
        .unwrap();
    Migration::between(&old, &new)
        .merge_any(["one.d", "one.e"], "one.any")
        .merge_all(["one.f", "one.g"], "one.all")
        .lowest_of(["one.h", "two.a"], "one.shared")
        .lowest_of(["one.h"], "one.x")
        .lowest_of(["two.b"], "one.y")
        .move_to("three", "one.three")
        .move_to("four", "one.four")
        .add("one.new")
}

fn maps() -> Maps {
    let MigrationBuilder { old, new, rules, .. } = builder();
    let (resolved, problems) = resolve(&old, &new, &rules, &[]);
    assert!(problems.is_empty(), "{problems:?}");
    Maps::new(&old, &new, resolved)
}

#[test]
fn what_is_proven_once_holds_for_all_of_the_same_shape() {
    let maps = maps();
    let mut each: Vec<String> = Vec::new();
    let mut proofs = 0;
    for area in &maps.areas {
        for (position, leaf) in area.leaves.iter().enumerate() {
            let proof = LeafProof { maps: &maps, bring: &AsPlanned, area, position, leaf };
            let node = maps.new.tree().node(leaf.leaf);
            assert_eq!(node.source, Source::Grantable);
            let by_rung = proof.by_settings();
            let rungs = (0..node.scale.len()).zip(node.scale.rungs());
            let gained =
                rungs.filter(|(rung, _)| by_rung.contains_key(&u16::try_from(*rung).unwrap()));
            each.extend(
                gained.map(|(_, rung)| Quoted(&alloc::format!("{}:{rung}", node.path)).to_string()),
            );
            proofs += 1;
        }
    }
    assert_eq!(proofs, 13);
    let found: Vec<String> =
        gains(&maps, &AsPlanned).iter().map(|gain| gain.gained().to_string()).collect();
    assert_eq!(found, each);
    let expected = [
        "`one.any:read`",
        "`one.any:edit`",
        "`calls.in:listen`",
        "`calls.in:export`",
        "`calls.out:listen`",
        "`calls.out:export`",
    ];
    assert_eq!(found, expected);
}

/// Whatever is said of two sources is brought over the other way round if it is said the other way
/// round: of `b` and `c`, and of `three` and `four`.
#[test]
fn leaves_of_one_shape_can_trade_places() {
    let maps = maps();
    let area = &maps.areas[0];
    let find = |path: &str| maps.old.tree().find(path).unwrap();
    let [one, three, four] = ["one", "three", "four"].map(find);
    let mut state = 11_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        [None, Some(0), Some(1), Some(3)][(state >> 16) as usize % 4]
    };
    for _ in 0..2_000 {
        let said: Vec<OfArea> = area
            .from
            .iter()
            .map(|of| {
                let siblings = maps.old.tree().sub_sections(maps.old.tree().node(*of)).count();
                OfArea { area: random(), leaves: (0..siblings).map(|_| random()).collect() }
            })
            .collect();
        let told = |of: NodeId| {
            let at = area.from.iter().position(|from| *from == of).unwrap();
            said[at].clone()
        };
        let traded = |of: NodeId| {
            let mut told = told(if of == three {
                four
            } else if of == four {
                three
            } else {
                of
            });
            if of == one {
                told.leaves.swap(1, 2);
            }
            told
        };
        let trade = |leaves: &mut Vec<Option<Rungs>>| {
            leaves.swap(1, 2);
            leaves.swap(8, 9);
        };
        let mut settings = AsPlanned.settings(area, &told);
        trade(&mut settings.leaves);
        assert_eq!(AsPlanned.settings(area, &traded), settings);
        let mut mutes = AsPlanned.mutes(area, &told);
        trade(&mut mutes.leaves);
        assert_eq!(AsPlanned.mutes(area, &traded), mutes);
    }
}
