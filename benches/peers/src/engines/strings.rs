//! What one would write by hand: a map of maps, keyed by text.

use std::collections::HashMap;

use crate::engines::{Contender, Form, Mode, Store};
use crate::world::{Question, World};

pub const MAP_OF_MAPS: Form = Form {
    key: "strings",
    engine: None,
    name: "string-keyed map of maps",
    load: |world| Box::new(Users::new(world)),
};

struct Users(HashMap<String, HashMap<String, bool>>);

impl Users {
    fn new(world: &World) -> Self {
        let users = world.users.iter().map(|user| {
            let allowed = world.allowed(user);
            let names = allowed.iter().map(|one| (world.catalog.display(one).to_string(), true));
            (user.id.clone(), names.collect())
        });
        Self(users.collect())
    }
}

impl Store for Users {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let id = |one: &Question| world.users[one.user].id.as_str();
        let name = |one: &Question| world.catalog.display(one.permission).to_string();
        let held: Vec<(&HashMap<String, bool>, String)> =
            questions.iter().map(|one| (&self.0[id(one)], name(one))).collect();
        let ids: Vec<(&str, String)> = questions.iter().map(|one| (id(one), name(one))).collect();
        vec![
            Contender::new(Mode::Outside, "one look-up in the user's map", move |at| {
                let (held, name) = &held[at];
                held.get(name).copied().unwrap_or(false)
            }),
            Contender::new(Mode::Inside, "two look-ups", move |at| {
                let (id, name) = &ids[at];
                self.0.get(*id).and_then(|held| held.get(name)).copied().unwrap_or(false)
            }),
        ]
    }
}
