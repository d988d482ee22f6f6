//! All integration tests, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails by it")]

mod archive;
mod cli;
mod damage;
mod fetch;
mod floors;
mod kill;
mod model;
mod naive;
mod papers;
mod schemas;
mod session;
mod simulation;
mod transport;
