//! From what a catalog says to what it means, or to everything that is wrong with it.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::bits::Bits;
use crate::catalog::area::label_of;
use crate::catalog::authority::Authority;
use crate::catalog::definition::{
    Carrier, Definition, Delegation, Gate, Group, LevelLabels, RoleLabels,
};
use crate::catalog::literal::Text;
use crate::catalog::message::quoted;
use crate::catalog::place::{Field, Place};
use crate::catalog::problem::{CatalogError, CatalogFault};
use crate::catalog::problems::Problems;
use crate::catalog::scale::Setting;
use crate::catalog::settings::{Holder, Settings};
use crate::catalog::source::Source;
use crate::catalog::tree::{KeyError, Tree};
use crate::catalog::{Catalog, CompiledDelegation, CompiledGate, Inner, PresetTemplate};
use crate::key::{Map, TemplateId};
use crate::permission::Stamp;
use crate::requirement::Requirement;
use crate::template_name::TemplateName;

/// Checks `definition` and lays it out.
pub(crate) fn build(mut definition: Definition) -> Result<Catalog, CatalogError> {
    definition.authority.edit(|carriers| carriers.sort_by_key(|carrier| carrier.group));
    let mut problems = Problems::default();
    problems.check_id(&definition.id);
    // What is beyond a limit is not looked into further: positions must fit their types, and a
    // key that stands in many messages must be short.
    let fits = problems.check_size(&definition);
    problems.stop_where(!fits)?;
    let fits = definition
        .areas
        .iter()
        .enumerate()
        .fold(true, |fits, (position, area)| problems.check_names(position, area) && fits);
    problems.stop_where(!fits)?;

    problems.check_words(&definition);

    let (tree, duplicates) = Tree::new(&definition.areas);
    for duplicate in duplicates {
        let (given, first) = (duplicate.name, duplicate.first);
        problems.add(duplicate.place, CatalogFault::Duplicate { given, first });
    }
    definition.areas.iter().enumerate().for_each(|(at, area)| problems.check_area(at, area));
    problems.check_api_names(&tree);
    let stamp = definition.stamp();
    let gates = problems.compile_gates(&tree, &definition.gates);
    let delegation = problems.compile_delegation(&tree, &gates, definition.delegation.as_ref());
    let authority = problems.compile_authority(
        &tree,
        stamp,
        (&gates, delegation.as_ref()),
        &definition.authority,
    );
    let operations = problems.compile_operations(&tree, stamp, &definition);
    let templates = problems.compile_templates(&tree, &definition);
    let audit = definition.audit_log.as_ref();
    let audit = audit.and_then(|path| problems.take(Field::AuditLog, feature_bit(&tree, path)));
    let retired = problems.check_retired(&tree, &definition.retired);
    problems.stop_where(true)?;

    let RoleLabels { admin, member } = &definition.roles;
    let LevelLabels { none, read, edit } = &definition.levels;
    Ok(Catalog(Arc::new(Inner {
        #[cfg(feature = "serde")]
        is_inline: false,
        grantable: tree.bits_from(Source::Grantable),
        role: tree.bits_from(Source::Role),
        account: tree.bits_from(Source::Account),
        always_on: tree.always_on(),
        host_features: tree.host_features(),
        role_labels: [labelled("admin", admin.as_ref()), labelled("member", member.as_ref())],
        level_labels: [
            labelled("none", none.as_ref()),
            labelled("read", read.as_ref()),
            labelled("edit", edit.as_ref()),
        ],
        digest: definition.digest(),
        stamp,
        tree,
        gates,
        delegation,
        authority,
        operations,
        templates,
        audit,
        retired,
        definition,
    })))
}

impl Problems {
    /// The gates, each with all that it needs through other gates (CAT-6).
    fn compile_gates(&mut self, tree: &Tree, gates: &[Gate]) -> Vec<CompiledGate> {
        let mut compiled = Vec::new();
        for (position, gate) in gates.iter().enumerate() {
            let place = Field::Gates.item(position);
            let target = self.take(place.field(Field::Target), tree.find_target(&gate.target));
            let mut needs = Bits::EMPTY;
            for (position, feature) in gate.needs.iter().enumerate() {
                let place = place.item(Field::Needs, position);
                if let Some(bit) = self.take(place, feature_bit(tree, feature)) {
                    needs.insert(bit);
                }
            }
            if gate.needs.is_empty() {
                let target = (&*gate.target).into();
                self.add(place, CatalogFault::EmptyGate { target });
            }
            if let Some((path, target)) = target {
                self.check_always_on(tree, position, &path, &target);
                compiled.push((position, CompiledGate { target, needs }));
            }
        }
        self.close_gates(tree, &mut compiled);
        compiled.into_iter().map(|(_, gate)| gate).collect()
    }

    fn check_always_on(&mut self, tree: &Tree, position: usize, path: &str, target: &Bits) {
        let always_on = tree.always_on().and(target);
        if !always_on.is_empty() {
            let leaves = always_on.ones().filter_map(|bit| tree.leaf_of(bit));
            let features = quoted(leaves.map(|leaf| &leaf.path));
            let fault = CatalogFault::GatedAlwaysOn { target: path.into(), features };
            self.add(Field::Gates.item(position).field(Field::Target), fault);
        }
    }

    /// Adds to each gate what the features it needs are themselves gated by, at any remove. One
    /// turn of each gate is enough (Warshall): after it, every gate that leads to this one through
    /// those that had their turn has its needs.
    fn close_gates(&mut self, tree: &Tree, gates: &mut [(usize, CompiledGate)]) {
        for turn in 0..gates.len() {
            let Some((_, through)) = gates.get(turn).cloned() else { break };
            for (_, gate) in gates.iter_mut() {
                if gate.needs.meets(&through.target) {
                    gate.needs = gate.needs.or(&through.needs);
                }
            }
        }
        for (position, gate) in gates.iter() {
            if let Some(bit) = gate.target.and(&gate.needs).ones().next() {
                let feature = tree.leaf_of(bit).map(|leaf| leaf.path.clone()).unwrap_or_default();
                self.add(Field::Gates.item(*position), CatalogFault::CyclicGate { feature });
            }
        }
    }

    fn compile_delegation(
        &mut self,
        tree: &Tree,
        gates: &[CompiledGate],
        delegation: Option<&Delegation>,
    ) -> Option<CompiledDelegation> {
        let delegation = delegation?;
        let place = Place::from(Field::Delegated);
        let area = self.take(place.field(Field::Area), tree.find(&delegation.area));
        let feature =
            self.take(place.field(Field::Feature), feature_bit(tree, &delegation.feature));
        let area = tree.node(area?);
        let action = |name: &str| {
            let rung = area.scale.rungs().position(|rung| rung == name)?;
            area.bits.clone().nth(rung).filter(|_| area.is_leaf())
        };
        let actions = (action("create"), action("edit"), action("delete"), action("manage"));
        let (Some(create), Some(edit), Some(delete), Some(manage), Source::Grantable) =
            (actions.0, actions.1, actions.2, actions.3, area.source)
        else {
            let area = area.path.clone();
            self.add(place.field(Field::Area), CatalogFault::NotDelegable { area });
            return None;
        };
        let gate = CompiledGate {
            target: area.bits.clone().collect(),
            needs: closed_needs(gates, &Bits::from_iter([feature?])),
        };
        Some(CompiledDelegation { gate, create, edit, delete, manage })
    }

    /// What each group of commands rests on (CAT-15).
    fn compile_authority(
        &mut self,
        tree: &Tree,
        stamp: Stamp,
        (gates, delegation): (&[CompiledGate], Option<&CompiledDelegation>),
        carriers: &[Carrier],
    ) -> [Authority; 5] {
        let mut authority = Group::ALL.map(|group| Authority {
            stamp,
            any_of: delegation.into_iter().map(|delegation| delegation.action(group)).collect(),
            features: Bits::EMPTY,
            is_default: true,
        });
        let mut seen = Vec::new();
        for carrier in carriers {
            let group = carrier.group;
            let place = Place::from(Field::Authority).field(Field::Group(group));
            if seen.contains(&group) {
                let (given, first) = (group.name().into(), place.to_string().into());
                self.add(place.clone(), CatalogFault::Duplicate { given, first });
            }
            seen.push(group);
            if carrier.any.is_empty() {
                self.add(place.clone(), CatalogFault::EmptyAuthority { group });
            }
            let mut any_of = Bits::EMPTY;
            for (position, ask) in carrier.any.iter().enumerate() {
                let place = place.item(Field::Any, position);
                if let Some(bit) = self.take(place, carrying_bit(tree, ask)) {
                    any_of.insert(bit);
                }
            }
            let mut features = Bits::EMPTY;
            for (position, feature) in carrier.needs.iter().enumerate() {
                let place = place.item(Field::Needs, position);
                if let Some(bit) = self.take(place, feature_bit(tree, feature)) {
                    features.insert(bit);
                }
            }
            let features = closed_needs(gates, &features);
            if let Some(slot) = authority.get_mut(group as usize) {
                *slot = Authority { stamp, any_of, features, is_default: false };
            }
        }
        authority
    }

    fn compile_operations(
        &mut self,
        tree: &Tree,
        stamp: Stamp,
        definition: &Definition,
    ) -> Map<Box<str>, Requirement> {
        let mut operations: Map<Box<str>, Requirement> = Map::default();
        for (position, operation) in definition.operations.iter().enumerate() {
            let place = Field::Operations.item(position);
            self.check_key(place.clone(), operation.name.key());
            let mut bits = Bits::EMPTY;
            for (position, ask) in operation.needs.iter().enumerate() {
                let place = place.item(Field::Needs, position);
                if let Some((id, rung)) = self.take(place, tree.find_rung(ask)) {
                    tree.node(id).add_rung(rung, &mut bits);
                }
            }
            let key: Box<str> = operation.name.key().into();
            if operation.needs.is_empty() {
                self.add(place, CatalogFault::EmptyOperation { key });
            } else if operations.contains_key(&key) {
                let first = format!("operation {key}").into();
                self.add(place, CatalogFault::Duplicate { given: key, first });
            } else if let Some(requirement) = Requirement::new(stamp, &bits) {
                operations.insert(key, requirement);
            }
        }
        operations
    }

    fn compile_templates(
        &mut self,
        tree: &Tree,
        definition: &Definition,
    ) -> Map<TemplateId, PresetTemplate> {
        let mut templates: Map<TemplateId, PresetTemplate> = Map::default();
        let mut names: Map<Box<str>, ()> = Map::default();
        for (position, preset) in definition.templates.iter().enumerate() {
            let place = Field::Templates.item(position);
            let given: Vec<(&str, &Setting)> =
                preset.grants.iter().map(|(path, setting)| (&**path, setting)).collect();
            let (settings, faults) = Settings::read(tree, Holder::Template, &given);
            let id = self.take(place.field(Field::Id), TemplateId::parse(&preset.id));
            let name = self.take(place.field(Field::Name), TemplateName::parse(&preset.name));
            let taken =
                name.as_ref().filter(|name| names.insert(name.folded().into(), ()).is_some());
            if let Some(name) = taken {
                let given = name.as_str().into();
                self.add(place.field(Field::Name), CatalogFault::TemplateNameTaken { given });
            }
            for (at, fault) in faults {
                let path = preset.grants.get(at).map_or("", |(path, _)| path);
                self.add(place.entry(Field::Grants, path), fault);
            }
            let Some(id) = id else { continue };
            if templates.contains_key(&id) {
                let first = format!("template {}", id.as_str()).into();
                let given = id.as_str().into();
                self.add(place.field(Field::Id), CatalogFault::Duplicate { given, first });
            } else if let Some(name) = name {
                let description = preset.description.clone();
                templates.insert(id, PresetTemplate { name, description, settings });
            }
        }
        templates
    }
}

/// `needs`, and what those are gated by.
pub(crate) fn closed_needs(gates: &[CompiledGate], needs: &Bits) -> Bits {
    let meeting = gates.iter().filter(|gate| gate.target.meets(needs));
    meeting.fold(needs.clone(), |all, gate| all.or(&gate.needs))
}

/// The bit of an account feature by its path (CAT-4).
pub(crate) fn feature_bit(tree: &Tree, path: &str) -> Result<u16, KeyError> {
    let node = tree.node(tree.find(path)?);
    let bit = node.bits.start;
    if node.is_leaf() && node.source == Source::Account {
        return Ok(bit);
    }
    let known = quoted(tree.features().map(|feature| &feature.path));
    Err(KeyError::NotAFeature { path: node.path.clone(), known })
}

/// A label, or the one that a key has without.
fn labelled(key: &str, label: Option<&Text>) -> Box<str> {
    label.map_or_else(|| label_of(key).into(), |label| (**label).into())
}

/// The bit of a permission that commands can rest on: one that a person holds by grant or by role
/// (CAT-15).
fn carrying_bit(tree: &Tree, ask: &str) -> Result<u16, CatalogFault> {
    let (id, rung) = tree.find_rung(ask)?;
    let node = tree.node(id);
    let bit = node.bits.clone().nth(rung.into()).filter(|_| node.is_leaf());
    match (bit, node.source) {
        (Some(bit), Source::Grantable | Source::Role) => Ok(bit),
        (Some(_), Source::Account) | (None, _) => {
            Err(CatalogFault::NotAnAuthority { given: ask.into() })
        }
    }
}
