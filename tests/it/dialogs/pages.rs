//! USR-15: what dialogs look like, one by one.

use bailiwick::account::dialog::{Answer, AreaRow, Dialog, LeafRow, Origin, RungRow};
use bailiwick::catalog::Setter;
use bailiwick::document::{DIALOG_FORMAT, Document};
use bailiwick::presets::{agency_studio, tenant};
use bailiwick::{Account, Actor, Command, Invite, Level, Reason, Role};
use serde_json::json;

use super::{NOW, account};
use crate::actors;

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
    assert_eq!(written, include_str!("../../data/press.dialog.json").trim_end());
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
            "edit template writer to news: read, wire: none",
            "edit template writer to news: read, wire: view + send",
            "current",
            "user_only",
            "current",
        ],
    );
    let unknown = press.dialog_for_template(&ana(&press), "reader", NOW).unwrap_err();
    assert_eq!(unknown.code(), "unknown_template");
}
