//! The full-text index: derived from the store, built again from it at any time. Owns the crate tantivy; knows no store.

mod backlog;
mod bm25;
mod build;
mod classes;
mod columns;
mod contains;
mod coverage;
mod disk;
mod doc;
mod docs;
mod entry;
mod error;
mod execute;
mod fold;
mod guard;
mod highlight;
mod keys_query;
mod keyword;
mod leaves;
mod lexer;
mod manifest;
mod marks;
mod names;
mod newest;
mod oldest;
mod phrase;
mod plan;
mod position;
mod reader;
mod relevance;
mod request;
mod schema;
mod segment;
mod snapshot;
mod snippet;
mod tally;
mod texts;
mod tokenizer;
mod union;
mod vocabulary;
mod writer;

#[cfg(feature = "script")]
pub(crate) use classes::{Class, class};
pub use coverage::{Coverage, Rebuild};
pub use doc::Doc;
pub use error::IndexError;
#[cfg(feature = "script")]
pub(crate) use fold::map_into;
pub use highlight::highlight;
pub use position::HitPosition;
pub use reader::IndexReader;
pub use request::{Answer, Bar, Context, ConversationCount, FacetSpec, Hit, Request, Timeline};
pub use snippet::snippet;
pub use writer::{IndexOptions, IndexWriter};

#[cfg(test)]
mod tests;
