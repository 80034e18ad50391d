//! Whether a rule says what it has to, and what is said if it does not.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Resolver, Target};
use crate::catalog::tree::{Node, NodeId, Tree};
use crate::catalog::{Catalog, KeyError};
use crate::migration::problem::{MigrationFault, Place};
use crate::migration::rule::{Count, Kind, Rule, Verb};

pub(super) const ADD_OR_TAKE: &str = "say what it comes from, or add it";
pub(super) const RETIRE_OR_TAKE: &str = "say what becomes of it, or retire it";
pub(super) const ADD_OR_RENAME: &str = "say which one it was, or add it";
pub(super) const RETIRE_OR_RENAME: &str = "rename it, or retire it";

impl Resolver<'_> {
    pub(super) fn has_names(&mut self, index: usize, rule: &Rule) -> bool {
        let fits = |count, names: &[Box<str>]| match count {
            Count::None => names.is_empty(),
            Count::One => names.len() == 1,
            Count::Many => !names.is_empty(),
        };
        let [from, into] = Rule::takes(rule.verb);
        let has_names = fits(from, &rule.from) && fits(into, &rule.into);
        if !has_names {
            let takes = match rule.verb {
                Verb::Rename | Verb::MoveTo => "one old name and one new one",
                Verb::Split => "one old name and at least one new one",
                Verb::MergeAll | Verb::MergeAny | Verb::LowestOf => {
                    "at least one old name and one new one"
                }
                Verb::Retire => "one old name",
                Verb::Add => "one new name",
            };
            let fault = MigrationFault::Names { verb: rule.verb, takes };
            self.fault(Place::Rule(index), fault);
        }
        has_names
    }

    pub(super) fn targets(
        &mut self,
        index: usize,
        side: &'static str,
        tree: &Tree,
        names: &[Box<str>],
    ) -> Option<Vec<Target>> {
        let found: Vec<_> = names.iter().map(|name| target(tree, name)).collect();
        let mut targets = Some(Vec::new());
        for found in found {
            match found {
                Ok(target) => targets.as_mut().into_iter().for_each(|all| all.push(target)),
                Err(error) => {
                    targets = None;
                    self.fault(Place::Rule(index), MigrationFault::Key { side, error });
                }
            }
        }
        targets
    }

    pub(super) fn unaccounted_leaf(&mut self, own: &Catalog, other: &Catalog, node: &Node) {
        let is_new = core::ptr::eq(own, self.new);
        let (place, way) =
            if is_new { (Place::New, ADD_OR_TAKE) } else { (Place::Old, RETIRE_OR_TAKE) };
        let leaves = other.tree().nodes().filter(|(_, other)| other.is_leaf());
        let is_free = |id: &NodeId| {
            if is_new { !self.taken.contains_key(id) } else { !self.made.contains_key(id) }
        };
        let is_like = |other: &Node| {
            let [one, other] = [node, other].map(|node| &node.section);
            one.key() == other.key() || one.label() == other.label()
        };
        // Only what is reported is worth looking for.
        let leaves = leaves.filter(|_| !self.problems.is_full());
        let like = leaves.filter(|(id, other)| is_free(id) && is_like(other));
        let suggestions = like.map(|(_, other)| other.path.clone()).collect();
        self.unaccounted(place, Kind::Permission, node.path.clone(), way, suggestions);
    }

    pub(super) fn unaccounted(
        &mut self,
        place: Place,
        kind: Kind,
        name: Box<str>,
        way: &'static str,
        suggestions: Vec<Box<str>>,
    ) {
        self.fault(place, MigrationFault::Unaccounted { kind, name, way, suggestions });
    }

    pub(super) fn fault(&mut self, place: Place, fault: MigrationFault) {
        self.problems.add(place, fault);
    }
}

fn target(tree: &Tree, name: &str) -> Result<Target, KeyError> {
    if name.contains(':') {
        let (leaf, rung) = tree.find_rung(name)?;
        return Ok(Target::Rung(leaf, rung));
    }
    let id = tree.find(name)?;
    Ok(if tree.node(id).is_leaf() { Target::Leaf(id) } else { Target::Area(id) })
}
