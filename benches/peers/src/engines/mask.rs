//! Two words a user: what nobody can beat, and what says nothing about why.

use crate::engines::{ById, Contender, Form, Mode, Store, by_id};
use crate::world::{Question, User, World};

pub const BY_POSITION: Form = Form {
    key: "mask",
    engine: None,
    name: "raw mask, in a vector",
    load: |world| Box::new(ByPosition(world.users.iter().map(|user| mask(world, user)).collect())),
};

pub const BY_ID: Form = Form {
    key: "mask-by-id",
    engine: None,
    name: "raw mask, in a map",
    load: |world| Box::new(Map(by_id(world, |user| mask(world, user)))),
};

type Words = [u64; 2];

struct ByPosition(Vec<Words>);

struct Map(ById<Words>);

impl Store for ByPosition {
    fn contenders<'a>(&'a self, _: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let raw: Vec<(u32, Words)> = questions
            .iter()
            .map(|one| (u32::try_from(one.user).unwrap(), bit(one.position)))
            .collect();
        vec![Contender::new(Mode::Outside, "`(masks[user] & need) == need`", move |at| {
            let (user, need) = &raw[at];
            meets(&self.0[*user as usize], need)
        })]
    }
}

impl Store for Map {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let ids: Vec<(&str, Words)> = questions
            .iter()
            .map(|one| (world.users[one.user].id.as_str(), bit(one.position)))
            .collect();
        vec![Contender::new(Mode::Inside, "a foldhash map by id, then the mask", move |at| {
            let (id, need) = &ids[at];
            self.0.get(*id).is_some_and(|mask| meets(mask, need))
        })]
    }
}

fn mask(world: &World, user: &User) -> Words {
    let allowed = world.allowed(user);
    let all = world.catalog.permissions().enumerate();
    let held = all.filter(|(_, permission)| allowed.contains(*permission));
    held.fold([0; 2], |words, (position, _)| {
        let one = bit(position);
        [words[0] | one[0], words[1] | one[1]]
    })
}

fn bit(position: usize) -> Words {
    let mut words = [0; 2];
    words[position / 64] = 1 << (position % 64);
    words
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the floor that others are measured against")]
fn meets(mask: &Words, need: &Words) -> bool {
    [mask[0] & need[0], mask[1] & need[1]] == *need
}
