//! This program, started again for one measurement.

use std::process::{Command, Stdio};

use crate::engines::Form;

/// A process that is about to be started.
pub struct Child {
    command: Command,
    what: String,
}

/// Why a child has no output.
pub enum Problem {
    /// It ran and found an answer wrong or an argument bad; it has said so itself.
    Failed(String),
    /// It could not be started, or the system ended it.
    Ended(String),
}

impl Child {
    pub fn new(task: &str, users: usize, form: Option<&Form>, is_quick: bool) -> Self {
        let program = std::env::current_exe().unwrap_or_default();
        let mut command = Command::new(program);
        if is_quick {
            command.arg("quick");
        }
        command.args([task, "--users", &users.to_string()]);
        if let Some(form) = form {
            command.args(["--form", form.key]);
        }
        if task == "weigh" {
            // What was freed before must not hide what is taken now: the system allocator gives
            // each large block back at once.
            command.env("MALLOC_MMAP_THRESHOLD_", "65536");
        }
        let what = form.map_or("all forms", |form| form.key);
        Self { command, what: format!("{what} at {users} users") }
    }

    /// What it prints. Its messages go where this process's go.
    pub fn output(mut self) -> Result<String, Problem> {
        let output = self.command.stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| Problem::Ended(format!("{}: {error}", self.what)))?;
        match output.status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            Some(_) => Err(Problem::Failed(self.what)),
            None => Err(Problem::Ended(format!("{}: {}", self.what, output.status))),
        }
    }
}
