//! The review as text for a terminal.

use core::iter::once;

use bailiwick::{Status, User};

use crate::holdings::{Held, MARKS, Review, advice, legends};
use crate::{WIDTH, clean, wrap};

/// The longest id at the head of a row; a longer one is cut.
const MAX_ID: usize = 24;
/// The space between columns.
const GAP: usize = 2;

const PLAIN: &str = "";
const BOLD: &str = "1";
const DIM: &str = "2";
const YELLOW: &str = "33";

/// A column of the matrix: what stands over it, and a text and its look for each user.
struct Column {
    area: String,
    leaf: String,
    cells: Vec<(String, &'static str)>,
    width: usize,
}

impl Column {
    fn new(area: &str, leaf: &str, cells: Vec<(String, &'static str)>) -> Self {
        let width = cells.iter().map(|(text, _)| length(text)).max().unwrap_or(0);
        Self { area: clean(area), leaf: clean(leaf), width: width.max(length(leaf)), cells }
    }
}

impl Review {
    /// The matrix in groups of columns, the findings, and the account in a few words.
    pub(crate) fn to_text(&self, is_coloured: bool) -> String {
        let paint = |text: &str, look| paint(text, look, is_coloured);
        let title = format!("Access review of {}", clean(self.account.id().as_str()));
        let mut text = format!("{}\n", paint(&title, BOLD));
        let users: Vec<&User> = self.account.users().collect();
        let heads: Vec<String> = users.iter().map(|user| head(user)).collect();
        let label = heads.iter().map(|head| length(head)).max().unwrap_or(0);
        let columns = self.columns(&users);
        for group in groups(&columns, WIDTH.saturating_sub(label)) {
            let space = " ".repeat(label);
            let leaves = group.iter().map(|column| fill(&column.leaf, column.width));
            text += &line(once(space.clone()).chain(once(paint(&areas(group), BOLD))));
            text += &line(once(space).chain(leaves.map(|leaf| paint(&leaf, DIM))));
            for (row, (user, head)) in users.iter().zip(&heads).enumerate() {
                let look = if user.status() == Status::Active { PLAIN } else { YELLOW };
                let cells = group.iter().filter_map(|column| {
                    let (text, look) = column.cells.get(row)?;
                    Some(paint(&fill(text, column.width), look))
                });
                text += &line(once(paint(&fill(head, label), look)).chain(cells));
            }
        }
        let marks = MARKS.map(|(mark, meaning)| format!("{mark} {meaning}")).join(", ");
        text += &format!("\n{}\n", paint(&format!("Given by: {marks}; · nothing"), DIM));
        for legend in legends(&self.areas()) {
            text += &wrap("", &clean(&legend));
        }
        text += &format!("\n{}\n", paint("To tidy up", BOLD));
        for finding in self.account.findings() {
            let (user, kind) = (clean(finding.user().as_str()), finding.what());
            text += &wrap("  ", &format!("{user}: {}: {}", kind.name(), advice(kind)));
            text += &wrap("    ", &self.names(finding.permissions()));
        }
        if self.account.findings().next().is_none() {
            text += "  nothing\n";
        }
        text += &format!("\n{}\n", paint("Account", BOLD));
        for (name, value) in self.facts() {
            text += &wrap(&fill(&format!("  {name}"), 18), &clean(&value));
        }
        text
    }

    fn columns(&self, users: &[&User]) -> Vec<Column> {
        let areas = self.areas();
        let mut held: Vec<_> =
            users.iter().map(|user| self.held(user, &areas).into_iter().flatten()).collect();
        let mut columns = Vec::new();
        for leaf in areas.iter().flatten() {
            let cells = held.iter_mut().filter_map(Iterator::next).map(|held| shown(&held));
            let has_sections = !leaf.area().sub_sections().is_empty();
            let area = if has_sections { leaf.area().label() } else { "".into() };
            columns.push(Column::new(&area, &leaf.label(), cells.collect()));
        }
        columns
    }
}

fn shown(held: &Held) -> (String, &'static str) {
    let look = match held.extent {
        "all" => "32",
        "some" => "36",
        _ => DIM,
    };
    (format!("{} {}", held.level, held.marks).trim_end().to_owned(), look)
}

/// A user's id, and the role or status that sets them apart.
fn head(user: &User) -> String {
    let id = clean(user.id().as_str());
    let id = if length(&id) <= MAX_ID {
        id
    } else {
        id.chars().take(MAX_ID - 1).chain(once('…')).collect()
    };
    match user.status() {
        Status::Active => format!("{id} ({})", user.role()),
        status => format!("{id} ({}, {status})", user.role()),
    }
}

/// The columns in groups that fit into `room`.
fn groups(columns: &[Column], room: usize) -> Vec<&[Column]> {
    let mut groups = Vec::new();
    let (mut rest, mut taken, mut left) = (columns, 0, room);
    for column in columns {
        let width = column.width + GAP;
        if width > left && taken > 0 {
            let (group, others) = rest.split_at(taken);
            groups.push(group);
            (rest, taken, left) = (others, 0, room);
        }
        (taken, left) = (taken + 1, left.saturating_sub(width));
    }
    groups.push(rest);
    groups
}

/// The line over the leaves: each area over its first column, in the room that it has.
fn areas(group: &[Column]) -> String {
    let spans = group.chunk_by(|one, two| one.area == two.area).map(|columns| {
        let room: usize = columns.iter().map(|column| column.width + GAP).sum();
        let area = columns.first().map(|column| column.area.as_str()).unwrap_or_default();
        fill(&area.chars().take(room - GAP).collect::<String>(), room)
    });
    spans.collect::<String>().trim_end().to_owned()
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("{}\n", cells.join(&" ".repeat(GAP)).trim_end())
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn fill(text: &str, width: usize) -> String {
    format!("{text:width$}")
}

fn paint(text: &str, look: &str, is_coloured: bool) -> String {
    if is_coloured && look != PLAIN && !text.trim().is_empty() {
        format!("\u{1b}[{look}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}
