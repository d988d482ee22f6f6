//! The search language and the typed query. Reads what a person typed; knows no index and no store.

mod expr;

pub use expr::{Expr, Filter, Interval, Sort};
