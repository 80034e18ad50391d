//! AGY-1 to AGY-3, AGY-9: features and their names, and the patches that set them.

use std::collections::BTreeSet;

use bailiwick::agency::{
    AgencyCommand, ApiFeatures, FeaturePatch, FeatureState, NewSubaccount, Switch,
};
use bailiwick::presets::agency;
use bailiwick::{Actor, Command, Features};

use super::{
    API, NOW, agencys, all, api, example, grant, north, of, on, refused, revoke, run, set, ui,
    unchanged, written,
};

#[test]
fn agy_1_features_and_their_api_names() {
    let agency = of(["harbor"]);
    let named = agency.feature_table().filter_map(|row| Some((row.path(), row.api_name()?)));
    assert_eq!(named.collect::<Vec<_>>(), API);
    let table: Vec<_> = agency.feature_table().map(|row| row.path().to_owned()).collect();
    let known: Vec<_> =
        crate::naive::agency::features(false).into_iter().map(|feature| feature.path).collect();
    assert_eq!(table, known);
    assert_eq!(table.len(), 33);
    let values = ApiFeatures::of(agency.subaccount("harbor").unwrap().features());
    assert!(values.iter().eq(API.map(|(_, name)| (name, name == "assistants"))));
    // The composed catalog keeps the names.
    let example = example();
    let named = example.feature_table().filter_map(|row| Some((row.path(), row.api_name()?)));
    assert!(named.eq(API));
}

#[test]
fn agy_2_assistants_are_always_on() {
    let assistants = "general.assistants";
    let none = Features::new(&agency::catalog());
    let mut agency = of(["harbor"]).with_default_features(none).unwrap();
    run(&mut agency, AgencyCommand::create("quay"));
    let nothing = Command::set_features::<[&str; 0]>([]);
    run(&mut agency, AgencyCommand::within("quay", nothing));
    for id in ["harbor", "quay"] {
        assert_eq!(on(&agency, id), set([assistants]));
    }
    for command in [
        api("harbor", revoke(["assistants"])),
        api("harbor", revoke(["contacts", "assistants"])),
        ui("harbor", revoke([assistants])),
        NewSubaccount::new("new").patch(revoke(["assistants"])).into(),
        AgencyCommand::select_all(assistants, Switch::Off),
    ] {
        let message = "`general.assistants` is always on and cannot be turned off";
        for actor in [north(), Actor::Host] {
            refused(&agency, &actor, command.clone(), ["always_on", "AGY-2", message]);
        }
    }
    // Turning it on changes nothing.
    unchanged(&mut agency, api("harbor", grant(["assistants"])));
    unchanged(&mut agency, AgencyCommand::select_all(assistants, Switch::On));
    assert_eq!(agency.feature_state(assistants), Ok(FeatureState::All { subaccounts: 2 }));
    // It is refused even if there is no subaccount to turn it off in.
    let message = "`general.assistants` is always on and cannot be turned off";
    let off = AgencyCommand::select_all(assistants, Switch::Off);
    refused(&of([]), &north(), off, ["always_on", "AGY-2", message]);
}

const KNOWN: &str = "`assistants`, `knowledge_base`, `actions`, `workflows`, `contacts`, \
                     `phone_numbers`, `analytics`, `simulations`, `logs`, `inbound`, `outbound`, \
                     `widget`, `chat`";

#[test]
fn every_refusal_to_the_letter() {
    let mut agency = of(["harbor", "quay", "gone"]);
    run(&mut agency, AgencyCommand::delete("gone"));
    let check = |command: AgencyCommand, code, rule, message: &str| {
        refused(&agency, &north(), command, [code, rule, message]);
    };
    let unknown = "unknown subaccount `south`";
    for command in [
        AgencyCommand::delete("south"),
        api("south", FeaturePatch::new()),
        ui("south", FeaturePatch::new()),
        AgencyCommand::within("south", Command::suspend("ana")),
    ] {
        check(command, "unknown_subaccount", "AGY-8", unknown);
    }
    for id in ["harbor", "gone"] {
        let message = format!("subaccount id `{id}` is in use or was used before: choose another");
        check(AgencyCommand::create(id), "subaccount_exists", "AGY-4", &message);
        let twice = ["new", id].map(NewSubaccount::new);
        check(AgencyCommand::create_all(twice), "subaccount_exists", "AGY-4", &message);
    }
    let twice = ["new", "new"].map(NewSubaccount::new);
    let message = "subaccount id `new` is in use or was used before: choose another";
    check(AgencyCommand::create_all(twice), "subaccount_exists", "AGY-4", message);
    let message = "an id is empty; it has 1 to 255 bytes";
    check(AgencyCommand::create(""), "invalid_id", "AGY-4", message);
    let message = "an id of 256 bytes is too long; it has 1 to 255 bytes";
    check(AgencyCommand::create("x".repeat(256)), "invalid_id", "AGY-4", message);
    let message = "no subaccount is named: name at least one";
    check(AgencyCommand::create_all([]), "empty_batch", "AGY-4", message);

    let logs = "duplicate `logs` in the patch: name each feature once";
    check(api("harbor", grant(["logs", "chat", "logs"])), "duplicate", "AGY-3", logs);
    check(api("harbor", revoke(["logs", "logs"])), "duplicate", "AGY-3", logs);
    let message = "duplicate `general.logs` in the patch: name each feature once";
    check(ui("harbor", grant(["general.logs", "general.logs"])), "duplicate", "AGY-3", message);
    let message = "`logs` is both granted and revoked: keep one of the two";
    check(api("harbor", grant(["logs"]).revoke("logs")), "overlap", "AGY-3", message);
    let message = "`assistants` is both granted and revoked: keep one of the two";
    check(api("harbor", grant(["assistants"]).revoke("assistants")), "overlap", "AGY-3", message);
    let message = format!("the API knows no feature `fax`; it knows {KNOWN}");
    check(api("harbor", grant(["fax"])), "unknown_feature", "AGY-3", &message);
    check(api("harbor", revoke(["fax"])), "unknown_feature", "AGY-3", &message);
    for name in ["invite_members", "general.invite_members", "twilio", "capabilities.actions"] {
        let message =
            format!("`{name}` cannot be set through the API: set it in the user interface");
        check(api("harbor", grant([name])), "ui_only", "AGY-3", &message);
        check(api("harbor", revoke([name])), "ui_only", "AGY-3", &message);
        let new = NewSubaccount::new("new").patch(grant([name]));
        check(new.into(), "ui_only", "AGY-3", &message);
    }
    let areas = "`general`, `agent_types`, `capabilities`, `integrations`, `action_types`, \
                 `workspace`";
    let message = format!("unknown area `contacts`; the catalog has {areas}");
    check(ui("harbor", grant(["contacts"])), "unknown_feature", "AGY-3", &message);
    let switch = AgencyCommand::select_all("contacts", Switch::On);
    check(switch, "unknown_feature", "AGY-3", &message);
    let message = "`capabilities` has no sub-section `fax`; it has `configure`, `prompt`, \
                   `actions`, `deployment`, `calls`";
    check(ui("harbor", grant(["capabilities.fax"])), "unknown_feature", "AGY-3", message);

    let message = "unknown user `ana`";
    let within = AgencyCommand::within("harbor", Command::suspend("ana"));
    refused(&agency, &Actor::Host, within, ["unknown_user", "USR-1", message]);
}

/// Grants and templates never set a feature.
#[test]
fn agy_3_a_feature_is_what_the_account_has() {
    let example = example();
    let features = all(example.catalog());
    let known: Vec<String> = features.iter().take(20).map(|path| format!("`{path}`")).collect();
    let known = format!("{} and {} more", known.join(", "), features.len() - 20);
    for path in ["knowledge.faqs", "flows", "workspace.billing", "general", "knowledge"] {
        let message = format!("`{path}` is not an account feature; the features are {known}");
        let expected = ["unknown_feature", "AGY-3", &message];
        refused(&example, &north(), ui("harbor", grant([path])), expected);
        refused(&example, &north(), AgencyCommand::select_all(path, Switch::On), expected);
    }
}

#[test]
fn agy_3_a_patch_is_atomic() {
    let mut agency = of(["harbor"]);
    run(&mut agency, api("harbor", grant(["logs", "chat"])));
    for bad in [
        grant(["contacts", "fax"]),
        grant(["contacts"]).revoke("logs").revoke("assistants"),
        grant(["contacts", "twilio"]).revoke("logs"),
        grant(["contacts", "contacts"]),
        grant(["contacts"]).revoke("contacts"),
    ] {
        let before = (agency.clone(), written(&agency));
        agency.execute(&north(), api("harbor", bad.clone()), NOW).unwrap_err();
        let new = [NewSubaccount::new("one"), NewSubaccount::new("two").patch(bad)];
        agency.execute(&north(), AgencyCommand::create_all(new), NOW).unwrap_err();
        assert_eq!((&agency, &written(&agency)), (&before.0, &before.1));
    }
}

/// An empty patch is accepted, and is no revision (REV-11).
#[test]
fn agy_3_an_empty_patch_changes_nothing() {
    let mut agency = of(["harbor"]);
    for command in [api("harbor", FeaturePatch::new()), ui("harbor", FeaturePatch::new())] {
        unchanged(&mut agency, command);
    }
}

#[test]
fn agy_3_the_user_interface_sets_every_feature_of_the_agency() {
    for start in [of(["harbor", "quay"]), example()] {
        let mut agency = start.clone();
        let other = agency.subaccounts().last().unwrap().clone();
        let features = agencys(start.catalog());
        let hosts = &on(&agency, "harbor") - &features.iter().cloned().collect();
        for path in &features {
            run(&mut agency, ui("harbor", grant([path])));
            assert!(on(&agency, "harbor").contains(path));
        }
        for path in features.iter().filter(|path| *path != "general.assistants") {
            run(&mut agency, ui("harbor", revoke([path])));
            assert!(!on(&agency, "harbor").contains(path));
        }
        assert_eq!(on(&agency, "harbor"), &set(["general.assistants"]) | &hosts);
        assert_eq!(agency.subaccounts().last(), Some(&other));
    }
}

/// AGY-9, GRD-5: an agency neither gives a plan nor takes one away. Nor does a command about
/// several subaccounts, even if the host gives it.
#[test]
fn agy_9_no_patch_touches_a_plan() {
    let agency = example();
    let message = "`plan.enterprise` is set by the host alone, for one subaccount: use \
                   `set_features`";
    let plan = "plan.enterprise";
    for actor in [north(), Actor::Host] {
        for command in [
            ui("harbor", grant([plan])),
            ui("harbor", revoke([plan])),
            AgencyCommand::select_all(plan, Switch::On),
            NewSubaccount::new("new").patch_by_path(grant([plan])).into(),
        ] {
            refused(&agency, &actor, command, ["host_only", "AGY-9", message]);
        }
    }
    assert!(on(&agency, "harbor").contains(plan));
    let within =
        |features: &[&str]| AgencyCommand::within("harbor", Command::set_features(features));
    let message = "agency `north` may not do this: setting `plan.enterprise` is for the host alone";
    refused(&agency, &north(), within(&["general.logs"]), ["host_only", "GRD-5", message]);
    // A new subaccount starts with the catalog's defaults of what the host sets.
    let mut agency = agency;
    run(&mut agency, AgencyCommand::create("new"));
    let newest = on(&example(), example().newest_subaccount().unwrap().id().as_str());
    let copied = newest.into_iter().filter(|path| !path.starts_with("plan."));
    assert_eq!(on(&agency, "new"), copied.collect());
}

#[test]
fn agy_6_actions_are_independent_of_one_another() {
    let is_one = |path: &String| {
        path == "general.actions"
            || path == "capabilities.actions"
            || path.starts_with("action_types.")
    };
    let ten: Vec<String> = all(&agency::catalog()).into_iter().filter(is_one).collect();
    assert_eq!(ten.len(), 10);
    for subset in 0..1_u32 << ten.len() {
        let mut features = Features::new(&agency::catalog());
        let chosen = (0..).zip(&ten).filter(|(place, _)| subset >> place & 1 == 1);
        let chosen: BTreeSet<&String> = chosen.map(|(_, path)| path).collect();
        for path in &chosen {
            features.turn_on(path).unwrap();
        }
        for path in &ten {
            let feature = agency::catalog().permission(&format!("{path}:on")).unwrap();
            assert_eq!(features.is_effective(feature), chosen.contains(path), "{path}");
        }
    }
    // Nor does setting one set another.
    for path in &ten {
        let mut agency = of(["harbor"]);
        run(&mut agency, ui("harbor", grant([path])));
        assert_eq!(on(&agency, "harbor"), set(["general.assistants", path]));
    }
}
