//! Files of commands: who acts, what is expected, and what is wrong with them.

use bailiwick::agency::AgencyCommand;
use bailiwick::document::{Commands, DocumentError};
use bailiwick::{Account, Actor, Agency, Command, Outcome, Timestamp, presets};
use serde_json::{Value, json};

use super::parse;

use crate::actors;

fn acme() -> Account {
    Account::new("acme".parse().unwrap(), presets::studio::catalog())
}

fn bright() -> Agency {
    Agency::new("bright".parse().unwrap(), presets::agency::catalog())
}

fn of_account(commands: &Value) -> Result<Commands, DocumentError> {
    Commands::of_account(&parse(&commands.to_string()), &acme())
}

fn of_agency(commands: &Value) -> Result<Commands<AgencyCommand>, DocumentError> {
    Commands::of_agency(&parse(&commands.to_string()), &bright())
}

fn by(actor: &Value, command: &Value) -> Value {
    json!({"commands": [{"actor": actor, "at": 5, "command": command}]})
}

/// An actor may leave out or repeat what the document says.
#[test]
fn an_actor_is_of_the_document() {
    let north = |agency: &str| actors::user_of(agency, "north", "lee");
    for (actor, in_account, in_agency) in [
        (json!("host"), Some(Actor::Host), Some(Actor::Host)),
        (json!({"user": "ana"}), Some(actors::user("acme", "ana")), None),
        (
            json!({"user": "lee", "account": "north"}),
            Some(actors::user("north", "lee")),
            Some(north("bright")),
        ),
        (
            json!({"agency": "dim", "account": "north", "user": "lee"}),
            Some(north("dim")),
            Some(north("dim")),
        ),
        (
            json!({"agency": "bright"}),
            Some(actors::agency("bright")),
            Some(actors::agency("bright")),
        ),
    ] {
        let read = of_account(&by(&actor, &json!({"command": "accept", "user": "kim"}))).ok();
        let read = read.map(|commands| commands.iter().next().unwrap().actor().clone());
        assert_eq!(read, in_account, "{actor}");
        let read = of_agency(&by(&actor, &json!({"command": "delete", "account": "north"}))).ok();
        let read = read.map(|commands| commands.iter().next().unwrap().actor().clone());
        assert_eq!(read, in_agency, "{actor}");
    }
}

/// What cannot be an id is reported by place, and makes no actor.
#[test]
fn parts_of_an_actor_are_ids() {
    let long = "a".repeat(256);
    let empty = "an id is empty; it has 1 to 255 bytes";
    let accept = json!({"command": "accept", "user": "kim"});
    for (actor, place, problem) in [
        (json!({"user": ""}), "user", empty),
        (json!({"account": "", "user": "ana"}), "account", empty),
        (json!({"agency": "", "user": "ana"}), "agency", empty),
        (json!({"agency": ""}), "agency", empty),
        (json!({"user": long}), "user", "an id of 256 bytes is too long; it has 1 to 255 bytes"),
    ] {
        let error = of_account(&by(&actor, &accept)).unwrap_err();
        let [found] = error.problems() else { panic!("{error}") };
        assert_eq!(found.to_string(), format!("commands[0].actor.{place}: {problem}"));
    }
}

/// The steps come in order, with what is expected of each.
#[test]
fn a_step_is_met_by_what_it_expects() {
    let accept = json!({"command": "accept", "user": "kim"});
    let expected = [
        json!(null),
        json!("accepted"),
        json!("unchanged"),
        json!("already_done"),
        json!("refused"),
        json!("unknown_user"),
    ];
    let steps = expected
        .map(|expect| json!({"actor": "host", "at": 7, "command": accept, "expect": expect}));
    let commands = of_account(&json!({"commands": steps})).unwrap();
    let results = || {
        let rename = Command::rename_account("Acme");
        let now = Timestamp::from_unix_millis(7);
        let changed = acme().execute(&Actor::Host, rename, now).unwrap();
        let quiet = [Outcome::Unchanged { revision: 1 }, Outcome::AlreadyDone { revision: 1 }];
        let [unchanged, done] = quiet;
        [Ok(changed), Ok(unchanged), Ok(done), Err("unknown_user"), Err("last_admin")]
    };
    let met: Vec<[bool; 5]> = commands
        .iter()
        .map(|step| {
            assert_eq!(step.command(), &Command::accept("kim"));
            assert_eq!(step.at().unix_millis(), 7);
            results().map(|result: Result<_, &str>| {
                step.is_met_by(result.as_ref().map_err(|code| *code))
            })
        })
        .collect();
    let [yes, no] = [true, false];
    assert_eq!(
        met,
        [
            [yes, yes, yes, yes, yes],
            [yes, yes, yes, no, no],
            [no, yes, no, no, no],
            [no, no, yes, no, no],
            [no, no, no, yes, yes],
            [no, no, no, yes, no],
        ],
    );
}

/// Unknown actors, fields and commands are reported by place, all at once.
#[test]
fn bad_commands_are_refused() {
    let given = json!({"commands": [
        {"actor": "boss", "at": "now", "command": {"command": "accept", "user": "kim"}},
        {"actor": {"user": "ana", "role": "admin"}, "at": 1, "command": {"command": "promote"}},
        {"actor": 1, "command": {"command": "tick", "user": "kim"}, "expects": "accepted"},
        {"actor": {}, "at": 1, "command": {"command": "accept"}, "expect": 1},
    ]});
    let expected = [
        "commands[0].actor: unknown actor `boss`: expected `host`",
        "commands[0].at: expected a whole number, found a string",
        "commands[1].actor.role: unknown field `role`: expected `agency`, `account` or `user`",
        "commands[1].command.command: unknown command `promote`: expected `invite`, `batch`, \
         `resend`, `accept`, `sign_in`, `suspend`, `reactivate`, `change_email`, `change_role`, \
         `assign_template`, `clear_template`, `tick`, `untick`, `set_area`, `set_section`, \
         `raise`, `replace_grants`, `delete_user`, `create_template`, `rename_template` or one of \
         8 more",
        "commands[2]: missing field `at`",
        "commands[2].actor: expected `host` or an object, found a number",
        "commands[2].command: missing field `permission`",
        "commands[2].expects: unknown field `expects`: expected `actor`, `at`, `reason`, `key`, \
         `command` or `expect`",
        "commands[3].actor: missing field `agency`",
        "commands[3].command: missing field `user`",
        "commands[3].expect: expected a string, found a number",
    ];
    let error = of_account(&given).unwrap_err();
    let found: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
    let error = of_agency(&by(&json!({"user": "lee"}), &json!({"command": "accept"}))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the document cannot be used\n  \
         commands[0].actor: missing field `account`\n  \
         commands[0].command.command: unknown command `accept`: expected `create`, `delete`, \
         `rename_subaccount`, `patch`, `select_all`, `migrate` or `within`",
    );
}
