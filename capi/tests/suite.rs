//! The tests of the C door: C and C++ programs that are compiled against its headers and run with the library that `cargo build` made.

mod headers;
mod install;
mod languages;
mod leaks;
mod library;
mod phases;
mod schemas;
mod seed;
mod symbols;
