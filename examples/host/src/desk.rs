//! Where someone sits: one view of an account or an agency, for one request, and the commands that
//! they can give there. Whether an account stands on its own or in an agency makes no difference to
//! who uses a desk.

use std::convert::Infallible;
use std::sync::Arc;

use bailiwick::account::Dialog;
use bailiwick::account::dialog::AreaRow;
use bailiwick::agency::{AgencyCommand, AgencyEdit};
use bailiwick::document::{Document, DocumentError};
use bailiwick::ledger::{Change, Digest};
use bailiwick::live::{AttemptError, View};
use bailiwick::text::Shown;
use bailiwick::{
    Account, Actor, Agency, Catalog, Command, Lattice, Live, Order, Status, Subject, Timestamp,
    UserId,
};

use crate::App;
use crate::directories::{self, BOUND, now};
use crate::failure::{Failure, Proposal, Terms};
use crate::forecast::{Affects, Forecast, Refused, Told, Words, duties};
use crate::session::{Person, Session};

/// A command, as it was asked for.
#[derive(Debug, Clone)]
pub struct Asked<C> {
    pub command: C,
    pub reason: Option<String>,
    pub key: Option<String>,
}

/// What was done.
#[derive(Debug, Clone)]
pub struct Done {
    /// `accepted`, `unchanged` or `already_done`.
    pub outcome: &'static str,
    pub revision: u64,
    /// In words.
    pub line: String,
    pub duties: Vec<String>,
}

/// A line of an audit log.
#[derive(Debug, Clone)]
pub struct Entry {
    pub revision: u64,
    pub time: Timestamp,
    pub actor: String,
    pub command: String,
    pub reason: Option<String>,
    pub affects: Vec<Affects>,
    /// Whoever acted, and whose records were written: what a filter looks at.
    pub about: Vec<String>,
}

/// Whatever can be opened for a person, and takes commands from them.
pub trait Place: Sized + Send + Sync + 'static {
    type Command: Send;

    /// Where its commands are shown before they are done.
    const PREVIEW: &'static str;
    /// Where they are done.
    const COMMIT: &'static str;

    /// Opens it: not older than [`BOUND`], nor than a revision, by following the log if need be.
    fn open(
        app: &App,
        session: &Session,
        revision: u64,
    ) -> impl Future<Output = Result<Self, Failure>> + Send;

    /// What it is called.
    fn name(&self) -> String;

    /// The revision that it shows.
    fn revision(&self) -> u64;

    /// Reads a command.
    ///
    /// # Errors
    ///
    /// Whatever is no command here.
    fn read(&self, document: &Document) -> Result<Self::Command, DocumentError>;

    /// What a command would do.
    ///
    /// # Errors
    ///
    /// A refusal.
    fn preview(&self, asked: Asked<Self::Command>) -> Result<Forecast, Refused>;

    /// Does a command; if it was shown, only if its effect is that one.
    fn commit(
        &self,
        asked: Asked<Self::Command>,
        shown: Option<&Digest>,
    ) -> impl Future<Output = Result<Done, Failure>> + Send;

    /// Everything that was done here.
    fn history(&self) -> impl Future<Output = Result<Vec<Entry>, Failure>> + Send;
}

/// Someone at a desk of their account.
pub struct Desk {
    app: App,
    actor: Actor,
    user: UserId,
    account: Account,
    lattice: Lattice,
    home: Home,
    now: Timestamp,
}

/// What changes of the account are changes of.
enum Home {
    Own(Arc<Live<Account>>, View<Account>),
    Within(Arc<Live<Agency>>, View<Agency>),
}

/// An agency's principal at theirs.
pub struct AgencyDesk {
    app: App,
    actor: Actor,
    live: Arc<Live<Agency>>,
    view: View<Agency>,
    now: Timestamp,
}

impl Desk {
    /// The app that it is a part of.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.account.catalog()
    }

    #[must_use]
    pub fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// Who sits here, to be asked what they may do.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        self.lattice.subject(self.user.as_str())
    }

    #[must_use]
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// When the request came.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The Edit dialog about a user.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn dialog(&self, user: &str) -> Result<Dialog<'_>, Refused> {
        let Self { account, actor, now, .. } = self;
        match &self.home {
            Home::Own(..) => account.dialog(actor, user, *now).map_err(|no| Account::refused(&no)),
            Home::Within(_, view) => {
                let dialog = view.agency().dialog(actor, account.id().as_str(), user, *now);
                dialog.map_err(|no| Agency::refused(&no))
            }
        }
    }

    /// What can be set in a template.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn dialog_for_template(&self, template: &str) -> Result<Vec<AreaRow<'_>>, Refused> {
        let Self { account, actor, now, .. } = self;
        match &self.home {
            Home::Own(..) => {
                let rows = account.dialog_for_template(actor, template, *now);
                rows.map_err(|no| Account::refused(&no))
            }
            Home::Within(_, view) => {
                let id = account.id().as_str();
                let rows = view.agency().dialog_for_template(actor, id, template, *now);
                rows.map_err(|no| Agency::refused(&no))
            }
        }
    }

    /// Why a command would be refused; nothing if it would not.
    #[must_use]
    pub fn refusal(&self, command: &Command) -> Option<Refused> {
        let asked = Asked { command: command.clone(), reason: None, key: None };
        self.preview(asked).err()
    }

    /// Whether commands would be accepted, one after the other.
    #[must_use]
    pub fn permits(&self, commands: &[Command]) -> bool {
        let Self { account, actor, now, .. } = self;
        match &self.home {
            Home::Own(..) => account.permits(actor, commands, *now),
            Home::Within(_, view) => {
                let within = |command: &Command| self.within(command.clone());
                let commands: Vec<_> = commands.iter().map(within).collect();
                view.agency().permits(actor, &commands, *now)
            }
        }
    }

    fn within(&self, command: Command) -> AgencyCommand {
        AgencyCommand::within(self.account.id().as_str(), command)
    }
}

impl Place for Desk {
    type Command = Command;

    const PREVIEW: &'static str = "/preview";
    const COMMIT: &'static str = "/commit";

    async fn open(app: &App, session: &Session, revision: u64) -> Result<Self, Failure> {
        let Person::User { agency, account: id, user } = &session.who else {
            return Err(Failure::NotFound("account of yours".to_owned()));
        };
        let now = now();
        let (account, lattice, home) = if let Some(agency) = agency {
            let (live, view) = follow::<Agency>(app, agency.as_str(), revision).await?;
            let account = view.agency().subaccount(id.as_str()).cloned();
            let lattice = view.subaccount(id.as_str()).cloned();
            let found = account.zip(lattice).ok_or(Failure::SignedOut)?;
            (found.0, found.1, Home::Within(live, view))
        } else {
            let (live, view) = follow::<Account>(app, id.as_str(), revision).await?;
            (view.account().clone(), Lattice::clone(&view), Home::Own(live, view))
        };
        // Whoever was invited, suspended or deleted has no session, whenever it began.
        let status = account.user(user.as_str()).map(bailiwick::User::status);
        if status != Some(Status::Active) || session.is_ended(app) {
            return Err(Failure::SignedOut);
        }
        let (app, actor, user) = (app.clone(), session.who.actor(), user.clone());
        Ok(Self { app, actor, user, account, lattice, home, now })
    }

    fn name(&self) -> String {
        let named = self.account.name().map(|name| name.as_str().to_owned());
        Shown(&named.unwrap_or_else(|| self.account.id().to_string())).to_string()
    }

    fn revision(&self) -> u64 {
        match &self.home {
            Home::Own(_, view) => view.revision(),
            Home::Within(_, view) => view.revision(),
        }
    }

    fn read(&self, document: &Document) -> Result<Command, DocumentError> {
        Command::from_document(document, self.catalog())
    }

    fn preview(&self, asked: Asked<Command>) -> Result<Forecast, Refused> {
        let Self { actor, now, .. } = self;
        match &self.home {
            Home::Own(_, view) => forecast(view, actor, asked.order(), *now),
            Home::Within(_, view) => {
                forecast(view, actor, asked.map(|command| self.within(command)).order(), *now)
            }
        }
    }

    async fn commit(&self, asked: Asked<Command>, shown: Option<&Digest>) -> Result<Done, Failure> {
        match &self.home {
            Home::Own(live, _) => commit(&self.app, live, &self.actor, asked, shown).await,
            Home::Within(live, _) => {
                let asked = asked.map(|command| self.within(command));
                commit(&self.app, live, &self.actor, asked, shown).await
            }
        }
    }

    async fn history(&self) -> Result<Vec<Entry>, Failure> {
        let words = Words::of(self.catalog());
        match &self.home {
            Home::Own(live, _) => {
                let changes = self.app.directories().history::<_, Infallible>(live).await?;
                Ok(changes.iter().map(|change| of_account(&words, change)).collect())
            }
            Home::Within(live, _) => {
                let changes = self.app.directories().history::<_, Infallible>(live).await?;
                let own = |edit: &AgencyEdit| match edit {
                    AgencyEdit::Changed(change) if change.account() == self.account.id() => {
                        Some(of_account(&words, change))
                    }
                    _ => None,
                };
                // What the agency did is told in its words, and its reason is kept with it.
                let entries = changes.iter().flat_map(|change| {
                    let entries = change.edits().iter().filter_map(own);
                    entries.map(|entry| Entry {
                        revision: change.revision(),
                        reason: change.reason().map(ToOwned::to_owned).or(entry.reason),
                        ..entry
                    })
                });
                Ok(entries.collect())
            }
        }
    }
}

impl AgencyDesk {
    #[must_use]
    pub fn agency(&self) -> &Agency {
        self.view.agency()
    }

    /// Whether a command would be accepted.
    #[must_use]
    pub fn permits(&self, command: &AgencyCommand) -> bool {
        self.agency().permits(&self.actor, std::slice::from_ref(command), self.now)
    }
}

impl Place for AgencyDesk {
    type Command = AgencyCommand;

    const PREVIEW: &'static str = "/agency/preview";
    const COMMIT: &'static str = "/agency/commit";

    async fn open(app: &App, session: &Session, revision: u64) -> Result<Self, Failure> {
        let Person::Principal(id) = &session.who else {
            return Err(Failure::NotFound("agency of yours".to_owned()));
        };
        let now = now();
        let (live, view) = follow::<Agency>(app, id.as_str(), revision).await?;
        Ok(Self { app: app.clone(), actor: session.who.actor(), live, view, now })
    }

    fn name(&self) -> String {
        format!("Agency {}", Shown(self.agency().id().as_str()))
    }

    fn revision(&self) -> u64 {
        self.view.revision()
    }

    fn read(&self, document: &Document) -> Result<AgencyCommand, DocumentError> {
        AgencyCommand::from_document(document, self.agency().catalog())
    }

    fn preview(&self, asked: Asked<AgencyCommand>) -> Result<Forecast, Refused> {
        forecast(&self.view, &self.actor, asked.order(), self.now)
    }

    async fn commit(
        &self,
        asked: Asked<AgencyCommand>,
        shown: Option<&Digest>,
    ) -> Result<Done, Failure> {
        commit(&self.app, &self.live, &self.actor, asked, shown).await
    }

    async fn history(&self) -> Result<Vec<Entry>, Failure> {
        let words = Words::of(self.agency().catalog());
        let changes = self.app.directories().history::<_, Infallible>(&self.live).await?;
        let entry = |change: &Change<Agency>| {
            let accounts = change.edits().iter().filter_map(|edit| match edit {
                AgencyEdit::Created { account, .. } | AgencyEdit::Deleted { account } => {
                    Some(account.id().to_string())
                }
                AgencyEdit::Changed(change) => Some(change.account().to_string()),
                _ => None,
            });
            Entry { about: accounts.collect(), ..told(&words, change) }
        };
        Ok(changes.iter().map(entry).collect())
    }
}

/// A life that shows a revision and what the log had less than [`BOUND`] ago: what is not known to
/// be so fails, and nobody is let in on what may have been taken back.
pub(crate) async fn follow<D: Told>(
    app: &App,
    id: &str,
    revision: u64,
) -> Result<(Arc<Live<D>>, View<D>), Failure> {
    let live = app.directories().open::<D, Infallible>(id).await?;
    let mut view = live.view();
    if !view.at_least(revision) || view.within(BOUND, now()).is_err() {
        app.directories().follow::<D, Infallible>(&live).await?;
        view = live.view();
    }
    view.within(BOUND, now())?;
    Ok((live, view))
}

fn forecast<D: Told>(
    view: &View<D>,
    actor: &Actor,
    order: Order<D::Command>,
    now: Timestamp,
) -> Result<Forecast, Refused> {
    let directory = view.directory();
    let preview = directory.preview_of(actor, order, now).map_err(|no| D::refused(&no))?;
    Ok(Forecast::of(&preview, directory.catalog_of()))
}

pub(crate) async fn commit<D: Told>(
    app: &App,
    live: &Live<D>,
    actor: &Actor,
    asked: Asked<D::Command>,
    shown: Option<&Digest>,
) -> Result<Done, Failure>
where
    D::Command: Into<Order<D::Command>>,
{
    let order = asked.order();
    let done = match shown {
        Some(shown) => app.directories().commit(live, actor, order, shown).await,
        None => app.directories().execute(live, actor, order).await,
    };
    let outcome = done.map_err(|failure| match failure {
        directories::Failure::Refused(AttemptError::Refused(refusal)) => {
            Failure::Refused(D::refused(&refusal))
        }
        directories::Failure::Refused(AttemptError::Stale(stale)) => {
            let forecast = Forecast::of(stale.now(), live.view().directory().catalog_of());
            Failure::Stale(Box::new(Proposal { forecast, terms: Terms::default() }))
        }
        directories::Failure::Refused(error) => Failure::Damaged(error.to_string()),
        directories::Failure::Store(error) => error.into(),
        directories::Failure::NotFound => Failure::NotFound("account".to_owned()),
        directories::Failure::Damaged(why) => Failure::Damaged(why),
    })?;
    Ok(Done {
        outcome: outcome.name(),
        revision: outcome.revision(),
        line: outcome.to_string(),
        duties: outcome.change().map(duties).unwrap_or_default(),
    })
}

impl<C> Asked<C> {
    pub(crate) fn map<T>(self, to: impl FnOnce(C) -> T) -> Asked<T> {
        let Self { command, reason, key } = self;
        Asked { command: to(command), reason, key }
    }

    fn order(self) -> Order<C>
    where
        C: Into<Order<C>>,
    {
        let order = self.command.into();
        let order = self.reason.into_iter().fold(order, |order, reason| order.because(&reason));
        self.key.into_iter().fold(order, |order, key| order.with_key(&key))
    }
}

fn of_account(words: &Words, change: &Change<Account>) -> Entry {
    let written = change.edits().iter().filter_map(|edit| match edit {
        bailiwick::account::Edit::User(altered) => altered.after().or_else(|| altered.before()),
        _ => None,
    });
    let mut about: Vec<_> = written.map(|user| user.id().to_string()).collect();
    if let Actor::User { user, .. } = change.actor() {
        about.push(user.to_string());
    }
    Entry { about, ..told(words, change) }
}

fn told<D: Told>(words: &Words, change: &Change<D>) -> Entry {
    Entry {
        revision: change.revision(),
        time: change.time(),
        actor: change.actor().to_string(),
        command: change.command().to_string(),
        reason: change.reason().map(ToOwned::to_owned),
        affects: D::affects(words, change),
        about: Vec::new(),
    }
}
