//! The host as people and programs meet it: requests in, answers out, no network between.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod access;
mod api;
mod bad_input;
mod client;
mod pages;
mod road;
mod serving;
mod sessions;
