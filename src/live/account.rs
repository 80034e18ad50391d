use crate::account::{
    Account, Actor, ApplyError, Change, Command, Edit, Preview, Refusal, StalePreview,
};
use crate::lattice::{Lattice, Numbers};
use crate::live::Directory;
use crate::time::Timestamp;

impl Directory for Account {
    type Command = Command;
    type Change = Change;
    type Refusal = Refusal;
    type Compiled = Lattice;
    type Index = Numbers;

    fn compile_all(&self) -> (Lattice, Numbers) {
        let lattice = self.compile();
        let numbers = Numbers::of(&lattice);
        (lattice, numbers)
    }

    /// Users come last: they are found by the template and the features that they have now.
    fn follow(&self, changes: &[&Change], lattice: &mut Lattice, numbers: &mut Numbers) {
        let edits = || changes.iter().flat_map(|change| change.edits());
        for edit in edits() {
            match edit {
                // Nobody refers to a template that comes or goes.
                Edit::Template(altered) => {
                    if let Some(template) = self.template(altered.latest().id().as_str()) {
                        lattice.put_template(numbers, template);
                    }
                }
                Edit::Features { .. } => lattice.put_features(numbers, self.features()),
                Edit::SeatLimit { .. } | Edit::User(_) => {}
            }
        }
        for edit in edits() {
            let Edit::User(altered) = edit else { continue };
            let id = altered.latest().id().as_str();
            match self.user(id) {
                Some(user) => lattice.put(numbers, id, &self.profile(user)),
                None => lattice.remove(numbers, id),
            }
        }
    }

    fn revision_now(&self) -> u64 {
        self.revision()
    }

    fn run(&mut self, actor: &Actor, command: Command, now: Timestamp) -> Result<Change, Refusal> {
        self.execute(actor, command, now)
    }

    fn follow_change(&mut self, change: &Change) -> Result<(), ApplyError> {
        self.apply(change)
    }

    fn commit_preview(&mut self, preview: Preview) -> Result<Change, StalePreview> {
        self.commit(preview)
    }
}
