//! Rungs by area and leaf: what is set, what is muted.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::iter::Copied;
use core::slice;

use smallvec::SmallVec;

use crate::catalog::scale::Rungs;
use crate::catalog::tree::{NodeId, Tree};

/// Rungs by area and leaf: sparse, in catalog order. Copies share them until one is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct ByNode {
    // INVARIANT: not empty, sorted by node, each node at most once.
    entries: Option<Arc<Stored>>,
}

type Stored = SmallVec<[(NodeId, Rungs); 1]>;

/// What is said about each node, in catalog order.
pub(crate) type Entries<'a> = Copied<slice::Iter<'a, (NodeId, Rungs)>>;

/// What is said about one area, and about each of its sub-sections in order; `None` if nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OfArea {
    pub(crate) area: Option<Rungs>,
    /// Empty if the area has no sub-sections.
    pub(crate) leaves: Vec<Option<Rungs>>,
}

impl OfArea {
    /// What this gives one of its leaves, or the area if it is the leaf (LVL-3).
    pub(crate) fn given_to(&self, position: Option<usize>) -> Rungs {
        let own = position.and_then(|at| self.leaves.get(at).copied().flatten());
        self.area.unwrap_or_default() & own.unwrap_or(Rungs::MAX)
    }
}

impl ByNode {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_none()
    }

    pub(crate) fn iter(&self) -> Entries<'_> {
        self.entries().iter().copied()
    }

    /// One look-up by binary search.
    pub(crate) fn rungs(&self, id: NodeId) -> Option<Rungs> {
        let position = self.entries().binary_search_by_key(&id, |(entry, _)| *entry).ok()?;
        self.entries().get(position).map(|(_, rungs)| *rungs)
    }

    pub(crate) fn put(&mut self, id: NodeId, rungs: Rungs) {
        let entries = Arc::make_mut(self.entries.get_or_insert_default());
        match entries.binary_search_by_key(&id, |(entry, _)| *entry) {
            Ok(position) => {
                if let Some(entry) = entries.get_mut(position) {
                    entry.1 = rungs;
                }
            }
            Err(position) => entries.insert(position, (id, rungs)),
        }
    }

    pub(crate) fn remove(&mut self, id: NodeId) {
        if self.rungs(id).is_some() {
            self.retain(|entry| entry != id);
        }
    }

    /// Keeps the entries of some nodes.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(NodeId) -> bool) {
        *self = Self::new(self.iter().filter(|(entry, _)| keep(*entry)).collect());
    }

    /// What is said about one area and its sub-sections. Takes time in proportion to them.
    pub(crate) fn of_area(&self, tree: &Tree, area: NodeId) -> OfArea {
        let start = self.entries().partition_point(|(entry, _)| *entry < area);
        let mut rest = self.entries().get(start..).unwrap_or_default().iter().copied().peekable();
        let mut next = |id| rest.next_if(|(entry, _)| *entry == id).map(|(_, rungs)| rungs);
        let own = next(area);
        let leaves = tree.sub_sections(tree.node(area)).map(|(leaf, _)| next(leaf)).collect();
        OfArea { area: own, leaves }
    }

    /// Says this about one area and its sub-sections, and nothing else. Takes time in proportion to
    /// all that is said.
    pub(crate) fn put_area(&mut self, tree: &Tree, area: NodeId, said: &OfArea) {
        let is_of_area = |entry: NodeId| entry == area || tree.node(entry).area == Some(area);
        let start = self.entries().partition_point(|(entry, _)| *entry < area);
        let (before, after) = self.entries().split_at(start);
        let after = after.iter().skip_while(|(entry, _)| is_of_area(*entry));
        let leaves = tree.sub_sections(tree.node(area)).map(|(leaf, _)| leaf);
        let nodes = core::iter::once(area).chain(leaves);
        let said = core::iter::once(&said.area).chain(&said.leaves);
        let own = nodes.zip(said).filter_map(|(id, rungs)| rungs.map(|rungs| (id, rungs)));
        *self = Self::new(before.iter().copied().chain(own).chain(after.copied()).collect());
    }

    fn new(entries: Stored) -> Self {
        Self { entries: (!entries.is_empty()).then(|| Arc::new(entries)) }
    }

    fn entries(&self) -> &[(NodeId, Rungs)] {
        self.entries.as_deref().map_or(&[], |entries| entries)
    }
}

impl FromIterator<(NodeId, Rungs)> for ByNode {
    /// Entries in any order; if a node comes twice, the last entry counts.
    fn from_iter<I: IntoIterator<Item = (NodeId, Rungs)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.reverse();
        entries.sort_by_key(|(id, _)| *id);
        entries.dedup_by_key(|(id, _)| *id);
        Self::new(entries.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
