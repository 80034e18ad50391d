use crate::account::{
    Account, Actor, ApplyError, Change, Command, Edit, Preview, Refusal, StalePreview,
};
use crate::key::Map;
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

    /// Users come last: they are found by the template and the features that they have now. What
    /// several changes touched is worked out once, as it is now.
    fn follow(&self, changes: &[&Change], lattice: &mut Lattice, numbers: &mut Numbers) {
        let edits = || changes.iter().flat_map(|change| change.edits());
        let (mut templates, mut features) = (Map::<&str, ()>::default(), false);
        for edit in edits() {
            match edit {
                Edit::Template(altered) => {
                    templates.insert(altered.latest().id().as_str(), ());
                }
                Edit::Features { .. } => features = true,
                Edit::SeatLimit { .. } | Edit::User(_) => {}
            }
        }
        // Nobody refers to a template that comes or goes.
        for template in templates.keys().filter_map(|id| self.template(id)) {
            lattice.put_template(numbers, template);
        }
        if features {
            lattice.put_features(numbers, self.features());
        }
        let users = edits().filter_map(|edit| {
            let Edit::User(altered) = edit else { return None };
            let id = altered.latest().id().as_str();
            Some((id, self.user(id).map(|user| self.profile(user))))
        });
        lattice.put_all(numbers, users);
        lattice.set_revision(self.revision());
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
