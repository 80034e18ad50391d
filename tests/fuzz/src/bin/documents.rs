//! Fuzzes accounts, agencies and catalogs as documents.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|text: &[u8]| bailiwick_fuzz::documents(text));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    bailiwick_fuzz::mutate(data, size, max_size, seed)
});
