use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::catalog::definition::{
    Area, Carrier, Definition, Delegation, Gate, Group, LevelLabels, List, Named, Operation,
    Preset, RoleLabels, Scale, Section, Setter, Setting, Source, Text,
};
use crate::catalog::size::Size;
use crate::catalog::{Catalog, CatalogFault, MAX_ACTIONS, build};
use crate::document::CATALOG_FORMAT;
use crate::document::object::Object;
use crate::document::problem::{DocumentError, DocumentFault};
use crate::document::reader::{At, Reader};
use crate::document::shape::Stored;
use crate::document::tree::{Document, Fields, Items, Node, Value};
use crate::level::Level;
use crate::presets;
use crate::role::Role;

#[cfg(test)]
mod tests;

const FIELDS: [&str; 12] = [
    "format",
    "id",
    "roles",
    "levels",
    "areas",
    "gates",
    "delegated",
    "authority",
    "operations",
    "templates",
    "audit_log",
    "retired",
];

const SECTION_FIELDS: [&str; 6] =
    ["key", "label", "description", "aliases", "api_name", "always_on"];

const AREA_FIELDS: [&str; 11] = [
    "key",
    "label",
    "description",
    "aliases",
    "api_name",
    "always_on",
    "scale",
    "source",
    "set_by",
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
    let roles = object.optional("roles").map(|at| reader.role_labels(at));
    let levels = object.optional("levels").map(|at| reader.level_labels(at));
    let areas = object.required(reader, "areas").map(|at| reader.owned_list(at, Reader::area));
    let gates = object.optional("gates").map(|at| reader.owned_list(at, Reader::gate));
    let delegation = object.optional("delegated").map(|at| reader.delegation(at));
    let authority = object.optional("authority").map(|at| reader.authority(at));
    let operations =
        object.optional("operations").map(|at| reader.owned_list(at, Reader::operation));
    let templates = object.optional("templates").map(|at| reader.owned_list(at, Reader::preset));
    let audit_log = object.optional("audit_log").map(|at| reader.owned(at));
    let retired = object.optional("retired").map(|at| reader.owned_list(at, Reader::owned));
    let definition = Definition {
        id: id?,
        roles: roles.unwrap_or_else(|| Some(RoleLabels::default()))?,
        levels: levels.unwrap_or_else(|| Some(LevelLabels::default()))?,
        areas: areas??,
        gates: gates.unwrap_or_else(|| Some(nothing()))?,
        delegation: match delegation {
            Some(delegation) => Some(delegation?),
            None => None,
        },
        authority: authority.unwrap_or_else(|| Some(nothing()))?,
        operations: operations.unwrap_or_else(|| Some(nothing()))?,
        templates: templates.unwrap_or_else(|| Some(nothing()))?,
        audit_log: match audit_log {
            Some(feature) => Some(feature?),
            None => None,
        },
        retired: retired.unwrap_or_else(|| Some(nothing()))?,
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
            "retired" => size.retired += items.clone().count(),
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
            let grants = items.flat_map(|template| objects_of(template, "grants"));
            size.settings += grants.map(Iterator::count).sum::<usize>();
        }
    }
    let groups = objects_of(catalog, "authority").flatten().map(|(_, group)| group);
    size.needs += groups.flat_map(lists_of).map(|(_, items)| items.count()).sum::<usize>();
    size
}

/// The fields of the objects that an object has under a key.
fn objects_of<'a>(node: Node<'a>, key: &'a str) -> impl Iterator<Item = Fields<'a>> {
    let fields = match node.value() {
        Value::Object(fields) => Some(fields),
        _ => None,
    };
    let fields = fields.into_iter().flatten().filter(move |(field, _)| *field == key);
    fields.filter_map(|(_, node)| match node.value() {
        Value::Object(fields) => Some(fields),
        _ => None,
    })
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
    is_alike && !inline.is_same(known)
}

impl Reader {
    fn owned(&mut self, at: At<'_>) -> Option<Text> {
        self.text(at).map(|text| Text::Owned(text.into()))
    }

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
        let source = object.optional("source").map(|at| Source::read(self, at));
        let setter = object.optional("set_by").map(|at| Setter::read(self, at));
        let user_only = object.optional("user_only").map(|at| bool::read(self, at));
        let sub_sections = object.optional("sub_sections").map(|at| {
            self.owned_list(at, |reader, at| {
                let object = reader.object(&at, &SECTION_FIELDS)?;
                reader.section_of(&object)
            })
        });
        let source = source.unwrap_or(Some(Source::Grantable))?;
        Some(Area {
            section: section?,
            scale: scale?,
            source,
            setter: match setter {
                Some(setter) => Some(setter?),
                None => (source == Source::Account).then_some(Setter::Host),
            },
            user_only: user_only.unwrap_or(Some(false))?,
            sub_sections: sub_sections.unwrap_or_else(|| Some(nothing()))?,
        })
    }

    fn section_of(&mut self, object: &Object<'_>) -> Option<Section> {
        let name = self.name_of(object);
        let aliases = object.optional("aliases").map(|at| self.owned_list(at, Self::owned));
        let api_name = object.optional("api_name").and_then(|at| self.owned(at));
        let always_on = object.optional("always_on").map(|at| bool::read(self, at));
        Some(Section {
            name: name?,
            aliases: aliases.unwrap_or_else(|| Some(nothing()))?,
            api_name,
            always_on: always_on.unwrap_or(Some(false))?,
        })
    }

    fn name_of(&mut self, object: &Object<'_>) -> Option<Named> {
        let key = object.required(self, "key").and_then(|at| self.owned(at));
        let label = object.optional("label").and_then(|at| self.owned(at));
        let description = object.optional("description").and_then(|at| self.owned(at));
        Some(Named { key: key?, label, description })
    }

    fn role_labels(&mut self, at: At<'_>) -> Option<RoleLabels> {
        let [admin, member] = [Role::Admin, Role::Member].map(Role::name);
        let object = self.object(&at, &[admin, member])?;
        let admin = object.optional(admin).and_then(|at| self.owned(at));
        let member = object.optional(member).and_then(|at| self.owned(at));
        Some(RoleLabels { admin, member })
    }

    fn level_labels(&mut self, at: At<'_>) -> Option<LevelLabels> {
        let [none, read, edit] = [Level::None, Level::Read, Level::Edit].map(Level::name);
        let object = self.object(&at, &[none, read, edit])?;
        let none = object.optional(none).and_then(|at| self.owned(at));
        let read = object.optional(read).and_then(|at| self.owned(at));
        let edit = object.optional(edit).and_then(|at| self.owned(at));
        Some(LevelLabels { none, read, edit })
    }

    fn authority(&mut self, at: At<'_>) -> Option<List<Carrier>> {
        let object = self.object(&at, &Group::ALL.map(Group::name))?;
        let mut carriers = Some(Vec::new());
        for group in Group::ALL {
            let Some(at) = object.optional(group.name()) else { continue };
            match (self.carrier(at, group), &mut carriers) {
                (Some(carrier), Some(carriers)) => carriers.push(carrier),
                _ => carriers = None,
            }
        }
        carriers.map(List::Owned)
    }

    fn carrier(&mut self, at: At<'_>, group: Group) -> Option<Carrier> {
        let object = self.object(&at, &["any", "needs"])?;
        let any = object.required(self, "any").and_then(|at| self.owned_list(at, Self::owned));
        let needs = object.optional("needs").map(|at| self.owned_list(at, Self::owned));
        let needs = needs.unwrap_or_else(|| Some(nothing()));
        Some(Carrier { group, any: any?, needs: needs? })
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
        let object = self.object(&at, &["key", "label", "description", "needs"])?;
        let name = self.name_of(&object);
        let needs = object.required(self, "needs").and_then(|at| self.owned_list(at, Self::owned));
        Some(Operation { name: name?, needs: needs? })
    }

    fn preset(&mut self, at: At<'_>) -> Option<Preset> {
        let object = self.object(&at, &["id", "name", "description", "grants"])?;
        let id = object.required(self, "id").and_then(|at| self.owned(at));
        let name = object.required(self, "name").and_then(|at| self.owned(at));
        let description = object.optional("description").and_then(|at| self.owned(at));
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
        Some(Preset { id: id?, name: name?, description, grants: List::Owned(grants?) })
    }
}

impl Serialize for Catalog {
    /// Writes the catalog document.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let definition = self.definition();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", CATALOG_FORMAT)?;
        map.serialize_entry("id", &definition.id)?;
        if definition.roles != RoleLabels::default() {
            map.serialize_entry("roles", &definition.roles)?;
        }
        if definition.levels != LevelLabels::default() {
            map.serialize_entry("levels", &definition.levels)?;
        }
        map.serialize_entry("areas", &definition.areas)?;
        if !definition.gates.is_empty() {
            map.serialize_entry("gates", &definition.gates)?;
        }
        if let Some(delegation) = &definition.delegation {
            map.serialize_entry("delegated", delegation)?;
        }
        if !definition.authority.is_empty() {
            map.serialize_entry("authority", &Carriers(&definition.authority))?;
        }
        if !definition.operations.is_empty() {
            map.serialize_entry("operations", &definition.operations)?;
        }
        if !definition.templates.is_empty() {
            map.serialize_entry("templates", &definition.templates)?;
        }
        if let Some(feature) = &definition.audit_log {
            map.serialize_entry("audit_log", feature)?;
        }
        if !definition.retired.is_empty() {
            map.serialize_entry("retired", &definition.retired)?;
        }
        map.end()
    }
}

fn serialize_named<M: SerializeMap>(name: &Named, map: &mut M) -> Result<(), M::Error> {
    map.serialize_entry("key", &name.key)?;
    if let Some(label) = &name.label {
        map.serialize_entry("label", label)?;
    }
    if let Some(description) = &name.description {
        map.serialize_entry("description", description)?;
    }
    Ok(())
}

fn serialize_section<M: SerializeMap>(section: &Section, map: &mut M) -> Result<(), M::Error> {
    serialize_named(&section.name, map)?;
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
        if let Some(setter @ Setter::Agency) = self.setter {
            map.serialize_entry("set_by", setter.name())?;
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

impl Serialize for RoleLabels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let labels = [(Role::Admin, &self.admin), (Role::Member, &self.member)];
        serializer.collect_map(given(labels.map(|(role, label)| (role.name(), label))))
    }
}

impl Serialize for LevelLabels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let labels =
            [(Level::None, &self.none), (Level::Read, &self.read), (Level::Edit, &self.edit)];
        serializer.collect_map(given(labels.map(|(level, label)| (level.name(), label))))
    }
}

/// The names for which there is a label.
fn given<'a, const COUNT: usize>(
    labels: [(&'static str, &'a Option<Text>); COUNT],
) -> impl Iterator<Item = (&'static str, &'a Text)> {
    labels.into_iter().filter_map(|(name, label)| Some((name, label.as_ref()?)))
}

/// What groups of commands rest on, by group.
struct Carriers<'a>(&'a [Carrier]);

impl Serialize for Carriers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|carrier| (carrier.group.name(), carrier)))
    }
}

impl Serialize for Carrier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("any", &self.any)?;
        if !self.needs.is_empty() {
            map.serialize_entry("needs", &self.needs)?;
        }
        map.end()
    }
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        serialize_named(&self.name, &mut map)?;
        map.serialize_entry("needs", &self.needs)?;
        map.end()
    }
}

impl Serialize for Preset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", &self.name)?;
        if let Some(description) = &self.description {
            map.serialize_entry("description", description)?;
        }
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
