//! REV: changes of an agency, and previews of them.

use std::collections::BTreeMap;

use bailiwick::account::{Affected, Edit};
use bailiwick::agency::{
    AgencyChange, AgencyCommand, AgencyEdit, FeaturePatch, NewSubaccount, Switch,
};
use bailiwick::ledger::{ApplyError, CommitError};
use bailiwick::presets;
use bailiwick::{Actor, Agency, Command, Status, Timestamp};
use serde_json::json;

use super::counts::check_counts;
use super::{
    NOW, api, example, grant, names, north, parse, reread, reread_change, revoke, run, ui, written,
};
use crate::actors;

/// Commands of every kind, all accepted.
pub(super) fn history() -> Vec<(Actor, AgencyCommand)> {
    let new = [
        NewSubaccount::new("ridge").patch(grant(["logs"])),
        NewSubaccount::new("slate").patch_by_path(revoke(["general.simulations"])),
    ];
    vec![
        (north(), api("harbor", revoke(["knowledge_base", "chat"]))),
        (north(), ui("bright", grant(["capabilities.prompt"]))),
        (Actor::Host, AgencyCommand::select_all("general.contacts", Switch::On)),
        (north(), AgencyCommand::create("quay")),
        (north(), AgencyCommand::create_all(new)),
        (north(), AgencyCommand::delete("metro")),
        (north(), AgencyCommand::rename_subaccount("harbor", "Harbor")),
        (
            actors::user_of("north", "harbor", "ana"),
            AgencyCommand::within("harbor", Command::suspend("mia")),
        ),
        (north(), AgencyCommand::within("quay", Command::set_features(["general.logs"]))),
        (Actor::Host, AgencyCommand::select_all("general.logs", Switch::Off)),
    ]
}

pub(super) fn changes(agency: &mut Agency) -> Vec<AgencyChange> {
    let each = history();
    let each = each.into_iter().map(|(actor, one)| agency.execute(&actor, one, NOW).unwrap());
    each.map(|outcome| outcome.into_change().unwrap()).collect()
}

#[test]
fn rev_3_changes_replay_as_values_and_through_documents() {
    let start = example();
    let mut agency = start.clone();
    let changes = changes(&mut agency);
    let revisions = changes.iter().map(AgencyChange::revision);
    assert!(revisions.eq(1..=agency.revision()), "REV-1: one revision a command");
    let (mut replica, mut archive) = (start.clone(), reread(&start));
    for change in &changes {
        replica.apply(change).unwrap();
        let stored = reread_change(change, agency.catalog());
        assert_eq!(&stored, change);
        assert_eq!(written(&stored), written(change));
        let command = AgencyCommand::from_document(&parse(change.command()), agency.catalog());
        assert_eq!(command.as_ref(), Ok(change.command()));
        archive.apply(&stored).unwrap();
        archive = reread(&archive);
        assert_eq!(replica, archive, "{change}");
    }
    for replayed in [&replica, &archive] {
        assert_eq!(replayed, &agency);
        assert_eq!(written(replayed), written(&agency));
        check_counts(replayed);
    }
}

/// A change as it was written before there was a chain.
fn unchained(change: &AgencyChange) -> AgencyChange {
    let mut document = serde_json::to_value(change).unwrap();
    document.as_object_mut().unwrap().shift_remove("previous");
    AgencyChange::from_document(&parse(&document), change.catalog()).unwrap()
}

/// A change that cannot be applied, and changes nothing.
#[track_caller]
fn unfit(agency: &Agency, change: &AgencyChange, message: &str) -> ApplyError {
    let mut after = agency.clone();
    let error = after.apply(change).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(&after, agency);
    error
}

#[test]
fn rev_3_gaps_and_changes_of_others_are_refused() {
    let start = example();
    let mut agency = start.clone();
    let changes = changes(&mut agency);
    let Err(ApplyError::Gap(gap)) = start.clone().apply(&changes[2]) else { panic!("no gap") };
    assert_eq!((gap.revision(), gap.expected()), (3, 1));
    unfit(&start, &changes[2], "revision 3 comes too early: expected 1");
    assert_eq!(agency.clone().replay(&changes).unwrap(), agency, "repeats change nothing");
    let mut south = serde_json::to_value(&start).unwrap();
    south["id"] = json!("south");
    let south = Agency::from_document(&parse(&south), &presets::all()).unwrap();
    let error = unfit(
        &south,
        &changes[0],
        "the change was made for agency `north`; this is agency `south`",
    );
    assert!(matches!(error, ApplyError::OtherDirectory(_)));
    // A change that was made for another state.
    // Somebody else has changed what it is about.
    let mut elsewhere = start.clone();
    run(&mut elsewhere, api("lakeside", grant(["chat"])));
    run(&mut elsewhere, AgencyCommand::rename_subaccount("summit", "Summit"));
    let diverged = "diverged: revision 3 belongs to another history: load it again from the log";
    assert!(matches!(unfit(&elsewhere, &changes[2], diverged), ApplyError::Diverged(_)));
    // The same of changes that do not name the one before.
    let changes: Vec<AgencyChange> = changes.iter().map(unchained).collect();
    let message = "revision 3 cannot be applied: subaccount `lakeside`: diverged: revision 1 belongs \
                   to another history: load it again from the log";
    unfit(&elsewhere, &changes[2], message);
    let message = "revision 3 cannot be applied: subaccount `lakeside` is not in the state that the edit starts from";
    let mut elsewhere = start.clone();
    run(&mut elsewhere, AgencyCommand::delete("lakeside"));
    run(&mut elsewhere, AgencyCommand::rename_subaccount("summit", "Summit"));
    unfit(&elsewhere, &changes[2], message);
    // A subaccount that is there already, and one that is not there any more.
    let mut elsewhere = start.clone();
    run(&mut elsewhere, AgencyCommand::create("quay"));
    for name in ["Summit", "Peak"] {
        run(&mut elsewhere, AgencyCommand::rename_subaccount("summit", name));
    }
    unfit(
        &elsewhere,
        &changes[3],
        "revision 4 cannot be applied: subaccount id `quay` is in use or was used before",
    );
    let mut elsewhere = start;
    run(&mut elsewhere, AgencyCommand::delete("metro"));
    for name in ["Summit", "Peak", "Top", "Ridge"] {
        run(&mut elsewhere, AgencyCommand::rename_subaccount("summit", name));
    }
    unfit(
        &elsewhere,
        &changes[5],
        "revision 6 cannot be applied: subaccount `metro` is not in the state that the edit starts from",
    );
}

#[test]
fn rev_5_a_preview_is_what_executing_does() {
    let mut agency = example();
    for (actor, command) in history() {
        let before = agency.clone();
        let preview = agency.preview(&actor, command.clone(), NOW).unwrap();
        assert_eq!(agency, before, "looking changes nothing");
        let mut committed = agency.clone();
        let change = agency.execute(&actor, command, NOW).unwrap().into_change().unwrap();
        assert_eq!(preview.change(), Some(&change));
        // Who gains and loses is what the lattices say.
        let mut expected = BTreeMap::new();
        for edit in change.edits() {
            if let AgencyEdit::Deleted { account } = edit {
                let held = account.users().filter(|user| {
                    let profile = account.profile(user);
                    let is_active = user.status() == Status::Active;
                    let held = if is_active { profile.permissions() } else { profile.configured() };
                    !held.is_empty()
                });
                expected.insert(account.id().to_string(), held.count());
            }
            let AgencyEdit::Changed(change) = edit else { continue };
            let id = change.account().as_str();
            let [was, is] = [&before, &agency].map(|one| one.subaccount(id).unwrap());
            let diff = was.diff(is).unwrap();
            if !diff.is_empty() {
                expected.insert(id.to_owned(), diff.users().len());
            }
            let users = change.effects().iter().map(|effect| match effect.who() {
                Affected::Profile { users, .. } => *users,
                _ => 1,
            });
            assert_eq!(users.sum::<usize>(), diff.users().len(), "{change}");
            let lost = change.effects().iter().flat_map(|one| one.lost().to_vec());
            let lost = names(is.catalog(), lost);
            let differ = diff.users().iter().flat_map(|user| user.lost().to_vec());
            assert_eq!(lost, names(is.catalog(), differ), "{change}");
        }
        expected.retain(|_, users| *users > 0);
        let affected = change.affected_subaccounts().map(|(id, users)| (id.to_string(), users));
        assert_eq!(preview.affected_users(), expected.values().sum::<usize>(), "{change}");
        assert_eq!(affected.collect::<BTreeMap<_, _>>(), expected, "{change}");
        assert_eq!(committed.commit_preview(preview).unwrap().into_change(), Some(change));
        assert_eq!(committed, agency);
    }
}

#[test]
fn rev_12_a_preview_is_stale_once_its_effect_is_another() {
    let mut agency = example();
    let command = || api("harbor", revoke(["logs"]));
    let preview = agency.preview(&north(), command(), NOW).unwrap();
    // Another subaccount is none of its business.
    run(&mut agency, api("summit", revoke(["logs"])));
    let committed = agency.commit(&north(), command(), NOW, &preview.digest());
    let change = committed.unwrap().into_change().unwrap();
    assert_eq!(change.revision(), 2);
    let AgencyEdit::Changed(changed) = &change.edits()[0] else { panic!("{change}") };
    assert!(matches!(changed.edits(), [Edit::Features { .. }]));
    let all = || AgencyCommand::select_all("general.logs", Switch::On);
    let preview = agency.preview(&north(), all(), NOW).unwrap();
    run(&mut agency, api("harbor", FeaturePatch::new().grant("logs")));
    let before = agency.clone();
    let error = agency.commit_preview(preview).unwrap_err();
    assert_eq!(
        error.to_string(),
        "stale_preview: `turn general.logs on everywhere (5 subaccounts changed)` was shown, and now it \
         would be `turn general.logs on everywhere (4 subaccounts changed)`; preview again"
    );
    assert!(
        matches!(error, CommitError::Stale(stale) if stale.now().change().unwrap().edits().len() == 4)
    );
    assert_eq!(agency, before);
}

/// One line a change, as in an audit trail.
#[test]
fn changes_read_as_lines() {
    let mut agency = example();
    let lines: Vec<String> = changes(&mut agency).iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "1 agency north: patch harbor: knowledge_base, chat off",
            "2 agency north: patch bright: capabilities.prompt on",
            "3 host: turn general.contacts on everywhere (2 subaccounts changed)",
            "4 agency north: create quay; quay copies bright",
            "5 agency north: create ridge, slate; ridge copies quay; slate copies ridge",
            "6 agency north: delete metro",
            "7 agency north: rename subaccount harbor to `Harbor`",
            "8 ana: in harbor: suspend mia",
            "9 agency north: in quay: set features to general.logs",
            "10 host: turn general.logs off everywhere (5 subaccounts changed)",
        ],
    );
}

#[test]
fn rev_12_a_first_admin_may_be_invited_later_than_it_was_shown() {
    let mut agency = example();
    let new = || NewSubaccount::new("quay").admin("ana", "ana@quay.example");
    let shown = agency.preview(&north(), new(), NOW).unwrap().digest();
    let later = Timestamp::from_unix_millis(NOW.unix_millis() + 60_000);
    assert!(agency.commit(&north(), new(), later, &shown).is_ok());

    // What it starts with is what was shown.
    let new = || NewSubaccount::new("slip").admin("ana", "ana@slip.example");
    let shown = agency.preview(&north(), new(), NOW).unwrap().digest();
    run(&mut agency, api("quay", grant(["logs"])));
    let stale = agency.commit(&north(), new(), later, &shown);
    assert!(matches!(stale, Err(CommitError::Stale(_))));
}
