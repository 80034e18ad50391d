//! REV-12: a preview is committed if the command still has the effect that was shown.

use bailiwick::ledger::{CommitError, Digest};
use bailiwick::live::{Appended, AttemptError, ExecuteError, Log, Step};
use bailiwick::presets::studio::knowledge;
use bailiwick::{Actor, Command, Level, Live, Timestamp};

use super::order::Table;
use super::{NOW, acme, invite, run};

fn members() -> Command {
    Command::batch(["kim", "lee"].map(|id| [invite(id), Command::accept(id)]).concat())
}

fn team() -> Live {
    let live = Live::new(acme());
    run(&live, members());
    live
}

fn grant(level: Level) -> Command {
    Command::set_area("kim", knowledge::AREA, level)
}

/// What a page carries between two requests: text.
fn shown(live: &Live, command: Command) -> String {
    let preview = live.view().account().preview(&Actor::Host, command, NOW).unwrap();
    preview.digest().to_string()
}

#[test]
fn a_sign_in_makes_no_preview_stale() {
    let live = team();
    let page = shown(&live, grant(Level::Edit));
    for id in ["lee", "kim"] {
        let later = Timestamp::from_unix_millis(NOW.unix_millis() + 1);
        assert!(
            live.execute(&Actor::Host, Command::sign_in(id), later).unwrap().change().is_some()
        );
    }
    let digest: Digest = page.parse().unwrap();
    let change = live.commit(&Actor::Host, grant(Level::Edit), NOW, &digest).unwrap();
    assert_eq!(change.revision(), 4);
    assert!(live.view().allows("kim", knowledge::FAQS.edit()));
}

#[test]
fn another_effect_is_refused_and_shown() {
    let live = team();
    let digest: Digest = shown(&live, grant(Level::Edit)).parse().unwrap();
    run(&live, grant(Level::Read));
    let error = live.commit(&Actor::Host, grant(Level::Edit), NOW, &digest).unwrap_err();
    assert_eq!(
        error.to_string(),
        "stale_preview: another effect was shown than it would have now: `set knowledge of kim to edit; \
         kim gains knowledge.faqs:edit and 2 more`; preview again"
    );
    let CommitError::Stale(stale) = error else { panic!("{error}") };
    assert_eq!(stale.shown(), None);
    let digest = stale.now().digest();
    assert_eq!(live.view().revision(), 2);
    assert!(live.commit(&Actor::Host, grant(Level::Edit), NOW, &digest).is_ok());
}

#[test]
fn a_page_commits_no_other_command_than_it_showed() {
    let live = team();
    let digest: Digest = shown(&live, grant(Level::Read)).parse().unwrap();
    for other in [grant(Level::Edit), Command::make_admin("kim"), Command::sign_in("kim")] {
        let error = live.commit(&Actor::Host, other, NOW, &digest).unwrap_err();
        assert!(matches!(error, CommitError::Stale(_)));
    }
    let refused = live.commit(&Actor::Host, Command::accept("kim"), NOW, &digest).unwrap_err();
    assert!(matches!(&refused, CommitError::Refused(refusal) if refusal.code() == "wrong_status"));
    assert_eq!(live.view().revision(), 1);
}

#[test]
fn what_is_committed_is_stored_first() {
    let live = team();
    let digest: Digest = shown(&live, grant(Level::Read)).parse().unwrap();
    let commit = |store: &dyn Fn() -> Result<(), &'static str>| {
        live.commit_with(&Actor::Host, grant(Level::Read), NOW, &digest, |change| {
            assert_eq!((change.revision(), live.view().revision()), (2, 1));
            store()
        })
    };
    assert_eq!(commit(&|| Err("full")), Err(ExecuteError::Store("full")));
    assert_eq!(live.view().revision(), 1);
    assert_eq!(commit(&|| Ok(())).unwrap().revision(), 2);
    assert_eq!(live.view().revision(), 2);
}

/// The log decides, and not what this process has heard of it.
#[test]
fn what_was_shown_is_committed_to_a_log_that_others_append_to() {
    let [one, two] = [acme(), acme()].map(Live::new);
    let mut table = Table::default();
    let _ = one.execute_on(&mut table, &Actor::Host, members(), NOW).unwrap();
    two.follow(&mut table).unwrap();
    let commit = |live: &Live, table: &mut Table, digest: &Digest| {
        let mut attempt = live.attempt(&Actor::Host, grant(Level::Edit), NOW).if_shown(digest);
        loop {
            attempt = match attempt.next() {
                Step::Append(append) => match table.append(append.change()).unwrap() {
                    Appended::Stored => append.stored(),
                    Appended::Taken => append.taken(),
                },
                Step::Read(read) => {
                    let changes = table.changes_after(read.after()).unwrap();
                    read.found(&changes)
                }
                Step::Done(done) => return done,
            };
        }
    };
    let digest: Digest = shown(&one, grant(Level::Edit)).parse().unwrap();
    let _ = two.execute_on(&mut table, &Actor::Host, grant(Level::Read), NOW).unwrap();
    let Err(AttemptError::Stale(stale)) = commit(&one, &mut table, &digest) else {
        panic!("the other process has given a part of it")
    };
    assert_eq!((table.0.len(), one.view().revision()), (2, 2));
    let digest = stale.now().digest();

    // What says nothing about the effect makes nothing stale, heard of or not.
    let _ = two.execute_on(&mut table, &Actor::Host, Command::suspend("lee"), NOW).unwrap();
    assert_eq!(commit(&one, &mut table, &digest).unwrap().revision(), 4);
    assert!(one.view().allows("kim", knowledge::FAQS.edit()));
}
