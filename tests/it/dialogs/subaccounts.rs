//! USR-15 in an agency: the dialog of a subaccount's user, as the host, the agency and the
//! subaccount's own users are to see it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use bailiwick::account::dialog::AreaRow;
use bailiwick::agency::{AgencyCommand, AgencyRefusal};
use bailiwick::catalog::{Catalog, Group};
use bailiwick::document::Document;
use bailiwick::presets::{agency, agency_studio, tenant};
use bailiwick::{Account, Actor, Agency, Command, Refusal, Timestamp, User};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::{NOW, check_choices, check_naive, check_shown, differ};
use crate::actors;
use crate::model::read_actor;
use crate::naive::agency::{Naive, features_of};
use crate::worlds::Commands;

/// The tenant, sold by agencies: members to whom inviting is delegated, as long as the agency
/// grants it.
fn desk() -> Catalog {
    let features = [("general", "general"), ("integrations", "vendor_integrations")];
    let invite = ["tenant.users:on", "users:create"];
    tenant::catalog()
        .to_builder("desk/1")
        .include_as(&agency::catalog(), features)
        .gate("analytics", ["general.analytics"])
        .authority(Group::Invite, invite, ["general.invite_members"])
        .build()
        .unwrap()
}

/// An agency on a catalog after some commands, kept by the library and by the naive side.
fn story(catalog: &Catalog, seed: u64) -> (Agency, Naive) {
    let mut source = Commands::new(seed);
    let spelled_out = serde_json::to_value(catalog).unwrap();
    let subaccounts: Vec<Value> = (0..2).map(|_| source.subaccount(&spelled_out)).collect();
    let document = Commands::agency(catalog.id(), &subaccounts);
    let read = |value: &Value| serde_json::from_str::<Document>(&value.to_string()).unwrap();
    let mut agency =
        Agency::from_document(&read(&document), core::slice::from_ref(catalog)).unwrap();
    let features = features_of(&spelled_out);
    let mut naive = Naive::new(spelled_out, features, None, &subaccounts);
    for _ in 0..20 {
        let (actor, command, now) = source.next(&naive);
        let outcome = naive.execute(&actor, &command, now);
        let command = AgencyCommand::from_document(&read(&command), catalog).unwrap();
        let now = Timestamp::from_unix_millis(now);
        let given = agency.execute(&read_actor(&actor), command, now);
        assert_eq!(given.is_ok(), outcome.is_ok());
    }
    (agency, naive)
}

/// Everybody who might look: the host, this agency and another, and everybody in it, also as if
/// they were somewhere else.
fn actors(agency: &Agency) -> Vec<Actor> {
    let users = agency.subaccounts().flat_map(|account| {
        account.users().map(|user| (account.id().as_str(), user.id().as_str()))
    });
    let users = users.flat_map(|(account, user)| {
        [
            actors::user_of("agency", account, user),
            actors::user_of("acme", account, user),
            actors::user(account, user),
        ]
    });
    let principals = ["agency", "acme"].map(actors::agency);
    [Actor::Host].into_iter().chain(principals).chain(users).collect()
}

/// A command in a subaccount: whether it changes anything there, or why it is refused.
fn change(
    agency: &Agency,
    actor: &Actor,
    account: &str,
    command: &Command,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let within = AgencyCommand::within(account, command.clone());
    let mut after = agency.clone();
    match after.execute(actor, within, now) {
        Ok(_) => {
            let [was, is] = [agency, &after].map(|one| one.subaccount(account).unwrap());
            Ok(differ(was, is))
        }
        Err(AgencyRefusal::Account(refusal)) => Err(refusal),
        Err(refusal) => panic!("{refusal}"),
    }
}

/// Who is a stranger to a subaccount is told the same whatever they ask for (GRD-11).
fn check_stranger(agency: &Agency, actor: &Actor, account: &str) {
    let now = NOW;
    let refusal = agency.dialog_for_new(actor, account, now).unwrap_err();
    assert_eq!((refusal.code(), refusal.rule()), ("not_authorized", "GRD-1"));
    for user in ["u0", "u1", "nobody"] {
        assert_eq!(agency.dialog(actor, account, user, now).unwrap_err(), refusal, "{actor}");
    }
    let template = agency.dialog_for_template(actor, account, "t0", now);
    assert_eq!(template.unwrap_err(), refusal);
    assert_eq!(agency.dialog_for_new(actor, "no such place", now).unwrap_err(), refusal);
    let command = AgencyCommand::within(account, Command::suspend("u0"));
    assert_eq!(agency.decide(actor, &command, now).unwrap_err(), refusal);
}

/// All that somebody who may act in a subaccount is shown there agrees with the naive side, and all
/// that they are offered with what is accepted.
fn check_dialogs(agency: &Agency, naive: &Naive, actor: &Actor, account: &Account, user: Index) {
    let id = account.id().as_str();
    let give = |command: &Command| change(agency, actor, id, command, NOW);
    let expected = |user| naive.dialog(&json!(actor), &json!(id), user, NOW.unix_millis());
    let new = agency.dialog_for_new(actor, id, NOW).unwrap();
    let directory = &naive.subaccounts.iter().find(|(one, ..)| one == id).unwrap().2;
    check_naive(directory, &expected(None).unwrap(), &new);
    check_choices(new.choices(), give);
    let users: Vec<&User> = account.users().collect();
    if !users.is_empty() {
        let user = user.get(&users);
        let dialog = agency.dialog(actor, id, user.id().as_str(), NOW).unwrap();
        check_shown(account, user, &dialog);
        check_naive(directory, &expected(Some(user.id().as_str())).unwrap(), &dialog);
        check_choices(dialog.choices(), give);
    }
    let unknown = agency.dialog(actor, id, "nobody", NOW).unwrap_err();
    assert_eq!(unknown.code(), expected(Some("nobody")).unwrap_err());
    if let Some(template) = account.templates().next() {
        let rows = agency.dialog_for_template(actor, id, template.id().as_str(), NOW).unwrap();
        check_choices(rows.iter().flat_map(AreaRow::choices), give);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// For one of those who may act in it; and nobody else is told anything.
    #[test]
    fn usr_15_a_dialog_in_a_subaccount_agrees_with_the_commands(
        seed in any::<u64>().no_shrink(),
        is_desk in any::<bool>(),
        place in any::<Index>(),
        user in any::<Index>(),
    ) {
        let catalog = if is_desk { desk() } else { agency_studio::catalog() };
        let (agency, naive) = story(&catalog, seed);
        let accounts: Vec<&Account> = agency.subaccounts().collect();
        prop_assume!(!accounts.is_empty());
        let account = place.get(&accounts);
        let id = account.id().as_str();
        let (insiders, strangers): (Vec<_>, Vec<_>) =
            actors(&agency).into_iter().partition(|actor| naive.may_enter(&json!(actor), &json!(id)));
        for actor in &strangers {
            check_stranger(&agency, actor, id);
        }
        check_dialogs(&agency, &naive, user.get(&insiders), account, place);
    }
}
