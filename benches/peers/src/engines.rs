//! The engines, and the forms that each is measured in.

mod casbin;
mod cedar;
mod flags;
mod gatehouse;
mod lattice;
mod mask;
mod regorus;
mod strings;

use core::fmt;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::collections::HashMap;

use crate::timing::Passes;
use crate::world::{Question, User, World};

/// One way to hold the account in one engine.
pub struct Form {
    /// Its name as an argument.
    pub key: &'static str,
    /// The crate, or `None` for what needs none.
    pub engine: Option<&'static str>,
    /// Its name in the table.
    pub name: &'static str,
    pub load: fn(&World) -> Box<dyn Store>,
}

/// The account as one form holds it.
pub trait Store {
    /// The ways to ask, at most one a mode.
    fn contenders<'a>(&'a self, world: &'a World, questions: &'a [Question]) -> Vec<Contender<'a>>;
}

/// One row of the table.
pub struct Contender<'a> {
    pub mode: Mode,
    /// What is in the timed region.
    pub timed: &'static str,
    pub passes: Box<dyn Passes + 'a>,
}

/// Where the user is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The engine's own handle to the user, or its whole request, was built beforehand.
    Outside,
    /// Each question starts from the user's id.
    Inside,
}

/// Those that everything is compared with come first.
pub const FORMS: &[Form] = &[
    lattice::LATTICE,
    mask::BY_POSITION,
    mask::BY_ID,
    flags::BY_POSITION,
    flags::BY_ID,
    strings::MAP_OF_MAPS,
    cedar::roles::ROLES,
    cedar::roles::INDEXED,
    cedar::levels::LEVELS,
    casbin::documented::DOCUMENTED,
    casbin::tuned::TUNED,
    casbin::tuned::CACHED,
    gatehouse::ROLES,
    gatehouse::LEVELS,
    regorus::INTERPRETED,
    regorus::COMPILED,
    regorus::SETS,
];

impl<'a> Contender<'a> {
    fn new(mode: Mode, timed: &'static str, ask: impl Fn(usize) -> bool + 'a) -> Self {
        Self { mode, timed, passes: Box::new(ask) }
    }
}

impl Mode {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Outside, Self::Inside].into_iter().find(|mode| mode.to_string() == text)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Outside => "outside",
            Self::Inside => "inside",
        })
    }
}

/// A map by user id for the forms that bring none, with the hasher that the library uses too.
type ById<V> = HashMap<String, V, foldhash::fast::RandomState>;

fn by_id<V>(world: &World, value: impl Fn(&User) -> V) -> ById<V> {
    world.users.iter().map(|user| (user.id.clone(), value(user))).collect()
}

/// Runs a future that is ready whenever it is polled, as all of these are.
fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
