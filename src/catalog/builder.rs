use alloc::borrow::Cow;

use crate::catalog::definition::{
    Area, Definition, Delegation, Gate, Operation, Preset, Setting, Text,
};
use crate::catalog::problem::CatalogError;
use crate::catalog::{Catalog, build};

/// Describes a catalog at run time; [`build`](Self::build) checks it.
///
/// ```
/// use bailiwick::{Area, Catalog, Level, catalog::Source};
///
/// let catalog = Catalog::builder("help-desk/1")
///     .area(Area::levels("tickets").with("open").with("closed"))
///     .area(Area::toggle("plan").source(Source::Account).with("archive"))
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
        Self { definition }
    }

    /// Adds an area, after those there are.
    pub fn area(mut self, area: Area) -> Self {
        self.definition.areas.to_mut().push(area);
        self
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
    /// [`MAX_PERMISSIONS`](crate::catalog::MAX_PERMISSIONS).
    pub fn build(self) -> Result<Catalog, CatalogError> {
        build::build(self.definition)
    }
}
