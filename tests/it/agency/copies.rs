//! AGY-4: what a new subaccount copies.

use bailiwick::agency::{AgencyChange, AgencyCommand, AgencyEdit, NewSubaccount};
use bailiwick::presets::{agency, studio};
use bailiwick::{AccountId, Features};

use super::{api, changed, example, grant, of, on, revoke, run, set};

/// Whom each new subaccount copied.
pub(super) fn copied(change: &AgencyChange) -> Vec<(&str, Option<&str>)> {
    let created = change.edits().iter().filter_map(|edit| match edit {
        AgencyEdit::Created { account, copied_from } => {
            Some((account.id().as_str(), copied_from.as_ref().map(AccountId::as_str)))
        }
        _ => None,
    });
    created.collect()
}

#[test]
fn agy_4_a_new_subaccount_copies_the_newest_that_exists() {
    let mut agency = of([]);
    let change = changed(&mut agency, AgencyCommand::create("first"));
    assert_eq!(copied(&change), [("first", None)]);
    assert_eq!(on(&agency, "first"), set(["general.assistants"]));

    let patch = grant(["contacts", "logs"]);
    let change = changed(&mut agency, NewSubaccount::new("second").patch(patch));
    assert_eq!(copied(&change), [("second", Some("first"))]);
    let second = set(["general.assistants", "general.contacts", "general.logs"]);
    assert_eq!(on(&agency, "second"), second);

    // The features as they are now, and the newest by creation, whoever changed last.
    run(&mut agency, api("second", revoke(["logs"])));
    run(&mut agency, api("first", grant(["chat"])));
    let change = changed(&mut agency, AgencyCommand::create("third"));
    assert_eq!(copied(&change), [("third", Some("second"))]);
    assert_eq!(on(&agency, "third"), set(["general.assistants", "general.contacts"]));

    // No link remains.
    run(&mut agency, api("second", grant(["workflows"])));
    assert_eq!(on(&agency, "third"), set(["general.assistants", "general.contacts"]));

    // What was deleted is not copied.
    run(&mut agency, AgencyCommand::delete("third"));
    let change = changed(&mut agency, AgencyCommand::create("fourth"));
    assert_eq!(copied(&change), [("fourth", Some("second"))]);
    assert_eq!(on(&agency, "fourth"), on(&agency, "second"));

    // With none left, it starts as the first one did.
    for id in ["first", "fourth", "second"] {
        run(&mut agency, AgencyCommand::delete(id));
    }
    assert!(agency.is_empty());
    let change = changed(&mut agency, AgencyCommand::create("fifth"));
    assert_eq!(copied(&change), [("fifth", None)]);
    assert_eq!(on(&agency, "fifth"), set(["general.assistants"]));
    let retired = agency.retired_subaccounts().map(ToString::to_string);
    assert_eq!(retired.collect::<Vec<_>>(), ["third", "first", "fourth", "second"]);
}

#[test]
fn agy_4_several_at_once_copy_one_another_in_order() {
    let new = || {
        [
            NewSubaccount::new("a").patch(grant(["logs"])),
            NewSubaccount::new("b").patch_by_path(grant(["capabilities.calls"])),
            NewSubaccount::new("c").patch(revoke(["logs"]).grant("chat")),
        ]
    };
    let start = of(["harbor"]);
    let mut at_once = start.clone();
    let change = changed(&mut at_once, AgencyCommand::create_all(new()));
    let expected = [("a", Some("harbor")), ("b", Some("a")), ("c", Some("b"))];
    assert_eq!(copied(&change), expected);
    assert_eq!(at_once.revision(), start.revision() + 1);
    let expected = set(["general.assistants", "agent_types.chat", "capabilities.calls"]);
    assert_eq!(on(&at_once, "c"), expected);
    let mut by_one = start;
    for one in new() {
        run(&mut by_one, one);
    }
    assert!(by_one.subaccounts().eq(at_once.subaccounts()));
}

#[test]
fn agy_4_a_fixed_set_may_be_the_start_of_all() {
    let mut fixed = Features::new(&agency::catalog());
    fixed.turn_on(agency::general::LOGS).unwrap();
    let mut agency = of(["harbor"]).with_default_features(fixed).unwrap();
    run(&mut agency, api("harbor", grant(["chat", "contacts"])));
    let new = [
        NewSubaccount::new("a").patch(grant(["inbound"])),
        NewSubaccount::new("b"),
        NewSubaccount::new("c").patch(revoke(["logs"])),
    ];
    let change = changed(&mut agency, AgencyCommand::create_all(new));
    assert_eq!(copied(&change), [("a", None), ("b", None), ("c", None)]);
    assert_eq!(
        on(&agency, "a"),
        set(["general.assistants", "general.logs", "agent_types.inbound"])
    );
    assert_eq!(on(&agency, "b"), set(["general.assistants", "general.logs"]));
    assert_eq!(on(&agency, "c"), set(["general.assistants"]));
    // Features of another catalog are refused.
    let other = Features::new(&studio::catalog());
    assert!(of([]).with_default_features(other).is_err());
}

/// A copy takes features and nothing else.
#[test]
fn agy_4_a_new_subaccount_has_no_users_and_no_templates() {
    let mut agency = example();
    run(&mut agency, AgencyCommand::create("quay"));
    let quay = agency.subaccount("quay").unwrap();
    assert_eq!((quay.users().count(), quay.templates().count(), quay.revision()), (0, 0, 0));
    assert_eq!(quay.features(), agency.subaccount("bright").unwrap().features());
    assert_eq!(quay.catalog(), agency.catalog());
}
