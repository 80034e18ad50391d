//! What each user holds of each leaf, and the facts about the account, as a review words them.

use std::collections::HashMap;

use bailiwick::account::FindingKind;
use bailiwick::catalog::{LeafView, Scale, Source};
use bailiwick::{Account, Catalog, Lattice, Permission, Reason, Role, Status, User};

/// What the marks beside a level mean.
pub(crate) const MARKS: [(char, &str); 4] = [
    ('R', "the role"),
    ('T', "the template"),
    ('G', "own grants"),
    ('M', "a mute takes some of it"),
];

/// An account, and every answer about it.
pub(crate) struct Review {
    pub(crate) account: Account,
    pub(crate) lattice: Lattice,
}

/// What a user has of a leaf.
pub(crate) struct Held {
    /// The highest level, a letter for each action in its own place, `on`, or `·`.
    pub(crate) level: String,
    /// A letter for each source, and `M` if a mute takes something.
    pub(crate) marks: String,
    /// `all`, `some` or `none`.
    pub(crate) extent: &'static str,
    /// Each rung, and what gives it or why it is denied.
    pub(crate) note: String,
}

impl Review {
    pub(crate) fn of(account: Account) -> Self {
        Self { lattice: account.compile(), account }
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        self.account.catalog()
    }

    /// The leaves that can differ between users: all except the account's features, by area.
    pub(crate) fn areas(&self) -> Vec<Vec<LeafView<'_>>> {
        let leaves = self.catalog().leaves();
        let leaves: Vec<_> =
            leaves.filter(|leaf| leaf.area().source() != Source::Account).collect();
        let alike = |one: &LeafView<'_>, two: &LeafView<'_>| one.area().key() == two.area().key();
        leaves.chunk_by(alike).map(<[LeafView<'_>]>::to_vec).collect()
    }

    /// What a user has of each leaf of each area.
    pub(crate) fn held(&self, user: &User, areas: &[Vec<LeafView<'_>>]) -> Vec<Vec<Held>> {
        let subject = self.lattice.subject(user.id().as_str());
        let sources: HashMap<Permission, &str> = subject
            .cells()
            .filter_map(|cell| Some((cell.permission(), cell.source()?.name())))
            .collect();
        let of_leaf = |leaf: &LeafView<'_>| {
            let mut held = Held::nothing();
            let letters = letters(leaf);
            let (mut rungs, mut notes) = ((0, 0), Vec::new());
            for ((rung, permission), letter) in leaf.permissions().zip(letters) {
                let source = sources.get(&permission).copied();
                let reason = subject.reason(permission);
                rungs = (rungs.0 + usize::from(source.is_some()), rungs.1 + 1);
                if is_actions(leaf) {
                    held.level.push(if source.is_some() { letter } else { '·' });
                } else if source.is_some() {
                    rung.clone_into(&mut held.level);
                }
                let mark = match (source, reason) {
                    (Some(source), _) => source.chars().next().map(|one| one.to_ascii_uppercase()),
                    (None, Some(Reason::Muted)) => Some('M'),
                    (None, _) => None,
                };
                held.marks.extend(mark.filter(|mark| !held.marks.contains(*mark)));
                let why = source.or(reason.map(Reason::name)).unwrap_or_default();
                let sign = if source.is_some() { "by" } else { "no," };
                notes.push(format!("{rung}: {sign} {}", why.replace('_', " ")));
            }
            held.note = notes.join("; ");
            if held.level.is_empty() {
                held.level.push('·');
            }
            held.extent = match rungs {
                (0, _) => "none",
                (some, all) if some < all => "some",
                _ => "all",
            };
            held
        };
        areas.iter().map(|area| area.iter().map(of_leaf).collect()).collect()
    }

    /// The account in brief: names and values.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let account = &self.account;
        let seats = account.seats();
        let limit =
            seats.limit().map_or("used, no limit".to_owned(), |limit| format!("of {limit}"));
        let full = if seats.is_reached() { ", none free" } else { "" };
        let count = |of: Status| account.users().filter(|user| user.status() == of).count();
        let statuses = [Status::Active, Status::Invited, Status::Suspended];
        let statuses = statuses.map(|status| format!("{} {status}", count(status)));
        let admins = account.users().filter(|user| is_active_admin(user)).count();
        let features = account.catalog().leaves().filter_map(|leaf| {
            let is_feature = leaf.area().source() == Source::Account;
            let (_, feature) = leaf.permissions().next().filter(|_| is_feature)?;
            let inert = if account.features().is_effective(feature) { "" } else { " (inert)" };
            account.features().is_on(feature).then(|| format!("{}{inert}", leaf.label()))
        });
        let features = features.collect::<Vec<_>>().join(", ");
        vec![
            ("Catalog", account.catalog().id().to_owned()),
            ("Revision", account.revision().to_string()),
            ("Seats", format!("{} {limit}{full}", seats.used())),
            ("Users", statuses.join(", ")),
            ("Active admins", admins.to_string()),
            ("Features on", if features.is_empty() { "none".to_owned() } else { features }),
        ]
    }

    pub(crate) fn names(&self, permissions: &[Permission]) -> String {
        let names = permissions.iter().map(|one| self.catalog().display(*one).to_string());
        names.collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn template(&self, user: &User) -> &str {
        let template = user.template().and_then(|id| self.account.template(id.as_str()));
        template.map_or("–", |template| template.name())
    }
}

impl Held {
    fn nothing() -> Self {
        Self { level: String::new(), marks: String::new(), extent: "none", note: String::new() }
    }
}

pub(crate) fn is_active_admin(user: &User) -> bool {
    user.role() == Role::Admin && user.status() == Status::Active
}

/// A letter for each rung: the first letter of its name that no earlier rung has taken, so that
/// `edit` and `export` are `e` and `x`.
fn letters(leaf: &LeafView<'_>) -> Vec<char> {
    let mut taken = Vec::new();
    for (rung, _) in leaf.permissions() {
        let free = rung.chars().chain('a'..='z').chain('A'..='Z').find(|one| !taken.contains(one));
        taken.push(free.unwrap_or('?'));
    }
    taken
}

/// What the letters of areas with actions stand for; adjacent areas with the same actions share a
/// line.
pub(crate) fn legends(areas: &[Vec<LeafView<'_>>]) -> Vec<String> {
    let first: Vec<_> = areas.iter().filter_map(|area| area.first()).collect();
    let alike = first.chunk_by(|one, two| one.area().scale() == two.area().scale());
    let legend = |leaves: &[&LeafView<'_>]| {
        let leaf = leaves.first().filter(|leaf| is_actions(leaf))?;
        let labels: Vec<_> = leaves.iter().map(|leaf| leaf.area().label()).collect();
        let rungs = leaf.area().scale().rungs().zip(letters(leaf));
        let rungs: Vec<_> = rungs.map(|(rung, letter)| format!("{letter} {rung}")).collect();
        Some(format!("{}: {}", labels.join(", "), rungs.join(", ")))
    };
    alike.filter_map(legend).collect()
}

fn is_actions(leaf: &LeafView<'_>) -> bool {
    matches!(leaf.area().scale(), Scale::Actions(_))
}

pub(crate) fn advice(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::RedundantGrant => "the template already gives it",
        FindingKind::InertGrant => "has no effect without the first action of its area",
        FindingKind::IdleMute => "takes nothing away, because nothing gives it",
        FindingKind::IgnoredForAdmin => "an admin's own grants and mutes have no effect",
        FindingKind::DiffersFromTemplate => "the user has more or less than the template gives",
        _ => "",
    }
}
