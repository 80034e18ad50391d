//! Rego, interpreted and compiled, with the account as its data.

use core::cell::RefCell;
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::value::Object;
use regorus::{Engine, Rc, Value};

use crate::engines::{Contender, Form, Mode, Store};
use crate::world::{Place, Question, User, World};

pub const INTERPRETED: Form = Form {
    key: "regorus",
    engine: Some("regorus"),
    name: "roles, `Engine::eval_rule`",
    load: |world| Box::new(Interpreted::new(ROLES, roles(world))),
};

pub const COMPILED: Form = Form {
    key: "regorus-vm",
    engine: Some("regorus"),
    name: "roles, compiled for `RegoVM`",
    load: |world| Box::new(Compiled::new(ROLES, roles(world))),
};

pub const SETS: Form = Form {
    key: "regorus-sets",
    engine: Some("regorus"),
    name: "stored permissions, `RegoVM`",
    load: |world| Box::new(Compiled::new(SETS_POLICY, sets(world))),
};

const ENTRY: &str = "data.studio.allow";

/// Objects instead of arrays throughout: each step is one look-up.
const ROLES: &str = r#"
package studio

allow if {
    user := data.users[input.user]
    user.status == "active"
    held(user)
}

held(user) if data.everyones[input.permission]

held(user) if {
    user.role == "admin"
    data.admins[input.permission]
}

held(user) if {
    user.role == "member"
    given(user)
    not data.overlays[user.overlay].mutes[input.permission]
}

given(user) if data.templates[user.template][input.permission]

given(user) if data.overlays[user.overlay].grants[input.permission]
"#;

const SETS_POLICY: &str = r"
package studio

allow if data.allowed[input.user][input.permission]
";

/// The interpreter.
struct Interpreted(RefCell<Engine>);

/// The compiled program and its machine, used again for each question.
struct Compiled(RefCell<RegoVM>);

impl Interpreted {
    fn new(policy: &str, data: Value) -> Self {
        Self(RefCell::new(engine(policy, data)))
    }
}

impl Compiled {
    fn new(policy: &str, data: Value) -> Self {
        let entry: Rc<str> = ENTRY.into();
        let policy = engine(policy, Value::new_object()).compile_with_entrypoint(&entry).unwrap();
        let program = Compiler::compile_from_policy(&policy, &[ENTRY]).unwrap();
        let mut machine = RegoVM::new();
        machine.load_program(Arc::clone(&program));
        machine.set_data(data).unwrap();
        Self(RefCell::new(machine))
    }
}

/// Answers one input.
trait Rego {
    fn allows(&self, input: Value) -> bool;
}

impl Rego for Interpreted {
    fn allows(&self, input: Value) -> bool {
        let mut engine = self.0.borrow_mut();
        engine.set_input(input);
        engine.eval_rule(ENTRY.to_owned()).unwrap() == Value::Bool(true)
    }
}

impl Rego for Compiled {
    fn allows(&self, input: Value) -> bool {
        let mut machine = self.0.borrow_mut();
        machine.set_input(input);
        machine.execute().unwrap() == Value::Bool(true)
    }
}

impl<R: Rego> Store for R {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let names: Vec<Value> = world.places().iter().map(|place| place.name().into()).collect();
        let (user, permission) = (Value::from("user"), Value::from("permission"));
        let input = move |id: &str, name: &Value| {
            let pairs = [(user.clone(), id.into()), (permission.clone(), name.clone())];
            pairs.into_iter().collect::<Object>().into_value()
        };
        let id = |one: &Question| world.users[one.user].id.as_str();
        let inputs: Vec<Value> =
            questions.iter().map(|one| input(id(one), &names[one.position])).collect();
        let ids: Vec<(&str, Value)> =
            questions.iter().map(|one| (id(one), names[one.position].clone())).collect();
        let outside = "evaluating a prebuilt input; the user is looked up in the data all the same";
        let inside = "building the input from the id, evaluating it";
        vec![
            Contender::new(Mode::Outside, outside, move |at| self.allows(inputs[at].clone())),
            Contender::new(Mode::Inside, inside, move |at| {
                let (id, name) = &ids[at];
                self.allows(input(id, name))
            }),
        ]
    }
}

fn engine(policy: &str, data: Value) -> Engine {
    let mut engine = Engine::new();
    engine.add_policy("studio.rego".to_owned(), policy.to_owned()).unwrap();
    engine.add_data(data).unwrap();
    engine
}

fn roles(world: &World) -> Value {
    let names = |places: Vec<Place<'_>>| {
        object(places.iter().map(|place| (place.name().into(), true.into())))
    };
    let templates = world
        .templates
        .iter()
        .map(|template| (template.id().as_str().into(), names(world.given(template.grants()))));
    let overlays = world.overlays.iter().enumerate().map(|(position, own)| {
        let grants = ("grants".into(), names(world.given(&own.grants)));
        let mutes = ("mutes".into(), names(world.taken(&own.mutes)));
        (overlay(position), object([grants, mutes]))
    });
    let keys = ["status", "role", "template", "overlay"].map(Value::from);
    let user = |user: &User| {
        let template = world.templates[user.template].id().as_str();
        let values = [
            user.status.name().into(),
            user.role.name().into(),
            template.into(),
            overlay(user.overlay),
        ];
        (user.id.as_str().into(), object(keys.iter().cloned().zip(values)))
    };
    object([
        ("admins".into(), names(world.admins())),
        ("everyones".into(), names(world.everyones())),
        ("templates".into(), object(templates)),
        ("overlays".into(), object(overlays)),
        ("users".into(), object(world.users.iter().map(user))),
    ])
}

fn sets(world: &World) -> Value {
    let places = world.places();
    let names: Vec<Value> = places.iter().map(|place| place.name().into()).collect();
    let user = |user: &User| {
        let allowed = world.allowed(user);
        let held = places.iter().zip(&names);
        let held = held.filter(|(place, _)| allowed.contains(place.permission));
        (user.id.as_str().into(), object(held.map(|(_, name)| (name.clone(), true.into()))))
    };
    object([("allowed".into(), object(world.users.iter().map(user)))])
}

fn overlay(position: usize) -> Value {
    position.to_string().into()
}

fn object(pairs: impl IntoIterator<Item = (Value, Value)>) -> Value {
    pairs.into_iter().collect::<Object>().into_value()
}
