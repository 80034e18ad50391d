//! EVO-2, EVO-5: single actions are accounted for like leaves, and no rule goes without effect.

use bailiwick::catalog::{CatalogBuilder, Source};
use bailiwick::migration::{Migration, MigrationBuilder};
use bailiwick::{Area, Catalog, Grants, Level, Mutes, Setting};

const ACTIONS: [&str; 3] = ["view", "listen", "export"];

fn desk(id: &'static str, talks: [&'static str; 3]) -> CatalogBuilder {
    Catalog::builder(id)
        .area(Area::levels("support").with("tickets").with("faqs"))
        .area(Area::actions("calls", ACTIONS))
        .area(Area::actions("talks", talks).with("phone").with("chat"))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
}

fn old() -> Catalog {
    desk("desk/1", ACTIONS).build().unwrap()
}

/// From the desk to itself under another id.
fn same() -> MigrationBuilder {
    Migration::between(&old(), &desk("desk/2", ACTIONS).build().unwrap())
}

/// From the desk to one whose talks have `save` for `export`.
fn saving() -> MigrationBuilder {
    Migration::between(&old(), &desk("desk/2", ["view", "listen", "save"]).build().unwrap())
}

fn everything() -> Grants {
    let mut grants = Grants::new(&old());
    grants.set("calls", Setting::actions(ACTIONS)).unwrap();
    grants.set("talks", Setting::actions(ACTIONS)).unwrap();
    grants.set("talks.chat", Setting::actions(["view"])).unwrap();
    grants
}

#[track_caller]
fn refused(migration: MigrationBuilder, expected: &[&str]) {
    let error = migration.build().unwrap_err();
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected);
}

#[test]
fn evo_2_an_action_is_renamed_of_one_leaf_or_of_all_leaves_of_an_area() {
    let each = saving()
        .rename("talks.phone:export", "talks.phone:save")
        .rename("talks.chat:export", "talks.chat:save");
    let mut mutes = Mutes::new(&old());
    mutes.mute_by_name("talks:export").unwrap();
    for migration in [each, saving().rename("talks:export", "talks:save")] {
        let migration = migration.build().unwrap();
        assert_eq!(
            migration.grants(&everything()).to_string(),
            "calls: view + listen + export, talks: view + listen + save, talks.chat: view",
        );
        let mutes = migration.mutes(&mutes);
        assert_eq!(mutes.iter().map(|one| one.to_string()).collect::<Vec<_>>(), ["talks:save"]);
    }
}

#[test]
fn evo_2_an_action_is_retired_or_added_of_all_leaves_of_an_area() {
    let migration = saving().retire("talks:export").add("talks:save").build().unwrap();
    assert_eq!(
        migration.grants(&everything()).to_string(),
        "calls: view + listen + export, talks: view + listen, talks.chat: view",
    );
}

/// What two leaves call differently is one action of the leaf that they become.
#[test]
fn evo_2_an_action_of_a_merged_leaf_had_another_name_in_each() {
    let area = |key: &'static str, last: &'static str| Area::actions(key, ["view", last]);
    let old = Catalog::builder("desk/1")
        .area(area("calls", "export"))
        .area(area("talks", "download"))
        .build()
        .unwrap();
    let new = Catalog::builder("desk/2").area(area("all", "save")).build().unwrap();
    let migration = Migration::between(&old, &new)
        .merge_all(["calls", "talks"], "all")
        .rename("calls:export", "all:save")
        .rename("talks:download", "all:save")
        .build()
        .unwrap();
    let mut grants = Grants::new(&old);
    grants.set("calls", Setting::actions(["view", "export"])).unwrap();
    grants.set("talks", Setting::actions(["view", "download"])).unwrap();
    assert_eq!(migration.grants(&grants).to_string(), "all: view + save");
}

/// Whoever held `view` would lose it without a word.
#[test]
fn evo_2_what_comes_from_an_old_action_is_not_new() {
    refused(
        same().add("calls:view"),
        &["rules[0]: `calls:view` comes from `calls:view`; retire or rename that one, or do not \
           add this one"],
    );
    refused(
        saving().rename("talks:export", "talks:save").add("talks.chat:save"),
        &[
            "rules[1]: rules[0] names `talks.chat:save` already; keep one of the two",
            "rules[1]: `talks.chat:save` comes from `talks.chat:export`; retire or rename that \
             one, or do not add this one",
        ],
    );
}

#[test]
fn evo_5_a_retired_action_is_never_used_again() {
    refused(
        same().retire("calls:export").add("calls:export"),
        &["old catalog: `calls:export` is retired, and the new catalog has it; a retired key is \
           never used again"],
    );
    refused(
        saving().rename("talks:export", "talks:save").retire("talks.phone:export"),
        &["rules[1]: rules[0] names `talks.phone:export` already; keep one of the two"],
    );
}

#[test]
fn evo_5_a_retired_area_is_never_used_again() {
    refused(
        same().retire("plan"),
        &[
            "rules[0]: `plan` is retired, and the new catalog has it; a retired key is never used \
             again",
            "old catalog: `plan.voice` is retired, and the new catalog has it; a retired key is \
             never used again",
            "new catalog: permission `plan.voice` is not accounted for: say what it comes from, or \
             add it",
        ],
    );
    refused(
        same().add("plan"),
        &["old catalog: permission `plan.voice` is not accounted for: say what becomes of it, or \
           retire it"],
    );
}

#[test]
fn evo_2_a_rule_without_effect_is_a_problem() {
    let idle = "rules[0]: the rule has no effect; leave it out, or name a leaf that lives on";
    refused(same().rename("calls:export", "talks.chat:export"), &[idle]);
    refused(same().rename("support", "plan"), &[idle]);
    let fewer = Catalog::builder("desk/2")
        .area(Area::levels("support").with("tickets").with("faqs"))
        .area(Area::toggle("plan").set_by(Source::Account).with("voice"))
        .build()
        .unwrap();
    let gone = |first: &str| {
        Migration::between(&old(), &fewer).retire(first).retire("calls").retire("talks")
    };
    refused(gone("calls:export"), &[idle]);
    refused(gone("talks:export"), &[idle]);
    let more = desk("desk/2", ACTIONS).area(Area::actions("mails", ["view", "send"]));
    let more = more.build().unwrap();
    refused(Migration::between(&old(), &more).add("mails:send").add("mails"), &[idle]);
}

#[test]
fn evo_2_two_rules_about_one_action_contradict_each_other() {
    refused(
        same()
            .rename("calls:export", "calls:listen")
            .rename("calls:export", "calls:export")
            .rename("calls:listen", "calls:listen"),
        &[
            "rules[2]: rules[0] names `calls:listen` already; keep one of the two",
            "old catalog: permission `calls:listen` is not accounted for: say what becomes of it, \
             or retire it",
        ],
    );
    refused(
        saving().retire("talks:export").retire("talks.chat:export").add("talks:save"),
        &["rules[1]: rules[0] names `talks.chat:export` already; keep one of the two"],
    );
    refused(
        saving().retire("talks:export").add("talks:save").add("talks.chat:save"),
        &["rules[2]: rules[1] names `talks.chat:save` already; keep one of the two"],
    );
}

/// Each takes the other's name: what still names the one would mean the other.
#[test]
fn evo_5_an_action_does_not_take_the_name_of_another() {
    let swapped =
        same().rename("calls:export", "calls:listen").rename("calls:listen", "calls:export");
    refused(
        swapped,
        &[
            "old catalog: `calls:listen` becomes something else, and the new catalog has it for \
             another; a key is never used again, so choose another for the new one",
            "old catalog: `calls:export` becomes something else, and the new catalog has it for \
             another; a key is never used again, so choose another for the new one",
        ],
    );
}

#[test]
fn evo_5_an_action_that_is_new_does_not_take_the_name_of_another() {
    let new = desk("desk/2", ["view", "export", "save"]).build().unwrap();
    let used_again = ["talks.phone:export", "talks.chat:export"].map(|path| {
        format!(
            "old catalog: `{path}` becomes something else, and the new catalog has it for \
             another; a key is never used again, so choose another for the new one"
        )
    });
    refused(
        Migration::between(&old(), &new)
            .rename("talks:export", "talks:save")
            .retire("talks:listen")
            .add("talks:export"),
        &used_again.each_ref().map(String::as_str),
    );
}

/// In a catalog that keeps its id, what is retired or renamed stays a tombstone.
#[test]
fn evo_5_an_action_that_is_gone_is_a_tombstone() {
    let saving = |retired: &[&'static str]| {
        let new = desk("desk/1", ["view", "listen", "save"]);
        let new = retired.iter().fold(new, |new, key| new.retire(*key)).build().unwrap();
        Migration::between(&old(), &new)
    };
    let expected = ["old catalog: `talks:export` is gone; list it among the retired keys of the \
                     new catalog"];
    refused(saving(&[]).retire("talks:export").add("talks:save"), &expected);
    refused(saving(&[]).rename("talks:export", "talks:save"), &expected);
    saving(&["talks:export"]).rename("talks:export", "talks:save").build().unwrap();
    // Documents set it for the area as well.
    let leaves = saving(&["talks.phone:export", "talks.chat:export"]);
    refused(leaves.rename("talks:export", "talks:save"), &expected);
}

/// LVL-2: `export` is inert without `open`, which is new and nobody's, whatever is raised.
#[test]
fn evo_3_an_action_that_stays_inert_is_not_gained() {
    let calls = Area::actions("calls", ["view", "export"]).with("phone").with("chat");
    let old = Catalog::builder("desk/1").area(calls).build().unwrap();
    let talks = Area::actions("talks", ["open", "export"]).with("all");
    let new = Catalog::builder("desk/2").area(talks).build().unwrap();
    let migration = Migration::between(&old, &new)
        .merge_any(["calls.phone", "calls.chat"], "talks.all")
        .retire("calls:view")
        .add("talks:open")
        .build()
        .unwrap();
    let mut grants = Grants::new(&old);
    grants.set("calls", Setting::actions(["view", "export"])).unwrap();
    grants.set("calls.chat", Setting::actions([""; 0])).unwrap();
    assert_eq!(migration.grants(&grants).to_string(), "talks: export, talks.all: export");
}

/// Documents also set an action of an area, for all its leaves, and these may be gone.
#[test]
fn evo_5_an_action_of_an_area_is_a_tombstone_without_its_leaves() {
    let calls = |id, actions: [&'static str; 2], leaf: &'static str, retired: &[&'static str]| {
        let desk = Catalog::builder(id).area(Area::actions("calls", actions).with(leaf));
        retired.iter().fold(desk, |desk, key| desk.retire(*key)).build().unwrap()
    };
    let old = calls("desk/1", ["view", "export"], "phone", &[]);
    let saving = |retired: &[&'static str]| {
        let new = calls("desk/1", ["view", "save"], "line", retired);
        Migration::between(&old, &new)
            .rename("calls.phone", "calls.line")
            .rename("calls.phone:export", "calls.line:save")
    };
    refused(
        saving(&["calls.phone"]),
        &["old catalog: `calls:export` is gone; list it among the retired keys of the new catalog"],
    );
    saving(&["calls.phone", "calls:export"]).build().unwrap();
    // Nor is it used again, if all of its leaves have other names.
    let swapped = calls("desk/2", ["export", "view"], "line", &[]);
    refused(
        Migration::between(&old, &swapped)
            .rename("calls.phone", "calls.line")
            .rename("calls.phone:export", "calls.line:view")
            .rename("calls.phone:view", "calls.line:export"),
        &["view", "export"].map(|action| {
            format!(
                "old catalog: `calls:{action}` becomes something else, and the new catalog has it \
                 for another; a key is never used again, so choose another for the new one"
            )
        }).each_ref().map(String::as_str),
    );
}

/// CAT-7: who holds the new action holds the first one, which is what the operation needed.
#[test]
fn evo_3_an_operation_may_come_to_need_an_action_that_is_new() {
    let needing = |id, talks, need: &'static str| {
        desk(id, talks).operation("listen_in", [need]).build().unwrap()
    };
    let old = needing("desk/1", ACTIONS, "talks.chat:view");
    let new = needing("desk/2", ["view", "listen", "save"], "talks.chat:save");
    let saving = Migration::between(&old, &new).retire("talks:export").add("talks:save");
    saving.build().unwrap();
}

/// CAT-3.
#[test]
fn evo_2_levels_and_toggles_keep_their_rungs() {
    refused(
        same().rename("support.faqs:read", "support.faqs:edit").retire("plan.voice:on"),
        &[
            "rules[0]: `support.faqs:read` is not an action: each leaf with the scale levels has \
             the same rungs, and only its name can change",
            "rules[1]: `plan.voice:on` is not an action: each leaf with the scale toggle has the \
             same rungs, and only its name can change",
        ],
    );
}

/// CAT-8: the first hundred problems are told, by place, and the others are counted.
#[test]
fn evo_2_many_problems_are_counted() {
    let many = (0..150).fold(same().add("support"), |rules, at| rules.retire(format!("x{at}")));
    let error = many.build().unwrap_err();
    assert_eq!((error.problems().len(), error.more()), (100, 52));
    let first = error.problems()[0].to_string();
    assert!(first.starts_with("rules[1]: in the old catalog: unknown area `x0`"), "{first}");
    let mut grants = Grants::new(&old());
    grants.set("support", Level::Read).unwrap();
    let kept = same().build().unwrap().grants(&grants);
    assert_eq!(kept.to_string(), "support: read");
}
