//! USR-15: the Edit dialog shows what decisions are taken from, and offers exactly what commands
//! accept. In the modules: what they look like, and those of subaccounts.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod pages;
mod subaccounts;

use std::collections::{BTreeMap, BTreeSet};

use bailiwick::account::dialog::{
    Answer, AreaRow, Choice, Dialog, LeafRow, Origin, RungRow, TemplateRow,
};
use bailiwick::catalog::{LeafView, Scale, Source};
use bailiwick::document::Document;
use bailiwick::{
    Account, Actor, Command, Level, Reason, Refusal, Status, Timestamp, User, presets,
};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::actors;
use crate::model::read_actor;
use crate::naive::{self, Directory};
use crate::worlds;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

#[track_caller]
fn account(document: &Value) -> Account {
    let document: Document = serde_json::from_str(&document.to_string()).unwrap();
    Account::from_document(&document, &presets::all()).unwrap_or_else(|error| panic!("{error}"))
}

// What holds of every dialog.

/// What is offered is accepted and changes something, what is current changes nothing, and what is
/// greyed out is refused for the reason that is shown; `give` says what a command would change.
fn check_choices<'a>(
    choices: impl IntoIterator<Item = &'a Choice>,
    give: impl Fn(&Command) -> Result<bool, Refusal>,
) {
    for choice in choices {
        let given = match give(choice.command()) {
            Ok(true) => Answer::Open,
            Ok(false) => Answer::Current,
            Err(refusal) => Answer::Refused(refusal),
        };
        assert_eq!(choice.answer(), &given, "{}", choice.command());
    }
}

/// Whether a command changes anything in an account, or why it is refused.
fn change(
    account: &Account,
    actor: &Actor,
    command: &Command,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let outcome = account.decide(actor, command, now)?;
    let mut after = account.clone();
    if let Some(change) = outcome.change() {
        after.apply(change).unwrap();
    }
    assert_eq!(differ(account, &after), outcome.change().is_some(), "REV-11: {command}");
    Ok(outcome.change().is_some())
}

/// Whether more than the revision of two states differs.
fn differ(one: &Account, other: &Account) -> bool {
    !one.users().eq(other.users())
        || !one.templates().eq(other.templates())
        || one.features() != other.features()
        || one.seats() != other.seats()
        || one.name() != other.name()
        || one.invitation_lifetime() != other.invitation_lifetime()
}

/// What is shown agrees with the lattice (DEC-4), with the levels of areas (LVL-13), and within
/// itself.
fn check_shown(account: &Account, user: &User, dialog: &Dialog<'_>) {
    let catalog = account.catalog();
    let lattice = account.compile();
    let profile = account.profile(user);
    for row in dialog.areas() {
        let area = row.area().key();
        if let Some(level) = row.level() {
            let levels = profile.area_levels(area).unwrap();
            assert_eq!(level, levels.level(), "{area}");
            for leaf in row.leaves().iter().filter(|leaf| leaf.leaf().path() != area) {
                let own = levels.leaf(leaf.leaf().path()).unwrap();
                assert_eq!(leaf.level(), Some(own.level()));
                assert_eq!(leaf.is_restricted(), own.is_restricted());
            }
            for leaf in row.leaves() {
                let level = leaf.rungs().iter().filter(|rung| rung.is_configured()).count();
                assert_eq!(leaf.level(), Level::ALL.get(level).copied());
            }
        } else {
            let area = row.area();
            assert!(area.source() == Source::Role || *area.scale() != Scale::Levels);
        }
        for rung in row.leaves().iter().flat_map(LeafRow::rungs) {
            let text = rung.text().to_string();
            let allowed = lattice.allows(user.id().as_str(), rung.permission());
            let is_active = user.status() == Status::Active;
            assert_eq!(allowed, rung.is_effective() && is_active, "{text}");
            assert!(!(rung.is_configured() && rung.is_muted()), "{text}");
            assert!(!rung.is_configured() || rung.from().is_some(), "{text}");
            assert!(!rung.is_effective() || rung.inert().is_none(), "{text}");
            if is_active && let Some(reason) = rung.inert() {
                assert_eq!(profile.reason(rung.permission()), Some(reason), "{text}");
            }
            let is_gated = rung.inert() == Some(Reason::NotEntitled);
            assert_eq!(rung.features_off().next().is_some(), is_gated, "{text}");
            let features = rung.features_off().flat_map(LeafView::permissions);
            for (_, feature) in features {
                assert!(!account.features().is_on(feature), "{text}");
            }
        }
    }
    let shown = dialog.areas().iter().flat_map(AreaRow::leaves).map(|row| row.leaf().path());
    let leaves = catalog.leaves().filter(|leaf| leaf.area().source() != Source::Account);
    assert!(shown.eq(leaves.map(LeafView::path)), "every leaf is shown once");
}

/// What is shown, and the answer to every choice that the naive side has, are those of the naive
/// side.
fn check_naive(directory: &Directory, naive: &naive::Dialog, dialog: &Dialog<'_>) {
    let leaves = dialog.areas().iter().flat_map(AreaRow::leaves);
    let rungs: BTreeMap<String, &RungRow<'_>> =
        leaves.flat_map(LeafRow::rungs).map(|rung| (rung.text().to_string(), rung)).collect();
    assert!(rungs.keys().eq(naive.permissions.keys()));
    for (text, shown) in &naive.permissions {
        let rung = rungs[text];
        assert_eq!(
            (rung.is_configured(), rung.from().map(Origin::name), rung.is_muted()),
            (shown.configured, shown.from, shown.muted),
            "{text}",
        );
        assert_eq!(rung.inert().map(Reason::name), shown.inert, "{text}");
        assert_eq!(rung.is_effective(), shown.effective, "{text}");
        let lacking: BTreeSet<String> =
            rung.features_off().map(|feature| feature.path().to_owned()).collect();
        assert_eq!(lacking, shown.lacking, "{text}");
    }
    let areas: BTreeMap<String, naive::Levels> = dialog.areas().iter().filter_map(levels).collect();
    assert_eq!(areas, naive.areas);
    let choices: BTreeMap<String, &Choice> = dialog
        .choices()
        .map(|choice| (of_anyone(directory, &json!(choice.command())), choice))
        .collect();
    for (command, expected) in &naive.choices {
        let choice = choices.get(&of_anyone(directory, command));
        let choice = choice.unwrap_or_else(|| panic!("{command} is not offered"));
        assert_eq!(code(choice.answer()), expected, "{command}");
    }
}

/// An area that has levels, by its key.
fn levels(row: &AreaRow<'_>) -> Option<(String, naive::Levels)> {
    let number = |level| Level::ALL.iter().position(|one| *one == level).unwrap();
    let leaves = row.leaves().iter();
    let levels = naive::Levels {
        level: number(row.level()?),
        from: row.from().map(Origin::name),
        leaves: leaves.map(|leaf| (number(leaf.level().unwrap()), leaf.is_restricted())).collect(),
    };
    Some((row.area().key().to_owned(), levels))
}

/// What can be set in a template is what the naive side says, choice by choice.
fn check_naive_template(directory: &Directory, choices: &[(Value, String)], rows: &[AreaRow<'_>]) {
    let edited = |command: &Value| directory.stored(&command["grants"]);
    let expected: Vec<_> =
        choices.iter().map(|(command, answer)| (edited(command), answer.as_str())).collect();
    let found: Vec<_> = rows
        .iter()
        .flat_map(AreaRow::choices)
        .map(|choice| (edited(&json!(choice.command())), code(choice.answer())))
        .collect();
    for (place, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert_eq!(found, expected, "{place}");
    }
    assert_eq!(found.len(), expected.len());
}

/// All dialogs that the naive side has too.
fn check_all_naive(directory: &Directory, account: &Account, actor: &Actor, now: Timestamp) {
    let Ok(new) = account.dialog_for_new(actor, now) else { return };
    let (by, at) = (json!(actor), now.unix_millis());
    check_naive(directory, &directory.invitation_dialog(&by, at), &new);
    for user in account.users().take(3) {
        let id = user.id().as_str();
        let dialog = account.dialog(actor, id, now).unwrap();
        check_naive(directory, &directory.dialog(&by, id, at), &dialog);
    }
    if let Some(template) = account.templates().next() {
        let id = template.id().as_str();
        let rows = account.dialog_for_template(actor, id, now).unwrap();
        check_naive_template(directory, &directory.template_dialog(&by, id, at), &rows);
    }
}

/// A command in one spelling, whoever is invited by it.
fn of_anyone(directory: &Directory, command: &Value) -> String {
    let mut fields: BTreeMap<String, Value> =
        command.as_object().unwrap().clone().into_iter().collect();
    if fields["command"] == "invite" {
        fields.retain(|name, _| !matches!(name.as_str(), "user" | "email"));
    }
    fields.retain(|name, value| name != "keep" || *value == true);
    if let Some(grants) = fields.get_mut("grants") {
        *grants = directory.stored(grants);
    }
    json!(fields).to_string()
}

fn code(answer: &Answer) -> &str {
    match answer {
        Answer::Open => "open",
        Answer::Current => "current",
        Answer::Refused(refusal) => refusal.code(),
    }
}

/// All dialogs that an actor may open.
fn check_all(account: &Account, actor: &Actor, now: Timestamp) {
    let Ok(new) = account.dialog_for_new(actor, now) else {
        let refusal = account.dialog_for_new(actor, now).unwrap_err();
        assert_eq!((refusal.code(), refusal.rule()), ("not_authorized", "GRD-1"));
        for user in account.users() {
            let refused = account.dialog(actor, user.id().as_str(), now);
            assert_eq!(refused.unwrap_err(), refusal, "{actor}");
        }
        return;
    };
    let give = |command: &Command| change(account, actor, command, now);
    check_choices(new.choices(), give);
    for user in account.users() {
        let dialog = account.dialog(actor, user.id().as_str(), now).unwrap();
        check_shown(account, user, &dialog);
        check_choices(dialog.choices(), give);
    }
    for template in account.templates() {
        let rows = account.dialog_for_template(actor, template.id().as_str(), now).unwrap();
        check_choices(rows.iter().flat_map(AreaRow::choices), give);
    }
}

/// The host, a user of the account, or somebody else.
fn actor(account: &Account, index: usize) -> Actor {
    let id = account.id().as_str();
    match index.checked_sub(1) {
        None => Actor::Host,
        Some(index) => match account.users().nth(index) {
            Some(user) => actors::user(id, user.id().as_str()),
            None => actors::user(id, "nobody"),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// In accounts as documents may say them.
    #[test]
    fn usr_15_a_dialog_agrees_with_the_commands(
        document in worlds::any_account(),
        index in any::<Index>(),
    ) {
        let account = account(&document);
        let index = index.index(account.users().count() + 2);
        let actor = actor(&account, index);
        check_all(&account, &actor, NOW);
        check_all_naive(&Directory::new(&document), &account, &actor, NOW);
    }

    /// In accounts as commands leave them.
    #[test]
    fn usr_15_a_dialog_agrees_after_any_story(
        (start, steps) in worlds::any_story(),
        index in any::<Index>(),
    ) {
        let mut account = account(&start);
        let mut directory = Directory::new(&start);
        let mut clock = NOW;
        for (actor, command, now) in &steps {
            let _ = directory.execute(actor, command, *now);
            let command: Document = serde_json::from_str(&command.to_string()).unwrap();
            let command = Command::from_document(&command, account.catalog()).unwrap();
            clock = Timestamp::from_unix_millis(*now);
            // Refusals are part of the story.
            let _ = account.execute(&read_actor(actor), command, clock);
        }
        let index = index.index(account.users().count() + 2);
        let actor = actor(&account, index);
        check_all(&account, &actor, clock);
        check_all_naive(&directory, &account, &actor, clock);
    }
}

/// One invitation of several that set one thing each: a template, and a setting in each area.
fn united<'a>(choices: impl IntoIterator<Item = &'a Choice>) -> Value {
    let mut all = json!({"command": "invite", "user": "someone", "email": "someone@new.example"});
    for choice in choices {
        let command = json!(choice.command());
        if let Some(template) = command.get("template") {
            all["template"] = template.clone();
        }
        for (path, setting) in command["grants"].as_object().into_iter().flatten() {
            all["grants"][path] = setting.clone();
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What is offered to someone new one by one is accepted together.
    #[test]
    fn usr_15_choices_of_an_invitation_unite(
        (start, _) in worlds::any_story(),
        index in any::<Index>(),
        picks in prop::collection::vec(any::<Index>(), 8),
    ) {
        let account = account(&start);
        let actor = actor(&account, index.index(account.users().count() + 1));
        let Ok(new) = account.dialog_for_new(&actor, NOW) else { return Ok(()) };
        let templates: Vec<&Choice> = new.templates().iter().map(TemplateRow::choice).collect();
        let areas = new.areas().iter().map(|area| area.choices().collect());
        let open: Vec<&Choice> = [templates]
            .into_iter()
            .chain(areas)
            .zip(&picks)
            .filter_map(|(choices, pick)| {
                let open = choices.into_iter().filter(|choice| *choice.answer() == Answer::Open);
                let open: Vec<&Choice> = open.collect();
                (!open.is_empty()).then(|| *pick.get(&open))
            })
            .collect();
        prop_assume!(!open.is_empty());
        let invite = united(open);
        let document: Document = serde_json::from_str(&invite.to_string()).unwrap();
        let command = Command::from_document(&document, account.catalog()).unwrap();
        let decided = account.decide(&actor, &command, NOW);
        prop_assert!(decided.is_ok(), "{}: {:?}", invite, decided);
    }
}
