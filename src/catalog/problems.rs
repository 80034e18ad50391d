use alloc::vec::Vec;

use crate::catalog::place::Place;
use crate::catalog::problem::{CatalogError, CatalogFault, CatalogProblem, MAX_PROBLEMS};

/// What is wrong so far: the first problems, and the number of the others.
#[derive(Default)]
pub(super) struct Problems {
    // INVARIANT: fewer than twice `MAX_PROBLEMS`; the first of all are among them.
    first: Vec<(Place, CatalogFault)>,
    more: usize,
}

impl Problems {
    pub(super) fn add(&mut self, place: impl Into<Place>, fault: impl Into<CatalogFault>) {
        self.first.push((place.into(), fault.into()));
        if self.first.len() == 2 * MAX_PROBLEMS {
            self.keep_first();
        }
    }

    fn keep_first(&mut self) {
        self.sort();
        self.more += self.first.len().saturating_sub(MAX_PROBLEMS);
        self.first.truncate(MAX_PROBLEMS);
    }

    fn sort(&mut self) {
        self.first.sort_by(|(one, _), (other, _)| one.order().cmp(other.order()));
    }

    /// Notes the error of `result`, if it is one.
    pub(super) fn take<T, E: Into<CatalogFault>>(
        &mut self,
        place: impl Into<Place>,
        result: Result<T, E>,
    ) -> Option<T> {
        result.map_err(|fault| self.add(place, fault)).ok()
    }

    /// Fails with all problems so far, in the order of the input.
    pub(super) fn stop_where(&mut self, stop: bool) -> Result<(), CatalogError> {
        if stop && !self.first.is_empty() {
            self.sort();
            let problems = core::mem::take(&mut self.first).into_iter();
            let problems = problems.map(|(place, fault)| CatalogProblem::new(&place, fault));
            return Err(CatalogError::new(problems.collect(), self.more));
        }
        Ok(())
    }
}
