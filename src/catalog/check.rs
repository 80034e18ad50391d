//! What is wrong with a definition by itself.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use crate::catalog::area::{Area, Named, Section};
use crate::catalog::definition::{Definition, LevelLabels, RoleLabels};
use crate::catalog::literal::Text;
use crate::catalog::place::{Field, Place};
use crate::catalog::problem::CatalogFault;
use crate::catalog::problems::Problems;
use crate::catalog::scale::Scale;
use crate::catalog::size::Size;
use crate::catalog::source::Source;
use crate::catalog::tree::Tree;
use crate::catalog::words::Word;
use crate::catalog::{MAX_ACTIONS, MAX_PERMISSIONS};
use crate::key::{self, Map};
use crate::level::Level;

impl Problems {
    pub(super) fn check_id(&mut self, id: &str) {
        if !key::is_catalog_id(id) {
            self.add(Field::Id, CatalogFault::Id { given: id.into() });
        }
    }

    /// Whether the key is at most as long as one can be.
    pub(super) fn check_key(&mut self, place: impl Into<Place>, given: &str) -> bool {
        let fits = given.len() <= key::MAX_KEY;
        if !fits {
            self.add(place, CatalogFault::KeyTooLong { given: given.into() });
        } else if !key::is_key(given) {
            self.add(place, CatalogFault::Key { given: given.into() });
        }
        fits
    }

    /// Whether all positions fit their types, and no list is longer than it can be.
    pub(super) fn check_size(&mut self, definition: &Definition) -> bool {
        let leaves = |area: &Area| area.sub_sections.len().max(1);
        let areas = definition.areas.iter();
        let permissions = areas.map(|area| leaves(area).saturating_mul(area.scale.len()));
        let permissions = permissions.fold(0, usize::saturating_add);
        if permissions > MAX_PERMISSIONS {
            let (given, most) = (permissions, MAX_PERMISSIONS);
            self.add(Field::Areas, CatalogFault::TooMany { what: "permissions", given, most });
        }
        let mut fits = permissions <= MAX_PERMISSIONS;
        for (place, fault) in Size::of(definition).faults() {
            self.add(place, fault);
            fits = false;
        }
        fits
    }

    /// Whether the keys, aliases and actions of an area are within their limits.
    pub(super) fn check_names(&mut self, position: usize, area: &Area) -> bool {
        let place = Field::Areas.item(position);
        let mut fits = self.check_section(&place, &area.section);
        for (rung, name) in area.scale.rungs().enumerate() {
            fits &= self.check_key(place.item(Field::Scale, rung), name);
        }
        if area.scale.len() > MAX_ACTIONS {
            let (area, given) = (area.key().into(), area.scale.len());
            self.add(place.clone(), CatalogFault::TooManyActions { area, given });
            fits = false;
        }
        for (position, section) in area.sub_sections.iter().enumerate() {
            fits &= self.check_section(&place.item(Field::SubSections, position), section);
        }
        fits
    }

    fn check_section(&mut self, place: &Place, section: &Section) -> bool {
        let mut fits = self.check_key(place.clone(), section.key());
        for (position, alias) in section.aliases().enumerate() {
            fits &= self.check_key(place.item(Field::Aliases, position), alias);
        }
        fits
    }

    /// Labels and descriptions, which people read (CAT-11).
    pub(super) fn check_words(&mut self, definition: &Definition) {
        let [roles, levels] = [Field::Roles, Field::Levels].map(Place::from);
        let RoleLabels { admin, member } = &definition.roles;
        self.check_word(roles.field(Field::Admin), Word::Label, admin.as_ref());
        self.check_word(roles.field(Field::Member), Word::Label, member.as_ref());
        let LevelLabels { none, read, edit } = &definition.levels;
        self.check_word(levels.field(Field::Level(Level::None)), Word::Label, none.as_ref());
        self.check_word(levels.field(Field::Level(Level::Read)), Word::Label, read.as_ref());
        self.check_word(levels.field(Field::Level(Level::Edit)), Word::Label, edit.as_ref());
        for (position, area) in definition.areas.iter().enumerate() {
            let place = Field::Areas.item(position);
            self.check_named(&place, &area.section.name);
            for (position, section) in area.sub_sections.iter().enumerate() {
                self.check_named(&place.item(Field::SubSections, position), &section.name);
            }
        }
        for (position, operation) in definition.operations.iter().enumerate() {
            self.check_named(&Field::Operations.item(position), &operation.name);
        }
        for (position, preset) in definition.templates.iter().enumerate() {
            let place = Field::Templates.item(position).field(Field::Description);
            self.check_word(place, Word::Description, preset.description.as_ref());
        }
    }

    fn check_named(&mut self, place: &Place, name: &Named) {
        self.check_word(place.field(Field::Label), Word::Label, name.label.as_ref());
        let description = name.description.as_ref();
        self.check_word(place.field(Field::Description), Word::Description, description);
    }

    fn check_word(&mut self, place: Place, word: Word, given: Option<&Text>) {
        if let Some(given) = given {
            let _ = self.take(place, word.check(given));
        }
    }

    /// What an area has wrong besides its names.
    pub(super) fn check_area(&mut self, position: usize, area: &Area) {
        let place = Field::Areas.item(position);
        let key: Box<str> = area.key().into();
        let mut seen: Vec<&str> = Vec::new();
        for (rung, name) in area.scale.rungs().enumerate() {
            if seen.contains(&name) {
                let fault = CatalogFault::Duplicate { given: name.into(), first: key.clone() };
                self.add(place.item(Field::Scale, rung), fault);
            }
            seen.push(name);
        }
        if area.scale.is_empty() {
            self.add(place.clone(), CatalogFault::NoPermissions { area: key.clone() });
        }
        if area.source == Source::Account && area.scale != Scale::Toggle {
            self.add(place.clone(), CatalogFault::AccountScale { area: key.clone() });
        }
        if area.setter.is_some() && area.source != Source::Account {
            self.add(place.clone(), CatalogFault::Setter { area: key.clone() });
        }
        if area.user_only && area.source != Source::Grantable {
            self.add(place.clone(), CatalogFault::UserOnly { area: key.clone() });
        }
        let is_leaf = area.sub_sections.is_empty();
        self.check_feature(&place, &key, area, &area.section, is_leaf);
        for (position, section) in area.sub_sections.iter().enumerate() {
            let place = place.item(Field::SubSections, position);
            let path = format!("{key}.{}", section.key());
            self.check_feature(&place, &path, area, section, true);
        }
    }

    /// Only a leaf that is an account feature has an API name or is always on.
    fn check_feature(
        &mut self,
        place: &Place,
        path: &str,
        area: &Area,
        section: &Section,
        is_leaf: bool,
    ) {
        let api_name = section.api_name.as_ref().map(|_| "have an API name");
        let always_on = section.always_on.then_some("be always on");
        for what in api_name.into_iter().chain(always_on) {
            if area.source != Source::Account {
                self.add(place.clone(), CatalogFault::FeatureOnly { path: path.into(), what });
            } else if !is_leaf {
                self.add(place.clone(), CatalogFault::ContainerOnly { path: path.into(), what });
            }
        }
    }

    /// An API name belongs to one feature (AGY-1).
    pub(super) fn check_api_names(&mut self, tree: &Tree) {
        let mut seen: Map<&str, &str> = Map::default();
        for (_, node) in tree.nodes() {
            let Some(name) = node.section.api_name() else {
                continue;
            };
            if let Some(first) = seen.insert(name, &node.path) {
                let fault = CatalogFault::Duplicate { given: name.into(), first: first.into() };
                self.add(tree.place(node).field(Field::ApiName), fault);
            }
        }
    }

    /// The keys that were in the catalog once, and are never used again (EVO-5).
    pub(super) fn check_retired(&mut self, tree: &Tree, retired: &[Text]) -> Map<Box<str>, ()> {
        let mut known: Map<Box<str>, ()> = Map::default();
        for (position, path) in retired.iter().enumerate() {
            let place = Field::Retired.item(position);
            let given: Box<str> = (&**path).into();
            let (keys, action) = match path.split_once(':') {
                Some((keys, action)) => (keys, Some(action)),
                None => (&**path, None),
            };
            let mut keys = keys.splitn(2, '.').chain(action);
            let is_in_use = match action {
                Some(_) => tree.find_rung(path).is_ok(),
                None => tree.find(path).is_ok(),
            };
            if !keys.all(key::is_key) {
                self.add(place, CatalogFault::RetiredPath { given });
            } else if is_in_use {
                self.add(place, CatalogFault::RetiredInUse { given });
            } else if known.contains_key(&given) {
                let first = format!("retired {given}").into();
                self.add(place, CatalogFault::Duplicate { given, first });
            } else {
                known.insert(given, ());
            }
        }
        known
    }
}
