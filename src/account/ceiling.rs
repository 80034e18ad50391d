//! No escalation: what a member's command may bring about (GRD-3, GRD-8, GRD-10).
//!
//! The state before and the state after are compared, whatever the command was.

use alloc::string::ToString;

use crate::account::edit::{Altered, Edit};
use crate::account::effects::Written;
use crate::account::holdings::Group;
use crate::account::refusal::{Escalation, not_authorized};
use crate::account::{Account, Refusal, User};
use crate::bits::Bits;
use crate::catalog::tree::quoted;
use crate::ledger::Actor;
use crate::permission::Permission;
use crate::profile::Profile;
use crate::role::{Role, Standing};
use crate::template::Template;

/// What an acting member would hold with every feature on.
pub(super) struct Ceiling<'a> {
    actor: &'a Actor,
    held: Bits,
}

/// What is set for someone in the three forms in which it can come to life: for an admin, once
/// they are a member (ROLE-6).
#[derive(Default)]
struct Reach {
    /// All that template and grants set, even what is inert without its first action.
    set: Bits,
    /// What is valid of it: what there would be with mutes lifted.
    given: Bits,
    /// The same with mutes in force.
    held: Bits,
}

impl Reach {
    fn of(profile: &Profile<'_>) -> Self {
        let layers = profile.layers();
        Self { set: layers.set(), held: layers.configured(), given: layers.given }
    }

    /// What is in one of the forms and was not before.
    fn beyond(&self, before: &Self) -> Bits {
        let [set, given, held] = [
            self.set.and_not(&before.set),
            self.given.and_not(&before.given),
            self.held.and_not(&before.held),
        ];
        set.or(&given).or(&held)
    }
}

impl<'a> Ceiling<'a> {
    pub(super) fn new(account: &Account, actor: &'a Actor, user: &User) -> Self {
        Self { actor, held: account.profile(user).layers().held() }
    }

    /// Whether everything between two states is within what the member holds.
    pub(super) fn check(
        &self,
        before: &Account,
        after: &Account,
        edits: &[Edit],
    ) -> Result<(), Refusal> {
        for edit in edits {
            match edit {
                Edit::User(altered) => self.check_user(before, after, altered)?,
                Edit::Template(altered) => self.check_template(before, altered)?,
                Edit::BeyondLimit { .. } => {}
                Edit::Name { .. }
                | Edit::SeatLimit { .. }
                | Edit::AtLimit { .. }
                | Edit::InvitationLifetime { .. }
                | Edit::Features { .. }
                | Edit::Catalog { .. } => {
                    return Err(not_authorized(self.actor, "only the host may", "GRD-2"));
                }
            }
        }
        let groups = Written::by(edits).groups_elsewhere(before, after).into_iter();
        let gained = groups.fold(Bits::EMPTY, |gained, Group { holding, .. }| {
            let [former, now] =
                [before, after].map(|account| Reach::of(&account.profile_of(&holding)));
            gained.or(&now.beyond(&former))
        });
        self.allow(before, &gained)
    }

    fn check_user(
        &self,
        before: &Account,
        after: &Account,
        altered: &Altered<User>,
    ) -> Result<(), Refusal> {
        let is_admin = |user: Option<&User>| user.is_some_and(|user| user.role() == Role::Admin);
        if is_admin(altered.before()) || is_admin(altered.after()) {
            return Err(not_authorized(self.actor, "only an admin may change an admin", "GRD-2"));
        }
        let Some(user) = altered.after() else { return Ok(()) };
        let now = Reach::of(&after.profile(user));
        let former = match altered.before() {
            // Whoever comes back brings all that they hold, and whoever reads someone's mail can
            // become them: both are compared whole.
            Some(former) if !returns(former, user) && former.email == user.email => {
                Reach::of(&before.profile(former))
            }
            Some(_) | None => Reach::default(),
        };
        self.allow(before, &now.beyond(&former))
    }

    fn check_template(&self, before: &Account, altered: &Altered<Template>) -> Result<(), Refusal> {
        let Some(template) = altered.after() else { return Ok(()) };
        // Under another name, or described as another, it would be taken for another.
        let is_known_as = |former: &&Template| {
            (former.name(), former.description()) == (template.name(), template.description())
        };
        let former = altered.before().filter(is_known_as);
        let former = former.map_or(Bits::EMPTY, |former| former.grants().bits());
        self.allow(before, &template.grants().bits().and_not(&former))
    }

    fn allow(&self, account: &Account, gained: &Bits) -> Result<(), Refusal> {
        let beyond = gained.and_not(&self.held);
        if beyond.is_empty() {
            return Ok(());
        }
        let stamp = account.catalog().stamp();
        let names = beyond.ones().map(|bit| account.catalog().display(Permission::new(stamp, bit)));
        Err(Escalation { actor: self.actor.to_string().into(), permissions: quoted(names) }.into())
    }
}

/// Whether a suspension ends, be it for an active user or for one who is invited again.
fn returns(before: &User, after: &User) -> bool {
    let is_barred = |user: &User| match user.holding.standing {
        Standing::Suspended | Standing::Withheld => true,
        Standing::Invited | Standing::Active => false,
    };
    is_barred(before) && !is_barred(after)
}
