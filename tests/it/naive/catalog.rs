//! Catalogs, read from documents or from the tables of the presets (CAT).

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a document that the naive side cannot read is a mistake in the test"
)]

pub(super) mod compose;
mod lines;
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::presets::preset;
use super::reading::{list, names, strings, text, texts};
use super::settings::{Grants, Rungs, raw, read_grants, read_templates};

pub(crate) use lines::lines;

/// A catalog, read from a document or from the table of a preset (CAT-1).
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) areas: Vec<Area>,
    pub(super) gates: Vec<Gate>,
    pub(super) delegated: Option<Delegated>,
    /// What carries each group of commands, for those that the catalog speaks of (CAT-15).
    pub(super) authority: BTreeMap<String, Carriers>,
    /// The labels of the roles `admin` and `member` (CAT-12).
    pub(super) role_labels: [String; 2],
    /// Paths that stored forms may still name (EVO-5).
    pub(super) retired: Vec<String>,
    pub(super) operations: Vec<(String, Vec<String>)>,
    pub(super) templates: BTreeMap<String, Grants>,
}

/// An area and its leaves, in order.
#[derive(Clone, Debug)]
pub(crate) struct Area {
    pub(crate) key: String,
    /// Every name of the area, the key first (CAT-5).
    pub(crate) spellings: Vec<String>,
    pub(crate) scale: Scale,
    pub(crate) rungs: Vec<String>,
    pub(crate) source: Source,
    pub(crate) user_only: bool,
    /// Its sub-sections, or itself if it has none (CAT-2).
    pub(crate) leaves: Vec<Leaf>,
    /// Whether the agency sets its features, and not the host alone (CAT-14).
    pub(crate) by_agency: bool,
}

/// The scales of CAT-3.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scale {
    Levels,
    Actions,
    Toggle,
}

/// The sources of CAT-4.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    Grantable,
    Role,
    Account,
}

/// What alone holds permissions: a sub-section, or an area without sub-sections (CAT-2).
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// The canonical path.
    pub(crate) path: String,
    /// The key of its area; equal to `path` where the area itself is the leaf.
    pub(crate) area: String,
    pub(crate) rungs: Vec<String>,
    /// The text form of each rung's permission, in the order of the scale.
    pub(crate) permissions: Vec<String>,
    pub(crate) source: Source,
    pub(crate) always_on: bool,
    /// Every path that names the leaf, the canonical one first (CAT-5).
    pub(crate) spellings: Vec<String>,
}

/// The features that a leaf, an area or one rung of them needs (CAT-6, CAT-17).
#[derive(Clone, Debug)]
pub(super) struct Gate {
    target: String,
    rung: Option<String>,
    pub(super) needs: Vec<String>,
}

/// The permissions of which one carries a group of commands, and the features that must be on
/// (CAT-15).
#[derive(Clone, Debug)]
pub(super) struct Carriers {
    pub(super) any: Vec<String>,
    pub(super) needs: Vec<String>,
}

/// The area whose actions members may hold only while a feature is in force (GRD-2).
#[derive(Clone, Debug)]
pub(super) struct Delegated {
    pub(super) area: String,
    pub(super) feature: String,
}

impl Catalog {
    /// Reads the catalog of an account document: the id of a preset or an inline document.
    pub(crate) fn new(catalog: &Value) -> Self {
        match catalog.as_str() {
            Some(id) => Self::read(&preset(id)),
            None => Self::read(catalog),
        }
    }

    fn read(document: &Value) -> Self {
        let areas: Vec<Area> = list(&document["areas"]).map(Area::new).collect();
        let mut catalog = Self {
            gates: list(&document["gates"]).map(|gate| Gate::new(&areas, gate)).collect(),
            delegated: Delegated::new(&areas, &document["delegated"]),
            authority: Carriers::read(&areas, &document["authority"]),
            role_labels: [("admin", "Admin"), ("member", "Member")]
                .map(|(role, label)| document["roles"][role].as_str().unwrap_or(label).to_owned()),
            retired: strings(&document["retired"]),
            operations: Vec::new(),
            templates: read_templates(&areas, &document["templates"]),
            areas,
        };
        for operation in list(&document["operations"]) {
            let needs = texts(&operation["needs"]).flat_map(|need| catalog.expand(need));
            let operation = (text(&operation["key"]).to_owned(), needs.collect());
            catalog.operations.push(operation);
        }
        catalog
    }

    /// Every permission in catalog order: areas, then leaves, then rungs.
    pub(crate) fn permissions(&self) -> Vec<String> {
        let leaves = self.leaves();
        leaves.flat_map(|leaf| leaf.permissions.clone()).collect()
    }

    /// Every leaf in catalog order (CAT-2).
    pub(crate) fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        self.areas.iter().flat_map(|area| &area.leaves)
    }

    /// What a grants document sets, unclosed: an action may lack what it needs (LVL-2).
    pub(crate) fn raw_set(&self, grants: &Value) -> BTreeSet<String> {
        let grants = read_grants(&self.areas, grants);
        self.leaves().flat_map(|leaf| leaf.permissions_of(&raw(&grants, leaf))).collect()
    }

    /// What a grants document sets, as it is stored.
    pub(super) fn grants(&self, grants: &Value) -> Grants {
        read_grants(&self.areas, grants)
    }

    /// A stored form without what it says of retired keys (EVO-5).
    pub(super) fn without_retired(&self, document: &Value) -> Value {
        let mut document = document.clone();
        if self.retired.is_empty() {
            return document;
        }
        let is_kept = |text: &str| !self.retires(text);
        let cleaned = |holder: &mut Value| {
            for field in ["features", "mutes"] {
                if let Some(texts) = holder.get_mut(field).and_then(Value::as_array_mut) {
                    texts.retain(|text| text.as_str().is_none_or(is_kept));
                }
            }
            if let Some(grants) = holder.get_mut("grants").and_then(Value::as_object_mut) {
                grants.retain(|path, _| is_kept(path));
                for (path, setting) in grants.iter_mut() {
                    if let Some(actions) = setting.as_array_mut() {
                        actions.retain(|action| {
                            action.as_str().is_none_or(|rung| is_kept(&format!("{path}:{rung}")))
                        });
                    }
                }
            }
        };
        cleaned(&mut document);
        for holders in ["templates", "users"] {
            let holders = document.get_mut(holders).and_then(Value::as_array_mut);
            for holder in holders.into_iter().flatten() {
                cleaned(holder);
            }
        }
        document
    }

    /// Whether a path or a permission is retired: by itself, with its area, or as an action of it
    /// or of its area.
    fn retires(&self, text: &str) -> bool {
        let area = text.split(['.', ':']).next().unwrap_or_default();
        let (path, rung) = text.split_once(':').unwrap_or((text, ""));
        let is_named = |spellings: &[String]| spellings.iter().any(|known| known == path);
        let mut names = vec![area.to_owned(), path.to_owned(), text.to_owned()];
        for area in &self.areas {
            let leaf = area.leaves.iter().find(|leaf| is_named(&leaf.spellings));
            if leaf.is_some() || is_named(&area.spellings) {
                names.push(format!("{}:{rung}", area.key));
                names.extend(leaf.map(|leaf| format!("{}:{rung}", leaf.path)));
            }
        }
        names.iter().any(|name| self.retired.contains(name))
    }

    /// Grants as a document holds them, in catalog order.
    pub(super) fn grants_document(&self, grants: &Grants) -> Value {
        let mut document = Map::new();
        for area in &self.areas {
            let sections = area.leaves.iter().map(|leaf| &leaf.path);
            for path in [&area.key].into_iter().chain(sections) {
                if let Some(rungs) = grants.get(path) {
                    document.insert(path.clone(), area.setting(rungs));
                }
            }
        }
        Value::Object(document)
    }

    /// Every text that a mute may be, in catalog order: an area's rungs before those of its
    /// leaves.
    pub(crate) fn mutable(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for area in self.areas.iter().filter(|area| area.source == Source::Grantable) {
            texts.extend(area.rungs.iter().map(|rung| format!("{}:{rung}", area.key)));
            let sections = area.leaves.iter().filter(|leaf| leaf.path != area.key);
            texts.extend(sections.flat_map(|leaf| leaf.permissions.clone()));
        }
        texts
    }

    /// The area whose actions members may hold, and the feature it needs (GRD-2).
    pub(crate) fn delegation(&self) -> Option<(&str, &str)> {
        let delegated = self.delegated.as_ref()?;
        Some((&delegated.area, &delegated.feature))
    }

    /// The features that gates on a leaf, on its area or on one of its rungs need (CAT-6, CAT-17):
    /// whatever keeps the first rung inert keeps all of them (CAT-3).
    pub(super) fn needed(&self, path: &str, rung: &str) -> BTreeSet<String> {
        let leaf = self.leaf(path);
        let gates = self.gates.iter().filter(|gate| gate.holds(leaf, rung));
        gates.flat_map(|gate| gate.needs.iter().cloned()).collect()
    }

    /// The permissions that an ask stands for: an operation's conjuncts (CAT-7), or those of all
    /// leaves under a path at one rung (LVL-10).
    pub(crate) fn expand(&self, ask: &str) -> Vec<String> {
        let Some((path, rung)) = ask.split_once(':') else {
            return self.operation(ask).to_vec();
        };
        let path = self.canonical(path);
        let leaves = self.leaves().filter(|leaf| leaf.path == path || leaf.area == path);
        leaves.map(|leaf| leaf.permission(rung)).collect()
    }

    /// The features that a group of commands needs (CAT-15).
    pub(crate) fn needed_by(&self, group: &str) -> &[String] {
        self.authority.get(group).map_or(&[], |carriers| &carriers.needs)
    }

    fn operation(&self, key: &str) -> &[String] {
        match self.operations.iter().find(|(known, _)| known == key) {
            Some((_, needs)) => needs,
            None => panic!("no operation `{key}` in the catalog"),
        }
    }

    pub(super) fn leaf(&self, path: &str) -> &Leaf {
        match self.leaves().find(|leaf| leaf.path == path) {
            Some(leaf) => leaf,
            None => panic!("no leaf `{path}` in the catalog"),
        }
    }

    pub(super) fn canonical(&self, path: &str) -> String {
        canonical_path(&self.areas, path)
    }
}

/// The canonical path of an area or sub-section, whatever aliases name it (CAT-5).
pub(super) fn canonical_path(areas: &[Area], path: &str) -> String {
    for area in areas {
        if area.spellings.iter().any(|known| known == path) {
            return area.key.clone();
        }
        for leaf in &area.leaves {
            if leaf.spellings.iter().any(|known| known == path) {
                return leaf.path.clone();
            }
        }
    }
    panic!("no area or sub-section `{path}` in the catalog")
}

impl Area {
    fn new(document: &Value) -> Self {
        let (scale, rungs) = read_scale(&document["scale"]);
        let mut area = Self {
            key: text(&document["key"]).to_owned(),
            spellings: names(document),
            scale,
            rungs,
            source: read_source(&document["source"]),
            user_only: document["user_only"] == true,
            leaves: Vec::new(),
            by_agency: document["set_by"] == "agency",
        };
        let sections = list(&document["sub_sections"]);
        area.leaves =
            sections.map(|section| area.leaf(section, area.paths(&names(section)))).collect();
        if area.leaves.is_empty() {
            area.leaves = vec![area.leaf(document, names(document))];
        }
        area
    }

    /// The leaf that a document of a sub-section, or of the area itself, describes.
    fn leaf(&self, document: &Value, spellings: Vec<String>) -> Leaf {
        let path = spellings.first().cloned().unwrap_or_default();
        let rungs = self.rungs.iter();
        Leaf {
            permissions: rungs.map(|rung| format!("{path}:{rung}")).collect(),
            path,
            area: self.key.clone(),
            rungs: self.rungs.clone(),
            source: self.source,
            always_on: document["always_on"] == true,
            spellings,
        }
    }

    /// Rungs as the scale writes them (CAT-3).
    fn setting(&self, rungs: &Rungs) -> Value {
        match self.scale {
            Scale::Levels => json!(["none", "read", "edit"][rungs.len()]),
            Scale::Actions => {
                self.rungs.iter().filter(|rung| rungs.contains(*rung)).cloned().collect()
            }
            Scale::Toggle => json!(!rungs.is_empty()),
        }
    }

    /// Every path to a sub-section of these names, by every name of the area.
    fn paths(&self, sections: &[String]) -> Vec<String> {
        let mut paths = Vec::new();
        for area in &self.spellings {
            for section in sections {
                paths.push(format!("{area}.{section}"));
            }
        }
        paths
    }
}

impl Leaf {
    /// The rungs with their permissions, in the order of the scale.
    pub(super) fn atoms(&self) -> impl Iterator<Item = (&String, &String)> {
        self.rungs.iter().zip(&self.permissions)
    }

    /// The permissions of these rungs.
    pub(super) fn permissions_of(&self, rungs: &Rungs) -> Vec<String> {
        self.atoms()
            .filter(|(rung, _)| rungs.contains(*rung))
            .map(|(_, permission)| permission.clone())
            .collect()
    }

    pub(super) fn permission(&self, rung: &str) -> String {
        match self.atoms().find(|(known, _)| *known == rung) {
            Some((_, permission)) => permission.clone(),
            None => panic!("no rung `{rung}` on `{}`", self.path),
        }
    }

    pub(super) fn all_rungs(&self) -> Rungs {
        self.rungs.iter().cloned().collect()
    }

    /// The rung that every other one needs (CAT-3).
    pub(super) fn first_rung(&self) -> &str {
        self.rungs.first().map_or("", String::as_str)
    }
}

impl Gate {
    fn new(areas: &[Area], document: &Value) -> Self {
        let target = text(&document["target"]);
        let (path, rung) = match target.split_once(':') {
            Some((path, rung)) => (path, Some(rung.to_owned())),
            None => (target, None),
        };
        let needs = texts(&document["needs"]);
        Self {
            target: canonical_path(areas, path),
            rung,
            needs: needs.map(|need| canonical_path(areas, need)).collect(),
        }
    }

    /// Whether it keeps this rung of a leaf inert while a feature is off: the rung that it names,
    /// and all that needs it (LVL-2); every rung if it names none.
    pub(super) fn holds(&self, leaf: &Leaf, rung: &str) -> bool {
        let is_here = self.target == leaf.path || self.target == leaf.area;
        let of_rung = |own: &String| own == rung || own == leaf.first_rung();
        is_here && self.rung.as_ref().is_none_or(of_rung)
    }
}

impl Carriers {
    fn read(areas: &[Area], document: &Value) -> BTreeMap<String, Self> {
        let groups = document.as_object().into_iter().flatten();
        groups
            .map(|(group, document)| {
                let any = texts(&document["any"]).map(|one| {
                    let (path, rung) = one.split_once(':').unwrap_or((one, ""));
                    format!("{}:{rung}", canonical_path(areas, path))
                });
                let needs = texts(&document["needs"]).map(|need| canonical_path(areas, need));
                (group.clone(), Self { any: any.collect(), needs: needs.collect() })
            })
            .collect()
    }
}

impl Delegated {
    fn new(areas: &[Area], document: &Value) -> Option<Self> {
        document.as_object().map(|_| Self {
            area: canonical_path(areas, text(&document["area"])),
            feature: canonical_path(areas, text(&document["feature"])),
        })
    }
}

fn read_scale(document: &Value) -> (Scale, Vec<String>) {
    let words = |rungs: &str| rungs.split_whitespace().map(str::to_owned).collect();
    match document.as_str() {
        Some("levels") => (Scale::Levels, words("read edit")),
        Some("toggle") => (Scale::Toggle, words("on")),
        Some(scale) => panic!("no scale `{scale}`"),
        None => (Scale::Actions, strings(&document["actions"])),
    }
}

fn read_source(document: &Value) -> Source {
    match document.as_str() {
        None | Some("grantable") => Source::Grantable,
        Some("role") => Source::Role,
        Some("account") => Source::Account,
        Some(source) => panic!("no source `{source}`"),
    }
}
