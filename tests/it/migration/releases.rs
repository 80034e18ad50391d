//! EVO-1, EVO-2: what a host keeps beside its catalog from release to release.

use bailiwick::migration::drift;
use bailiwick::permit::Overlap;
use bailiwick::presets::{self, studio, studio_classic};
use bailiwick::{
    Account, Actor, Area, Catalog, Command, Decision, Level, Reason, Section, Timestamp,
};

use super::migrated;

fn desk(areas: [Area; 2]) -> Catalog {
    let [one, two] = areas;
    Catalog::builder("desk/1").area(one).area(two).build().unwrap()
}

#[test]
fn a_catalog_drifts_by_structure_and_not_by_words() {
    let [support, reports] = [Area::levels("support"), Area::levels("reports")];
    let released = desk([support.clone(), reports.clone()]);
    assert_eq!(drift(&released, &released), Ok(()));
    let labelled = Area::levels(Section::new("support").labelled("Help desk"));
    assert_eq!(drift(&released, &desk([labelled, reports.clone()])), Ok(()));
    // Another order is another structure, and needs a migration without rules.
    let reordered = desk([reports.clone(), support.clone()]);
    let drifted = drift(&released, &reordered).unwrap_err();
    assert_eq!(drifted.missing(), None);
    assert_eq!(
        drifted.to_string(),
        format!(
            "`desk/1` is not what was released: its stamp was {} and is {}; migrate what is \
             stored, then commit a new snapshot",
            released.stamp(),
            reordered.stamp()
        )
    );
    let more = desk([support.with("tickets"), reports]);
    let drifted = drift(&released, &more).unwrap_err();
    let missing: Vec<String> =
        drifted.missing().unwrap().problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        missing,
        [
            "old catalog: permission `support` is not accounted for: say what becomes of it, or \
             retire it",
            "new catalog: permission `support.tickets` is not accounted for: say what it comes \
             from, or add it",
        ]
    );
}

/// Before the end the old permission or the new one suffices, whichever the account is on; from
/// then on the new one alone.
#[test]
fn an_overlap_asks_for_the_old_or_the_new_until_its_end() {
    let end = Timestamp::from_unix_millis(1_790_000_000_000);
    let before = Timestamp::from_unix_millis(end.unix_millis() - 1);
    let edits =
        Overlap::new(studio_classic::build::KNOWLEDGE.edit(), studio::knowledge::FAQS.edit(), end);
    let mut march = Account::new("acme".parse().unwrap(), studio_classic::catalog());
    for command in [
        Command::invite("kim", "kim@acme.example"),
        Command::invite("lee", "lee@acme.example"),
        Command::accept("kim"),
        Command::accept("lee"),
        Command::set_area("kim", "build", Level::Edit),
    ] {
        let _ = march.execute(&Actor::Host, command, before).unwrap();
    }
    let june = migrated(&march, &presets::march_to_june().build().unwrap());
    let [march, june] = [march.compile(), june.compile()];
    let not_granted = Decision::Deny(Reason::NotGranted);
    let unknown = Decision::Deny(Reason::UnknownPermission);
    for (lattice, user, now, expected) in [
        (&march, "kim", before, Decision::Allow),
        (&march, "kim", end, unknown),
        (&june, "kim", before, Decision::Allow),
        (&june, "kim", end, Decision::Allow),
        (&march, "lee", before, not_granted),
        (&june, "lee", before, not_granted),
        (&june, "lee", end, not_granted),
        (&june, "nobody", before, Decision::Deny(Reason::UnknownUser)),
    ] {
        let subject = lattice.subject(user);
        assert_eq!(edits.decide(&subject, now), expected, "{user}");
        assert_eq!(edits.is_met_by(&subject, now), expected == Decision::Allow, "{user}");
    }
}
