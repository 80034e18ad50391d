//! Accounts and agencies in memory: loaded when someone asks for one, changed through the log, and
//! followed while other processes change them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bailiwick::account::Duty;
use bailiwick::document::{Document, DocumentError};
use bailiwick::ledger::{ApplyError, Change, Digest, Directory, Preview};
use bailiwick::live::{Appended, Attempt, AttemptError, Step};
use bailiwick::residents::{LoadError, Residents};
use bailiwick::{Account, Actor, Agency, Catalog, Live, Order, Outcome, Timestamp, presets};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::store::{Row, Store, StoreError};

/// How old an answer may be: a reader who has heard nothing of the log for longer denies.
pub const BOUND: Duration = Duration::from_secs(5);

/// How often the log is asked what is new.
const POLL: Duration = Duration::from_millis(500);

/// A snapshot is taken after so many changes.
const SNAPSHOT_EVERY: u64 = 64;

/// All that this process knows.
pub struct Directories {
    store: Arc<dyn Store>,
    accounts: Residents<Account>,
    agencies: Residents<Agency>,
    /// Whose sessions end, by directory and person: those that began before a revision.
    ended: Mutex<HashMap<String, Ended>>,
}

/// The revisions at which sessions were ended, by account and user.
type Ended = HashMap<String, u64>;

/// What is kept as a snapshot.
#[derive(Serialize, Deserialize)]
struct Snapshot<T> {
    directory: T,
    ended: Ended,
}

/// What a host needs to know of each kind of directory.
pub trait Kept: Directory<Index: Send> + Serialize + Send + Sync + 'static {
    /// The first part of its key in the store.
    const KIND: &'static str;

    /// Those that are here.
    fn residents(all: &Directories) -> &Residents<Self>;

    /// Reads one.
    ///
    /// # Errors
    ///
    /// What is wrong with the document.
    fn read(document: &Document, catalogs: &[Catalog]) -> Result<Self, DocumentError>;

    /// Reads a change.
    ///
    /// # Errors
    ///
    /// What is wrong with the document.
    fn read_change(document: &Document, catalog: &Catalog) -> Result<Change<Self>, DocumentError>;

    /// What it goes by in the store.
    fn key(&self) -> String;

    /// Its catalog.
    fn catalog_of(&self) -> &Catalog;

    /// Its revision.
    fn revision_of(&self) -> u64;

    /// A change as it is stored.
    fn change_to_json(change: &Change<Self>) -> Row;

    /// Applies a change.
    ///
    /// # Errors
    ///
    /// One that does not fit.
    fn apply_to(&mut self, change: &Change<Self>) -> Result<(), ApplyError>;

    /// What an order would do.
    ///
    /// # Errors
    ///
    /// A refusal.
    fn preview_of(
        &self,
        actor: &Actor,
        order: Order<Self::Command>,
        now: Timestamp,
    ) -> Result<Preview<Self>, Self::Refusal>;

    /// What a change asks the host to do, and in which account.
    fn duties(change: &Change<Self>) -> Vec<(String, Duty<'_>)>;
}

macro_rules! kept {
    ($directory:ident, $kind:literal, $residents:ident, |$change:ident| $duties:expr) => {
        impl Kept for $directory {
            const KIND: &'static str = $kind;

            fn residents(all: &Directories) -> &Residents<Self> {
                &all.$residents
            }

            fn read(document: &Document, catalogs: &[Catalog]) -> Result<Self, DocumentError> {
                Self::from_document(document, catalogs)
            }

            fn read_change(
                document: &Document,
                catalog: &Catalog,
            ) -> Result<Change<Self>, DocumentError> {
                Change::<Self>::from_document(document, catalog)
            }

            fn key(&self) -> String {
                key::<Self>(self.id().as_str())
            }

            fn catalog_of(&self) -> &Catalog {
                self.catalog()
            }

            fn revision_of(&self) -> u64 {
                self.revision()
            }

            fn change_to_json(change: &Change<Self>) -> Row {
                Row::of(change)
            }

            fn apply_to(&mut self, change: &Change<Self>) -> Result<(), ApplyError> {
                self.apply(change)
            }

            fn preview_of(
                &self,
                actor: &Actor,
                order: Order<Self::Command>,
                now: Timestamp,
            ) -> Result<Preview<Self>, Self::Refusal> {
                self.preview(actor, order, now)
            }

            fn duties($change: &Change<Self>) -> Vec<(String, Duty<'_>)> {
                $duties.collect()
            }
        }
    };
}

kept!(Account, "account", accounts, |change| {
    change.duties().map(|duty| (change.account().to_string(), duty))
});
kept!(Agency, "agency", agencies, |change| {
    change.duties().map(|(account, duty)| (account.to_string(), duty))
});

/// An error of opening a directory or executing a command.
#[derive(Debug, Error)]
pub enum Failure<R> {
    #[error("there is no such account")]
    NotFound,
    #[error(transparent)]
    Refused(R),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored cannot be read: nothing is answered from it.
    #[error("what is stored of it is damaged: {0}")]
    Damaged(String),
}

impl<R> From<ApplyError> for Failure<R> {
    fn from(error: ApplyError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl Directories {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, room: usize) -> Self {
        let (accounts, agencies) = (Residents::new(room), Residents::new(room));
        Self { store, accounts, agencies, ended: Mutex::default() }
    }

    /// Puts in what a new account or agency starts with; one that is there stays.
    ///
    /// # Errors
    ///
    /// The store does not answer.
    pub async fn found<D: Kept>(&self, directory: &D) -> Result<(), StoreError> {
        self.save(directory, Ended::default()).await
    }

    /// What is known to the store, by key.
    ///
    /// # Errors
    ///
    /// The store does not answer.
    pub async fn known(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.store.heads().await?.into_iter().map(|(key, _)| key).collect())
    }

    /// The live of an account or agency, which is loaded if it is not here.
    ///
    /// # Errors
    ///
    /// There is none, the store does not answer, or what it has is damaged.
    pub async fn open<D: Kept, R>(&self, id: &str) -> Result<Arc<Live<D>>, Failure<R>> {
        let opened = D::residents(self).get_or_await(id, self.load::<D, R>(id)).await;
        opened.map_err(|error| match error {
            LoadError::Failed(failure) => failure,
            LoadError::WrongId(error) => Failure::Damaged(error.to_string()),
        })
    }

    async fn load<D: Kept, R>(&self, id: &str) -> Result<D, Failure<R>> {
        let key = key::<D>(id);
        let snapshot = self.store.load(&key).await?.ok_or(Failure::NotFound)?;
        let Snapshot::<Document> { directory, ended } =
            serde_json::from_str(&snapshot).map_err(damaged)?;
        let mut directory = D::read(&directory, &presets::all()).map_err(damaged)?;
        self.ended().insert(key.clone(), ended);
        for change in self.changes_after::<D, R>(&key, &directory, directory.revision_of()).await? {
            D::apply_to(&mut directory, &change)?;
            self.note(&key, &change);
        }
        Ok(directory)
    }

    async fn changes_after<D: Kept, R>(
        &self,
        key: &str,
        directory: &D,
        revision: u64,
    ) -> Result<Vec<Change<D>>, Failure<R>> {
        let rows = self.store.changes_after(key, revision).await?;
        let read = rows.iter().map(|row| {
            let document: Document = serde_json::from_str(row).map_err(damaged)?;
            D::read_change(&document, directory.catalog_of()).map_err(damaged)
        });
        read.collect()
    }

    /// Executes a command: its change is in the log before anyone sees it, and a refusal stands only
    /// if the log has nothing newer.
    ///
    /// # Errors
    ///
    /// A refusal; or the store does not answer, and then the change may be done or not: whoever
    /// gives the order again with its key finds out.
    pub async fn execute<D: Kept>(
        &self,
        live: &Live<D>,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
    ) -> Result<Outcome<D>, Failure<AttemptError<D>>> {
        self.finish(live, live.attempt(actor, order, now())).await
    }

    /// Executes a command if its effect is the one that was shown (REV-12).
    ///
    /// # Errors
    ///
    /// Those of [`execute`](Self::execute), and another effect: nothing is done then.
    pub async fn commit<D: Kept>(
        &self,
        live: &Live<D>,
        actor: &Actor,
        order: impl Into<Order<D::Command>>,
        shown: &Digest,
    ) -> Result<Outcome<D>, Failure<AttemptError<D>>> {
        self.finish(live, live.attempt(actor, order, now()).if_shown(shown)).await
    }

    /// Takes the steps of an attempt, which awaits the store between them.
    async fn finish<D: Kept>(
        &self,
        live: &Live<D>,
        mut attempt: Attempt<'_, D>,
    ) -> Result<Outcome<D>, Failure<AttemptError<D>>> {
        let key = live.view().directory().key();
        let outcome = loop {
            attempt = match attempt.next() {
                Step::Append(append) => {
                    match self.store.append(&key, D::change_to_json(append.change())).await? {
                        Appended::Stored => append.stored(),
                        Appended::Taken => append.taken(),
                    }
                }
                Step::Read(read) => {
                    let view = live.view();
                    let changes = self.changes_after(&key, view.directory(), read.after()).await?;
                    for change in &changes {
                        self.note(&key, change);
                    }
                    read.found(&changes)
                }
                Step::Done(done) => break done.map_err(Failure::Refused)?,
            };
        };
        if let Some(change) = outcome.change() {
            self.note(&key, change);
            if change.revision() % SNAPSHOT_EVERY == 0 {
                // A snapshot that fails costs time when it is loaded, and nothing else.
                self.snapshot(&key, live).await.ok();
            }
        }
        Ok(outcome)
    }

    /// Follows the log, so that a view shows at least what it has now.
    ///
    /// # Errors
    ///
    /// The store does not answer, or what it has is damaged or of another history.
    pub async fn follow<D: Kept, R>(&self, live: &Live<D>) -> Result<(), Failure<R>> {
        let (key, before) = (live.view().directory().key(), now());
        let view = live.view();
        let changes = self.changes_after(&key, view.directory(), view.revision()).await?;
        for change in &changes {
            self.note(&key, change);
        }
        live.apply_all(&changes)?;
        live.heard(before);
        Ok(())
    }

    /// Follows everything that is here, for as long as the process lives. A store that does not
    /// answer is asked again; until it answers, views grow old, and past [`BOUND`] they deny.
    pub async fn follow_all(&self) {
        loop {
            let before = now();
            if let Ok(heads) = self.store.heads().await {
                for (key, revision) in heads {
                    match key.split_once('/') {
                        Some((Account::KIND, id)) => {
                            self.keep_up::<Account>(id, revision, before).await;
                        }
                        Some((Agency::KIND, id)) => {
                            self.keep_up::<Agency>(id, revision, before).await;
                        }
                        _ => {}
                    }
                }
            }
            self.store.wait(POLL).await;
        }
    }

    async fn keep_up<D: Kept>(&self, id: &str, revision: u64, before: Timestamp) {
        let Some(live) = D::residents(self).get(id) else { return };
        if live.view().at_least(revision) {
            live.heard(before);
        } else {
            // What cannot be followed now is asked for again.
            self.follow::<D, ()>(&live).await.ok();
        }
    }

    /// Saves a snapshot of what is published.
    async fn snapshot<D: Kept>(&self, key: &str, live: &Live<D>) -> Result<(), StoreError> {
        let ended = self.ended().get(key).cloned().unwrap_or_default();
        self.save(live.view().directory(), ended).await
    }

    async fn save<D: Kept>(&self, directory: &D, ended: Ended) -> Result<(), StoreError> {
        let revision = directory.revision_of();
        let document =
            serde_json::to_string(&Snapshot { directory, ended }).map_err(StoreError::new)?;
        self.store.save(&directory.key(), revision, document).await
    }

    /// Every change of a directory, in order: its audit log.
    ///
    /// # Errors
    ///
    /// The store does not answer, or what it has is damaged.
    pub async fn history<D: Kept, R>(&self, live: &Live<D>) -> Result<Vec<Change<D>>, Failure<R>> {
        let view = live.view();
        self.changes_after(&view.directory().key(), view.directory(), 0).await
    }

    /// Does what the library cannot: ends sessions (USR-13). Invitations would be mailed here.
    fn note<D: Kept>(&self, key: &str, change: &Change<D>) {
        let mut ended = self.ended();
        for (account, duty) in D::duties(change) {
            if let Duty::EndSessions { user, .. } = duty {
                let of = ended.entry(key.to_owned()).or_default();
                of.insert(format!("{account}/{user}"), change.revision());
            }
        }
    }

    /// Whether a session that began at a revision has ended since.
    #[must_use]
    pub fn is_ended(&self, key: &str, account: &str, user: &str, began: u64) -> bool {
        let ended = self.ended();
        let revision = ended.get(key).and_then(|of| of.get(&format!("{account}/{user}")));
        revision.is_some_and(|revision| *revision > began)
    }

    fn ended(&self) -> std::sync::MutexGuard<'_, HashMap<String, Ended>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a directory goes by in the store.
#[must_use]
pub fn key<D: Kept>(id: &str) -> String {
    format!("{}/{id}", D::KIND)
}

fn damaged<R>(error: impl fmt::Display) -> Failure<R> {
    Failure::Damaged(error.to_string())
}

/// The library reads no clock: this is the one.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
