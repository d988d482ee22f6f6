//! The functions of the TIM message API, by subject. Each reads its arguments, and says what is asked for.

pub(crate) mod config;
pub(crate) mod conversations;
pub(crate) mod life;
mod local;
pub(crate) mod setters;
