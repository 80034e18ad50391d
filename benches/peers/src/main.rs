//! `bailiwick` and its peers, asked the same questions about the same account.
//!
//! ```sh
//! cargo run --release --manifest-path benches/peers/Cargo.toml                # the table
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- --markdown  # for a README
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- quick       # compare answers
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- --users 1000 --form cedar-roles
//! ```
//!
//! Every form of every engine gives all answers before anything is timed, and each is compared with
//! what the library defines. Then all are timed in turn, round by round, and the medians printed.
//! At 1,000 users all share one process; above, each has one of its own, beside the library. Ratios
//! are to the library in the same process and mode.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "times, shares of them and numbers of questions are small"
)]

mod engines;
mod memory;
mod process;
mod row;
mod table;
mod timing;
mod world;

use std::process::ExitCode;

use crate::engines::{Contender, FORMS, Form, Mode};
use crate::process::{Child, Problem};
use crate::row::Row;
use crate::world::{QUESTIONS, Question, World};

/// Up to this many users, all forms are measured in one process.
const SHARED_PROCESS: usize = 1_000;
const SIZES: [usize; 2] = [SHARED_PROCESS, 100_000];

fn main() -> ExitCode {
    let done = Arguments::parse(std::env::args().skip(1)).and_then(Arguments::run);
    match done {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

struct Arguments {
    task: Task,
    is_quick: bool,
    is_markdown: bool,
    users: Vec<usize>,
    forms: Vec<&'static Form>,
}

/// What a process is for.
enum Task {
    /// Starts the other processes and prints their table.
    Report,
    /// Compares and times the forms.
    Measure,
    /// Loads the first form and tells what that took in memory.
    Weigh,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            task: Task::Report,
            is_quick: false,
            is_markdown: false,
            users: Vec::new(),
            forms: FORMS.iter().collect(),
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("`{word}` needs a value"));
            match word.as_str() {
                "measure" => arguments.task = Task::Measure,
                "weigh" => arguments.task = Task::Weigh,
                "quick" => arguments.is_quick = true,
                "--markdown" => arguments.is_markdown = true,
                "--users" => {
                    let users = value()?;
                    let number = users.parse().ok().filter(|users| *users > 0);
                    arguments.users =
                        vec![number.ok_or(format!("`{users}` is no number of users"))?];
                }
                "--form" => {
                    let key = value()?;
                    let form = FORMS.iter().find(|form| form.key == key);
                    arguments.forms = vec![form.ok_or_else(|| unknown_form(&key))?];
                }
                _ => return Err(format!("`{word}` is no argument of this program")),
            }
        }
        if arguments.users.is_empty() {
            let sizes = if arguments.is_quick { &SIZES[..1] } else { &SIZES };
            arguments.users = sizes.to_vec();
        }
        Ok(arguments)
    }

    fn run(self) -> Result<String, String> {
        match self.task {
            Task::Report => self.report(),
            Task::Measure => self.measure(),
            Task::Weigh => self.weigh(),
        }
    }

    fn report(&self) -> Result<String, String> {
        let mut rows: Vec<Row> = Vec::new();
        let mut left_out: Vec<String> = Vec::new();
        for &users in &self.users {
            let is_shared = users <= SHARED_PROCESS && self.forms.len() > 1;
            let processes: Vec<Option<&Form>> = if is_shared {
                vec![None]
            } else {
                self.forms.iter().map(|form| Some(*form)).collect()
            };
            for form in processes {
                match Child::new("measure", users, form, self.is_quick).output() {
                    Ok(text) => rows.extend(text.lines().filter_map(Row::parse)),
                    Err(Problem::Failed(what)) => return Err(format!("{what}: failed")),
                    Err(Problem::Ended(why)) => left_out.push(why),
                }
            }
            // Fewer users than that weigh less than a process varies by.
            if users > SHARED_PROCESS && !self.is_quick {
                for form in &self.forms {
                    let weight = Child::new("weigh", users, Some(form), false).output();
                    let bytes = weight.ok().and_then(|text| text.trim().parse().ok());
                    let same = |row: &&mut Row| row.users == users && row.key == form.key;
                    rows.iter_mut().filter(same).for_each(|row| row.bytes = bytes);
                }
            }
        }
        Ok(table::print(&rows, &left_out, self.is_markdown))
    }

    fn measure(&self) -> Result<String, String> {
        let users = self.users[0];
        let world = World::new(users);
        let questions = world.questions();
        // The library is measured in every process, for the ratios.
        let library = FORMS.iter().take(1).filter(|library| self.forms[0].key != library.key);
        let forms: Vec<&Form> = library.chain(self.forms.iter().copied()).collect();
        let stores: Vec<_> = forms.iter().map(|form| (form.load)(&world)).collect();
        let mut contenders: Vec<Contender<'_>> = Vec::new();
        let mut owners: Vec<&Form> = Vec::new();
        for (form, store) in forms.iter().zip(&stores) {
            for contender in store.contenders(&world, &questions) {
                compare(&world, &questions, form, &contender)?;
                contenders.push(contender);
                owners.push(form);
            }
        }
        let what = if let [form] = &self.forms[..] { form.key } else { "all forms" };
        eprintln!("{what} at {users} users: all answers agree");
        let passes: Vec<_> = contenders.iter().map(|contender| &*contender.passes).collect();
        let times = timing::time(&passes, self.is_quick);
        let rows = owners.iter().zip(contenders.iter().zip(&times)).map(|(form, (one, time))| {
            let of_library = |mode: Mode| {
                let modes = contenders.iter().map(|one| one.mode);
                modes.zip(&times).find(|(other, _)| *other == mode).map(|(_, time)| time)
            };
            let library = of_library(one.mode).unwrap_or(time);
            Row {
                users,
                mode: one.mode,
                engine: row::engine(form),
                form: form.name.to_owned(),
                key: form.key.to_owned(),
                overlapped: (time.overlapped, time.overlapped / library.overlapped),
                dependent: (time.dependent, time.dependent / library.dependent),
                questions: time.questions,
                timed: one.timed.to_owned(),
                bytes: None,
            }
        });
        let asked = |row: &Row| self.forms.iter().any(|form| form.key == row.key);
        Ok(rows.filter(asked).map(|row| row.to_line() + "\n").collect())
    }

    fn weigh(&self) -> Result<String, String> {
        let users = self.users[0];
        let world = World::new(users);
        let before = memory::resident().ok_or("this system does not tell a process's memory")?;
        let store = (self.forms[0].load)(&world);
        let after = memory::resident().unwrap_or(before);
        drop(store);
        Ok(format!("{}\n", after.saturating_sub(before) / users))
    }
}

/// Every answer of a contender is the one that the library defines.
fn compare(
    world: &World,
    questions: &[Question],
    form: &Form,
    contender: &Contender<'_>,
) -> Result<(), String> {
    let agrees = |at: &usize| contender.passes.answer(*at) == world.answer(&questions[*at]);
    let wrong: Vec<usize> = (0..QUESTIONS).filter(|at| !agrees(at)).collect();
    let Some(&first) = wrong.first() else { return Ok(()) };
    let question = &questions[first];
    Err(format!(
        "{}, user {}: {} of {QUESTIONS} answers are wrong; first: may `{}` do `{}`? It is {}",
        form.key,
        contender.mode,
        wrong.len(),
        world.users[question.user].id,
        world.catalog.display(question.permission),
        world.answer(question),
    ))
}

fn unknown_form(key: &str) -> String {
    let keys: Vec<&str> = FORMS.iter().map(|form| form.key).collect();
    format!("there is no form `{key}`; there are {}", keys.join(", "))
}
