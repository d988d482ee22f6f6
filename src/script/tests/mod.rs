//! The host as a whole, over a real session on a hub in memory: what happens once, what survives, what goes on.

mod acts;
mod attacks;
mod breakers;
mod dialogs;
mod downloads;
mod hooks;
mod labels;
mod life;
mod loops;
mod metrics;
mod neighbours;
mod once;
mod order;
mod reloading;
mod starts;
mod storage;
mod theatre;
mod timers;
mod trouble;
