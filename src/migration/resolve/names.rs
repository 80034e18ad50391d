//! Operations and templates, which are accounted for by name.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Resolver;
use super::problems::{ADD_OR_RENAME, RETIRE_OR_RENAME};
use crate::catalog::message::quoted;
use crate::key::Map;
use crate::migration::problem::{MigrationFault, Place};
use crate::migration::rule::Kind;

/// Operations, and those that they became: each of these stands for all of those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migration) struct Heirs {
    pub(in crate::migration) from: Vec<Box<str>>,
    pub(in crate::migration) into: Vec<Box<str>>,
}

/// What accounts for a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Accounted {
    No,
    By(usize),
    /// It is in both catalogs.
    Kept,
}

impl Resolver<'_> {
    /// Operations or templates: what became of what.
    pub(super) fn names<'n>(
        &mut self,
        kind: Kind,
        old: impl Iterator<Item = &'n str>,
        new: impl Iterator<Item = &'n str>,
    ) -> Vec<Heirs> {
        let [mut old, mut new]: [Map<&str, Accounted>; 2] = [
            old.map(|name| (name, Accounted::No)).collect(),
            new.map(|name| (name, Accounted::No)).collect(),
        ];
        let mut heirs = Vec::new();
        let rules = self.rules;
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.kind == kind) {
            let sides = [("old", &rule.from, &mut old), ("new", &rule.into, &mut new)];
            for (side, names, known) in sides {
                for name in names {
                    let fault = match known.get_mut(&**name) {
                        Some(is @ (Accounted::No | Accounted::Kept)) => {
                            *is = Accounted::By(index);
                            continue;
                        }
                        Some(Accounted::By(first)) => {
                            MigrationFault::NamedTwice { name: name.clone(), first: *first }
                        }
                        None => {
                            let known = quoted(known.keys());
                            MigrationFault::Unknown { side, kind, given: name.clone(), known }
                        }
                    };
                    self.fault(Place::Rule(index), fault);
                }
            }
            if !rule.from.is_empty() && !rule.into.is_empty() {
                heirs.push(Heirs { from: rule.from.clone(), into: rule.into.clone() });
            }
        }
        for (name, was) in &old {
            let Accounted::By(index) = *was else { continue };
            let into = rules.get(index).map_or(&[][..], |rule| &rule.into);
            if new.contains_key(name) && !into.iter().any(|into| **into == **name) {
                let path: Box<str> = (*name).into();
                let fault = if into.is_empty() {
                    MigrationFault::RetiredInUse { path }
                } else {
                    MigrationFault::UsedAgain { path }
                };
                self.fault(Place::Old, fault);
            }
        }
        for (name, is) in new.iter_mut().filter(|(_, is)| **is == Accounted::No) {
            if let Some(was) = old.get_mut(name).filter(|was| **was == Accounted::No) {
                (*was, *is) = (Accounted::Kept, Accounted::Kept);
                let same = || [(*name).into()].into();
                heirs.push(Heirs { from: same(), into: same() });
            }
        }
        let left = |names: &Map<&str, Accounted>| -> Vec<Box<str>> {
            let left = names.iter().filter(|(_, is)| **is == Accounted::No);
            left.map(|(name, _)| (*name).into()).collect()
        };
        for name in left(&old) {
            self.unaccounted(Place::Old, kind, name, RETIRE_OR_RENAME, Vec::new());
        }
        for name in left(&new) {
            self.unaccounted(Place::New, kind, name, ADD_OR_RENAME, Vec::new());
        }
        heirs
    }
}
