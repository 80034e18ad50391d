//! Hashing starts from other numbers in every process; nothing that can be seen depends on them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use core::fmt::Write;
use std::process::Command as Process;

use bailiwick::agency::AgencyCommand;
use bailiwick::presets::{agency, studio};
use bailiwick::{Account, Actor, Agency, Command, Grants, Invite, Level, Live, Timestamp};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);
/// Set in a process that is asked for what it sees.
const TELL: &str = "BAILIWICK_TELL";
const START: &str = "what this process sees:";

#[test]
fn nothing_depends_on_where_hashing_starts() {
    if std::env::var_os(TELL).is_some() {
        println!("{START}\n{}", seen());
        return;
    }
    let here = seen();
    assert!(here.len() > 50_000, "{} bytes", here.len());
    for _ in 0..3 {
        let other = Process::new(std::env::current_exe().unwrap())
            .args(["--exact", "seeds::nothing_depends_on_where_hashing_starts", "--nocapture"])
            .env(TELL, "1")
            .output()
            .unwrap();
        let other = String::from_utf8(other.stdout).unwrap();
        let (_, told) = other.split_once(START).unwrap();
        assert!(told.trim_start().starts_with(&here), "two processes see different things");
    }
}

/// Everything that an account and an agency show, after many changes.
fn seen() -> String {
    let mut text = String::new();
    let live = Live::new(Account::new("acme".parse().unwrap(), studio::catalog()));
    for template in ["full_developer", "knowledge_editor"] {
        let grants = Grants::of_preset(&studio::catalog(), template).unwrap();
        tell(&mut text, &live, Command::create_template(template, template, grants));
    }
    for user in 0..400 {
        let id = format!("user-{user}");
        let mut grants = Grants::new(&studio::catalog());
        grants.set(["flows", "tools", "testing"][user % 3], Level::ALL[user % 2]).unwrap();
        let invite = Invite::new(&id, format!("{id}@acme.example")).grants(grants);
        let invite = if user % 5 == 0 { invite } else { invite.template("full_developer") };
        tell(&mut text, &live, invite);
        if user % 7 != 0 {
            tell(&mut text, &live, Command::accept(&id));
        }
        if user % 3 == 0 {
            tell(&mut text, &live, Command::delete_user(format!("user-{}", user / 2)));
        }
        if user % 11 == 0 {
            tell(&mut text, &live, Command::assign_template(&id, "knowledge_editor"));
        }
    }
    let view = live.view();
    write!(text, "{}", view.matrix().to_csv()).unwrap();
    let edit = view.catalog().permission("flows:edit").unwrap();
    let all = view.catalog().require(["flows:edit"]).unwrap();
    writeln!(text, "{:?}", view.who_can(&all).collect::<Vec<_>>()).unwrap();
    for id in view.users() {
        let subject = view.subject(id);
        let why = view.explain(id, edit);
        writeln!(text, "{id} {:x} {why}", subject.navigation().digest()).unwrap();
    }
    let compiled = live.view().account().compile();
    assert!(view.users().eq(compiled.users()));
    writeln!(text, "{}", serde_json::to_string(live.view().account()).unwrap()).unwrap();

    let live = Live::new(Agency::new("north".parse().unwrap(), agency::catalog()));
    for number in 0..60 {
        let id = format!("sub-{number}");
        let create = AgencyCommand::create(&id);
        drop(live.execute(&Actor::Host, create, NOW).unwrap());
        let invite = Command::invite("lee", "lee@acme.example");
        drop(live.execute(&Actor::Host, AgencyCommand::within(&id, invite), NOW).unwrap());
        if number % 4 == 0 {
            let gone = AgencyCommand::delete(format!("sub-{}", number / 2));
            let deleted = live.execute(&Actor::Host, gone, NOW);
            writeln!(text, "{deleted:?}").unwrap();
        }
    }
    let view = live.view();
    writeln!(text, "{:?}", view.iter().map(|(id, _)| id).collect::<Vec<_>>()).unwrap();
    writeln!(text, "{}", serde_json::to_string(live.view().agency()).unwrap()).unwrap();
    text
}

/// Executes a command, and writes what it did or why it did nothing.
fn tell(text: &mut String, live: &Live<Account>, command: impl Into<Command>) {
    match live.execute(&Actor::Host, command, NOW) {
        Ok(change) => writeln!(text, "{change}").unwrap(),
        Err(refusal) => writeln!(text, "{refusal}").unwrap(),
    }
}
