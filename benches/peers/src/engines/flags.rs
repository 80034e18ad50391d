//! A flags type a user.

use bitflags::bitflags;

use crate::engines::{ById, Contender, Form, Mode, Store, by_id};
use crate::world::{Question, User, World};

pub const BY_POSITION: Form = Form {
    key: "bitflags",
    engine: Some("bitflags"),
    name: "flags, in a vector",
    load: |world| Box::new(ByPosition(world.users.iter().map(|user| held(world, user)).collect())),
};

pub const BY_ID: Form = Form {
    key: "bitflags-by-id",
    engine: Some("bitflags"),
    name: "flags, in a map",
    load: |world| Box::new(Map(by_id(world, |user| held(world, user)))),
};

bitflags! {
    #[derive(Clone, Copy)]
    struct Flags: u128 {
        // The flags are the catalog's, so they are not named here: all bits are known.
        const _ = !0;
    }
}

struct ByPosition(Vec<Flags>);

struct Map(ById<Flags>);

impl Store for ByPosition {
    fn contenders<'a>(&'a self, _: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let asked: Vec<(u32, Flags)> = questions
            .iter()
            .map(|one| (u32::try_from(one.user).unwrap(), flag(one.position)))
            .collect();
        vec![Contender::new(Mode::Outside, "`flags[user].contains(need)`", move |at| {
            let (user, need) = asked[at];
            self.0[user as usize].contains(need)
        })]
    }
}

impl Store for Map {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let ids: Vec<(&str, Flags)> = questions
            .iter()
            .map(|one| (world.users[one.user].id.as_str(), flag(one.position)))
            .collect();
        vec![Contender::new(Mode::Inside, "a foldhash map by id, then `contains`", move |at| {
            let (id, need) = ids[at];
            self.0.get(id).is_some_and(|flags| flags.contains(need))
        })]
    }
}

fn held(world: &World, user: &User) -> Flags {
    let allowed = world.allowed(user);
    let all = world.catalog.permissions().enumerate();
    let held = all.filter(|(_, permission)| allowed.contains(*permission));
    held.map(|(position, _)| flag(position)).collect()
}

fn flag(position: usize) -> Flags {
    Flags::from_bits_retain(1 << position)
}
