//! How a dialog is drawn: what is shown comes from the layers of the profile, and every choice is
//! decided on a draft.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::account::dialog::{
    Answer, AreaRow, Choice, Dialog, LeafRow, LeafSetting, LevelChoice, Origin, RoleRow, RungRow,
    TemplateRow, is_granted,
};
use crate::account::edit::Edit;
use crate::account::refusal::UnknownUser;
use crate::account::{Account, Command, Invite, Refusal, Right, User, steps};
use crate::area_levels::Dials;
use crate::bits::Bits;
use crate::catalog::by_node::OfArea;
use crate::catalog::settings::level_rungs;
use crate::catalog::tree::{Node, NodeId};
use crate::catalog::{Area, Catalog, LeafView, Scale, Source};
use crate::decision::Reason;
use crate::email::Email;
use crate::grants::Grants;
use crate::ledger::{self, Actor};
use crate::level::Level;
use crate::permission::Permission;
use crate::profile::{Holding, Layers, Profile};
use crate::role::Role;
use crate::template::Template;
use crate::time::Timestamp;

impl Account {
    /// The Edit dialog about a user in any status, as `actor` is to see it (USR-15).
    ///
    /// Each choice is decided on a draft of the account, which takes logarithmic time in the number
    /// of users; there are two for each action or toggle, three for each area and sub-section with
    /// levels and at most two more where the area is lower, and one for each template. That is about
    /// 150 for the shipped studio.
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

    pub(crate) fn dialog_by(
        &self,
        right: &Right,
        actor: &Actor,
        user: &str,
        now: Timestamp,
    ) -> Result<Dialog<'_>, Refusal> {
        let user = self.user(user).ok_or_else(|| UnknownUser { user: user.into() })?;
        let drawing = Drawing { account: self, right, actor, now, subject: Subject::User(user) };
        Ok(drawing.draw(&user.holding))
    }

    pub(crate) fn dialog_for_new_by(
        &self,
        right: &Right,
        actor: &Actor,
        now: Timestamp,
    ) -> Dialog<'_> {
        let subject = Subject::New(Command::invite(&self.unused_id(), &self.unused_email()));
        let nothing = Holding::invited(Role::Member, self.catalog());
        Drawing { account: self, right, actor, now, subject }.draw(&nothing)
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

/// Whom a dialog is about, and so which commands its choices are.
enum Subject<'a> {
    User(&'a User),
    /// The invitation that sets nothing.
    New(Invite),
}

/// A dialog on its way.
struct Drawing<'a, 'r> {
    account: &'a Account,
    right: &'r Right,
    actor: &'r Actor,
    now: Timestamp,
    subject: Subject<'a>,
}

impl<'a> Drawing<'a, '_> {
    fn draw(&self, holding: &Holding) -> Dialog<'a> {
        let user = match &self.subject {
            Subject::User(user) => Some(*user),
            Subject::New(_) => None,
        };
        let profile = self.account.profile_of(holding);
        Dialog {
            account: self.account,
            user,
            roles: Role::ALL.map(|role| self.role(role, holding.role)).into(),
            templates: self.account.templates().map(|one| self.template(one, holding)).collect(),
            clear_template: self.clear_template(),
            actions: self.actions(),
            sections: self.areas(&profile),
        }
    }

    /// What becomes of a command, found out by deciding it.
    fn choice(&self, command: impl Into<Command>) -> Choice {
        let command = command.into();
        let steps = |draft: &mut ledger::Draft<'_, Account>, command: &Command| {
            steps(self.right, draft, command)
        };
        let answer = match ledger::attempt(self.account, self.actor, &command, self.now, steps) {
            Ok(draft) if draft.edits().iter().all(Edit::is_idle) => Answer::Current,
            Ok(_) => Answer::Open,
            Err(refusal) => Answer::Refused(refusal),
        };
        Choice { command, answer }
    }

    fn role(&self, role: Role, held: Role) -> RoleRow<'a> {
        let commands: Vec<Command> = match (&self.subject, role) {
            (Subject::User(user), Role::Admin) => [Command::make_admin(user.id.as_str())].into(),
            (Subject::User(user), Role::Member) => {
                [Command::make_member(user.id.as_str(), None)].into()
            }
            (Subject::New(invite), Role::Admin) => [invite.clone().admin().into()].into(),
            (Subject::New(invite), Role::Member) => [invite.clone().into()].into(),
        };
        RoleRow {
            role,
            label: self.catalog().role_label(role),
            is_held: role == held,
            choices: commands.into_iter().map(|command| self.choice(command)).collect(),
        }
    }

    fn template(&self, template: &'a Template, holding: &Holding) -> TemplateRow<'a> {
        let id = template.id().as_str();
        let choice = match &self.subject {
            Subject::User(user) => self.choice(Command::assign_template(user.id.as_str(), id)),
            Subject::New(invite) => self.choice(invite.clone().template(id)),
        };
        let is_assigned = holding.template.as_ref() == Some(template.id());
        TemplateRow { template, is_assigned, choice }
    }

    fn clear_template(&self) -> Vec<Choice> {
        let Subject::User(user) = &self.subject else { return Vec::new() };
        let id = user.id.as_str();
        let commands = [Command::clear_template(id), Command::clear_template_keeping_grants(id)];
        commands.map(|command| self.choice(command)).into()
    }

    fn actions(&self) -> Vec<Choice> {
        let Subject::User(user) = &self.subject else { return Vec::new() };
        let id = user.id.as_str();
        let commands = [
            Command::suspend(id),
            Command::reactivate(id),
            Command::resend(id),
            Command::change_email(id, &self.account.unused_email()),
            Command::delete_user(id),
        ];
        commands.map(|command| self.choice(command)).into()
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
        let has_levels = is_granted(area) && matches!(area.scale(), Scale::Levels);
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
            let rows = sections.map(|(position, (_, leaf))| {
                let row = self.leaf(area, leaf, profile, layers);
                let Some(dials) = &dials else { return row };
                LeafRow {
                    setting: Some(LeafSetting {
                        level: dials.leaf(position),
                        is_restricted: dials.is_restricted(position),
                    }),
                    levels: self.section_levels(id, position, leaf),
                    raises: self.raises(leaf, dials.level()),
                    ..row
                }
            });
            rows.collect()
        };
        let levels = if has_levels { self.area_levels(id, node) } else { Vec::new() };
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

    fn area_levels(&self, id: NodeId, node: &Node) -> Vec<LevelChoice<'a>> {
        self.levels(Level::ALL, |level| match &self.subject {
            Subject::User(user) => Command::set_area(user.id.as_str(), &node.path, level),
            Subject::New(invite) => {
                let leaves = self.catalog().tree().sub_sections(node).map(|_| None);
                let said = OfArea { area: Some(level_rungs(level)), leaves: leaves.collect() };
                self.inviting(invite, |grants| grants.put_area(id, &said))
            }
        })
    }

    fn section_levels(&self, area: NodeId, position: usize, leaf: &Node) -> Vec<LevelChoice<'a>> {
        self.levels(Level::ALL, |level| match &self.subject {
            Subject::User(user) => Command::set_section(user.id.as_str(), &leaf.path, level),
            Subject::New(invite) => {
                let tree = self.catalog().tree();
                let siblings = tree.sub_sections(tree.node(area)).enumerate();
                let none = Some(level_rungs(Level::None));
                let leaves = siblings.map(|(other, _)| none.filter(|_| other != position));
                let said = OfArea { area: Some(level_rungs(level)), leaves: leaves.collect() };
                self.inviting(invite, |grants| grants.put_area(area, &said))
            }
        })
    }

    fn raises(&self, leaf: &Node, limit: Level) -> Vec<LevelChoice<'a>> {
        let Subject::User(user) = &self.subject else { return Vec::new() };
        let higher = Level::ALL.into_iter().filter(|level| *level > limit);
        self.levels(higher, |level| Command::raise(user.id.as_str(), &leaf.path, level))
    }

    fn levels(
        &self,
        levels: impl IntoIterator<Item = Level>,
        command: impl Fn(Level) -> Command,
    ) -> Vec<LevelChoice<'a>> {
        let levels = levels.into_iter().map(|level| {
            let label = self.catalog().level_label(level);
            LevelChoice { level, label, choice: self.choice(command(level)) }
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
        let has_boxes = is_granted(area) && !matches!(area.scale(), Scale::Levels);
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
                tick: has_boxes.then(|| self.tick(bit)),
                untick: self.untick(bit).filter(|_| has_boxes),
            }
        });
        rungs.collect()
    }

    fn tick(&self, bit: u16) -> Choice {
        match &self.subject {
            Subject::User(user) => self.choice(Command::tick(user.id.as_str(), &self.text_of(bit))),
            Subject::New(invite) => {
                let needed = self.catalog().tree().with_needs(&Bits::from_iter([bit]));
                self.choice(self.inviting(invite, |grants| grants.add(&needed)))
            }
        }
    }

    fn untick(&self, bit: u16) -> Option<Choice> {
        let Subject::User(user) = &self.subject else { return None };
        Some(self.choice(Command::untick(user.id.as_str(), &self.text_of(bit))))
    }

    /// An invitation that grants something.
    fn inviting(&self, invite: &Invite, grant: impl FnOnce(&mut Grants)) -> Command {
        let mut grants = Grants::new(self.catalog());
        grant(&mut grants);
        invite.clone().grants(grants).into()
    }

    fn text_of(&self, bit: u16) -> String {
        let permission = Permission::new(self.catalog().stamp(), bit);
        self.catalog().display(permission).to_string()
    }

    fn catalog(&self) -> &'a Catalog {
        self.account.catalog()
    }
}
