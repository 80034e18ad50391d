//! Leaves of one area that could trade places, sources and all: what is proven of one holds for the
//! others, since what is brought over knows leaves only by what they come from (`tests` lets them
//! trade). So a wide area costs no more than its leaves differ.
//!
//! All else that a proof looks at is the same for all leaves of an area: its scale, who can set it,
//! and the kind of scale that every source has. Gates are looked at for each leaf.

use alloc::vec::Vec;

use super::By;
use crate::catalog::tree::NodeId;
use crate::key::Map;
use crate::migration::maps::Maps;
use crate::migration::plan::{AreaPlan, LeafPlan, Origin, Source};

/// What is known of the leaves of one area.
pub(super) struct Shapes {
    /// How many leaves come from each source.
    uses: Map<NodeId, usize>,
    /// Those that nobody gains.
    proven: Map<Shape, ()>,
}

/// What tells a leaf from those that it could trade places with.
#[derive(PartialEq, Eq, Hash)]
struct Shape {
    is_lowest: bool,
    sources: Vec<SourceShape>,
}

#[derive(PartialEq, Eq, Hash)]
struct SourceShape {
    /// `None` if the source is an area: another one could be in its place.
    area: Option<NodeId>,
    old_rungs: usize,
    user_only: bool,
    rungs: Vec<Option<u16>>,
}

impl Shapes {
    pub(super) fn new(area: &AreaPlan) -> Self {
        let mut uses: Map<NodeId, usize> = Map::default();
        for source in area.leaves.iter().flat_map(|leaf| leaf.origin.sources()) {
            *uses.entry(source.leaf).or_default() += 1;
        }
        Self { uses, proven: Map::default() }
    }

    /// Who gains a leaf, unless it is known that nobody does.
    pub(super) fn prove(
        &mut self,
        maps: &Maps,
        leaf: &LeafPlan,
        prove: impl FnOnce() -> Map<u16, By>,
    ) -> Map<u16, By> {
        let shape = self.of(maps, leaf);
        if shape.as_ref().is_some_and(|shape| self.proven.contains_key(shape)) {
            return Map::default();
        }
        let gains = prove();
        if let Some(shape) = shape.filter(|_| gains.is_empty()) {
            self.proven.insert(shape, ());
        }
        gains
    }

    /// The shape of a leaf that has its sources for itself; any other one may move siblings with it.
    fn of(&self, maps: &Maps, leaf: &LeafPlan) -> Option<Shape> {
        let (is_lowest, sources) = match &leaf.origin {
            Origin::New | Origin::AsItsArea => return None,
            Origin::Lowest(sources) => (true, sources),
            Origin::Highest(sources) => (false, sources),
        };
        let shape = |source: &Source| {
            let node = maps.old.tree().node(source.leaf);
            let is_own = self.uses.get(&source.leaf) == Some(&1);
            is_own.then(|| SourceShape {
                area: source.position.map(|_| source.area),
                old_rungs: node.scale.len(),
                user_only: node.user_only,
                rungs: source.rungs.clone(),
            })
        };
        let sources = sources.iter().map(shape).collect::<Option<_>>()?;
        Some(Shape { is_lowest, sources })
    }
}
