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

/// A column of the matrix: its heading, and a text and its look for each user.
struct Column {
    area: String,
    leaf: String,
    cells: Vec<(String, &'static str)>,
    width: usize,
}

impl Column {
    fn new(area: &str, leaf: &str, cells: Vec<(String, &'static str)>) -> Self {
        let (area, leaf) = (clean(area), clean(leaf));
        let width = cells.iter().map(|(text, _)| length(text)).max().unwrap_or(0);
        let width = width.max(length(&leaf));
        Self { area, leaf, cells, width }
    }
}

impl Review {
    /// The matrix in groups of columns, the findings, and the account in brief.
    pub(crate) fn to_text(&self, is_coloured: bool) -> String {
        let paint = |text: &str, look| paint(text, look, is_coloured);
        let title = format!("Access review of {}", clean(self.account.id().as_str()));
        let mut lines = vec![paint(&title, BOLD)];
        let users: Vec<&User> = self.account.users().collect();
        let heads: Vec<String> = users.iter().map(|user| head(user)).collect();
        let label = heads.iter().map(|head| length(head)).max().unwrap_or(0);
        let columns = self.columns(&users);
        for group in groups(&columns, WIDTH.saturating_sub(label)) {
            let space = " ".repeat(label);
            let leaves = group.iter().map(|column| fill(&column.leaf, column.width));
            lines.push(String::new());
            if group.iter().any(|column| !column.area.is_empty()) {
                lines.push(line([space.clone(), paint(&areas(group), BOLD)]));
            }
            lines.push(line(once(space).chain(leaves.map(|leaf| paint(&leaf, DIM)))));
            for (row, (user, head)) in users.iter().zip(&heads).enumerate() {
                let look = if user.status() == Status::Active { PLAIN } else { YELLOW };
                let cells = group.iter().filter_map(|column| {
                    let (text, look) = column.cells.get(row)?;
                    Some(paint(&fill(text, column.width), look))
                });
                lines.push(line(once(paint(&fill(head, label), look)).chain(cells)));
            }
        }
        let marks = MARKS.map(|(mark, meaning)| format!("{mark} {meaning}")).join(", ");
        lines.push(String::new());
        lines.push(paint(&format!("Given by: {marks}; · nothing"), DIM));
        lines.extend(legends(&self.areas()).iter().map(|legend| wrap("", &clean(legend))));
        lines.push(format!("\n{}", paint("To clean up", BOLD)));
        for finding in self.account.findings() {
            let (user, kind) = (clean(finding.user().as_str()), finding.what());
            lines.push(wrap("  ", &format!("{user}: {}: {}", kind.name(), advice(kind))));
            lines.push(wrap("    ", &self.names(finding.permissions())));
        }
        if self.account.findings().next().is_none() {
            lines.push("  none".to_owned());
        }
        lines.push(format!("\n{}", paint("Account", BOLD)));
        let facts = self.facts().into_iter();
        lines.extend(
            facts.map(|(name, value)| wrap(&fill(&format!("  {name}"), 18), &clean(&value))),
        );
        lines.join("\n") + "\n"
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

/// A user's id and role, and their status if it is not active.
fn head(user: &User) -> String {
    let id = cut(&clean(user.id().as_str()), MAX_ID);
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

/// The line above the leaves: each area above its first column, cut to the room that it has.
fn areas(group: &[Column]) -> String {
    let spans = group.chunk_by(|one, two| one.area == two.area).map(|columns| {
        let room: usize = columns.iter().map(|column| column.width + GAP).sum();
        let area = columns.first().map(|column| column.area.as_str()).unwrap_or_default();
        fill(&cut(area, room.saturating_sub(GAP)), room)
    });
    spans.collect::<String>().trim_end().to_owned()
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().collect();
    cells.join(&" ".repeat(GAP)).trim_end().to_owned()
}

/// A text of at most `room` columns; a longer one is cut.
fn cut(text: &str, room: usize) -> String {
    if length(text) <= room {
        return text.to_owned();
    }
    text.chars().take(room.saturating_sub(1)).chain(once('…')).collect()
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
