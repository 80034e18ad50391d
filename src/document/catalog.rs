use alloc::vec::Vec;

use serde::ser::{Serialize, Serializer};

use crate::catalog::area::{Area, Named, Section};
use crate::catalog::definition::{
    Carrier, Definition, Delegation, Gate, Group, LevelLabels, Operation, Preset, RoleLabels,
};
use crate::catalog::literal::{List, Text};
use crate::catalog::scale::{Scale, ScaleKind, Setting};
use crate::catalog::source::{Setter, Source};
use crate::catalog::{Catalog, CatalogFault, MAX_ACTIONS, build};
use crate::document::CATALOG_FORMAT;
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Reader};
use crate::document::shape::{Later, Stored, parts, shape};
use crate::document::tree::{Document, Items, Value};
use crate::level::Level;
use crate::presets;

mod size;
#[cfg(test)]
mod tests;

impl Catalog {
    /// Reads a catalog document.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: what a document can have wrong in form, or else what
    /// [`CatalogBuilder::build`](crate::catalog::CatalogBuilder::build) refuses.
    pub fn from_document(document: &Document) -> Result<Self, DocumentError> {
        Reader::read(document, Self::read)
    }
}

parts! {
    CatalogParts of catalog: Catalog {
        format: required Later = CATALOG_FORMAT,
        definition: flat Definition = catalog.definition(),
    }
}

impl Stored for Catalog {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let mut fits = true;
        for (place, fault) in size::size(at.node).faults() {
            reader.problem(at, place, &fault);
            fits = false;
        }
        if !fits {
            return None;
        }
        let parts = CatalogParts::read(reader, &at)?;
        reader.format(parts.format.at, CATALOG_FORMAT);
        match build::build(parts.definition.value?) {
            Ok(catalog) => Some(catalog),
            Err(error) => {
                for problem in error.problems() {
                    reader.problem(at, problem.place(), problem.fault());
                }
                reader.more_problems(error.more());
                None
            }
        }
    }
}

shape! {
    Definition {
        id,
        roles: unless(RoleLabels::default()),
        levels: unless(LevelLabels::default()),
        areas,
        gates: unless(nothing()),
        delegated in delegation: optional,
        authority: through(Carriers, nothing()),
        operations: unless(nothing()),
        templates: unless(nothing()),
        audit_log: optional,
        retired: unless(nothing()),
    }
}

shape! {
    RoleLabels { admin: optional, member: optional }
}

shape! {
    LevelLabels { none: optional, read: optional, edit: optional }
}

parts! {
    AreaParts of area: Area {
        section: flat Section = &area.section,
        scale: required Scale = &area.scale,
        source: optional Source = Some(&area.source).filter(|source| **source != Source::Grantable),
        set_by: optional Setter = &area.setter.filter(|setter| *setter == Setter::Agency),
        user_only: optional bool = &area.user_only.then_some(true),
        sub_sections: optional List<Section> =
            Some(&area.sub_sections).filter(|sections| !sections.is_empty()),
    }
}

impl Stored for Area {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let parts = AreaParts::read(reader, &at)?;
        let source = parts.source.optional()?.unwrap_or(Source::Grantable);
        let host = (source == Source::Account).then_some(Setter::Host);
        Some(Self {
            section: parts.section.value?,
            scale: parts.scale.value?,
            source,
            setter: parts.set_by.optional()?.or(host),
            user_only: parts.user_only.optional()?.unwrap_or_default(),
            sub_sections: parts.sub_sections.optional()?.unwrap_or_default(),
        })
    }
}

shape! {
    Section {
        name: flat(Named),
        aliases: unless(nothing()),
        api_name: optional,
        always_on: unless(false),
    }
}

shape! {
    Named { key, label: optional, description: optional }
}

shape! {
    Gate { target, needs }
}

shape! {
    Delegation { area, feature }
}

shape! {
    Operation { name: flat(Named), needs }
}

shape! {
    Preset { id, name, description: optional, grants: through(Settings) }
}

/// What groups of commands rest on, by group.
struct Carriers(List<Carrier>);

impl Stored for Carriers {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let object = reader.object(&at, &Group::ALL.map(Group::name))?;
        let given = Group::ALL.into_iter().filter_map(|group| {
            let at = object.optional(group.name())?;
            let rests = Rests::read(reader, at);
            Some(rests.map(|Rests { any, needs }| Carrier { group, any, needs }))
        });
        // Each is read, and a problem of one does not hide those of the others.
        let given: Vec<Option<Carrier>> = given.collect();
        given.into_iter().collect::<Option<Vec<_>>>().map(|carriers| Self(carriers.into()))
    }
}

impl Serialize for Carriers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rests = self.0.iter().cloned();
        let rests = rests.map(|Carrier { group, any, needs }| (group.name(), Rests { any, needs }));
        serializer.collect_map(rests)
    }
}

/// What one group of commands rests on.
struct Rests {
    any: List<Text>,
    needs: List<Text>,
}

shape! {
    Rests { any, needs: unless(nothing()) }
}

/// What a template sets, by path.
struct Settings(List<(Text, Setting)>);

impl Stored for Settings {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        let mut settings = Some(Vec::new());
        let mut fields = reader.map(&at);
        while let Some((path, at)) = fields.next(reader) {
            match (Setting::read(reader, at), &mut settings) {
                (Some(setting), Some(settings)) => {
                    settings.push((Text::Owned(path.into()), setting));
                }
                (None, _) | (_, None) => settings = None,
            }
        }
        settings.map(|settings| Self(settings.into()))
    }
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(path, setting)| (path, setting)))
    }
}

impl Stored for Scale {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        if at.node.text().is_some() {
            let plain =
                ScaleKind::ALL.into_iter().filter_map(|kind| Some((kind.name(), kind.scale()?)));
            return reader.name(at, "scale", &plain.collect::<Vec<_>>());
        }
        let object = reader.object(&at, &["actions"])?;
        let actions = object.required(reader, "actions")?;
        read_actions(reader, actions).map(Self::Actions)
    }
}

impl Serialize for Scale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Levels | Self::Toggle => serializer.serialize_str(self.kind().name()),
            Self::Actions(actions) => serializer.collect_map([(self.kind().name(), actions)]),
        }
    }
}

/// A setting in the words of a document; whether its leaf takes it is for the catalog to say.
impl Stored for Setting {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        match at.value() {
            Value::Bool(on) => Some(Self::Toggle(on)),
            Value::List(_) => read_actions(reader, at).map(Self::Actions),
            Value::Text(_) => Level::read(reader, at).map(Self::Level),
            Value::Null | Value::Integer(_) | Value::Number | Value::Object(_) => {
                reader.wanted(at, "a level, a list of actions, or true or false")
            }
        }
    }
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Level(level) => level.serialize(serializer),
            Self::Actions(actions) => serializer.collect_seq(actions.iter()),
            Self::Toggle(on) => serializer.serialize_bool(*on),
        }
    }
}

/// Actions by name, no more than a scale can have.
fn read_actions(reader: &mut Reader, at: At<'_>) -> Option<List<Text>> {
    let is_over = |items: &Items<'_>| items.clone().take(MAX_ACTIONS + 1).count() > MAX_ACTIONS;
    if let Some(items) = at.node.items().filter(is_over) {
        let (given, most) = (items.count(), MAX_ACTIONS);
        reader.fault(at, CatalogFault::TooMany { what: "actions", given, most });
        return None;
    }
    List::read(reader, at)
}

impl Stored for Text {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        reader.text(at).map(|text| Self::Owned(text.into()))
    }
}

impl<T: Stored + Clone> Stored for List<T> {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        Vec::read(reader, at).map(Self::from)
    }
}

fn nothing<T: Clone>() -> List<T> {
    List::Borrowed(&[])
}

impl Reader {
    /// The catalog that the host knows, if `inline` is that, or else `inline` itself (CAT-18).
    ///
    /// What people read is what the host says, whatever words the document has for it: labels are
    /// no part of what a catalog is, and no document can make a permission look like another.
    ///
    /// The host knows what it passes in, and the presets but those whose ids it has given to
    /// catalogs of its own.
    pub(super) fn known_or_new(
        &mut self,
        at: At<'_>,
        inline: Catalog,
        known: &[Catalog],
    ) -> Option<Catalog> {
        let presets = presets::all();
        let is_own = |preset: &&Catalog| known.iter().any(|own| own.id() == preset.id());
        let presets = presets.iter().filter(|preset| !is_own(preset));
        for known in known.iter().chain(presets) {
            if known.is_same(&inline) {
                return Some(known.clone());
            }
            if is_imposter(&inline, known) {
                let (given, known) = (inline.id().into(), known.id().into());
                self.fault(at, DocumentFault::CatalogImposter { given, known });
                return None;
            }
        }
        Some(inline.inline())
    }
}

/// Whether a catalog would be taken for another: by its id in documents, or by its stamp in
/// checks.
fn is_imposter(inline: &Catalog, known: &Catalog) -> bool {
    let is_alike = inline.id() == known.id() || inline.stamp() == known.stamp();
    is_alike && !inline.is_same(known)
}
