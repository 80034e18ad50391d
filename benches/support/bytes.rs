//! How many bytes something takes: those that are asked of the allocator and not given back.

#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "benchmarks")]

use allocation_counter::measure;

/// What is made, and how many bytes it takes.
pub(crate) fn measured<T>(make: impl FnOnce() -> T) -> (T, f64) {
    let mut result = None;
    let counted = measure(|| result = Some(make()));
    (result.unwrap(), counted.bytes_current as f64)
}
