//! The search language and the typed query. Reads what a person typed; knows no index and no store.

pub mod tim;

mod build;
mod calendar;
mod explain;
mod expr;
mod filter;
mod lex;
mod note;
mod parse;
mod text;
mod time;

pub use calendar::{Reading, TimeSpan, time_text};
pub use explain::explain;
pub use expr::{Expr, Filter, Interval, Sort};
#[cfg(feature = "script")]
pub(crate) use filter::has;
pub use jiff::Timestamp;
pub use jiff::tz::TimeZone;
pub use lex::MAX_DEPTH;
pub use note::{FilterName, Note, NoteKind};
pub use parse::{Parsed, parse};
pub use time::{TimeError, read_span, read_time, span_text};
