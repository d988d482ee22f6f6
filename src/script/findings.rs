//! What can be said of a whole script without running it: what [`check`] says of each of its files.

use super::bundle::Bundle;
use super::check::{Api, Severity, check, check_with};
use super::manifest::Manifest;

/// Something that is worth saying about a place in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file, inside the script's folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// It will not work; else it works, and is probably not meant so.
    pub is_error: bool,
    /// What is wrong.
    pub text: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Everything worth saying about a script and its tests, in the order of its files. It takes some computing, so call it where that holds up nobody.
pub fn check_bundle(bundle: &Bundle) -> Vec<Found> {
    let api = Api::of_bindings();
    // What is wrong with the manifest is said where it stands.
    let manifest = Manifest::read(bundle.source(), &bundle.name).unwrap_or_default();
    let mut found = Vec::new();
    for (path, source) in bundle.files.iter().chain(&bundle.tests) {
        let findings = match *path == bundle.entry {
            true => check(source, &bundle.name, &api),
            false => check_with(source, Ok(manifest.clone()), &api),
        };
        found.extend(findings.into_iter().map(|finding| Found {
            file: format!("{path}.luau"),
            line: finding.line,
            column: finding.column,
            is_error: finding.severity == Severity::Error,
            text: finding.text,
            help: finding.help,
        }));
    }
    found
}
