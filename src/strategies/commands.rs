use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;

use super::one_of;
use super::settings::{feature_paths, grantable, grants, some_of, template_grants};
use crate::account::{Account, AtLimit, Command, Holds, Invite, User};
use crate::catalog::{Area, Catalog, LeafView, Setting, Source};
use crate::grants::Grants;
use crate::key::TemplateId;
use crate::level::Level;
use crate::permission::Permission;
use crate::role::Role;
use crate::template::Template;

const USERS: [&str; 8] = ["ana", "kim", "lee", "mo", "zoë", "user 7", "a\nb", "9f2d41c6"];
const TEMPLATES: [&str; 4] = ["kb", "qa", "ops", "two words"];

/// Commands for an account, of every kind but one that leads to another catalog. Most are about users and templates that it has, and some
/// about others. Which of them are accepted depends on who gives them.
pub fn commands(account: &Account) -> impl Strategy<Value = Command> + use<> {
    let account = account.clone();
    (drafts(account.catalog()), pool(account.catalog(), 1))
        .prop_filter_map("the catalog has nothing to command", move |(draft, pool)| {
            draft.command(&account, &pool)
        })
}

/// A command before it is known which users and templates there are.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    make: Make,
    parts: Parts,
}

impl Draft {
    /// `None` if the catalog has nothing that such a command could be about.
    pub(super) fn command(&self, account: &Account, pool: &Pool) -> Option<Command> {
        (self.make)(&Stage { parts: &self.parts, account, pool })
    }
}

/// Any command.
pub(super) fn drafts(catalog: &Catalog) -> impl Strategy<Value = Draft> + use<> {
    drafts_of(catalog, &KINDS)
}

/// Commands that an account begins with.
pub(super) fn founding(catalog: &Catalog) -> impl Strategy<Value = Draft> + use<> {
    drafts_of(catalog, &FOUNDING)
}

fn drafts_of(catalog: &Catalog, kinds: &[(u32, Make)]) -> impl Strategy<Value = Draft> + use<> {
    let makes = kinds.iter().map(|(weight, make)| (*weight, Just(*make)));
    (Union::new_weighted(makes.collect()), parts(catalog))
        .prop_map(|(make, parts)| Draft { make, parts })
}

/// Grants for many commands to choose from: drawing them takes most of the time.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    of_users: Vec<Grants>,
    of_templates: Vec<Grants>,
}

pub(super) fn pool(catalog: &Catalog, size: usize) -> impl Strategy<Value = Pool> + use<> {
    (vec(grants(catalog), size), vec(template_grants(catalog), size))
        .prop_map(|(of_users, of_templates)| Pool { of_users, of_templates })
}

/// What one command is made of.
#[derive(Debug, Clone)]
struct Parts {
    user: Index,
    template: Index,
    path: Index,
    grants: Index,
    new_user: &'static str,
    new_template: &'static str,
    /// What makes addresses and names differ.
    number: u16,
    /// Whether it is about what there is.
    is_known: bool,
    /// Whether what is optional is given.
    is_full: bool,
    level: Level,
    role: Role,
    features: Vec<String>,
    seats: u32,
}

fn parts(catalog: &Catalog) -> impl Strategy<Value = Parts> + use<> {
    let features = feature_paths(catalog);
    let who = (select(&USERS[..]), select(&TEMPLATES[..]), 0..1000_u16);
    let what = (select(&Level::ALL[..]), some_of(features, usize::MAX), 0..12_u32);
    let role = prop_oneof![4 => Just(Role::Member), 1 => Just(Role::Admin)];
    let how = (prop::bool::weighted(0.9), any::<bool>(), role);
    (any::<[Index; 4]>(), who, how, what).prop_map(|(which, who, how, what)| {
        let [user, template, path, grants] = which;
        let (new_user, new_template, number) = who;
        let (is_known, is_full, role) = how;
        let (level, features, seats) = what;
        Parts {
            user,
            template,
            path,
            grants,
            new_user,
            new_template,
            number,
            is_known,
            is_full,
            level,
            role,
            features,
            seats,
        }
    })
}

/// Makes a command, if there is something that it can be about.
type Make = fn(&Stage<'_>) -> Option<Command>;

/// The parts of a command, and what it is for.
struct Stage<'a> {
    parts: &'a Parts,
    account: &'a Account,
    pool: &'a Pool,
}

impl Stage<'_> {
    fn user(&self) -> String {
        let known: Vec<&str> = self.account.users().map(|user| user.id().as_str()).collect();
        self.known(&known, self.parts.user).unwrap_or(self.parts.new_user).to_owned()
    }

    fn template(&self) -> String {
        let known: Vec<&str> = self.account.templates().map(|one| one.id().as_str()).collect();
        self.known(&known, self.parts.template).unwrap_or(self.parts.new_template).to_owned()
    }

    fn known<'a>(&self, known: &[&'a str], index: Index) -> Option<&'a str> {
        one_of(known, index).copied().filter(|_| self.parts.is_known)
    }

    fn email(&self) -> String {
        format!("user-{}@acme.example", self.parts.number)
    }

    fn name(&self) -> String {
        format!("Template {}", self.parts.number)
    }

    fn description(&self) -> String {
        format!("For team {}", self.parts.number)
    }

    fn grants(&self) -> Option<Grants> {
        one_of(&self.pool.of_users, self.parts.grants).cloned()
    }

    fn template_grants(&self) -> Option<Grants> {
        one_of(&self.pool.of_templates, self.parts.grants).cloned()
    }

    /// An action or a toggle as `path:rung`, mostly one that can be granted.
    fn boxed(&self) -> Option<String> {
        self.boxed_if(|_| true)
    }

    /// One that a user has, if there is any.
    fn boxed_of(&self, user: &str) -> Option<String> {
        let held = self.account.user(user).map(|user| self.account.profile(user).permissions());
        let has = |permission| held.as_ref().is_some_and(|held| held.contains(permission));
        self.boxed_if(has).or_else(|| self.boxed())
    }

    fn boxed_if(&self, wanted: impl Fn(Permission) -> bool) -> Option<String> {
        let catalog = self.account.catalog();
        let names = catalog
            .leaves()
            .filter(|leaf| !leaf.area().scale().is_ladder())
            .filter(|leaf| !self.parts.is_known || leaf.area().source() == Source::Grantable)
            .flat_map(LeafView::permissions)
            .filter(|(_, permission)| wanted(*permission));
        let names: Vec<String> =
            names.map(|(_, permission)| catalog.display(permission).to_string()).collect();
        one_of(&names, self.parts.path).cloned()
    }

    fn area(&self) -> Option<&str> {
        let areas: Vec<&Area> = with_levels(self.account.catalog()).collect();
        one_of(&areas, self.parts.path).map(|area| area.key())
    }

    /// An area that a template gives some level.
    fn area_of(&self, template: &str) -> Option<String> {
        let settings = self.account.template(template)?.grants().iter();
        let areas = settings.filter(|(path, setting)| {
            matches!(setting, Setting::Level(level) if *level != Level::None && !path.contains('.'))
        });
        let areas: Vec<&str> = areas.map(|(path, _)| path).collect();
        one_of(&areas, self.parts.path).map(|area| (*area).to_owned())
    }

    fn section(&self) -> Option<String> {
        let leaves = with_levels(self.account.catalog()).flat_map(|area| {
            area.sub_sections().iter().map(|leaf| format!("{}.{}", area.key(), leaf.key()))
        });
        let leaves: Vec<String> = leaves.collect();
        one_of(&leaves, self.parts.path).cloned()
    }

    fn invite(&self) -> Option<Command> {
        let is_new = |id: &&str| self.account.user(id).is_none();
        let new: Vec<&str> = USERS.into_iter().filter(is_new).collect();
        let user = self.known(&new, self.parts.user).unwrap_or(self.parts.new_user);
        let mut invite = Invite::new(user, self.email());
        if self.parts.role == Role::Admin {
            return Some(invite.admin().into());
        }
        if self.parts.level != Level::None {
            invite = invite.grants(self.grants()?);
        }
        if self.parts.is_full && self.account.templates().next().is_some() {
            invite = invite.template(self.template());
        }
        Some(invite.into())
    }

    fn accept(&self) -> Command {
        let user = self.user();
        let invitation = self.account.user(&user).and_then(User::invitation);
        match invitation.filter(|_| self.parts.is_full) {
            Some(invitation) => Command::accept_generation(&user, invitation.generation()),
            None => Command::accept(&user),
        }
    }

    fn create_template(&self) -> Option<Command> {
        let grants = self.template_grants()?;
        let (id, name) = (self.parts.new_template, self.name());
        if !self.parts.is_full {
            return Some(Command::create_template(id, &name, grants));
        }
        let template = Template::new(TemplateId::parse(id).ok()?, &name, grants).ok()?;
        Some(Command::add_template(&template.describe(&self.description()).ok()?))
    }

    fn describe_template(&self) -> Command {
        if self.parts.is_full {
            Command::describe_template(self.template(), self.description())
        } else {
            Command::clear_description(self.template())
        }
    }

    fn delete_template(&self) -> Command {
        let template = self.template();
        let is_its = |user: &&User| user.template().is_some_and(|id| id.as_str() == template);
        let users = self.account.users().filter(is_its).map(|user| user.id().as_str());
        Command::delete_template_in_use(&template, users)
    }
}

fn with_levels(catalog: &Catalog) -> impl Iterator<Item = &Area> {
    grantable(catalog).filter(|area| area.scale().is_ladder())
}

/// Users and templates, so that there is something to command.
const FOUNDING: [(u32, Make); 3] = [
    (3, |stage| stage.invite()),
    (2, |stage| stage.create_template()),
    (3, |stage| Some(Command::accept(stage.user()))),
];

/// Each kind of command, and how often it is drawn.
const KINDS: [(u32, Make); 31] = [
    (6, |stage| stage.invite()),
    (1, |stage| Some(Command::batch([stage.invite()?, Command::accept(stage.parts.new_user)]))),
    // What the template gives is muted for a whole area.
    (8, |stage| {
        let (user, template) = (stage.user(), stage.template());
        let lower = Command::set_area(&user, stage.area_of(&template)?, Level::None);
        Some(Command::batch([Command::assign_template(&user, &template), lower]))
    }),
    // What a template made good is inert without it (LVL-2).
    (12, |stage| {
        let user = stage.user();
        Some(Command::batch([
            Command::assign_template(&user, stage.template()),
            Command::tick(&user, &stage.boxed()?),
            Command::clear_template(&user),
        ]))
    }),
    (1, |stage| Some(Command::resend(stage.user()))),
    (8, |stage| Some(stage.accept())),
    (2, |stage| Some(Command::sign_in(stage.user()))),
    (4, |stage| Some(Command::suspend(stage.user()))),
    (2, |stage| Some(Command::reactivate(stage.user()))),
    (1, |stage| Some(Command::change_email(stage.user(), stage.email()))),
    (1, |stage| Some(Command::make_admin(stage.user()))),
    (1, |stage| {
        let holds = match stage.grants().filter(|_| stage.parts.is_full) {
            Some(grants) => Holds::Given(grants),
            None if stage.parts.level == Level::None => Holds::Nothing,
            None => Holds::Stored,
        };
        Some(Command::make_member(stage.user(), holds))
    }),
    (6, |stage| Some(Command::assign_template(stage.user(), stage.template()))),
    (1, |stage| Some(Command::clear_template(stage.user()))),
    (1, |stage| Some(Command::clear_template_keeping_grants(stage.user()))),
    (4, |stage| Some(Command::tick(stage.user(), &stage.boxed()?))),
    (8, |stage| {
        let user = stage.user();
        Some(Command::untick(&user, &stage.boxed_of(&user)?))
    }),
    (8, |stage| Some(Command::set_area(stage.user(), stage.area()?, stage.parts.level))),
    (4, |stage| Some(Command::set_section(stage.user(), stage.section()?, stage.parts.level))),
    (2, |stage| Some(Command::raise(stage.user(), stage.section()?, stage.parts.level))),
    (4, |stage| Some(Command::replace_grants(stage.user(), stage.grants()?))),
    (1, |stage| Some(Command::delete_user(stage.user()))),
    (3, |stage| stage.create_template()),
    (1, |stage| Some(Command::rename_template(stage.template(), stage.name()))),
    (1, |stage| Some(stage.describe_template())),
    (4, |stage| Some(Command::edit_template(stage.template(), stage.template_grants()?))),
    (1, |stage| Some(stage.delete_template())),
    (1, |stage| {
        let seats = stage.parts.is_full.then_some(stage.parts.seats);
        Some(match stage.parts.number % 3 {
            0 => Command::set_seat_limit(seats),
            1 => Command::set_seats(seats, AtLimit::Refuse),
            _ => Command::set_seats(seats, AtLimit::Warn),
        })
    }),
    (1, |stage| {
        let days = stage.parts.is_full.then_some(stage.parts.seats);
        Some(Command::set_invitation_lifetime(days))
    }),
    (1, |stage| Some(Command::rename_account(format!("Office {}", stage.parts.number)))),
    (1, |stage| Some(Command::set_features(&stage.parts.features))),
];
