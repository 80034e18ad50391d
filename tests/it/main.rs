//! One binary for all integration tests, named for the rules that they show.

mod agency;
mod answers;
mod catalog;
mod decisions;
mod directory;
mod documents;
mod laws;
mod live;
mod model;
mod oracle;
mod refusals;
mod seeds;
mod small_world;
mod worlds;
