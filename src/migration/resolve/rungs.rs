//! Rules about single actions: `calls:export`, or `calls` with sub-sections for all of them.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use super::problems::{ADD_OR_TAKE, RETIRE_OR_TAKE};
use super::{Resolver, leaves_of};
use crate::catalog::ScaleKind;
use crate::catalog::scale::Rungs;
use crate::catalog::tree::{Node, NodeId, Tree};
use crate::key::Map;
use crate::migration::plan::{AreaPlan, Source};
use crate::migration::problem::{MigrationFault, Place};
use crate::migration::rule::Kind;

/// A rung of a leaf, or of all sub-sections of an area.
pub(super) type Rung = (NodeId, u16);

/// What rules say of rungs.
#[derive(Default)]
pub(super) struct RungRules {
    /// What a rung of a new leaf was called in an old leaf, or in the sub-sections of an old area.
    renamed: Map<Rung, Vec<(usize, Rung)>>,
    /// Rungs of old leaves.
    retired: Map<Rung, usize>,
    /// Rungs of new leaves.
    added: Map<Rung, usize>,
    /// All of these rules.
    state: Map<usize, State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Used,
    /// Another rule says something else, which was reported.
    Contradicted,
}

/// A rung that has another name in an old leaf that its leaf comes from.
struct Renamed {
    rule: usize,
    was: u16,
    is: u16,
}

impl RungRules {
    pub(super) fn retires(&self, old: Rung) -> bool {
        self.retired.contains_key(&old)
    }

    pub(super) fn adds(&self, new: Rung) -> bool {
        self.added.contains_key(&new)
    }
}

impl Resolver<'_> {
    pub(super) fn rename_rung(&mut self, index: usize, old: Rung, new: Rung) {
        let is_old = self.is_action(index, self.old.tree(), old);
        if !is_old || !self.is_action(index, self.new.tree(), new) {
            return;
        }
        self.rungs.state.insert(index, State::Idle);
        for leaf in leaves_of(self.new.tree(), new.0) {
            self.rungs.renamed.entry((leaf, new.1)).or_default().push((index, old));
        }
    }

    pub(super) fn retire_rung(&mut self, index: usize, old: Rung) {
        let tree = self.old.tree();
        if !self.is_action(index, tree, old) {
            return;
        }
        self.rungs.state.insert(index, State::Idle);
        for leaf in leaves_of(tree, old.0) {
            if let Some(first) = self.rungs.retired.insert((leaf, old.1), index) {
                self.contradict(first, index, tree, old);
            }
        }
    }

    pub(super) fn add_rung(&mut self, index: usize, new: Rung) {
        let tree = self.new.tree();
        if !self.is_action(index, tree, new) {
            return;
        }
        self.rungs.state.insert(index, State::Idle);
        for leaf in leaves_of(tree, new.0) {
            if let Some(first) = self.rungs.added.insert((leaf, new.1), index) {
                self.contradict(first, index, tree, new);
            }
        }
    }

    /// The rungs of levels and toggles are the same in every catalog.
    fn is_action(&mut self, index: usize, tree: &Tree, rung: Rung) -> bool {
        let scale = tree.node(rung.0).scale.kind();
        let is_action = scale == ScaleKind::Actions;
        if !is_action {
            let fault = MigrationFault::NotAnAction { path: path(tree, rung), scale };
            self.fault(Place::Rule(index), fault);
        }
        is_action
    }

    /// Two rules say what becomes of one rung, or what it comes from; said once of each.
    fn contradict(&mut self, one: usize, other: usize, tree: &Tree, rung: Rung) {
        let [first, index] = [one.min(other), one.max(other)];
        let known = self.rungs.state.insert(index, State::Contradicted);
        self.use_rung_rule(first);
        if known != Some(State::Contradicted) {
            let fault = MigrationFault::NamedTwice { name: path(tree, rung), first };
            self.fault(Place::Rule(index), fault);
        }
    }

    fn use_rung_rule(&mut self, index: usize) {
        if let Some(state @ State::Idle) = self.rungs.state.get_mut(&index) {
            *state = State::Used;
        }
    }

    /// One leaf that another comes from, and which of its rungs become which.
    pub(super) fn source(&mut self, from: NodeId, leaf: NodeId, node: &Node) -> Source {
        let old = self.old.tree();
        let was = old.node(from);
        let area = was.area.unwrap_or(from);
        let position = was
            .area
            .and_then(|area| old.sub_sections(old.node(area)).position(|(id, _)| id == from));
        let renamed = self.renamed(from, was, leaf, node);
        for (rung, _) in (0u16..).zip(was.scale.rungs()) {
            let Some(retired) = self.rungs.retired.get(&(from, rung)).copied() else { continue };
            self.use_rung_rule(retired);
            for one in renamed.iter().filter(|one| one.was == rung) {
                self.contradict(retired, one.rule, old, (from, rung));
            }
        }
        let rungs = (0u16..).zip(node.scale.rungs());
        let rungs = rungs.map(|(rung, name)| self.rung_of((leaf, rung), name, from, &renamed));
        Source { leaf: from, area, position, rungs: rungs.collect() }
    }

    /// What rules rename between two leaves.
    fn renamed(&self, from: NodeId, was: &Node, leaf: NodeId, node: &Node) -> Vec<Renamed> {
        let mut renamed = Vec::new();
        for (is, _) in (0u16..).zip(node.scale.rungs()) {
            let all = self.rungs.renamed.get(&(leaf, is)).into_iter().flatten();
            let here = all.filter(|(_, (old, _))| *old == from || Some(*old) == was.area);
            renamed.extend(here.map(|(rule, (_, was))| Renamed { rule: *rule, was: *was, is }));
        }
        renamed
    }

    /// The rung of an old leaf that one of a new leaf comes from: what rules say, else the one of
    /// the same name.
    fn rung_of(&mut self, new: Rung, name: &str, from: NodeId, renamed: &[Renamed]) -> Option<u16> {
        let (old, tree) = (self.old.tree(), self.new.tree());
        let added = self.rungs.added.get(&new).copied();
        let by_name = renamed.iter().filter(|one| one.is == new.1);
        let said: Vec<usize> = by_name.clone().map(|one| one.rule).chain(added).collect();
        for index in &said {
            self.use_rung_rule(*index);
        }
        if let [one, other, ..] = *said {
            self.contradict(one, other, tree, new);
        }
        let mut rungs = (0u16..).zip(old.node(from).scale.rungs());
        let same = rungs.find(|(_, own)| *own == name).map(|(rung, _)| rung);
        let same = same.filter(|rung| {
            let is_renamed = renamed.iter().any(|one| one.was == *rung);
            !is_renamed && !self.rungs.retires((from, *rung))
        });
        let was = by_name.map(|one| one.was).next().or(same)?;
        if let Some(index) = added {
            let [path, was] = [path(tree, new), path(old, (from, was))];
            self.fault(Place::Rule(index), MigrationFault::NotNew { path, was });
        }
        Some(was)
    }

    /// Rungs of a new leaf that come from nothing and are not said to be new.
    pub(super) fn account_for_new_rungs(&mut self, leaf: NodeId, node: &Node, from: &[Source]) {
        for (rung, name) in (0u16..).zip(node.scale.rungs()) {
            let mut sources = from.iter().map(|source| source.rungs.get(usize::from(rung)));
            let comes = sources.any(|was| was.is_some_and(Option::is_some));
            if !comes && !self.rungs.adds((leaf, rung)) {
                let name = format!("{}:{name}", node.path).into();
                self.unaccounted(Place::New, Kind::Permission, name, ADD_OR_TAKE, Vec::new());
            }
        }
    }

    /// Each rung of a leaf that lives on lives on in one leaf, or is retired.
    pub(super) fn account_for_rungs(&mut self, leaf: NodeId, node: &Node, living: Rungs) {
        for (rung, name) in (0u16..).zip(node.scale.rungs()) {
            let is_retired = self.rungs.retires((leaf, rung));
            if is_retired || living >> rung & 1 == 1 {
                continue;
            }
            let name = format!("{}:{name}", node.path).into();
            self.unaccounted(Place::Old, Kind::Permission, name, RETIRE_OR_TAKE, Vec::new());
        }
    }

    /// Retired rungs are not in the new catalog (EVO-5), and no rule is idle.
    pub(super) fn check_rung_rules(&mut self) {
        let retired: Vec<Rung> = self.rungs.retired.keys().copied().collect();
        for rung in retired {
            let path = path(self.old.tree(), rung);
            if self.new.tree().find_rung(&path).is_ok() {
                self.fault(Place::Old, MigrationFault::RetiredInUse { path });
            }
        }
        let idle = self.rungs.state.iter().filter(|(_, state)| **state == State::Idle);
        let idle: Vec<usize> = idle.map(|(index, _)| *index).collect();
        for index in idle {
            self.fault(Place::Rule(index), MigrationFault::Idle);
        }
    }
}

/// The rungs of old leaves that live on in new ones.
pub(super) fn living(areas: &[AreaPlan]) -> Map<NodeId, Rungs> {
    let leaves = areas.iter().flat_map(|area| &area.leaves);
    let mut living: Map<NodeId, Rungs> = Map::default();
    for source in leaves.flat_map(|leaf| leaf.origin.sources()) {
        let rungs = source.rungs.iter().flatten().fold(0, |all, rung| all | 1 << rung);
        *living.entry(source.leaf).or_default() |= rungs;
    }
    living
}

fn path(tree: &Tree, (node, rung): Rung) -> Box<str> {
    let node = tree.node(node);
    format!("{}:{}", node.path, node.scale.rung(rung.into()).unwrap_or_default()).into()
}
