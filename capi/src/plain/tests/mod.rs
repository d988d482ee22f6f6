//! The small API, called as from C, and its header.

mod calls;
mod header;
