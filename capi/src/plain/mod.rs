//! The small API of our own (`mynah.h`): archives behind opaque handles, several in one process, and calls that return when they are done.
//!
//! Its words are those of the engine. Every function returns how it ended and gives what it found through its last parameters; texts are
//! given away and freed with [`memory::mynah_free`]. The header is generated from these files.

mod changing;
mod code;
mod importing;
mod journal;
mod keeping;
pub(crate) mod memory;
mod opening;
mod options;
mod reading;
mod run;
mod searching;

#[cfg(test)]
mod tests;
