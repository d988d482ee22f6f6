//! The full-text index: derived from the store, built again from it at any time. Owns the crate tantivy; knows no store.

mod backlog;
mod classes;
mod columns;
mod coverage;
mod doc;
mod entry;
mod error;
mod execute;
mod fold;
mod guard;
mod keys_query;
mod lexer;
mod manifest;
mod marks;
mod position;
mod reader;
mod request;
mod schema;
mod segment;
mod snapshot;
mod snippet;
mod tokenizer;
mod vocabulary;
mod writer;

pub use coverage::{Coverage, Rebuild};
pub use doc::Doc;
pub use error::IndexError;
pub use fold::{Folded, folded_contains};
pub use position::{HitPosition, HitPositionError};
pub use reader::IndexReader;
pub use request::{Answer, Bar, Context, ConversationCount, FacetSpec, Facets, Hit, Request, Timeline};
pub use snapshot::{Facts, Snapshot};
pub use snippet::snippet;
pub use writer::{IndexOptions, IndexWriter};
