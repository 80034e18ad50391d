//! CAT-10: what the types promise.

use bailiwick::catalog::{
    Actions, CatalogBuilder, CatalogError, CatalogFault, CatalogProblem, Container, KeyError, Leaf,
    LeafView, Levels, SettingError, Source, TemplateKey, Toggle,
};
use bailiwick::document::{Case, Cases, Document, DocumentError, DocumentFault, DocumentProblem};
use bailiwick::{
    Account, Area, Catalog, Decision, Features, Grants, Lattice, Level, Mutes, Permission,
    PermissionSet, Profile, Reason, Requirement, Role, Section, Setting, Status, Template,
};

/// CAT-10: a permission is small and `Copy`.
#[test]
fn a_permission_is_at_most_sixteen_bytes_and_copy() {
    const fn copy<T: Copy>() -> usize {
        size_of::<T>()
    }
    const { assert!(copy::<Permission>() <= 16) };
    assert!(copy::<Permission>() >= 8, "a stamp and a position");
}

/// All public types can be shared between threads; it compiles, or not.
#[expect(dead_code, reason = "it is enough that it compiles")]
fn public_types_are_send_and_sync() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<(Account, bailiwick::Agency, bailiwick::User)>();
    shared::<(Area, Catalog, CatalogBuilder, Container, LeafView<'static>)>();
    shared::<(Section, Setting, Source, bailiwick::catalog::Scale)>();
    shared::<(Leaf<Actions>, Leaf<Levels>, Leaf<Toggle>, TemplateKey)>();
    shared::<(Decision, Reason, Features, Grants, Mutes, Template)>();
    shared::<(Lattice, bailiwick::Subject<'static>, Profile<'static>)>();
    shared::<(Level, Permission, PermissionSet, Requirement)>();
    shared::<(bailiwick::Stamp, bailiwick::Timestamp, Role, Status)>();
    shared::<(bailiwick::AccountId, bailiwick::AgencyId)>();
    shared::<(bailiwick::TemplateId, bailiwick::UserId, bailiwick::Email)>();
    shared::<(Case, Cases, Document)>();
    shared::<(CatalogError, CatalogFault, CatalogProblem)>();
    shared::<(DocumentError, DocumentFault, DocumentProblem)>();
    shared::<(KeyError, SettingError, bailiwick::error::CatalogMismatch)>();
    shared::<(bailiwick::error::IdError, bailiwick::error::EmailError)>();
    shared::<bailiwick::error::ParseNameError>();
    shared::<bailiwick::error::FeatureError>();
    shared::<bailiwick::error::TemplateError>();
}

/// Errors are values to pass on: `Clone`, comparable, `Send`, `Sync`, and errors.
#[expect(dead_code, reason = "it is enough that it compiles")]
fn errors_are_values() {
    fn error<T: core::error::Error + Clone + PartialEq + Eq + Send + Sync + 'static>() {}
    error::<CatalogError>();
    error::<CatalogFault>();
    error::<CatalogProblem>();
    error::<DocumentError>();
    error::<DocumentFault>();
    error::<DocumentProblem>();
    error::<KeyError>();
    error::<SettingError>();
    error::<bailiwick::error::CatalogMismatch>();
    error::<bailiwick::error::IdError>();
    error::<bailiwick::error::EmailError>();
    error::<bailiwick::error::ParseNameError>();
    error::<bailiwick::error::FeatureError>();
    error::<bailiwick::error::TemplateError>();
}
