//! One binary for all integration tests, named for the rules that they show.

mod catalog;
mod decisions;
mod documents;
mod laws;
mod oracle;
mod small_world;
mod worlds;
