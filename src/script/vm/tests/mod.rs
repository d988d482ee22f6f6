//! Stories of the machine.

mod runs;
