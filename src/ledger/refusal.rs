use crate::name::names;

/// What kind of refusal it is: what a host answers with (GRD-12).
///
/// ```
/// use bailiwick::ledger::RefusalKind;
///
/// let status = |kind| match kind {
///     RefusalKind::Forbidden => 403,
///     RefusalKind::NotFound => 404,
///     RefusalKind::Conflict => 409,
///     RefusalKind::Invalid => 422,
/// };
/// assert_eq!(status("not_found".parse()?), 404);
/// # Ok::<(), bailiwick::error::ParseNameError>(())
/// ```
// Exhaustive, since a host that answers each kind should learn of another when it compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The actor may not do this, though another might, or nobody may now for safety's sake.
    Forbidden,
    /// The user, template or subaccount does not exist.
    NotFound,
    /// The command is well formed, and the state as it is does not admit it.
    Conflict,
    /// The command can never be accepted as it is.
    Invalid,
}

names!(RefusalKind, "kind of refusal", {
    Forbidden => "forbidden",
    NotFound => "not_found",
    Conflict => "conflict",
    Invalid => "invalid",
});

/// Small structs for the variants of refusals, with an accessor for each field. A field that is
/// lent is followed by what it is lent as.
macro_rules! refusals {
    ($(
        $(#[$meta:meta])*
        $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty $(=> &$lent:ty)?,)* }
    )*) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Error)]
        $(#[$meta])*
        pub struct $name {
            $(pub(crate) $field: $type,)*
        }

        impl $name {
            $($crate::ledger::refusals!(@ $(#[$doc])* $field: $type $(=> &$lent)?);)*
        }
    )*};
    (@ $(#[$doc:meta])* $field:ident: $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(&self) -> $type {
            self.$field
        }
    };
    (@ $(#[$doc:meta])* $field:ident: $type:ty => &$lent:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(&self) -> &$lent {
            &self.$field
        }
    };
}
pub(crate) use refusals;
