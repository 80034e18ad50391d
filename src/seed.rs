//! Where hashing starts: what keeps strangers from choosing keys that collide.

use core::fmt;
use core::hash::BuildHasher;

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;

#[cfg(all(test, feature = "std"))]
mod tests;

/// The hasher of every map in this crate.
///
/// With `std` it starts from numbers that the operating system chose for this process; without, from
/// numbers that are always the same. Nothing that can be seen from outside depends on them.
#[derive(Clone, Copy)]
pub(crate) struct Seed(&'static Start);

/// What hashing starts from. Both halves matter: whoever knows either could cancel it out.
struct Start {
    accumulator: u64,
    shared: SharedSeed,
}

impl Start {
    const fn new(accumulator: u64, shared: u64) -> Self {
        Self { accumulator, shared: SharedSeed::from_u64(shared) }
    }
}

impl Default for Seed {
    #[cfg(feature = "std")]
    fn default() -> Self {
        use std::hash::RandomState;
        use std::sync::OnceLock;

        static OF_PROCESS: OnceLock<Start> = OnceLock::new();
        Self(OF_PROCESS.get_or_init(|| {
            let random = RandomState::new();
            Start::new(random.hash_one(0), random.hash_one(1))
        }))
    }

    #[cfg(not(feature = "std"))]
    fn default() -> Self {
        static FIXED: Start = Start::new(0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344);
        Self(&FIXED)
    }
}

impl BuildHasher for Seed {
    type Hasher = FoldHasher<'static>;

    #[inline]
    fn build_hasher(&self) -> FoldHasher<'static> {
        FoldHasher::with_seed(self.0.accumulator, &self.0.shared)
    }
}

/// Does not show the seed.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed")
    }
}

#[cfg(all(test, feature = "std"))]
impl Seed {
    /// A seed that a test chooses.
    pub(crate) fn chosen(seed: u64) -> Self {
        Self(alloc::boxed::Box::leak(alloc::boxed::Box::new(Start::new(seed, !seed))))
    }
}
