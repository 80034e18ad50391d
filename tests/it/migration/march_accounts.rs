//! EVO-7: whole March accounts in June, decided by the compiled account: for each June leaf, all
//! levels of all its sources in a template and in own grants at once, and every mute of them.

use std::collections::BTreeMap;

use bailiwick::{Account, presets};
use serde_json::{Map, Value, json};

use super::march_to_june::TABLE;
use super::{migrated, parse};

const LEVELS: [&str; 3] = ["none", "read", "edit"];

const AREAS: [&str; 5] = ["analytics", "build", "channels", "configure", "deployments"];

/// Every way to give each of so many leaves a level.
fn ways(leaves: usize) -> Vec<Vec<usize>> {
    (0..leaves).fold(vec![Vec::new()], |ways, _| {
        let longer = |way: Vec<usize>| (0..3).map(move |level| [way.clone(), vec![level]].concat());
        ways.into_iter().flat_map(longer).collect()
    })
}

/// March settings with these leaves at these levels, and nothing else of their areas.
fn settings(leaves: &[&str], levels: &[usize]) -> Value {
    let mut settings = Map::new();
    let march = presets::studio_classic::catalog();
    for area in AREAS.iter().filter(|area| leaves.iter().any(|leaf| area_of(leaf) == **area)) {
        settings.insert((*area).to_owned(), json!("edit"));
        for leaf in march.leaves().filter(|leaf| leaf.area().key() == *area) {
            let at = leaves.iter().position(|one| *one == leaf.path());
            let level = at.map_or("none", |at| LEVELS[levels[at]]);
            settings.insert(leaf.path().to_owned(), json!(level));
        }
    }
    Value::Object(settings)
}

fn area_of(leaf: &str) -> &str {
    leaf.split('.').next().unwrap()
}

/// What each user of a March account may do with one June leaf, by the user's number.
fn check(templates: &[Value], mut users: Vec<Value>, expected: &[(&str, usize)]) {
    for (at, user) in users.iter_mut().enumerate() {
        user["id"] = json!(format!("u{at}"));
        user["email"] = json!(format!("u{at}@acme.example"));
        user["role"] = json!("member");
        user["status"] = json!("active");
    }
    let account = json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "studio/2026-03",
        "templates": templates, "users": users,
    });
    let account = Account::from_document(&parse(&account), &presets::all()).unwrap();
    let june = migrated(&account, &presets::march_to_june().build().unwrap()).compile();
    for (at, (leaf, level)) in expected.iter().enumerate() {
        let may = |rung: &str| {
            let permission = june.catalog().permission(&format!("{leaf}:{rung}")).unwrap();
            june.subject(&format!("u{at}")).can(permission)
        };
        let decided = usize::from(may("read")) + usize::from(may("edit"));
        assert!(may("read") || !may("edit"));
        assert_eq!(decided, *level, "{leaf}: {}", users[at]);
    }
}

/// A template and own grants go over each by itself, so the June level is the higher of what each
/// of them gives of all sources: never more than the lowest of what both together gave.
#[test]
fn evo_7_all_levels_of_all_sources_in_a_template_and_in_own_grants() {
    let (mut templates, mut users, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    let mut fewer = BTreeMap::new();
    for (leaf, sources) in TABLE {
        for by_template in ways(sources.len()) {
            let id = format!("t{}", templates.len());
            let grants = settings(sources, &by_template);
            templates.push(json!({"id": id, "name": id, "grants": grants}));
            for own in ways(sources.len()) {
                let each = [&by_template, &own].map(|one| one.iter().min().copied().unwrap_or(0));
                let level = each[0].max(each[1]);
                let together = by_template.iter().zip(&own).map(|(one, other)| *one.max(other));
                let together = together.min().unwrap_or(0);
                assert!(level <= together);
                if level < together {
                    *fewer.entry(leaf).or_insert(0) += 1;
                }
                users.push(json!({"template": id, "grants": settings(sources, &own)}));
                expected.push((leaf, level));
            }
        }
    }
    assert_eq!(users.len(), 1_289);
    // Only where a leaf has several sources, and a template has some and own grants the others.
    let several = TABLE.iter().filter(|(_, sources)| sources.len() > 1).map(|(leaf, _)| *leaf);
    assert!(fewer.keys().copied().eq(several.collect::<std::collections::BTreeSet<_>>()));
    check(&templates, users, &expected);
}

/// A mute of any source, or of the area of one, is a mute of what comes from it; a hidden
/// restriction stays one.
#[test]
fn evo_7_every_mute_of_every_source() {
    let edit: Map<String, Value> =
        AREAS.map(|area| (area.to_owned(), json!("edit"))).into_iter().collect();
    let templates = [json!({"id": "all", "name": "all", "grants": edit})];
    let (mut users, mut expected) = (Vec::new(), Vec::new());
    for (leaf, sources) in TABLE {
        for source in sources {
            for path in [source, area_of(source)] {
                for (rung, left) in [("read", 0), ("edit", 1)] {
                    let mutes = [format!("{path}:{rung}")];
                    users.push(json!({"template": "all", "mutes": mutes}));
                    users.push(json!({"grants": edit, "mutes": mutes}));
                    expected.extend([(leaf, left); 2]);
                }
            }
        }
    }
    check(&templates, users, &expected);
}
