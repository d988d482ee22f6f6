//! Holds what is written beside the code to the code.

use std::fs;
use std::path::Path;

/// All Rust source below these folders, as one text.
fn source(folders: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut text = String::new();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    text
}

/// The names in backticks in the last column of a table of `text`.
fn tests_named_in(text: &str) -> Vec<&str> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let last = rows.filter_map(|row| row.trim_end_matches([' ', '|']).rsplit('|').next());
    let names = last.flat_map(|column| column.split('`').skip(1).step_by(2));
    names.filter(|name| name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')).collect()
}

#[test]
fn every_test_that_holds_an_invariant_is_there() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let invariants = text.split("## What must always be true").nth(1).unwrap().split("\n## ").next().unwrap();
    let names = tests_named_in(invariants);
    assert!(names.len() > 5, "the table of invariants names {} tests", names.len());
    let source = source(&["src", "tests"]);
    for name in names {
        assert!(source.contains(&format!("fn {name}(")), "ARCHITECTURE.md says that the test {name} holds an invariant; there is none");
    }
}
