//! Sessions over the loopback hub, told as stories. Time is tokio's paused clock: it stands still while somebody works and jumps when all wait.

mod downloads;
mod events;
mod faults;
mod hooks;
mod life;
mod merged;
mod reading;
mod recalls;
mod receiving;
mod removing;
mod roaming;
mod sending;
pub(crate) mod stage;
