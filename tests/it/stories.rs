//! Stories of commands: files of `tests/data/stories`, which `manage` runs as well.
//!
//! `studio.inheritance.commands.json` is run on `studio.doc.json`, and what it leads to meets
//! `studio.inheritance.cases.json`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bailiwick::agency::{AgencyChange, AgencyCommand};
use bailiwick::document::{AGENCY_FORMAT, Cases, Commands, Document};
use bailiwick::{Account, Agency, Change, Command, Lattice, presets};

#[test]
fn stories_hold_on_the_value_after_a_round_trip_and_after_replay() {
    let stories = stories();
    assert!(stories.len() >= 10, "{stories:?}");
    for story in stories {
        let document = document_of(&story);
        if document.format() == Some(AGENCY_FORMAT) {
            check::<Agency>(&story, &document);
        } else {
            check::<Account>(&story, &document);
        }
    }
}

/// What cannot be mended by hand is mended by commands: the cases fail before, and hold after.
#[test]
fn a_broken_account_is_repaired() {
    let document = document_of("broken.repair");
    let account = Account::from_document(&document, &presets::all()).unwrap();
    let cases = Cases::of_account(&read("broken.repair.cases.json"), &account).unwrap();
    let lattice = account.compile();
    let fails = cases
        .iter()
        .filter(|case| !case.is_met_by(lattice.subject(case.user()).decide(case.requirement())));
    assert_eq!(fails.count(), cases.iter().count());
}

#[test]
fn every_shipped_catalog_has_a_story() {
    let documents: BTreeSet<String> = stories()
        .iter()
        .map(|story| text(&format!("{}.doc.json", story.split_once('.').unwrap().0)))
        .collect();
    for catalog in presets::all() {
        let named = format!("\"catalog\": \"{}\"", catalog.id());
        assert!(documents.iter().any(|document| document.contains(&named)), "{}", catalog.id());
    }
}

/// Every refusal that a file of commands can meet is met by a story.
#[test]
fn every_refusal_is_in_a_story() {
    /// Refused before there is a command, when its document is read, or met by no command at all.
    const ELSEWHERE: [&str; 5] =
        ["area_missing", "diverged", "invalid_state", "other_catalog", "twice"];
    let told: BTreeSet<String> = stories()
        .iter()
        .flat_map(|story| {
            let commands = text(&format!("{story}.commands.json"));
            let expected: Vec<String> = commands
                .split("\"expect\": \"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned())
                .collect();
            expected
        })
        .collect();
    let codes = codes();
    assert!(codes.len() > 30, "{codes:?}");
    let untold: Vec<&str> = codes.iter().copied().filter(|code| !told.contains(*code)).collect();
    assert_eq!(untold, ELSEWHERE);
    let known = |told: &&String| {
        codes.contains(told.as_str())
            || ["accepted", "unchanged", "already_done", "refused"].contains(&told.as_str())
    };
    assert_eq!(told.iter().find(|told| !known(told)), None);
}

/// The codes of all refusals, from where each is defined: `("last_admin", "GRD-4", …)`.
fn codes() -> BTreeSet<&'static str> {
    const DEFINITIONS: [&str; 3] = [
        include_str!("../../src/account/refusal.rs"),
        include_str!("../../src/agency/refusal.rs"),
        include_str!("../../src/ledger/violation.rs"),
    ];
    let definitions = DEFINITIONS.iter().flat_map(|source| source.split("(\"").skip(1));
    definitions
        .filter_map(|rest| rest.split_once("\", "))
        .map(|(code, _)| code)
        .filter(|code| code.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'))
        .collect()
}

/// The document of a change, nothing, or the code of a refusal.
type Told = Result<Option<String>, &'static str>;

/// An account or an agency.
trait Directory: serde::Serialize + Clone + PartialEq + core::fmt::Debug + Sized {
    type Command;
    type Change: serde::Serialize;

    fn read(document: &Document) -> Self;
    fn commands(&self, document: &Document) -> Commands<Self::Command>;
    fn cases(&self, document: &Document) -> Cases;
    fn lattice(&self, account: &str) -> Lattice;
    /// Whether what came of it is as expected, and the document of the change, if there is one.
    fn run(&mut self, step: &bailiwick::document::Step<Self::Command>) -> (bool, Told);
    fn apply_document(&mut self, change: &str);
}

macro_rules! directory {
    ($directory:ident, $command:ident, $change:ident, $of:ident, $lattice:expr) => {
        impl Directory for $directory {
            type Command = $command;
            type Change = $change;

            fn read(document: &Document) -> Self {
                Self::from_document(document, &presets::all()).unwrap()
            }

            fn commands(&self, document: &Document) -> Commands<$command> {
                Commands::$of(document, self).unwrap()
            }

            fn cases(&self, document: &Document) -> Cases {
                Cases::$of(document, self).unwrap()
            }

            fn lattice(&self, account: &str) -> Lattice {
                let lattice: fn(&Self, &str) -> Lattice = $lattice;
                lattice(self, account)
            }

            fn run(&mut self, step: &bailiwick::document::Step<$command>) -> (bool, Told) {
                let done = self.execute(step.actor(), step.order().clone(), step.at());
                let is_met = step.is_met_by(done.as_ref().map_err(|refusal| refusal.code()));
                let told = match done {
                    Ok(outcome) => {
                        let change = outcome.change();
                        Ok(change.map(|change| serde_json::to_string(change).unwrap()))
                    }
                    Err(refusal) => Err(refusal.code()),
                };
                (is_met, told)
            }

            fn apply_document(&mut self, change: &str) {
                let document = serde_json::from_str(change).unwrap();
                let change = $change::from_document(&document, self.catalog()).unwrap();
                self.apply(&change).unwrap();
            }
        }
    };
}

directory!(Account, Command, Change, of_account, |account, _| account.compile());
directory!(Agency, AgencyCommand, AgencyChange, of_agency, |agency, id| {
    agency.subaccount(id).unwrap().compile()
});

#[track_caller]
fn check<D: Directory>(story: &str, document: &Document) {
    let start = D::read(document);
    let read_back = round_trip(&start);
    assert_eq!(read_back, start, "{story}");
    let (end, changes) = tell(story, start.clone());
    assert_eq!(tell(story, read_back), (end.clone(), changes.clone()), "{story}");
    let mut replayed = start;
    for change in &changes {
        replayed.apply_document(change);
    }
    assert_eq!(replayed, end, "{story}");
    for directory in [&end, &round_trip(&end), &replayed] {
        for case in directory.cases(&read(&format!("{story}.cases.json"))).iter() {
            let lattice = directory.lattice(case.account().as_str());
            let decision = lattice.subject(case.user()).decide(case.requirement());
            let (user, ask) = (case.user(), case.ask());
            let expected = case.expected();
            assert!(case.is_met_by(decision), "{story}: {user} {ask}: {decision}, not {expected}");
        }
    }
}

/// What a story leads to, and the documents of its changes.
#[track_caller]
fn tell<D: Directory>(story: &str, mut directory: D) -> (D, Vec<String>) {
    let mut changes = Vec::new();
    let commands = directory.commands(&read(&format!("{story}.commands.json")));
    for (position, step) in commands.iter().enumerate() {
        let before = directory.clone();
        let (is_met, done) = directory.run(step);
        assert!(is_met, "{story}: commands[{position}]: {done:?}, not {:?}", step.expected());
        assert!(step.expected().is_some(), "{story}: commands[{position}] expects nothing");
        match done {
            Ok(Some(change)) => changes.push(change),
            Ok(None) | Err(_) => {
                assert_eq!(directory, before, "{story}: commands[{position}]: {done:?}");
            }
        }
    }
    (directory, changes)
}

fn round_trip<D: Directory>(directory: &D) -> D {
    D::read(&serde_json::from_str(&serde_json::to_string(directory).unwrap()).unwrap())
}

// Files

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stories")
}

/// The names of all stories: `studio.inheritance`.
fn stories() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut stories: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".commands.json")?.to_owned())).collect();
    stories.sort();
    stories
}

fn document_of(story: &str) -> Document {
    let (document, _) = story.split_once('.').unwrap();
    read(&format!("{document}.doc.json"))
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[track_caller]
fn read(name: &str) -> Document {
    serde_json::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
