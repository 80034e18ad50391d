//! What routes ask. Each is a type, so that a handler's signature says it, and is checked by the
//! compiled permissions of whoever is signed in.

use std::marker::PhantomData;

use bailiwick::catalog::Group;
use bailiwick::permit::Ask;
use bailiwick::presets::studio;
use bailiwick::{Permission, Reason, Requirement, Role};

use crate::desk::{AgencyDesk, Desk};
use crate::pages::HasChrome;

/// Something that a route asks.
pub trait Asks: Send + Sync + 'static {
    /// How the table of routes calls it.
    const NAME: &'static str;

    /// What people call it, behind "you may not".
    const WHAT: &'static str;

    /// Where those sit who can be asked.
    type Desk: HasChrome;

    /// Asks it.
    ///
    /// # Errors
    ///
    /// Why they may not.
    fn check(desk: &Self::Desk) -> Result<(), Reason>;

    /// What it needs, for an explanation; nothing if no permission would do.
    #[must_use]
    fn needs(_: &Self::Desk) -> Option<Requirement> {
        None
    }
}

/// An active user of an account, whatever they may do.
pub enum SignedIn {}

/// Someone who may give a command about users: invite, edit, delete, or set what they may do.
pub enum SeesUsers {}

/// Someone who may change role templates.
pub enum ManagesTemplates {}

/// Someone who may give any command at all. Which ones, the account says about each.
pub enum GivesCommands {}

/// Someone who may see what was done, in an account that keeps an audit log.
pub enum SeesAudit {}

/// An agency's principal.
pub enum OwnsAgency {}

/// Someone who may do something in the product: `P` is said with [`bailiwick::asks!`], and the
/// handler gets the permit for it.
pub struct Product<P>(PhantomData<fn() -> P>);

bailiwick::asks! {
    studio;
    /// Read questions and answers.
    pub ReadFaqs = knowledge::FAQS.read();
    /// Change questions and answers.
    pub EditFaqs = knowledge::FAQS.edit();
}

const ABOUT_USERS: [Group; 4] = [Group::Edit, Group::Permissions, Group::Invite, Group::Delete];

impl Asks for SignedIn {
    const NAME: &'static str = "SignedIn";
    const WHAT: &'static str = "sign in here";

    type Desk = Desk;

    fn check(_: &Desk) -> Result<(), Reason> {
        Ok(())
    }
}

impl Asks for SeesUsers {
    const NAME: &'static str = "SeesUsers";
    const WHAT: &'static str = "manage users";

    type Desk = Desk;

    fn check(desk: &Desk) -> Result<(), Reason> {
        any_of(desk, ABOUT_USERS)
    }

    fn needs(desk: &Desk) -> Option<Requirement> {
        carrier(desk, Group::Edit)
    }
}

impl Asks for ManagesTemplates {
    const NAME: &'static str = "ManagesTemplates";
    const WHAT: &'static str = "manage role templates";

    type Desk = Desk;

    fn check(desk: &Desk) -> Result<(), Reason> {
        any_of(desk, [Group::Templates])
    }

    fn needs(desk: &Desk) -> Option<Requirement> {
        carrier(desk, Group::Templates)
    }
}

impl Asks for GivesCommands {
    const NAME: &'static str = "GivesCommands";
    const WHAT: &'static str = "change this account";

    type Desk = Desk;

    fn check(desk: &Desk) -> Result<(), Reason> {
        SeesUsers::check(desk).or_else(|_| ManagesTemplates::check(desk))
    }
}

impl Asks for SeesAudit {
    const NAME: &'static str = "SeesAudit";
    const WHAT: &'static str = "see what was done";

    type Desk = Desk;

    fn check(desk: &Desk) -> Result<(), Reason> {
        SeesUsers::check(desk)?;
        if desk.account().keeps_audit_log() { Ok(()) } else { Err(Reason::NotEntitled) }
    }

    fn needs(desk: &Desk) -> Option<Requirement> {
        desk.catalog().audit_feature().map(Requirement::from)
    }
}

impl Asks for OwnsAgency {
    const NAME: &'static str = "OwnsAgency";
    const WHAT: &'static str = "act for the agency";

    type Desk = AgencyDesk;

    fn check(_: &AgencyDesk) -> Result<(), Reason> {
        Ok(())
    }
}

impl<P: Ask + 'static> Asks for Product<P> {
    const NAME: &'static str = P::ASK.name();
    const WHAT: &'static str = P::ASK.name();

    type Desk = Desk;

    fn check(desk: &Desk) -> Result<(), Reason> {
        desk.subject().permit::<P>().map(|_| ()).map_err(|denial| denial.reason())
    }

    fn needs(_: &Desk) -> Option<Requirement> {
        Some(P::ASK.needs().clone())
    }
}

/// Whether someone may give a command of one of these groups; why not the first, if none.
fn any_of<const N: usize>(desk: &Desk, groups: [Group; N]) -> Result<(), Reason> {
    let mut first = None;
    for group in groups {
        let Some(reason) = lacks(desk, group) else { return Ok(()) };
        first = first.or(Some(reason));
    }
    first.map_or(Ok(()), Err)
}

/// What someone lacks to give commands of a group (GRD-7): one of the permissions that carry it, and
/// each of its features.
fn lacks(desk: &Desk, group: Group) -> Option<Reason> {
    let authority = desk.catalog().authority(group);
    if authority.is_any_admins() {
        let user = desk.account().user(desk.user().as_str());
        let is_admin = user.is_some_and(|user| user.role() == Role::Admin);
        return (!is_admin).then_some(Reason::AdminOnly);
    }
    let subject = desk.subject();
    let reason = |permission: Permission| subject.reason(permission);
    if let Some(reason) = authority.features().find_map(reason) {
        return Some(reason);
    }
    let carries = authority.permissions().any(|permission| subject.can(permission));
    let why = || authority.permissions().find_map(reason).unwrap_or(Reason::NotGranted);
    (!carries).then(why)
}

/// What would have to be held: the first of the permissions that carry a group, which is the one
/// that can be granted where there is one.
fn carrier(desk: &Desk, group: Group) -> Option<Requirement> {
    desk.catalog().authority(group).permissions().next().map(Requirement::from)
}
