/// Which catalog a permission belongs to: a hash of the catalog's content.
///
/// Equal catalogs have equal stamps, whether they come from [`catalog!`](crate::catalog!), a
/// builder or a document. The hash guards against mixing catalogs up by accident; it is no
/// defence against someone who crafts a catalog to collide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp(u64);

impl Stamp {
    /// The stamp of no catalog; what an empty set carries.
    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn new(hash: u64) -> Self {
        Self(if hash == 0 { 1 } else { hash })
    }
}

/// One thing that can be allowed: a leaf of a catalog and a rung of its scale.
///
/// Sixteen bytes, `Copy`, and meaningful only to the catalog it came from: another catalog's
/// check denies it (CAT-9). Its text form, `knowledge.faqs:edit`, is read by
/// [`Catalog::permission`](crate::Catalog::permission) and written by
/// [`Catalog::display`](crate::Catalog::display). Permissions have no order of their own: the
/// order is the catalog's, and [`PermissionSet::iter`](crate::PermissionSet::iter) follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Permission {
    pub(crate) stamp: Stamp,
    pub(crate) bit: u16,
}

const _: () = assert!(size_of::<Permission>() <= 16);

impl Permission {
    pub(crate) const fn new(stamp: Stamp, bit: u16) -> Self {
        Self { stamp, bit }
    }

    /// The stamp of the catalog that this permission belongs to.
    #[must_use]
    pub const fn stamp(self) -> Stamp {
        self.stamp
    }
}
