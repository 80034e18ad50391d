//! The Edit dialog as one query: what someone is set to, and what the acting user may do about it
//! (USR-15).
//!
//! [`Account::dialog`] draws it for a user, [`Account::dialog_for_new`] for someone who is about to
//! be invited, and [`Account::dialog_for_template`] what can be set in a template. What it shows is
//! read from the layers that every decision is taken from, and what it offers is found out by
//! deciding it, so it cannot disagree with either.
//!
//! A dialog borrows from its account. With the feature `serde` it can be written as a document, too.

mod draw;
mod subject;

use alloc::vec::Vec;
use core::fmt;

use crate::account::{Account, Command, Refusal, User};
use crate::bits::Bits;
use crate::catalog::{Area, LeafView, Source};
use crate::decision::Reason;
use crate::level::Level;
use crate::name::names;
use crate::permission::Permission;
use crate::role::Role;
use crate::template::Template;

/// What someone is set to, and what the acting user may do about it (USR-15).
///
/// ```
/// use bailiwick::account::dialog::Answer;
/// use bailiwick::presets::studio;
/// use bailiwick::{Account, AccountId, Actor, Command, Invite, Timestamp};
///
/// let mut acme = Account::new(AccountId::parse("acme")?, studio::catalog());
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let ana = Invite::new("ana", "ana@acme.example").admin();
/// acme.execute(&Actor::Host, ana, now)?;
/// acme.execute(&Actor::Host, Command::accept("ana"), now)?;
/// acme.execute(&Actor::Host, Command::invite("kim", "kim@acme.example"), now)?;
///
/// let ana = Actor::user(acme.id(), &"ana".parse()?);
/// let dialog = acme.dialog(&ana, "kim", now)?;
/// let mut areas = dialog.areas().iter();
/// let knowledge = areas.find(|row| row.area().key() == "knowledge").unwrap();
/// let levels = knowledge.levels().iter();
/// let answers = levels.map(|one| (one.level().name(), one.choice().answer()));
/// assert!(answers.eq([
///     ("none", &Answer::Current),
///     ("read", &Answer::Open),
///     ("edit", &Answer::Open),
/// ]));
///
/// // A choice is a command, and the account accepts what the dialog offers.
/// let edit = knowledge.levels().last().unwrap().choice().command().clone();
/// acme.execute(&ana, edit, now)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Dialog<'a> {
    account: &'a Account,
    user: Option<&'a User>,
    roles: Vec<RoleRow<'a>>,
    templates: Vec<TemplateRow<'a>>,
    clear_template: Vec<Choice>,
    actions: Vec<Choice>,
    sections: Vec<AreaRow<'a>>,
}

impl<'a> Dialog<'a> {
    /// The account that it was drawn from.
    #[must_use]
    pub fn account(&self) -> &'a Account {
        self.account
    }

    /// Whom it is about; `None` for someone who is about to be invited.
    #[must_use]
    pub fn user(&self) -> Option<&'a User> {
        self.user
    }

    /// Both roles, with what it takes to have each.
    #[must_use]
    pub fn roles(&self) -> &[RoleRow<'a>] {
        &self.roles
    }

    /// The templates of the account, in order of creation, with what assigns each.
    #[must_use]
    pub fn templates(&self) -> &[TemplateRow<'a>] {
        &self.templates
    }

    /// Taking the template away: with the user's own grants left, and with the template's copied to
    /// them first (TPL-6). Nothing for someone new.
    #[must_use]
    pub fn clear_template(&self) -> &[Choice] {
        &self.clear_template
    }

    /// Whatever else can be done with a user: suspend, reactivate, resend the invitation, change
    /// the email address, delete. Nothing for someone new.
    ///
    /// The address in the change of address is one that nobody has: put in the one that was typed.
    #[must_use]
    pub fn actions(&self) -> &[Choice] {
        &self.actions
    }

    /// The areas that are granted or come with a role, in catalog order.
    #[must_use]
    pub fn areas(&self) -> &[AreaRow<'a>] {
        &self.sections
    }

    /// Every choice in it, from top to bottom.
    pub fn choices(&self) -> impl Iterator<Item = &Choice> {
        let roles = self.roles.iter().flat_map(|row| &row.choices);
        let templates = self.templates.iter().map(|row| &row.choice);
        let head = roles.chain(templates).chain(&self.clear_template).chain(&self.actions);
        head.chain(self.sections.iter().flat_map(AreaRow::choices))
    }
}

/// Something that can be chosen: a command, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    command: Command,
    answer: Answer,
}

/// What becomes of a command that is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a command changes something, nothing, or is refused")]
pub enum Answer {
    /// It is accepted.
    Open,
    /// It would change nothing: things are so already (REV-11).
    Current,
    /// It is refused, and this is why.
    Refused(Refusal),
}

impl Choice {
    /// The command to give if it is chosen.
    pub fn command(&self) -> &Command {
        &self.command
    }

    /// What becomes of it.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Why it cannot be chosen; `None` if it can.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.answer {
            Answer::Open | Answer::Current => None,
            Answer::Refused(refusal) => Some(refusal),
        }
    }
}

/// A role that someone can have.
#[derive(Debug, Clone)]
pub struct RoleRow<'a> {
    role: Role,
    label: &'a str,
    is_held: bool,
    choices: Vec<Choice>,
}

impl<'a> RoleRow<'a> {
    /// The role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// What the catalog calls it (CAT-12).
    #[must_use]
    pub fn label(&self) -> &'a str {
        self.label
    }

    /// Whether it is the role that they have; someone new is a member.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.is_held
    }

    /// The ways to give it: more than one if the command must say what holds from then on (ROLE-6).
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }
}

/// A template that can be assigned.
#[derive(Debug, Clone)]
pub struct TemplateRow<'a> {
    template: &'a Template,
    is_assigned: bool,
    choice: Choice,
}

impl<'a> TemplateRow<'a> {
    /// The template.
    #[must_use]
    pub fn template(&self) -> &'a Template {
        self.template
    }

    /// Whether it is theirs.
    #[must_use]
    pub fn is_assigned(&self) -> bool {
        self.is_assigned
    }

    /// Assigning it (TPL-4): assigning someone's own template drops what was set beside it.
    #[must_use]
    pub fn choice(&self) -> &Choice {
        &self.choice
    }
}

/// An area, with what someone is set to in it.
#[derive(Debug, Clone)]
pub struct AreaRow<'a> {
    area: &'a Area,
    level: Option<Level>,
    from: Option<Origin>,
    levels: Vec<LevelChoice<'a>>,
    entries: Vec<LeafRow<'a>>,
}

impl<'a> AreaRow<'a> {
    /// The area: its key, label, description, scale and source.
    pub fn area(&self) -> &'a Area {
        self.area
    }

    /// The level of the area, before role, gates and status (LVL-13); `None` if it has boxes.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.level
    }

    /// Who gives as much as the level of the area; `None` if that is None.
    #[must_use]
    pub fn from(&self) -> Option<Origin> {
        self.from
    }

    /// Setting the area to each level, lowest first. Restricted leaves stay as low (LVL-13).
    /// Nothing if the area has boxes, or comes with the role.
    #[must_use]
    pub fn levels(&self) -> &[LevelChoice<'a>] {
        &self.levels
    }

    /// The leaves, in catalog order. An area without sub-sections is its own only leaf.
    #[must_use]
    pub fn leaves(&self) -> &[LeafRow<'a>] {
        &self.entries
    }

    /// Every choice in it, from top to bottom.
    pub fn choices(&self) -> impl Iterator<Item = &Choice> {
        let levels = self.levels.iter().map(LevelChoice::choice);
        levels.chain(self.entries.iter().flat_map(LeafRow::choices))
    }
}

/// A level that can be chosen.
#[derive(Debug, Clone)]
pub struct LevelChoice<'a> {
    level: Level,
    label: &'a str,
    choice: Choice,
}

impl<'a> LevelChoice<'a> {
    /// The level.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// What the catalog calls it (CAT-11).
    #[must_use]
    pub fn label(&self) -> &'a str {
        self.label
    }

    /// Setting it.
    #[must_use]
    pub fn choice(&self) -> &Choice {
        &self.choice
    }
}

/// A leaf, with what someone is set to in it.
#[derive(Debug, Clone)]
pub struct LeafRow<'a> {
    leaf: LeafView<'a>,
    setting: Option<LeafSetting>,
    levels: Vec<LevelChoice<'a>>,
    raises: Vec<LevelChoice<'a>>,
    rungs: Vec<RungRow<'a>>,
}

/// The level of a sub-section, and whether it is as its area (LVL-13).
#[derive(Debug, Clone, Copy)]
struct LeafSetting {
    level: Level,
    is_restricted: bool,
}

impl<'a> LeafRow<'a> {
    /// The leaf: its path, label and description.
    #[must_use]
    pub fn leaf(&self) -> LeafView<'a> {
        self.leaf
    }

    /// The level that the leaf is configured at; `None` if it has boxes.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.setting.map(|setting| setting.level)
    }

    /// Whether it is restricted to its level; else it is as its area (LVL-13).
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.setting.is_some_and(|setting| setting.is_restricted)
    }

    /// Setting a sub-section to each level, lowest first. At its area's level it is as its area; a
    /// higher one is refused, and can be chosen among [`raises`](Self::raises).
    #[must_use]
    pub fn levels(&self) -> &[LevelChoice<'a>] {
        &self.levels
    }

    /// Raising a sub-section to the levels above that of its area, which rises with it; the other
    /// leaves stay as they are (LVL-9).
    #[must_use]
    pub fn raises(&self) -> &[LevelChoice<'a>] {
        &self.raises
    }

    /// The rungs of its scale: levels, actions or `on`.
    #[must_use]
    pub fn rungs(&self) -> &[RungRow<'a>] {
        &self.rungs
    }

    fn choices(&self) -> impl Iterator<Item = &Choice> {
        let levels = self.levels.iter().chain(&self.raises).map(LevelChoice::choice);
        levels.chain(self.rungs.iter().flat_map(RungRow::choices))
    }
}

/// One permission, and how it is set for someone, whatever their role and status.
#[derive(Debug, Clone)]
pub struct RungRow<'a> {
    account: &'a Account,
    name: &'a str,
    permission: Permission,
    is_configured: bool,
    is_muted: bool,
    is_effective: bool,
    from: Option<Origin>,
    inert: Option<Reason>,
    lacking: Bits,
    tick: Option<Choice>,
    untick: Option<Choice>,
}

impl<'a> RungRow<'a> {
    /// Its text form: `knowledge.faqs:edit`.
    #[must_use]
    pub fn text(&self) -> impl fmt::Display + use<'a> {
        self.account.catalog().display(self.permission)
    }

    /// The name of the rung: `edit`, `view`, `on`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The permission.
    #[must_use]
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// Whether template and own grants give it together, and no mute takes it. For an admin it is
    /// what would hold for a member (ROLE-6).
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.is_configured
    }

    /// Who sets it, even if it is inert without the first action (LVL-2).
    #[must_use]
    pub fn from(&self) -> Option<Origin> {
        self.from
    }

    /// Whether it is given, and a mute takes it away.
    #[must_use]
    pub fn is_muted(&self) -> bool {
        self.is_muted
    }

    /// Whether they may do it once they are active: it is configured, or the role brings it, and it
    /// is not inert.
    #[must_use]
    pub fn is_effective(&self) -> bool {
        self.is_effective
    }

    /// Why it is of no use whatever is set: [`Reason::NotEntitled`] if a feature is off,
    /// [`Reason::AdminOnly`] if the role is lacking.
    #[must_use]
    pub fn inert(&self) -> Option<Reason> {
        self.inert
    }

    /// The features that it lacks, in catalog order. Who can turn one on is said by
    /// [`Area::setter`] of its area (CAT-14).
    pub fn features_off(&self) -> impl Iterator<Item = LeafView<'a>> {
        let catalog = self.account.catalog();
        self.lacking.ones().filter_map(|bit| catalog.leaf_view(bit))
    }

    /// Ticking its box (TPL-5); `None` if it is a level or comes with the role.
    #[must_use]
    pub fn tick(&self) -> Option<&Choice> {
        self.tick.as_ref()
    }

    /// Unticking its box (TPL-5); `None` if there is nothing to tick, and for someone new.
    #[must_use]
    pub fn untick(&self) -> Option<&Choice> {
        self.untick.as_ref()
    }

    fn choices(&self) -> impl Iterator<Item = &Choice> {
        self.tick.iter().chain(&self.untick)
    }
}

/// What sets something for someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are two sources, and both of them")]
pub enum Origin {
    /// Their template.
    Template,
    /// Their own grants.
    Own,
    /// Both.
    Both,
}

names!(Origin, "origin", { Template => "template", Own => "own", Both => "both" });

impl Origin {
    fn of(by_template: bool, by_own: bool) -> Option<Self> {
        match (by_template, by_own) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Template),
            (false, true) => Some(Self::Own),
            (false, false) => None,
        }
    }
}

/// Whether there is anything to choose in an area.
fn is_granted(area: &Area) -> bool {
    match area.source() {
        Source::Grantable => true,
        Source::Role | Source::Account => false,
    }
}
