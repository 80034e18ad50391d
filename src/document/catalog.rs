use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::catalog::definition::{
    Area, Definition, Delegation, Gate, List, Operation, Preset, Scale, Section, Setting, Source,
    Text,
};
use crate::catalog::size::Size;
use crate::catalog::{Catalog, CatalogFault, MAX_ACTIONS, build};
use crate::document::CATALOG_FORMAT;
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Object, Reader};
use crate::document::shape::Stored;
use crate::document::tree::{Document, Items, Node, Value};
use crate::level::Level;
use crate::presets;

#[cfg(test)]
mod tests;

const FIELDS: [&str; 7] =
    ["format", "id", "areas", "gates", "delegated", "operations", "templates"];

const SECTION_FIELDS: [&str; 5] = ["key", "label", "aliases", "api_name", "always_on"];

const AREA_FIELDS: [&str; 9] = [
    "key",
    "label",
    "aliases",
    "api_name",
    "always_on",
    "scale",
    "source",
    "user_only",
    "sub_sections",
];

impl Catalog {
    /// Reads a catalog document.
    ///
    /// # Errors
    ///
    /// Every problem at once, by place: what a document can have wrong in form, or else what
    /// [`CatalogBuilder::build`](crate::catalog::CatalogBuilder::build) refuses.
    pub fn from_document(document: &Document) -> Result<Self, DocumentError> {
        Reader::read(document, read_catalog)
    }
}

pub(super) fn read_catalog(reader: &mut Reader, at: At<'_>) -> Option<Catalog> {
    let object = reader.object(&at, &FIELDS)?;
    reader.format(&object, CATALOG_FORMAT);
    let mut fits = true;
    for (place, fault) in size(at.node).faults() {
        reader.problem(at, place, &fault);
        fits = false;
    }
    if !fits {
        return None;
    }
    let id = object.required(reader, "id").and_then(|at| reader.owned(at));
    let areas = object.required(reader, "areas").map(|at| reader.owned_list(at, Reader::area));
    let gates = object.optional("gates").map(|at| reader.owned_list(at, Reader::gate));
    let delegation = object.optional("delegated").map(|at| reader.delegation(at));
    let operations =
        object.optional("operations").map(|at| reader.owned_list(at, Reader::operation));
    let templates = object.optional("templates").map(|at| reader.owned_list(at, Reader::preset));
    let definition = Definition {
        id: id?,
        areas: areas??,
        gates: gates.unwrap_or_else(|| Some(nothing()))?,
        delegation: match delegation {
            Some(delegation) => Some(delegation?),
            None => None,
        },
        operations: operations.unwrap_or_else(|| Some(nothing()))?,
        templates: templates.unwrap_or_else(|| Some(nothing()))?,
    };
    match build::build(definition) {
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

/// How much a catalog lists, counted before any of it is read: what is beyond its limits is not
/// read at all.
fn size(catalog: Node<'_>) -> Size {
    let mut size = Size::default();
    for (list, items) in lists_of(catalog) {
        match list {
            "areas" => size.sections += items.clone().count(),
            "gates" => size.gates += items.clone().count(),
            "operations" => size.operations += items.clone().count(),
            "templates" => size.templates += items.clone().count(),
            _ => {}
        }
        for (field, inner) in items.clone().flat_map(lists_of) {
            match (list, field) {
                ("areas", "sub_sections") => {
                    size.sections += inner.clone().count();
                    let aliases = inner.flat_map(lists_of).filter(|(key, _)| *key == "aliases");
                    size.aliases += aliases.map(|(_, aliases)| aliases.count()).sum::<usize>();
                }
                ("areas", "aliases") => size.aliases += inner.count(),
                ("gates" | "operations", "needs") => size.needs += inner.count(),
                _ => {}
            }
        }
        if list == "templates" {
            let fields = items.filter_map(|template| match template.value() {
                Value::Object(fields) => Some(fields),
                _ => None,
            });
            for (_, node) in fields.flatten().filter(|(key, _)| *key == "grants") {
                if let Value::Object(grants) = node.value() {
                    size.settings += grants.count();
                }
            }
        }
    }
    size
}

/// The fields of an object that are lists.
fn lists_of(node: Node<'_>) -> impl Iterator<Item = (&str, Items<'_>)> {
    let fields = match node.value() {
        Value::Object(fields) => Some(fields),
        _ => None,
    };
    fields.into_iter().flatten().filter_map(|(key, node)| match node.value() {
        Value::List(items) => Some((key, items)),
        _ => None,
    })
}

fn nothing<T: Clone>() -> List<T> {
    List::Borrowed(&[])
}

/// A setting in the words of a document; whether its leaf takes it is for the catalog to say.
pub(super) fn read_setting(reader: &mut Reader, at: At<'_>) -> Option<Setting> {
    match at.value() {
        Value::Bool(on) => Some(Setting::Toggle(on)),
        Value::List(_) => reader.actions(at).map(Setting::Actions),
        Value::Text(_) => Level::read(reader, at).map(Setting::Level),
        _ => reader.wanted(at, "a level, a list of actions, or true or false"),
    }
}

/// Whether a catalog would be taken for another: by its id in documents, or by its stamp in
/// checks.
fn is_imposter(inline: &Catalog, known: &Catalog) -> bool {
    let is_alike = inline.id() == known.id() || inline.stamp() == known.stamp();
    is_alike && inline != known
}

impl Reader {
    fn owned(&mut self, at: At<'_>) -> Option<Text> {
        self.text(at).map(|text| Text::Owned(text.into()))
    }

    /// The catalog that the host knows, where `inline` is that, or else `inline` itself (CAT-18).
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
            if *known == inline {
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

    /// A list of a definition, if all its items can be read.
    fn owned_list<T: Clone + 'static>(
        &mut self,
        at: At<'_>,
        read: impl Fn(&mut Self, At<'_>) -> Option<T>,
    ) -> Option<List<T>> {
        self.all(at, read).map(List::Owned)
    }

    fn area(&mut self, at: At<'_>) -> Option<Area> {
        let object = self.object(&at, &AREA_FIELDS)?;
        let section = self.section_of(&object);
        let scale = object.required(self, "scale").and_then(|at| self.scale(at));
        let sources = [Source::Grantable, Source::Role, Source::Account];
        let sources = sources.map(|source| (source.name(), source));
        let source = object.optional("source").map(|at| self.name(at, "source", &sources));
        let user_only = object.optional("user_only").map(|at| bool::read(self, at));
        let sub_sections = object.optional("sub_sections").map(|at| {
            self.owned_list(at, |reader, at| {
                let object = reader.object(&at, &SECTION_FIELDS)?;
                reader.section_of(&object)
            })
        });
        Some(Area {
            section: section?,
            scale: scale?,
            source: source.unwrap_or(Some(Source::Grantable))?,
            user_only: user_only.unwrap_or(Some(false))?,
            sub_sections: sub_sections.unwrap_or_else(|| Some(nothing()))?,
        })
    }

    fn section_of(&mut self, object: &Object<'_>) -> Option<Section> {
        let key = object.required(self, "key").and_then(|at| self.owned(at));
        let label = object.optional("label").and_then(|at| self.owned(at));
        let aliases = object.optional("aliases").map(|at| self.owned_list(at, Self::owned));
        let api_name = object.optional("api_name").and_then(|at| self.owned(at));
        let always_on = object.optional("always_on").map(|at| bool::read(self, at));
        Some(Section {
            key: key?,
            label,
            aliases: aliases.unwrap_or_else(|| Some(nothing()))?,
            api_name,
            always_on: always_on.unwrap_or(Some(false))?,
        })
    }

    fn scale(&mut self, at: At<'_>) -> Option<Scale> {
        if let Value::Text(_) = at.value() {
            let scales = [("levels", false), ("toggle", true)];
            let is_toggle = self.name(at, "scale", &scales)?;
            return Some(if is_toggle { Scale::Toggle } else { Scale::Levels });
        }
        let object = self.object(&at, &["actions"])?;
        let actions = object.required(self, "actions")?;
        self.actions(actions).map(Scale::Actions)
    }

    /// Actions by name, no more than a scale can have.
    fn actions(&mut self, at: At<'_>) -> Option<List<Text>> {
        if let Value::List(items) = at.value()
            && items.clone().take(MAX_ACTIONS + 1).count() > MAX_ACTIONS
        {
            let (given, most) = (items.count(), MAX_ACTIONS);
            self.fault(at, CatalogFault::TooMany { what: "actions", given, most });
            return None;
        }
        self.owned_list(at, Self::owned)
    }

    fn gate(&mut self, at: At<'_>) -> Option<Gate> {
        let object = self.object(&at, &["target", "needs"])?;
        let target = object.required(self, "target").and_then(|at| self.owned(at));
        let needs = object.required(self, "needs").and_then(|at| self.owned_list(at, Self::owned));
        Some(Gate { target: target?, needs: needs? })
    }

    fn delegation(&mut self, at: At<'_>) -> Option<Delegation> {
        let object = self.object(&at, &["area", "feature"])?;
        let area = object.required(self, "area").and_then(|at| self.owned(at));
        let feature = object.required(self, "feature").and_then(|at| self.owned(at));
        Some(Delegation { area: area?, feature: feature? })
    }

    fn operation(&mut self, at: At<'_>) -> Option<Operation> {
        let object = self.object(&at, &["key", "needs"])?;
        let key = object.required(self, "key").and_then(|at| self.owned(at));
        let needs = object.required(self, "needs").and_then(|at| self.owned_list(at, Self::owned));
        Some(Operation { key: key?, needs: needs? })
    }

    fn preset(&mut self, at: At<'_>) -> Option<Preset> {
        let object = self.object(&at, &["id", "name", "grants"])?;
        let id = object.required(self, "id").and_then(|at| self.owned(at));
        let name = object.required(self, "name").and_then(|at| self.owned(at));
        let grants = object.required(self, "grants").and_then(|at| {
            let mut settings = Some(Vec::new());
            let mut fields = self.map(&at);
            while let Some((path, at)) = fields.next(self) {
                match (read_setting(self, at), &mut settings) {
                    (Some(setting), Some(settings)) => {
                        settings.push((Text::Owned(path.into()), setting));
                    }
                    _ => settings = None,
                }
            }
            settings
        });
        Some(Preset { id: id?, name: name?, grants: List::Owned(grants?) })
    }
}

impl Serialize for Catalog {
    /// Writes the catalog document.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let definition = self.definition();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", CATALOG_FORMAT)?;
        map.serialize_entry("id", &definition.id)?;
        map.serialize_entry("areas", &definition.areas)?;
        if !definition.gates.is_empty() {
            map.serialize_entry("gates", &definition.gates)?;
        }
        if let Some(delegation) = &definition.delegation {
            map.serialize_entry("delegated", delegation)?;
        }
        if !definition.operations.is_empty() {
            map.serialize_entry("operations", &definition.operations)?;
        }
        if !definition.templates.is_empty() {
            map.serialize_entry("templates", &definition.templates)?;
        }
        map.end()
    }
}

fn serialize_section<M: SerializeMap>(section: &Section, map: &mut M) -> Result<(), M::Error> {
    map.serialize_entry("key", &section.key)?;
    if let Some(label) = &section.label {
        map.serialize_entry("label", label)?;
    }
    if !section.aliases.is_empty() {
        map.serialize_entry("aliases", &section.aliases)?;
    }
    if let Some(name) = &section.api_name {
        map.serialize_entry("api_name", name)?;
    }
    if section.always_on {
        map.serialize_entry("always_on", &true)?;
    }
    Ok(())
}

impl Serialize for Section {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        serialize_section(self, &mut map)?;
        map.end()
    }
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        serialize_section(&self.section, &mut map)?;
        map.serialize_entry("scale", &self.scale)?;
        if self.source != Source::Grantable {
            map.serialize_entry("source", self.source.name())?;
        }
        if self.user_only {
            map.serialize_entry("user_only", &true)?;
        }
        if !self.sub_sections.is_empty() {
            map.serialize_entry("sub_sections", &self.sub_sections)?;
        }
        map.end()
    }
}

impl Serialize for Scale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Levels => serializer.serialize_str("levels"),
            Self::Toggle => serializer.serialize_str("toggle"),
            Self::Actions(actions) => serializer.collect_map([("actions", actions)]),
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

impl Serialize for Gate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("target", &self.target)?;
        map.serialize_entry("needs", &self.needs)?;
        map.end()
    }
}

impl Serialize for Delegation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("area", &self.area), ("feature", &self.feature)])
    }
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("key", &self.key)?;
        map.serialize_entry("needs", &self.needs)?;
        map.end()
    }
}

impl Serialize for Preset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("grants", &Pairs(&self.grants))?;
        map.end()
    }
}

/// Pairs as a map.
struct Pairs<'a>(&'a [(Text, Setting)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(path, setting)| (path, setting)))
    }
}
