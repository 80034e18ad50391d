//! Gatehouse: policies in Rust. Its evaluation is asynchronous, and here nothing ever waits: one
//! poll with a waker that does nothing is all the runtime there is.

mod levels;
mod roles;

pub use levels::LEVELS;
pub use roles::ROLES;

use gatehouse::{EvaluationSession, PermissionChecker, PolicyDomain};

use crate::engines::{ById, Contender, Mode, Store, run};
use crate::world::{Question, World};

/// A checker, its users and what may be asked about.
struct Gatehouse<D: PolicyDomain> {
    checker: PermissionChecker<D>,
    users: ById<D::Subject>,
    /// The leaves, in catalog order.
    leaves: Vec<D::Resource>,
}

/// A rung of a leaf by its position: `read` or `on`, then `edit`.
struct Rung(usize);

impl<D: PolicyDomain<Action = Rung, Context = ()>> Gatehouse<D> {
    fn allows(&self, user: &D::Subject, rung: &Rung, leaf: &D::Resource) -> bool {
        // The documentation's session for loops over policies that load nothing.
        let session = EvaluationSession::shared_empty();
        run(self.checker.bind(session, user, rung, &()).check(leaf)).is_granted()
    }
}

impl<D> Store for Gatehouse<D>
where
    D: PolicyDomain<Action = Rung, Context = ()>,
{
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let asked: Vec<(usize, usize)> = world
            .catalog
            .leaves()
            .enumerate()
            .flat_map(|(leaf, view)| (0..view.permissions().count()).map(move |rung| (leaf, rung)))
            .collect();
        let subjects: Vec<(&D::Subject, Rung, &D::Resource)> = questions
            .iter()
            .map(|one| {
                let (leaf, rung) = asked[one.position];
                (&self.users[&world.users[one.user].id], Rung(rung), &self.leaves[leaf])
            })
            .collect();
        let ids: Vec<(&str, Rung, &D::Resource)> = questions
            .iter()
            .map(|one| {
                let (leaf, rung) = asked[one.position];
                (world.users[one.user].id.as_str(), Rung(rung), &self.leaves[leaf])
            })
            .collect();
        let outside = "`bind` and `check` of a subject at hand; one poll of the future";
        let inside = "a foldhash map by id, then `bind` and `check`; one poll of the future";
        vec![
            Contender::new(Mode::Outside, outside, move |at| {
                let (user, rung, leaf) = &subjects[at];
                self.allows(user, rung, leaf)
            }),
            Contender::new(Mode::Inside, inside, move |at| {
                let (id, rung, leaf) = &ids[at];
                self.users.get(*id).is_some_and(|user| self.allows(user, rung, leaf))
            }),
        ]
    }
}
