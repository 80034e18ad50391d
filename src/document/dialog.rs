//! Dialogs as data, for a page or another language to draw.

use alloc::string::ToString;

use crate::account::dialog::{
    Answer, AreaRow, Choice, Dialog, LeafRow, LevelChoice, Origin, RoleRow, RungRow, TemplateRow,
};
use crate::catalog::{LeafView, Setter};
use crate::document::DIALOG_FORMAT;
use crate::document::written::{any, some, written};

written!(Dialog<'_>, |dialog| {
    "format" = DIALOG_FORMAT,
    "account" = dialog.account().id(),
    "catalog" = dialog.account().catalog().id(),
    "revision" = dialog.account().revision(),
    "user" = dialog.user(),
    "roles" = dialog.roles(),
    "templates" = dialog.templates(),
    "clear_template" = dialog.clear_template(),
    "actions" = dialog.actions(),
    "areas" = dialog.areas(),
});

written!(Choice, |choice| {
    "answer" = match choice.answer() {
        Answer::Open => "open",
        Answer::Current => "current",
        Answer::Refused(_) => "refused",
    },
    "text" = choice.command().to_string(),
    "command" = choice.command(),
    "refusal" ? choice.refusal(),
});

written!(RoleRow<'_>, |row| {
    "role" = row.role(),
    "label" = row.label(),
    "held" = row.is_held(),
    "choices" = row.choices(),
});

written!(TemplateRow<'_>, |row| {
    "template" = row.template().id(),
    "name" = row.template().name(),
    "description" ? row.template().description(),
    "assigned" = row.is_assigned(),
    "choice" = row.choice(),
});

written!(AreaRow<'_>, |row| {
    "key" = row.area().key(),
    "label" = row.area().label(),
    "description" ? row.area().description(),
    "source" = row.area().source().name(),
    "scale" = row.area().scale().kind().name(),
    "user_only" = row.area().is_user_only(),
    "level" ? row.level(),
    "from" ? row.from().map(Origin::name),
    "levels" ? some(row.levels()),
    "leaves" = row.leaves(),
});

written!(LevelChoice<'_>, |choice| {
    "level" = choice.level(),
    "label" = choice.label(),
    "choice" = choice.choice(),
});

written!(LeafRow<'_>, |row| {
    "path" = row.leaf().path(),
    "label" = row.leaf().label(),
    "description" ? row.leaf().description(),
    "level" ? row.level(),
    "restricted" ? row.level().map(|_| row.is_restricted()),
    "levels" ? some(row.levels()),
    "raises" ? some(row.raises()),
    "rungs" = row.rungs(),
});

written!(RungRow<'_>, |row| {
    "permission" = row.text().to_string(),
    "configured" = row.is_configured(),
    "muted" = row.is_muted(),
    "effective" = row.is_effective(),
    "from" ? row.from().map(Origin::name),
    "inert" ? row.inert(),
    "features_off" ? any(|| row.features_off().map(FeatureOff)),
    "tick" ? row.tick(),
    "untick" ? row.untick(),
});

/// A feature that something lacks, and who can turn it on.
struct FeatureOff<'a>(LeafView<'a>);

written!(FeatureOff<'_>, |off| {
    "feature" = off.0.path(),
    "label" = off.0.label(),
    "set_by" ? off.0.area().setter().map(Setter::name),
});
