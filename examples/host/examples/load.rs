//! What the guard costs: the same answer behind it and without it, over loopback and in-process.
//!
//! `cargo run --release --example load` takes a few seconds and prints a table. Client and server
//! share the machine, so requests a second are of both; compare rows, not machines.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use bailiwick::Account;
use bailiwick::presets::studio::knowledge;
use bailiwick_host::asks::{Product, ReadFaqs};
use bailiwick_host::failure::Failure;
use bailiwick_host::guard::{Allowed, Visitor};
use bailiwick_host::input::Nothing;
use bailiwick_host::routes::routes;
use bailiwick_host::secret::Secret;
use bailiwick_host::serve::serve;
use bailiwick_host::store::Sqlite;
use bailiwick_host::{App, demo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// How many clients there are at once, each with one connection that it keeps.
const CLIENTS: usize = 16;

/// Every row is measured so often, in turn, for so long: what else the machine does is shared.
const ROUNDS: u32 = 5;
const ROUND: Duration = Duration::from_millis(400);

/// The most requests of a client in a round.
const MOST: u32 = 100_000;

/// How often something is done in a row in-process.
const TIMES: u32 = 5_000;

async fn guarded(_: Allowed<Product<ReadFaqs>>, _: Nothing) -> Result<&'static str, Failure> {
    Ok("yes")
}

async fn open(_: Visitor, _: Nothing) -> Result<&'static str, Failure> {
    Ok("yes")
}

/// A way to ask, and what it took.
struct Row {
    what: &'static str,
    path: &'static str,
    cookie: String,
    answered: u32,
    took: Duration,
    /// In-process, for one request.
    alone: Duration,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let app = App::new(Arc::new(Sqlite::open(":memory:".as_ref())?), Secret::random()?);
    demo::found(&app).await?;
    let all = routes().guarded("/load/guarded", guarded).open("/load/open", "is measured", open);
    let router = all.into_router(app.clone());
    let following = app.clone();
    tokio::spawn(async move { following.directories().follow_all().await });

    let cookie = sign_in(&router).await?;
    let row = |what, path, cookie: &str| Row {
        what,
        path,
        cookie: cookie.to_owned(),
        answered: 0,
        took: Duration::ZERO,
        alone: Duration::MAX,
    };
    let mut rows = [
        row("open, nobody is signed in", "/load/open", ""),
        row("open, the cookies are read", "/load/open", &cookie),
        row("guarded", "/load/guarded", &cookie),
        row("guarded, and a page: FAQs", "/faqs", &cookie),
    ];

    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(serve(listener, router.clone(), std::future::pending()));
    for _ in 0..ROUNDS {
        for row in &mut rows {
            row.alone = row.alone.min(in_process(&router, row).await?);
            over_loopback(address, row).await?;
        }
    }
    print(&rows, check(&app).await?);
    Ok(())
}

/// Signs in as a member who may read FAQs; the cookies.
async fn sign_in(router: &Router) -> Result<String, Failed> {
    let who = r#"{"user":{"account":"acme","user":"kim"}}"#;
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("who", who).finish();
    let request =
        Request::post("/sign-in").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = router.clone().oneshot(request.body(Body::from(form))?).await?;
    let set = answer.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs: Vec<_> = set.filter_map(|value| value.split(';').next()).collect();
    Ok(pairs.join("; "))
}

/// What one request takes without a network: the mean of many.
async fn in_process(router: &Router, row: &Row) -> Result<Duration, Failed> {
    let began = Instant::now();
    for _ in 0..TIMES {
        let request = Request::get(row.path).header(COOKIE, &row.cookie).body(Body::empty())?;
        let answer = router.clone().oneshot(request).await?;
        if !answer.status().is_success() {
            return Err(format!("{}: {}", row.what, answer.status()).into());
        }
    }
    Ok(began.elapsed() / TIMES)
}

/// All clients at once, for a round.
async fn over_loopback(address: std::net::SocketAddr, row: &mut Row) -> Result<(), Failed> {
    let request =
        format!("GET {} HTTP/1.1\r\nhost: load\r\ncookie: {}\r\n\r\n", row.path, row.cookie);
    let began = Instant::now();
    let clients =
        (0..CLIENTS).map(|_| tokio::spawn(client(address, request.clone(), began + ROUND)));
    for client in clients.collect::<Vec<_>>() {
        row.answered += client.await??;
    }
    row.took += began.elapsed();
    Ok(())
}

/// Asks again as soon as it is answered.
async fn client(
    address: std::net::SocketAddr,
    request: String,
    until: Instant,
) -> Result<u32, Failed> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut answered, mut answer) = (0, Vec::new());
    while answered < MOST && Instant::now() < until {
        stream.write_all(request.as_bytes()).await?;
        answer.clear();
        while !is_whole(&answer) {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(String::from_utf8_lossy(&answer).into());
            }
        }
        answered += 1;
    }
    Ok(answered)
}

/// Whether an answer is there up to the length that it says.
fn is_whole(answer: &[u8]) -> bool {
    const LENGTH: &str = "content-length: ";
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let (head, body) = answer.split_at(head + 4);
    let length = String::from_utf8_lossy(head)
        .lines()
        .find_map(|line| line.strip_prefix(LENGTH)?.parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}

/// What the library's part takes: a view of the account, and one permission of a user by their id.
async fn check(app: &App) -> Result<Duration, Failed> {
    let live =
        app.directories().open::<Account, Failure>("acme").await.map_err(|_| "no account")?;
    let faqs = knowledge::FAQS.read();
    let began = Instant::now();
    for _ in 0..TIMES {
        if !live.view().allows(black_box("kim"), black_box(faqs)) {
            return Err("kim may not read".into());
        }
    }
    Ok(began.elapsed() / TIMES)
}

fn print(rows: &[Row], check: Duration) {
    println!("{:28} {:>10} {:>14}", "route", "requests/s", "in-process µs");
    for Row { what, answered, took, alone, .. } in rows {
        let rate = f64::from(*answered) / took.as_secs_f64();
        println!("{what:28} {rate:>10.0} {:>14.2}", micros(*alone));
    }
    let [nobody, cookies, guarded, _] = rows else { return };
    let each = |row: &Row| micros(row.took) / f64::from(row.answered.max(1));
    let share = |part: Duration| 100.0 * micros(part) / micros(guarded.alone);
    let (read, asked) =
        (cookies.alone.saturating_sub(nobody.alone), guarded.alone.saturating_sub(cookies.alone));
    println!();
    println!("of a guarded request in-process ({:.2} µs):", micros(guarded.alone));
    println!("  reading the cookies      {:>8.2} µs {:>5.1} %", micros(read), share(read));
    println!("  the desk, and asking     {:>8.2} µs {:>5.1} %", micros(asked), share(asked));
    println!("    of which the library   {:>8.3} µs {:>5.1} %", micros(check), share(check));
    let whole = 100.0 * (each(guarded) - each(nobody)) / each(guarded);
    println!(
        "over loopback a guarded request takes {:.1} µs, {whole:.1} % of it for being guarded",
        each(guarded)
    );
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
