//! Operations and templates, which are accounted for by name.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Resolver;
use super::problems::{ADD_OR_RENAME, RETIRE_OR_RENAME};
use crate::catalog::message::quoted;
use crate::key::Map;
use crate::migration::problem::{MigrationFault, Place};
use crate::migration::rule::{Kind, Rule};

impl Resolver<'_> {
    /// Operations or templates: pairs of a new name and the old one that it was.
    pub(super) fn names<'n>(
        &mut self,
        kind: Kind,
        old: impl Iterator<Item = &'n str>,
        new: impl Iterator<Item = &'n str>,
    ) -> Vec<(Box<str>, Box<str>)> {
        let [mut old, mut new]: [Map<&str, bool>; 2] =
            [old.map(|name| (name, false)).collect(), new.map(|name| (name, false)).collect()];
        let mut pairs = Vec::new();
        let rules = self.rules;
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.kind == kind) {
            let sides = [("old", &rule.from, &mut old), ("new", &rule.into, &mut new)];
            for (side, names, known) in sides {
                for name in names {
                    match known.get_mut(&**name) {
                        Some(is_named) if !*is_named => *is_named = true,
                        Some(_) => {
                            let path = name.clone();
                            let first = self.first_that_says(kind, name).unwrap_or(index);
                            let fault = MigrationFault::MadeTwice { path, first };
                            self.fault(Place::Rule(index), fault);
                        }
                        None => {
                            let given = name.clone();
                            let known = quoted(known.keys());
                            let fault = MigrationFault::Unknown { side, kind, given, known };
                            self.fault(Place::Rule(index), fault);
                        }
                    }
                }
            }
            if let ([from], [into]) = (&*rule.from, &*rule.into) {
                pairs.push((into.clone(), from.clone()));
            }
        }
        let kept = new.iter_mut().filter(|(_, is_named)| !**is_named);
        for (name, is_named) in kept {
            if let Some(was) = old.get_mut(name).filter(|was| !**was) {
                (*was, *is_named) = (true, true);
                pairs.push(((*name).into(), (*name).into()));
            }
        }
        let left = |names: &Map<&str, bool>| -> Vec<Box<str>> {
            names
                .iter()
                .filter(|(_, is_named)| !**is_named)
                .map(|(name, _)| (*name).into())
                .collect()
        };
        for name in left(&old) {
            self.unaccounted(Place::Old, kind, name, RETIRE_OR_RENAME, Vec::new());
        }
        for name in left(&new) {
            self.unaccounted(Place::New, kind, name, ADD_OR_RENAME, Vec::new());
        }
        pairs
    }

    fn first_that_says(&self, kind: Kind, name: &str) -> Option<usize> {
        let says = |rule: &Rule| rule.from().chain(rule.into()).any(|one| one == name);
        self.rules.iter().position(|rule| rule.kind == kind && says(rule))
    }
}
