//! Answers as data, for a user interface or another program.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::catalog::Catalog;
use crate::decision::Decision;
use crate::document::account::List;
use crate::lattice::{
    Cause, Diff, Explanation, Fix, Layer, Navigation, Part, Remedy, Rungs, Summary, UserDiff,
    VisibleArea, VisibleLeaf,
};
use crate::permission::Permission;
use crate::permit::Denial;

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("user", self.user())?;
        map.serialize_entry("asked", self.asked())?;
        match self.decision() {
            Decision::Allow => map.serialize_entry("decision", "allow")?,
            Decision::Deny(reason) => {
                map.serialize_entry("decision", "deny")?;
                map.serialize_entry("reason", reason.name())?;
            }
        }
        map.serialize_entry("parts", self.parts())?;
        map.serialize_entry("fixes", self.fixes())?;
        map.end()
    }
}

impl Serialize for Denial {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ask", self.ask())?;
        map.serialize_entry("reason", self.reason().name())?;
        map.serialize_entry("rule", self.rule())?;
        map.end()
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("permission", self.permission())?;
        if let Some(reason) = self.reason() {
            map.serialize_entry("reason", reason.name())?;
        }
        map.serialize_entry("layers", self.layers())?;
        map.end()
    }
}

impl Serialize for Layer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("layer", self.of().name())?;
        map.serialize_entry("gave", &self.gave())?;
        map.serialize_entry("took", &self.took())?;
        map.serialize_entry("text", self.text())?;
        map.end()
    }
}

impl Serialize for Fix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.remedies())
    }
}

impl Serialize for Remedy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Grant(permission) => map.serialize_entry("grant", &**permission)?,
            Self::SetArea { area, level } => {
                map.serialize_entry("set_area", &**area)?;
                map.serialize_entry("level", level.name())?;
            }
            Self::SetSection { leaf, level } => {
                map.serialize_entry("set_section", &**leaf)?;
                map.serialize_entry("level", level.name())?;
            }
            Self::Raise { leaf, level } => {
                map.serialize_entry("raise", &**leaf)?;
                map.serialize_entry("level", level.name())?;
            }
            Self::AddToTemplate { permission, template, users } => {
                map.serialize_entry("add_to_template", &**permission)?;
                map.serialize_entry("template", template.as_str())?;
                map.serialize_entry("users", users)?;
            }
            Self::LiftMute(permission) => map.serialize_entry("lift_mute", &**permission)?,
            Self::TurnOn(feature) => map.serialize_entry("turn_on", &**feature)?,
            Self::Activate(status) => map.serialize_entry("activate", status.name())?,
            Self::MakeAdmin => map.serialize_entry("make_admin", &true)?,
        }
        map.end()
    }
}

impl Serialize for Navigation<'_> {
    /// Writes the visible areas, and the digest as text, since not every reader holds 64 bits.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("digest", &alloc::format!("{:016x}", self.digest()))?;
        map.serialize_entry("areas", self.areas())?;
        map.end()
    }
}

impl Serialize for VisibleArea<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("key", self.key())?;
        map.serialize_entry("label", &self.label())?;
        if let Some(description) = self.description() {
            map.serialize_entry("description", description)?;
        }
        map.serialize_entry("source", self.source().name())?;
        let names = |rungs: Rungs| self.rungs(rungs).collect::<Vec<_>>();
        match self.summary() {
            Summary::Uniform(rungs) => map.serialize_entry("uniform", &names(rungs))?,
            Summary::Mixed { least, most } => {
                map.serialize_entry("least", &names(least))?;
                map.serialize_entry("most", &names(most))?;
            }
        }
        map.serialize_entry("leaves", self.leaves())?;
        map.end()
    }
}

impl Serialize for VisibleLeaf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", self.path())?;
        map.serialize_entry("label", &self.label())?;
        if let Some(description) = self.description() {
            map.serialize_entry("description", description)?;
        }
        map.serialize_entry("rungs", &List(|| self.rungs()))?;
        map.end()
    }
}

impl Serialize for Diff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.users().iter().map(|user| Named { user, of: self.catalog() }))
    }
}

/// What a user gained and lost, with the catalog that it is named by.
struct Named<'a> {
    user: &'a UserDiff,
    of: &'a Catalog,
}

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = |permissions: &[Permission]| {
            let names = permissions.iter().map(|one| self.of.display(*one).to_string());
            names.collect::<Vec<String>>()
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("user", self.user.user())?;
        map.serialize_entry("gained", &names(self.user.gained()))?;
        map.serialize_entry("lost", &names(self.user.lost()))?;
        let causes = || self.user.causes().iter().copied().map(Cause::name);
        map.serialize_entry("causes", &List(causes))?;
        map.end()
    }
}
