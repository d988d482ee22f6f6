//! What can be said of a script without running it: its syntax, its calls, its manifest, and what will be lost when it is reloaded.

mod api;
mod call;
mod literal;
mod needs;
mod nesting;
mod scope;
mod syntax;
mod walk;

use std::fmt;

pub(super) use api::Api;
#[cfg(test)]
pub(super) use api::{Function, Kind, Table};

use super::manifest::{Manifest, ManifestError};

/// The most bytes of a source that is looked at.
const SOURCE: usize = 256 << 10;
/// The parser goes down with the source, and so does everything that walks what it makes; how far is bounded before. Only what is used of it becomes
/// memory.
const STACK: usize = 512 << 20;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Severity {
    /// It will not work.
    Error,
    /// It works, and is probably not meant so.
    Warning,
}

/// Something that is worth saying about a place in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// From 1.
    pub(super) line: usize,
    /// From 1, in characters.
    pub(super) column: usize,
    pub(super) severity: Severity,
    pub(super) text: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}:{}: {severity}: {}", self.line, self.column, self.text)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

impl Finding {
    fn error(place: (usize, usize), text: impl Into<String>) -> Self {
        Self { line: place.0, column: place.1, severity: Severity::Error, text: text.into(), help: None }
    }

    fn warning(place: (usize, usize), text: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, text) }
    }

    fn helped(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

/// Everything worth saying about a source, in its order. `api`: what scripts can call; `stem`: the name of the file.
///
/// No source makes it fail: what is too large or too deep is said to be so. It takes a thread of its own.
pub(super) fn check(source: &str, stem: &str, api: &Api) -> Vec<Finding> {
    check_with(source, Manifest::read(source, stem), api)
}

/// As [`check`], for a file of a script whose manifest stands elsewhere.
pub(super) fn check_with(source: &str, manifest: Result<Manifest, ManifestError>, api: &Api) -> Vec<Finding> {
    if source.len() > SOURCE {
        return vec![Finding::error((1, 1), format!("the file is {} bytes, the limit is {SOURCE}", source.len()))];
    }
    if let Some(finding) = nesting::too_deep(source) {
        return vec![finding];
    }
    let work = || {
        let (manifest, wrong) = match manifest {
            Ok(manifest) => (Some(manifest), None),
            Err(error) => (None, Some(Finding::error((error.line as usize, 1), format!("manifest: {}", error.why)))),
        };
        let mut findings: Vec<Finding> = wrong.into_iter().collect();
        match syntax::parse(source) {
            Ok(tree) => findings.extend(walk::walk(&tree, manifest.as_ref(), api)),
            Err(faults) => findings.extend(faults),
        }
        findings.sort_by_key(|finding| (finding.line, finding.column));
        findings.dedup();
        findings
    };
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new().name("check".to_owned()).stack_size(STACK).spawn_scoped(scope, work);
        // The parser has places that it believes to be out of reach, and that some broken sources reach.
        let looked = spawned.ok().and_then(|thread| thread.join().ok());
        looked.unwrap_or_else(|| vec![Finding::error((1, 1), "syntax: this is so broken that no place can be named")])
    })
}

#[cfg(test)]
mod tests;
