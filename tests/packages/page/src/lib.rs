//! A page's checks, from the document of an account. It links without the standard library: it has
//! a handler of panics of its own, which the standard library would collide with.
#![no_std]

extern crate alloc;

use core::panic::PanicInfo;

use bailiwick::document::Document;
use bailiwick::{Account, presets};

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

const DOCUMENT: &str = include_str!("../../../data/studio.doc.json");

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// How many permissions of its catalog the account of `studio.doc.json` gives to Ivy, or -1 if it
/// cannot be read.
#[unsafe(no_mangle)]
pub extern "C" fn allowed() -> i32 {
    let Ok(document) = serde_json::from_str::<Document>(DOCUMENT) else { return -1 };
    let Ok(account) = Account::from_document(&document, &presets::all()) else { return -1 };
    let lattice = account.compile();
    let subject = lattice.subject("ivy");
    let allowed = account.catalog().permissions().filter(|one| subject.can(*one)).count();
    i32::try_from(allowed).unwrap_or(-1)
}
