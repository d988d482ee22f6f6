//! Stories of the library as a program sees it. There is one library in a process, so they are told one after the other.

mod bytes;
mod conversations;
mod events;
mod life;
mod log;
mod stage;
