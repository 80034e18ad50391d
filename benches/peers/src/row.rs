//! What was measured of one form in one mode, and its way from one process to another.

use crate::engines::{Form, Mode};

pub struct Row {
    pub users: usize,
    pub mode: Mode,
    /// The crate with its version, or nothing.
    pub engine: String,
    pub form: String,
    pub key: String,
    /// Nanoseconds a check, and how many times what the library took in the same process.
    pub overlapped: (f64, f64),
    pub dependent: (f64, f64),
    /// How many questions a timed pass had.
    pub questions: usize,
    pub timed: String,
    /// What the form took in memory, a user.
    pub bytes: Option<usize>,
}

/// A crate and its version, from the lock file that it was built with.
pub fn engine(form: &Form) -> String {
    let Some(name) = form.engine else { return String::new() };
    let lock = include_str!("../Cargo.lock");
    let package = format!("name = \"{name}\"\nversion = \"");
    let version = lock.split(&package).nth(1).and_then(|rest| rest.split('"').next());
    format!("{name} {}", version.unwrap_or("of an unknown version"))
}

impl Row {
    pub fn to_line(&self) -> String {
        let Self {
            users, mode, engine, form, key, overlapped, dependent, questions, timed, ..
        } = self;
        format!(
            "{users}\t{mode}\t{engine}\t{form}\t{key}\t{}\t{}\t{}\t{}\t{questions}\t{timed}",
            overlapped.0, overlapped.1, dependent.0, dependent.1,
        )
    }

    pub fn parse(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.split('\t').collect();
        let [users, mode, engine, form, key, figures @ .., questions, timed] = &cells[..] else {
            return None;
        };
        let figures: Option<Vec<f64>> = figures.iter().map(|cell| cell.parse().ok()).collect();
        let [overlapped, overlapped_ratio, dependent, dependent_ratio] =
            figures?.try_into().ok()?;
        Some(Self {
            users: users.parse().ok()?,
            mode: Mode::parse(mode)?,
            engine: (*engine).to_owned(),
            form: (*form).to_owned(),
            key: (*key).to_owned(),
            overlapped: (overlapped, overlapped_ratio),
            dependent: (dependent, dependent_ratio),
            questions: questions.parse().ok()?,
            timed: (*timed).to_owned(),
            bytes: None,
        })
    }
}
