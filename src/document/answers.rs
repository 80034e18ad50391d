//! Answers as data, for a user interface or another program.

use alloc::format;
use alloc::string::ToString;

use serde::ser::{Serialize, Serializer};

use crate::catalog::Catalog;
use crate::decision::Decision;
use crate::document::written::{List, written};
use crate::lattice::{
    Cause, Diff, Explanation, Fix, Layer, Navigation, Part, Remedy, Summary, UserDiff, VisibleArea,
    VisibleLeaf,
};
use crate::permission::Permission;
use crate::permit::Denial;

written!(Explanation, |explanation| {
    "user" = explanation.user(),
    "asked" = explanation.asked(),
    match (explanation.decision()) {
        Decision::Allow => { "decision" = "allow", }
        Decision::Deny(reason) => { "decision" = "deny", "reason" = reason, }
    }
    "parts" = explanation.parts(),
    "fixes" = explanation.fixes(),
});

written!(Denial, |denial| {
    "ask" = denial.ask(),
    "reason" = denial.reason(),
    "rule" = denial.rule(),
});

written!(Part, |part| {
    "permission" = part.permission(),
    "reason" ? part.reason(),
    "layers" = part.layers(),
});

written!(Layer, |layer| {
    "layer" = layer.of().name(),
    "gave" = layer.gave(),
    "took" = layer.took(),
    "text" = layer.text(),
});

impl Serialize for Fix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.remedies())
    }
}

written!(Remedy, |remedy| {
    match (remedy) {
        Self::Grant(permission) => { "grant" = permission, }
        Self::SetArea { area, level } => { "set_area" = area, "level" = level, }
        Self::SetSection { leaf, level } => { "set_section" = leaf, "level" = level, }
        Self::Raise { leaf, level } => { "raise" = leaf, "level" = level, }
        Self::AddToTemplate { permission, template, users } => {
            "add_to_template" = permission,
            "template" = template,
            "users" = users,
        }
        Self::LiftMute(permission) => { "lift_mute" = permission, }
        Self::TurnOn(feature) => { "turn_on" = feature, }
        Self::Activate(status) => { "activate" = status, }
        Self::MakeAdmin => { "make_admin" = true, }
    }
});

// The digest is a text, since not every reader holds 64 bits.
written!(Navigation<'_>, |navigation| {
    "digest" = format!("{:016x}", navigation.digest()),
    "areas" = navigation.areas(),
});

written!(VisibleArea<'_>, |area| {
    "key" = area.key(),
    "label" = area.label(),
    "description" ? area.description(),
    "source" = area.source(),
    match (area.summary()) {
        Summary::Uniform(rungs) => { "uniform" = List(|| area.rungs(rungs)), }
        Summary::Mixed { least, most } => {
            "least" = List(|| area.rungs(least)),
            "most" = List(|| area.rungs(most)),
        }
    }
    "leaves" = area.leaves(),
});

written!(VisibleLeaf<'_>, |leaf| {
    "path" = leaf.path(),
    "label" = leaf.label(),
    "description" ? leaf.description(),
    "rungs" = List(|| leaf.rungs()),
});

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

written!(Named<'_>, |named| {
    "user" = named.user.user(),
    "gained" = named.list(named.user.gained()),
    "lost" = named.list(named.user.lost()),
    "causes" = List(|| named.user.causes().iter().copied().map(Cause::name)),
});

impl Named<'_> {
    fn list(&self, permissions: &[Permission]) -> impl Serialize {
        let of = self.of;
        List(move || permissions.iter().map(move |one| of.display(*one).to_string()))
    }
}
