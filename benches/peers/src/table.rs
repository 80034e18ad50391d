//! The table in front of a reader.

use core::fmt::Write;

use crate::engines::Mode;
use crate::row::Row;
use crate::world::QUESTIONS;

/// A line for each form and mode, cells for each size; below it what each line timed.
pub fn print(rows: &[Row], left_out: &[String], is_markdown: bool) -> String {
    let mut sizes: Vec<usize> = rows.iter().map(|row| row.users).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut head: Vec<Cell> = ["look-up", "engine", "form"].map(Cell::left).into();
    for size in &sizes {
        let size = thousands(*size);
        head.push(Cell::right(format!("{size} users, overlapped")));
        head.push(Cell::right("dependent"));
    }
    head.extend([Cell::right("bytes a user"), Cell::right("timed")]);

    let mut notes: Vec<&str> = Vec::new();
    let mut lines = vec![head];
    for rows in grouped(rows) {
        let row = rows[0];
        let note = notes.iter().position(|note| *note == row.timed).unwrap_or_else(|| {
            notes.push(&row.timed);
            notes.len() - 1
        });
        let mut line: Vec<Cell> =
            [&row.mode.to_string(), &row.engine, &row.form].map(Cell::left).into();
        for size in &sizes {
            let row = rows.iter().find(|row| row.users == *size);
            let cell = |of: fn(&Row) -> (f64, f64)| {
                Cell::right(row.map_or(String::new(), |row| measured(of(row))))
            };
            line.extend([cell(|row| row.overlapped), cell(|row| row.dependent)]);
        }
        let bytes = rows.iter().find_map(|row| row.bytes);
        line.push(Cell::right(bytes.map(thousands).unwrap_or_default()));
        line.push(Cell::right((note + 1).to_string()));
        lines.push(line);
    }

    let mut text = aligned(&lines, is_markdown);
    text.push_str(LEGEND);
    for (position, note) in notes.iter().enumerate() {
        writeln!(text, "{}. {note}", position + 1).unwrap();
    }
    for row in rows.iter().filter(|row| row.questions < QUESTIONS) {
        let Row { users, mode, engine, form, questions, .. } = row;
        writeln!(
            text,
            "\n{users} users, {mode}, {engine}, {form}: timed on {questions} questions."
        )
        .unwrap();
    }
    for why in left_out {
        writeln!(text, "\nNot run: {why}.").unwrap();
    }
    text
}

const LEGEND: &str = "
Nanoseconds a check, and how many times what bailiwick takes in the same process. Look-up outside:
the engine's handle to the user, or its whole request, was built beforehand. Inside: each question
starts from the user's id. Bytes a user: what loading the form adds to the resident set of a process
of its own. In the timed region:

";

/// The rows of each form and mode, look-up outside first, the fastest first.
fn grouped(rows: &[Row]) -> Vec<Vec<&Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        let same = |group: &&mut Vec<&Row>| group[0].key == row.key && group[0].mode == row.mode;
        match groups.iter_mut().find(same) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups.sort_by(|one, two| {
        let is_inside = |group: &[&Row]| group[0].mode == Mode::Inside;
        let nanos = |group: &[&Row]| group[0].overlapped.0;
        is_inside(one).cmp(&is_inside(two)).then(nanos(one).total_cmp(&nanos(two)))
    });
    groups
}

struct Cell {
    text: String,
    is_right: bool,
}

impl Cell {
    fn left(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_right: false }
    }

    fn right(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_right: true }
    }
}

fn aligned(lines: &[Vec<Cell>], is_markdown: bool) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| {
        lines.iter().map(|line| line[column].text.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let (start, between, end) = if is_markdown { ("| ", " | ", " |") } else { ("", "  ", "") };
    let mut text = String::new();
    for (position, line) in lines.iter().enumerate() {
        let cells = line.iter().zip(&widths).map(|(Cell { text, is_right }, &width)| {
            if *is_right { format!("{text:>width$}") } else { format!("{text:width$}") }
        });
        let cells = cells.collect::<Vec<_>>().join(between);
        writeln!(text, "{}", format!("{start}{cells}{end}").trim_end()).unwrap();
        if position == 0 && is_markdown {
            let rules = line.iter().map(|cell| if cell.is_right { "---:" } else { "---" });
            writeln!(text, "|{}|", rules.collect::<Vec<_>>().join("|")).unwrap();
        }
    }
    text
}

fn measured((nanos, ratio): (f64, f64)) -> String {
    format!("{} ({}×)", digits(nanos), digits(ratio))
}

/// Three digits, or all that stand before the point.
fn digits(value: f64) -> String {
    match value {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => thousands(value.round() as usize),
    }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}
