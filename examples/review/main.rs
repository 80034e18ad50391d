//! An access review of an account document: who may do what and why, and what to clean up.
//!
//! ```sh
//! cargo run --example review -- DOCUMENT.json                        # on the terminal
//! cargo run --example review -- DOCUMENT.json --html page.html --csv matrix.csv
//! cargo run --example review -- DOCUMENT.json --why kim flows:edit   # why, and who can fix it
//! cargo run --example review -- DOCUMENT.json --as-of EARLIER.json   # who gained and lost what
//! ```
//!
//! Exits with 2 and an error message if a file or a question cannot be used.

mod holdings;
mod page;
mod terminal;

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use bailiwick::document::{ACCOUNT_FORMAT, AGENCY_FORMAT, Document};
use bailiwick::text::{Quoted, Shown, Word};
use bailiwick::{Account, Actor, Command, Timestamp, User, presets};

use crate::holdings::{Review, is_active_admin};

const USAGE: &str = "review DOCUMENT.json [--html FILE] [--csv FILE] [--why USER PERMISSION] \
                     [--as-of EARLIER.json]";
/// How many columns of text a line has.
const WIDTH: usize = 120;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match answer(&arguments).map(|text| write!(std::io::stdout(), "{text}")) {
        // A reader that stops early, like `head`, is not an error.
        Ok(Err(problem)) if problem.kind() != ErrorKind::BrokenPipe => fail(&problem.to_string()),
        Ok(_) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem),
    }
}

fn fail(problem: &str) -> ExitCode {
    eprintln!("{problem}");
    ExitCode::from(2)
}

/// Does everything that is asked for, in order.
fn answer(arguments: &[String]) -> Result<String, String> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some((path, mut options)) = arguments.split_first() else {
        return Err(format!("a document is missing: {USAGE}"));
    };
    if path.starts_with("--") {
        return Err(format!("a document is missing before {}: {USAGE}", Quoted(path)));
    }
    let review = Review::of(load(path)?);
    if options.is_empty() {
        return Ok(review.to_text(std::io::stdout().is_terminal()));
    }
    let mut said = String::new();
    while !options.is_empty() {
        let (text, rest) = match options {
            ["--html", file, rest @ ..] => (save(file, &review.to_html())?, rest),
            ["--csv", file, rest @ ..] => (save(file, &review.lattice.matrix().to_csv())?, rest),
            ["--why", user, permission, rest @ ..] => (review.why(user, permission)?, rest),
            ["--as-of", earlier, rest @ ..] => (review.since(earlier)?, rest),
            [option @ ("--html" | "--csv" | "--why" | "--as-of"), ..] => {
                return Err(format!("an argument is missing after `{option}`: {USAGE}"));
            }
            [other, ..] => return Err(format!("unknown option {}: {USAGE}", Quoted(other))),
            [] => break,
        };
        said += &text;
        options = rest;
    }
    Ok(said)
}

/// Reads the account document at `path`.
fn load(path: &str) -> Result<Account, String> {
    let shown = Shown(path);
    let text = std::fs::read_to_string(path).map_err(|problem| format!("{shown}: {problem}"))?;
    let document: Document = serde_json::from_str(&text)
        .map_err(|problem| format!("{shown}: not a JSON document: {problem}"))?;
    if document.format() == Some(AGENCY_FORMAT) {
        return Err(format!(
            "{shown}: expected an account, found an agency: give the document of one of its \
             subaccounts, with `\"format\": \"{ACCOUNT_FORMAT}\"` and its `catalog`"
        ));
    }
    Account::from_document(&document, &presets::all())
        .map_err(|problem| format!("{shown}: {problem}"))
}

fn save(path: &str, text: &str) -> Result<String, String> {
    std::fs::write(path, text).map_err(|problem| format!("{}: {problem}", Shown(path)))?;
    Ok(format!("wrote {}\n", Shown(path)))
}

/// Ids, names and labels can be anything: none may send commands to a terminal, reverse text or
/// hide it.
fn clean(text: &str) -> String {
    Shown(text).to_string()
}

// Answers to one question

impl Review {
    /// Why a user may or may not do something; for each fix, whether the first active admin may
    /// carry it out.
    fn why(&self, user: &str, permission: &str) -> Result<String, String> {
        let permission = self.catalog().permission(permission);
        let permission = permission.map_err(|problem| format!("--why: {problem}"))?;
        let why = self.lattice.explain(user, permission);
        let admin = self.account.users().find(|user| is_active_admin(user));
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let now = Timestamp::from_unix_millis(i64::try_from(millis).unwrap_or(i64::MAX));
        let mut lines = Vec::new();
        let mut fixes = why.fixes().iter();
        for line in why.to_string().lines() {
            lines.push(line.to_owned());
            let Some(fix) = line.strip_prefix("  - ").and_then(|_| fixes.next()) else { continue };
            let commands = Command::Batch(self.account.commands_of(user, fix));
            let verdict = match admin.map(User::id) {
                None => "there is no active admin to do it".to_owned(),
                Some(admin) => {
                    let actor = Actor::user(self.account.id(), admin);
                    match self.account.preview(&actor, commands, now) {
                        Ok(preview) => match preview.affected_users() {
                            1 => format!("{} may do it; it changes 1 user", Word(admin.as_str())),
                            users => format!(
                                "{} may do it; it changes {users} users",
                                Word(admin.as_str())
                            ),
                        },
                        Err(refusal) => format!("refused to {}: {refusal}", Word(admin.as_str())),
                    }
                }
            };
            lines.push(wrap("      ", &verdict));
        }
        Ok(lines.join("\n") + "\n")
    }

    /// Who gained and lost what since an earlier document of the account, by cause.
    fn since(&self, path: &str) -> Result<String, String> {
        let earlier = load(path)?;
        let (old, new) = (earlier.id(), self.account.id());
        if old != new {
            return Err(format!(
                "{}: this is account {}: expected an earlier document of {}",
                Shown(path),
                Quoted(old.as_str()),
                Quoted(new.as_str()),
            ));
        }
        let diff = earlier.diff(&self.account).map_err(|problem| {
            let (old, new) = (earlier.catalog().id(), self.catalog().id());
            let (old, new) = (Quoted(old), Quoted(new));
            format!("{}: {problem}: the earlier one is on {old}, this one on {new}", Shown(path))
        })?;
        let revisions = (earlier.revision(), self.account.revision());
        let (id, count) = (clean(new.as_str()), diff.users().len());
        let noun = if count == 1 { "user" } else { "users" };
        let mut lines = vec![format!(
            "{id}, revision {} to {}: {count} {noun} gained or lost something",
            revisions.0, revisions.1,
        )];
        for (cause, users) in diff.by_cause() {
            lines.push(format!("\n{}", cause.name()));
            for user in users {
                let others = user.causes().iter().filter(|one| **one != cause);
                let others: Vec<&str> = others.map(|one| one.name()).collect();
                let also = if others.is_empty() { "" } else { ", also under " };
                lines.push(format!("  {}{also}{}", clean(user.user()), others.join(", ")));
                let sides = [('+', user.gained()), ('-', user.lost())];
                for (sign, permissions) in sides.iter().filter(|(_, some)| !some.is_empty()) {
                    lines.push(wrap(&format!("    {sign} "), &self.names(permissions)));
                }
            }
        }
        Ok(lines.join("\n") + "\n")
    }
}

/// A text in indented lines, the first of which starts with `start`.
fn wrap(start: &str, text: &str) -> String {
    let indent = start.chars().count();
    let mut lines = Vec::new();
    let mut line = start.to_owned();
    for word in text.split(' ') {
        let width = line.chars().count();
        if width > indent && width + word.chars().count() > WIDTH {
            lines.push(line.trim_end().to_owned());
            line = " ".repeat(indent);
        }
        line.push_str(word);
        line.push(' ');
    }
    lines.push(line.trim_end().to_owned());
    lines.join("\n")
}
