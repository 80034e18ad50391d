//! What the stores promise, and what a host of several processes promises with them.
//!
//! PostgreSQL is tested where Debian's package is installed; elsewhere that is said to be left out.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod contract;
mod processes;
mod server;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A new folder for one test.
fn folder(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("bailiwick-{name}-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
