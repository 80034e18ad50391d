//! Where changes and snapshots are kept. The log is the truth; a snapshot spares replaying it.

mod postgres;
mod sqlite;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bailiwick::ledger::{Change, Directory};
use bailiwick::live::Appended;
use serde::Serialize;
use thiserror::Error;

pub use self::postgres::Postgres;
pub use self::sqlite::Sqlite;

/// What a store answers, once it does.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A store of directories, by key: `account/acme`, `agency/bright`.
///
/// What it promises: a change that was [`Stored`](Appended::Stored) is found by everyone who reads
/// the log from then on, whatever is killed; and of two changes at one revision one is refused.
pub trait Store: Send + Sync {
    /// Appends a change, if it continues the last one.
    fn append<'a>(&'a self, directory: &'a str, row: Row) -> Answer<'a, Appended>;

    /// The changes after a revision, all of them and in order.
    fn changes_after<'a>(&'a self, directory: &'a str, revision: u64) -> Answer<'a, Vec<String>>;

    /// Keeps a snapshot, if it is newer than the one there is.
    fn save<'a>(&'a self, directory: &'a str, revision: u64, document: String) -> Answer<'a, ()>;

    /// The last snapshot.
    fn load<'a>(&'a self, directory: &'a str) -> Answer<'a, Option<String>>;

    /// Every directory, and the last revision of it in the log or in a snapshot.
    fn heads(&self) -> Answer<'_, Vec<(String, u64)>>;

    /// Waits until something may be new: at most so long.
    fn wait(&self, at_most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(at_most))
    }
}

/// A change as it is stored.
pub struct Row {
    pub revision: u64,
    pub digest: String,
    pub previous: Option<String>,
    pub change: String,
}

impl Row {
    pub fn of<D: Directory>(change: &Change<D>) -> Self
    where
        Change<D>: Serialize,
    {
        Self {
            revision: change.revision(),
            digest: change.digest().to_string(),
            previous: change.previous().map(|digest| digest.to_string()),
            change: serde_json::to_string(change).unwrap_or_default(),
        }
    }
}

/// Why a store does not answer. A change that was to be appended may be in the log or not.
#[derive(Debug, Error)]
#[error("the store does not answer: {0}")]
pub struct StoreError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl StoreError {
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// Both databases speak this much SQL alike.
const SCHEMA: &str = "
    create table if not exists changes (
        directory text   not null,
        revision  bigint not null,
        digest    text   not null,
        change    text   not null,
        primary key (directory, revision)
    );
    create table if not exists snapshots (
        directory text   not null primary key,
        revision  bigint not null,
        document  text   not null
    );";

/// Nothing is inserted that leaves a gap, or that does not continue the change before it. The
/// primary key settles a race.
const APPEND: &str = "
    insert into changes (directory, revision, digest, change)
    select cast($1 as text), cast($2 as bigint), cast($3 as text), cast($4 as text)
    where cast($2 as bigint) - 1 = coalesce(
            (select max(revision) from changes where directory = $1),
            (select revision from snapshots where directory = $1), 0)
        and not exists (
            select 1 from changes
            where directory = $1 and revision = cast($2 as bigint) - 1 and digest <> cast($5 as text))
    on conflict do nothing";

const CHANGES_AFTER: &str =
    "select change from changes where directory = $1 and revision > $2 order by revision";

const SAVE: &str = "
    insert into snapshots (directory, revision, document) values ($1, $2, $3)
    on conflict (directory) do update set revision = excluded.revision, document = excluded.document
    where snapshots.revision < excluded.revision";

const LOAD: &str = "select document from snapshots where directory = $1";

const HEADS: &str = "
    select directory, max(revision) from (
        select directory, revision from snapshots
        union all
        select directory, revision from changes) as known
    group by directory order by directory";
