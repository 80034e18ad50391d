use alloc::borrow::Cow;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::catalog::definition::{
    Area, Definition, Delegation, Gate, Operation, Preset, Setting, Text,
};
use crate::catalog::problem::{CatalogError, CatalogFault, CatalogProblem};
use crate::catalog::{Catalog, build};
use crate::key::Map;

/// Describes a catalog at run time; [`build`](Self::build) checks it.
///
/// ```
/// use bailiwick::{Area, Catalog, Level, catalog::Source};
///
/// let catalog = Catalog::builder("help-desk/1")
///     .area(Area::levels("tickets").with("open").with("closed"))
///     .area(Area::toggle("plan").set_by(Source::Account).with("archive"))
///     .gate("tickets.closed", ["plan.archive"])
///     .operation("reopen", ["tickets:edit"])
///     .template("reader", "Reader", [("tickets", Level::Read)])
///     .build()?;
/// assert_eq!(catalog.permissions().count(), 5);
/// # Ok::<(), bailiwick::catalog::CatalogError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct CatalogBuilder {
    definition: Definition,
    /// Which catalog areas came from, by key, where it is not this one.
    origins: Map<Text, Text>,
    /// What is wrong with what was included.
    problems: Vec<CatalogProblem>,
}

impl CatalogBuilder {
    pub(crate) fn new(id: Text) -> Self {
        Self::from_definition(Definition {
            id,
            areas: Cow::Borrowed(&[]),
            gates: Cow::Borrowed(&[]),
            delegation: None,
            operations: Cow::Borrowed(&[]),
            templates: Cow::Borrowed(&[]),
        })
    }

    pub(crate) fn from_definition(definition: Definition) -> Self {
        Self { definition, origins: Map::default(), problems: Vec::new() }
    }

    /// Starts with everything that is in a catalog, under a new id.
    pub(crate) fn from_catalog(id: Text, catalog: &Catalog) -> Self {
        let from: Text = catalog.id().to_string().into();
        let keys = catalog.areas().iter().map(|area| area.section.key.clone());
        let origins = keys.map(|key| (key, from.clone())).collect();
        let definition = Definition { id, ..catalog.definition().clone() };
        Self { origins, ..Self::from_definition(definition) }
    }

    /// Adds an area, after those there are.
    pub fn area(mut self, area: Area) -> Self {
        self.definition.areas.to_mut().push(area);
        self
    }

    /// Adds areas of another catalog by key, in the order in which it has them, with its gates and
    /// operations that speak of nothing but these and areas that are here already.
    ///
    /// ```
    /// use bailiwick::presets::{agency, studio};
    ///
    /// let composed = studio::catalog()
    ///     .to_builder("voice-agency/1")
    ///     .include(&agency::catalog(), ["general", "agent_types"])
    ///     .gate("knowledge", ["general.knowledge_base"])
    ///     .build()?;
    /// assert!(composed.permission("agent_types.widget:on").is_ok());
    ///
    /// let colliding = studio::catalog().to_builder("voice-agency/2");
    /// let error = colliding.include(&agency::catalog(), ["integrations"]).build().unwrap_err();
    /// assert_eq!(
    ///     error.problems()[0].fault().to_string(),
    ///     "area `integrations` of `agency/1` collides with area `integrations` of \
    ///      `studio/2026-06`; leave one of the two out",
    /// );
    /// # Ok::<(), bailiwick::catalog::CatalogError>(())
    /// ```
    pub fn include<'a>(
        mut self,
        catalog: &Catalog,
        areas: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let from: Text = catalog.id().to_string().into();
        let wanted: Vec<&str> = areas.into_iter().collect();
        for key in &wanted {
            if let Err(unknown) = catalog.tree().find(key) {
                let place = format!("areas[{}]", self.definition.areas.len());
                self.problems.push(CatalogProblem::new(place, unknown));
            }
        }
        let wanted: Map<&str, ()> = wanted.into_iter().map(|key| (key, ())).collect();
        let mut taken: Map<Text, ()> =
            self.definition.areas.iter().map(|area| (area.section.key.clone(), ())).collect();
        let all = catalog.areas().iter();
        for area in all.filter(|area| wanted.contains_key(area.section.key())) {
            if taken.insert(area.section.key.clone(), ()).is_some() {
                self.collision(&area.section.key, &from);
            } else {
                self.origins.insert(area.section.key.clone(), from.clone());
                self.definition.areas.to_mut().push(area.clone());
            }
        }
        let mut known: Map<(&str, &str), ()> = Map::default();
        for area in self.definition.areas.iter() {
            known.insert((area.section.key(), ""), ());
            known.extend(area.sub_sections.iter().map(|leaf| ((area.key(), leaf.key()), ())));
        }
        let is_known = |text: &Text| {
            let path = text.split(':').next().unwrap_or_default();
            known.contains_key(&path.split_once('.').unwrap_or((path, "")))
        };
        let others = catalog.definition();
        let gates = others.gates.iter();
        let gates = gates.filter(|gate| is_known(&gate.target) && gate.needs.iter().all(is_known));
        let gates: Vec<Gate> = gates.cloned().collect();
        let operations = others.operations.iter();
        let operations = operations.filter(|operation| operation.needs.iter().all(is_known));
        let operations: Vec<Operation> = operations.cloned().collect();
        self.definition.gates.to_mut().extend(gates);
        self.definition.operations.to_mut().extend(operations);
        self
    }

    /// Notes that an area of another catalog has the key of one that is here.
    fn collision(&mut self, key: &Text, from: &Text) {
        let with = self.origins.get(key).unwrap_or(&self.definition.id);
        let fault = CatalogFault::Collision {
            given: (&**key).into(),
            from: (&**from).into(),
            with: (&**with).into(),
        };
        let place = format!("areas[{}]", self.definition.areas.len());
        self.problems.push(CatalogProblem::new(place, fault));
    }

    /// Makes `target`, an area or a leaf, inert while one of the features `needs` is off (CAT-6).
    pub fn gate<I: IntoIterator<Item: Into<Text>>>(
        mut self,
        target: impl Into<Text>,
        needs: I,
    ) -> Self {
        let needs = needs.into_iter().map(Into::into).collect();
        self.definition.gates.to_mut().push(Gate { target: target.into(), needs });
        self
    }

    /// Lets members who hold the actions of `area` manage others while `feature` is on (GRD-2).
    pub fn delegation(mut self, area: impl Into<Text>, feature: impl Into<Text>) -> Self {
        self.definition.delegation =
            Some(Delegation { area: area.into(), feature: feature.into() });
        self
    }

    /// Names a conjunction of permissions, given as `path:rung` (CAT-7).
    pub fn operation<I: IntoIterator<Item: Into<Text>>>(
        mut self,
        key: impl Into<Text>,
        needs: I,
    ) -> Self {
        let needs = needs.into_iter().map(Into::into).collect();
        self.definition.operations.to_mut().push(Operation { key: key.into(), needs });
        self
    }

    /// Adds a role template that the catalog ships (TPL-9).
    pub fn template<P: Into<Text>, S: Into<Setting>>(
        mut self,
        id: impl Into<Text>,
        name: impl Into<Text>,
        grants: impl IntoIterator<Item = (P, S)>,
    ) -> Self {
        let grants = grants.into_iter().map(|(path, setting)| (path.into(), setting.into()));
        let preset = Preset { id: id.into(), name: name.into(), grants: grants.collect() };
        self.definition.templates.to_mut().push(preset);
        self
    }

    /// Checks it all and lays it out.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once (CAT-8): a key out of form, over 64 bytes or given twice;
    /// a gate, operation or template that names what is not there; a feature that needs itself; an
    /// operation or gate of nothing; an area without permissions; more than
    /// [`MAX_PERMISSIONS`](crate::catalog::MAX_PERMISSIONS),
    /// [`MAX_SECTIONS`](crate::catalog::MAX_SECTIONS) or
    /// [`MAX_GATES`](crate::catalog::MAX_GATES). Areas that are beyond a limit are not looked into
    /// further, so that no input costs much more than its size.
    pub fn build(self) -> Result<Catalog, CatalogError> {
        let Self { definition, mut problems, .. } = self;
        match build::build(definition) {
            Ok(catalog) if problems.is_empty() => Ok(catalog),
            Ok(_) => Err(CatalogError::new(problems, 0)),
            Err(error) => {
                problems.extend_from_slice(error.problems());
                Err(CatalogError::new(problems, error.more()))
            }
        }
    }
}
