//! How much a catalog may hold, so that reading one takes no more than its limits allow.

use crate::catalog::area::Area;
use crate::catalog::definition::Definition;
use crate::catalog::place::{Field, Place};
use crate::catalog::problem::CatalogFault;

/// The most permissions a catalog can have.
pub const MAX_PERMISSIONS: usize = 4096;

/// The most areas and sub-sections a catalog can have.
pub const MAX_SECTIONS: usize = 2 * MAX_PERMISSIONS;

/// The most gates a catalog can have.
pub const MAX_GATES: usize = 512;

/// The most aliases that a catalog's areas and sub-sections can have together.
pub const MAX_ALIASES: usize = 8192;

/// The most operations a catalog can have.
pub const MAX_OPERATIONS: usize = 8192;

/// The most permissions and features that a catalog's gates, operations and authority can name
/// together.
pub const MAX_NEEDS: usize = 65_536;

/// The most templates a catalog can ship.
pub const MAX_TEMPLATES: usize = 1024;

/// The most areas and sub-sections that a catalog's templates can set together.
pub const MAX_TEMPLATE_SETTINGS: usize = 65_536;

/// The most retired keys a catalog can have (EVO-5).
pub const MAX_RETIRED: usize = 8192;

/// How many there are of what a catalog lists.
#[derive(Default)]
pub(crate) struct Size {
    pub(crate) sections: usize,
    pub(crate) aliases: usize,
    pub(crate) gates: usize,
    pub(crate) operations: usize,
    /// Of gates, operations and authority.
    pub(crate) needs: usize,
    pub(crate) templates: usize,
    pub(crate) settings: usize,
    pub(crate) retired: usize,
}

impl Size {
    pub(crate) fn of(definition: &Definition) -> Self {
        let Definition {
            id: _,
            roles: _,
            levels: _,
            areas,
            gates,
            delegation: _,
            authority,
            operations,
            templates,
            audit_log: _,
            retired,
        } = definition;
        let aliases = |area: &Area| {
            let own = area.section.aliases.len();
            own + area.sub_sections.iter().map(|one| one.aliases.len()).sum::<usize>()
        };
        let of_gates: usize = gates.iter().map(|gate| gate.needs.len()).sum();
        let of_authority: usize = authority.iter().map(|one| one.any.len() + one.needs.len()).sum();
        let of_operations: usize = operations.iter().map(|one| one.needs.len()).sum();
        Self {
            sections: areas.iter().map(|area| 1 + area.sub_sections.len()).sum(),
            aliases: areas.iter().map(aliases).sum(),
            gates: gates.len(),
            operations: operations.len(),
            needs: of_gates + of_authority + of_operations,
            templates: templates.len(),
            settings: templates.iter().map(|template| template.grants.len()).sum(),
            retired: retired.len(),
        }
    }

    /// What there is too much of, and its place.
    pub(crate) fn faults(&self) -> impl Iterator<Item = (Place, CatalogFault)> {
        let counts = [
            (Field::Areas, "areas and sub-sections", self.sections, MAX_SECTIONS),
            (Field::Areas, "aliases", self.aliases, MAX_ALIASES),
            (Field::Gates, "gates", self.gates, MAX_GATES),
            (Field::Operations, "operations", self.operations, MAX_OPERATIONS),
            (Field::Operations, "needs of gates, authority and operations", self.needs, MAX_NEEDS),
            (Field::Templates, "templates", self.templates, MAX_TEMPLATES),
            (Field::Templates, "settings of templates", self.settings, MAX_TEMPLATE_SETTINGS),
            (Field::Retired, "retired keys", self.retired, MAX_RETIRED),
        ];
        let beyond = counts.into_iter().filter(|(_, _, given, most)| given > most);
        beyond.map(|(place, what, given, most)| {
            (place.into(), CatalogFault::TooMany { what, given, most })
        })
    }
}
