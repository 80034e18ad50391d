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
            let Some((at, _)) = (0u16..).zip(is.scale.rungs()).find(|(_, own)| *own == action)
            else {
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
}
