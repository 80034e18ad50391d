//! This library.

use bailiwick::{Lattice, Permission, Subject};

use crate::engines::{Contender, Form, Mode, Store};
use crate::world::{Question, World};

pub const LATTICE: Form = Form {
    key: "bailiwick",
    engine: Some("bailiwick"),
    name: "lattice",
    load: |world| Box::new(world.compile()),
};

impl Store for Lattice {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let id = |one: &Question| world.users[one.user].id.as_str();
        let subjects: Vec<(Subject<'_>, Permission)> =
            questions.iter().map(|one| (self.subject(id(one)), one.permission)).collect();
        let ids: Vec<(&str, Permission)> =
            questions.iter().map(|one| (id(one), one.permission)).collect();
        vec![
            Contender::new(Mode::Outside, "`subject.can(permission)`", move |at| {
                let (subject, permission) = &subjects[at];
                subject.can(*permission)
            }),
            Contender::new(Mode::Inside, "`lattice.allows(id, permission)`", move |at| {
                let (id, permission) = ids[at];
                self.allows(id, permission)
            }),
        ]
    }
}
