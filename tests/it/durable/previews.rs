//! REV-12: a preview is committed if the command still has the effect that was shown.

use bailiwick::ledger::{CommitError, Digest};
use bailiwick::live::ExecuteError;
use bailiwick::presets::studio::knowledge;
use bailiwick::{Actor, Command, Level, Live, Timestamp};

use super::{NOW, acme, invite, run};

fn team() -> Live {
    let live = Live::new(acme());
    let members = ["kim", "lee"].map(|id| [invite(id), Command::accept(id)]);
    run(&live, Command::batch(members.concat()));
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
