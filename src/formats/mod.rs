//! Files of messages: the exports of chat programs come in from anywhere, packed or not, and messages go out. Keeps nothing.
//!
//! A source that is damaged in one place is read on behind it: what cannot be read is told by file and line, with the reason.

mod error;
mod exporters;
mod html;
mod import;
mod imported;
mod importers;
mod json;
mod lenient;
mod lines;
mod out;
mod packing;
mod source;
mod tim;
mod tree;
mod units;
mod window;

pub use error::{Fault, FormatError};
pub use exporters::{EXPORTERS, Existing, ExportError, ExportFormat, ExportOrder, ExportReport, Shape, Target, export};
pub use import::{Import, ImportError, Kept, Report, SourceReport, Step, import};
pub use importers::Reading;
pub use out::{At, Inferred};
pub use packing::Packing;
pub use source::Source;
pub use tim::{Entry, Said, TimReader, TimWriter};
pub use tree::Passed;
pub use units::formats;
