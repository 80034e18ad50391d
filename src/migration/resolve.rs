//! From rules to a plan: what each part of both catalogs is accounted for by (EVO-2).
//!
//! What rules name comes first; then the leaves of areas that were renamed; then what is left of
//! areas that are new or retired as a whole; then what has the same path in both catalogs, which
//! needs no rule. Whatever is left is a problem, and so is a rule that says nothing.

mod names;
mod problems;
mod rungs;
mod tombstones;

use alloc::vec::Vec;

pub(super) use self::names::Heirs;
use self::rungs::{RungRules, living};
use crate::catalog::Catalog;
use crate::catalog::scale::Rungs;
use crate::catalog::tree::{Node, NodeId, Tree};
use crate::key::{Map, TemplateId};
use crate::migration::plan::{AreaPlan, LeafPlan, Origin, Source};
use crate::migration::problem::{MigrationFault, Place, Problems};
use crate::migration::rule::{Accepted, Kind, Rule, Verb};

/// The most leaves that one leaf can come from.
pub const MAX_SOURCES: usize = 64;

/// What rules come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    /// The areas of the new catalog, in order.
    pub(super) areas: Vec<AreaPlan>,
    /// The operations of the new catalog that were in the old one.
    pub(super) operations: Vec<Heirs>,
}

/// A name that a rule uses, found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Leaf(NodeId),
    Area(NodeId),
    Rung(NodeId, u16),
}

/// What a new leaf comes from, before its rungs are looked at.
struct Made {
    rule: Option<usize>,
    verb: Verb,
    from: Vec<NodeId>,
}

/// What becomes of an old leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// A rule needs it, and leaves it to others too.
    Shared(usize),
    /// A rule says what becomes of it.
    By(usize),
    /// It is kept where it is.
    Kept,
    /// By a rule.
    Retired(usize),
}

struct Resolver<'a> {
    old: &'a Catalog,
    new: &'a Catalog,
    rules: &'a [Rule],
    made: Map<NodeId, Made>,
    taken: Map<NodeId, Taken>,
    rungs: RungRules,
    problems: Problems,
}

pub(super) fn resolve(
    old: &Catalog,
    new: &Catalog,
    rules: &[Rule],
    accepted: &[Accepted],
) -> (Resolved, Problems) {
    let mut resolver = Resolver {
        old,
        new,
        rules,
        made: Map::default(),
        taken: Map::default(),
        rungs: RungRules::default(),
        problems: Problems::default(),
    };
    let whole = resolver.named();
    resolver.rename_areas(&whole);
    resolver.retire_and_add_areas(&whole);
    resolver.keep();
    let areas = resolver.areas(accepted);
    let living = living(&areas);
    resolver.account_for_old(&living);
    resolver.check_tombstones(&areas, &living);
    resolver.check_rung_rules();
    let operations = resolver.names(
        Kind::Operation,
        old.operations().map(|(key, _)| key),
        new.operations().map(|(key, _)| key),
    );
    let [was, is] = [old, new].map(|catalog| catalog.presets().keys().map(TemplateId::as_str));
    let _ = resolver.names(Kind::Template, was, is);
    (Resolved { areas, operations }, resolver.problems)
}

impl Resolver<'_> {
    /// Does what rules say of leaves and rungs, and returns those about whole areas.
    fn named(&mut self) -> Vec<(usize, Vec<NodeId>, Vec<NodeId>)> {
        let mut whole = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            if !self.has_names(index, rule) || rule.kind != Kind::Permission {
                continue;
            }
            let from = self.targets(index, "old", self.old.tree(), &rule.from);
            let into = self.targets(index, "new", self.new.tree(), &rule.into);
            let (Some(from), Some(into)) = (from, into) else { continue };
            match (rule.verb, &*from, &*into) {
                (Verb::Rename | Verb::MoveTo, [Target::Area(from)], [Target::Area(into)]) => {
                    whole.push((index, [*from].into(), [*into].into()));
                }
                (Verb::Retire, [Target::Area(area)], []) => {
                    whole.push((index, [*area].into(), Vec::new()));
                }
                (Verb::Add, [], [Target::Area(area)]) => {
                    whole.push((index, Vec::new(), [*area].into()));
                }
                (Verb::Rename, [Target::Rung(old, was)], [Target::Rung(new, is)]) => {
                    self.rename_rung(index, (*old, *was), (*new, *is));
                }
                (Verb::Retire, [Target::Rung(old, rung)], []) => {
                    self.retire_rung(index, (*old, *rung));
                }
                (Verb::Add, [], [Target::Rung(new, rung)]) => {
                    self.add_rung(index, (*new, *rung));
                }
                (verb, from, into) => self.leaves(index, verb, from, into),
            }
        }
        whole
    }

    /// A rule about leaves.
    fn leaves(&mut self, index: usize, verb: Verb, from: &[Target], into: &[Target]) {
        let is_merge = matches!(verb, Verb::MergeAll | Verb::MergeAny | Verb::LowestOf);
        let [was, is] = [(self.old, from, is_merge), (self.new, into, false)].map(
            |(catalog, targets, takes_areas)| {
                let leaves = targets.iter().map(|target| match target {
                    Target::Leaf(leaf) => Some([*leaf].to_vec()),
                    Target::Area(area) if takes_areas => Some(leaves_of(catalog.tree(), *area)),
                    Target::Area(_) | Target::Rung(..) => None,
                });
                leaves.collect::<Option<Vec<_>>>().map(|leaves| leaves.concat())
            },
        );
        let (Some(was), Some(is)) = (was, is) else {
            self.fault(Place::Rule(index), MigrationFault::NotALeaf { verb });
            return;
        };
        let taken = match verb {
            Verb::LowestOf => Taken::Shared(index),
            Verb::Retire => Taken::Retired(index),
            Verb::Rename
            | Verb::MoveTo
            | Verb::Split
            | Verb::MergeAll
            | Verb::MergeAny
            | Verb::Add => Taken::By(index),
        };
        for leaf in &was {
            self.take(index, *leaf, taken);
        }
        for leaf in is {
            self.make(index, verb, leaf, &was);
        }
    }

    fn take(&mut self, index: usize, leaf: NodeId, taken: Taken) {
        let first = match (self.taken.get(&leaf), taken) {
            (None, _) | (Some(Taken::Shared(_)), Taken::By(_) | Taken::Shared(_)) => {
                self.taken.insert(leaf, taken);
                return;
            }
            (Some(Taken::By(_)), Taken::Shared(_)) => return,
            (Some(Taken::By(first) | Taken::Shared(first) | Taken::Retired(first)), _) => *first,
            (Some(Taken::Kept), _) => index,
        };
        let path = self.old.tree().node(leaf).path.clone();
        self.fault(Place::Rule(index), MigrationFault::TakenTwice { path, first });
    }

    fn make(&mut self, index: usize, verb: Verb, leaf: NodeId, from: &[NodeId]) {
        let path = || self.new.tree().node(leaf).path.clone();
        if let Some(first) = self.made.get(&leaf).and_then(|made| made.rule) {
            let fault = MigrationFault::MadeTwice { path: path(), first };
            self.fault(Place::Rule(index), fault);
            return;
        }
        for source in from {
            let (was, is) = (self.old.tree().node(*source), self.new.tree().node(leaf));
            if !fits(was, is) {
                let (from, into) = (was.path.clone(), is.path.clone());
                let [was, is] = [was, is].map(|node| (node.source, node.scale.kind()));
                let fault = MigrationFault::DoesNotFit { from, into, was, is };
                self.fault(Place::Rule(index), fault);
                return;
            }
        }
        if from.len() > MAX_SOURCES {
            let (given, most) = (from.len(), MAX_SOURCES);
            self.fault(Place::Rule(index), MigrationFault::TooMany { path: path(), given, most });
            return;
        }
        self.made.insert(leaf, Made { rule: Some(index), verb, from: from.to_vec() });
    }

    /// The leaves of areas that were renamed, by their keys.
    fn rename_areas(&mut self, whole: &[(usize, Vec<NodeId>, Vec<NodeId>)]) {
        for (index, from, into) in whole {
            let ([from], [into]) = (&**from, &**into) else { continue };
            let (old, new) = (self.old.tree(), self.new.tree());
            let olds = old.sub_sections(old.node(*from));
            let olds: Map<&str, NodeId> = olds.map(|(id, was)| (was.section.key(), id)).collect();
            let mut has_effect = false;
            for (leaf, node) in new.sub_sections(new.node(*into)) {
                let Some(was) = olds.get(node.section.key()).copied() else { continue };
                has_effect = true;
                let is_free = matches!(self.taken.get(&was), None | Some(Taken::Shared(_)));
                if !self.made.contains_key(&leaf) && is_free {
                    self.take(*index, was, Taken::By(*index));
                    self.make(*index, Verb::Rename, leaf, &[was]);
                }
            }
            if !has_effect {
                self.fault(Place::Rule(*index), MigrationFault::Idle);
            }
        }
    }

    /// What has the same path in both catalogs is the same, unless a rule says otherwise.
    fn keep(&mut self) {
        let (old, new) = (self.old.tree(), self.new.tree());
        for (leaf, node) in new.nodes().filter(|(_, node)| node.is_leaf()) {
            let Some(was) = same_path(old, node) else { continue };
            let is_free = matches!(self.taken.get(&was), None | Some(Taken::Shared(_)));
            if is_free && !self.made.contains_key(&leaf) && fits(old.node(was), node) {
                self.taken.insert(was, Taken::Kept);
                self.made.insert(leaf, Made { rule: None, verb: Verb::Rename, from: [was].into() });
            }
        }
    }

    /// What no other rule names of areas that are gone, or new.
    fn retire_and_add_areas(&mut self, whole: &[(usize, Vec<NodeId>, Vec<NodeId>)]) {
        for (index, from, into) in whole {
            match (&**from, &**into) {
                ([area], []) => {
                    let path = &self.old.tree().node(*area).path;
                    if self.new.tree().find(path).is_ok() {
                        let path = path.clone();
                        self.fault(Place::Rule(*index), MigrationFault::RetiredInUse { path });
                    }
                    for leaf in leaves_of(self.old.tree(), *area) {
                        self.taken.entry(leaf).or_insert(Taken::Retired(*index));
                    }
                }
                ([], [area]) => {
                    for leaf in leaves_of(self.new.tree(), *area) {
                        let made = Made { rule: Some(*index), verb: Verb::Add, from: Vec::new() };
                        self.made.entry(leaf).or_insert(made);
                    }
                }
                _ => {}
            }
        }
    }

    /// The plan, and what of the new catalog is not accounted for.
    fn areas(&mut self, accepted: &[Accepted]) -> Vec<AreaPlan> {
        let new = self.new.tree();
        let areas: Vec<NodeId> =
            new.nodes().filter(|(_, node)| node.area.is_none()).map(|(id, _)| id).collect();
        let area = |id: NodeId| {
            let leaves: Vec<LeafPlan> = leaves_of(new, id)
                .into_iter()
                .map(|leaf| LeafPlan { leaf, origin: self.origin(leaf, accepted) })
                .collect();
            let sources = leaves.iter().flat_map(|leaf| leaf.origin.sources());
            let from: Map<NodeId, ()> = sources.map(|source| (source.area, ())).collect();
            AreaPlan { area: id, leaves, from: from.into_keys().collect() }
        };
        areas.into_iter().map(area).collect()
    }

    fn origin(&mut self, leaf: NodeId, accepted: &[Accepted]) -> Origin {
        let new = self.new.tree();
        let node = new.node(leaf);
        let Some(made) = self.made.get(&leaf) else {
            self.unaccounted_leaf(self.new, self.old, node);
            return Origin::New;
        };
        if made.from.is_empty() {
            let is_accepted = accepted.iter().any(|one| *one.gain == *node.path);
            return if is_accepted { Origin::AsItsArea } else { Origin::New };
        }
        let from = made.from.clone();
        let is_highest = made.verb == Verb::MergeAny;
        let sources: Vec<Source> =
            from.into_iter().map(|from| self.source(from, leaf, node)).collect();
        self.account_for_new_rungs(leaf, node, &sources);
        if is_highest { Origin::Highest(sources) } else { Origin::Lowest(sources) }
    }

    /// What of the old catalog is not accounted for, and what is retired as it cannot be.
    fn account_for_old(&mut self, living: &Map<NodeId, Rungs>) {
        let (old, new) = (self.old.tree(), self.new.tree());
        for (leaf, node) in old.nodes().filter(|(_, node)| node.is_leaf()) {
            match self.taken.get(&leaf) {
                None => self.unaccounted_leaf(self.old, self.new, node),
                Some(Taken::Retired(_)) if new.find(&node.path).is_ok() => {
                    let path = node.path.clone();
                    self.fault(Place::Old, MigrationFault::RetiredInUse { path });
                }
                Some(Taken::Retired(_)) => {}
                Some(Taken::Shared(_) | Taken::By(_) | Taken::Kept) => {
                    let living = living.get(&leaf).copied().unwrap_or_default();
                    self.account_for_rungs(leaf, node, living);
                }
            }
        }
    }
}

/// The leaves of an area; itself if it is one.
fn leaves_of(tree: &Tree, area: NodeId) -> Vec<NodeId> {
    let node = tree.node(area);
    if node.is_leaf() {
        return [area].into();
    }
    tree.sub_sections(node).map(|(leaf, _)| leaf).collect()
}

/// The leaf with the same path; an alias is not one.
fn same_path(tree: &Tree, node: &Node) -> Option<NodeId> {
    let id = tree.find(&node.path).ok()?;
    let was = tree.node(id);
    (was.is_leaf() && was.path == node.path).then_some(id)
}

/// Whether settings of one leaf mean something on the other (CAT-3, CAT-4).
fn fits(was: &Node, is: &Node) -> bool {
    was.source == is.source && was.scale.kind() == is.scale.kind()
}
