//! The host as a whole, over a real session on a hub in memory: what happens once, what survives, what goes on.

mod attacks;
mod dialogs;
mod hooks;
mod loops;
mod neighbours;
mod once;
mod order;
mod reloading;
mod storage;
mod theatre;
mod timers;
mod trouble;
