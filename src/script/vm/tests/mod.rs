//! Stories of the machine.

mod hostile;
mod libraries;
mod runs;
