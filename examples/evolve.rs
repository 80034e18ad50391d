//! Brings an account or agency document to the next catalog, and tells who loses what.
//!
//! ```sh
//! cargo run --example evolve -- DOCUMENT.json
//! cargo run --example evolve -- DOCUMENT.json --rules MIGRATION.json --check
//! cargo run --example evolve -- DOCUMENT.json --accept NAME=REASON --write NEW.json
//! ```
//!
//! Without `--rules` the migration is the shipped one, from March to June. Prints, for each user
//! and template, how much they keep and what they lose, in whole or in part. `--accept` accepts a
//! gain by name and reason; `--write` saves the new document, in one step. `--check` is for a
//! release pipeline: it saves nothing.
//!
//! Exits with 0 if the migration is proven, with 1 and the problems if something is not accounted
//! for or a gain is not accepted, and with 2 and an error message if a file cannot be used.

#[path = "command_line/arguments.rs"]
mod arguments;
#[path = "command_line/files.rs"]
mod files;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use bailiwick::account::Edit;
use bailiwick::agency::{AgencyChange, AgencyCommand};
use bailiwick::document::{ACCOUNT_FORMAT, AGENCY_FORMAT, Document};
use bailiwick::migration::{Loss, Migration, MigrationBuilder};
use bailiwick::text::Shown;
use bailiwick::{
    Account, Actor, Agency, Catalog, Change, Command, Features, Grants, Mutes, PermissionSet,
    Profile, Role, Status, Template, Timestamp, presets,
};
use serde::Serialize;

use crate::arguments::{Arguments, Known, Takes};
use crate::files::{Beside, read};

const USAGE: &str = "evolve DOCUMENT.json [--rules MIGRATION.json] [--accept NAME=REASON]... \
                     [--write NEW.json] [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Task::parse(&arguments).and_then(|task| task.run()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// What the command line asks for.
struct Task<'a> {
    document: &'a str,
    rules: Option<&'a str>,
    accepted: Vec<(&'a str, &'a str)>,
    write: Option<&'a str>,
    is_check: bool,
}

const OPTIONS: [Known; 4] = [
    Known { name: "--rules", takes: Takes::Value, most: 1 },
    Known { name: "--accept", takes: Takes::Value, most: usize::MAX },
    Known { name: "--write", takes: Takes::Value, most: 1 },
    Known { name: "--check", takes: Takes::Nothing, most: 1 },
];

impl<'a> Task<'a> {
    fn parse(given: &'a [String]) -> Result<Self, String> {
        let arguments = Arguments::parse(given, 1, &OPTIONS, USAGE)?;
        let accepted = arguments.values("--accept").map(|given| given.split_once('='));
        let accepted = accepted.collect::<Option<_>>();
        Ok(Self {
            document: arguments.files.first().copied().unwrap_or_default(),
            rules: arguments.value("--rules"),
            accepted: accepted.ok_or(format!("`--accept` takes NAME=REASON: {USAGE}"))?,
            write: arguments.value("--write"),
            is_check: arguments.has("--check"),
        })
    }

    /// Whether the migration is proven.
    fn run(&self) -> Result<bool, String> {
        let document = read(self.document)?;
        let builder = match self.rules {
            None => presets::march_to_june(),
            Some(path) => MigrationBuilder::from_document(&read(path)?, &presets::all())
                .map_err(|error| format!("{}: {error}", Shown(path)))?,
        };
        let accepted = self.accepted.iter();
        let builder =
            accepted.fold(builder, |builder, (gain, reason)| builder.accept(gain, *reason));
        let migration = match builder.build() {
            Ok(migration) => migration,
            Err(problems) => {
                println!("{problems}");
                return Ok(false);
            }
        };
        let new = self.migrate(&document, &migration)?;
        new.map_or(Ok(()), Beside::rename)?;
        Ok(true)
    }

    /// Prints the report, and writes the new document beside where it is wanted, if it is.
    fn migrate(
        &self,
        document: &Document,
        migration: &Migration,
    ) -> Result<Option<Beside<'a>>, String> {
        let known: [Catalog; 1] = [migration.old().clone()];
        let unusable = |problem: String| format!("{}: {problem}", Shown(self.document));
        let [old, new] = [migration.old(), migration.new()].map(Catalog::id);
        match migration.accepted() {
            [] => println!("from {old} to {new}: nobody gains anything"),
            _ => println!("from {old} to {new}: nobody gains anything but what was accepted"),
        }
        for accepted in migration.accepted() {
            println!("  {accepted}");
        }
        let now = now()?;
        match document.format() {
            Some(AGENCY_FORMAT) => {
                let agency = Agency::from_document(document, &known);
                let mut agency = agency.map_err(|error| unusable(error.to_string()))?;
                let migrate = AgencyCommand::migrate(migration);
                let outcome = agency.execute(&Actor::Host, migrate, now);
                let outcome = outcome.map_err(|error| unusable(error.to_string()))?;
                for edit in outcome.change().into_iter().flat_map(AgencyChange::edits) {
                    for change in edit.changes() {
                        println!("\n{}", Shown(change.account().as_str()));
                        report(migration, change);
                    }
                }
                self.write(&agency)
            }
            Some(ACCOUNT_FORMAT) => {
                let account = Account::from_document(document, &known);
                let mut account = account.map_err(|error| unusable(error.to_string()))?;
                let migrate = Command::migrate(migration);
                let outcome = account.execute(&Actor::Host, migrate, now);
                let outcome = outcome.map_err(|error| unusable(error.to_string()))?;
                println!();
                outcome.change().into_iter().for_each(|change| report(migration, change));
                self.write(&account)
            }
            _ => Err(unusable(format!("format: expected `{ACCOUNT_FORMAT}` or `{AGENCY_FORMAT}`"))),
        }
    }

    fn write(&self, document: &impl Serialize) -> Result<Option<Beside<'a>>, String> {
        let path = self.write.filter(|_| !self.is_check);
        path.map(|path| Beside::write(path, document)).transpose()
    }
}

fn now() -> Result<Timestamp, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.map_err(|problem| problem.to_string())?.as_millis();
    let millis = i64::try_from(since).map_err(|problem| problem.to_string())?;
    Ok(Timestamp::from_unix_millis(millis))
}

/// One line of the table: whose it is, what they had and have, and what they lose.
struct Row {
    who: String,
    had: usize,
    has: usize,
    losses: Vec<String>,
}

/// Who keeps and who loses what: users as they would be if they were active, and templates. Whoever
/// loses everything is said to; mutes are shown where they became others.
fn report(migration: &Migration, change: &Change) {
    let mut rows = Vec::new();
    for edit in change.edits() {
        let Edit::Catalog { before, after } = edit else { continue };
        for (was, is) in before.templates().zip(after.templates()) {
            let sets = [(before, was), (after, is)]
                .map(|(contents, template)| given_by(template, contents.features()));
            rows.push(row(migration, format!("template {}", Shown(was.name())), &sets));
        }
        for (was, is) in before.users().zip(after.users()) {
            let sets = [(before, was), (after, is)]
                .map(|(contents, user)| contents.profile(user).configured());
            let who = format!("{} ({})", Shown(was.id().as_str()), was.status());
            let mut row = row(migration, who, &sets);
            let [muted_before, muted] = [was, is].map(|user| {
                let mutes = user.mutes().iter().map(|mute| mute.to_string());
                mutes.collect::<Vec<_>>().join(", ")
            });
            if muted_before != muted {
                row.losses.push(format!("muted: {muted} (before: {muted_before})"));
            }
            rows.push(row);
        }
    }
    let width = rows.iter().map(|row| row.who.chars().count()).max().unwrap_or(0);
    for Row { who, had, has, losses } in rows {
        let (mark, end) = match (losses.is_empty(), std::io::stdout().is_terminal()) {
            (true, true) => ("\u{1b}[32m", "\u{1b}[0m"),
            (false, true) => ("\u{1b}[33m", "\u{1b}[0m"),
            (_, false) => ("", ""),
        };
        let mut losses = losses.iter().map(String::as_str);
        let first = losses.next().unwrap_or("loses nothing");
        println!("{who:width$}  {had:>3} -> {has:>3}  {mark}{first}{end}");
        for loss in losses {
            println!("{:width$}                {mark}{loss}{end}", "");
        }
    }
}

/// What a member without grants of their own has by a template.
fn given_by(template: &Template, features: &Features) -> PermissionSet {
    let catalog = features.catalog();
    let (grants, mutes) = (Grants::new(catalog), Mutes::new(catalog));
    let (role, status) = (Role::Member, Status::Active);
    let template = Some(template);
    Profile { role, status, template, grants: &grants, mutes: &mutes, features }.configured()
}

fn row(migration: &Migration, who: String, [had, has]: &[PermissionSet; 2]) -> Row {
    let losses = migration.losses(had, has);
    let losses = losses.iter().map(|loss| told(migration, loss));
    let all = (has.is_empty() && !had.is_empty()).then(|| "loses everything".to_owned());
    let losses = all.into_iter().chain(losses).collect();
    Row { who, had: had.iter().count(), has: has.iter().count(), losses }
}

/// What is lost, and of what is lost in part, which part.
fn told(migration: &Migration, loss: &Loss) -> String {
    let held = migration.old().display(loss.permission());
    let missing = migration.new().display_all(loss.missing().iter().copied());
    match (loss.is_partial(), loss.missing()) {
        (_, []) => format!("loses {held}, which is retired"),
        (true, _) => format!("loses {missing} of {held}"),
        (false, _) => format!("loses {held}"),
    }
}
