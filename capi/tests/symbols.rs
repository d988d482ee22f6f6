//! What the shared library exports: the names of the headers and nothing else, under a name with a version.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::library::{files, package, shared, succeed};

/// The functions that a header declares.
fn declared(header: &str) -> BTreeSet<String> {
    let mut code = String::new();
    let mut rest = header;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    code.push_str(rest);
    let functions = code.split('(').filter_map(|before| {
        let name = before.rsplit(|char: char| !(char.is_ascii_alphanumeric() || char == '_')).next()?;
        let line = before.rsplit(['\n', ';', '}']).find(|line| !line.trim().is_empty())?;
        let is_function = !name.is_empty() && !line.contains("typedef") && !line.trim_start().starts_with('#');
        (is_function && (line.contains("TIM_DECL ") || name.starts_with("mynah_"))).then(|| name.to_owned())
    });
    functions.collect()
}

#[test]
fn the_names_of_the_headers_and_no_others_are_exported() {
    let headers = files(&package().join("include"), "h");
    let wanted: BTreeSet<_> =
        headers.iter().flat_map(|header| declared(&fs::read_to_string(header).expect("a header can be read"))).collect();
    let listed = succeed(Command::new("nm").args(["-D", "--defined-only", "--format=posix"]).arg(shared()));
    let found: BTreeSet<_> = listed.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    let missing: Vec<_> = wanted.difference(&found).collect();
    let extra: Vec<_> = found.difference(&wanted).collect();
    assert!(missing.is_empty() && extra.is_empty(), "declared, not exported: {missing:?}\nexported, not declared: {extra:?}");
}

#[test]
fn every_function_of_the_reference_is_declared() {
    let header = fs::read_to_string(package().join("include/TIMCloud.h")).expect("the header can be read");
    assert_eq!(declared(&header).len(), 58);
}

#[test]
fn programs_ask_for_the_library_by_its_version() {
    let about = succeed(Command::new("readelf").arg("--dynamic").arg(shared()));
    assert!(about.contains("Library soname: [libmynah.so.0]"), "{about}");
}
