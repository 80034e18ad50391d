use alloc::string::String;
use alloc::vec::Vec;

use crate::catalog::problem::{CatalogError, CatalogFault, CatalogProblem, MAX_PROBLEMS};

/// What is wrong so far: the first problems, and the number of the others.
#[derive(Default)]
pub(super) struct Problems {
    // INVARIANT: fewer than twice `MAX_PROBLEMS`; the first of all are among them.
    first: Vec<CatalogProblem>,
    more: usize,
}

impl Problems {
    pub(super) fn add(&mut self, place: String, fault: impl Into<CatalogFault>) {
        self.first.push(CatalogProblem::new(place, fault));
        if self.first.len() == 2 * MAX_PROBLEMS {
            self.keep_first();
        }
    }

    fn keep_first(&mut self) {
        self.first.sort_by_cached_key(|problem| order(problem.place()));
        self.more += self.first.len().saturating_sub(MAX_PROBLEMS);
        self.first.truncate(MAX_PROBLEMS);
    }

    /// Notes the error of `result`, if it is one.
    pub(super) fn take<T, E: Into<CatalogFault>>(
        &mut self,
        place: &str,
        result: Result<T, E>,
    ) -> Option<T> {
        result.map_err(|fault| self.add(place.into(), fault)).ok()
    }

    /// Fails with all problems so far, in the order of the input.
    pub(super) fn stop_where(&mut self, stop: bool) -> Result<(), CatalogError> {
        if stop && !self.first.is_empty() {
            self.first.sort_by_cached_key(|problem| order(problem.place()));
            return Err(CatalogError::new(core::mem::take(&mut self.first), self.more));
        }
        Ok(())
    }
}

/// Where a place stands in the input: the fields down to it, as documents order them, each with
/// its number. What is below the grants of a template has no order of its own.
fn order(place: &str) -> Vec<(usize, usize)> {
    const FIELDS: [&str; 32] = [
        "id",
        "roles",
        "levels",
        "areas",
        "gates",
        "delegated",
        "authority",
        "operations",
        "invite",
        "none",
        "read",
        "edit",
        "delete",
        "permissions",
        "templates",
        "audit_log",
        "retired",
        "admin",
        "member",
        "name",
        "label",
        "description",
        "aliases",
        "api_name",
        "scale",
        "sub_sections",
        "target",
        "area",
        "feature",
        "any",
        "needs",
        "grants",
    ];
    let fields = place.split_inclusive(".grants").next().unwrap_or(place).split('.');
    let known = fields.map_while(|field| {
        let (field, number) = field.split_once('[').unwrap_or((field, ""));
        let number = number.trim_end_matches(']').parse().unwrap_or_default();
        FIELDS.iter().position(|known| *known == field).map(|field| (field, number))
    });
    known.collect()
}
