//! Keys of the old catalog that name something else in the new one, or nothing (EVO-5).

use alloc::boxed::Box;
use alloc::format;

use super::{Resolver, Taken};
use crate::catalog::scale::Rungs;
use crate::catalog::tree::{Node, NodeId, Tree};
use crate::key::Map;
use crate::migration::plan::{AreaPlan, LeafPlan, Source};
use crate::migration::problem::{MigrationFault, Place};

impl Resolver<'_> {
    /// Whatever documents may still name means the same or nothing, for ever: keys of leaves and
    /// actions that live on under other names are as those of what is retired.
    pub(super) fn check_tombstones(&mut self, areas: &[AreaPlan], living: &Map<NodeId, Rungs>) {
        let plans = areas.iter().flat_map(|area| &area.leaves);
        let plans: Map<NodeId, &LeafPlan> = plans.map(|plan| (plan.leaf, plan)).collect();
        let mut gone: Map<Box<str>, ()> = Map::default();
        let old = self.old.tree();
        for (leaf, node) in old.nodes().filter(|(_, node)| node.is_leaf()) {
            match self.taken.get(&leaf) {
                // What is retired and in use was reported.
                None => continue,
                Some(Taken::Retired(_)) if self.new.tree().has(&node.path) => continue,
                Some(Taken::Retired(_) | Taken::Shared(_) | Taken::By(_) | Taken::Kept) => {}
            }
            match self.new.tree().find(&node.path) {
                Err(_) => self.add_gone(old, node, &mut gone),
                Ok(heir) => match plans.get(&heir).map(|plan| plan.origin.sources()) {
                    // It is an area now.
                    None => {}
                    Some(sources) => match sources.iter().find(|source| source.leaf == leaf) {
                        Some(source) => {
                            let living = living.get(&leaf).copied().unwrap_or_default();
                            self.check_actions(heir, source, living, &mut gone);
                        }
                        None if self.made.contains_key(&heir) => {
                            let path = node.path.clone();
                            self.fault(Place::Old, MigrationFault::UsedAgain { path });
                        }
                        None => {}
                    },
                },
            }
        }
        self.check_areas(&plans, living, &mut gone);
        for path in gone.into_keys().filter(|path| !self.new.is_retired(path)) {
            self.fault(Place::Old, MigrationFault::NoTombstone { path });
        }
    }

    /// Notes a leaf that is gone, or its area if that is gone too.
    fn add_gone(&self, old: &Tree, node: &Node, gone: &mut Map<Box<str>, ()>) {
        if self.old.id() != self.new.id() || self.new.is_retired(&node.path) {
            return;
        }
        let area = node.area.map(|area| &old.node(area).path);
        let area = area.filter(|area| !self.new.tree().has(area));
        gone.insert(area.unwrap_or(&node.path).clone(), ());
    }

    /// The actions of a leaf that kept its name, if they live on or rules retire them.
    fn check_actions(
        &mut self,
        heir: NodeId,
        source: &Source,
        living: Rungs,
        gone: &mut Map<Box<str>, ()>,
    ) {
        let (was, new) = (self.old.tree().node(source.leaf), self.new.tree());
        let is = new.node(heir);
        for (rung, action) in (0u16..).zip(was.scale.rungs()) {
            let is_retired = self.rungs.retires((source.leaf, rung));
            let path: Box<str> = format!("{}:{action}", was.path).into();
            if !is_retired && living >> rung & 1 == 0 {
                continue;
            }
            let Some(at) = rung_of(is, action) else {
                if self.old.id() == self.new.id() && !self.new.is_retired(&path) {
                    let area = is.area.map_or(is, |area| new.node(area));
                    gone.insert(format!("{}:{action}", area.path).into(), ());
                }
                continue;
            };
            let is_other = match source.rungs.get(usize::from(at)).copied().flatten() {
                Some(from) => from != rung,
                None => self.rungs.adds((heir, at)),
            };
            // What is retired and in use was reported.
            if is_other && !is_retired {
                self.fault(Place::Old, MigrationFault::UsedAgain { path });
            }
        }
    }

    /// The actions of areas that kept their names, whatever became of their leaves: documents set
    /// them for all of these.
    fn check_areas(
        &mut self,
        plans: &Map<NodeId, &LeafPlan>,
        living: &Map<NodeId, Rungs>,
        gone: &mut Map<Box<str>, ()>,
    ) {
        let (old, new) = (self.old.tree(), self.new.tree());
        for (area, was) in old.nodes().filter(|(_, node)| !node.is_leaf()) {
            let Some(is) = new.find(&was.path).ok().map(|id| new.node(id)) else { continue };
            let sources = || {
                let heirs = new.sub_sections(is).filter_map(|(leaf, _)| plans.get(&leaf));
                let sources = heirs.flat_map(|plan| plan.origin.sources());
                sources.filter(|source| source.area == area)
            };
            for (rung, action) in (0u16..).zip(was.scale.rungs()) {
                let path: Box<str> = format!("{}:{action}", was.path).into();
                let Some(at) = rung_of(is, action) else {
                    let is_accounted = |(leaf, _): (NodeId, &Node)| {
                        matches!(self.taken.get(&leaf), Some(Taken::Retired(_)))
                            || self.rungs.retires((leaf, rung))
                            || living.get(&leaf).is_some_and(|living| living >> rung & 1 == 1)
                    };
                    let is_same_id = self.old.id() == self.new.id();
                    if is_same_id && old.sub_sections(was).any(is_accounted) {
                        gone.insert(path, ());
                    }
                    continue;
                };
                let is_kept_by_leaf = |source: &Source| new.has(&old.node(source.leaf).path);
                let is_other = |source: &Source| {
                    let from = source.rungs.get(usize::from(at)).copied().flatten();
                    from.is_some_and(|from| from != rung) && !is_kept_by_leaf(source)
                };
                if sources().any(is_other) {
                    self.fault(Place::Old, MigrationFault::UsedAgain { path });
                }
            }
        }
    }
}

fn rung_of(node: &Node, action: &str) -> Option<u16> {
    (0u16..).zip(node.scale.rungs()).find(|(_, own)| *own == action).map(|(rung, _)| rung)
}
