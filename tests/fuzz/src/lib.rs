//! Input that a fuzzer makes up, guided by the code that it reaches: it changes nodes of documents,
//! as tests of damaged input do, and what can be read is judged by the naive reading.
//!
//! `.ci/fuzz` builds and runs it.

#[path = "../../it"]
#[allow(dead_code, unused_imports, reason = "mounted for what documents are judged by")]
mod it {
    pub(crate) mod damage;
    pub(crate) mod naive;
    pub(crate) mod pointers;
    pub(crate) mod worlds;
}

mod documents;
mod mutation;

use it::{damage, naive, pointers, worlds};

pub use documents::documents;
pub use mutation::mutate;
