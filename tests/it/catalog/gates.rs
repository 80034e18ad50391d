//! CAT-6, AGY-2: what needs an account feature, and what is always on.

use bailiwick::catalog::{CatalogBuilder, Source};
use bailiwick::presets::{agency, studio, studio_classic};
use bailiwick::{Area, Catalog, Features, Mutes, Role, Section};

use super::{base, every_feature, features, held, small};

/// CAT-6: what the gates of the presets close, for admins too, and that one gate leads to another.
#[test]
fn a_gate_makes_inert_what_lacks_its_features() {
    #[track_caller]
    fn check(catalog: &Catalog, features: &[&str], closed: &str) {
        let mut on = Features::new(catalog);
        for feature in features {
            on.turn_on(feature).unwrap();
        }
        let set = held(catalog, Role::Admin, &Mutes::new(catalog), &on);
        let missing = catalog.permissions().filter(|one| !set.contains(*one));
        let missing: Vec<String> = missing.map(|one| catalog.display(one).to_string()).collect();
        assert_eq!(missing.join(" "), closed, "{features:?}");
    }
    let (plan, assistant) = ("plan.enterprise:on", "workspace.studio_assistant:on");
    let cluster = "plan.enterprise_cluster:on";
    check(&studio::catalog(), &[], &format!("{assistant} {plan} {cluster}"));
    check(&studio::catalog(), &["plan.enterprise"], &format!("{assistant} {cluster}"));
    check(&studio::catalog(), &["plan.enterprise_cluster"], plan);
    check(&studio_classic::catalog(), &[], plan);
    check(&studio_classic::catalog(), &["plan.enterprise"], "");
    let small = small::catalog();
    let queues = "queues.fast:view queues.fast:purge queues.slow:view queues.slow:purge";
    let drafts = "docs.drafts:read docs.drafts:edit";
    check(
        &small,
        &["plan.pro", "beta"],
        &format!("{drafts} desk.vault:on plan.pro:on plan.team:on"),
    );
    check(&small, &["plan.pro", "plan.team"], &format!("{queues} desk.vault:on beta:on"));
    check(&small, &["plan.pro", "plan.team", "beta"], "");
}

/// AGY-2: what is always on stays on, and so the tables above cannot drop it.
#[test]
fn what_is_always_on_cannot_be_turned_off() {
    let mut features = Features::new(&agency::catalog());
    let assistants = agency::general::ASSISTANTS;
    assert!(features.is_on(assistants.on()));
    let refused = features.turn_off(assistants).unwrap_err();
    assert_eq!(refused.to_string(), "`general.assistants` is always on and cannot be turned off");
    assert!(features.is_on(assistants.on()));
    features.turn_on(agency::general::LOGS).unwrap();
    features.turn_off(agency::general::LOGS).unwrap();
    assert!(!features.is_on(agency::general::LOGS.on()));
}

/// CAT-6: a chain of as many gates as there can be, in either order, is closed.
#[test]
fn a_chain_of_gates_is_closed_in_any_order() {
    const MOST: usize = bailiwick::catalog::MAX_GATES;
    let chain = |gates: &mut dyn Iterator<Item = usize>, last: &str| {
        let areas = (0..=MOST).map(|at| features_of(&format!("f{at}")));
        let builder = areas.fold(Catalog::builder("desk/1"), CatalogBuilder::area);
        gates
            .fold(builder, |builder, at| {
                let need = if at + 1 == MOST { last.to_owned() } else { format!("f{}", at + 1) };
                builder.gate(format!("f{at}"), [need])
            })
            .build()
    };
    for catalog in [chain(&mut (0..MOST), "f512"), chain(&mut (0..MOST).rev(), "f512")] {
        let catalog = catalog.unwrap();
        let mut features = every_feature(&catalog);
        let first = catalog.permission("f0:on").unwrap();
        assert!(features.is_effective(first));
        features.turn_off("f512").unwrap();
        assert!(!features.is_effective(first), "it needs all the others");
    }
    for catalog in [chain(&mut (0..MOST), "f0"), chain(&mut (0..MOST).rev(), "f0")] {
        let error = catalog.unwrap_err();
        let problems = error.problems().len() + error.more();
        assert_eq!(problems, MOST, "each of them would need itself");
    }
}

fn features_of(key: &str) -> Area {
    Area::toggle(key.to_owned()).set_by(Source::Account)
}

/// CAT-8: what is always on is said once for each gate that could close it.
#[test]
fn a_gate_of_what_is_always_on_is_one_problem() {
    let sections = (0..30).map(|at| Section::new(format!("a{at}")).always_on());
    let error = base()
        .area(sections.fold(features("extras"), Area::with))
        .gate("extras", ["plan.pro"])
        .build()
        .unwrap_err();
    let [problem] = error.problems() else { panic!("{error}") };
    let text = problem.to_string();
    assert!(text.starts_with(
        "gates[0].target: a gate of `extras` could close what is always on: `extras.a0`, \
         `extras.a1`, "
    ));
    assert!(text.ends_with("`extras.a19` and 10 more; drop one of the two"), "{text}");
}
