//! The files of an example.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use bailiwick::document::Document;
use bailiwick::text::Shown;
use serde::Serialize;

pub(crate) fn read(path: &str) -> Result<Document, String> {
    let shown = Shown(path);
    let text = fs::read_to_string(path).map_err(|problem| format!("{shown}: {problem}"))?;
    serde_json::from_str(&text)
        .map_err(|problem| format!("{shown}: not a JSON document: {problem}"))
}

/// A document that is saved beside its destination, and moved there once it is complete, so that
/// nobody reads half of it.
pub(crate) struct Beside<'a> {
    path: &'a str,
    beside: PathBuf,
}

impl<'a> Beside<'a> {
    pub(crate) fn write(path: &'a str, document: &impl Serialize) -> Result<Self, String> {
        let beside = PathBuf::from(format!("{path}.{}.new", std::process::id()));
        let failed = |problem| format!("{}: {problem}", Shown(path));
        let mut file = File::create_new(&beside).map_err(failed)?;
        let new = Self { path, beside };
        let mut write = || {
            serde_json::to_writer_pretty(&file, document)?;
            file.write_all(b"\n")?;
            file.sync_all()
        };
        write().map_err(failed)?;
        Ok(new)
    }

    pub(crate) fn rename(self) -> Result<(), String> {
        let renamed = fs::rename(&self.beside, self.path);
        renamed.map_err(|problem| format!("{}: {problem}", Shown(self.path)))
    }
}

impl Drop for Beside<'_> {
    fn drop(&mut self) {
        // After a rename there is nothing to remove.
        fs::remove_file(&self.beside).ok();
    }
}
