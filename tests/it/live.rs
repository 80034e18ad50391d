//! REV: what is published is what compiling from scratch gives, after each command, for replicas
//! too, and for readers on other threads.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::BTreeSet;

use bailiwick::agency::{AgencyCommand, AgencyEdit, FeaturePatch, NewSubaccount, Switch};
use bailiwick::document::Document;
use bailiwick::ledger::{ApplyError, CommitError};
use bailiwick::presets::studio::{self, knowledge};
use bailiwick::presets::{self, agency};
use bailiwick::{
    Account, Actor, Agency, Catalog, Change, Command, Grants, Invite, Lattice, Level, Live,
    Outcome, Requirement, Timestamp, UserId,
};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use crate::applying::{early, said};
use crate::model::read_actor;
use crate::naive::Directory;
use crate::worlds::{self, Step, Stories};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[track_caller]
fn parse(value: &impl Serialize) -> Document {
    serde_json::from_str(&written(value)).unwrap()
}

/// Gives a command as the host; it must be accepted.
#[track_caller]
fn run(live: &Live, command: impl Into<Command>) {
    drop(live.execute(&Actor::Host, command, NOW).unwrap());
}

/// A requirement for each permission, and one for two.
fn requirements(catalog: &Catalog) -> Vec<Requirement> {
    let (first, last) = (catalog.permissions().next(), catalog.permissions().last());
    let both = Requirement::from(first.unwrap()) & Requirement::from(last.unwrap());
    catalog.permissions().map(Requirement::from).chain([both]).collect()
}

/// Two lattices give the same answers about their users and about `others`.
#[track_caller]
fn check<'a>(live: &'a Lattice, scratch: &'a Lattice, others: impl IntoIterator<Item = &'a str>) {
    assert!(live.users().eq(scratch.users()), "the users and their order");
    assert_eq!(live.len(), scratch.len());
    assert_eq!(live.distinct_profiles(), scratch.distinct_profiles());
    let catalog = scratch.catalog();
    for requirement in &requirements(catalog) {
        assert!(live.who_can(requirement).eq(scratch.who_can(requirement)), "{requirement:?}");
        assert_eq!(live.count_who_can(requirement), scratch.count_who_can(requirement));
    }
    let permissions: Vec<_> = catalog.permissions().collect();
    for (place, id) in scratch.users().chain(others).chain(["nobody", ""]).enumerate() {
        let (is, wanted) = (live.subject(id), scratch.subject(id));
        assert_eq!(is.permissions(), wanted.permissions(), "{id}");
        for permission in &permissions {
            assert_eq!(is.reason(*permission), wanted.reason(*permission), "{id}");
        }
        let asked = permissions[place % permissions.len()];
        assert_eq!(live.allows(id, asked), scratch.allows(id, asked), "{id}");
        let explained = [live, scratch].map(|one| one.explain(id, asked).to_string());
        assert_eq!(explained[0], explained[1], "{id}");
    }
    assert!(live.diff(scratch).unwrap().is_empty());
}

/// What is published is what compiling the account gives.
#[track_caller]
fn check_live(live: &Live, gone: &BTreeSet<String>) {
    let view = live.view();
    let account = view.account();
    assert_eq!(view.revision(), account.revision());
    let retired = account.retired_users().map(UserId::as_str);
    check(&view, &account.compile(), retired.chain(gone.iter().map(String::as_str)));
}

/// An account that follows a story.
struct Follower {
    live: Live,
    directory: Directory,
    gone: BTreeSet<String>,
    changes: Vec<Change>,
}

impl Follower {
    fn new(start: &Value) -> Self {
        let account = Account::from_document(&parse(start), &presets::all()).unwrap();
        let (directory, gone) = (Directory::new(start), BTreeSet::new());
        Self { live: Live::new(account), directory, gone, changes: Vec::new() }
    }

    #[track_caller]
    fn step(&mut self, (actor, command, now): &Step) {
        let before = self.live.view().account().clone();
        let _ = self.directory.execute(actor, command, *now);
        let command = Command::from_document(&parse(command), before.catalog()).unwrap();
        let now = Timestamp::from_unix_millis(*now);
        match self.live.execute(&read_actor(actor), command, now) {
            Ok(change) => {
                assert_eq!(self.live.view().revision(), change.revision());
                self.gone.extend(before.users().map(|user| user.id().to_string()));
                check_live(&self.live, &self.gone);
                self.changes.extend(change.into_change());
            }
            Err(refusal) => {
                assert_eq!(self.live.view().revision(), before.revision(), "{refusal}");
                assert_eq!(self.live.view().account().clone(), before, "{refusal}");
            }
        }
    }
}

// Compiled from scratch.

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_is_published_is_what_compiling_from_scratch_gives(
        (start, steps) in worlds::any_story(),
    ) {
        let mut follower = Follower::new(&start);
        for step in &steps {
            follower.step(step);
        }
    }
}

fn wanted_commands() -> Option<usize> {
    std::env::var("BAILIWICK_COMMANDS").ok().map(|text| text.parse().unwrap())
}

/// As many commands as the variable `BAILIWICK_COMMANDS` says, in accounts of 40 each.
#[test]
fn a_thousand_commands_and_more_leave_no_difference() {
    let mut stories = Stories::new(3);
    let catalogs = ["tenant/1", "studio/2026-06", "tenant/1", "studio/2026-03"].map(Value::from);
    let mut accepted = 0;
    for (place, catalog) in
        (0..wanted_commands().unwrap_or(2_000)).step_by(40).zip(catalogs.iter().cycle())
    {
        let mut follower = Follower::new(&stories.start(catalog));
        for _ in 0..40 {
            let step = stories.next(&follower.directory);
            follower.step(&step);
        }
        accepted += follower.changes.len();
        assert!(accepted > place / 10, "hardly a command is accepted");
    }
}

/// Ids of every length up to 255 bytes.
fn id(number: usize) -> String {
    let length = if number.is_multiple_of(7) { 255 } else { number * 31 % 255 };
    format!("{:x<length$}", format!("{number}-"))
}

/// Grants of seven areas, different for each number below 2,187.
fn varied(catalog: &Catalog, mut number: usize) -> Grants {
    let mut grants = Grants::new(catalog);
    for area in ["flows", "tools", "testing", "integrations", "widgets", "account", "behavior"] {
        let level = [Level::None, Level::Read, Level::Edit][number % 3];
        number /= 3;
        if level != Level::None {
            grants.set(area, level).unwrap();
        }
    }
    grants
}

/// So many that tables split, pages fill and rows need a second piece.
#[test]
fn many_users_and_profiles_leave_no_difference() {
    let catalog = studio::catalog();
    let live = Live::new(Account::new("acme".parse().unwrap(), catalog.clone()));
    let run_all = |commands: Vec<Command>| {
        run(&live, Command::batch(commands));
    };
    run(&live, Command::create_template("t", "T", varied(&catalog, 5)));
    for start in (0..3_000).step_by(250) {
        let invite = |number| {
            let invite = Invite::new(id(number), format!("{number}@acme.example"));
            let invite = invite.grants(varied(&catalog, number));
            if number % 5 == 0 { invite.template("t").into() } else { invite.into() }
        };
        run_all((start..start + 250).map(invite).collect());
        if start % 1_000 == 0 {
            check_live(&live, &BTreeSet::new());
        }
    }
    assert!(live.view().distinct_profiles() > 1_100);
    check_live(&live, &BTreeSet::new());
    let held = live.view();
    let then = live.view().account().compile();
    run_all(
        (0..3_000).filter(|number| number % 3 == 0).map(|one| Command::accept(id(one))).collect(),
    );
    run_all(
        (0..3_000)
            .filter(|number| number % 4 == 1)
            .map(|one| Command::delete_user(id(one)))
            .collect(),
    );
    check_live(&live, &BTreeSet::new());
    run(&live, Command::edit_template("t", varied(&catalog, 40)));
    run(&live, Command::set_features(["plan.enterprise"]));
    check_live(&live, &BTreeSet::new());
    let others = (0..3_000).filter(|number| number % 4 == 2);
    run_all(
        others.map(|one| Command::replace_grants(id(one), varied(&catalog, one + 999))).collect(),
    );
    run_all(
        (3_000..3_400).map(|one| Command::invite(id(one), format!("{one}@acme.example"))).collect(),
    );
    check_live(&live, &BTreeSet::new());
    check(&held, &then, []);
}

// Agencies.

/// The studio with the features of agencies, some of which gate its areas.
fn catalog() -> Catalog {
    let parts = ["general", "agent_types", "capabilities", "action_types"];
    let builder = studio::catalog().to_builder("voice-agency/1").include(&agency::catalog(), parts);
    let builder = builder.gate("knowledge", ["general.knowledge_base"]);
    builder.gate("messaging.chat", ["agent_types.chat"]).build().unwrap()
}

/// A number below `end`, by `SplitMix64`.
fn below(state: &mut u64, end: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
}

/// An agency with some subaccounts that have users.
fn start_of(stories: &mut Stories, catalog: &Catalog) -> Agency {
    let subaccounts = (0..3).map(|number| {
        let mut document = stories.start(&json!(catalog));
        document["id"] = json!(format!("s{number}"));
        document["catalog"] = json!(catalog.id());
        document
    });
    let document = json!({
        "format": "bailiwick/agency/1", "id": "agency", "catalog": catalog.id(),
        "subaccounts": subaccounts.collect::<Vec<_>>(),
    });
    Agency::from_document(&parse(&document), core::slice::from_ref(catalog)).unwrap()
}

/// Who does what, for the agency as it is.
fn next(
    (state, stories): (&mut u64, &mut Stories),
    agency: &Agency,
    place: usize,
) -> (Actor, AgencyCommand) {
    let catalog = agency.catalog();
    let ids: Vec<&str> = agency.subaccounts().map(|one| one.id().as_str()).collect();
    let account = ids.get(below(state, ids.len() + 1)).copied().unwrap_or("s0");
    let features: Vec<_> = catalog.features().map(|one| catalog.display(one).to_string()).collect();
    let feature = features[below(state, features.len())].trim_end_matches(":on").to_owned();
    let switch = if below(state, 2) == 0 { Switch::On } else { Switch::Off };
    let command = match below(state, 20) {
        0..2 => {
            let new = |part| NewSubaccount::new(format!("n{place}-{part}"));
            AgencyCommand::create_all((0..=place % 3).map(new))
        }
        2..4 => AgencyCommand::delete(account),
        4..6 => {
            let patch = FeaturePatch::new();
            let patch = match switch {
                Switch::On => patch.grant(&feature),
                Switch::Off => patch.revoke(&feature),
            };
            AgencyCommand::patch(account, bailiwick::agency::Channel::Ui, patch)
        }
        6..8 => AgencyCommand::select_all(&feature, switch),
        _ => {
            let Some(known) = agency.subaccount(account) else {
                return (Actor::Host, AgencyCommand::delete(account));
            };
            let mut document = serde_json::to_value(known).unwrap();
            document["catalog"] = json!(catalog);
            let (actor, command, _) = stories.next(&Directory::new(&document));
            let command = Command::from_document(&parse(&command), catalog).unwrap();
            return (read_actor(&actor), AgencyCommand::within(account, command));
        }
    };
    (Actor::Host, command)
}

/// What is published is what compiling each subaccount gives.
#[track_caller]
fn check_agency(live: &Live<Agency>) {
    let view = live.view();
    let agency = view.agency();
    assert_eq!(view.revision(), agency.revision());
    assert_eq!((view.len(), view.is_empty()), (agency.len(), agency.is_empty()));
    assert!(view.iter().map(|(id, _)| id).eq(agency.subaccounts().map(|one| one.id().as_str())));
    for ((id, lattice), account) in view.iter().zip(agency.subaccounts()) {
        let scratch = account.compile();
        check(lattice, &scratch, account.retired_users().map(UserId::as_str));
        let permissions = || account.catalog().permissions();
        for (user, permission) in scratch.users().chain(["nobody"]).zip(permissions()) {
            let expected = scratch.allows(user, permission);
            assert_eq!(view.allows(id, user, permission), expected, "{id}/{user}");
        }
    }
    for id in agency.retired_subaccounts() {
        assert!(view.subaccount(id.as_str()).is_none(), "{id} was deleted");
    }
}

#[test]
fn each_subaccount_is_what_compiling_it_from_scratch_gives() {
    let catalog = catalog();
    let (mut state, mut stories) = (5, Stories::new(5));
    let (mut created, mut deleted) = (0, 0);
    for _ in 0..wanted_commands().map_or(8, |wanted| 1 + wanted / 400) {
        let live = Live::new(start_of(&mut stories, &catalog));
        let start = live.view().agency().clone();
        let [one, many] = [(); 2].map(|()| Live::new(start.clone()));
        let mut log = Vec::new();
        for place in 0..40 {
            let (actor, command) = next((&mut state, &mut stories), live.view().agency(), place);
            let before = live.view().revision();
            let outcome = live.execute(&actor, command, NOW);
            let Some(change) = outcome.ok().and_then(Outcome::into_change) else {
                assert_eq!(live.view().revision(), before);
                continue;
            };
            assert_eq!(live.view().revision(), change.revision());
            for edit in change.edits() {
                created += usize::from(matches!(edit, AgencyEdit::Created { .. }));
                deleted += usize::from(matches!(edit, AgencyEdit::Deleted { .. }));
            }
            check_agency(&live);
            one.apply(&change).unwrap();
            log.push(change);
        }
        for batch in log.chunks(7) {
            many.apply_all(batch).unwrap();
            check_agency(&many);
        }
        for replica in [&one, &many] {
            assert_eq!(written(replica.view().directory()), written(live.view().directory()));
            check_agency(replica);
        }
    }
    assert!(created > 10 && deleted > 10, "{created} created, {deleted} deleted");
}

// Replicas.

/// Two accounts are equal to the letter, and so is what they publish.
#[track_caller]
fn check_same(replica: &Live, primary: &Live) {
    assert_eq!(written(replica.view().directory()), written(primary.view().directory()));
    assert_eq!(replica.view().account().clone(), primary.view().account().clone());
    let (is, wanted) = (replica.view(), primary.view());
    assert_eq!(is.revision(), wanted.revision());
    let gone =
        primary.view().account().retired_users().map(ToString::to_string).collect::<BTreeSet<_>>();
    check(&is, &wanted, gone.iter().map(String::as_str));
    check_live(replica, &gone);
}

/// A change that is not the next one changes nothing. It is refused unless it is known to have been
/// applied.
#[track_caller]
fn check_at_the_door(replica: &Live, change: &Change) {
    let before = replica.view().account().clone();
    let (given, wanted) = (change.revision(), before.revision() + 1);
    match replica.apply(change) {
        Ok(()) => assert!(given < wanted),
        Err(ApplyError::TooOld(error)) => {
            assert!(given < error.oldest() && error.oldest() + 16 == wanted);
        }
        Err(error) => assert_eq!(error.to_string(), early(given, wanted)),
    }
    assert_eq!(replica.view().account().clone(), before);
    assert_eq!(replica.view().revision(), before.revision());
}

/// A story, its start, and the primary at its end.
fn history(seed: u64, catalog: &str) -> (Account, Follower) {
    let mut stories = Stories::new(seed);
    let mut follower = Follower::new(&stories.start(&json!(catalog)));
    let start = follower.live.view().account().clone();
    for _ in 0..150 {
        let step = stories.next(&follower.directory);
        follower.step(&step);
    }
    (start, follower)
}

#[test]
fn rev_3_replicas_are_the_primary_bit_for_bit() {
    for (seed, catalog) in (20..28).zip(["tenant/1", "studio/2026-06"].into_iter().cycle()) {
        let (start, primary) = history(seed, catalog);
        let log = &primary.changes;
        let [one, many, read] = [(); 3].map(|()| Live::new(start.clone()));
        for (place, change) in log.iter().enumerate() {
            log.get(place + 1).into_iter().for_each(|early| check_at_the_door(&one, early));
            one.apply(change).unwrap();
            check_at_the_door(&one, change);
            check_at_the_door(&one, &log[0]);
            let stored = Change::from_document(&parse(change), start.catalog()).unwrap();
            read.apply(&stored).unwrap();
        }
        for batch in log.chunks(7) {
            many.apply_all(batch).unwrap();
            check_live(&many, &primary.gone);
            check_at_the_door(&many, &batch[0]);
        }
        let half = log.len() / 2;
        let snapshot = start.clone().replay(&log[..half]).unwrap();
        let late = Live::new(snapshot);
        late.apply_all(&log[half..]).unwrap();
        for replica in [&one, &many, &read, &late] {
            check_same(replica, &primary.live);
        }
    }
}

#[test]
fn rev_3_what_stands_before_a_refused_change_is_kept_and_published() {
    let (start, primary) = history(31, "tenant/1");
    let (log, replica) = (&primary.changes, Live::new(start.clone()));
    let wanted = start.revision() + 4;
    let gap = [&log[0], &log[1], &log[2], &log[4], &log[3]];
    assert_eq!(said(replica.apply_all(gap)), Err(early(wanted + 1, wanted)));
    check_same(&replica, &Live::new(start.clone().replay(&log[..3]).unwrap()));
    let applied = replica.apply_all([&log[3], &log[2], &log[5], &log[4]]);
    assert_eq!(said(applied), Err(early(wanted + 2, wanted + 1)));
    check_same(&replica, &Live::new(start.replay(&log[..4]).unwrap()));
    assert_eq!(replica.apply_all([]), Ok(()));
    replica.apply_all(&log[4..]).unwrap();
    check_same(&replica, &primary.live);
}

/// A user is assigned the template of another, and it is edited: then both have one profile.
#[test]
fn rev_3_changes_that_are_applied_at_once_leave_no_difference() {
    let primary = team();
    let replica = Live::new(primary.view().account().clone());
    let mut grants = Grants::new(&studio::catalog());
    grants.set("flows", Level::Read).unwrap();
    let commands = [Command::assign_template("ana", "t"), Command::edit_template("t", grants)];
    let log = commands.map(|one| primary.execute(&Actor::Host, one, NOW).unwrap());
    let log = log.map(|outcome| outcome.into_change().unwrap());
    replica.apply_all(&log).unwrap();
    check_same(&replica, &primary);
}

/// What the host reads its log from may give up in the middle: nothing is half done then.
#[test]
fn rev_3_a_log_that_panics_leaves_all_as_it_was() {
    let (start, primary) = history(37, "tenant/1");
    let replica = Live::new(start.clone());
    let broken = primary.changes.iter().take(3).chain(core::iter::from_fn(|| {
        std::panic::resume_unwind(Box::new("the log cannot be read"));
    }));
    let applied = core::panic::AssertUnwindSafe(|| replica.apply_all(broken));
    assert!(std::panic::catch_unwind(applied).is_err());
    check_same(&replica, &Live::new(start));
    replica.apply_all(&primary.changes).unwrap();
    check_same(&replica, &primary.live);
}

// Views.

/// Two members, `ana` and `kim`, and `lee`, who refers to a template with `kim`.
fn team() -> Live {
    let live = Live::new(Account::new("acme".parse().unwrap(), studio::catalog()));
    run(&live, Command::create_template("t", "T", Grants::new(&studio::catalog())));
    for id in ["ana", "kim", "lee"] {
        let invite = Invite::new(id, format!("{id}@acme.example"));
        run(&live, if id == "ana" { invite } else { invite.template("t") });
        run(&live, Command::accept(id));
    }
    live
}

#[test]
fn rev_2_a_view_never_changes_and_the_next_one_shows_the_change() {
    let live = team();
    let (before, then) = (live.view(), live.view().account().compile());
    let command = Command::set_area("ana", knowledge::AREA, Level::Read);
    let change = live.execute(&Actor::Host, command, NOW).unwrap();
    let after = live.view();
    assert!(after.allows("ana", knowledge::FAQS.read()));
    assert!(!before.allows("ana", knowledge::FAQS.read()));
    assert_eq!(after.revision(), change.revision());
    assert_eq!(before.revision() + 1, change.revision());
    assert!(after.at_least(change.revision()) && !before.at_least(change.revision()));
    assert!(before.at_least(before.revision()) && !after.at_least(change.revision() + 1));
    for id in ["ana", "kim", "lee"] {
        run(&live, Command::delete_user(id));
    }
    assert!(live.view().is_empty());
    check(&before, &then, []);
}

#[test]
fn rev_12_a_commit_publishes_and_a_stale_preview_does_not() {
    let live = team();
    let preview = |level| {
        let command = Command::set_area("ana", knowledge::AREA, level);
        live.view().account().preview(&Actor::Host, command, NOW).unwrap()
    };
    let (first, stale) = (preview(Level::Read), preview(Level::Edit));
    let again = first.clone();
    let before = live.view().revision();
    assert!(!live.view().allows("ana", knowledge::FAQS.read()));
    let change = live.commit_preview(first).unwrap();
    assert_eq!((live.view().revision(), change.revision()), (before + 1, before + 1));
    assert!(live.view().allows("ana", knowledge::FAQS.read()));
    assert!(matches!(live.commit_preview(again), Err(CommitError::Stale(_))));
    assert!(matches!(live.commit_preview(stale), Err(CommitError::Stale(_))));
    assert_eq!(live.view().revision(), before + 1);
    assert!(!live.view().allows("ana", knowledge::FAQS.edit()));
    check_live(&live, &BTreeSet::new());
}

// Threads.

#[test]
fn rev_2_readers_see_whole_changes_in_order() {
    const COMMANDS: usize = 1_500;
    let (live, catalog) = (team(), studio::catalog());
    let (published, running) = (AtomicU64::new(0), AtomicU64::new(2));
    let write = |command: &dyn Fn(Level) -> Command| {
        for level in [Level::Read, Level::None, Level::Edit].into_iter().cycle().take(COMMANDS) {
            let change = live.execute(&Actor::Host, command(level), NOW).unwrap();
            published.fetch_max(change.revision(), Ordering::SeqCst);
        }
        running.fetch_sub(1, Ordering::SeqCst);
    };
    let read = || {
        let (mut last, mut views) = (0, 0_u64);
        loop {
            let is_last = running.load(Ordering::SeqCst) == 0;
            let wanted = published.load(Ordering::SeqCst);
            let view = live.view();
            assert!(view.at_least(wanted), "{} is older than {wanted}", view.revision());
            assert!(view.revision() >= last, "{} after {last}", view.revision());
            last = view.revision();
            views += 1;
            let can = |id: &str, rung| view.allows(id, rung);
            for rung in [knowledge::FAQS.read(), knowledge::FAQS.edit()] {
                assert_eq!(can("ana", rung), can("kim", rung), "half a batch at {last}");
            }
            let flows = catalog.permission("flows:read").unwrap();
            assert_eq!(can("kim", flows), can("lee", flows), "half an edit at {last}");
            if is_last {
                return (last, views);
            }
        }
    };
    let batch = |level| {
        let set = |id| Command::set_area(id, knowledge::AREA, level);
        Command::batch([set("ana"), set("kim")])
    };
    let edit = |level| {
        let mut grants = Grants::new(&catalog);
        grants.set("flows", level).unwrap();
        Command::edit_template("t", grants)
    };
    let start = live.view().revision();
    std::thread::scope(|scope| {
        let readers = [(); 3].map(|()| scope.spawn(read));
        scope.spawn(|| write(&batch));
        scope.spawn(|| write(&edit));
        for reader in readers {
            let (last, views) = reader.join().unwrap();
            assert_eq!(last, start + 2 * COMMANDS as u64);
            assert!(views > 1);
        }
    });
    check_live(&live, &BTreeSet::new());
}
