//! The full-text index: derived from the store, built again from it at any time. Owns the crate tantivy; knows no store.

mod coverage;
mod doc;
mod error;
mod position;
mod request;

pub use coverage::{Coverage, Rebuild};
pub use doc::Doc;
pub use error::IndexError;
pub use position::{HitPosition, HitPositionError};
pub use request::{Answer, Bar, Context, ConversationCount, FacetSpec, Facets, Hit, Request, Timeline};
