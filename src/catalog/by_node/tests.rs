//! Rungs by node against a map.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{ByNode, OfArea};
use crate::catalog::scale::Rungs;
use crate::catalog::tree::{NodeId, Tree};
use crate::presets::studio;

type Model = BTreeMap<NodeId, Rungs>;

#[track_caller]
fn check(own: &ByNode, model: &Model, nodes: &[NodeId]) {
    assert!(own.iter().eq(model.iter().map(|(id, rungs)| (*id, *rungs))));
    assert_eq!(own.is_empty(), model.is_empty());
    for id in nodes {
        assert_eq!(own.rungs(*id), model.get(id).copied(), "{id:?}");
    }
    let entries: Vec<_> = own.iter().collect();
    assert_eq!(entries.into_iter().rev().collect::<ByNode>(), *own);
}

fn of_area(tree: &Tree, model: &Model, area: NodeId) -> OfArea {
    let leaves = tree.sub_sections(tree.node(area)).map(|(leaf, _)| model.get(&leaf).copied());
    OfArea { area: model.get(&area).copied(), leaves: leaves.collect() }
}

#[test]
fn rungs_by_node_are_what_a_map_is() {
    let catalog = studio::catalog();
    let tree = catalog.tree();
    let nodes: Vec<NodeId> = tree.nodes().map(|(id, _)| id).collect();
    let areas: Vec<NodeId> =
        tree.nodes().filter(|(_, node)| node.area.is_none()).map(|(id, _)| id).collect();
    let (mut own, mut model) = (ByNode::default(), Model::new());
    let mut copies = Vec::new();
    let mut random = 1_usize;
    for step in 0..3_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step);
        let (id, rungs) = (nodes[(random >> 33) % nodes.len()], random as Rungs >> 60 | 1);
        let area = areas[(random >> 33) % areas.len()];
        match random >> 50 & 7 {
            0..4 => {
                own.put(id, rungs);
                model.insert(id, rungs);
            }
            4 => {
                own.remove(id);
                model.remove(&id);
            }
            5 => {
                let kept = |id: NodeId| tree.node(id).area != Some(area);
                own.retain(kept);
                model.retain(|id, _| kept(*id));
            }
            _ => {
                let mut said = of_area(tree, &model, area);
                said.area = (rungs > 4).then_some(rungs);
                said.leaves.iter_mut().step_by(2).for_each(|leaf| *leaf = said.area);
                own.put_area(tree, area, &said);
                let leaves = tree.sub_sections(tree.node(area)).map(|(leaf, _)| leaf);
                for (id, rungs) in core::iter::once(area)
                    .chain(leaves)
                    .zip(core::iter::once(said.area).chain(said.leaves.iter().copied()))
                {
                    match rungs {
                        Some(rungs) => model.insert(id, rungs),
                        None => model.remove(&id),
                    };
                }
            }
        }
        check(&own, &model, &nodes);
        for area in &areas {
            assert_eq!(own.of_area(tree, *area), of_area(tree, &model, *area));
        }
        if step % 300 == 0 {
            copies.push((own.clone(), model.clone()));
        }
    }
    for (own, model) in &copies {
        check(own, model, &nodes);
    }
}

/// If a node comes twice, the last entry counts.
#[test]
fn the_last_of_two_entries_counts() {
    let node = studio::catalog().tree().nodes().map(|(id, _)| id).nth(3).unwrap();
    let own: ByNode = [(node, 1), (node, 3)].into_iter().collect();
    assert_eq!(own.iter().collect::<Vec<_>>(), [(node, 3)]);
}
