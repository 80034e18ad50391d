//! The strategies of the feature `proptest`: what they draw, and what holds of it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use bailiwick::account::{Affected, Effect, EffectOf};
use bailiwick::catalog::{Scale, Source};
use bailiwick::document::Document;
use bailiwick::presets::{self, studio, tenant};
use bailiwick::strategies::{accounts, actors, catalogs, commands, features, grants, mutes};
use bailiwick::{
    Account, Catalog, Grants, Lattice, Level, Mutes, Profile, Reason, Role, Setting, Status,
    Timestamp,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::profiles::member;

const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

/// Catalogs that are shipped, and any other.
fn any_catalog() -> impl Strategy<Value = Catalog> {
    prop_oneof![prop::sample::select(presets::all().to_vec()), catalogs()]
}

fn any_account() -> impl Strategy<Value = Account> {
    any_catalog().prop_flat_map(|catalog| accounts(&catalog))
}

fn read(written: &impl serde::Serialize) -> Document {
    serde_json::from_str(&serde_json::to_string(written).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// CAT-10: what is stored of a catalog and of an account is all that there is.
    #[test]
    fn what_is_written_is_read(account in any_account()) {
        let catalog = Catalog::from_document(&read(account.catalog())).unwrap();
        prop_assert_eq!(&catalog, account.catalog());
        prop_assert_eq!(Account::from_document(&read(&account), &[catalog]).unwrap(), account);
    }

    /// REV-3, REV-5, GRD-6: a preview equals the difference, a change replays, a refusal does
    /// nothing.
    #[test]
    fn a_command_does_what_was_previewed(
        (account, actor, command) in any_account().prop_flat_map(|account| {
            let (actor, command) = (actors(&account), commands(&account));
            (Just(account), actor, command)
        })
    ) {
        let mut after = account.clone();
        match account.preview(&actor, command.clone(), NOW) {
            Err(refusal) => {
                prop_assert_eq!(after.execute(&actor, command, NOW).unwrap_err(), refusal);
                prop_assert_eq!(after, account);
            }
            Ok(preview) => {
                let outcome = after.execute(&actor, command, NOW).unwrap();
                prop_assert_eq!(preview.outcome(), &outcome);
                let effective = |effect: &&Effect| effect.of() == EffectOf::Effective;
                let users = preview.effects().iter().filter(effective).map(|effect| {
                    match effect.who() {
                        Affected::Profile { users, .. } => *users,
                        _ => 1,
                    }
                });
                let changed = account.diff(&after).unwrap().users().len();
                prop_assert_eq!(users.sum::<usize>(), changed);
                let mut replica = account;
                outcome.change().map_or(Ok(()), |change| replica.apply(change)).unwrap();
                prop_assert_eq!(replica, after);
            }
        }
    }

    /// DEC-4, for profiles that no account needs to have.
    #[test]
    fn a_lattice_answers_as_the_profile_does(
        (grants, mutes, features) in any_catalog().prop_flat_map(|catalog| {
            (grants(&catalog), mutes(&catalog), features(&catalog))
        })
    ) {
        let catalog = features.catalog();
        let profile = member(&grants, &mutes, &features);
        let lattice = Lattice::compile(catalog, [("kim", profile)]);
        let kim = lattice.subject("kim");
        prop_assert_eq!(kim.permissions(), profile.permissions());
        for permission in catalog.permissions() {
            prop_assert_eq!(kim.can(permission), kim.reason(permission).is_none());
        }
    }
}

/// Draws some of everything, always the same, and counts what there is.
#[test]
fn what_is_rare_is_drawn() {
    let mut runner = TestRunner::deterministic();
    let mut seen = Seen::default();
    for catalog in [studio::catalog(), tenant::catalog()] {
        let accounts = accounts(&catalog);
        for _ in 0..80 {
            seen.account(&accounts.new_tree(&mut runner).unwrap().current());
        }
    }
    for _ in 0..80 {
        seen.catalog(&catalogs().new_tree(&mut runner).unwrap().current());
    }
    let missing: Vec<_> = ALL.into_iter().filter(|what| seen.of(what) == 0).collect();
    assert!(missing.is_empty(), "{missing:?} are not drawn: {seen:?}");
}

/// All that must be drawn.
const ALL: [&str; 31] = [
    "level none",
    "level read",
    "level edit",
    "actions",
    "toggle on",
    "toggle off",
    "feature on",
    "feature off",
    "invited",
    "active",
    "suspended",
    "suspended before accepting",
    "admin",
    "member",
    "template",
    "template and grants",
    "restriction",
    "restriction that does not show",
    "mute",
    "mute of an area",
    "inert action",
    "retired user",
    "seat limit",
    "no user",
    "gated",
    "operation",
    "preset",
    "levels",
    "role area",
    "always on",
    "delegation",
];

#[derive(Debug, Default)]
struct Seen(BTreeMap<&'static str, usize>);

impl Seen {
    fn of(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }

    fn add(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    fn add_if(&mut self, what: &'static str, holds: bool) {
        if holds {
            self.add(what);
        }
    }

    fn account(&mut self, account: &Account) {
        let catalog = account.catalog();
        for feature in catalog.features() {
            let is_on = account.features().is_on(feature);
            self.add(if is_on { "feature on" } else { "feature off" });
        }
        self.add_if("retired user", account.retired_users().next().is_some());
        self.add_if("seat limit", account.seat_limit().is_some());
        self.add_if("no user", account.users().next().is_none());
        for user in account.users() {
            self.add(user.status().name());
            self.add(user.role().name());
            let never = user.status() == Status::Suspended && !user.has_accepted();
            self.add_if("suspended before accepting", never);
            self.add_if("template", user.template().is_some());
            let is_both = user.template().is_some() && !user.grants().is_empty();
            self.add_if("template and grants", is_both);
            self.grants(user.grants());
            self.mutes(user.mutes());
            self.inert(account.catalog(), user.grants(), account.profile(user));
        }
    }

    fn grants(&mut self, grants: &Grants) {
        let mut area = (String::new(), Level::None);
        for (path, setting) in grants {
            match setting {
                Setting::Level(level) => {
                    self.add(match level {
                        Level::None => "level none",
                        Level::Read => "level read",
                        Level::Edit => "level edit",
                    });
                    if path.contains('.') {
                        self.add_if("restriction", level < area.1);
                        self.add_if("restriction that does not show", level > area.1);
                    } else {
                        area = (path.to_owned(), level);
                    }
                }
                Setting::Actions(actions) => self.add_if("actions", !actions.is_empty()),
                Setting::Toggle(is_on) => self.add(if is_on { "toggle on" } else { "toggle off" }),
            }
        }
    }

    fn mutes(&mut self, mutes: &Mutes) {
        for mute in mutes {
            self.add("mute");
            self.add_if("mute of an area", mute.permissions().count() > 1);
        }
    }

    /// LVL-2: an action is set without the first of its scale, and so nothing comes of it.
    fn inert(&mut self, catalog: &Catalog, grants: &Grants, profile: Profile<'_>) {
        let profile = Profile { role: Role::Member, status: Status::Active, ..profile };
        for (path, setting) in grants {
            let Setting::Actions(actions) = setting else { continue };
            for action in &actions {
                let permission = catalog.permission(&format!("{path}:{action}")).unwrap();
                let is_inert = profile.reason(permission) == Some(Reason::NotGranted);
                self.add_if("inert action", is_inert);
            }
        }
    }

    fn catalog(&mut self, catalog: &Catalog) {
        let written = serde_json::to_value(catalog).unwrap();
        self.add_if("gated", written.get("gates").is_some());
        self.add_if("delegation", written.get("delegated").is_some());
        self.add_if("preset", written.get("templates").is_some());
        self.add_if("operation", catalog.operations().next().is_some());
        for area in catalog.areas() {
            self.add_if("levels", *area.scale() == Scale::Levels);
            self.add_if("role area", area.source() == Source::Role);
            let is_always_on = area.sub_sections().iter().any(bailiwick::Section::is_always_on);
            self.add_if("always on", is_always_on);
        }
    }
}
