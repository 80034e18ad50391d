//! DEC-3: layers and fixes, against the oracle's reading and against trying everything; and what
//! an explanation says, word for word.

mod words;

use std::collections::BTreeSet;

use bailiwick::lattice::{Explanation, Fix, Layered, Part, Remedy};
use bailiwick::{Account, Actor, Command, Decision, Level, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::{Person, Set, World, few, text};
use crate::naive::{Oracle, Source};
use crate::{actors, worlds};

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

/// An account where whoever was invited can still accept.
fn lasting() -> impl Strategy<Value = Value> {
    worlds::any_account().prop_map(|mut document| {
        document["invitation_lifetime"] = Value::Null;
        document
    })
}

proptest! {
    #![proptest_config(few(28))]

    #[test]
    fn layers_and_fixes_are_the_oracles(
        document in lasting(),
        picks in prop::collection::vec(any::<Index>(), 5),
    ) {
        let world = World::new(&document);
        let permissions = world.oracle.permissions();
        let people = world.people();
        let actors = actors(&world, &people);
        for person in &people {
            for pick in &picks {
                let case = Case { world: &world, person, permission: pick.get(&permissions).as_str() };
                let explanation =
                    world.lattice.explain(&person.id, world.permission(case.permission));
                case.check_layers(&explanation);
                case.check_fixes(&explanation, &actors);
            }
        }
    }
}

proptest! {
    #![proptest_config(few(40))]

    /// Each denied permission of several is explained as if it were asked alone, and one fix
    /// allows all of them.
    #[test]
    fn several_permissions_are_explained_each_and_mended_together(
        document in lasting(),
        picks in prop::collection::vec(any::<Index>(), 1..5),
    ) {
        let world = World::new(&document);
        let permissions = world.oracle.permissions();
        let picked: Vec<&String> = picks.iter().map(|pick| pick.get(&permissions)).collect();
        check_together(&world, &picked);
    }
}

proptest! {
    // A whole area takes as long as fifty single permissions.
    #![proptest_config(few(12))]

    /// LVL-10.
    #[test]
    fn a_whole_area_is_mended_together(document in lasting(), pick in any::<Index>()) {
        let world = World::new(&document);
        let permissions = world.oracle.permissions();
        let (path, rung) = pick.get(&permissions).split_once(':').unwrap();
        let area = path.split('.').next().unwrap();
        let of_area = |one: &&String| {
            let (path, own) = one.split_once(':').unwrap();
            own == rung && path.split('.').next() == Some(area)
        };
        check_together(&world, &permissions.iter().filter(of_area).collect::<Vec<_>>());
    }
}

#[track_caller]
fn check_together(world: &World, asks: &[&String]) {
    let asked = world.catalog().require(asks).unwrap();
    for person in world.people() {
        let explanation = world.lattice.explain(&person.id, &asked);
        let parts = explanation.parts();
        let expected = asked.iter().find_map(|one| world.lattice.reason(&person.id, one));
        assert_eq!(explanation.decision(), expected.map_or(Decision::Allow, Decision::Deny));
        let is_shown = |one: &_| expected.is_none() || !world.lattice.allows(&person.id, *one);
        let alone: Vec<_> = asked
            .iter()
            .filter(is_shown)
            .map(|one| world.lattice.explain(&person.id, one))
            .collect();
        assert!(parts.iter().eq(alone.iter().flat_map(Explanation::parts)), "{explanation}");
        assert_eq!(explanation.fixes().is_empty(), expected.is_none(), "{explanation}");
        for fix in explanation.fixes() {
            let most: usize = alone.iter().map(|one| one.fixes()[0].remedies().len()).sum();
            assert!(fix.remedies().len() <= most, "{explanation}");
            let commands = world.account.commands_of(&person.id, fix);
            let mended =
                execute(&world.account, &Actor::Host, &commands).unwrap_or_else(|refusal| {
                    panic!("{refusal}: {commands:?} of {} on\n{}", person.id, world.document)
                });
            let mended = mended.compile();
            assert!(mended.subject(&person.id).can_all(&asked), "{explanation}");
            let is_of_levels = |one: &Remedy| {
                use Remedy::{Raise, SetArea, SetSection};
                matches!(one, SetArea { .. } | SetSection { .. } | Raise { .. })
            };
            if fix.remedies().iter().all(is_of_levels) {
                let wanted = world.catalog().permission_set(asked.iter());
                let diff = world.lattice.diff(&mended).unwrap();
                let gained = diff.users().iter().flat_map(bailiwick::lattice::UserDiff::gained);
                let more: Vec<_> = gained.filter(|one| !wanted.contains(**one)).collect();
                assert!(more.is_empty(), "{commands:?} give more\n{explanation}");
            }
            // Ticking, which lifts a mute, also grants what would be put into the template.
            let is_template = |at: &usize| matches!(commands[*at], Command::EditTemplate { .. });
            for left_out in (0..commands.len()).filter(|at| !is_template(at)) {
                let rest = [&commands[..left_out], &commands[left_out + 1..]].concat();
                let Ok(account) = execute(&world.account, &Actor::Host, &rest) else { continue };
                let is_allowed = account.compile().subject(&person.id).can_all(&asked);
                assert!(!is_allowed, "{rest:?} is enough\n{explanation}");
            }
        }
    }
}

fn actors(world: &World, people: &[Person]) -> Vec<Actor> {
    let account = world.account.id().as_str();
    let users = people.iter().map(|one| actors::user(account, &one.id));
    users.chain([Actor::Host, actors::agency("agency"), actors::user("elsewhere", "ana")]).collect()
}

/// One question.
#[derive(Clone, Copy)]
struct Case<'a> {
    world: &'a World,
    person: &'a Person,
    permission: &'a str,
}

impl Case<'_> {
    /// What each layer gave or took, in order, by the oracle's reading.
    #[track_caller]
    fn check_layers(self, explanation: &Explanation) {
        let Self { world, person, permission } = self;
        let is_active = Oracle::on(
            &world.table,
            &self.alone(|user, _| {
                user["status"] = json!("active");
                user["invitation"] = json!(null);
                user["accepted"] = json!(null);
            }),
        );
        let ask = [permission.to_owned()];
        let is_inert = is_active.decide(&person.id, &ask) == Err("not_entitled");
        let source = world.source(permission);
        let of_member = source == Source::Grantable && !person.is_admin;
        let both = &person.own | &person.by_template;
        let gives = |set: &Set| {
            let gives = set.contains(permission) && both.contains(&world.first(permission));
            gives.then_some(true)
        };
        let mut expected = Vec::new();
        let mut add = |when: bool, layer, gave: Option<bool>| {
            expected.extend(when.then_some((layer, gave == Some(true), gave == Some(false))));
        };
        add(source != Source::Account, Layered::Role, person.is_admin.then_some(true));
        add(of_member, Layered::Template, gives(&person.by_template));
        add(of_member, Layered::Grants, gives(&person.own));
        add(of_member && !self.mutes().is_empty(), Layered::Mutes, Some(false));
        let is_above = source == Source::Role && !person.is_admin;
        add(is_above, Layered::RoleCeiling, Some(false));
        add(is_inert || source == Source::Account, Layered::Gates, Some(!is_inert));
        add(!person.is_active, Layered::Status, Some(false));
        let layers = explanation.parts().iter().flat_map(Part::layers);
        let layers: Vec<_> = layers.map(|layer| (layer.of(), layer.gave(), layer.took())).collect();
        assert_eq!(layers, expected, "{explanation}");
        let is_given = layers.iter().any(|(_, gave, _)| *gave);
        let is_taken = layers.iter().any(|(_, _, took)| *took);
        assert_eq!(explanation.decision().is_allowed(), is_given && !is_taken, "{explanation}");
        assert!(
            explanation.parts().iter().flat_map(Part::layers).all(|layer| !layer.text().is_empty())
        );
    }

    /// What is muted by name of what the permission needs.
    fn mutes(self) -> Set {
        let needed = [self.permission.to_owned(), self.world.first(self.permission)];
        &self.world.named(&self.person.mutes) & &needed.into()
    }

    /// The account with nobody but the user, changed.
    fn alone(self, change: impl FnOnce(&mut Value, &mut Value)) -> Value {
        let mut document = self.world.document.clone();
        let users = document["users"].as_array_mut().unwrap();
        let mut user = users.iter().find(|user| user["id"] == self.person.id).unwrap().clone();
        change(&mut user, &mut document);
        document["users"] = json!([user]);
        document
    }
}

impl Case<'_> {
    #[track_caller]
    fn check_fixes(self, explanation: &Explanation, actors: &[Actor]) {
        let Self { world, person, permission } = self;
        if explanation.decision().is_allowed() {
            assert!(explanation.fixes().is_empty(), "{explanation}");
            return;
        }
        let mut found = BTreeSet::new();
        for fix in explanation.fixes() {
            let remedies = fix.remedies();
            assert!(!remedies.is_empty(), "{explanation}");
            assert!(self.is_mended_by(remedies), "{remedies:?} does not mend\n{explanation}");
            for left_out in 0..remedies.len() {
                let rest = [&remedies[..left_out], &remedies[left_out + 1..]].concat();
                assert!(!self.is_mended_by(&rest), "{rest:?} is enough\n{explanation}");
            }
            let makes_admin = remedies.contains(&Remedy::MakeAdmin);
            let needs_admin = world.source(permission) == Source::Role && !person.is_admin;
            assert_eq!(makes_admin, needs_admin, "{explanation}");
            self.check_commands(fix, actors);
            let of_giving: BTreeSet<String> = remedies
                .iter()
                .filter(|one| {
                    use Remedy::{Activate, MakeAdmin, TurnOn};
                    !matches!(one, Activate(_) | MakeAdmin | TurnOn(_))
                })
                .map(|one| format!("{one:?}"))
                .collect();
            assert!(found.insert(of_giving), "a fix twice\n{explanation}");
        }
        let expected = match world.source(permission) {
            Source::Grantable if person.is_admin => BTreeSet::from([BTreeSet::new()]),
            Source::Grantable if world.is_level(permission) => self.rises(),
            Source::Grantable => self.ways(),
            _ => BTreeSet::from([BTreeSet::new()]),
        };
        assert_eq!(found, expected, "{explanation}");
    }

    /// Whether it is allowed once these are done, each by itself.
    fn is_mended_by(self, remedies: &[Remedy]) -> bool {
        let Self { world, person, permission } = self;
        let (mut own, mut template) = (person.own.clone(), person.by_template.clone());
        let document = self.alone(|user, account| {
            for remedy in remedies {
                match remedy {
                    Remedy::Grant(one) => {
                        own.insert(one.to_string());
                    }
                    Remedy::SetArea { .. } | Remedy::SetSection { .. } | Remedy::Raise { .. } => {
                        assert_eq!(self.rise(), *remedy);
                        let wanted = self.given_with(permission);
                        let mutes = &world.taken(&person.mutes) - &wanted;
                        user["mutes"] = json!(mutes);
                        own.extend(wanted);
                    }
                    Remedy::AddToTemplate { permission: one, template: id, users } => {
                        assert_eq!(person.template.as_deref(), Some(id.as_str()));
                        let on = world.people().into_iter();
                        let on = on.filter(|one| one.template == person.template);
                        assert_eq!(*users, on.count());
                        template.extend(self.given_with(one));
                    }
                    Remedy::LiftMute(one) => {
                        let mutes: Set =
                            user["mutes"].as_array().unwrap().iter().map(text).collect();
                        let mut mutes = world.named(&mutes);
                        assert!(mutes.remove(&**one), "{one} was not muted");
                        user["mutes"] = json!(mutes);
                    }
                    Remedy::TurnOn(one) => {
                        account["features"].as_array_mut().unwrap().push(json!(one));
                    }
                    Remedy::Activate(status) => {
                        assert_eq!(user["status"], status.name());
                        user["status"] = json!("active");
                        user["invitation"] = json!(null);
                        user["accepted"] = json!(null);
                    }
                    Remedy::MakeAdmin => user["role"] = json!("admin"),
                    other => panic!("{other:?}"),
                }
            }
            user["grants"] = world.grants(&own).unwrap();
            let id = person.template.as_deref();
            let templates = account["templates"].as_array_mut().unwrap().iter_mut();
            for one in templates.filter(|one| one["id"].as_str() == id) {
                one["grants"] = world.grants(&template).unwrap();
            }
        });
        Oracle::on(&world.table, &document).decide(&person.id, &[permission.to_owned()]).is_ok()
    }

    /// What sets the level that is lacking: of the area, if that is the leaf; of the section
    /// alone, if its area is as high; else of both.
    fn rise(self) -> Remedy {
        let Self { world, person, permission } = self;
        let (path, rung) = permission.split_once(':').unwrap();
        let (leaf, level): (Box<str>, Level) = (path.into(), rung.parse().unwrap());
        if world.area(permission).key == path {
            return Remedy::SetArea { area: leaf, level };
        }
        let command = Command::set_section(&person.id, path, level);
        match execute(&world.account, &Actor::Host, &[command]) {
            Ok(_) => Remedy::SetSection { leaf, level },
            Err(refusal) => {
                assert_eq!(refusal.code(), "exceeds_parent");
                Remedy::Raise { leaf, level }
            }
        }
    }

    /// A level is set for the user, or put into their template if nothing mutes it and the
    /// template can be written.
    fn rises(self) -> BTreeSet<BTreeSet<String>> {
        let Self { world, person, permission } = self;
        if world.potential(person).contains(permission) {
            return BTreeSet::from([BTreeSet::new()]);
        }
        let is_muted = !self.mutes().is_empty();
        let is_writable = world.valid(&person.by_template) == person.by_template;
        let by_template = self.add_to_template(permission).filter(|_| !is_muted && is_writable);
        let each = core::iter::once(self.rise()).chain(by_template);
        each.map(|one| BTreeSet::from([format!("{one:?}")])).collect()
    }

    fn add_to_template(self, permission: &str) -> Option<Remedy> {
        let Self { world, person, .. } = self;
        let template = person.template.as_ref().filter(|_| !world.area(permission).user_only)?;
        let users = world.people().iter().filter(|one| one.template == person.template).count();
        let (permission, template) = (permission.into(), template.parse().unwrap());
        Some(Remedy::AddToTemplate { permission, template, users })
    }

    /// A level brings those below it.
    fn given_with(self, permission: &str) -> Set {
        let first = self.world.is_level(permission).then(|| self.world.first(permission));
        [permission.to_owned()].into_iter().chain(first).collect()
    }

    /// Every smallest way to be given what is not, by trying all: the asked rung and its first one,
    /// each granted, put into the template or rid of its mute.
    fn ways(self) -> BTreeSet<BTreeSet<String>> {
        let mut rungs = vec![self.world.first(self.permission), self.permission.to_owned()];
        rungs.dedup();
        let mut atoms: Vec<Remedy> = Vec::new();
        for rung in &rungs {
            atoms.push(Remedy::Grant(rung.as_str().into()));
            atoms.extend(self.add_to_template(rung));
        }
        atoms.extend(self.mutes().iter().map(|mute| Remedy::LiftMute(mute.as_str().into())));
        let mut enough: Vec<u32> = Vec::new();
        let subsets = 0..1u32 << atoms.len();
        for subset in subsets.filter(|subset| self.is_enough(&atoms, *subset)) {
            enough.push(subset);
        }
        let is_smallest =
            |one: &&u32| !enough.iter().any(|less| less != *one && less & **one == *less);
        let smallest = enough.iter().filter(is_smallest);
        // A template cannot be written with an action that lacks its first one.
        let smallest = smallest.filter(|one| self.is_writable(&atoms, **one));
        let named = |subset: &u32| chosen(&atoms, *subset).map(|one| format!("{one:?}")).collect();
        smallest.map(named).collect()
    }

    /// Whether the user is given the permission, and nothing mutes it, once these are done.
    fn is_enough(self, atoms: &[Remedy], subset: u32) -> bool {
        let mut person = self.person.clone();
        for remedy in chosen(atoms, subset) {
            match remedy {
                Remedy::Grant(one) => {
                    person.own.insert(one.to_string());
                }
                Remedy::AddToTemplate { permission, .. } => {
                    person.by_template.insert(permission.to_string());
                }
                Remedy::LiftMute(one) => {
                    person.mutes = self.world.named(&person.mutes);
                    person.mutes.remove(&**one);
                }
                _ => {}
            }
        }
        self.world.potential(&person).contains(self.permission)
    }

    fn is_writable(self, atoms: &[Remedy], subset: u32) -> bool {
        let added = chosen(atoms, subset).filter_map(|one| match one {
            Remedy::AddToTemplate { permission, .. } => Some(permission.to_string()),
            _ => None,
        });
        let added: Set = added.collect();
        let template = &added | &self.person.by_template;
        added.is_empty() || self.world.valid(&template) == template
    }

    /// A fix as commands: it allows what was asked, but not without any one of its remedies, and
    /// an actor may carry it out exactly if they may give each command.
    #[track_caller]
    fn check_commands(self, fix: &Fix, actors: &[Actor]) {
        let Self { world, person, permission } = self;
        let commands = world.account.commands_of(&person.id, fix);
        let asked = world.permission(permission);
        let mended = execute(&world.account, &Actor::Host, &commands).unwrap_or_else(|refusal| {
            panic!("{refusal}: {commands:?} of {} on\n{}", person.id, world.document)
        });
        assert!(mended.compile().allows(&person.id, asked), "{commands:?}");
        for remedy in fix.remedies() {
            let rest = Self::without(&commands, remedy);
            assert_ne!(rest, commands, "no command carries {remedy:?}");
            if Self::carries(&rest, remedy) {
                continue;
            }
            if let Ok(account) = execute(&world.account, &Actor::Host, &rest) {
                let is_allowed = account.compile().allows(&person.id, asked);
                assert!(!is_allowed, "{rest:?} do without {remedy:?}");
            }
        }
        for actor in actors {
            let is_done = execute(&world.account, actor, &commands).is_ok();
            let is_permitted = world.account.permits(actor, &commands, NOW);
            assert_eq!(is_permitted, is_done, "{actor} {commands:?}");
        }
    }

    /// Whether ticking, which also lifts a mute, grants what was left out of the template.
    fn carries(commands: &[Command], remedy: &Remedy) -> bool {
        let Remedy::AddToTemplate { permission: added, .. } = remedy else { return false };
        let mut ticked = commands.iter().filter_map(|command| match command {
            Command::Tick { permission, .. } => Some(permission),
            _ => None,
        });
        ticked.any(|ticked| ticked == added)
    }

    /// The commands except those that carry a remedy. One edit of the template carries all that is
    /// put into it.
    fn without(commands: &[Command], remedy: &Remedy) -> Vec<Command> {
        let is_of = |command: &Command| match (command, remedy) {
            (Command::Tick { permission, .. }, Remedy::Grant(one) | Remedy::LiftMute(one)) => {
                permission == one
            }
            (Command::SetArea { .. }, Remedy::SetArea { .. })
            | (Command::SetSection { .. }, Remedy::SetSection { .. })
            | (Command::Raise { .. }, Remedy::Raise { .. })
            | (Command::EditTemplate { .. }, Remedy::AddToTemplate { .. })
            | (Command::Accept { .. } | Command::Reactivate { .. }, Remedy::Activate(_))
            | (Command::ChangeRole { .. }, Remedy::MakeAdmin) => true,
            _ => false,
        };
        let rest = commands.iter().filter(|command| !is_of(command)).cloned();
        let rest = rest.map(|command| match (command, remedy) {
            (Command::SetFeatures { mut features }, Remedy::TurnOn(one)) => {
                features.retain(|feature| feature != one);
                Command::SetFeatures { features }
            }
            (command, _) => command,
        });
        rest.collect()
    }
}

fn chosen(atoms: &[Remedy], subset: u32) -> impl Iterator<Item = &Remedy> {
    atoms.iter().enumerate().filter(move |(at, _)| subset >> at & 1 == 1).map(|(_, one)| one)
}

/// Gives commands one after the other, until one is refused.
fn execute(
    account: &Account,
    actor: &Actor,
    commands: &[Command],
) -> Result<Account, bailiwick::Refusal> {
    let mut account = account.clone();
    for command in commands {
        let _ = account.execute(actor, command.clone(), NOW)?;
    }
    Ok(account)
}
