//! LVL-13, LVL-14: what a person sees of an area, and the commands that change it, one law a
//! function; over own grants, with and without a template, with mutes of leaves and of areas.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use bailiwick::document::Document;
use bailiwick::{Account, Actor, Command, Level, Refusal, Timestamp};
use proptest::option::weighted;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value, json};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

const AREAS: [&str; 3] = ["docs", "mail", "flows"];
const LEAVES: [&str; 5] = ["docs.a", "docs.b", "docs.c", "mail.in", "mail.out"];

/// Two areas with sub-sections, one without, and boxes.
fn catalog(more: &[&str]) -> Value {
    let docs: Vec<Value> =
        ["a", "b", "c"].iter().chain(more).map(|key| json!({ "key": key })).collect();
    json!({
        "format": "bailiwick/catalog/1", "id": "levels/1",
        "areas": [
            {"key": "docs", "scale": "levels", "sub_sections": docs},
            {"key": "mail", "scale": "levels", "sub_sections": [{"key": "in"}, {"key": "out"}]},
            {"key": "flows", "scale": "levels"},
            {"key": "desk", "scale": {"actions": ["view", "edit", "drop"]},
             "sub_sections": [{"key": "p"}, {"key": "q"}]},
            {"key": "billing", "scale": "levels", "source": "role"},
        ],
    })
}

fn account(template: Option<&Value>, own: &Value, mutes: &[String]) -> Account {
    let mut kim = json!({
        "id": "kim", "email": "kim@acme.example", "role": "member", "status": "active",
        "grants": own, "mutes": mutes,
    });
    let mut templates = json!([]);
    if let Some(grants) = template {
        kim["template"] = json!("t");
        templates = json!([{"id": "t", "name": "T", "grants": grants}]);
    }
    read(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": catalog(&[]),
        "templates": templates,
        "users": [kim, {
            "id": "lee", "email": "lee@acme.example", "role": "member", "status": "active",
            "grants": {"docs": "edit", "docs.a": "read"},
        }],
    }))
}

#[track_caller]
fn read(document: &impl Serialize) -> Account {
    let mut document = serde_json::to_value(document).unwrap();
    // Its catalog is another one by then (EVO-1).
    document.as_object_mut().unwrap().shift_remove("stamp");
    let document: Document = serde_json::from_str(&document.to_string()).unwrap();
    Account::from_document(&document, &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn execute(account: &Account, command: Command) -> Result<Account, Refusal> {
    let mut after = account.clone();
    let _ = after.execute(&Actor::Host, command, NOW)?;
    Ok(after)
}

#[track_caller]
fn run(account: &Account, command: Command) -> Account {
    let shown = command.to_string();
    let done = execute(account, command);
    done.unwrap_or_else(|refusal| panic!("{shown}: {refusal} on {}", json!(account)))
}

// What a person sees, by the rule.

/// The level of each area; of each leaf, its level and whether it is restricted.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    areas: BTreeMap<String, Level>,
    leaves: BTreeMap<String, (Level, bool)>,
}

impl Seen {
    fn of(account: &Account) -> Self {
        let document = serde_json::to_value(account).unwrap();
        let kim = &document["users"][0];
        let template = match kim["template"].as_str() {
            Some(_) => document["templates"][0]["grants"].clone(),
            None => json!({}),
        };
        let mutes: Vec<&str> = kim["mutes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| one.as_str().unwrap())
            .collect();
        let cap = |path: &str| {
            let is_muted = |rung: &str| mutes.contains(&format!("{path}:{rung}").as_str());
            match (is_muted("read"), is_muted("edit")) {
                (true, _) => Level::None,
                (false, true) => Level::Read,
                (false, false) => Level::Edit,
            }
        };
        let set = |grants: &Value, path: &str| -> Option<Level> {
            grants[path].as_str().map(|level| level.parse().unwrap())
        };
        let area_of = |grants: &Value, area: &str| set(grants, area).unwrap_or_default();
        let leaf_of = |grants: &Value, area: &str, leaf: &str| {
            let area = area_of(grants, area);
            set(grants, leaf).map_or(area, |level| level.min(area))
        };
        let own = &kim["grants"];
        let given = |area: &str| area_of(&template, area).max(area_of(own, area));
        let areas = AREAS.map(|area| (area.to_owned(), given(area).min(cap(area))));
        let leaves = LEAVES.map(|leaf| {
            let (area, _) = leaf.split_once('.').unwrap();
            let to_leaf = leaf_of(&template, area, leaf).max(leaf_of(own, area, leaf));
            let is_restricted =
                set(own, leaf).is_some() || cap(leaf) < Level::Edit || to_leaf < given(area);
            (leaf.to_owned(), (to_leaf.min(cap(area)).min(cap(leaf)), is_restricted))
        });
        Self { areas: areas.into(), leaves: leaves.into() }
    }

    fn area(&self, path: &str) -> Level {
        self.areas[path]
    }

    fn level(&self, leaf: &str) -> Level {
        self.leaves[leaf].0
    }

    fn is_restricted(&self, leaf: &str) -> bool {
        self.leaves[leaf].1
    }

    /// Without one area.
    fn but(&self, area: &str) -> Self {
        let mut rest = self.clone();
        rest.areas.remove(area);
        rest.leaves.retain(|leaf, _| !leaf.starts_with(&format!("{area}.")));
        rest
    }
}

fn of(area: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    LEAVES.into_iter().filter(move |leaf| leaf.starts_with(&format!("{area}.")))
}

fn area_of(leaf: &str) -> &str {
    leaf.split_once('.').unwrap().0
}

/// What is stored, without the revision and the head.
fn stored(account: &Account) -> Value {
    let mut document = serde_json::to_value(account).unwrap();
    document["revision"] = json!(0);
    document["head"] = json!(null);
    document
}

// Generators.

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(Level::ALL.to_vec())
}

fn grants() -> impl Strategy<Value = Value> {
    let areas = prop::collection::vec(weighted(0.7, level()), AREAS.len());
    let leaves = prop::collection::vec(weighted(0.4, level()), LEAVES.len());
    (areas, leaves).prop_map(|(areas, leaves)| {
        let mut grants = Map::new();
        for (area, level) in AREAS.iter().zip(areas) {
            let Some(level) = level else { continue };
            grants.insert((*area).into(), json!(level.name()));
            for (leaf, level) in LEAVES.iter().zip(&leaves) {
                if let (Some(level), true) = (level, area_of(leaf) == *area) {
                    grants.insert((*leaf).into(), json!(level.name()));
                }
            }
        }
        Value::Object(grants)
    })
}

fn mutes() -> impl Strategy<Value = Vec<String>> {
    let paths = AREAS.into_iter().chain(LEAVES);
    let names: Vec<String> =
        paths.flat_map(|path| ["read", "edit"].map(|rung| format!("{path}:{rung}"))).collect();
    prop::sample::subsequence(names, 0..4)
}

fn any_account() -> impl Strategy<Value = Account> {
    (weighted(0.6, grants()), grants(), mutes())
        .prop_map(|(template, own, mutes)| account(template.as_ref(), &own, &mutes))
}

fn an_area() -> impl Strategy<Value = &'static str> {
    prop::sample::select(AREAS.to_vec())
}

fn a_leaf() -> impl Strategy<Value = &'static str> {
    prop::sample::select(LEAVES.to_vec())
}

fn set_area(account: &Account, area: &str, level: Level) -> Account {
    run(account, Command::set_area("kim", area, level))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The library's view is the rule's, and so is what checks allow.
    #[test]
    fn what_is_seen_is_what_is_checked(account in any_account()) {
        let seen = Seen::of(&account);
        let profile = account.profile(account.user("kim").unwrap());
        let lattice = account.compile();
        let check = |path: &str, level: Level| {
            for (rung, at) in [("read", Level::Read), ("edit", Level::Edit)] {
                let asked = account.catalog().permission(&format!("{path}:{rung}")).unwrap();
                assert_eq!(lattice.allows("kim", asked), level >= at, "{path}:{rung}");
            }
        };
        for area in AREAS {
            let levels = profile.area_levels(area).unwrap();
            prop_assert_eq!(levels.level(), seen.area(area));
            let leaves = levels.leaves().iter();
            let leaves: Vec<_> =
                leaves.map(|one| (one.path(), (one.level(), one.is_restricted()))).collect();
            let expected: Vec<_> = of(area).map(|leaf| (leaf, seen.leaves[leaf])).collect();
            prop_assert_eq!(leaves, expected);
        }
        check("flows", seen.area("flows"));
        for leaf in LEAVES {
            check(leaf, seen.level(leaf));
        }
    }

    /// What is written is what is read.
    #[test]
    fn documents_keep_mutes_as_they_are_written(account in any_account()) {
        let document = serde_json::to_value(&account).unwrap();
        prop_assert_eq!(&read(&document), &account);
        prop_assert_eq!(serde_json::to_value(read(&document)).unwrap(), document);
    }

    #[test]
    fn set_area_sets_the_level_and_unrestricted_leaves_follow(
        account in any_account(), area in an_area(), level in level(),
    ) {
        let (before, after) = (Seen::of(&account), Seen::of(&set_area(&account, area, level)));
        prop_assert_eq!(after.area(area), level);
        for leaf in of(area).filter(|leaf| !before.is_restricted(leaf)) {
            prop_assert_eq!(after.leaves[leaf], (level, false));
        }
    }

    #[test]
    fn set_area_keeps_restrictions(account in any_account(), area in an_area(), level in level()) {
        let (before, after) = (Seen::of(&account), Seen::of(&set_area(&account, area, level)));
        for leaf in of(area).filter(|leaf| before.level(leaf) < before.area(area)) {
            prop_assert_eq!(after.level(leaf), level.min(before.level(leaf)), "{}", leaf);
        }
        let back = set_area(&set_area(&account, area, level), area, before.area(area));
        let back = Seen::of(&back);
        for leaf in of(area) {
            prop_assert_eq!(back.level(leaf), before.level(leaf), "{}", leaf);
        }
    }

    #[test]
    fn the_last_level_set_counts(
        account in any_account(), area in an_area(), first in level(), last in level(),
    ) {
        let both = set_area(&set_area(&account, area, first), area, last);
        let (both, alone) = (Seen::of(&both), Seen::of(&set_area(&account, area, last)));
        prop_assert_eq!(&both.areas, &alone.areas);
        for leaf in LEAVES {
            prop_assert_eq!(both.level(leaf), alone.level(leaf), "{}", leaf);
        }
    }

    #[test]
    fn setting_what_is_set_changes_nothing(
        account in any_account(), area in an_area(), leaf in a_leaf(),
    ) {
        let seen = Seen::of(&account);
        prop_assert_eq!(stored(&set_area(&account, area, seen.area(area))), stored(&account));
        let (level, is_restricted) = seen.leaves[leaf];
        let area = seen.area(area_of(leaf));
        if is_restricted == (level < area) {
            let after = run(&account, Command::set_section("kim", leaf, level));
            prop_assert_eq!(stored(&after), stored(&account));
        }
        for level in Level::ALL.into_iter().filter(|one| *one <= level) {
            let after = run(&account, Command::raise("kim", leaf, level));
            prop_assert_eq!(stored(&after), stored(&account));
        }
        let mut twice = set_area(&account, area_of(leaf), Level::Read);
        for command in [
            Command::set_section("kim", leaf, Level::Read),
            Command::set_section("kim", leaf, Level::None),
            Command::raise("kim", leaf, Level::Edit),
        ] {
            twice = run(&twice, command.clone());
            prop_assert_eq!(stored(&run(&twice, command)), stored(&twice));
        }
    }

    #[test]
    fn lowering_never_adds_and_raising_never_takes(
        account in any_account(), area in an_area(), level in level(),
    ) {
        let (before, after) = (Seen::of(&account), Seen::of(&set_area(&account, area, level)));
        for leaf in of(area) {
            if level <= before.area(area) {
                prop_assert!(after.level(leaf) <= before.level(leaf), "{}", leaf);
            } else {
                prop_assert!(after.level(leaf) >= before.level(leaf), "{}", leaf);
            }
        }
    }

    #[test]
    fn nothing_outside_the_area_moves(
        account in any_account(), leaf in a_leaf(), level in level(),
    ) {
        let area = area_of(leaf);
        for command in [
            Command::set_area("kim", area, level),
            Command::set_section("kim", leaf, level),
            Command::raise("kim", leaf, level),
        ] {
            let Ok(after) = execute(&account, command) else { continue };
            prop_assert_eq!(Seen::of(&after).but(area), Seen::of(&account).but(area));
            prop_assert_eq!(&stored(&after)["users"][1], &stored(&account)["users"][1]);
            prop_assert_eq!(&stored(&after)["templates"], &stored(&account)["templates"]);
        }
    }

    #[test]
    fn set_section_sets_this_restriction_alone(
        account in any_account(), leaf in a_leaf(), level in level(),
    ) {
        let before = Seen::of(&account);
        let area = before.area(area_of(leaf));
        let done = execute(&account, Command::set_section("kim", leaf, level));
        if level > area {
            prop_assert_eq!(done.unwrap_err().code(), "exceeds_parent");
            return Ok(());
        }
        let after = Seen::of(&done.unwrap());
        prop_assert_eq!(after.leaves[leaf], (level, level < area));
        prop_assert_eq!(&after.areas, &before.areas);
        for sibling in LEAVES.into_iter().filter(|one| *one != leaf) {
            prop_assert_eq!(after.leaves[sibling], before.leaves[sibling], "{}", sibling);
        }
    }

    #[test]
    fn raise_changes_no_sibling(account in any_account(), leaf in a_leaf(), level in level()) {
        let (before, done) =
            (Seen::of(&account), run(&account, Command::raise("kim", leaf, level)));
        let after = Seen::of(&done);
        let area = area_of(leaf);
        prop_assert_eq!(after.area(area), before.area(area).max(level));
        prop_assert_eq!(after.level(leaf), before.level(leaf).max(level));
        for sibling in LEAVES.into_iter().filter(|one| *one != leaf) {
            prop_assert_eq!(after.level(sibling), before.level(sibling), "{}", sibling);
        }
        if before.area(area) >= level && before.level(leaf) < level {
            let section = run(&account, Command::set_section("kim", leaf, level));
            prop_assert_eq!(stored(&done), stored(&section));
        }
    }

    /// TPL-3: an edited template gives and takes, and never opens what the person restricted.
    #[test]
    fn no_edit_of_a_template_opens_a_restriction(
        account in any_account(), leaf in a_leaf(), level in level(), template in grants(),
    ) {
        // What is at the level already is left as it is, so it is raised first.
        let account = run(&account, Command::raise("kim", leaf, Level::Edit));
        if level == Level::Edit || account.template("t").is_none() {
            return Ok(());
        }
        let restricted = run(&account, Command::set_section("kim", leaf, level));
        let mut edited = serde_json::to_value(&restricted).unwrap();
        edited["templates"][0]["grants"] = template;
        prop_assert!(Seen::of(&read(&edited)).level(leaf) <= level);
    }

    /// LVL-14: a leaf that the catalog gains later has nothing of an area that was set to None.
    #[test]
    fn a_later_leaf_gets_nothing_of_an_area_at_none(account in any_account()) {
        let mut closed = serde_json::to_value(set_area(&account, "docs", Level::None)).unwrap();
        closed["catalog"] = catalog(&["new"]);
        let later = read(&closed);
        let asked = later.catalog().permission("docs.new:read").unwrap();
        prop_assert!(!later.compile().allows("kim", asked));
    }

    /// TPL-6: whoever keeps what a template gave sees what they saw.
    #[test]
    fn keeping_a_templates_grants_keeps_what_is_seen(account in any_account()) {
        if account.template("t").is_none() {
            return Ok(());
        }
        let kept = run(&account, Command::clear_template_keeping_grants("kim"));
        prop_assert_eq!(Seen::of(&kept), Seen::of(&account));
    }
}

// By example.

#[track_caller]
fn check_levels(account: &Account, area: &str, expected: [Level; 3]) {
    let seen = Seen::of(account);
    let leaves: Vec<Level> = of(area).map(|leaf| seen.level(leaf)).collect();
    assert_eq!(leaves, expected);
}

/// LVL-7, LVL-13: a pinned leaf stays pinned, whatever its area does.
#[test]
fn raising_an_area_opens_no_pinned_leaf() {
    use Level::{Edit, None, Read};
    let start = account(Option::None, &json!({"docs": "read", "docs.c": "none"}), &[]);
    check_levels(&set_area(&start, "docs", Edit), "docs", [Edit, Edit, None]);
    let back = set_area(&set_area(&start, "docs", None), "docs", Read);
    assert_eq!(stored(&back), stored(&start));
    assert_eq!(
        stored(&set_area(&start, "docs", None))["users"][0]["grants"],
        json!({"docs": "none", "docs.c": "none"}),
    );
    let refused = execute(&start, Command::set_section("kim", "docs.a", Edit)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`docs.a` cannot be `edit` while `docs` is `read`; raise `docs`, or raise `docs.a` alone",
    );
    check_levels(&run(&start, Command::raise("kim", "docs.a", Edit)), "docs", [Edit, Read, None]);
}

/// Lowering what a template gives is a mute of the area, which raising it lifts.
#[test]
fn under_a_template_an_area_is_lowered_by_a_mute() {
    let start = account(Some(&json!({"docs": "edit", "docs.b": "read"})), &json!({}), &[]);
    let lower = set_area(&start, "docs", Level::Read);
    assert_eq!(stored(&lower)["users"][0]["mutes"], json!(["docs:edit"]));
    let lowest = set_area(&lower, "docs", Level::None);
    assert_eq!(stored(&lowest)["users"][0]["mutes"], json!(["docs:read"]));
    let back = set_area(&lowest, "docs", Level::Edit);
    check_levels(&back, "docs", [Level::Edit, Level::Read, Level::Edit]);
}

/// TPL-5: boxes are for actions and toggles; lifting one leaf's part of an area's mute leaves it
/// on every other leaf.
#[test]
fn boxes_are_no_levels_and_split_an_areas_mute() {
    let start = account(
        Some(&json!({"desk": ["view", "edit"]})),
        &json!({}),
        &["desk:edit".to_owned(), "desk.q:drop".to_owned()],
    );
    for command in [Command::tick("kim", "docs.a:read"), Command::untick("kim", "flows:edit")] {
        let refused = execute(&start, command).unwrap_err();
        assert_eq!(refused.code(), "wrong_scale");
    }
    let ticked = run(&start, Command::tick("kim", "desk.p:edit"));
    assert_eq!(stored(&ticked)["users"][0]["mutes"], json!(["desk.q:edit", "desk.q:drop"]));
    let allows =
        |path: &str| ticked.compile().allows("kim", ticked.catalog().permission(path).unwrap());
    assert!(allows("desk.p:edit") && !allows("desk.q:edit") && allows("desk.q:view"));
}

/// Refusals, in order.
#[test]
fn what_cannot_be_set_is_refused() {
    let account = account(None, &json!({"docs": "read", "flows": "read"}), &[]);
    let edit = Level::Edit;
    for (command, code) in [
        (Command::set_area("kim", "docs.a", edit), "unknown_key"),
        (Command::set_area("kim", "nowhere", edit), "unknown_key"),
        (Command::set_section("kim", "docs", Level::Read), "unknown_key"),
        (Command::raise("kim", "docs", edit), "unknown_key"),
        (Command::set_area("kim", "billing", edit), "not_grantable"),
        (Command::set_section("kim", "billing", edit), "not_grantable"),
        (Command::set_area("kim", "desk", edit), "wrong_scale"),
        (Command::raise("kim", "desk.p", edit), "wrong_scale"),
        (Command::set_section("kim", "desk.p", edit), "wrong_scale"),
        (Command::set_section("kim", "flows", edit), "exceeds_parent"),
        (Command::set_section("kim", "docs.a", edit), "exceeds_parent"),
        (Command::set_area("nobody", "docs", edit), "unknown_user"),
    ] {
        let refused = execute(&account, command.clone()).unwrap_err();
        assert_eq!(refused.code(), code, "{command}");
    }
    let lower = run(&account, Command::set_section("kim", "flows", Level::None));
    assert_eq!(Seen::of(&lower).area("flows"), Level::None);
    let higher = run(&account, Command::raise("kim", "flows", edit));
    assert_eq!(Seen::of(&higher).area("flows"), edit);
}
