//! USR-15: the Edit dialog shows what decisions are taken from, and offers exactly what commands
//! accept. In the module: the dialogs of subaccounts.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod subaccounts;

use std::collections::BTreeMap;

use bailiwick::account::dialog::{Answer, AreaRow, Choice, Dialog, LeafRow, Origin, RungRow};
use bailiwick::catalog::{LeafView, Scale, Setter, Source};
use bailiwick::document::{DIALOG_FORMAT, Document};
use bailiwick::presets::{agency_studio, tenant};
use bailiwick::{
    Account, Actor, Command, Invite, Level, Reason, Refusal, Role, Status, Timestamp, User, presets,
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
    let change = account.decide(actor, command, now)?;
    let mut after = account.clone();
    after.apply(&change).unwrap();
    Ok(differ(account, &after))
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
fn check_naive(naive: &naive::Dialog, dialog: &Dialog<'_>) {
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
    }
    let choices: BTreeMap<String, &Choice> =
        dialog.choices().map(|choice| (of_anyone(&json!(choice.command())), choice)).collect();
    for (command, expected) in &naive.choices {
        let choice = choices.get(&of_anyone(command));
        let choice = choice.unwrap_or_else(|| panic!("{command} is not offered"));
        assert_eq!(code(choice.answer()), expected, "{command}");
    }
}

/// A command in one spelling, whoever is invited by it.
fn of_anyone(command: &Value) -> String {
    let mut fields = sorted(command);
    if fields["command"] == "invite" {
        fields.retain(|name, _| !matches!(name.as_str(), "user" | "email"));
    }
    fields.retain(|name, value| name != "keep" || *value == true);
    if let Some(grants) = fields.get_mut("grants") {
        *grants = json!(sorted(grants));
    }
    json!(fields).to_string()
}

fn sorted(object: &Value) -> BTreeMap<String, Value> {
    object.as_object().unwrap().clone().into_iter().collect()
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
        check_all(&account, &actor(&account, index), NOW);
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
        let by = json!(actor);
        for user in account.users().take(2) {
            let id = user.id().as_str();
            let Ok(dialog) = account.dialog(&actor, id, clock) else { continue };
            check_naive(&directory.dialog(&by, id, clock.unix_millis()), &dialog);
        }
        if let Ok(new) = account.dialog_for_new(&actor, clock) {
            check_naive(&directory.invitation_dialog(&by, clock.unix_millis()), &new);
        }
    }
}

// What a dialog looks like.

/// A small product, and Kim, whose template and own grants overlap.
fn press() -> Account {
    account(&json!({
        "format": "bailiwick/account/1",
        "id": "press",
        "catalog": {
            "format": "bailiwick/catalog/1",
            "id": "press/1",
            "roles": {"member": "Editor"},
            "levels": {"none": "Hidden"},
            "areas": [
                {"key": "news", "description": "What is published", "scale": "levels",
                 "sub_sections": [{"key": "drafts"}, {"key": "archive"}]},
                {"key": "wire", "scale": {"actions": ["view", "send"]}},
                {"key": "crm", "label": "CRM access", "scale": "toggle", "user_only": true},
                {"key": "desk", "scale": "toggle", "source": "role",
                 "sub_sections": [{"key": "billing"}]},
                {"key": "extras", "scale": "toggle", "source": "account", "set_by": "agency",
                 "sub_sections": [{"key": "archive", "label": "The archive"}]},
            ],
            "gates": [{"target": "news.archive", "needs": ["extras.archive"]}],
        },
        "revision": 7,
        "templates": [
            {"id": "writer", "name": "Writer", "description": "Writes what is read", "grants": {"news": "read", "wire": ["view"]}},
        ],
        "users": [
            {"id": "ana", "email": "ana@press.example", "role": "admin", "status": "active"},
            {"id": "kim", "email": "kim@press.example", "role": "member", "status": "suspended",
             "template": "writer", "grants": {"news": "read", "wire": ["view", "send"]},
             "mutes": ["news.drafts:read"]},
        ],
    }))
}

fn ana(account: &Account) -> Actor {
    actors::user(account.id().as_str(), "ana")
}

/// Each choice in words, and what becomes of it.
fn answers(dialog: &Dialog<'_>) -> Vec<String> {
    let answers = dialog.choices().map(|choice| match choice.answer() {
        Answer::Open => format!("{}: open", choice.command()),
        Answer::Current => format!("{}: current", choice.command()),
        Answer::Refused(refusal) => format!("{}: {}", choice.command(), refusal.code()),
    });
    answers.collect()
}

#[track_caller]
fn has(dialog: &Dialog<'_>, expected: &[&str]) {
    let answers = answers(dialog);
    for line in expected {
        assert!(answers.iter().any(|answer| answer == line), "no `{line}` among {answers:#?}");
    }
}

#[track_caller]
fn rung<'a, 'd>(dialog: &'d Dialog<'a>, text: &str) -> &'d RungRow<'a> {
    let leaves = dialog.areas().iter().flat_map(AreaRow::leaves);
    leaves.flat_map(LeafRow::rungs).find(|rung| rung.text().to_string() == text).unwrap()
}

/// The document that a page draws, to the letter; its commands can be sent back as they are.
#[test]
fn usr_15_a_dialog_as_a_document() {
    let press = press();
    let dialog = press.dialog(&ana(&press), "kim", NOW).unwrap();
    let written = serde_json::to_string_pretty(&dialog).unwrap();
    assert_eq!(written, include_str!("../data/press.dialog.json").trim_end());
    assert!(written.contains(DIALOG_FORMAT));
    for choice in dialog.choices() {
        let command = serde_json::to_string(choice.command()).unwrap();
        let command: Document = serde_json::from_str(&command).unwrap();
        let command = Command::from_document(&command, press.catalog()).unwrap();
        assert_eq!(&command, choice.command());
    }
}

#[test]
fn usr_15_what_is_configured_and_from_where() {
    let press = press();
    let dialog = press.dialog(&ana(&press), "kim", NOW).unwrap();
    assert_eq!(dialog.user().map(|user| user.id().as_str()), Some("kim"));
    let roles: Vec<_> = dialog.roles().iter().map(|row| (row.label(), row.is_held())).collect();
    assert_eq!(roles, [("Admin", false), ("Editor", true)]);
    let templates = dialog.templates().iter();
    let templates: Vec<_> =
        templates.map(|row| (row.template().name(), row.is_assigned())).collect();
    assert_eq!(templates, [("Writer", true)]);
    let news = dialog.areas().first().unwrap();
    assert_eq!((news.level(), news.from()), (Some(Level::Read), Some(Origin::Both)));
    let leaves: Vec<_> = news
        .leaves()
        .iter()
        .map(|row| (row.leaf().path(), row.level(), row.is_restricted()))
        .collect();
    assert_eq!(
        leaves,
        [("news.drafts", Some(Level::None), true), ("news.archive", Some(Level::Read), false)]
    );
    for (text, from, configured, muted, inert) in [
        ("news.drafts:read", Some(Origin::Both), false, true, None),
        ("news.archive:read", Some(Origin::Both), true, false, Some(Reason::NotEntitled)),
        ("news.archive:edit", None, false, false, Some(Reason::NotEntitled)),
        ("wire:view", Some(Origin::Both), true, false, None),
        ("wire:send", Some(Origin::Own), true, false, None),
        ("crm:on", None, false, false, None),
        ("desk.billing:on", None, false, false, Some(Reason::AdminOnly)),
    ] {
        let rung = rung(&dialog, text);
        assert_eq!(
            (rung.from(), rung.is_configured(), rung.is_muted(), rung.inert()),
            (from, configured, muted, inert),
            "{text}",
        );
    }
}

/// LVL-6, LVL-13: what is above its area is refused as a section and offered as a raise; what is
/// set already is current.
#[test]
fn usr_15_levels_that_can_be_chosen() {
    let press = press();
    has(
        &press.dialog(&ana(&press), "kim", NOW).unwrap(),
        &[
            "set news of kim to none: open",
            "set news of kim to read: current",
            "set news of kim to edit: open",
            "set section news.drafts of kim to none: current",
            "set section news.drafts of kim to read: open",
            "set section news.archive of kim to read: current",
            "set section news.archive of kim to edit: exceeds_parent",
            "raise news.archive of kim to edit: open",
        ],
    );
}

/// CAT-14: who can turn on what is missing.
#[test]
fn usr_15_which_feature_is_off() {
    let mut account = Account::new("acme".parse().unwrap(), agency_studio::catalog());
    for command in [Invite::new("ana", "ana@acme.example").admin(), invite("kim")] {
        give(&mut account, command);
    }
    let off = |user: &str, text: &str| {
        let dialog = account.dialog(&Actor::Host, user, NOW).unwrap();
        let rung = rung(&dialog, text);
        let features = rung.features_off();
        let features = features.map(|leaf| (leaf.path(), leaf.label(), leaf.area().setter()));
        let features: Vec<_> =
            features.map(|(path, label, by)| format!("{path} {label} {by:?}")).collect();
        (rung.inert(), features)
    };
    let agency = Setter::Agency;
    let knowledge = format!("general.knowledge_base Knowledge Base {:?}", Some(agency));
    let cluster = format!("plan.enterprise_cluster Enterprise cluster {:?}", Some(Setter::Host));
    for (user, text, inert, features) in [
        ("kim", "knowledge.faqs:read", Some(Reason::NotEntitled), vec![knowledge.clone()]),
        ("ana", "knowledge.faqs:read", Some(Reason::NotEntitled), vec![knowledge]),
        ("ana", "workspace.studio_assistant:on", Some(Reason::NotEntitled), vec![cluster]),
        ("ana", "workspace.billing:on", None, vec![]),
        ("kim", "workspace.billing:on", Some(Reason::AdminOnly), vec![]),
        ("kim", "flows:edit", None, vec![]),
    ] {
        assert_eq!(off(user, text), (inert, features), "{user} {text}");
    }
}

#[track_caller]
fn give(account: &mut Account, command: impl Into<Command>) {
    let _change = account.execute(&Actor::Host, command, NOW).unwrap();
}

fn invite(user: &str) -> Invite {
    Invite::new(user, format!("{user}@acme.example"))
}

/// A tenant in which Tom, no admin, edits users.
fn delegated() -> Account {
    account(&json!({
        "format": "bailiwick/account/1",
        "id": "acme",
        "catalog": "tenant/1",
        "features": ["policy.user_delegation"],
        "seat_limit": 3,
        "users": [
            {"id": "ana", "email": "ana@acme.example", "role": "admin", "status": "active"},
            {"id": "tom", "email": "tom@acme.example", "role": "member", "status": "active",
             "grants": {"users": ["view", "edit"], "conversations": ["view"]}},
            {"id": "kim", "email": "kim@acme.example", "role": "member", "status": "invited",
             "grants": {"analytics": ["view"]}},
        ],
    }))
}

/// GRD-2, GRD-3, GRD-4, GRD-10: what a delegated member may choose, and why not the rest.
#[test]
fn usr_15_what_a_delegate_may_choose() {
    let acme = delegated();
    let tom = actors::user("acme", "tom");
    let of = |user| acme.dialog(&tom, user, NOW).unwrap();
    has(
        &of("kim"),
        &[
            "make kim admin: not_authorized",
            "suspend kim: open",
            "reactivate kim: wrong_status",
            "change email of kim to someone@new.example: not_authorized",
            "delete kim: not_authorized",
            "tick conversations:view for kim: open",
            "tick conversations:edit for kim: needs_first_action",
            "tick analytics:export for kim: escalation",
            "tick analytics:view for kim: current",
            "untick analytics:view for kim: open",
            "untick settings:view for kim: current",
            "tick crm:on for kim: escalation",
        ],
    );
    for (user, code) in [("tom", "self_edit"), ("ana", "not_authorized")] {
        let dialog = of(user);
        let refused = |code: &str| {
            dialog.choices().all(|choice| {
                choice.refusal().is_some_and(|refusal| {
                    refusal.code() == code || refusal.code() == "not_authorized"
                })
            })
        };
        assert!(refused(code), "{user}: {:#?}", answers(&dialog));
    }
}

/// GRD-11: whoever has no business in the account is shown nothing, and not told who is there.
#[test]
fn usr_15_strangers_are_shown_nothing() {
    let acme = delegated();
    let stranger = actors::user("north", "ana");
    for user in ["kim", "nobody"] {
        let refusal = acme.dialog(&stranger, user, NOW).unwrap_err();
        assert_eq!(refusal.code(), "not_authorized", "{user}");
    }
    assert_eq!(acme.dialog_for_new(&stranger, NOW).unwrap_err().code(), "not_authorized");
    let refusal = acme.dialog(&ana(&acme), "nobody", NOW).unwrap_err();
    assert_eq!(refusal.code(), "unknown_user");
}

#[test]
fn usr_15_someone_new() {
    let mut acme = delegated();
    let new = acme.dialog_for_new(&ana(&acme), NOW).unwrap();
    assert!(new.user().is_none());
    assert!(
        new.choices().all(|choice| choice.refusal().is_some_and(|one| one.code() == "seat_limit"))
    );

    give(&mut acme, Command::set_seat_limit(None));
    give(&mut acme, Command::invite("someone", "someone@new.example"));
    let new = acme.dialog_for_new(&ana(&acme), NOW).unwrap();
    has(
        &new,
        &[
            "invite someone2 <someone2@new.example> as admin: open",
            "invite someone2 <someone2@new.example> as member: open",
        ],
    );
    let member = new.roles().iter().find(|row| row.is_held()).unwrap();
    assert_eq!((member.role(), member.label()), (Role::Member, "User"));
    // An action brings the first of its scale along, since it would be inert alone.
    let create = rung(&new, "conversations:create");
    assert!(create.untick().is_none());
    let both = tenant::catalog().permission_set([create.permission()]);
    assert_eq!(both.len(), 2);
    let invited = create.tick().unwrap().command().to_string();
    assert!(invited.contains("conversations: view + create"), "{invited}");
}

/// TPL-3: what a template may be given, which is compared with what the actor holds (GRD-3).
#[test]
fn usr_15_what_may_be_set_in_a_template() {
    let press = press();
    let rows = press.dialog_for_template(&ana(&press), "writer", NOW).unwrap();
    let answers: Vec<String> = rows
        .iter()
        .flat_map(AreaRow::choices)
        .map(|choice| match choice.answer() {
            Answer::Open => choice.command().to_string(),
            Answer::Current => "current".to_owned(),
            Answer::Refused(refusal) => refusal.code().to_owned(),
        })
        .collect();
    assert_eq!(
        answers,
        [
            // The area at each level.
            "edit template writer to news: none, wire: view",
            "current",
            "edit template writer to news: edit, wire: view",
            // Drafts at none, at the area's level, and raised alone.
            "edit template writer to news: read, news.drafts: none, wire: view",
            "current",
            "edit template writer to news: edit, news.archive: read, wire: view",
            "edit template writer to news: read, news.archive: none, wire: view",
            "current",
            "edit template writer to news: edit, news.drafts: read, wire: view",
            // Each action ticked and unticked, and what only users have.
            "current",
            "edit template writer to news: read, wire: ",
            "edit template writer to news: read, wire: view + send",
            "current",
            "user_only",
            "current",
        ],
    );
    let unknown = press.dialog_for_template(&ana(&press), "reader", NOW).unwrap_err();
    assert_eq!(unknown.code(), "unknown_template");
}
