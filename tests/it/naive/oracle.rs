//! Decisions: a second, deliberately naive reading of the rules over documents.
//!
//! It reads documents that are known to be valid, and fails loudly on any name it does not know.
//!
//! From top to bottom: the questions, the rules that answer them, the account.

#![expect(
    clippy::panic,
    reason = "a document that the naive side cannot read is a mistake in the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::catalog::{Catalog, Leaf, Source};
use super::reading::{list, text, texts};
use super::settings::{Grants, Rungs, largest_valid, raw, read_grants, read_templates};

/// One account, and the answer to every question about it.
#[derive(Clone, Debug)]
pub(crate) struct Oracle {
    catalog: Arc<Catalog>,
    account: Account,
}

// The questions.

impl Oracle {
    /// Reads a valid account document.
    pub(crate) fn new(account_document: &Value) -> Self {
        let catalog = Catalog::new(&account_document["catalog"]);
        Self::on(&Arc::new(catalog), account_document)
    }

    /// Reads a valid account document that stands on this catalog.
    pub(crate) fn on(catalog: &Arc<Catalog>, account_document: &Value) -> Self {
        let account = Account::new(catalog, &catalog.without_retired(account_document));
        Self { catalog: Arc::clone(catalog), account }
    }

    /// Every permission in text form, in catalog order.
    pub(crate) fn permissions(&self) -> Vec<String> {
        self.catalog.permissions()
    }

    /// The key of every operation, in catalog order.
    pub(crate) fn operations(&self) -> Vec<String> {
        let keys = self.catalog.operations.iter().map(|(key, _)| key.clone());
        keys.collect()
    }

    /// The id of every user of the account.
    pub(crate) fn users(&self) -> Vec<String> {
        self.account.users.keys().cloned().collect()
    }

    /// The catalog the account stands on.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What the user may do, as a set of permissions (USR-2, TPL-2, ROLE-2, ROLE-3): nothing
    /// unless active; otherwise what the role gives, with what is inert taken out.
    pub(crate) fn effective(&self, user: &str) -> BTreeSet<String> {
        let user = self.account.users.get(user);
        let Some(user) = user.filter(|user| user.is_active()) else {
            return BTreeSet::new();
        };
        let mut effective = BTreeSet::new();
        for leaf in self.catalog.leaves() {
            let mut held = self.held(user, leaf);
            held.retain(|rung| !self.is_inert_for(user, leaf, rung));
            effective.extend(leaf.permissions_of(&held));
        }
        effective
    }

    /// By what the user may give a group of commands (CAT-15, GRD-7): what they hold of what
    /// carries it, if all features that it needs are in force. Where the catalog does not speak of
    /// it, admins may, and members who hold the delegated action (GRD-1, GRD-2).
    pub(crate) fn carried_by(&self, user: &str, group: &str) -> Vec<String> {
        let mut held = self.effective(user);
        if let Some(carriers) = self.catalog.authority.get(group) {
            held.retain(|one| carriers.any.contains(one));
            let is_on = carriers.needs.iter().all(|feature| self.in_force(feature));
            return held.into_iter().filter(|_| is_on).collect();
        }
        let action = match group {
            "invite" => "create",
            "templates" => "manage",
            "permissions" => "edit",
            group => group,
        };
        let delegated = self.catalog.delegation().map(|(area, _)| format!("{area}:{action}"));
        held.retain(|one| Some(one) == delegated.as_ref());
        let user = self.account.users.get(user);
        let is_admin = user.is_some_and(|user| user.is_active() && user.is_admin());
        is_admin.then(|| "admin".to_owned()).into_iter().chain(held).collect()
    }

    /// What a template preset of the catalog gives.
    pub(crate) fn template_set(&self, template_id: &str) -> BTreeSet<String> {
        let Some(grants) = self.catalog.templates.get(template_id) else {
            panic!("no template preset `{template_id}` in the catalog")
        };
        let mut set = BTreeSet::new();
        for leaf in self.catalog.leaves() {
            let given = largest_valid(leaf, raw(grants, leaf));
            set.extend(leaf.permissions_of(&given));
        }
        set
    }

    /// Whether the user may do all that is asked; if not, the reason of the first conjunct that
    /// fails, in catalog order (CAT-7, DEC-2).
    pub(crate) fn decide(&self, user: &str, ask: &[String]) -> Result<(), &'static str> {
        let asked: BTreeSet<String> = ask.iter().flat_map(|one| self.catalog.expand(one)).collect();
        assert!(!asked.is_empty(), "nothing is asked: {ask:?}");
        for leaf in self.catalog.leaves() {
            for (rung, permission) in leaf.atoms() {
                if asked.contains(permission) {
                    self.decide_one(user, leaf, rung)?;
                }
            }
        }
        Ok(())
    }
}

// The rules.

impl Oracle {
    /// The reasons for a denial, first that applies (DEC-2).
    fn decide_one(&self, user: &str, leaf: &Leaf, rung: &str) -> Result<(), &'static str> {
        let Some(user) = self.account.users.get(user) else {
            return Err("unknown_user");
        };
        if !user.is_active() {
            return Err("not_active");
        }
        if self.is_inert_for(user, leaf, rung) {
            return Err("not_entitled");
        }
        match leaf.source {
            Source::Account if self.is_on(leaf) => Ok(()),
            Source::Account => Err("not_entitled"),
            _ if user.is_admin() => Ok(()),
            Source::Role => Err("admin_only"),
            Source::Grantable if !self.given(user, leaf).contains(rung) => Err("not_granted"),
            Source::Grantable if muted(user, leaf).contains(rung) => Err("muted"),
            Source::Grantable => Ok(()),
        }
    }

    /// The rungs an active user holds on a leaf while nothing makes it inert: a feature that is
    /// on (CAT-4); for an admin every grantable and role permission (ROLE-2); for a member what
    /// is given minus what is muted (ROLE-3, TPL-2), and no role permission (ROLE-4).
    fn held(&self, user: &User, leaf: &Leaf) -> Rungs {
        match (leaf.source, user.is_admin()) {
            (Source::Account, _) if self.is_on(leaf) => leaf.all_rungs(),
            (Source::Account, _) | (Source::Role, false) => Rungs::new(),
            (Source::Role | Source::Grantable, true) => leaf.all_rungs(),
            (Source::Grantable, false) => &self.given(user, leaf) - &muted(user, leaf),
        }
    }

    /// What a member is given on a leaf but for mutes: the largest valid set inside
    /// (template ∪ grants) (TPL-2). A template that does not exist gives nothing (TPL-8).
    fn given(&self, user: &User, leaf: &Leaf) -> Rungs {
        let mut given = raw(&user.grants, leaf);
        if let Some(template) = &user.template
            && let Some(grants) = self.account.templates.get(template)
        {
            given.extend(raw(grants, leaf));
        }
        largest_valid(leaf, given)
    }

    /// Whether a rung is inert for this user: for everyone by a gate (CAT-6), for members also
    /// while the feature that delegation needs is out of force (GRD-2).
    fn is_inert_for(&self, user: &User, leaf: &Leaf, rung: &str) -> bool {
        self.is_inert(leaf, rung) || (!user.is_admin() && self.lacks_delegation(leaf))
    }

    /// Whether a gate on the leaf, on its area, or on the rung needs a feature that is out of force
    /// (CAT-6, CAT-17).
    fn is_inert(&self, leaf: &Leaf, rung: &str) -> bool {
        let gates = self.catalog.gates.iter();
        gates
            .filter(|gate| gate.holds(leaf, rung))
            .any(|gate| gate.needs.iter().any(|feature| !self.in_force(feature)))
    }

    /// Whether the leaf is of the delegated area while delegation is off (GRD-2).
    fn lacks_delegation(&self, leaf: &Leaf) -> bool {
        let delegated = self.catalog.delegated.as_ref();
        delegated.is_some_and(|delegated| {
            delegated.area == leaf.area && !self.in_force(&delegated.feature)
        })
    }

    /// Whether a feature is on and not itself inert (CAT-6).
    pub(super) fn in_force(&self, feature: &str) -> bool {
        let leaf = self.catalog.leaf(feature);
        self.is_on(leaf) && !self.is_inert(leaf, leaf.first_rung())
    }

    /// Whether a feature, by path, is on by itself.
    pub(super) fn is_turned_on(&self, feature: &str) -> bool {
        self.is_on(self.catalog.leaf(feature))
    }

    /// Whether a feature is on: listed by the account, or always on (AGY-2).
    fn is_on(&self, feature: &Leaf) -> bool {
        feature.always_on || self.account.features.contains(&feature.path)
    }
}

/// The rungs of a leaf that mutes take away: muting a rung mutes all that needs it (TPL-5).
fn muted(user: &User, leaf: &Leaf) -> Rungs {
    let muted: Rungs = leaf
        .atoms()
        .filter(|(_, permission)| user.mutes.contains(*permission))
        .map(|(rung, _)| rung.clone())
        .collect();
    if muted.contains(leaf.first_rung()) { leaf.all_rungs() } else { muted }
}

// The account.

/// What an account document says, in canonical names.
#[derive(Clone, Debug)]
struct Account {
    features: BTreeSet<String>,
    templates: BTreeMap<String, Grants>,
    users: BTreeMap<String, User>,
}

/// What decisions depend on in one entry of the directory.
#[derive(Clone, Debug)]
struct User {
    role: String,
    status: String,
    template: Option<String>,
    grants: Grants,
    mutes: BTreeSet<String>,
}

impl Account {
    fn new(catalog: &Catalog, document: &Value) -> Self {
        let features = texts(&document["features"]);
        Self {
            features: features.map(|path| catalog.canonical(path)).collect(),
            templates: read_templates(&catalog.areas, &document["templates"]),
            users: list(&document["users"])
                .map(|user| (text(&user["id"]).to_owned(), User::new(catalog, user)))
                .collect(),
        }
    }
}

impl User {
    fn new(catalog: &Catalog, document: &Value) -> Self {
        let mutes = texts(&document["mutes"]);
        Self {
            role: read_role(text(&document["role"])).to_owned(),
            status: text(&document["status"]).to_owned(),
            template: document["template"].as_str().map(str::to_owned),
            grants: read_grants(&catalog.areas, &document["grants"]),
            mutes: mutes.flat_map(|mute| catalog.expand(mute)).collect(),
        }
    }

    /// Two roles: admin and member (ROLE-1).
    fn is_admin(&self) -> bool {
        self.role == "admin"
    }

    /// Only an active user may do anything (USR-2).
    fn is_active(&self) -> bool {
        self.status == "active"
    }
}

/// The roles; `user` is read as `member` (ROLE-1).
fn read_role(role: &str) -> &str {
    match role {
        "admin" => "admin",
        "member" | "user" => "member",
        _ => panic!("no role `{role}`"),
    }
}
