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

/// What a program reads of every refusal, from its `facts`.
macro_rules! refusal_facts {
    ($type:ident: $code:literal, $rule:literal) => {
        impl $type {
            #[doc = concat!("A stable name for programs: `", $code, "`.")]
            #[must_use]
            pub const fn code(&self) -> &'static str {
                self.facts().0
            }

            #[doc = concat!("The rule that refused it: `", $rule, "`.")]
            #[must_use]
            pub const fn rule(&self) -> &'static str {
                self.facts().1
            }

            /// What kind of refusal it is (GRD-12).
            #[must_use]
            pub const fn kind(&self) -> $crate::ledger::RefusalKind {
                self.facts().2
            }
        }
    };
}
pub(crate) use refusal_facts;
