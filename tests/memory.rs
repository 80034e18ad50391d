//! Reading takes little more memory than what is read, whether it is good or bad.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use core::fmt::Write;
use core::hint::black_box;

use allocation_counter::measure;
use bailiwick::agency::{AgencyChange, AgencyCommand};
use bailiwick::document::{Cases, Document};
use bailiwick::presets::{self, studio, tenant};
use bailiwick::{
    Account, Actor, Agency, Area, Catalog, Change, Command, Grants, Invite, Level, Template,
    Timestamp,
};

/// How many times its text a document may take.
const BOUND: u64 = 8;

/// What the problems of a document take at most, however short it is.
const PROBLEMS: u64 = 128 << 10;

/// The most memory that reading takes, the text itself left out.
fn peak(text: &str, read: impl Fn(&Document) -> bool) -> (bool, u64) {
    let mut is_good = false;
    let counted = measure(|| {
        let document: Document = serde_json::from_str(text).unwrap();
        is_good = read(&document);
        drop(black_box(document));
    });
    (is_good, counted.bytes_max)
}

#[track_caller]
fn check(what: &str, text: &str, is_good: bool, read: impl Fn(&Document) -> bool) {
    let (read, peak) = peak(text, read);
    let length = text.len() as u64;
    assert_eq!(read, is_good, "{what}");
    assert!(peak <= BOUND * length + PROBLEMS, "{what}: {peak} for {length} bytes");
}

fn as_account(document: &Document) -> bool {
    let account = Account::from_document(document, &presets::all());
    black_box(&account).is_ok()
}

/// Users as a host has them: half of them on a template, some with grants and mutes of their own.
fn account(users: usize) -> String {
    let mut text = String::from(
        r#"{"format":"bailiwick/account/1","id":"acme","catalog":"studio/2026-06","templates":[
        {"id":"kb","name":"Knowledge","grants":{"knowledge":"edit"}}],"users":["#,
    );
    for user in 0..users {
        let comma = if user == 0 { "" } else { "," };
        let more = match user % 4 {
            0 => r#","template":"kb""#,
            1 => r#","template":"kb","grants":{"tools":"read"},"mutes":["knowledge.faqs:edit"]"#,
            2 => r#","grants":{"knowledge":"edit","knowledge.faqs":"read"}"#,
            _ => r#","last_sign_in":1790000000000"#,
        };
        write!(
            text,
            r#"{comma}{{"id":"user-{user}","email":"user-{user}@acme.example","role":"member","status":"active"{more}}}"#
        )
        .unwrap();
    }
    text.push_str("]}");
    text
}

#[test]
fn a_good_account_takes_eight_times_its_text() {
    for users in [20_000, 100_000] {
        check(&format!("{users} users"), &account(users), true, as_account);
    }
    for size in [20_000, 60_000, 100_000] {
        let retired: Vec<String> = (0..size).map(|at| format!("\"user-{at}\"")).collect();
        let text = format!("{ACCOUNT}\"retired\":[{}]}}", retired.join(","));
        check(&format!("{size} retired"), &text, true, as_account);
    }
}

const SIZE: usize = 1 << 20;

/// `start`, then items until the text has a mebibyte, then `end`.
fn many(start: &str, end: &str, item: impl Fn(usize) -> String) -> String {
    let mut text = String::from(start);
    for at in 0.. {
        if text.len() >= SIZE {
            break;
        }
        if at > 0 {
            text.push(',');
        }
        text.push_str(&item(at));
    }
    text + end
}

/// Short texts that differ.
fn short(mut at: usize) -> String {
    let mut text = String::new();
    loop {
        text.push(char::from_digit(u32::try_from(10 + at % 26).unwrap(), 36).unwrap());
        at /= 26;
        if at == 0 {
            return text;
        }
    }
}

const ACCOUNT: &str = r#"{"format":"bailiwick/account/1","id":"a","catalog":"studio/2026-06","#;

/// Mebibytes that are no account, by what is wrong with them.
fn bad_accounts() -> Vec<(&'static str, String)> {
    let user = r#""email":"a@b","role":"admin","status":"active""#;
    let of = |start: &str, end: &str, item: &dyn Fn(usize) -> String| {
        many(&format!("{ACCOUNT}{start}"), &format!("{end}}}"), item)
    };
    let grants = r#""users":[{"id":"a","email":"a@b","role":"member","status":"active","grants":{"#;
    let mutes = r#""users":[{"id":"a","email":"a@b","role":"member","status":"active","mutes":["#;
    let long_ids = many("", "", |at| {
        let id = format!("{at}").repeat(60);
        format!(r#"{{"id":"{id:.250}","name":"{at}","grants":{{}}}}"#)
    });
    vec![
        ("unknown fields of the account", of("", "", &|at| format!(r#""x{}":0"#, short(at)))),
        ("one field again and again", of("", "", &|_| r#""id":0"#.into())),
        ("empty keys", of("", "", &|_| r#""":0"#.into())),
        ("users that are numbers", of(r#""users":["#, "]", &|_| "0".into())),
        ("users that are empty", of(r#""users":["#, "]", &|_| "{}".into())),
        ("users that are lists", of(r#""users":["#, "]", &|_| "[]".into())),
        ("users that are lists of one", of(r#""users":["#, "]", &|_| "[0]".into())),
        ("users of one id", of(r#""users":["#, "]", &|_| format!(r#"{{"id":"a",{user}}}"#))),
        (
            "users of one email",
            of(r#""users":["#, "]", &|at| format!(r#"{{"id":"{}",{user}}}"#, short(at))),
        ),
        (
            "users of unknown fields",
            of(r#""users":["#, "]", &|at| format!(r#"{{"{}":0}}"#, short(at))),
        ),
        (
            "users of unknown templates",
            of(r#""users":["#, "]", &|at| format!(r#"{{"template":"{}"}}"#, short(at))),
        ),
        (
            "users of unknown templates, of templates of long ids",
            format!(
                r#"{ACCOUNT}"templates":[{}],{}]}}"#,
                &long_ids,
                many(r#""users":["#, "", |_| r#"{"template":""}"#.into())
            ),
        ),
        ("unknown grants", of(grants, "}}]", &|at| format!(r#""{}":0"#, short(at)))),
        (
            "unknown sub-sections",
            of(grants, "}}]", &|at| format!(r#""knowledge.{}":"read""#, short(at))),
        ),
        ("one grant again and again", of(grants, "}}]", &|_| r#""tools":"edit""#.into())),
        ("actions without end", of(&format!("{grants}\"tools\":["), "]}}]", &|_| r#""""#.into())),
        ("unknown mutes", of(mutes, "]}]", &|at| format!(r#""{}""#, short(at)))),
        ("unknown rungs", of(mutes, "]}]", &|at| format!(r#""tools:{}""#, short(at)))),
        ("one mute again and again", of(mutes, "]}]", &|_| r#""tools:edit""#.into())),
        ("mutes that are numbers", of(mutes, "]}]", &|_| "0".into())),
        ("features", of(r#""features":["#, "]", &|at| format!(r#""{}""#, short(at)))),
        ("templates that are numbers", of(r#""templates":["#, "]", &|_| "0".into())),
        (
            "templates of one name",
            of(r#""templates":["#, "]", &|at| {
                format!(r#"{{"id":"{}","name":"a","grants":{{}}}}"#, short(at))
            }),
        ),
        ("retired twice", of(r#""retired":["#, "]", &|_| r#""a""#.into())),
        ("retired of no id", of(r#""retired":["#, "]", &|_| r#""""#.into())),
        ("one long id", format!(r#"{ACCOUNT}"users":[{{"id":"{}"}}]}}"#, "a".repeat(SIZE))),
        (
            "one long email",
            format!(r#"{ACCOUNT}"users":[{{"email":"{}@b"}}]}}"#, "ü".repeat(SIZE / 2)),
        ),
        ("one long key", format!(r#"{ACCOUNT}"{}":0}}"#, "\\u00e9".repeat(SIZE / 6))),
        ("one long grant", of(grants, "}}]", &|_| format!(r#""{}":0"#, "a".repeat(SIZE)))),
        ("deep", of(r#""x":["#, "]", &|_| format!("{}0{}", "[".repeat(14), "]".repeat(14)))),
        ("a list of numbers", many("[", "]", |_| "0".into())),
        ("a list of large numbers", many("[", "]", |_| "9223372036854775807".into())),
        ("a list of nulls", many("[", "]", |_| "null".into())),
        ("a text", format!("\"{}\"", "a".repeat(SIZE))),
    ]
}

#[test]
fn a_bad_account_takes_eight_times_its_text() {
    for (what, text) in bad_accounts() {
        check(what, &text, false, as_account);
    }
}

/// What an inline catalog takes at most, at all of its limits at once.
const LARGEST: u64 = 16 << 20;

/// A catalog at its limits: as many sections, aliases, gates, operations, needs, templates and
/// settings as there can be.
#[test]
fn the_largest_catalog_has_a_bound() {
    let list = |count: usize, item: &dyn Fn(usize) -> String| {
        (0..count).map(item).collect::<Vec<_>>().join(",")
    };
    let sections = |letter: &'static str, count: usize| {
        list(count, &move |at| format!(r#"{{"key":"{letter}{at}","aliases":["x{letter}{at}"]}}"#))
    };
    let areas = format!(
        r#"{{"key":"g","scale":"toggle","sub_sections":[{}]}},
           {{"key":"f","scale":"toggle","source":"account","sub_sections":[{}]}}"#,
        sections("a", 3_584),
        sections("b", 512),
    );
    let needs = |count: usize| list(count, &|at| format!(r#""f.b{}""#, at % 512));
    let gates = list(512, &|_| format!(r#"{{"target":"g","needs":[{}]}}"#, needs(16)));
    let operations = list(8_192, &|at| format!(r#"{{"key":"o{at}","needs":["f.b511:on"]}}"#));
    let settings = list(63, &|at| format!(r#""g.a{at}":false"#));
    let templates = list(1_024, &|at| {
        format!(r#"{{"id":"t{at}","name":"t{at}","grants":{{"g":true,{settings}}}}}"#)
    });
    let text = format!(
        r#"{{"format":"bailiwick/catalog/1","id":"a","areas":[{areas}],"gates":[{gates}],
            "operations":[{operations}],"templates":[{templates}]}}"#
    );
    let read = |document: &Document| black_box(Catalog::from_document(document)).is_ok();
    let (is_good, peak) = peak(&text, read);
    println!("{} bytes take {peak}", text.len());
    assert!(is_good);
    assert!(peak <= LARGEST, "{peak} for {} bytes", text.len());
}

const CATALOG: &str = r#"{"format":"bailiwick/catalog/1","id":"a","#;

/// Mebibytes that are no catalog, by what is wrong with them.
fn bad_catalogs() -> Vec<(&'static str, String)> {
    let of = |start: &str, end: &str, item: &dyn Fn(usize) -> String| {
        many(&format!("{CATALOG}{start}"), &format!("{end}}}"), item)
    };
    let area = r#""areas":[{"key":"a","scale":"toggle","source":"account"}],"#;
    vec![
        ("areas that are numbers", of(r#""areas":["#, "]", &|_| "0".into())),
        (
            "areas",
            of(r#""areas":["#, "]", &|at| format!(r#"{{"key":"{}","scale":"toggle"}}"#, short(at))),
        ),
        (
            "areas of one key",
            of(r#""areas":["#, "]", &|_| r#"{"key":"a","scale":"levels"}"#.into()),
        ),
        (
            "sub-sections",
            of(r#""areas":[{"key":"a","scale":"toggle","sub_sections":["#, "]}]", &|at| {
                format!(r#"{{"key":"{}"}}"#, short(at))
            }),
        ),
        (
            "sub-sections of one key",
            of(r#""areas":[{"key":"a","scale":"toggle","sub_sections":["#, "]}]", &|_| {
                r#"{"key":"a"}"#.into()
            }),
        ),
        (
            "aliases",
            of(r#""areas":[{"key":"a","scale":"toggle","aliases":["#, "]}]", &|at| {
                format!("\"{}\"", short(at))
            }),
        ),
        (
            "one alias again and again",
            of(r#""areas":[{"key":"a","scale":"toggle","aliases":["#, "]}]", &|_| "\"a\"".into()),
        ),
        (
            "actions",
            of(r#""areas":[{"key":"a","scale":{"actions":["#, "]}}]", &|at| {
                format!("\"{}\"", short(at))
            }),
        ),
        (
            "needs of a gate",
            of(&format!(r#"{area}"gates":[{{"target":"a","needs":["#), "]}]", &|_| "\"x\"".into()),
        ),
        (
            "gates",
            of(&format!(r#"{area}"gates":["#), "]", &|_| r#"{"target":"x","needs":[]}"#.into()),
        ),
        (
            "needs of an operation",
            of(&format!(r#"{area}"operations":[{{"key":"a","needs":["#), "]}]", &|_| {
                "\"x\"".into()
            }),
        ),
        (
            "operations of one key",
            of(&format!(r#"{area}"operations":["#), "]", &|_| {
                r#"{"key":"a","needs":["a:on"]}"#.into()
            }),
        ),
        (
            "operations of nothing",
            of(&format!(r#"{area}"operations":["#), "]", &|at| {
                format!(r#"{{"key":"{}","needs":[]}}"#, short(at))
            }),
        ),
        (
            "templates of one name",
            of(&format!(r#"{area}"templates":["#), "]", &|at| {
                format!(r#"{{"id":"{}","name":"a","grants":{{}}}}"#, short(at))
            }),
        ),
        (
            "unknown grants of a template",
            of(&format!(r#"{area}"templates":[{{"id":"a","name":"a","grants":{{"#), "}}]", &|at| {
                format!(r#""{}":true"#, short(at))
            }),
        ),
        (
            "a long label",
            format!(
                r#"{CATALOG}"areas":[{{"key":"","scale":"toggle","label":"{}"}}]}}"#,
                "a".repeat(SIZE)
            ),
        ),
        (
            "a long key",
            format!(r#"{CATALOG}"areas":[{{"key":"{}","scale":"toggle"}}]}}"#, "a".repeat(SIZE)),
        ),
    ]
}

#[test]
fn a_bad_catalog_takes_eight_times_its_text() {
    for (what, text) in bad_catalogs() {
        check(what, &text, false, |document| black_box(Catalog::from_document(document)).is_ok());
        let account = format!(r#"{{"format":"bailiwick/account/1","id":"a","catalog":{text}}}"#);
        check(what, &account, false, as_account);
    }
}

/// Mebibytes of commands, changes and cases, bad and good.
#[test]
fn other_documents_take_eight_times_their_text() {
    let (studio, tenant) = (studio::catalog(), tenant::catalog());
    let command =
        |document: &Document| black_box(Command::from_document(document, &tenant)).is_ok();
    let batch = r#"{"command":"batch","commands":["#;
    let good = many(batch, "]}", |at| format!(r#"{{"command":"accept","user":"{}"}}"#, short(at)));
    check("a good batch", &good, true, command);
    for item in ["0", "{}", r#"{"command":"x"}"#, r#"{"command":"accept"}"#, r#"{"":0}"#] {
        check(item, &many(batch, "]}", |_| item.into()), false, command);
    }
    let features = r#"{"command":"set_features","features":["#;
    check("features", &many(features, "]}", |at| format!("\"{}\"", short(at))), true, command);
    let change = |document: &Document| black_box(Change::from_document(document, &studio)).is_ok();
    for (start, end, item) in [
        (r#"{"edits":["#, "]}", "0"),
        (r#"{"edits":["#, "]}", r#"{"of":"user"}"#),
        (r#"{"edits":["#, "]}", r#"{"of":"features","before":["x"]}"#),
        (r#"{"effects":["#, "]}", r#"{"gained":["x"]}"#),
        (r#"{"effects":[{"gained":["#, "]}]}", r#""tools:x""#),
    ] {
        check(item, &many(start, end, |_| item.into()), false, change);
    }
    let changes = |document: &Document| {
        black_box(AgencyChange::from_document(document, &presets::agency::catalog())).is_ok()
    };
    for item in ["0", "{}", r#"{"created":{}}"#] {
        check(item, &many(r#"{"edits":["#, "]}", |_| item.into()), false, changes);
    }
    let command = |document: &Document| {
        black_box(AgencyCommand::from_document(document, &presets::agency::catalog())).is_ok()
    };
    for item in ["0", "{}", r#"{"account":"a","grant":[0]}"#] {
        let text = many(r#"{"command":"create","subaccounts":["#, "]}", |_| item.into());
        check(item, &text, false, command);
    }
    let agency =
        |document: &Document| black_box(Agency::from_document(document, &presets::all())).is_ok();
    let start = r#"{"format":"bailiwick/agency/1","id":"a","catalog":"agency/1","subaccounts":["#;
    for item in ["0", "{}", r#"{"id":"a"}"#, r#"{"id":""}"#, r#"{"x":0}"#] {
        check(item, &many(start, "]}", |_| item.into()), false, agency);
    }
    let account = Account::new("a".parse().unwrap(), studio::catalog());
    let cases = |document: &Document| black_box(Cases::of_account(document, &account)).is_ok();
    for item in ["0", "{}", r#"{"account":"x"}"#, r#"{"ask":[]}"#, r#"{"ask":"x"}"#] {
        check(item, &many(r#"{"cases":["#, "]}", |_| item.into()), false, cases);
    }
}

/// CAT-18: a catalog that is spelled out and known is kept once.
#[test]
fn a_known_catalog_that_is_spelled_out_takes_no_memory() {
    let known = presets::all();
    let own = studio::catalog().to_builder("own/1").area(Area::levels("docs")).build().unwrap();
    let read = |catalog: &Catalog, known: &[Catalog]| {
        let catalog = serde_json::to_string(catalog).unwrap();
        let text = format!(r#"{{"format":"bailiwick/account/1","id":"a","catalog":{catalog}}}"#);
        let document = serde_json::from_str(&text).unwrap();
        let mut account = None;
        let counted = measure(|| account = Account::from_document(&document, known).ok());
        assert!(account.is_some());
        counted.bytes_current
    };
    let unknown = read(&own, &known);
    assert!(unknown > 20_000, "{unknown}");
    for kept in [
        read(&studio::catalog(), &known),
        read(&studio::catalog(), &[]),
        read(&own, core::slice::from_ref(&own)),
    ] {
        assert!(kept < 1_000, "{kept}");
    }
}

/// CAT-18: subaccounts that spell their agency's catalog out share it.
#[test]
fn subaccounts_share_the_catalog_that_they_spell_out() {
    let own = studio::catalog().to_builder("own/1").area(Area::levels("docs")).build().unwrap();
    let own = serde_json::to_string(&own).unwrap();
    let retained = |subaccounts: usize| {
        let list = (0..subaccounts).map(|at| format!(r#"{{"id":"a{at}","catalog":{own}}}"#));
        let list = list.collect::<Vec<_>>().join(",");
        let text = format!(
            r#"{{"format":"bailiwick/agency/1","id":"a","catalog":{own},"subaccounts":[{list}]}}"#
        );
        let document = serde_json::from_str(&text).unwrap();
        let mut agency = None;
        let counted = measure(|| agency = Agency::from_document(&document, &[]).ok());
        assert_eq!(agency.map(|agency| agency.subaccounts().count()), Some(subaccounts));
        counted.bytes_current
    };
    let (few, many) = (retained(1), retained(20));
    assert!(many - few < 40_000, "{few}, {many}");
}

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// The bytes that an account keeps after commands, given one by one.
fn kept<C: Iterator<Item = Command>>(commands: impl FnOnce() -> C) -> u64 {
    let mut kept = None;
    let counted = measure(|| {
        let mut account = Account::new("acme".parse().unwrap(), studio::catalog());
        for command in commands() {
            drop(account.execute(&Actor::Host, command, NOW).unwrap());
        }
        kept = Some(account);
    });
    assert!(kept.is_some());
    u64::try_from(counted.bytes_current).unwrap()
}

/// Two templates, and users over them who have accepted, two of three with grants of their own.
fn filled(users: usize) -> impl Iterator<Item = Command> {
    let presets: Vec<Template> = Template::presets(&studio::catalog()).take(2).collect();
    let create = presets.clone().into_iter().map(|preset| {
        let id = preset.id().as_str();
        Command::create_template(id, id, preset.grants().clone())
    });
    let people = (0..users).flat_map(move |user| {
        let id = format!("user-{user:08}");
        let mut grants = Grants::new(&studio::catalog());
        match user / 2 % 3 {
            0 => {}
            1 => grants.set("testing", Level::Edit).unwrap(),
            _ => grants.set("widgets", Level::Read).unwrap(),
        }
        let invite = Invite::new(&id, format!("{id}@acme.example"));
        let invite = invite.template(presets[user % 2].id().as_str()).grants(grants);
        [invite.into(), Command::accept(&id)]
    });
    create.chain(people)
}

/// The most bytes that an account of ten takes, and each user of a large one.
const ACCOUNT_OF_TEN: u64 = 3 << 10;
const USER: u64 = 200;

#[test]
fn accounts_and_their_users_are_small() {
    drop(studio::catalog());
    let ten = kept(|| filled(10));
    assert!(ten <= ACCOUNT_OF_TEN, "{ten}");
    let (some, more) = (kept(|| filled(400)), kept(|| filled(800)));
    let user = (more - some) / 400;
    assert!(user <= USER, "{user}");
}

/// Whoever is invited takes no more than whoever has accepted.
#[test]
fn invitations_take_no_room_of_their_own() {
    drop(studio::catalog());
    let is_invited = |command: &Command| !matches!(command, Command::Accept { .. });
    let invited = kept(|| filled(400).filter(is_invited));
    let accepted = kept(|| filled(400));
    assert!(invited <= accepted, "{invited}, {accepted}");
}
