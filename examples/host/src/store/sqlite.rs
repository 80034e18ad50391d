use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bailiwick::live::Appended;
use rusqlite::{Connection, OptionalExtension, params};

use super::{APPEND, Answer, CHANGES_AFTER, HEADS, LOAD, Row, SAVE, SCHEMA, Store, StoreError};

/// One file, for a host of one process.
pub struct Sqlite(Arc<Mutex<Connection>>);

impl Sqlite {
    /// Opens a file, or makes one.
    ///
    /// # Errors
    ///
    /// A file that is not a database, or that cannot be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::on(Connection::open(path).map_err(StoreError::new)?)
    }

    fn on(connection: Connection) -> Result<Self, StoreError> {
        // A change that was acknowledged survives a loss of power: WAL with full synchronisation.
        let prepare =
            "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000;";
        connection.execute_batch(prepare).map_err(StoreError::new)?;
        connection.execute_batch(SCHEMA).map_err(StoreError::new)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Lets the file grow no further than so many pages: what does not fit is not stored.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.run(move |connection| connection.pragma_update(None, "max_page_count", pages)).await
    }

    /// The disk is waited for on a thread where waiting harms nobody.
    fn run<'a, T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Answer<'a, T> {
        let connection = Arc::clone(&self.0);
        let work = move || work(&connection.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(async {
            let done = tokio::task::spawn_blocking(work).await;
            done.map_err(StoreError::new)?.map_err(StoreError::new)
        })
    }
}

impl Store for Sqlite {
    fn append<'a>(&'a self, directory: &'a str, row: Row) -> Answer<'a, Appended> {
        let directory = directory.to_owned();
        self.run(move |connection| {
            let Row { revision, digest, previous, change } = row;
            let values = params![directory, revision.cast_signed(), digest, change, previous];
            let inserted = connection.prepare_cached(APPEND)?.execute(values)?;
            Ok(if inserted == 1 { Appended::Stored } else { Appended::Taken })
        })
    }

    fn changes_after<'a>(&'a self, directory: &'a str, revision: u64) -> Answer<'a, Vec<String>> {
        let directory = directory.to_owned();
        self.run(move |connection| {
            let mut changes = connection.prepare_cached(CHANGES_AFTER)?;
            let rows =
                changes.query_map(params![directory, revision.cast_signed()], |row| row.get(0))?;
            rows.collect()
        })
    }

    fn save<'a>(&'a self, directory: &'a str, revision: u64, document: String) -> Answer<'a, ()> {
        let directory = directory.to_owned();
        self.run(move |connection| {
            let values = params![directory, revision.cast_signed(), document];
            connection.prepare_cached(SAVE)?.execute(values).map(|_| ())
        })
    }

    fn load<'a>(&'a self, directory: &'a str) -> Answer<'a, Option<String>> {
        let directory = directory.to_owned();
        self.run(move |connection| {
            let mut load = connection.prepare_cached(LOAD)?;
            load.query_row(params![directory], |row| row.get(0)).optional()
        })
    }

    fn heads(&self) -> Answer<'_, Vec<(String, u64)>> {
        self.run(|connection| {
            let mut heads = connection.prepare_cached(HEADS)?;
            let rows = heads
                .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
            rows.collect()
        })
    }
}
