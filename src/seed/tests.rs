//! Every process hashes in its own way.

use alloc::string::String;
use core::hash::BuildHasher;
use std::process::Command;
use std::{env, println};

use super::Seed;

#[test]
fn each_process_starts_from_its_own_numbers() {
    const TELL: &str = "BAILIWICK_TELL_HASH";
    let here = alloc::format!("hash {:016x}", Seed::default().hash_one("kim"));
    if env::var_os(TELL).is_some() {
        return println!("{here}");
    }
    assert_eq!(Seed::default().hash_one("kim"), Seed::default().hash_one("kim"));
    let args = ["--exact", "seed::tests::each_process_starts_from_its_own_numbers", "--nocapture"];
    let other =
        env::current_exe().and_then(|this| Command::new(this).args(args).env(TELL, "1").output());
    let other = other.map(|other| String::from_utf8_lossy(&other.stdout).into_owned());
    assert!(other.is_ok_and(|other| other.contains("hash ") && !other.contains(&here)));
}
