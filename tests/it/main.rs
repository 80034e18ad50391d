//! One binary for all integration tests, named for the rules that they show.

mod agency;
mod answers;
mod catalog;
mod decisions;
mod directory;
mod documents;
mod hostile;
mod laws;
mod live;
mod model;
mod oracle;
mod refusals;
mod small_world;
mod worlds;
