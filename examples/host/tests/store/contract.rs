//! What every [`Store`] promises.

use std::fs;
use std::sync::Arc;

use bailiwick::live::Appended;
use bailiwick::presets::studio;
use bailiwick::{Account, Actor, Command};
use bailiwick_host::directories::{Directories, Failure, now};
use bailiwick_host::store::{Postgres, Row, Sqlite, Store};

use crate::folder;
use crate::server::Server;

fn row(revision: u64, digest: &str, previous: Option<&str>) -> Row {
    let (digest, previous) = (digest.to_owned(), previous.map(str::to_owned));
    Row { revision, digest: digest.clone(), previous, change: format!("change {digest}") }
}

/// Appends in order, refuses gaps, forks and repeats, and tells what it has.
async fn check(store: &dyn Store) {
    const ACME: &str = "account/acme";
    assert_eq!(store.load(ACME).await.unwrap(), None);
    store.save(ACME, 0, "start".into()).await.unwrap();
    assert_eq!(store.append(ACME, row(2, "b", Some("a"))).await.unwrap(), Appended::Taken);
    assert_eq!(store.append(ACME, row(1, "a", Some("start"))).await.unwrap(), Appended::Stored);
    assert_eq!(store.append(ACME, row(1, "a", Some("start"))).await.unwrap(), Appended::Taken);
    assert_eq!(store.append(ACME, row(1, "x", Some("start"))).await.unwrap(), Appended::Taken);
    assert_eq!(store.append(ACME, row(2, "y", Some("x"))).await.unwrap(), Appended::Taken);
    assert_eq!(store.append(ACME, row(3, "c", Some("a"))).await.unwrap(), Appended::Taken);
    assert_eq!(store.append(ACME, row(2, "b", Some("a"))).await.unwrap(), Appended::Stored);
    assert_eq!(store.changes_after(ACME, 0).await.unwrap(), ["change a", "change b"]);
    assert_eq!(store.changes_after(ACME, 1).await.unwrap(), ["change b"]);

    // Another directory has a history of its own, which may begin at a snapshot.
    store.save("account/late", 7, "later".into()).await.unwrap();
    assert_eq!(store.append("account/late", row(1, "a", None)).await.unwrap(), Appended::Taken);
    assert_eq!(
        store.append("account/late", row(8, "h", Some("g"))).await.unwrap(),
        Appended::Stored
    );

    store.save(ACME, 2, "second".into()).await.unwrap();
    store.save(ACME, 1, "first".into()).await.unwrap();
    assert_eq!(store.load(ACME).await.unwrap().as_deref(), Some("second"));
    let heads = store.heads().await.unwrap();
    assert_eq!(heads, [("account/acme".to_owned(), 2), ("account/late".to_owned(), 8)]);
}

#[tokio::test]
async fn sqlite_keeps_its_promises() {
    let folder = folder("sqlite");
    let path = folder.join("host.db");
    check(&Sqlite::open(&path).unwrap()).await;
    let again = Sqlite::open(&path).unwrap();
    assert_eq!(again.changes_after("account/acme", 0).await.unwrap().len(), 2);
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn postgres_keeps_its_promises_when_it_is_killed() {
    let Some(mut server) = Server::start().await else { return };
    let store = Postgres::connect(&server.url()).await.unwrap();
    check(&store).await;
    server.kill();
    assert!(store.heads().await.is_err());
    assert!(store.append("account/acme", row(3, "c", Some("b"))).await.is_err());
    server.start_again().await;
    assert_eq!(store.changes_after("account/acme", 0).await.unwrap(), ["change a", "change b"]);
    assert_eq!(
        store.append("account/acme", row(3, "c", Some("b"))).await.unwrap(),
        Appended::Stored
    );
}

/// Many append at one revision: one of them is stored.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_one_revision_one_is_stored() {
    let Some(server) = Server::start().await else { return };
    let mut stores = Vec::new();
    for _ in 0..4 {
        stores.push(Arc::new(Postgres::connect(&server.url()).await.unwrap()));
    }
    for revision in 1..=25_u64 {
        let previous = format!("won {}", revision - 1);
        let mut racing = Vec::new();
        for store in &stores {
            let (store, previous) = (Arc::clone(store), previous.clone());
            racing.push(tokio::spawn(async move {
                let row = row(revision, &format!("won {revision}"), Some(&previous));
                store.append("account/acme", row).await.unwrap()
            }));
        }
        let mut winners = 0;
        for one in racing {
            winners += usize::from(one.await.unwrap() == Appended::Stored);
        }
        assert_eq!(winners, 1);
    }
    assert_eq!(stores[0].changes_after("account/acme", 0).await.unwrap().len(), 25);
}

fn acme() -> Account {
    Account::new("acme".parse().unwrap(), studio::catalog())
}

/// A disk that is full: what cannot be stored has not happened, and nobody sees it.
#[tokio::test]
async fn a_full_disk_changes_nothing() {
    let folder = folder("full");
    let path = folder.join("host.db");
    let store = Arc::new(Sqlite::open(&path).unwrap());
    let directories = Directories::new(Arc::clone(&store) as Arc<dyn Store>, 10);
    directories.found(&acme()).await.unwrap();
    let live = directories.open::<Account, ()>("acme").await.unwrap();
    store.limit_pages(12).await.unwrap();
    let (mut accepted, mut failed) = (0, 0);
    for number in 0..200 {
        let invite = Command::invite(format!("u{number}"), format!("u{number}@acme.example"));
        match directories.execute(&live, &Actor::Host, invite).await {
            Ok(_) => accepted += 1,
            Err(Failure::Store(_)) => failed += 1,
            Err(error) => panic!("{error}"),
        }
        assert_eq!(live.view().revision(), accepted);
    }
    assert!(accepted > 0 && failed > 0, "{accepted} {failed}");
    let recovered = Directories::new(Arc::new(Sqlite::open(&path).unwrap()), 10);
    let again = recovered.open::<Account, ()>("acme").await.unwrap();
    assert_eq!(again.view().account(), live.view().account());
    fs::remove_dir_all(folder).unwrap();
}

/// A change that is damaged in the log: nothing is answered from it.
#[tokio::test]
async fn a_damaged_change_is_not_followed() {
    let folder = folder("damaged");
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&folder.join("host.db")).unwrap());
    let directories = Directories::new(Arc::clone(&store), 10);
    directories.found(&acme()).await.unwrap();
    let live = directories.open::<Account, ()>("acme").await.unwrap();
    let invite = Command::invite("kim", "kim@acme.example");
    assert!(directories.execute(&live, &Actor::Host, invite).await.is_ok());
    let head = live.view().account().head().to_string();
    for damaged in ["{", "{\"format\": \"bailiwick/change/1\"}", "null"] {
        let row = Row {
            revision: 2,
            digest: "damaged".into(),
            previous: Some(head.clone()),
            change: damaged.into(),
        };
        store.append("account/acme", row).await.unwrap();
        let failed = directories.follow::<Account, ()>(&live).await;
        assert!(matches!(failed, Err(Failure::Damaged(_))), "{failed:?}");
        assert_eq!(live.view().revision(), 1);
        let other = Directories::new(Arc::clone(&store), 10);
        let opened = other.open::<Account, ()>("acme").await;
        assert!(matches!(opened, Err(Failure::Damaged(_))));
    }
    assert!(live.view().heard().is_none_or(|heard| heard <= now()));
    fs::remove_dir_all(folder).unwrap();
}
