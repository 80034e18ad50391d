//! AGY-8, GRD-5: who may do what in which account.

use bailiwick::agency::{AgencyCommand, Switch};
use bailiwick::{Actor, Agency, Command, Reason};

use super::{NOW, api, example, north, on, refused, revoke, set, ui};
use crate::actors;

#[test]
fn agy_8_an_id_says_nothing_in_another_account() {
    let agency = example();
    for account in agency.subaccounts() {
        for other in agency.subaccounts().filter(|other| other.id() != account.id()) {
            let lattice = other.compile();
            for user in account.users() {
                let subject = lattice.subject(user.id().as_str());
                assert!(subject.permissions().is_empty());
                for permission in agency.catalog().permissions() {
                    assert!(!lattice.allows(user.id().as_str(), permission));
                    assert_eq!(subject.reason(permission), Some(Reason::UnknownUser));
                }
            }
        }
    }
    // An admin of one is nobody in the others.
    let tick = Command::suspend("tim");
    let message = "`ana` may not do this: only an active user of this account may";
    for (id, account) in [("harbor", "summit"), ("summit", "summit")] {
        let command = AgencyCommand::within(account, tick.clone());
        let expected = ["not_authorized", "GRD-1", message];
        refused(&agency, &actors::user_of("north", id, "ana"), command, expected);
    }
    let mut after = agency.clone();
    let sue = actors::user_of("north", "summit", "sue");
    let _ = after.execute(&sue, AgencyCommand::within("summit", tick), NOW).unwrap();
    // What happens in one leaves the others alone.
    let others = |agency: &Agency| {
        let others = agency.subaccounts().filter(|one| one.id().as_str() != "summit");
        others.cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&after), others(&agency));
}

#[test]
fn grd_5_the_agency_and_the_host_alone_change_features() {
    let agency = example();
    let commands = || {
        [
            api("harbor", revoke(["logs"])),
            ui("harbor", revoke(["general.logs"])),
            AgencyCommand::select_all("general.logs", Switch::Off),
            AgencyCommand::create("quay"),
            AgencyCommand::delete("harbor"),
        ]
    };
    let strangers = [
        (actors::user_of("north", "harbor", "ana"), "`ana`"),
        (actors::user_of("north", "harbor", "mia"), "`mia`"),
        (actors::user_of("north", "north", "north"), "`north`"),
        (actors::agency("south"), "agency `south`"),
        (actors::agency("harbor"), "agency `harbor`"),
        (actors::agency("North"), "agency `North`"),
    ];
    for (actor, shown) in &strangers {
        let message = format!(
            "{shown} may not do this: only the agency itself or the host changes subaccounts"
        );
        for command in commands() {
            refused(&agency, actor, command, ["not_authorized", "GRD-5", &message]);
        }
    }
    for actor in [north(), Actor::Host] {
        for command in commands() {
            let change =
                agency.clone().execute(&actor, command, NOW).unwrap().into_change().unwrap();
            assert_eq!((change.actor(), change.revision()), (&actor, 1));
        }
    }
}

/// GRD-5: a command within a subaccount is no way around it, except for the agency itself.
#[test]
fn grd_5_within_a_subaccount_too() {
    let agency = example();
    let features = || {
        AgencyCommand::within("harbor", Command::set_features(["general.logs", "plan.enterprise"]))
    };
    let message = "`ana` may not do this: setting features is for the host, or the agency that the \
                   account belongs to";
    let ana = actors::user_of("north", "harbor", "ana");
    refused(&agency, &ana, features(), ["host_only", "GRD-5", message]);
    let message = "agency `south` may not do this: only an active user of this account may";
    let expected = ["not_authorized", "GRD-1", message];
    refused(&agency, &actors::agency("south"), features(), expected);
    for actor in [north(), Actor::Host] {
        let mut agency = agency.clone();
        let change = agency.execute(&actor, features(), NOW).unwrap().into_change().unwrap();
        let expected = ["general.assistants", "general.logs", "plan.enterprise"];
        assert_eq!(on(&agency, "harbor"), set(expected));
        assert_eq!(change.actor(), &actor);
    }
    // Users are for their own admins, or the host.
    let suspend = || AgencyCommand::within("harbor", Command::suspend("mia"));
    let message =
        "agency `north` may not do this: an agency changes only the features of a subaccount";
    refused(&agency, &north(), suspend(), ["not_authorized", "GRD-5", message]);
    for actor in [ana, Actor::Host] {
        let mut agency = agency.clone();
        let _ = agency.execute(&actor, suspend(), NOW).unwrap();
        assert_eq!(agency.subaccount("harbor").unwrap().revision(), 1);
    }
}
