//! The functions of the TIM message API, by subject. Each reads its arguments, and says what is asked for.

mod life;
mod local;
