use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::catalog::Setting;
use crate::catalog::source::Source;
use crate::decision::{Decision, Reason};
use crate::grants::Grants;
use crate::lattice::Lattice;
use crate::lattice::case::Case;
use crate::lattice::fix::Fix;
use crate::name::names;
use crate::permission::Permission;
use crate::profile::Profile;
use crate::requirement::Requirement;
use crate::role::{Role, Status};
use crate::text::Word;

/// Why a user may or may not do something: layer by layer, with every smallest way to allow it
/// (DEC-3).
///
/// Printed, it is what a support person reads:
///
/// ```
/// use bailiwick::presets::studio::{self, FLOWS};
/// # use bailiwick::{Account, Actor, Command, Timestamp};
/// # let now = Timestamp::from_unix_millis(0);
/// # let mut account = Account::new("acme".parse()?, studio::catalog());
/// # account.execute(&Actor::Host, Command::invite("kim", "kim@acme.example"), now)?;
/// # account.execute(&Actor::Host, Command::accept("kim"), now)?;
/// let lattice = account.compile();
/// let why = lattice.explain("kim", FLOWS.read());
/// assert_eq!(
///     why.to_string(),
///     "kim may not flows:read (not_granted)\n  \
///      role         member: gives nothing by itself\n  \
///      template     none\n  \
///      grants       nothing for flows\n\
///      to allow it, do:\n  \
///      - set flows of kim to read\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    user: Box<str>,
    asked: Box<str>,
    decision: Decision,
    parts: Vec<Part>,
    fixes: Vec<Fix>,
}

impl Explanation {
    /// The user who was asked about.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What was asked: its permissions as `path:rung`, joined by ` + `.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// The answer.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    /// The permissions that are denied, in catalog order, or all of them if none is. None for
    /// unknown users and other catalogs' permissions.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Every smallest set of changes that would allow it; none if it is allowed, or if nothing
    /// would do. Of several permissions, those that give all of them to the user, and those that
    /// put all of them into the template as far as they can be.
    #[must_use]
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
    }
}

/// Why one of the permissions that were asked is allowed or denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    permission: Box<str>,
    reason: Option<Reason>,
    layers: Vec<Layer>,
}

impl Part {
    /// The permission, as `path:rung`.
    #[must_use]
    pub fn permission(&self) -> &str {
        &self.permission
    }

    /// Why it is denied; `None` if it is allowed.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// What each layer gave or took, in order: role, template, grants, mutes, role ceiling, gates,
    /// status. Layers that have no say in it are left out.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }
}

/// What one layer had to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    of: Layered,
    gave: Option<bool>,
    text: Box<str>,
}

impl Layer {
    /// Which layer it is.
    #[must_use]
    pub fn of(&self) -> Layered {
        self.of
    }

    /// Whether this layer gives the permission, even if a later one takes it away.
    #[must_use]
    pub fn gave(&self) -> bool {
        self.gave == Some(true)
    }

    /// Whether this layer takes the permission away.
    #[must_use]
    pub fn took(&self) -> bool {
        self.gave == Some(false)
    }

    /// What it did, and the key that did it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The layers of a decision, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layered {
    /// The account role.
    Role,
    /// The role template.
    Template,
    /// The user's own grants.
    Grants,
    /// The mutes.
    Mutes,
    /// What comes with the role admin alone.
    RoleCeiling,
    /// The features.
    Gates,
    /// The status.
    Status,
}

names!(Layered, "layer", {
    Role => "role",
    Template => "template",
    Grants => "grants",
    Mutes => "mutes",
    RoleCeiling => "role ceiling",
    Gates => "gates",
    Status => "status",
});

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, asked, decision, parts, fixes } = self;
        match decision {
            Decision::Allow => writeln!(f, "{} may {asked}", Word(user))?,
            Decision::Deny(reason) => writeln!(f, "{} may not {asked} ({reason})", Word(user))?,
        }
        for Part { permission, reason, layers } in parts {
            let is_whole = permission == asked;
            match reason {
                _ if is_whole => {}
                None => writeln!(f, "  {permission}")?,
                Some(reason) => writeln!(f, "  {permission} ({reason})")?,
            }
            let indent = if is_whole { "" } else { "  " };
            for layer in layers {
                writeln!(f, "{indent}  {:12} {}", layer.of.name(), layer.text)?;
            }
        }
        match fixes.as_slice() {
            [] if decision.is_allowed() => Ok(()),
            [] => writeln!(f, "nothing would allow it"),
            fixes => {
                writeln!(f, "to allow it, {}:", if fixes.len() == 1 { "do" } else { "one of" })?;
                for fix in fixes {
                    writeln!(f, "  - {}", fix.text(user))?;
                }
                Ok(())
            }
        }
    }
}

impl Lattice {
    /// Why a user may or may not do what is asked, and what would allow it (DEC-3). Off the path of
    /// checks.
    #[must_use]
    pub fn explain<'r>(&self, user: &str, asked: impl Into<Cow<'r, Requirement>>) -> Explanation {
        let (subject, asked) = (self.subject(user), asked.into());
        let decision = subject.decide(&*asked);
        let names: Vec<String> =
            asked.iter().map(|one| self.catalog.display(one).to_string()).collect();
        let profile = subject.profile();
        let known = profile
            .filter(|profile| self.stamp == asked.stamp && *profile.catalog() == self.catalog);
        let mut explanation = Explanation {
            user: user.into(),
            asked: names.join(" + ").into(),
            decision,
            parts: Vec::new(),
            fixes: Vec::new(),
        };
        if let Some(profile) = known {
            let case = Case { lattice: self, profile, says: profile.layers() };
            let shown = |one: &Permission| decision.is_allowed() || !subject.can(*one);
            let parts = asked.iter().filter(shown).map(|permission| Part {
                permission: case.name(permission.bit()),
                reason: profile.reason(permission),
                layers: case.layers(permission.bit()),
            });
            explanation.parts = parts.collect();
            if !decision.is_allowed() {
                let denied = asked.iter().filter(|one| !subject.can(*one));
                explanation.fixes = case.fixes(&denied.map(Permission::bit).collect());
            }
        }
        explanation
    }
}

impl Case<'_> {
    fn layers(&self, bit: u16) -> Vec<Layer> {
        let source = self.source(bit);
        // Mutes and features are asked about one by one.
        let Profile { role, status, template, grants, mutes: _, features: _ } = self.profile;
        let mut layers = Vec::new();
        let mut add = |of, gave, text: String| layers.push(Layer { of, gave, text: text.into() });
        match (source, role) {
            (Source::Account, _) => {}
            (_, Role::Admin) => add(Layered::Role, Some(true), "admin: holds everything".into()),
            (_, Role::Member) => {
                add(Layered::Role, None, "member: gives nothing by itself".into());
            }
        }
        match (source, role) {
            (Source::Account, _) | (_, Role::Admin) => {}
            (Source::Grantable, Role::Member) => {
                let (gave, text) = match template {
                    None => (None, "none".into()),
                    Some(template) => {
                        let (gave, text) = self.said(template.grants(), bit);
                        (gave, format!("{}: {text}", Word(template.id().as_str())))
                    }
                };
                add(Layered::Template, gave, text);
                let (gave, text) = self.said(grants, bit);
                add(Layered::Grants, gave, text);
                let names: Vec<String> = self.mutes_on(bit).map(|mute| mute.to_string()).collect();
                if !names.is_empty() {
                    let verb = if names.len() == 1 { "is" } else { "are" };
                    add(Layered::Mutes, Some(false), format!("{} {verb} muted", names.join(", ")));
                }
            }
            (Source::Role, Role::Member) => {
                add(Layered::RoleCeiling, Some(false), "comes with the role admin alone".into());
            }
        }
        let off = self.features_off(role, bit);
        if !off.is_empty() {
            let names: Vec<Box<str>> = off.ones().map(|bit| self.path(bit)).collect();
            let verb = if names.len() == 1 { "is" } else { "are" };
            add(Layered::Gates, Some(false), format!("{} {verb} off", names.join(", ")));
        } else if source == Source::Account {
            add(Layered::Gates, Some(true), format!("{} is on", self.path(bit)));
        }
        match status {
            Status::Active => {}
            Status::Invited | Status::Suspended => {
                add(Layered::Status, Some(false), format!("{status}: may do nothing"));
            }
        }
        layers
    }

    /// What a set of grants says of a bit, with the setting that says it.
    fn said(&self, grants: &Grants, bit: u16) -> (Option<bool>, String) {
        let path = self.path(bit);
        let area = path.split_once('.').map_or(&*path, |(area, _)| area);
        let settings = grants.iter().filter(|(key, _)| *key == &*path || *key == area);
        let set: Vec<String> =
            settings.map(|(key, setting)| format!("{key} is {}", shown(&setting))).collect();
        if set.is_empty() {
            return (None, format!("nothing for {path}"));
        }
        let set = set.join(", ");
        match self.tree().lacking(bit, &self.says.set()) {
            _ if !grants.bits().contains(bit) => (None, set),
            None => (Some(true), set),
            Some(lacking) => (None, format!("{set}, inert without {}", self.name(lacking))),
        }
    }
}

fn shown(setting: &Setting) -> String {
    match setting {
        Setting::Level(level) => level.to_string(),
        Setting::Toggle(true) => "on".into(),
        Setting::Toggle(false) => "off".into(),
        Setting::Actions(actions) if actions.is_empty() => "nothing".into(),
        Setting::Actions(actions) => actions.join(" + "),
    }
}
