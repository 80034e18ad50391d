//! REV-4, REV-5, TPL-7: what changes between two states of an account, and what a command would
//! change, against set differences by name.

use std::collections::{BTreeMap, BTreeSet};

use bailiwick::account::{Affected, Edit, Effect, EffectOf, Preview};
use bailiwick::lattice::{Cause, Diff, UserDiff};
use bailiwick::ledger::CommitError;
use bailiwick::{Account, Actor, Change, Command, Timestamp, User, presets};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Set, World, account_of, few, parse};
use crate::actors;
use crate::naive::Directory;
use crate::worlds::{self, Step};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

proptest! {
    #![proptest_config(few(32))]

    #[test]
    fn a_diff_is_the_difference_of_the_sets(
        (one, two) in prop_oneof![
            Just(json!("tenant/1")),
            Just(json!("studio/2026-06")),
            worlds::catalog(),
        ]
        .prop_flat_map(|catalog| {
            (worlds::account_on(catalog.clone()), worlds::account_on(catalog))
        })
    ) {
        let (before, after) = (World::new(&one), World::new(&two));
        check_diff(&before, &after);
        check_diff(&after, &before);
        prop_assert!(before.account.diff(&before.account).unwrap().is_empty());
    }

    #[test]
    fn a_diff_is_what_commands_did((start, steps) in worlds::any_story()) {
        let before = World::new(&start);
        let mut account = before.account.clone();
        for (actor, command, now) in read_steps(&account, &steps) {
            let _ = account.execute(&actor, command, now);
        }
        check_diff(&before, &World::of(account));
    }

    #[test]
    fn a_preview_is_what_executing_does((start, steps) in worlds::any_story()) {
        let mut world = World::new(&start);
        for (actor, command, now) in read_steps(&world.account, &steps) {
            if let Some(after) = check_preview(&world, &actor, &command, now) {
                world = after;
            }
        }
    }

    #[test]
    fn permits_what_executing_allows((start, steps) in worlds::any_story()) {
        let mut account = account_of(&start);
        let mut steps = read_steps(&account, &steps);
        steps.retain(|(_, command, _)| !matches!(command, Command::Batch(_)));
        prop_assert!(!account.permits(&Actor::Host, &[], NOW));
        for steps in steps.chunks(3) {
            let (actor, _, now) = &steps[0];
            let commands: Vec<Command> =
                steps.iter().map(|(_, command, _)| command.clone()).collect();
            let mut executed = account.clone();
            let mut results = commands
                .iter()
                .map(|command| executed.execute(actor, command.clone(), *now).is_ok());
            let is_done = results.all(|is_done| is_done);
            prop_assert_eq!(account.permits(actor, &commands, *now), is_done, "{:?}", commands);
            if is_done {
                account = executed;
            }
        }
    }
}

fn read_steps(account: &Account, steps: &[Step]) -> Vec<(Actor, Command, Timestamp)> {
    let steps = steps.iter().map(|(actor, command, now)| {
        let command = Command::from_document(&parse(command), account.catalog()).unwrap();
        (read_actor(actor), command, Timestamp::from_unix_millis(*now))
    });
    steps.collect()
}

fn read_actor(actor: &Value) -> Actor {
    match (actor["user"].as_str(), actor["account"].as_str(), actor["agency"].as_str()) {
        (Some(user), Some(account), None) => actors::user(account, user),
        (None, None, Some(agency)) => actors::agency(agency),
        _ => Actor::Host,
    }
}

/// What users gained and lost, and by what, in the order in which a diff has them.
#[track_caller]
fn check_diff(before: &World, after: &World) {
    let diff = before.account.diff(&after.account).unwrap();
    assert_eq!(before.lattice.diff(&after.lattice).as_ref(), Ok(&diff));
    let left = before.ids().into_iter().filter(|id| !after.ids().contains(id));
    let ids = after.ids().into_iter().chain(left);
    let expected = ids.filter_map(|id| {
        let (gained, lost) = changed(before, after, &id);
        let causes = causes(before.account.user(&id), after.account.user(&id), before, after);
        (!gained.is_empty() || !lost.is_empty()).then_some((id, gained, lost, causes))
    });
    let expected: Vec<_> = expected.collect();
    let shown = diff.users().iter().map(|user| {
        let (gained, lost) = (user.gained().to_vec(), user.lost().to_vec());
        let sets = (after.names(gained), after.names(lost));
        (user.user().to_owned(), sets.0, sets.1, user.causes().to_vec())
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    assert_eq!(diff.is_empty(), expected.is_empty());
    assert!(expected.iter().all(|(_, _, _, causes)| !causes.is_empty()), "by nothing");
    check_groups(&diff);
}

/// Every user is listed under each of their causes, and nowhere else.
#[track_caller]
fn check_groups(diff: &Diff) {
    let mut expected: BTreeMap<Cause, Vec<&UserDiff>> = BTreeMap::new();
    for user in diff.users() {
        for cause in user.causes() {
            expected.entry(*cause).or_default().push(user);
        }
    }
    assert_eq!(diff.by_cause(), expected);
}

fn changed(before: &World, after: &World, id: &str) -> (Set, Set) {
    let (had, has) = (before.oracle.effective(id), after.oracle.effective(id));
    (&has - &had, &had - &has)
}

/// Each thing that differs for a user, in the order of the causes.
fn causes(before: Option<&User>, after: Option<&User>, old: &World, new: &World) -> Vec<Cause> {
    let (before, after) = match (before, after) {
        (None, _) => return vec![Cause::Added],
        (_, None) => return vec![Cause::Removed],
        (Some(before), Some(after)) => (before, after),
    };
    let grants = |world: &World, user: &User| {
        let template = user.template()?;
        Some(world.account.template(template.as_str())?.grants().to_string())
    };
    let is_same_template = before.template() == after.template();
    let mut causes = Vec::new();
    let mut add = |cause, differs: bool| causes.extend(differs.then_some(cause));
    add(Cause::Role, before.role() != after.role());
    add(Cause::Status, before.status() != after.status());
    add(Cause::Template, !is_same_template);
    let regranted = is_same_template && grants(old, before) != grants(new, after);
    add(Cause::TemplateGrants, regranted);
    add(Cause::Grants, before.grants().to_string() != after.grants().to_string());
    let mutes =
        |user: &User| -> Vec<String> { user.mutes().iter().map(|mute| mute.to_string()).collect() };
    add(Cause::Mutes, mutes(before) != mutes(after));
    add(Cause::Features, old.account.features() != new.account.features());
    causes
}

/// One command, previewed, committed and executed. Returns the state after it, if it was accepted.
#[track_caller]
fn check_preview(world: &World, actor: &Actor, command: &Command, now: Timestamp) -> Option<World> {
    let preview = world.account.preview(actor, command.clone(), now);
    let mut executed = world.account.clone();
    let change = executed.execute(actor, command.clone(), now);
    let preview = match (preview, change) {
        (Ok(preview), Ok(change)) => {
            assert_eq!(preview.outcome(), &change);
            preview
        }
        (preview, change) => {
            assert_eq!(preview.err(), change.err());
            assert_eq!(executed, world.account, "a refused command changes nothing");
            return None;
        }
    };
    let mut committed = world.account.clone();
    assert_eq!(committed.commit_preview(preview.clone()).as_ref(), Ok(preview.outcome()));
    assert_eq!(committed, executed);
    let after = World::of(executed);
    if let Some(change) = preview.change() {
        check_effects(world, &after, change);
        assert_eq!(preview.effects(), change.effects());
    } else {
        assert_eq!(after.account, world.account, "REV-11: {preview}");
    }
    let diff = world.account.diff(&after.account).unwrap();
    // Users who are not active are counted as well (REV-8).
    let configured = preview.effects().iter().filter(|one| one.of() == EffectOf::Configured);
    let waiting: usize = configured.map(count).sum();
    assert_eq!(preview.affected_users(), diff.users().len() + waiting, "{preview}");
    // Later, and once more: it does what deciding again does, or nothing if that has another effect.
    let mut later = world.account.clone();
    let _ = later.execute(&Actor::Host, Command::set_seat_limit(Some(77)), now).unwrap();
    for account in [&mut committed, &mut later] {
        let (former, mut again) = (account.clone(), account.clone());
        let decided = again.execute(actor, command.clone(), now);
        match account.commit_preview(preview.clone()) {
            Ok(outcome) => {
                let effects = outcome.change().map(Change::effects).unwrap_or_default();
                assert_eq!(effects, preview.effects());
                assert_eq!(outcome.change().is_some(), preview.change().is_some());
                assert_eq!(decided, Ok(outcome));
                assert_eq!(*account, again);
            }
            Err(CommitError::Stale(stale)) => {
                let shown =
                    |preview: &Preview| (preview.change().is_some(), preview.effects().to_vec());
                assert_ne!(shown(stale.now()), shown(&preview));
                assert_eq!(Ok(stale.now().outcome()), decided.as_ref());
                assert_eq!(*account, former);
            }
            Err(CommitError::Refused(refusal)) => {
                assert_eq!(decided, Err(refusal));
                assert_eq!(*account, former);
            }
            Err(error) => panic!("{error}"),
        }
    }
    Some(after)
}

/// REV-4: effects name each user who was written and what they gained and lost, and count those
/// who were not, by template.
#[track_caller]
fn check_effects(before: &World, after: &World, change: &Change) {
    let written: BTreeSet<&str> = change.edits().iter().filter_map(written).collect();
    let (mut users, mut groups) = (BTreeMap::new(), BTreeMap::new());
    let [former, later] =
        [before, after].map(|world| Directory::new(&serde_json::to_value(&world.account).unwrap()));
    for effect in Directory::effects(&former, &later) {
        let (id, sets) = (effect.user, (effect.of, effect.gained, effect.lost));
        if written.contains(&*id) {
            users.insert(id, sets);
        } else {
            let template = after.account.user(&id).unwrap().template();
            *groups.entry((template.map(ToString::to_string), sets)).or_insert(0) += 1;
        }
    }
    let (mut named, mut counted) = (BTreeMap::new(), BTreeMap::new());
    for effect in change.effects() {
        let sets = sets(after, effect);
        match effect.who() {
            Affected::User(id) => {
                assert!(named.insert(id.to_string(), sets).is_none(), "{id} is named twice");
            }
            Affected::Profile { users, template } => {
                assert!(*users > 0, "nobody is affected: {change}");
                let template = template.as_ref().map(ToString::to_string);
                *counted.entry((template, sets)).or_insert(0) += *users;
            }
            other => panic!("whom does it affect: {other:?}"),
        }
    }
    assert_eq!(named, users, "{change}");
    assert_eq!(counted, groups, "{change}");
}

fn count(effect: &Effect) -> usize {
    match effect.who() {
        Affected::Profile { users, .. } => *users,
        _ => 1,
    }
}

fn written(edit: &Edit) -> Option<&str> {
    match edit {
        Edit::User(altered) => altered.before().or(altered.after()).map(|user| user.id().as_str()),
        _ => None,
    }
}

fn sets(world: &World, effect: &Effect) -> (&'static str, Set, Set) {
    let [gained, lost] = [effect.gained(), effect.lost()];
    let [gained, lost] = [gained, lost].map(|one| world.names(one.iter().copied()));
    (effect.of().name(), gained, lost)
}

#[test]
fn catalogs_cannot_be_compared() {
    let account = |catalog: &str| {
        let document =
            json!({"format": "bailiwick/account/1", "id": "acme", "catalog": catalog, "users": []});
        Account::from_document(&parse(&document), &presets::all()).unwrap()
    };
    let all = worlds::PRESETS.map(account);
    for one in &all {
        for two in &all {
            let diff = one.diff(two);
            if one.catalog() == two.catalog() {
                assert!(diff.unwrap().is_empty());
            } else {
                let message = "the two belong to different catalogs; use values of one";
                assert_eq!(diff.unwrap_err().to_string(), message);
            }
        }
    }
}

/// A support desk: two users on a template, one of whom has more, and one who is suspended.
fn desk() -> World {
    let user = |id: &str, more: Value| {
        let mut user = json!({
            "id": id, "email": format!("{id}@acme.example"), "role": "member",
            "status": "active", "template": "desk",
        });
        for (field, value) in more.as_object().unwrap() {
            user[field] = value.clone();
        }
        user
    };
    World::new(&json!({
        "format": "bailiwick/account/1", "id": "acme", "catalog": "tenant/1", "revision": 4,
        "templates": [
            {"id": "desk", "name": "Desk", "grants": {"conversations": ["view", "edit"]}},
            {"id": "spare", "name": "Spare", "grants": {"settings": ["view"]}},
        ],
        "users": [
            user("ana", json!({"role": "admin", "template": null})),
            user("kim", json!({})),
            user("lee", json!({})),
            user("mo", json!({"grants": {"conversations": ["view"], "crm": true}})),
            user("noa", json!({"status": "suspended"})),
        ],
    }))
}

/// REV-5, TPL-3: whom an edit of a template would affect, in words.
#[test]
fn a_preview_reads_as_what_it_would_do() {
    let world = desk();
    let catalog = world.catalog();
    let mut grants = bailiwick::Grants::new(catalog);
    grants.set("conversations", bailiwick::Setting::actions(["view", "create"])).unwrap();
    let ana = actors::user("acme", "ana");
    let command = Command::edit_template("desk", grants);
    let preview = world.account.preview(&ana, command, NOW).unwrap();
    assert_eq!(preview.affected_users(), 4);
    assert_eq!(
        preview.change().unwrap().to_string(),
        "5 ana: edit template desk to conversations: view + create; 3 users gain \
         conversations:create and lose conversations:edit; 1 user would gain \
         conversations:create and would lose conversations:edit",
    );
}

/// TPL-7: a template in use is deleted only by someone who knows exactly who refers to it, and a
/// preview says what they lose.
#[test]
fn deleting_a_template_needs_exactly_those_who_refer_to_it() {
    let world = desk();
    let ana = actors::user("acme", "ana");
    let delete = |template: &str, ids: &[&str]| {
        let command = Command::delete_template_in_use(template, ids);
        world.account.preview(&ana, command, NOW)
    };
    let wrong: [&[&str]; 5] = [
        &[],
        &["kim", "lee", "mo"],
        &["kim", "lee", "mo", "noa", "ana"],
        &["kim", "lee", "mo", "nobody"],
        &["noa"],
    ];
    for ids in wrong {
        let refusal = delete("desk", ids).unwrap_err();
        assert_eq!(refusal.code(), "template_in_use");
        for id in ["kim", "lee", "mo", "noa"] {
            assert!(refusal.to_string().contains(&format!("`{id}`")), "{refusal}");
        }
    }
    assert_eq!(delete("spare", &["kim"]).unwrap_err().code(), "template_in_use");
    assert!(delete("spare", &[]).unwrap().effects().is_empty());
    let preview = delete("desk", &["noa", "mo", "lee", "kim"]).unwrap();
    let effects: Vec<_> = preview
        .effects()
        .iter()
        .map(|effect| {
            let (of, gained, lost) = sets(&world, effect);
            assert!(gained.is_empty());
            (effect.who().clone(), of, lost.into_iter().collect::<Vec<_>>().join(" "))
        })
        .collect();
    let lost = |id: &str, of: &'static str, lost: &str| {
        (Affected::User(id.parse().unwrap()), of, lost.to_owned())
    };
    assert_eq!(
        effects,
        [
            lost("kim", "effective", "conversations:edit conversations:view"),
            lost("lee", "effective", "conversations:edit conversations:view"),
            lost("mo", "effective", "conversations:edit"),
            lost("noa", "configured", "conversations:edit conversations:view"),
        ]
    );
    let mut account = world.account.clone();
    let change = account.commit_preview(preview).unwrap().into_change().unwrap();
    assert!(account.users().all(|user| user.template().is_none()));
    check_effects(&world, &World::of(account), &change);
}

/// A preview of one account does nothing to another.
#[test]
fn a_preview_is_for_its_own_account() {
    let world = desk();
    let suspend = Command::suspend("kim");
    let preview = world.account.preview(&Actor::Host, suspend, NOW).unwrap();
    let mut document = world.document;
    document["id"] = json!("north");
    let mut other = account_of(&document);
    let before = other.clone();
    assert!(other.commit_preview(preview).is_err());
    assert_eq!(other, before);
}
