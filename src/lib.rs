//! Mynah keeps every conversation in a log, finds any message in it at once, and carries messages between accounts.
//!
//! An [`Archive`] is a folder that holds the messages of one account: a log (the truth), a full-text index (derived from it) and
//! media files. It needs no server and no network. A `session` (feature `session`) puts it to work over a transport: it sends, receives,
//! recalls and downloads.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! use mynah::Archive;
//! use mynah::archive::SearchRequest;
//! use mynah::model::{ConversationId, Message};
//! use mynah::query::Expr;
//!
//! let archive = Archive::open(folder.path().join("archive"))?;
//! let ops = ConversationId::group("ops")?;
//! archive.import(&ops, vec![Message::text("alice", 1_700_000_000, "the deploy is done")])?;
//! let found = archive.search(&SearchRequest::new(Expr::word("deploy")))?;
//! assert_eq!(found.hits[0].message.texts(), ["the deploy is done"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod archive;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "session")]
pub mod fetch;
#[cfg(feature = "formats")]
pub mod formats;
pub mod model;
pub mod query;
#[cfg(feature = "script")]
pub mod script;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "session")]
pub mod transport;

mod index;
mod media;
mod store;

pub use archive::Archive;
pub use index::{Bar, FacetSpec, IndexError, highlight};
pub use media::{MediaError, MediaHash};
#[cfg(feature = "session")]
pub use session::Session;
pub use store::{Change, ChangeKind, Durability, JournalNo, StoreError};

// The example of the README, so that it stays true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
