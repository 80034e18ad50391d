use alloc::boxed::Box;
use alloc::string::ToString;
use core::fmt;

use thiserror::Error;

use crate::catalog::Catalog;
use crate::ledger::{
    Actor, Change, Decided, Digest, Directory, Draft, Encoder, History, MAX_REVISION, Order,
    Outcome, Violation, decide,
};
use crate::text::{self, Quoted};
use crate::time::Timestamp;

/// What a command would do: decided on, and not done (REV-5).
///
/// It is committed if deciding again has exactly the effect that it shows, whatever else happened
/// meanwhile (REV-12). Prints the command and its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Preview<D: Directory> {
    directory: D::Id,
    catalog: Catalog,
    actor: Actor,
    order: Order<D::Command>,
    now: Timestamp,
    outcome: Outcome<D>,
}

impl<D: Directory> Preview<D> {
    /// What comes of committing it, if nothing else happens before.
    pub fn outcome(&self) -> &Outcome<D> {
        &self.outcome
    }

    /// The change that committing it makes, if nothing else happens before: its edits, and who
    /// would gain and lose what. `None` if it would change nothing (REV-11).
    #[must_use]
    pub fn change(&self) -> Option<&Change<D>> {
        self.outcome.change()
    }

    /// How many users would gain or lose something.
    #[must_use]
    pub fn affected_users(&self) -> usize {
        self.change().map_or(0, Change::affected_users)
    }

    /// The digest of what it shows, the command and its effect: a page carries it and sends it back
    /// with the command, so that nothing has to be kept between two requests (REV-12). Why the
    /// command is given may be said, or said otherwise, when it is committed.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let Self { directory, catalog, order, outcome, .. } = self;
        let mut shown = Encoder::new("preview", catalog);
        shown.put(&(D::NAME, directory.as_ref(), catalog.id(), &order.command));
        match outcome {
            Outcome::Changed(change) => D::encode_effect(change, &mut shown),
            Outcome::Unchanged { .. } | Outcome::AlreadyDone { .. } => shown.put(outcome.name()),
        }
        shown.finish()
    }
}

/// The command and its effect: `assign template kb to kim; kim gains flows:read`.
impl<D: Directory> fmt::Display for Preview<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.order.command)?;
        match &self.outcome {
            Outcome::Changed(change) => D::describe(change, f),
            outcome => write!(f, "; {outcome}"),
        }
    }
}

/// Why what was previewed cannot be committed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CommitError<D: Directory> {
    /// The command would have another effect now than was shown.
    #[error(transparent)]
    Stale(#[from] StalePreview<D>),
    /// The command is refused now.
    #[error(transparent)]
    Refused(D::Refusal),
}

impl<D: Directory> From<Violation> for CommitError<D> {
    fn from(violation: Violation) -> Self {
        Self::Refused(violation.into())
    }
}

/// A command would have another effect than its preview showed (REV-12).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("stale_preview: {}; preview again", self.difference())]
pub struct StalePreview<D: Directory> {
    shown: Option<Box<Preview<D>>>,
    now: Box<Preview<D>>,
}

impl<D: Directory> StalePreview<D> {
    /// What was shown, if the preview itself was committed and not its digest.
    #[must_use]
    pub fn shown(&self) -> Option<&Preview<D>> {
        self.shown.as_deref()
    }

    /// What the command would do now: what to show next.
    pub fn now(&self) -> &Preview<D> {
        &self.now
    }

    fn difference(&self) -> impl fmt::Display {
        text::from_fn(|f| {
            let now = self.now.to_string();
            let now = Quoted(&now);
            match &self.shown {
                Some(shown) => {
                    write!(f, "{} was shown, and now it would be {now}", Quoted(&shown.to_string()))
                }
                None => write!(f, "another effect was shown than it would have now: {now}"),
            }
        })
    }
}

pub(crate) fn preview<D: Directory>(
    directory: &D,
    actor: &Actor,
    order: Order<D::Command>,
    now: Timestamp,
) -> Result<Preview<D>, D::Refusal> {
    Ok(decided(directory, actor, order, now)?.0)
}

/// A preview, and what committing it writes.
fn decided<'a, D: Directory>(
    directory: &D,
    actor: &'a Actor,
    order: Order<D::Command>,
    now: Timestamp,
) -> Result<(Preview<D>, Draft<'a, D>), D::Refusal> {
    let Decided { outcome, draft } = decide(directory, actor, order.clone(), now)?;
    let History { id, catalog, .. } = directory.history();
    let (directory, catalog, actor) = (id.clone(), catalog.clone(), actor.clone());
    Ok((Preview { directory, catalog, actor, order, now, outcome }, draft))
}

/// Decides on an order if its effect is the one that was shown, or was had already.
pub(crate) fn commit<'a, D: Directory>(
    directory: &D,
    actor: &'a Actor,
    order: Order<D::Command>,
    now: Timestamp,
    shown: &Digest,
) -> Result<Decided<'a, D>, CommitError<D>> {
    let decided = decided(directory, actor, order, now);
    let (preview, draft) = decided.map_err(CommitError::Refused)?;
    let is_done = matches!(preview.outcome, Outcome::AlreadyDone { .. });
    if !is_done && preview.digest() != *shown {
        return Err(StalePreview { shown: None, now: Box::new(preview) }.into());
    }
    Ok(Decided { outcome: preview.outcome, draft })
}

/// The same, of a preview that was kept, and says who commands what and when.
pub(crate) fn commit_preview<D: Directory>(
    directory: &D,
    preview: Preview<D>,
) -> Result<(Outcome<D>, D), CommitError<D>> {
    let Preview { actor, order, now, .. } = &preview;
    let committed = commit(directory, actor, order.clone(), *now, &preview.digest());
    committed.map(Decided::finish).map_err(|error| match error {
        CommitError::Stale(stale) => {
            StalePreview { shown: Some(Box::new(preview)), ..stale }.into()
        }
        CommitError::Refused(_) => error,
    })
}

/// Whether all commands are accepted, one after the other.
pub(crate) fn permits<D: Directory>(
    directory: &D,
    actor: &Actor,
    commands: &[D::Command],
    now: Timestamp,
) -> bool {
    let mut draft = Draft::new(directory, actor, now);
    let mut steps = commands.iter().map(|command| D::steps(&mut draft, command));
    !commands.is_empty()
        && directory.history().revision < MAX_REVISION
        && steps.all(|step| step.is_ok())
}
