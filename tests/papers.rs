//! Holds what is written beside the code to the code.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// The names of all tests.
fn tests() -> HashSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![root.join("src"), root.join("tests"), root.join("capi/src"), root.join("capi/tests")];
    let mut names = HashSet::new();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(path).unwrap();
            let is_mark = |line: &str| line.trim_start().starts_with("#[test]") || line.trim_start().starts_with("#[tokio::test");
            let pairs = source.lines().zip(source.lines().skip(1));
            let behind = pairs.filter(|(mark, _)| is_mark(mark)).map(|(_, line)| line.trim_start().trim_start_matches("async "));
            names.extend(behind.filter_map(|line| Some(line.strip_prefix("fn ")?.split_once('(')?.0.to_owned())));
        } else if path.ends_with("phases.h") {
            // The phases of the C program are tests of these names.
            let source = fs::read_to_string(path).unwrap();
            names.extend(source.split("EACH(").filter_map(|phase| Some(phase.split_once(')')?.0.to_owned())));
        }
    }
    names
}

/// The rows of the first table below a heading of ARCHITECTURE.md, without its head, as cells.
fn table_below(heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let below = text.split(heading).nth(1).unwrap_or_else(|| panic!("ARCHITECTURE.md has no {heading}"));
    let rows = below.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim().trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What stands in backticks.
fn in_backticks(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_invariant_names_tests_that_are_there() {
    let rows = table_below("## What must always be true");
    assert!(rows.len() > 10, "the table of invariants has {} rows", rows.len());
    let tests = tests();
    for row in rows {
        let [number, invariant, held_by] = row.as_slice() else { panic!("a row of the invariants has {} cells: {row:?}", row.len()) };
        assert!(!number.is_empty() && !invariant.is_empty(), "an empty cell: {row:?}");
        if ["later: session", "later: script"].contains(&held_by.as_str()) {
            continue;
        }
        let names = in_backticks(held_by);
        assert!(!names.is_empty(), "invariant {number} names no test that holds it");
        for name in names {
            assert!(tests.contains(name), "ARCHITECTURE.md says that the test {name} holds invariant {number}; there is none");
        }
    }
}

#[test]
fn every_room_says_what_it_answers_and_owns_and_no_row_holds_what_belongs_elsewhere() {
    let rows = table_below("## Rooms and floors");
    assert!(rows.len() > 5, "the table of floors has {} rows", rows.len());
    let tests = tests();
    for row in rows {
        assert!(row.len() == 4 && row.iter().all(|cell| !cell.is_empty()), "four cells and none empty: {row:?}");
        for name in in_backticks(&row[3]) {
            assert!(!tests.contains(name), "{name} is a test, not what {} owns", row[1]);
        }
    }
}
