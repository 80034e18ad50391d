//! How a dialog is drawn: what is shown comes from the layers of the profile, and every choice is
//! decided on a draft.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::account::dialog::subject::{New, Subject};
use crate::account::dialog::{
    Answer, AreaRow, Choice, Dialog, LeafRow, LeafSetting, LevelChoice, Origin, RoleRow, RungRow,
    TemplateRow, is_granted,
};
use crate::account::refusal::{UnknownTemplate, UnknownUser};
use crate::account::{Account, Command, Holds, Invite, Refusal, Right, User, steps};
use crate::area_levels::Dials;
use crate::catalog::tree::{Node, NodeId, quoted};
use crate::catalog::{Area, Catalog, LeafView, Source};
use crate::decision::Reason;
use crate::email::Email;
use crate::ledger::{self, Actor};
use crate::level::Level;
use crate::permission::Permission;
use crate::profile::{Holding, Layers, Profile};
use crate::role::Role;
use crate::time::Timestamp;

impl Account {
    /// The Edit dialog about a user in any status, as `actor` is to see it (USR-15).
    ///
    /// Each choice is decided on a draft of the account, which takes logarithmic time in the number
    /// of users; there are two for each action or toggle, three for each area and sub-section with
    /// levels and at most two more where the area is lower, and one for each template. For the shipped
    /// studio that is about 150 choices, in a quarter of a millisecond.
    ///
    /// # Errors
    ///
    /// An actor who is neither the host nor an active user of this account (GRD-11); an unknown
    /// user.
    pub fn dialog(&self, actor: &Actor, user: &str, now: Timestamp) -> Result<Dialog<'_>, Refusal> {
        self.dialog_by(&Right::of(self, actor)?, actor, user, now)
    }

    /// The dialog about someone who is about to be invited: what invitations `actor` may send.
    ///
    /// Each choice is an invitation that sets one thing. Its id and email address are ones that
    /// nobody has: put in the new user's, and unite what was chosen.
    ///
    /// # Errors
    ///
    /// An actor who is neither the host nor an active user of this account (GRD-11).
    pub fn dialog_for_new(&self, actor: &Actor, now: Timestamp) -> Result<Dialog<'_>, Refusal> {
        Ok(self.dialog_for_new_by(&Right::of(self, actor)?, actor, now))
    }

    /// What `actor` may set in a template, area by area (TPL-3): each choice is an edit of it that
    /// changes one thing, and levels are set as they are for users (LVL-13).
    ///
    /// # Errors
    ///
    /// An actor who is neither the host nor an active user of this account (GRD-11); an unknown
    /// template.
    pub fn dialog_for_template(
        &self,
        actor: &Actor,
        template: &str,
        now: Timestamp,
    ) -> Result<Vec<AreaRow<'_>>, Refusal> {
        self.dialog_for_template_by(&Right::of(self, actor)?, actor, template, now)
    }

    pub(crate) fn dialog_by(
        &self,
        right: &Right,
        actor: &Actor,
        user: &str,
        now: Timestamp,
    ) -> Result<Dialog<'_>, Refusal> {
        let subject = self.user(user).ok_or_else(|| UnknownUser { user: user.into() })?;
        Ok(Drawing { account: self, right, actor, now, subject }.draw())
    }

    pub(crate) fn dialog_for_new_by(
        &self,
        right: &Right,
        actor: &Actor,
        now: Timestamp,
    ) -> Dialog<'_> {
        let invite = Invite::new(self.unused_id(), self.unused_email());
        let subject = New { catalog: self.catalog(), invite };
        Drawing { account: self, right, actor, now, subject }.draw()
    }

    pub(crate) fn dialog_for_template_by(
        &self,
        right: &Right,
        actor: &Actor,
        template: &str,
        now: Timestamp,
    ) -> Result<Vec<AreaRow<'_>>, Refusal> {
        let subject = self.template(template).ok_or_else(|| {
            let known = quoted(self.templates().map(|one| one.id().as_str()));
            UnknownTemplate { template: template.into(), known }
        })?;
        let mut holding = Holding::invited(Role::Member, self.catalog());
        holding.template = Some(subject.id().clone());
        let drawing = Drawing { account: self, right, actor, now, subject };
        Ok(drawing.areas(&self.profile_of(&holding)))
    }

    /// An id that no user has or had.
    fn unused_id(&self) -> String {
        let is_free = |id: &String| self.users.get(id).is_none() && self.retired.get(id).is_none();
        placeholders().find(is_free).unwrap_or_default()
    }

    /// An email address that no user has.
    fn unused_email(&self) -> String {
        let addresses = placeholders().map(|name| format!("{name}@new.example"));
        let is_free = |address: &String| {
            Email::parse(address).is_ok_and(|email| self.user_by_email(&email).is_none())
        };
        let mut addresses = addresses.filter(is_free);
        addresses.next().unwrap_or_default()
    }
}

/// Names for someone who has none yet: `someone`, `someone2` and so on.
fn placeholders() -> impl Iterator<Item = String> {
    let further = (2u32..).map(|number| format!("someone{number}"));
    core::iter::once("someone".to_string()).chain(further)
}

/// A dialog on its way.
struct Drawing<'a, 'r, S> {
    account: &'a Account,
    right: &'r Right,
    actor: &'r Actor,
    now: Timestamp,
    subject: S,
}

impl<'a> Drawing<'a, '_, &'a User> {
    fn draw(&self) -> Dialog<'a> {
        let (user, id) = (self.subject, self.subject.id.as_str());
        // What holds from then on is for whoever demotes an admin to say (ROLE-6).
        let holds = match user.role() {
            Role::Admin => Vec::from([Holds::Nothing, Holds::Stored]),
            Role::Member => Vec::from([Holds::Nothing]),
        };
        let member = holds.into_iter().map(|holds| Command::make_member(id, holds));
        let roles = [
            self.role(Role::Admin, user.role(), [Command::make_admin(id)]),
            self.role(Role::Member, user.role(), member),
        ];
        let templates = self.account.templates().map(|template| {
            let is_assigned = user.template() == Some(template.id());
            let choice = self.choice(Command::assign_template(id, template.id().as_str()));
            TemplateRow { template, is_assigned, choice }
        });
        let clear = [Command::clear_template(id), Command::clear_template_keeping_grants(id)];
        let actions = [
            Command::suspend(id),
            Command::reactivate(id),
            Command::resend(id),
            Command::change_email(id, self.account.unused_email()),
            Command::delete_user(id),
        ];
        Dialog {
            account: self.account,
            user: Some(user),
            roles: roles.into(),
            templates: templates.collect(),
            clear_template: clear.map(|command| self.choice(command)).into(),
            actions: actions.map(|command| self.choice(command)).into(),
            sections: self.areas(&self.account.profile(user)),
        }
    }
}

impl<'a> Drawing<'a, '_, New<'a>> {
    fn draw(&self) -> Dialog<'a> {
        let invite = &self.subject.invite;
        let roles = [
            self.role(Role::Admin, Role::Member, [invite.clone().admin()]),
            self.role(Role::Member, Role::Member, [invite.clone()]),
        ];
        let templates = self.account.templates().map(|template| {
            let choice = self.choice(invite.clone().template(template.id().as_str()));
            TemplateRow { template, is_assigned: false, choice }
        });
        let nothing = Holding::invited(Role::Member, self.catalog());
        Dialog {
            account: self.account,
            user: None,
            roles: roles.into(),
            templates: templates.collect(),
            clear_template: Vec::new(),
            actions: Vec::new(),
            sections: self.areas(&self.account.profile_of(&nothing)),
        }
    }
}

impl<'a, S: Subject> Drawing<'a, '_, S> {
    /// What becomes of a command, found out by deciding it.
    fn choice(&self, command: impl Into<Command>) -> Choice {
        let command = command.into();
        let steps = |draft: &mut ledger::Draft<'_, Account>, command: &Command| {
            steps(self.right, draft, command)
        };
        let draft = ledger::Draft::new(self.account, self.actor, self.now);
        let answer = match ledger::attempt(draft, &command, steps) {
            Ok(draft) if draft.is_idle(self.account) => Answer::Current,
            Ok(_) => Answer::Open,
            Err(refusal) => Answer::Refused(refusal),
        };
        Choice { command, answer }
    }

    fn role<C: Into<Command>>(
        &self,
        role: Role,
        held: Role,
        commands: impl IntoIterator<Item = C>,
    ) -> RoleRow<'a> {
        RoleRow {
            role,
            label: self.catalog().role_label(role),
            is_held: role == held,
            choices: commands.into_iter().map(|command| self.choice(command)).collect(),
        }
    }

    fn areas(&self, profile: &Profile<'_>) -> Vec<AreaRow<'a>> {
        let nodes = self.catalog().tree().nodes().filter(|(_, node)| node.area.is_none());
        let areas = nodes.zip(self.catalog().areas());
        let shown = areas.filter(|(_, area)| area.source() != Source::Account);
        let layers = profile.layers();
        shown.map(|((id, node), area)| self.area(id, node, area, profile, &layers)).collect()
    }

    fn area(
        &self,
        id: NodeId,
        node: &'a Node,
        area: &'a Area,
        profile: &Profile<'_>,
        layers: &Layers<'_>,
    ) -> AreaRow<'a> {
        let has_levels = is_granted(area) && area.scale().is_ladder();
        let dials = has_levels.then(|| profile.dials(id));
        let level = dials.as_ref().map(Dials::level);
        let from = dials.as_ref().and_then(|dials| {
            let level = dials.level();
            let [by_template, by_own] = dials.sources().map(|given| given >= level);
            Origin::of(by_template, by_own).filter(|_| level > Level::None)
        });
        let entries = if node.is_leaf() {
            let setting = level.map(|level| LeafSetting { level, is_restricted: false });
            [LeafRow { setting, ..self.leaf(area, node, profile, layers) }].into()
        } else {
            let sections = self.catalog().tree().sub_sections(node).enumerate();
            let rows = sections.map(|(position, (leaf_id, leaf))| {
                let row = self.leaf(area, leaf, profile, layers);
                let Some(dials) = &dials else { return row };
                LeafRow {
                    setting: Some(LeafSetting {
                        level: dials.leaf(position),
                        is_restricted: dials.is_restricted(position),
                    }),
                    levels: self
                        .levels(|level| self.subject.set_section(leaf_id, level, dials.level())),
                    raises: self.levels(|level| {
                        let is_above = level > dials.level();
                        self.subject.raise(leaf_id, level).filter(|_| is_above)
                    }),
                    ..row
                }
            });
            rows.collect()
        };
        let levels = self.levels(|level| has_levels.then(|| self.subject.set_area(id, level)));
        AreaRow { area, level, from, levels, entries }
    }

    /// A leaf, and its boxes if it has any.
    fn leaf(
        &self,
        area: &'a Area,
        leaf: &'a Node,
        profile: &Profile<'_>,
        layers: &Layers<'_>,
    ) -> LeafRow<'a> {
        LeafRow {
            leaf: LeafView::new(self.catalog().stamp(), area, leaf),
            setting: None,
            levels: Vec::new(),
            raises: Vec::new(),
            rungs: self.rungs(area, leaf, profile, layers),
        }
    }

    /// The levels that can be chosen by a command.
    fn levels(&self, command: impl Fn(Level) -> Option<Command>) -> Vec<LevelChoice<'a>> {
        let levels = Level::ALL.into_iter().filter_map(|level| {
            let label = self.catalog().level_label(level);
            Some(LevelChoice { level, label, choice: self.choice(command(level)?) })
        });
        levels.collect()
    }

    fn rungs(
        &self,
        area: &Area,
        leaf: &'a Node,
        profile: &Profile<'_>,
        layers: &Layers<'_>,
    ) -> Vec<RungRow<'a>> {
        let has_boxes = is_granted(area) && !area.scale().is_ladder();
        let (configured, effective) = (layers.configured(), layers.allowed());
        let rungs = leaf.scale.rungs().zip(leaf.bits.clone());
        let rungs = rungs.map(|(name, bit)| {
            let lacking = profile.features.lacking(profile.role, bit);
            let is_barred = area.source() == Source::Role && profile.role == Role::Member;
            let inert = if lacking.is_empty() {
                is_barred.then_some(Reason::AdminOnly)
            } else {
                Some(Reason::NotEntitled)
            };
            RungRow {
                account: self.account,
                name,
                permission: Permission::new(self.catalog().stamp(), bit),
                is_configured: configured.contains(bit),
                is_muted: layers.given.contains(bit) && !configured.contains(bit),
                is_effective: effective.contains(bit),
                from: Origin::of(layers.template.contains(bit), layers.own.contains(bit)),
                inert,
                lacking,
                tick: has_boxes.then(|| self.choice(self.subject.tick(bit))),
                untick: has_boxes
                    .then(|| self.subject.untick(bit))
                    .flatten()
                    .map(|command| self.choice(command)),
            }
        });
        rungs.collect()
    }

    fn catalog(&self) -> &'a Catalog {
        self.account.catalog()
    }
}
