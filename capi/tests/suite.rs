//! The tests of the C door: C and C++ programs that are compiled against its headers and run with the library that `cargo build` made.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails by it")]

mod headers;
mod install;
mod languages;
mod leaks;
mod library;
mod phases;
mod schemas;
mod seed;
mod symbols;
