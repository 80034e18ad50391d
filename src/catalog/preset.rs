use crate::catalog::{Catalog, PresetTemplate};
use crate::grants::Grants;
use crate::key::TemplateId;

/// A role template of a catalog: what [`Catalog::templates`] lists (CAT-17).
#[derive(Debug, Clone, Copy)]
pub struct PresetView<'a> {
    catalog: &'a Catalog,
    id: &'a TemplateId,
    preset: &'a PresetTemplate,
}

impl<'a> PresetView<'a> {
    pub(crate) const fn new(
        catalog: &'a Catalog,
        id: &'a TemplateId,
        preset: &'a PresetTemplate,
    ) -> Self {
        Self { catalog, id, preset }
    }

    /// The id.
    #[must_use]
    pub fn id(self) -> &'a TemplateId {
        self.id
    }

    /// The label, which is the name of the template in an account (TPL-1).
    #[must_use]
    pub fn label(self) -> &'a str {
        self.preset.name.as_str()
    }

    /// Whom it is for, if the catalog says so.
    #[must_use]
    pub fn description(self) -> Option<&'a str> {
        self.preset.description.as_deref()
    }

    /// What it grants.
    #[must_use]
    pub fn grants(self) -> Grants {
        Grants::from_settings(self.catalog, self.preset.settings.clone())
    }
}
