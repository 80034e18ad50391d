use alloc::string::{String, ToString};

use crate::catalog::source::Source;
use crate::lattice::{Lattice, Subject};
use crate::name::names;
use crate::permission::Permission;
use crate::role::Role;
use crate::text::write_field;

/// Every user and every permission of a lattice, and where each answer comes from.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    lattice: &'a Lattice,
}

/// One user's answer about one permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    permission: Permission,
    source: Option<CellSource>,
}

impl Cell {
    /// The permission.
    #[must_use]
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// Whether it is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.source.is_some()
    }

    /// What gives it; `None` if it is denied.
    #[must_use]
    pub fn source(&self) -> Option<CellSource> {
        self.source
    }
}

/// What gives a permission that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CellSource {
    /// The role admin.
    Role,
    /// The template, whatever the user's own grants say.
    Template,
    /// The user's own grants, or those and the template together.
    Grants,
    /// The account's features.
    Feature,
}

names!(CellSource, "source", {
    Role => "role",
    Template => "template",
    Grants => "grants",
    Feature => "feature",
});

impl Lattice {
    /// Every user and every permission, in order.
    #[must_use]
    pub fn matrix(&self) -> Matrix<'_> {
        Matrix { lattice: self }
    }
}

impl<'a> Matrix<'a> {
    /// The users by id, in order, each with a cell for every permission in catalog order.
    pub fn rows(
        &self,
    ) -> impl Iterator<Item = (&'a str, impl Iterator<Item = Cell> + use<'a>)> + use<'a> {
        let lattice = self.lattice;
        lattice.users().map(move |id| (id, lattice.subject(id).cells()))
    }

    /// The matrix as CSV (RFC 4180), safe to open in a spreadsheet (DEC-5): every field is quoted,
    /// a text that a spreadsheet would take for a formula starts with an apostrophe, and each text
    /// is shown as [`Shown`](crate::text::Shown) does. One line a user; a cell is the name of its
    /// source, or empty.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let catalog = &self.lattice.catalog;
        let mut csv = String::from("\"user\"");
        for permission in catalog.permissions() {
            csv.push(',');
            write_field(&mut csv, &catalog.display(permission).to_string());
        }
        csv.push_str("\r\n");
        for (id, cells) in self.rows() {
            write_field(&mut csv, id);
            for cell in cells {
                csv.push(',');
                write_field(&mut csv, cell.source.map_or("", CellSource::name));
            }
            csv.push_str("\r\n");
        }
        csv
    }
}

impl<'a> Subject<'a> {
    /// The user's answer about every permission, in catalog order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + use<'a> {
        let (subject, catalog) = (*self, &self.lattice.catalog);
        let profile = self.profile();
        let is_admin = profile.is_some_and(|profile| profile.role == Role::Admin);
        let by_template = profile.map(|profile| profile.layers().by_template()).unwrap_or_default();
        catalog.permissions().map(move |permission| {
            let source = subject.can(permission).then(|| match catalog.source(permission) {
                Some(Source::Account) => CellSource::Feature,
                Some(Source::Role) => CellSource::Role,
                Some(Source::Grantable) | None if is_admin => CellSource::Role,
                Some(Source::Grantable) | None if by_template.contains(permission.bit()) => {
                    CellSource::Template
                }
                Some(Source::Grantable) | None => CellSource::Grants,
            });
            Cell { permission, source }
        })
    }
}
