//! AGY-3, AGY-7: a patch is atomic, and comes undone.

use std::collections::BTreeSet;

use bailiwick::agency::{AgencyCommand, ApiFeatures, FeaturePatch};
use bailiwick::presets::agency;
use bailiwick::{Agency, Command};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use serde_json::Value;

use super::{API, all, api, of, on, parse, run, ui, unchanged};

/// A subaccount with some features on, and a patch: names, each turned on or off.
type Patched = (Vec<String>, Vec<(String, bool)>);

fn patched(by_api: bool) -> impl Strategy<Value = Patched> {
    let names = if by_api {
        API.map(|(_, name)| name.to_owned()).into_iter().skip(1).collect()
    } else {
        all(&agency::catalog()).into_iter().skip(1).collect::<Vec<_>>()
    };
    let count = names.len();
    let before = subsequence(all(&agency::catalog()), 0..=33);
    let chosen = subsequence(names, 0..=count).prop_shuffle();
    (before, chosen, any::<u64>()).prop_map(|(before, chosen, bits)| {
        let switched = (0..).zip(chosen).map(|(place, name)| (name, bits >> place & 1 == 1));
        (before, switched.collect())
    })
}

fn with_features(features: &[String]) -> Agency {
    let mut agency = of(["harbor"]);
    run(&mut agency, AgencyCommand::within("harbor", Command::set_features(features)));
    agency
}

fn patch_of(switched: &[(String, bool)]) -> FeaturePatch {
    switched.iter().fold(FeaturePatch::new(), |patch, (name, is_on)| {
        if *is_on { patch.grant(name) } else { patch.revoke(name) }
    })
}

proptest! {
    #[test]
    fn agy_3_a_patch_does_what_it_says_in_any_order_and_once(
        by_api in any::<bool>(),
        (api_patch, ui_patch) in (patched(true), patched(false)),
        turn in any::<Index>(),
    ) {
        let (before, mut switched) = if by_api { api_patch } else { ui_patch };
        let command = |patch| if by_api { api("harbor", patch) } else { ui("harbor", patch) };
        let start = with_features(&before);
        let mut expected = on(&start, "harbor");
        for (name, is_on) in &switched {
            let found = API.iter().find(|(_, api)| by_api && api == name);
            let path = found.map_or(name.clone(), |(path, _)| (*path).to_owned());
            if *is_on {
                expected.insert(path);
            } else {
                expected.remove(&path);
            }
        }
        let mut once = start.clone();
        run(&mut once, command(patch_of(&switched)));
        prop_assert_eq!(on(&once, "harbor"), expected);
        // In another order, and the other list first.
        let middle = if switched.is_empty() { 0 } else { turn.index(switched.len()) };
        switched.rotate_left(middle);
        switched.reverse();
        let mut other = start;
        run(&mut other, command(patch_of(&switched)));
        prop_assert_eq!(other.subaccount("harbor"), once.subaccount("harbor"));
        // Once more, which is no change.
        unchanged(&mut other, command(patch_of(&switched)));
        prop_assert_eq!(other.subaccount("harbor"), once.subaccount("harbor"));
    }

    #[test]
    fn agy_3_what_the_api_gives_out_changes_nothing_when_it_comes_in(
        (from, to) in (patched(false), patched(false)),
    ) {
        let (mut from, mut to) = (with_features(&from.0), with_features(&to.0));
        let features = |agency: &Agency| agency.subaccount("harbor").unwrap().features().clone();
        let given = ApiFeatures::of(&features(&from));
        let object = serde_json::to_value(&given).unwrap();
        prop_assert_eq!(object.as_object().unwrap().len(), 13);
        prop_assert!(object.as_object().unwrap().values().all(Value::is_boolean));
        let read = ApiFeatures::from_document(&parse(&object)).unwrap();
        prop_assert_eq!(&read, &given);
        unchanged(&mut from, api("harbor", read.to_patch()));
        // In another subaccount it sets the thirteen, and no others.
        let before = on(&to, "harbor");
        run(&mut to, api("harbor", read.to_patch()));
        prop_assert_eq!(&ApiFeatures::of(&features(&to)), &given);
        let is_named = |path: &String| API.iter().any(|(one, _)| one == path);
        let unnamed = |set: BTreeSet<String>| -> BTreeSet<String> {
            set.into_iter().filter(|path| !is_named(path)).collect()
        };
        prop_assert_eq!(unnamed(on(&to, "harbor")), unnamed(before));
    }
}
