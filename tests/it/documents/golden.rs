//! Golden files: each public form as the first version wrote it, and as later ones did, which
//! every later version reads. The latest is written back to the byte.

use core::fmt::Debug;
use std::path::Path;

use bailiwick::agency::{AgencyChange, AgencyCommand};
use bailiwick::document::{Cases, Commands, Document, DocumentError};
use bailiwick::{Account, Agency, Catalog, Change, Command, presets};
use serde::Serialize;
use serde_json::Value;

use super::parse;

fn golden(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden");
    std::fs::read_to_string(root.join(name).with_extension("json")).unwrap()
}

#[track_caller]
fn check<T: Serialize + Debug>(name: &str, read: fn(&Document) -> Result<T, DocumentError>) {
    let text = golden(name);
    let value = read(&parse(&text)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let written = serde_json::to_string_pretty(&value).unwrap() + "\n";
    assert_eq!(written, golden(&format!("stamped/{name}")), "{name}");
    let stamped = read(&parse(&written)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(serde_json::to_string_pretty(&stamped).unwrap() + "\n", written, "{name}");
}

#[test]
fn evo_1_golden_files_without_a_stamp_get_theirs_and_keep_it() {
    check("account", |text| Account::from_document(text, &presets::all()));
    check("account_inline", |text| Account::from_document(text, &[]));
    check("agency", |text| Agency::from_document(text, &presets::all()));
    check("change", |text| Change::from_document(text, &presets::studio::catalog()));
    check("agency_change", |text| AgencyChange::from_document(text, &presets::agency::catalog()));
}

#[test]
fn a_golden_catalog_is_written_back_to_the_byte() {
    let text = golden("catalog");
    let catalog = Catalog::from_document(&parse(&text)).unwrap();
    assert_eq!(serde_json::to_string_pretty(&catalog).unwrap() + "\n", text);
}

/// All commands there are, in every form, in the order of their definition.
#[test]
fn golden_commands_are_written_back() {
    let (studio, agency) = (presets::studio::catalog(), presets::agency::catalog());
    let commands: Value = serde_json::from_str(&golden("commands")).unwrap();
    let mut names: Vec<&str> = Vec::new();
    for step in commands["commands"].as_array().unwrap() {
        let command = Command::from_document(&parse(&step["command"].to_string()), &studio);
        let command = command.unwrap();
        assert_eq!(
            serde_json::to_value(&command).unwrap().to_string(),
            step["command"].to_string()
        );
        names.push(command.name());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 25, "{names:?}");
    let commands: Value = serde_json::from_str(&golden("agency_commands")).unwrap();
    for step in commands["commands"].as_array().unwrap() {
        let command = AgencyCommand::from_document(&parse(&step["command"].to_string()), &agency);
        let command = serde_json::to_value(command.unwrap()).unwrap();
        assert_eq!(command.to_string(), step["command"].to_string());
    }
}

/// Cases and commands are written by people; they are read for ever.
#[test]
fn golden_files_of_people_are_read() {
    let account = Account::from_document(&parse(&golden("account")), &presets::all()).unwrap();
    let agency = Agency::from_document(&parse(&golden("agency")), &presets::all()).unwrap();
    let read = Cases::of_account(&parse(&golden("cases")), &account).unwrap();
    assert_eq!(read.iter().count(), 3);
    let read = Commands::of_account(&parse(&golden("commands")), &account).unwrap();
    assert_eq!(read.iter().count(), 31);
    let read = Commands::of_agency(&parse(&golden("agency_commands")), &agency).unwrap();
    assert_eq!(read.iter().count(), 5);
}

/// A command keeps the name that it had.
#[test]
fn former_names_are_read() {
    let text = r#"{"command":"in","account":"north","within":{"command":"accept","user":"lee"}}"#;
    let read = AgencyCommand::from_document(&parse(text), &presets::agency::catalog()).unwrap();
    assert_eq!(read, AgencyCommand::within("north", Command::accept("lee")));
    assert_eq!(read.name(), "within");
}
