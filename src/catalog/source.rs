use crate::name::names;

/// Who sets the permissions of an area (CAT-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Grants and templates.
    Grantable,
    /// The account role alone: an admin has it, nobody can be granted it.
    Role,
    /// The account as a whole: a feature flag.
    Account,
}

names!(Source, "source", {
    Grantable => "grantable",
    Role => "role",
    Account => "account",
});

/// Who turns the features of an account area on and off (CAT-14, GRD-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setter {
    /// The host alone: what a plan includes.
    Host,
    /// The agency that owns the account, or the host.
    Agency,
}

names!(Setter, "setter", { Host => "host", Agency => "agency" });
