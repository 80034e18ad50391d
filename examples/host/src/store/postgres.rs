use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bailiwick::live::Appended;
use tokio::sync::{Mutex, Notify};
use tokio_postgres::{AsyncMessage, Client, NoTls};

use super::{APPEND, Answer, CHANGES_AFTER, HEADS, LOAD, Row, SAVE, SCHEMA, Store, StoreError};

/// A database that several processes share. A connection that breaks is opened again for whoever
/// asks next.
pub struct Postgres {
    url: String,
    client: Mutex<Option<Arc<Client>>>,
    /// Told whenever another process says that it has appended something.
    hint: Arc<Notify>,
}

impl Postgres {
    /// Connects to a database, as in `host=/run/postgresql dbname=host`, and makes the tables.
    ///
    /// # Errors
    ///
    /// Nobody answers there, or the tables cannot be made.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let hint = Arc::new(Notify::new());
        let store = Self { url: url.to_owned(), client: Mutex::new(None), hint };
        store.client().await?.batch_execute(SCHEMA).await.map_err(StoreError::new)?;
        Ok(store)
    }

    async fn client(&self) -> Result<Arc<Client>, StoreError> {
        let mut client = self.client.lock().await;
        if let Some(open) = client.as_ref().filter(|client| !client.is_closed()) {
            return Ok(Arc::clone(open));
        }
        let connected = tokio_postgres::connect(&self.url, NoTls).await;
        let (new, mut connection) = connected.map_err(StoreError::new)?;
        let hint = Arc::clone(&self.hint);
        tokio::spawn(async move {
            let mut next = std::future::poll_fn(|context| connection.poll_message(context)).await;
            while let Some(Ok(message)) = next {
                if let AsyncMessage::Notification(_) = message {
                    hint.notify_one();
                }
                next = std::future::poll_fn(|context| connection.poll_message(context)).await;
            }
        });
        new.batch_execute("listen changes").await.map_err(StoreError::new)?;
        Ok(Arc::clone(client.insert(Arc::new(new))))
    }
}

impl Store for Postgres {
    fn append<'a>(&'a self, directory: &'a str, row: Row) -> Answer<'a, Appended> {
        Box::pin(async move {
            let client = self.client().await?;
            let Row { revision, digest, previous, change } = row;
            let revision = revision.cast_signed();
            let inserted = client
                .execute(APPEND, &[&directory, &revision, &digest, &change, &previous])
                .await
                .map_err(StoreError::new)?;
            if inserted == 0 {
                return Ok(Appended::Taken);
            }
            // A hint, no more: whoever misses it finds the change when they look next.
            client.execute("select pg_notify('changes', $1)", &[&directory]).await.ok();
            Ok(Appended::Stored)
        })
    }

    fn changes_after<'a>(&'a self, directory: &'a str, revision: u64) -> Answer<'a, Vec<String>> {
        Box::pin(async move {
            let client = self.client().await?;
            let rows = client.query(CHANGES_AFTER, &[&directory, &revision.cast_signed()]).await;
            Ok(rows.map_err(StoreError::new)?.iter().map(|row| row.get(0)).collect())
        })
    }

    fn save<'a>(&'a self, directory: &'a str, revision: u64, document: String) -> Answer<'a, ()> {
        Box::pin(async move {
            let client = self.client().await?;
            let saved =
                client.execute(SAVE, &[&directory, &revision.cast_signed(), &document]).await;
            saved.map(|_| ()).map_err(StoreError::new)
        })
    }

    fn load<'a>(&'a self, directory: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move {
            let client = self.client().await?;
            let row = client.query_opt(LOAD, &[&directory]).await.map_err(StoreError::new)?;
            Ok(row.map(|row| row.get(0)))
        })
    }

    fn heads(&self) -> Answer<'_, Vec<(String, u64)>> {
        Box::pin(async move {
            let client = self.client().await?;
            let rows = client.query(HEADS, &[]).await.map_err(StoreError::new)?;
            let head =
                |row: &tokio_postgres::Row| (row.get(0), row.get::<_, i64>(1).cast_unsigned());
            Ok(rows.iter().map(head).collect())
        })
    }

    fn wait(&self, at_most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            tokio::time::timeout(at_most, self.hint.notified()).await.ok();
        })
    }
}
