//! The role templates that catalogs ship, with what they grant (TPL-9).

use crate::catalog::{Catalog, PresetTemplate, TemplateKey};
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

impl Catalog {
    /// The role templates that the catalog ships, in order (CAT-17, TPL-9).
    ///
    /// ```
    /// let catalog = bailiwick::presets::tenant::catalog();
    /// let listed: Vec<_> = catalog
    ///     .templates()
    ///     .map(|one| (one.label(), one.description()))
    ///     .collect();
    /// assert_eq!(listed[0], ("Support agent", Some("Handles conversations")));
    /// ```
    pub fn templates(&self) -> impl Iterator<Item = PresetView<'_>> {
        self.presets().iter().map(|(id, preset)| PresetView { catalog: self, id, preset })
    }
}

impl TemplateKey {
    /// What the template grants.
    #[must_use]
    pub fn grants(&self) -> Grants {
        let catalog = self.catalog();
        Grants::of_preset(&catalog, self.id()).unwrap_or_else(|| Grants::new(&catalog))
    }
}
