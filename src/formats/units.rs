//! What is to be read: finds out of which format each file of a tree is, and puts together those that are read as one.

use std::collections::BTreeMap;

use super::FormatError;
use super::importers::{Candidate, HEAD, Importer, TABLE, Unit};
use super::tree::{Passed, Tree};

/// The formats that are read, by the names that [`Import::format`](super::Import) takes, each with what it is.
pub fn formats() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().map(|importer| (importer.name(), importer.title()))
}

/// Files that are read as one.
pub(super) struct Found {
    pub(super) importer: &'static dyn Importer,
    pub(super) unit: String,
    /// By path.
    pub(super) files: Vec<String>,
    /// Bytes of the files, as they lie there.
    pub(super) size: u64,
}

/// The importer of this name.
///
/// # Errors
/// [`FormatError::NoFormat`].
pub(super) fn importer(name: &str) -> Result<&'static dyn Importer, FormatError> {
    let found = TABLE.iter().find(|importer| importer.name().eq_ignore_ascii_case(name));
    found.copied().ok_or_else(|| FormatError::NoFormat { name: name.to_owned() })
}

/// What there is to read in a tree.
pub(super) struct Units {
    /// By the order of the table and then by name.
    pub(super) found: Vec<Found>,
    /// Files that are of no format, or that nobody could read.
    pub(super) passed: Vec<Passed>,
    /// Files that should be read and cannot be.
    pub(super) unread: Vec<FormatError>,
}

/// Finds what there is to read. `told` is the only importer that is asked.
pub(super) fn units(tree: &Tree, told: Option<&'static dyn Importer>) -> Units {
    let mut units: BTreeMap<(usize, Unit), Found> = BTreeMap::new();
    let mut passed = tree.passed().to_vec();
    let mut unread = Vec::new();
    for entry in tree.entries() {
        let head = match tree.head(&entry.path, HEAD) {
            Ok(head) => head,
            // Damage, or a file that was named: that is told. In folders lie many files that nobody means.
            Err(error @ FormatError::Read { .. }) => {
                unread.push(error);
                continue;
            }
            Err(error) if tree.is_one_file() => {
                unread.push(error);
                continue;
            }
            Err(error) => {
                passed.push(Passed { path: entry.path.to_string(), why: error.short() });
                continue;
            }
        };
        let candidate = Candidate { tree, path: &entry.path, head: &head, is_told: told.is_some() };
        if told.is_none() && !tree.is_one_file() && TABLE.iter().any(|importer| importer.is_attachment(&candidate)) {
            continue;
        }
        let asked = TABLE.iter().enumerate().filter(|(_, importer)| told.is_none_or(|told| told.name() == importer.name()));
        let claim = asked.into_iter().find_map(|(at, importer)| Some((at, *importer, importer.sniff(&candidate)?)));
        match claim {
            Some((at, importer, unit)) => {
                let name = unit.0.clone();
                let found = units.entry((at, unit)).or_insert_with(|| Found { importer, unit: name, files: Vec::new(), size: 0 });
                found.files.push(entry.path.to_string());
                found.size += entry.size;
            }
            None => passed.push(Passed { path: entry.path.to_string(), why: "of no format that is read" }),
        }
    }
    Units { found: units.into_values().collect(), passed, unread }
}
