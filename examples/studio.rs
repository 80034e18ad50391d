//! Prints who may do what in an account, area by area, and why some people may not.
//!
//! ```sh
//! cargo run --example studio                     # the two accounts in examples/data
//! cargo run --example studio -- ACCOUNT.json     # your own, on any catalog
//! ```
//!
//! A cell shows the highest level that a user has, `on` for a toggle, one letter for each action,
//! and `·` for nothing. Exits with 2 and an error message if a file cannot be used.

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use bailiwick::catalog::{LeafView, Scale, Source};
use bailiwick::document::Document;
use bailiwick::presets::{self, studio};
use bailiwick::text::Shown;
use bailiwick::{
    Account, Area, Decision, Features, Lattice, Permission, Reason, Role, Setting, Status, Subject,
    User,
};

/// An account with the enterprise cluster.
const STUDIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/studio.json");
/// An account without it.
const STUDIO_BASIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/studio_basic.json");
/// How many columns of text a line has; a table that is wider is split.
const WIDTH: usize = 150;
/// The space between columns.
const GAP: usize = 2;
/// A column that does not fit is cut if at least this much of it remains.
const MIN_CUT: usize = 24;
/// The widest label of a row; a longer one is cut.
const MAX_LABEL: usize = 40;
/// The longest id at the head of a column.
const MAX_HEAD: usize = 12;
/// Someone whom no account knows.
const STRANGER: &str = "someone-who-left";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let blocks = match arguments.as_slice() {
        [] => examples(),
        [path] => load(path).map(|account| overview(&account)),
        _ => Err("usage: studio [ACCOUNT.json]".to_owned()),
    };
    match blocks.map(|blocks| print(&blocks)) {
        // A reader that stops early, like `head`, is not an error.
        Ok(Err(problem)) if problem.kind() != ErrorKind::BrokenPipe => fail(&problem.to_string()),
        Ok(_) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem),
    }
}

fn fail(problem: &str) -> ExitCode {
    eprintln!("{problem}");
    ExitCode::from(2)
}

fn print(blocks: &[Table]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    let is_coloured = stdout.is_terminal();
    let blocks: Vec<String> = blocks.iter().map(|one| one.render(is_coloured)).collect();
    write!(stdout, "{}", blocks.join("\n"))
}

/// Reads the account document at `path`.
fn load(path: &str) -> Result<Account, String> {
    let shown = Shown(path);
    let text = std::fs::read_to_string(path).map_err(|problem| format!("{shown}: {problem}"))?;
    let document: Document = serde_json::from_str(&text)
        .map_err(|problem| format!("{shown}: not a JSON document: {problem}"))?;
    Account::from_document(&document, &presets::all())
        .map_err(|problem| format!("{shown}: {problem}"))
}

/// The first account in full, and how the second differs from it.
fn examples() -> Result<Vec<Table>, String> {
    let (account, basic) = (load(STUDIO)?, load(STUDIO_BASIC)?);
    let mut blocks = overview(&account);
    blocks.push(assistant([&account, &basic]));
    Ok(blocks)
}

/// Everything about one account.
fn overview(account: &Account) -> Vec<Table> {
    let lattice = account.compile();
    let mut blocks = vec![users(account)];
    blocks.extend(areas(account, &lattice));
    blocks.push(denials(account, &lattice));
    blocks
}

// Who there is

fn users(account: &Account) -> Table {
    let seats = match account.seat_limit() {
        Some(limit) => format!("{} of {limit} seats", account.users().count()),
        None => format!("{} seats", account.users().count()),
    };
    let mut table = Table::titled(format!(
        "{}, on {}, revision {}, {seats}",
        account.id().as_str(),
        account.catalog().id(),
        account.revision(),
    ));
    table.head(["user", "email", "role", "status", "template", "own"]);
    for user in account.users() {
        let template = user.template().and_then(|id| account.template(id.as_str()));
        table.row([
            Cell::plain(user.id().as_str()),
            Cell::plain(user.email().as_str()),
            role(user),
            status(user),
            template.map_or_else(Cell::nothing, |template| Cell::plain(template.name())),
            Cell::plain(own_settings(user)),
        ]);
    }
    table
}

fn role(user: &User) -> Cell {
    match user.role() {
        Role::Admin => Cell::new(user.role().name(), BOLD),
        Role::Member => Cell::plain(user.role().name()),
    }
}

fn status(user: &User) -> Cell {
    match user.status() {
        Status::Active => Cell::plain(user.status().name()),
        Status::Invited | Status::Suspended => Cell::new(user.status().name(), YELLOW),
    }
}

/// What a user has besides the template, in brief: `+` for grants, `-` for mutes.
fn own_settings(user: &User) -> String {
    let mut settings = Vec::new();
    for (path, setting) in user.grants() {
        // Overrides are printed after their area.
        if path.contains('.') {
            continue;
        }
        let overrides: Vec<String> = user
            .grants()
            .iter()
            .filter(|(_, lower)| *lower != setting)
            .filter_map(|(lower_path, lower)| {
                let (area, section) = lower_path.split_once('.')?;
                (area == path).then(|| format!("{section}:{}", in_words(&lower)))
            })
            .collect();
        let overrides = match overrides.len() {
            0 => String::new(),
            1 | 2 => format!(" ({})", overrides.join(", ")),
            many => format!(" ({many} overrides)"),
        };
        settings.push(format!("+{path}:{}{overrides}", in_words(&setting)));
    }
    settings.extend(user.mutes().iter().map(|muted| format!("-{muted}")));
    settings.join(" ")
}

fn in_words(setting: &Setting) -> String {
    match setting {
        Setting::Level(level) => level.to_string(),
        Setting::Actions(actions) => actions.join("+"),
        Setting::Toggle(true) => "on".to_owned(),
        Setting::Toggle(false) => "off".to_owned(),
    }
}

// Who may do what

/// What a user has of a leaf.
fn cell(leaf: LeafView<'_>, subject: &Subject<'_>) -> Cell {
    if matches!(leaf.area().scale(), Scale::Actions(_)) {
        return actions(leaf, subject);
    }
    let held = leaf.permissions().filter(|(_, one)| subject.can(*one));
    match held.last() {
        Some(("read", _)) => Cell::new("read", CYAN),
        Some((rung, _)) => Cell::new(rung, GREEN),
        None => Cell::nothing(),
    }
}

/// The letters of the actions that a user has, each in its own place.
fn actions(leaf: LeafView<'_>, subject: &Subject<'_>) -> Cell {
    let letters = letters(leaf.area().scale().rungs());
    let both = letters.into_iter().zip(leaf.permissions());
    let shown: String =
        both.map(|(letter, (_, one))| if subject.can(one) { letter } else { '·' }).collect();
    let look = if shown.chars().all(|one| one == '·') {
        DIM
    } else if shown.contains('·') {
        CYAN
    } else {
        GREEN
    };
    Cell::new(shown, look)
}

/// The label of a leaf: that of a sub-section is indented below its area.
fn label(leaf: LeafView<'_>) -> Cell {
    let indent = if leaf.area().sub_sections().is_empty() { "" } else { "  " };
    Cell::plain(format!("{indent}{}", leaf.label()))
}

/// A letter for each action: the first letter of its name that no earlier action has taken, so that
/// `edit` and `export` are `e` and `x`.
fn letters<'a>(actions: impl Iterator<Item = &'a str>) -> Vec<char> {
    let mut taken = Vec::new();
    for action in actions {
        let own = action.chars().chain('a'..='z').chain('A'..='Z');
        let free = own.into_iter().find(|letter| !taken.contains(letter));
        taken.push(free.unwrap_or('?'));
    }
    taken
}

/// A table for each area; adjacent areas without sub-sections share one.
fn areas(account: &Account, lattice: &Lattice) -> Vec<Table> {
    let is_alike = |one: &LeafView<'_>, other: &LeafView<'_>| {
        let (one, other) = (one.area(), other.area());
        let are_leaves = one.sub_sections().is_empty() && other.sub_sections().is_empty();
        let are_alike = one.scale() == other.scale() && one.source() == other.source();
        one.key() == other.key() || (are_leaves && are_alike)
    };
    let mut tables = Vec::new();
    let leaves: Vec<LeafView<'_>> = account.catalog().leaves().collect();
    for alike in leaves.chunk_by(is_alike) {
        let Some(first) = alike.first() else { continue };
        match first.area().source() {
            // The account has a feature or does not, whoever asks.
            Source::Account => tables.push(features(first.area(), alike, account.features())),
            _ if account.users().next().is_none() => {}
            _ => tables.push(area(first.area(), alike, account, lattice)),
        }
    }
    // The same width for all, so that columns line up.
    let widest = tables.iter().map(Table::label_width).max();
    for table in &mut tables {
        table.label_width = widest.unwrap_or(0);
    }
    tables
}

/// The leaves of an area, or of several alike, and what each user has of them.
fn area(area: &Area, leaves: &[LeafView<'_>], account: &Account, lattice: &Lattice) -> Table {
    let mut table = Table::default();
    let ids = account.users().map(|user| head(user.id().as_str()));
    table.row([Cell::new(title(area), BOLD)].into_iter().chain(ids));
    let note = match area.source() {
        Source::Role => "by role only",
        _ => "",
    };
    // A user who is not active may do nothing, so the status says more than the role.
    let standing = account.users().map(|user| match (user.status(), user.role()) {
        (Status::Active, Role::Admin) => role(user),
        (Status::Active, Role::Member) => Cell::new(user.role().name(), DIM),
        _ => status(user),
    });
    table.row([Cell::new(note, DIM)].into_iter().chain(standing));
    for leaf in leaves {
        let cells = account.users().map(|user| {
            let subject = lattice.subject(user.id().as_str());
            cell(*leaf, &subject)
        });
        table.row([label(*leaf)].into_iter().chain(cells));
    }
    if matches!(area.scale(), Scale::Actions(_)) {
        let letters = letters(area.scale().rungs());
        let actions = area.scale().rungs().zip(letters);
        let legend: Vec<String> =
            actions.map(|(action, letter)| format!("{letter} {action}")).collect();
        table.foot = legend.join(", ");
    }
    table
}

/// Features belong to the account, so there is one column. A feature that is on is inert if it
/// needs one that is off.
fn features(area: &Area, leaves: &[LeafView<'_>], features: &Features) -> Table {
    let mut table = Table::default();
    table.row([Cell::new(title(area), BOLD), Cell::new("account", DIM)]);
    for leaf in leaves {
        let state = match leaf.permissions().next() {
            Some((_, feature)) if features.is_effective(feature) => Cell::new("on", GREEN),
            Some((_, feature)) if features.is_on(feature) => Cell::new("inert", YELLOW),
            _ => Cell::nothing(),
        };
        table.row([label(*leaf), state]);
    }
    table
}

/// The area's label; an area that is a leaf has it in its row.
fn title(area: &Area) -> String {
    if area.sub_sections().is_empty() { String::new() } else { area.label().into_owned() }
}

/// An id at the head of a column; a long one is shortened to its beginning and end.
fn head(id: &str) -> Cell {
    let length = id.chars().count();
    if length <= MAX_HEAD {
        return Cell::plain(id);
    }
    let start = id.chars().take(MAX_HEAD / 2);
    let end = id.chars().skip(length + 1 - MAX_HEAD / 2);
    Cell::plain(start.chain(['…']).chain(end).collect::<String>())
}

// Why not

/// What people ask support: one denial for each reason that occurs, and one for each of the first
/// few operations.
fn denials(account: &Account, lattice: &Lattice) -> Table {
    let catalog = account.catalog();
    let mut table = Table::titled("Why not?");
    table.head(["user", "asks for", "answer", "because"]);
    let everyone: Vec<&str> = account.users().map(|user| user.id().as_str()).collect();
    for reason in Reason::ALL {
        let denied = everyone.iter().chain([&STRANGER]).find_map(|id| {
            let subject = lattice.subject(id);
            let is_denied = |one: &Permission| subject.reason(*one) == Some(reason);
            let permission = catalog.permissions().find(is_denied)?;
            Some((*id, permission))
        });
        if let Some((id, permission)) = denied {
            table.row([
                Cell::plain(id),
                Cell::plain(catalog.display(permission).to_string()),
                answer(Decision::Deny(reason)),
                Cell::plain(meaning(reason)),
            ]);
        }
    }
    for (operation, requirement) in catalog.operations().take(3) {
        let active = account.users().filter(|user| user.status() == Status::Active);
        let mut subjects = active.map(|user| (user, lattice.subject(user.id().as_str())));
        if let Some((user, subject)) = subjects.find(|(_, one)| !one.can_all(requirement)) {
            let lacking = requirement.iter().filter(|one| !subject.can(*one));
            let lacking: Vec<String> =
                lacking.map(|one| catalog.display(one).to_string()).collect();
            table.row([
                Cell::plain(user.id().as_str()),
                Cell::plain(operation),
                answer(subject.decide(requirement)),
                Cell::plain(format!("lacks {}", lacking.join(", "))),
            ]);
        }
    }
    table
}

/// The same question, asked by an admin of each account: being an admin is not enough if the
/// account has no enterprise cluster.
fn assistant(accounts: [&Account; 2]) -> Table {
    let cluster = studio::plan::ENTERPRISE_CLUSTER.on();
    let assistant = studio::workspace::STUDIO_ASSISTANT.on();
    let mut table = Table::titled("May an admin use the studio assistant?");
    table.head(["account", "admin", "enterprise cluster", "answer"]);
    for account in accounts {
        let lattice = account.compile();
        let has_cluster = account.features().is_effective(cluster);
        let is_admin = |user: &&User| user.role() == Role::Admin && user.status() == Status::Active;
        let Some(admin) = account.users().find(is_admin) else {
            continue;
        };
        let reason = lattice.subject(admin.id().as_str()).reason(assistant);
        table.row([
            Cell::plain(account.id().as_str()),
            Cell::plain(admin.id().as_str()),
            Cell::plain(if has_cluster { "on" } else { "off" }),
            answer(reason.map_or(Decision::Allow, Decision::Deny)),
        ]);
    }
    table
}

fn answer(decision: Decision) -> Cell {
    let look = if decision.is_allowed() { GREEN } else { RED };
    Cell::new(decision.to_string(), look)
}

/// A reason, as a support person would put it.
fn meaning(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownUser => "the account has no such user",
        Reason::NotActive => "the user is invited or suspended, and may do nothing until active",
        Reason::UnknownPermission => "the permission belongs to another catalog",
        Reason::NotEntitled => "it needs, or is, a feature that is off for the account",
        Reason::AdminOnly => "it comes only with the role admin, never by a grant",
        Reason::Muted => "the template or grants give it, and a mute takes it away",
        Reason::NotGranted => "neither the template nor grants give it",
    }
}

// Tables

const PLAIN: &str = "";
const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

/// A text, and how a terminal shows it.
struct Cell {
    text: String,
    look: &'static str,
}

impl Cell {
    fn new(text: impl AsRef<str>, look: &'static str) -> Self {
        // Ids and names can be anything: none may send commands to the terminal.
        Self { text: Shown(text.as_ref()).to_string(), look }
    }

    fn plain(text: impl AsRef<str>) -> Self {
        Self::new(text, PLAIN)
    }

    fn nothing() -> Self {
        Self::new("·", DIM)
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }

    /// The cell, cut or filled up to `width`.
    fn fill(&self, width: usize, is_coloured: bool) -> String {
        let space = " ".repeat(width.saturating_sub(self.width()));
        if self.width() <= width {
            return self.paint(is_coloured) + &space;
        }
        let kept = self.text.chars().take(width.saturating_sub(1));
        let text: String = kept.chain(['…']).collect();
        Self { text, look: self.look }.paint(is_coloured)
    }

    fn paint(&self, is_coloured: bool) -> String {
        if is_coloured && self.look != PLAIN && !self.text.is_empty() {
            format!("\u{1b}[{}m{}\u{1b}[0m", self.look, self.text)
        } else {
            self.text.clone()
        }
    }
}

/// Rows of cells, the first of which labels its row.
#[derive(Default)]
struct Table {
    title: String,
    rows: Vec<Vec<Cell>>,
    foot: String,
    /// The least width of the labels.
    label_width: usize,
}

impl Table {
    fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    fn head<const N: usize>(&mut self, names: [&str; N]) {
        self.row(names.map(|name| Cell::new(name, DIM)));
    }

    fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn label_width(&self) -> usize {
        let labels = self.rows.iter().filter_map(|row| row.first());
        let widest = labels.map(Cell::width).max();
        widest.unwrap_or(0).clamp(self.label_width, MAX_LABEL)
    }

    /// The widths of the columns after the labels.
    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in &self.rows {
            for (position, cell) in row.iter().skip(1).enumerate() {
                match widths.get_mut(position) {
                    Some(width) => *width = cell.width().max(*width),
                    None => widths.push(cell.width()),
                }
            }
        }
        widths
    }

    /// The columns in groups that fit into a line, each with where it starts and its widths. The
    /// first column that does not fit is cut if it is wide; others go below.
    fn groups(&self) -> Vec<(usize, Vec<usize>)> {
        let room = WIDTH.saturating_sub(self.label_width());
        let mut groups: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut left = 0_usize;
        for (position, width) in self.widths().into_iter().enumerate() {
            let width = match left.saturating_sub(GAP) {
                rest if rest >= MIN_CUT => width.min(rest),
                _ => width.min(room.saturating_sub(GAP)),
            };
            match groups.last_mut() {
                Some((_, group)) if width + GAP <= left => group.push(width),
                _ => {
                    groups.push((position, vec![width]));
                    left = room;
                }
            }
            left = left.saturating_sub(width + GAP);
        }
        groups
    }

    /// The table as lines: columns that do not fit follow below, with the labels repeated.
    fn render(&self, is_coloured: bool) -> String {
        let label_width = self.label_width();
        let mut lines = Vec::new();
        if !self.title.is_empty() {
            lines.push(Cell::new(&self.title, BOLD).paint(is_coloured));
        }
        for (start, widths) in self.groups() {
            if start > 0 {
                lines.push(String::new());
            }
            for row in &self.rows {
                let label = row.iter().take(1).map(|one| (one, label_width));
                let others = row.iter().skip(1 + start).zip(widths.iter().copied());
                let cells: Vec<String> = label
                    .chain(others)
                    .map(|(cell, width)| cell.fill(width, is_coloured))
                    .collect();
                lines.push(cells.join(&" ".repeat(GAP)).trim_end().to_owned());
            }
        }
        if !self.foot.is_empty() {
            lines.push(Cell::new(&self.foot, DIM).paint(is_coloured));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}
