//! As the documentation shows it: one enforcer, the model as it is printed, text in each request.

use casbin::{CoreApi, Enforcer};

use crate::engines::casbin::{enforcer, links, rules};
use crate::engines::{Contender, Form, Mode, Store};
use crate::world::{Place, Question, World};

pub const DOCUMENTED: Form = Form {
    key: "casbin",
    engine: Some("casbin"),
    name: "RBAC as documented",
    load: |world| Box::new(Documented(enforcer(MATCHER, rules(world), links(world)))),
};

const MATCHER: &str = "g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act";

struct Documented(Enforcer);

impl Store for Documented {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let places = world.places();
        let requests: Vec<(&str, Place<'_>)> = questions
            .iter()
            .map(|one| (world.users[one.user].id.as_str(), places[one.position]))
            .collect();
        vec![Contender::new(Mode::Inside, "`enforce((id, leaf, rung))`, all rules", move |at| {
            let (id, place) = requests[at];
            self.0.enforce((id, place.leaf, place.rung)).unwrap()
        })]
    }
}
