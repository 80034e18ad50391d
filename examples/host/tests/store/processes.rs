//! Several processes on one database, killed at random: nothing that was acknowledged is lost, the
//! log does not fork, and a suspension is seen by all within the bound.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use bailiwick::document::Document;
use bailiwick::presets::studio::{self, knowledge};
use bailiwick::{Account, Actor, Change, Command, Level, presets};
use bailiwick_host::directories::{BOUND, Directories, Failure, now};
use bailiwick_host::store::{Postgres, Store};

use crate::server::Server;

/// What makes a run of this program a worker rather than a test: the address of the database.
const WORKER: &str = "BAILIWICK_HOST_WORKER";

async fn directories(url: &str) -> (Arc<Directories>, Arc<dyn Store>) {
    let store: Arc<dyn Store> = Arc::new(Postgres::connect(url).await.unwrap());
    (Arc::new(Directories::new(Arc::clone(&store), 10)), store)
}

/// Executes commands until it is killed, and prints what was acknowledged: a line `revision digest`.
/// As a test it does nothing: it is what the processes of the next test run.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker() {
    let Ok(worker) = std::env::var(WORKER) else { return };
    let (number, url) = worker.split_once(' ').unwrap();
    let (directories, _) = directories(url).await;
    let live = directories.open::<Account, ()>("acme").await.unwrap();
    let following = Arc::clone(&directories);
    tokio::spawn(async move { following.follow_all().await });
    for round in 0..u64::MAX {
        let user = format!("u{}", round % 7);
        let command = match round % 5 {
            0 => Command::invite(&user, format!("{user}@acme.example")),
            1 => Command::accept(&user),
            2 => Command::set_area(&user, knowledge::AREA, Level::Edit),
            3 => Command::suspend(&user),
            _ => Command::delete_user(&user),
        };
        let key = format!("{number}-{}-{round}", std::process::id());
        let done = directories.execute(&live, &Actor::Host, command.with_key(&key)).await;
        match done {
            Ok(outcome) => {
                if let Some(change) = outcome.change() {
                    println!("ack {} {}", change.revision(), change.digest());
                    std::io::stdout().flush().ok();
                }
            }
            Err(Failure::Refused(_)) => {}
            // The database is away: it comes back.
            Err(Failure::Store(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(error) => panic!("{error}"),
        }
    }
}

/// A worker in a process of its own, whose lines are read until it ends.
fn worker(number: usize, url: &str, lines: &Sender<String>) -> Child {
    let mut child = Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::a_worker", "--nocapture", "--test-threads=1"])
        .env(WORKER, format!("{number} {url}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (output, lines) = (child.stdout.take().unwrap(), lines.clone());
    thread::spawn(move || {
        // A line that was cut off by a kill was not acknowledged to anybody.
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            lines.send(line).ok();
        }
    });
    child
}

fn acknowledged(lines: &Receiver<String>) -> BTreeMap<u64, String> {
    let mut all = BTreeMap::new();
    while let Ok(line) = lines.recv_timeout(Duration::from_millis(500)) {
        // The test harness of the worker prints before its first line.
        let Some((_, line)) = line.split_once("ack ") else { continue };
        let Some((revision, digest)) = line.split_once(' ') else { continue };
        if digest.len() == 64 {
            let other = all.insert(revision.parse().unwrap(), digest.to_owned());
            assert_eq!(other, None, "revision {revision} was acknowledged twice");
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_are_killed_lose_nothing_and_do_not_fork() {
    kill_at_random(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_that_are_killed_lose_nothing_and_do_not_fork() {
    kill_at_random(3).await;
}

/// Kills processes, and the database once, while all of them write.
async fn kill_at_random(processes: usize) {
    let Some(mut server) = Server::start().await else { return };
    let (directories, store) = directories(&server.url()).await;
    let acme = Account::new("acme".parse().unwrap(), studio::catalog());
    directories.found(&acme).await.unwrap();
    let (sender, lines) = channel();
    let mut workers: Vec<Child> =
        (0..processes).map(|number| worker(number, &server.url(), &sender)).collect();

    let until = Instant::now() + Duration::from_secs(8);
    let mut kills = 0;
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let place = kills % processes;
        workers[place].kill().unwrap();
        workers[place].wait().unwrap();
        kills += 1;
        if kills == 5 {
            server.kill();
            server.start_again().await;
        }
        workers[place] = worker(processes + kills, &server.url(), &sender);
    }
    for worker in &mut workers {
        worker.kill().unwrap();
        worker.wait().unwrap();
    }

    let acknowledged = acknowledged(&lines);
    let log = store.changes_after("account/acme", 0).await.unwrap();
    let read = |row: &String| {
        let document: Document = serde_json::from_str(row).unwrap();
        Change::from_document(&document, acme.catalog()).unwrap()
    };
    let changes: Vec<Change> = log.iter().map(read).collect();
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());
    for (revision, digest) in &acknowledged {
        let place = usize::try_from(*revision).unwrap() - 1;
        assert_eq!(changes[place].digest().to_string(), *digest, "revision {revision} is lost");
    }
    // One history, whoever wrote it, and everyone who loads it has the same.
    let replayed = acme.replay(&changes).unwrap();
    let live = directories.open::<Account, ()>("acme").await.unwrap();
    directories.follow::<Account, ()>(&live).await.unwrap();
    assert_eq!(live.view().account(), &replayed);
    println!("{} changes, {} acknowledged, {kills} kills", changes.len(), acknowledged.len());
    assert!(presets::all().contains(replayed.catalog()));
}

/// A suspension that one process stores is seen by the others, or they deny, within the bound.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_is_seen_by_all_within_the_bound() {
    let Some(mut server) = Server::start().await else { return };
    let (one, _) = directories(&server.url()).await;
    let acme = Account::new("acme".parse().unwrap(), studio::catalog());
    one.found(&acme).await.unwrap();
    let live = one.open::<Account, ()>("acme").await.unwrap();
    for command in [
        Command::invite("kim", "kim@acme.example"),
        Command::accept("kim"),
        Command::set_area("kim", knowledge::AREA, Level::Edit),
    ] {
        assert!(one.execute(&live, &Actor::Host, command).await.is_ok());
    }
    let mut others = Vec::new();
    for _ in 0..2 {
        let (other, _) = directories(&server.url()).await;
        let live = other.open::<Account, ()>("acme").await.unwrap();
        let following = Arc::clone(&other);
        let task = tokio::spawn(async move { following.follow_all().await });
        while !may_read(&live) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        others.push((other, live, task));
    }
    assert!(one.execute(&live, &Actor::Host, Command::suspend("kim")).await.is_ok());
    let stored = Instant::now();
    for (_, live, _) in &others {
        while may_read(live) {
            assert!(stored.elapsed() < 4 * BOUND, "a process still allows what was revoked");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(live.view().at_least(4));
    }

    // Whoever cannot read the log any more denies once the bound is over.
    assert!(one.execute(&live, &Actor::Host, Command::reactivate("kim")).await.is_ok());
    for (_, live, _) in &others {
        while !may_read(live) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    server.kill();
    for (_, live, task) in &others {
        while may_read(live) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(live.view().within(BOUND, now()).is_err());
        assert!(live.view().allows("kim", knowledge::FAQS.read()), "the last state is kept");
        task.abort();
    }
}

/// What a guard asks: an answer that may be too old is a denial.
fn may_read(live: &bailiwick::Live) -> bool {
    live.view().within(BOUND, now()).is_ok_and(|view| view.allows("kim", knowledge::FAQS.read()))
}
