//! What the documentation advises for speed: rules in shards, cheap comparisons first, no text
//! copied for a request, and an enforcer that remembers its answers.

use std::collections::HashMap;

use casbin::rhai::ImmutableString;
use casbin::{CachedApi, CachedEnforcer, CoreApi, DefaultCache, Enforcer, MgmtApi};

use crate::engines::casbin::{Rule, enforcer, links, model, rules};
use crate::engines::{Contender, Form, Mode, Store, run};
use crate::world::{QUESTIONS, Question, World};

pub const TUNED: Form = Form {
    key: "casbin-tuned",
    engine: Some("casbin"),
    name: "rules sharded by leaf",
    load: |world| Box::new(Tuned::new(world)),
};

pub const CACHED: Form = Form {
    key: "casbin-cached",
    engine: Some("casbin"),
    name: "`CachedEnforcer`, all answers cached",
    load: |world| Box::new(Cached::new(world)),
};

const MATCHER: &str = "r.obj == p.obj && r.act == p.act && g(r.sub, p.sub)";

/// An enforcer a leaf, which has the rules about that leaf; all share who is in which role.
struct Tuned(HashMap<String, Enforcer>);

impl Tuned {
    fn new(world: &World) -> Self {
        let mut by_leaf: HashMap<String, Vec<Rule>> = HashMap::new();
        for leaf in world.catalog.leaves() {
            by_leaf.entry(leaf.path().to_owned()).or_default();
        }
        for rule in rules(world) {
            by_leaf.entry(rule[1].clone()).or_default().push(rule);
        }
        let roles = enforcer(MATCHER, Vec::new(), links(world)).get_role_manager();
        let shard = |rules| {
            let mut shard = enforcer(MATCHER, rules, Vec::new());
            shard.set_role_manager(roles.clone()).unwrap();
            shard
        };
        Self(by_leaf.into_iter().map(|(leaf, rules)| (leaf, shard(rules))).collect())
    }
}

impl Store for Tuned {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let requests = Texts::of(world).requests(world, questions, |leaf| &self.0[leaf]);
        let timed = "`enforce` of the leaf's own enforcer; leaf and rung are prebuilt texts";
        vec![Contender::new(Mode::Inside, timed, move |at| {
            let (shard, id, leaf, rung) = &requests[at];
            shard.enforce(vec![ImmutableString::from(*id), leaf.clone(), rung.clone()]).unwrap()
        })]
    }
}

/// One enforcer that remembers more answers than there are questions.
struct Cached(CachedEnforcer);

impl Cached {
    fn new(world: &World) -> Self {
        let mut enforcer = run(CachedEnforcer::new(model(MATCHER), ())).unwrap();
        enforcer.enable_auto_build_role_links(false);
        assert!(run(enforcer.add_policies(rules(world))).unwrap());
        assert!(run(enforcer.add_grouping_policies(links(world))).unwrap());
        enforcer.build_role_links().unwrap();
        enforcer.set_cache(Box::new(DefaultCache::new(4 * QUESTIONS)));
        Self(enforcer)
    }
}

impl Store for Cached {
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>> {
        let requests = Texts::of(world).requests(world, questions, |_| &self.0);
        let timed =
            "`enforce` that finds the answer in its cache, as the same questions come again";
        vec![Contender::new(Mode::Inside, timed, move |at| {
            let (enforcer, id, leaf, rung) = &requests[at];
            enforcer.enforce(vec![ImmutableString::from(*id), leaf.clone(), rung.clone()]).unwrap()
        })]
    }
}

/// The leaf and the rung of each permission, in the engine's own shared text.
struct Texts(Vec<(ImmutableString, ImmutableString)>);

impl Texts {
    fn of(world: &World) -> Self {
        let places = world.places();
        Self(places.iter().map(|place| (place.leaf.into(), place.rung.into())).collect())
    }

    fn requests<'a, E>(
        &self,
        world: &'a World,
        questions: &[Question],
        enforcer: impl Fn(&str) -> &'a E,
    ) -> Vec<(&'a E, &'a str, ImmutableString, ImmutableString)> {
        let request = |one: &Question| {
            let (leaf, rung) = self.0[one.position].clone();
            (enforcer(&leaf), world.users[one.user].id.as_str(), leaf, rung)
        };
        questions.iter().map(request).collect()
    }
}
