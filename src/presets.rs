//! Catalogs of existing products, ready to use or to start from.

pub mod agency;
pub mod agency_studio;
mod march_to_june;
pub mod studio;
pub mod studio_classic;
pub mod tenant;

pub use self::march_to_june::march_to_june;

use crate::catalog::Catalog;

/// All presets: what a document's `"catalog": "studio/2026-06"` is looked up in.
#[must_use]
pub fn all() -> [Catalog; 5] {
    [
        studio::catalog(),
        studio_classic::catalog(),
        tenant::catalog(),
        agency::catalog(),
        agency_studio::catalog(),
    ]
}
