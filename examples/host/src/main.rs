//! Starts the host.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use bailiwick_host::routes::{router, routes};
use bailiwick_host::secret::Secret;
use bailiwick_host::serve::serve;
use bailiwick_host::store::{Postgres, Sqlite, Store};
use bailiwick_host::{App, demo};
use tokio::net::TcpListener;

const USAGE: &str = "usage: bailiwick-host [--data FILE] [--port N] [--routes]

  --data FILE  the SQLite file (default: host.db)
  --port N     the port to listen on, on this machine only (default: 8080)
  --routes     print every route and what it asks for, and exit

environment:
  DATABASE_URL  a PostgreSQL database to use instead of SQLite, for several processes
  HOST_SECRET   64 hexadecimal digits that sign cookies, the same for all processes (default:
                random, so that everyone has to sign in again after a restart)";

type Failed = Box<dyn std::error::Error>;

struct Options {
    data: PathBuf,
    port: u16,
}

fn main() -> ExitCode {
    match options() {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(options)) => match run(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// What the command line says; nothing if that is done already.
fn options() -> Result<Option<Options>, Failed> {
    let mut options = Options { data: "host.db".into(), port: 8080 };
    let mut given = std::env::args().skip(1);
    while let Some(option) = given.next() {
        let mut value = || given.next().ok_or(format!("{option} needs a value"));
        match option.as_str() {
            "--data" => options.data = value()?.into(),
            "--port" => options.port = value()?.parse()?,
            "--routes" => {
                print!("{}", routes());
                return Ok(None);
            }
            "--help" => {
                println!("{USAGE}");
                return Ok(None);
            }
            _ => return Err(format!("unknown option {option}").into()),
        }
    }
    Ok(Some(options))
}

#[tokio::main]
async fn run(options: &Options) -> Result<(), Failed> {
    let store: Arc<dyn Store> = match std::env::var("DATABASE_URL") {
        Ok(url) => Arc::new(Postgres::connect(&url).await?),
        Err(_) => Arc::new(Sqlite::open(&options.data)?),
    };
    let secret = match std::env::var("HOST_SECRET") {
        Ok(text) => Secret::parse(&text)?,
        Err(_) => Secret::random()?,
    };
    let app = App::new(store, secret);
    demo::found(&app).await?;
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    println!("http://{}\n\nwho can sign in:", listener.local_addr()?);
    people(&app).await?;
    let following = app.clone();
    let follower = tokio::spawn(async move { following.directories().follow_all().await });
    let stop = async {
        tokio::signal::ctrl_c().await.ok();
    };
    serve(listener, router(app), stop).await;
    follower.abort();
    Ok(())
}

/// Prints who can sign in, aligned.
async fn people(app: &App) -> Result<(), Failed> {
    let places = demo::people(app).await?;
    let names = places.iter().flat_map(|(_, people)| people).map(|one| one.name.len());
    let width = names.max().unwrap_or_default();
    for (place, people) in &places {
        println!("  {place}");
        for one in people {
            println!("    {:width$}  {}", one.name, one.what);
        }
    }
    Ok(())
}
