//! Who gains and loses what by a change (REV-4, REV-8).

use super::{Directory, Set, User};

/// What one user gained and lost.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Effect {
    pub(crate) user: String,
    /// `effective` for who is active before or after, else `configured`.
    pub(crate) of: &'static str,
    pub(crate) gained: Set,
    pub(crate) lost: Set,
}

impl Directory {
    /// The effects of what lies between two states, of those for whom there are any: in the order
    /// of the former users, then of the new ones.
    pub(crate) fn effects(before: &Self, after: &Self) -> Vec<Effect> {
        let was = before.state.users.iter();
        let is_new = |user: &&User| before.find(&user.id).is_none();
        let users = was.chain(after.state.users.iter().filter(is_new));
        let effects = users.map(|user| Self::effect(before, after, &user.id));
        effects.filter(|effect| effect.gained != effect.lost).collect()
    }

    fn effect(before: &Self, after: &Self, id: &str) -> Effect {
        let is_active =
            |directory: &Self| directory.find(id).is_some_and(|user| user.status == "active");
        let is_effective = is_active(before) || is_active(after);
        let held = |directory: &Self| match directory.find(id) {
            Some(_) if is_effective => directory.effective(id),
            Some(user) => directory.configured(user),
            None => Set::new(),
        };
        let (was, is) = (held(before), held(after));
        Effect {
            user: id.to_owned(),
            of: if is_effective { "effective" } else { "configured" },
            gained: &is - &was,
            lost: &was - &is,
        }
    }
}
