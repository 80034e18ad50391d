//! AGY-5: a feature over all subaccounts, and all features of one.

use bailiwick::agency::{AgencyCommand, FeatureState, NewSubaccount, Switch};
use bailiwick::presets::agency;
use bailiwick::{Account, Agency};

use super::{NOW, agencys, example, grant, north, of, paths, revoke, run};

/// Every feature's state against a count of the subaccounts.
#[track_caller]
pub(super) fn check_counts(agency: &Agency) {
    let subaccounts = agency.len();
    assert_eq!(subaccounts, agency.subaccounts().count());
    for row in agency.feature_table() {
        let on = agency.subaccounts().filter(|one| one.features().is_on(row.feature())).count();
        let expected = match on {
            0 => FeatureState::None { subaccounts },
            on if on == subaccounts => FeatureState::All { subaccounts },
            on => FeatureState::Mixed { on, subaccounts },
        };
        assert_eq!(row.state(), expected, "{}", row.path());
        assert_eq!(agency.feature_state(row.path()), Ok(expected));
        let cells = row.cells().filter(|(_, is_on)| *is_on).count();
        assert_eq!(cells, on, "{}", row.path());
        assert!(row.cells().map(|(one, _)| one.id()).eq(agency.subaccounts().map(Account::id)));
    }
}

#[test]
fn agy_5_all_none_and_mixed() {
    let logs = agency::general::LOGS;
    let state = |agency: &Agency| agency.feature_state(logs).unwrap();
    let mut agency = of([]);
    assert_eq!(state(&agency), FeatureState::None { subaccounts: 0 });
    run(&mut agency, NewSubaccount::new("a").patch(grant(["logs"])));
    assert_eq!(state(&agency), FeatureState::All { subaccounts: 1 });
    run(&mut agency, NewSubaccount::new("b").patch(revoke(["logs"])));
    assert_eq!(state(&agency), FeatureState::Mixed { on: 1, subaccounts: 2 });
    run(&mut agency, AgencyCommand::delete("a"));
    assert_eq!(state(&agency), FeatureState::None { subaccounts: 1 });
    run(&mut agency, AgencyCommand::select_all(logs, Switch::On));
    assert_eq!(state(&agency), FeatureState::All { subaccounts: 1 });
    check_counts(&agency);
    let unknown = agency.feature_state("logs").unwrap_err().to_string();
    let areas = "`general`, `agent_types`, `capabilities`, `integrations`, `action_types`, \
                 `workspace`";
    assert_eq!(unknown, format!("unknown area `logs`; the catalog has {areas}"));
}

#[test]
fn agy_5_select_all_touches_no_other_feature() {
    for start in [of(["a", "b", "c"]), example()] {
        for path in agencys(start.catalog()) {
            for switch in [Switch::On, Switch::Off] {
                if (&*path, switch) == ("general.assistants", Switch::Off) {
                    continue;
                }
                let mut agency = start.clone();
                let select_all = AgencyCommand::select_all(&path, switch);
                let outcome = agency.execute(&north(), select_all, NOW).unwrap();
                for (was, is) in start.subaccounts().zip(agency.subaccounts()) {
                    let (mut expected, is) = (paths(was.features()), paths(is.features()));
                    match switch {
                        Switch::On => expected.insert(path.clone()),
                        Switch::Off => expected.remove(&path),
                    };
                    assert_eq!(is, expected, "{path}");
                }
                // Who has it already is not written.
                let had = |one: &&Account| {
                    paths(one.features()).contains(&path) == (switch == Switch::On)
                };
                let written = outcome.change().map_or(0, |change| change.edits().len());
                assert_eq!(written, start.len() - start.subaccounts().filter(had).count());
                check_counts(&agency);
            }
        }
    }
}
