//! Runs the commands of a file on an account or agency document, in order.
//!
//! ```sh
//! cargo run --example manage -- DOCUMENT.json COMMANDS.json --dry-run
//! cargo run --example manage -- DOCUMENT.json COMMANDS.json --write NEW.json --changes LOG.jsonl
//! ```
//!
//! Prints a line for each command: `accepted`, with its revision and what it did; `unchanged` if it
//! would change nothing; `already_done` if its key was used before; or the code and message of its
//! refusal. Then `N as expected, N not`. With `--dry-run` it prints previews and saves nothing.
//! `--write` saves the resulting document, in one step, so that nobody reads half of it;
//! `--changes` appends a line for each change to a log. If a command does not go as expected,
//! nothing is saved.
//!
//! Exits with 0 if all commands go as expected, with 1 if one does not, and with 2 and an error
//! message if a file cannot be used. Retired keys in the document have no effect and are listed on
//! standard error; `--write` leaves them out.

#[path = "command_line/arguments.rs"]
mod arguments;
#[path = "command_line/files.rs"]
mod files;

use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use bailiwick::agency::AgencyCommand;
use bailiwick::document::{
    ACCOUNT_FORMAT, AGENCY_FORMAT, Commands, Document, DocumentError, Ignored, Step,
};
use bailiwick::text::Shown;
use bailiwick::{Account, Agency, Command, presets};
use serde::Serialize;

use crate::arguments::{Arguments, Known, Takes};
use crate::files::{Beside, read};

const USAGE: &str =
    "manage DOCUMENT.json COMMANDS.json [--write NEW.json] [--changes LOG.jsonl] [--dry-run]";

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
    commands: &'a str,
    write: Option<&'a str>,
    changes: Option<&'a str>,
    is_dry_run: bool,
}

const OPTIONS: [Known; 3] = [
    Known { name: "--write", takes: Takes::Value, most: 1 },
    Known { name: "--changes", takes: Takes::Value, most: 1 },
    Known { name: "--dry-run", takes: Takes::Nothing, most: 1 },
];

impl<'a> Task<'a> {
    fn parse(given: &'a [String]) -> Result<Self, String> {
        let arguments = Arguments::parse(given, 2, &OPTIONS, USAGE)?;
        let mut files = arguments.files.iter().copied();
        let [document, commands] = [files.next(), files.next()].map(Option::unwrap_or_default);
        let [write, changes] = ["--write", "--changes"].map(|name| arguments.value(name));
        let is_dry_run = arguments.has("--dry-run");
        if changes.is_some_and(|log| [document, commands].contains(&log) || write == Some(log)) {
            return Err(format!("the log of changes must be a separate file: {USAGE}"));
        }
        if is_dry_run && (write.is_some() || changes.is_some()) {
            return Err(format!("a dry run saves nothing: {USAGE}"));
        }
        Ok(Self { document, commands, write, changes, is_dry_run })
    }

    /// Whether all commands went as expected.
    fn run(&self) -> Result<bool, String> {
        let document = read(self.document)?;
        match document.format() {
            Some(ACCOUNT_FORMAT) => self.manage::<Account>(&document),
            Some(AGENCY_FORMAT) => self.manage::<Agency>(&document),
            _ => Err(format!(
                "{}: format: expected `{ACCOUNT_FORMAT}` or `{AGENCY_FORMAT}`",
                Shown(self.document)
            )),
        }
    }

    fn manage<M: Managed>(&self, document: &Document) -> Result<bool, String> {
        let in_file = |path, problem| format!("{}: {problem}", Shown(path));
        let managed = M::load(document).map_err(|problem| in_file(self.document, problem));
        let (managed, ignored) = managed?;
        eprint!("{ignored}");
        let commands = managed.commands(&read(self.commands)?);
        let commands = commands.map_err(|problem| in_file(self.commands, problem))?;
        let (managed, changes, not) = self.execute(managed, &commands);
        if not == 0 {
            // The log is written before the document is replaced, so that it has every change that
            // led to the document. What is most likely to fail comes before both.
            let new = self.write.map(|path| Beside::write(path, &managed)).transpose()?;
            self.changes.map_or(Ok(()), |path| append(path, &changes))?;
            new.map_or(Ok(()), Beside::rename)?;
        } else if self.changes.or(self.write).is_some() {
            eprintln!("nothing was saved, because not all commands went as expected");
        }
        Ok(not == 0)
    }

    /// The result, the changes, and how many commands did not go as expected.
    fn execute<M: Managed>(
        &self,
        mut managed: M,
        commands: &Commands<M::Command>,
    ) -> (M, Vec<String>, usize) {
        let (mut changes, mut met, mut not) = (Vec::new(), 0, 0);
        for step in commands.iter() {
            let Done { name, color, line, is_met, change } = managed.execute(step);
            *(if is_met { &mut met } else { &mut not }) += 1;
            let (mut verb, mut users) = (name, String::new());
            if let Some((change, affected)) = change {
                changes.push(change);
                if self.is_dry_run {
                    verb = "preview";
                    users = match affected {
                        0 => "; it changes what nobody may do".to_owned(),
                        1 => "; it changes what 1 user may do".to_owned(),
                        users => format!("; it changes what {users} users may do"),
                    };
                }
            }
            let line = format!("{} {line}{users}", painted(verb, color));
            let expected = step.expected().filter(|_| !is_met);
            let expected =
                expected.map(|code| painted(&format!(", expected {}", Shown(code)), RED));
            say(&(line + &expected.unwrap_or_default()));
        }
        say(&format!("{met} as expected, {not} not"));
        (managed, changes, not)
    }
}

// Accounts and agencies

/// What commands are run on.
trait Managed: Serialize + Sized {
    type Command;

    fn load(document: &Document) -> Result<(Self, Ignored), DocumentError>;

    fn commands(&self, document: &Document) -> Result<Commands<Self::Command>, DocumentError>;

    fn execute(&mut self, step: &Step<Self::Command>) -> Done;
}

/// The result of a command.
struct Done {
    /// What it is called: `accepted`, or the code of a refusal.
    name: &'static str,
    color: u8,
    /// A line for a person.
    line: String,
    is_met: bool,
    /// The document of the change, and how many users gained or lost something.
    change: Option<(String, usize)>,
}

macro_rules! managed {
    ($($directory:ident by $command:ident, read by $of:ident;)*) => {$(
        impl Managed for $directory {
            type Command = $command;

            fn load(document: &Document) -> Result<(Self, Ignored), DocumentError> {
                Self::from_document_with_ignored(document, &presets::all())
            }

            fn commands(&self, document: &Document) -> Result<Commands<$command>, DocumentError> {
                Commands::$of(document, self)
            }

            fn execute(&mut self, step: &Step<$command>) -> Done {
                let result = Self::execute(self, step.actor(), step.order().clone(), step.at());
                let is_met = step.is_met_by(result.as_ref().map_err(|refusal| refusal.code()));
                let asked = format!("{}: {}", step.actor(), step.command());
                let (name, color, line, change) = match &result {
                    Ok(outcome) => {
                        let line = match outcome.change() {
                            Some(change) => change.to_string(),
                            None => format!("{asked}: {outcome}"),
                        };
                        (outcome.name(), GREEN, line, outcome.change())
                    }
                    Err(refusal) => (refusal.code(), YELLOW, format!("{asked}: {refusal}"), None),
                };
                let change = change.map(|change| (to_json(change), change.affected_users()));
                Done { name, color, line, is_met, change }
            }
        }
    )*};
}

managed! {
    Account by Command, read by of_account;
    Agency by AgencyCommand, read by of_agency;
}

// Files

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|problem| problem.to_string())
}

/// Adds a line for each change.
fn append(path: &str, changes: &[String]) -> Result<(), String> {
    let lines: String = changes.iter().flat_map(|change| [change, "\n"]).collect();
    let append = || {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    };
    append().map_err(|problem: std::io::Error| format!("{}: {problem}", Shown(path)))
}

// The terminal

const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;

/// Prints a line. A reader that stops early, like `head`, does not stop the work.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

/// Coloured text, if standard output is a terminal.
fn painted(text: &str, look: u8) -> String {
    let is_terminal = std::io::stdout().is_terminal();
    if is_terminal { format!("\u{1b}[{look}m{text}\u{1b}[0m") } else { text.to_owned() }
}
