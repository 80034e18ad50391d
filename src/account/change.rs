use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::account::decide::Right;
use crate::account::effects::{Affected, Effect, EffectOf, Listed};
use crate::account::{Account, decide, effects};
use crate::account::{Command, Edit, Refusal};
use crate::key::{AccountId, Map};
use crate::lattice::{Lattice, Numbers};
use crate::ledger::{self, Directory, Draft, Encoder, History, Violation, everyday_methods};
use crate::migration::Migrate;
use crate::text::Word;

/// What an accepted command did to an account.
pub type Change = ledger::Change<Account>;

/// What a command would do to an account.
pub type Preview = ledger::Preview<Account>;

everyday_methods!(Account, AccountId, Command, Refusal);

impl ledger::sealed::Sealed for Account {}

impl Directory for Account {
    const NAME: &'static str = "account";

    type Id = AccountId;
    type Command = Command;
    type Refusal = Refusal;
    type Edit = Edit;
    type Effects = Vec<Effect>;
    type Compiled = Lattice;
    type Index = Numbers;

    fn history(&self) -> &History<AccountId> {
        &self.history
    }

    fn history_mut<'a>(draft: &'a mut Draft<'_, Self>) -> &'a mut History<AccountId> {
        &mut draft.next.history
    }

    fn steps(draft: &mut Draft<'_, Self>, command: &Command) -> Result<(), Refusal> {
        let right = Right::of(draft.state(), draft.actor)?;
        decide::steps(&right, draft, command)
    }

    fn write(draft: &mut Draft<'_, Self>, edit: &Edit) -> Result<(), Violation> {
        draft.next.write(edit)
    }

    fn is_same(&self, later: &Self, edits: &[Edit]) -> bool {
        self.is_same_after(edits, later)
    }

    fn effects(&self, later: &Self, command: &Command, edits: &[Edit]) -> Vec<Effect> {
        if let Command::Migrate(Migrate { migration: Some(migration), .. }) = command {
            return self.effects_of_migrating(later, migration);
        }
        self.effects_of(later, edits)
    }

    fn encode_effect(change: &Change, to: &mut Encoder<'_>) {
        to.put(&change.effects);
    }

    fn affected_users(change: &Change) -> usize {
        effects::count(&change.effects)
    }

    fn describe(change: &Change, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        change.describe_effects(f)
    }

    fn compile_all(&self) -> (Lattice, Numbers) {
        let lattice = self.compile();
        let numbers = Numbers::of(&lattice);
        (lattice, numbers)
    }

    fn deny_all(&self) -> Lattice {
        Lattice::compile(self.catalog(), []).for_account(self.id().clone(), self.revision())
    }

    /// Users come last: they are found by the template and the features that they have now. What
    /// several changes touched is worked out once, as it is now.
    fn follow(&self, changes: &[&Change], lattice: &mut Lattice, numbers: &mut Numbers) {
        let edits = || changes.iter().flat_map(|change| change.edits());
        let (mut templates, mut features) = (Map::<&str, ()>::default(), false);
        if edits().any(|edit| matches!(edit, Edit::Catalog { .. })) {
            (*lattice, *numbers) = self.compile_all();
            return;
        }
        for edit in edits() {
            match edit {
                Edit::Template(altered) => {
                    templates.insert(altered.latest().id().as_str(), ());
                }
                Edit::Features { .. } => features = true,
                Edit::Name { .. }
                | Edit::SeatLimit { .. }
                | Edit::AtLimit { .. }
                | Edit::BeyondLimit { .. }
                | Edit::InvitationLifetime { .. }
                | Edit::Catalog { .. }
                | Edit::User(_) => {}
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
}

impl Preview {
    /// Who would gain and lose what.
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        self.change().map(Change::effects).unwrap_or_default()
    }
}

impl Change {
    /// The account that changed.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.directory
    }

    /// Who gained and lost what (REV-4, REV-8). Whoever gained and lost nothing is left out.
    #[must_use]
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// Permissions behind a verb: the first of them, and how many more there are.
    fn named(&self, verb: &str, permissions: &Listed) -> Option<String> {
        let mut names = permissions.iter().map(|one| match one {
            Ok(permission) => self.catalog.display(permission).to_string(),
            Err(text) => Word(text).to_string(),
        });
        let first = names.next()?;
        Some(match (names.next(), names.count()) {
            (None, _) => format!("{verb} {first}"),
            (Some(second), 0) => format!("{verb} {first}, {second}"),
            (Some(_), more) => format!("{verb} {first} and {} more", more + 1),
        })
    }

    fn describe_effects(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for effect in &self.effects {
            write!(f, "; ")?;
            match &effect.who {
                Affected::User(id) => write!(f, "{}", Word(id.as_str()))?,
                Affected::Profile { users: 1, .. } => write!(f, "1 user")?,
                Affected::Profile { users, .. } => write!(f, "{users} users")?,
            }
            let verbs = match (effect.of, &effect.who) {
                (EffectOf::Configured, _) => ("would gain", "would lose"),
                (_, Affected::User(_) | Affected::Profile { users: 1, .. }) => ("gains", "loses"),
                (_, Affected::Profile { .. }) => ("gain", "lose"),
            };
            let gained = self.named(verbs.0, &effect.gained);
            let lost = self.named(verbs.1, &effect.lost);
            let both: Vec<String> = gained.into_iter().chain(lost).collect();
            write!(f, " {}", both.join(" and "))?;
        }
        Ok(())
    }
}
