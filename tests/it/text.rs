//! Text that people chose: how it is shown (DEC-5), and when two are one (USR-4, TPL-1).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests: what cannot be is a failed test"
)]

mod examples;

use bailiwick::account::Holds;
use bailiwick::agency::{AgencyCommand, Channel, FeaturePatch, Switch};
use bailiwick::document::{Cases, Document};
use bailiwick::presets::{self, agency, studio, tenant};
use bailiwick::{
    Account, AccountId, Actor, Agency, Command, Email, Grants, Invite, Level, Refusal, Template,
    Timestamp,
};
use proptest::prelude::*;

use crate::actors;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

const NOTHING: [(&str, Level); 0] = [];

/// What a terminal obeys, what a line ends with, what turns text around and what nobody sees.
const HIDDEN: [char; 34] = [
    '\0',
    '\u{7}',
    '\u{8}',
    '\t',
    '\n',
    '\u{b}',
    '\u{c}',
    '\r',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{115f}',
    '\u{17b4}',
    '\u{180e}',
    '\u{200b}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202a}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{2069}',
    '\u{3164}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{fff9}',
    '\u{e0041}',
];

/// Whether a message may hold a character: a line ends only where the message says so.
fn is_hidden(letter: char) -> bool {
    let format = matches!(letter,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{e0000}'..='\u{e0fff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}');
    letter.is_control() || format || HIDDEN.contains(&letter)
}

#[track_caller]
fn one_line(message: &impl ToString) {
    let message = message.to_string();
    assert!(!message.contains(is_hidden), "{message:?}");
}

/// A message, which is one line.
#[track_caller]
fn line(message: &impl ToString) -> String {
    one_line(message);
    message.to_string()
}

#[track_caller]
fn lines(message: &impl ToString) {
    message.to_string().lines().for_each(|line| one_line(&line));
}

fn account() -> Account {
    Account::new("acme".parse().unwrap(), studio::catalog())
}

#[track_caller]
fn done(account: &mut Account, command: impl Into<Command>) -> String {
    line(&account.execute(&Actor::Host, command, NOW).unwrap())
}

#[track_caller]
fn refused(account: &Account, command: impl Into<Command>) -> Refusal {
    account.decide(&Actor::Host, command, NOW).unwrap_err()
}

fn read(document: &serde_json::Value) -> Document {
    serde_json::from_value(document.clone()).unwrap()
}

/// No name forges a line, and no id the one that follows.
#[test]
fn no_name_forges_a_line_of_the_audit_trail() {
    let mut account = account();
    let grants = || Grants::new(&studio::catalog());
    let forged = "x\n2 host: make mallory admin";
    let command = Command::create_template("t", forged, grants());
    one_line(&command);
    one_line(&refused(&account, command));
    assert_eq!(
        done(&mut account, Command::create_template(forged, "Forged", grants())),
        "1 host: create template `x\\n2 host: make mallory admin` `Forged`"
    );
}

#[test]
fn an_id_cannot_pass_for_the_words_around_it() {
    let mut account = account();
    done(&mut account, Invite::new("host", "h@acme.example").admin());
    done(&mut account, Command::accept("host"));
    done(&mut account, Command::invite("x; mallory gains all", "x@acme.example"));
    let by_host = account.execute(
        &actors::user("acme", "host"),
        Command::resend("x; mallory gains all"),
        NOW,
    );
    assert_eq!(line(&by_host.unwrap()), "4 `host`: invite `x; mallory gains all` again");
    let refusal = refused(&account, Command::resend("x` is admin already, `y"));
    assert_eq!(line(&refusal), r"unknown user `x\` is admin already, \`y`");
    let refusal = refused(&account, Command::resend(r"x\` is admin already, \`y"));
    assert_eq!(line(&refusal), r"unknown user `x\\\` is admin already, \\\`y`");
}

#[test]
fn an_id_of_escape_characters_is_shown_escaped_everywhere() {
    let id = "a\u{1b}[2J\r\n\u{202e}b";
    let account_id: AccountId = id.parse().unwrap();
    assert_eq!(account_id.as_str(), id);
    assert_eq!(account_id.to_string(), r"a\u{1b}[2J\r\n\u{202e}b");
    assert_eq!(format!("{account_id:>24}").chars().count(), 24);
    assert_eq!(actors::user("acme", id).to_string(), r"`a\u{1b}[2J\r\n\u{202e}b`");
    assert_eq!(actors::agency(id).to_string(), r"agency `a\u{1b}[2J\r\n\u{202e}b`");
}

#[test]
fn every_field_of_a_csv_is_quoted_and_none_is_a_formula() {
    let mut account = Account::new("acme".parse().unwrap(), tenant::catalog());
    let ids = [
        ("kim", "\"kim\""),
        ("a;b", "\"a;b\""),
        ("a\tb", "\"a\\tb\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
        ("+1", "\"'+1\""),
        ("-1", "\"'-1\""),
        ("@SUM(A1)", "\"'@SUM(A1)\""),
        ("\t=1", "\"'\\t=1\""),
        ("\r=1", "\"'\\r=1\""),
        (" =1", "\"' =1\""),
        ("＝1", "\"'＝1\""),
        ("\u{200b}=1", "\"'\\u{200b}=1\""),
        ("a\u{61c}b", "\"a\\u{61c}b\""),
        ("a\r\nb", "\"a\\r\\nb\""),
    ];
    for (place, (id, _)) in ids.iter().enumerate() {
        done(&mut account, Invite::new(id, format!("u{place}@acme.example")).admin());
        done(&mut account, Command::accept(id));
    }
    let csv = account.compile().matrix().to_csv();
    let mut rows = csv.split_terminator("\r\n");
    assert!(rows.next().unwrap().starts_with("\"user\",\""));
    let mut shown: Vec<&str> = ids.iter().map(|(_, shown)| *shown).collect();
    for row in rows {
        one_line(&row);
        let place = shown.iter().position(|field| row.starts_with(&format!("{field},\"role\",")));
        shown.remove(place.unwrap_or_else(|| panic!("{row} of {shown:?}")));
        assert!(row.ends_with('"'));
    }
    assert!(shown.is_empty(), "{shown:?}");
}

const SAME_EMAILS: [&[&str]; 8] = [
    &["sam@acme.example", "SAM@ACME.EXAMPLE", "\u{17f}am@acme.example", " sam@acme.example\n"],
    &["σσ@acme.example", "ΣΣ@acme.example", "ςς@acme.example", "σς@acme.example"],
    &["jose\u{301}@acme.example", "jos\u{e9}@acme.example", "JOSE\u{301}@acme.example"],
    &["strasse@acme.example", "straße@acme.example", "STRAẞE@acme.example"],
    &["kim@acme.example", "kim@acme.example.", "Kim@Acme.Example.", "\u{212a}im@acme.example"],
    &["ｋｉｍ@acme.example", "kim@acme.example", "kim@ａｃｍｅ．example．"],
    &["\u{fb01}n@acme.example", "fin@acme.example", "FIN@acme.example"],
    &["Å@acme.example", "\u{212b}@acme.example", "a\u{30a}@acme.example"],
];

#[test]
fn emails_that_look_alike_are_one() {
    for same in SAME_EMAILS {
        for (first, second) in same.iter().flat_map(|one| same.iter().map(move |two| (one, two))) {
            let mut account = account();
            done(&mut account, Command::invite("kim", first));
            let refusal = refused(&account, Command::invite("sam", second));
            assert_eq!(refusal.code(), "email_taken", "{first} and {second}");
            done(&mut account, Command::change_email("kim", second));
        }
    }
}

#[test]
fn emails_that_differ_are_two() {
    let emails = ["i@a.b", "ı@a.b", "i@a.b.c", "i@a..", "ss@a.b", "s@a.b", "o@a.b", "ö@a.b"];
    let mut account = account();
    for (place, email) in emails.iter().enumerate() {
        done(&mut account, Command::invite(format!("u{place}"), email));
    }
}

#[test]
fn nothing_hidden_is_in_an_email_or_a_template_name() {
    for hidden in HIDDEN {
        let email = format!("ki{hidden}m@acme.example");
        let refusal = refused(&account(), Command::invite("kim", &email));
        assert_eq!(refusal.code(), "invalid_email", "{hidden:?}");
        one_line(&refusal);
        let grants = Grants::new(&studio::catalog());
        let name = format!("Sup{hidden}port");
        let refusal = refused(&account(), Command::create_template("t", &name, grants));
        assert_eq!(refusal.code(), "template_name", "{hidden:?}");
        one_line(&refusal);
        let error = studio::catalog().to_builder("hidden/1").template("t", name, NOTHING).build();
        lines(&error.unwrap_err());
    }
}

#[test]
fn template_names_that_look_alike_are_one() {
    let same: [&[&str]; 5] = [
        &["Support", "SUPPORT", " support ", "\u{17f}upport", "Ｓupport"],
        &["Team lead", "team  lead", "Team \u{a0}\u{3000} lead"],
        &["Équipe", "E\u{301}quipe", "équipe"],
        &["ΣΑΣ", "σας", "σασ"],
        &["Straße", "STRASSE"],
    ];
    for same in same {
        for (first, second) in same.iter().flat_map(|one| same.iter().map(move |two| (one, two))) {
            let create =
                |id, name| Command::create_template(id, name, Grants::new(&studio::catalog()));
            let mut account = account();
            done(&mut account, create("one", first));
            let refusal = refused(&account, create("two", second));
            assert_eq!(refusal.code(), "template_name_taken", "{first:?} and {second:?}");
            done(&mut account, Command::rename_template("one", second));
        }
    }
}

#[test]
fn a_template_name_has_1_to_100_characters() {
    let template =
        |name: &str| Template::new("t".parse().unwrap(), name, Grants::new(&studio::catalog()));
    assert_eq!(template(" Team \u{2003} \u{a0}lead ").unwrap().name(), "Team lead");
    assert_eq!(template(&"é".repeat(100)).unwrap().name(), "é".repeat(100));
    assert!(template(&format!("{} {}", "e".repeat(50), "e".repeat(49))).is_ok());
    for bad in ["", " ", "\u{3000}", &"é".repeat(101), &"e ".repeat(51)] {
        assert!(template(bad).is_err(), "{bad:?}");
        let command = Command::create_template("t", bad, Grants::new(&studio::catalog()));
        assert_eq!(refused(&account(), command).code(), "template_name");
    }
}

#[test]
fn documents_are_read_by_the_same_rules() {
    let account = |users: serde_json::Value, templates: serde_json::Value| {
        let document = serde_json::json!({
            "format": "bailiwick/account/1", "id": "acme", "catalog": studio::catalog().id(),
            "templates": templates, "users": users,
        });
        Account::from_document(&read(&document), &presets::all())
    };
    let user = |id: &str, email: &str| serde_json::json!({"id": id, "email": email, "role": "member", "status": "active"});
    let template = |id: &str, name: &str| serde_json::json!({"id": id, "name": name, "grants": {}});
    let none = || serde_json::json!([]);
    for same in SAME_EMAILS {
        let [first, .., last] = same else { panic!("two at least") };
        let problems = account(serde_json::json!([user("a", first), user("b", last)]), none());
        assert_eq!(problems.unwrap_err().problems().len(), 1, "{first} and {last}");
    }
    for bad in ["", "a\u{200b}b", "a\nb", &"a".repeat(101), " teäm  LEAD"] {
        let templates = serde_json::json!([template("a", "Tea\u{308}m lead"), template("b", bad)]);
        assert_eq!(account(none(), templates).unwrap_err().problems().len(), 1, "{bad:?}");
    }
    let spaced = account(none(), serde_json::json!([template("a", " Team \u{a0} lead")])).unwrap();
    assert_eq!(spaced.template("a").unwrap().name(), "Team lead");
}

/// Ids are opaque bytes: what looks alike is not one (USR-1).
#[test]
fn ids_are_never_normalised() {
    let mut account = account();
    for (place, id) in
        ["sam", "SAM", "\u{17f}am", "sam ", "sam\u{200b}", "é", "e\u{301}"].iter().enumerate()
    {
        done(&mut account, Command::invite(id, format!("u{place}@acme.example")));
        assert_eq!(account.user(id).unwrap().id().as_str(), *id);
    }
    assert_eq!(account.users().count(), 7);
}

/// A message that puts its own backticks around a text lets the text close them: `Quoted` does not.
#[test]
fn no_message_quotes_by_hand() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
                let by_hand: Vec<&str> = code.filter(|line| line.contains("`{")).collect();
                assert!(by_hand.is_empty(), "{}: {by_hand:#?}", path.display());
                files += 1;
            }
        }
    }
    assert!(files > 50);
}

/// Text that means to be taken for something else.
fn hostile() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        4 => prop::sample::select(HIDDEN.to_vec()),
        4 => prop::sample::select("`'\"\\<>&;:,. =+-@{}".chars().collect::<Vec<_>>()),
        2 => prop::sample::select("abZé9σß".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ];
    prop::collection::vec(letter, 1..12).prop_map(|letters| letters.into_iter().collect())
}

#[test]
fn nothing_is_said_in_words() {
    let nothing = || Grants::new(&studio::catalog());
    let said = |command: Command| command.to_string();
    assert_eq!(said(Command::edit_template("kb", nothing())), "edit template kb to nothing");
    let replaced = said(Command::replace_grants("kim", nothing()));
    assert_eq!(replaced, "replace grants of kim with nothing");
    let demoted = said(Command::make_member("kim", Holds::Given(nothing())));
    assert_eq!(demoted, "make kim member with nothing");
}

/// A template's id that is longer than any hostile text.
const FIRST: &str = "first-template";

/// Every command that says a text.
fn commands(text: &str) -> Vec<Command> {
    let grants = || Grants::new(&studio::catalog());
    vec![
        Invite::new(text, text).template(text).into(),
        Command::invite("new", text),
        Command::invite(text, "new@acme.example"),
        Invite::new("kim2", "kim2@acme.example").template(text).into(),
        Command::resend(text),
        Command::accept(text),
        Command::sign_in(text),
        Command::suspend(text),
        Command::reactivate(text),
        Command::change_email("kim", text),
        Command::change_email(text, text),
        Command::make_admin(text),
        Command::make_member(text, Holds::Nothing),
        Command::assign_template("kim", text),
        Command::assign_template(text, text),
        Command::clear_template(text),
        Command::clear_template_keeping_grants(text),
        Command::tick("kim", text),
        Command::tick(text, "flows:read"),
        Command::untick("kim", text),
        Command::untick("kim", format!("{text}:{text}")),
        Command::untick("kim", format!("knowledge.{text}:read")),
        Command::untick("kim", format!("flows:{text}")),
        Command::replace_grants(text, grants()),
        Command::delete_user(text),
        Command::create_template(text, "Another name", grants()),
        Command::create_template("another", text, grants()),
        Command::rename_template(FIRST, text),
        Command::describe_template(FIRST, text),
        Command::describe_template(text, text),
        Command::clear_description(text),
        Command::rename_template(text, text),
        Command::edit_template(text, grants()),
        Command::delete_template_in_use(text, [text]),
        Command::set_features([text, "plan.enterprise"]),
        Command::batch([Command::suspend(text), Command::resend(text)]),
    ]
}

/// An account with the text wherever it may stand.
fn account_of(text: &str) -> Account {
    let mut account = Account::new(text.parse().unwrap(), studio::catalog());
    let mut grants = Grants::new(&studio::catalog());
    grants.set("flows", Level::Edit).unwrap();
    done(&mut account, Command::create_template(FIRST, "Template", grants.clone()));
    for (id, email) in [(text, "a@acme.example"), ("kim ", "b@acme.example")] {
        done(&mut account, Command::invite(id, email));
        done(&mut account, Command::accept(id));
    }
    done(&mut account, Command::create_template(text, "Of the text", grants));
    done(&mut account, Command::assign_template(text, text));
    account
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn commands_changes_and_refusals_are_one_line(text in hostile()) {
        let account = account_of(&text);
        let actors = [
            Actor::Host,
            actors::user(&text, &text),
            actors::user(&text, "kim "),
            actors::agency(&text),
        ];
        for command in commands(&text).into_iter().chain(commands("kim ")) {
            one_line(&command);
            for actor in &actors {
                one_line(&actor);
                match account.decide(actor, &command, NOW) {
                    Ok(change) => one_line(&change),
                    Err(refusal) => one_line(&refusal),
                }
            }
        }
        let used = refused(&account, Command::delete_template(&text));
        prop_assert_eq!(used.code(), "template_in_use");
        one_line(&used);
    }

    #[test]
    fn what_an_agency_says_is_one_line(text in hostile()) {
        let mut north = Agency::new(text.parse().unwrap(), agency::catalog());
        one_line(&north.execute(&Actor::Host, AgencyCommand::create("first"), NOW).unwrap());
        let created = north.execute(&actors::agency(&text), AgencyCommand::create(&text), NOW);
        one_line(&created.unwrap());
        let patch = || FeaturePatch::new().grant(&text).revoke(format!("general.{text}"));
        let commands: [AgencyCommand; 8] = [
            AgencyCommand::create(&text),
            AgencyCommand::create("last"),
            AgencyCommand::delete(&text),
            AgencyCommand::patch(&text, Channel::Api, patch()),
            AgencyCommand::patch(&text, Channel::Ui, patch()),
            AgencyCommand::patch("first", Channel::Ui, FeaturePatch::new().revoke(&text)),
            AgencyCommand::select_all(&text, Switch::On),
            AgencyCommand::within(&text, Command::invite(&text, "kim@acme.example")),
        ];
        for command in commands {
            one_line(&command);
            for actor in [Actor::Host, actors::agency(&text), actors::user(&text, &text)] {
                match north.decide(&actor, &command, NOW) {
                    Ok(change) => one_line(&change),
                    Err(refusal) => one_line(&refusal),
                }
            }
        }
    }

    #[test]
    fn explanations_tables_and_apply_errors_are_shown_safely(text in hostile()) {
        let account = account_of(&text);
        let lattice = account.compile();
        for user in [&*text, "kim ", "nobody"] {
            for permission in ["flows:edit", "knowledge.faqs:edit", "workspace.studio_assistant:on"] {
                let permission = account.catalog().permission(permission).unwrap();
                let why = lattice.explain(user, permission);
                lines(&why);
                let shown = why.to_string();
                let fixes = why.fixes().len();
                prop_assert!(shown.lines().count() <= 2 + why.parts().iter().flat_map(bailiwick::lattice::Part::layers).count() + fixes);
                why.parts().iter().flat_map(bailiwick::lattice::Part::layers).for_each(|layer| one_line(&layer.text()));
                why.fixes().iter().for_each(|fix| one_line(&fix.text(user)));
            }
        }
        let csv = lattice.matrix().to_csv();
        prop_assert_eq!(csv.split_terminator("\r\n").count(), 3);
        csv.split_terminator("\r\n").for_each(|row| one_line(&row));
        let mut other = Account::new("other".parse().unwrap(), studio::catalog());
        let change = account.decide(&Actor::Host, Command::delete_user(&text), NOW).unwrap().into_change().unwrap();
        one_line(&other.apply(&change).unwrap_err());
        let again = account.decide(&Actor::Host, Command::suspend(&text), NOW).unwrap().into_change().unwrap();
        let mut account = account;
        account.apply(&change).unwrap();
        one_line(&account.apply(&again).unwrap_err());
    }

    #[test]
    fn problems_of_documents_are_one_line_each(text in hostile()) {
        let grants = serde_json::json!({ &text: "edit", "flows": &text, "tools": [&text] });
        let document = serde_json::json!({
            "format": "bailiwick/account/1", "id": &text, "catalog": studio::catalog().id(),
            "features": [&text], &text: 1,
            "templates": [
                {"id": &text, "name": &text, "grants": &grants},
                {"id": &text, "name": &text, "grants": {}},
            ],
            "users": [
                {"id": &text, "email": &text, "role": &text, "status": &text, "mutes": [&text]},
                {"id": &text, "email": &text, "role": "member", "status": "active",
                 "template": format!("{text}{text}"), "grants": &grants},
            ],
        });
        let error = Account::from_document(&read(&document), &presets::all()).unwrap_err();
        lines(&error);
        error.problems().iter().for_each(|problem| one_line(&problem));
        error.problems().iter().for_each(|problem| one_line(&problem.place()));
        error.problems().iter().for_each(|problem| one_line(&problem.fault()));
        let account = account_of(&text);
        let cases = serde_json::json!({"cases": [
            {"user": &text, "ask": &text, "expect": &text},
            {"account": "another", "user": &text, "ask": ["flows:read"], "expect": "allow"},
        ]});
        let error = Cases::of_account(&read(&cases), &account).unwrap_err();
        error.problems().iter().for_each(|problem| one_line(&problem));
    }

    #[test]
    fn emails_are_one_line_however_they_are_refused(text in hostile()) {
        for email in [text.clone(), format!("{text}@{text}"), format!("a@{text}")] {
            match Email::parse(&email) {
                Ok(email) => one_line(&email),
                Err(error) => one_line(&error),
            }
        }
    }
}
