//! The program `mynah`.
fn main() {}
