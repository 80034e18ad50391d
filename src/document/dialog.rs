//! Dialogs as data, for a page or another language to draw.

use alloc::string::ToString;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::account::dialog::{
    Answer, AreaRow, Choice, Dialog, LeafRow, LevelChoice, Origin, RoleRow, RungRow, TemplateRow,
};
use crate::catalog::{LeafView, Scale};
use crate::document::DIALOG_FORMAT;
use crate::document::account::List;

/// Writes an object field by field. Options that are left empty are left out.
macro_rules! object {
    ($type:ty, |$value:ident| { $($field:literal: $given:expr,)* $(? $optional:literal: $maybe:expr,)* }) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $value = self;
                let mut map = serializer.serialize_map(None)?;
                $(map.serialize_entry($field, &$given)?;)*
                $(if let Some(given) = $maybe {
                    map.serialize_entry($optional, &given)?;
                })*
                map.end()
            }
        }
    };
}

object!(Dialog<'_>, |dialog| {
    "format": DIALOG_FORMAT,
    "account": dialog.account().id(),
    "catalog": dialog.account().catalog().id(),
    "revision": dialog.account().revision(),
    "user": dialog.user(),
    "roles": dialog.roles(),
    "templates": dialog.templates(),
    "clear_template": dialog.clear_template(),
    "actions": dialog.actions(),
    "areas": dialog.areas(),
});

object!(Choice, |choice| {
    "answer": match choice.answer() {
        Answer::Open => "open",
        Answer::Current => "current",
        Answer::Refused(_) => "refused",
    },
    "command": choice.command(),
    "text": choice.command().to_string(),
    ? "refusal": choice.refusal(),
});

object!(RoleRow<'_>, |row| {
    "role": row.role(),
    "label": row.label(),
    "held": row.is_held(),
    "choices": row.choices(),
});

object!(TemplateRow<'_>, |row| {
    "template": row.template().id(),
    "name": row.template().name(),
    "assigned": row.is_assigned(),
    "choice": row.choice(),
});

object!(AreaRow<'_>, |row| {
    "key": row.area().key(),
    "label": row.area().label(),
    "source": row.area().source().name(),
    "scale": match row.area().scale() {
        Scale::Levels => "levels",
        Scale::Actions(_) => "actions",
        Scale::Toggle => "toggle",
    },
    "user_only": row.area().is_user_only(),
    "levels": row.levels(),
    "leaves": row.leaves(),
    ? "description": row.area().description(),
    ? "level": row.level(),
    ? "from": row.from().map(Origin::name),
});

object!(LevelChoice<'_>, |choice| {
    "level": choice.level(),
    "label": choice.label(),
    "choice": choice.choice(),
});

object!(LeafRow<'_>, |row| {
    "path": row.leaf().path(),
    "label": row.leaf().label(),
    "levels": row.levels(),
    "raises": row.raises(),
    "rungs": row.rungs(),
    ? "description": row.leaf().description(),
    ? "level": row.level(),
    ? "restricted": row.level().map(|_| row.is_restricted()),
});

object!(RungRow<'_>, |row| {
    "permission": row.text().to_string(),
    "configured": row.is_configured(),
    "muted": row.is_muted(),
    "effective": row.is_effective(),
    ? "from": row.from().map(Origin::name),
    ? "inert": row.inert(),
    ? "features_off": row.inert().map(|_| List(|| row.features_off().map(FeatureOff))),
    ? "tick": row.tick(),
    ? "untick": row.untick(),
});

/// A feature that something lacks, and who can turn it on.
struct FeatureOff<'a>(LeafView<'a>);

object!(FeatureOff<'_>, |off| {
    "feature": off.0.path(),
    "label": off.0.label(),
    ? "set_by": off.0.area().setter().map(crate::catalog::Setter::name),
});
