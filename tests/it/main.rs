//! One binary for all integration tests, named for the rules that they show.

mod agency;
mod answers;
mod catalog;
mod decisions;
mod docs;
mod documents;
mod durable;
mod escalation;
mod forged;
mod hostile;
mod laws;
mod levels;
mod live;
mod model;
mod naive;
mod names;
mod permits;
mod refusals;
mod residents;
mod seeds;
mod small_world;
mod strategies;
mod text;
mod worlds;
