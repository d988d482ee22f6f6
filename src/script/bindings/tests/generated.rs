//! The annotation files, the reference page and the machine say the same.
//!
//! `MYNAH_WRITE_API=1 cargo test --lib what_is_generated` writes the files anew.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::script::bindings::{annotations, api, luals, reference};

/// Checks a file of the repository against what it is made from, or writes it.
#[track_caller]
fn check_file(name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(name);
    if std::env::var_os("MYNAH_WRITE_API").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == expected, "scripts/{name} is not what the bindings say: MYNAH_WRITE_API=1 cargo test --lib what_is_generated");
}

#[test]
fn what_is_generated_is_fresh() {
    check_file("mynah.d.luau", &annotations());
    check_file("mynah.lua", &luals());
    check_file("REFERENCE.md", &reference());
}

/// The names inside of the API's globals, as a script sees them.
const WALK: &str = r#"
local names = {}
local function walk(path, value)
    names[path] = true
    if type(value) == "table" and path ~= "bot.config" then
        for name, inner in value do
            walk(`{path}.{name}`, inner)
        end
    end
end
for _, name in { "bot", "http", "json", "re", "log", "secret", "test", "print" } do
    walk(name, getfenv and nil or ({ bot = bot, http = http, json = json, re = re, log = log, secret = secret, test = test, print = print })[name])
end
local list = {}
for name in names do table.insert(list, name) end
return table.concat(list, " ")
"#;

#[test]
fn every_name_is_described_and_everything_that_is_described_is_there() {
    let bound: BTreeSet<String> = returned(WALK).split(' ').map(str::to_owned).collect();
    let api = api();
    let mut described: BTreeSet<String> = api.globals.iter().map(|call| call.path.to_owned()).collect();
    for namespace in &api.namespaces {
        described.insert(namespace.path.to_owned());
        described.extend(namespace.calls.iter().map(|call| call.path.to_owned()));
        described.extend(namespace.values.iter().map(|value| format!("{}.{}", namespace.path, value.name)));
    }
    assert_eq!(bound, described);
}

#[test]
fn every_description_says_something() {
    let api = api();
    let calls = api.namespaces.iter().flat_map(|namespace| namespace.calls).chain(api.globals.iter().copied());
    for call in calls.chain(api.objects.iter().flat_map(|object| object.methods)) {
        assert!(!call.line.is_empty() && !call.example.is_empty(), "{} lacks a sentence or an example", call.path);
        assert!(call.arguments.iter().all(|argument| !argument.doc.is_empty()), "an argument of {} is not described", call.path);
    }
}

#[test]
fn every_type_that_is_named_is_there() {
    let file = annotations();
    let known: BTreeSet<&str> = file
        .lines()
        .filter_map(|line| line.strip_prefix("export type ").or_else(|| line.strip_prefix("declare extern type ")))
        .map(|rest| rest.split([' ', '=']).next().unwrap_or_default())
        .collect();
    let code: String = file.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n");
    let words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let types = words.filter(|word| word.starts_with(char::is_uppercase) && word.chars().any(char::is_lowercase));
    let unknown: BTreeSet<&str> = types.filter(|word| !known.contains(word)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_example_can_be_read_as_luau() {
    let api = api();
    let calls = api.namespaces.iter().flat_map(|namespace| namespace.calls).chain(api.globals.iter().copied());
    for call in calls.chain(api.objects.iter().flat_map(|object| object.methods)) {
        let parsed = full_moon::parse_fallible(call.example, full_moon::LuaVersion::luau());
        assert!(parsed.errors().is_empty(), "{}: {:?}", call.path, parsed.errors());
    }
}
