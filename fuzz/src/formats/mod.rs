//! The readers of exports, without the archive that they are read into. The files beside this one are links to those of the library.

mod error;
mod html;
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
#[path = "importers/telegram/repair.rs"]
mod repair;

pub use error::{Fault, FormatError};
pub use out::At;
pub use packing::Packing;
pub use source::Source;
pub use tim::{Entry, Said, TimReader, TimWriter};
pub use tree::Passed;

use crate::model::Message;
use importers::{Export, Reading};
use out::{Item, Out, ReadError};

/// As [`repair::repair`], for the whole crate.
pub(crate) fn repair(json: &str) -> String {
    repair::repair(json).into_owned()
}

/// The messages that the importer of a format finds in a file.
pub(crate) fn messages(format: &str, file: &std::path::Path) -> Vec<Message> {
    let mut messages = Vec::new();
    let reading = Reading::default();
    let told = units::importer(format).expect("a format of the table");
    for tree in tree::Tree::named(file).expect("a file that can be opened") {
        for unit in units::units(&tree, Some(told)).found {
            let export = Export { tree: &tree, unit: &unit.unit, files: &unit.files, reading: &reading };
            let mut put = |item: Item| {
                match item {
                    Item::Message(_, message) | Item::WithMedia(_, message, _) => messages.push(*message),
                    Item::Draft(_, draft) => {
                        let hashes = vec![None; draft.files.len()];
                        messages.extend(draft.finish(&hashes));
                    }
                    Item::Fault(_, fault) => drop(fault.to_string()),
                    Item::Unread(error) => drop(error.to_string()),
                    Item::About(..) | Item::Inferred(_) => {}
                }
                true
            };
            let mut out = Out::new(unit.importer.name(), &tree, None, None, &mut put);
            match unit.importer.read(&export, &mut out) {
                Ok(()) | Err(ReadError::Format(_)) => {}
                Err(ReadError::Stopped) => unreachable!("nobody stops it"),
            }
        }
    }
    messages
}
