//! Answers that the phases note are what the schemas say.

use std::fs;
use std::path::Path;

use jsonschema::{Registry, Validator};
use serde_json::Value;

use crate::library::package;

/// The schema of an answer by the name that the phases have for it, and whether the answer is a list of such things.
fn named(name: &str) -> (&str, bool) {
    match name {
        "messages" => ("message", true),
        "locators" => ("locator", true),
        "conv-infos" => ("conv-info", true),
        "receipts" => ("receipt", true),
        "receive-options" => ("receive-option", true),
        "batch-send-results" => ("batch-send-result", true),
        other => (other, false),
    }
}

fn schema(name: &str) -> Value {
    let path = package().join("../schemas").join(format!("{name}.schema.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("a schema is JSON")
}

fn validator(name: &str) -> Validator {
    let message = schema("message");
    let id = message["$id"].as_str().expect("a schema has an id").to_owned();
    let registry = Registry::new().add(id, message).expect("the schema is valid").prepare().expect("the schema stands alone");
    jsonschema::options().with_registry(&registry).build(&schema(name)).expect("the schema is valid")
}

/// Holds every line of a file, the name of a schema and an answer, against that schema.
#[track_caller]
pub fn check(noted: &Path) {
    for line in fs::read_to_string(noted).expect("a file can be read").lines() {
        let (name, json) = line.split_once('\t').expect("a line has a name and an answer");
        let (name, is_list) = named(name);
        let answer: Value = serde_json::from_str(json).expect("an answer is JSON");
        let items = if is_list { answer.as_array().expect("the answer is a list").clone() } else { vec![answer] };
        let validator = validator(name);
        for item in items {
            let faults: Vec<_> = validator.iter_errors(&item).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
            assert!(faults.is_empty(), "no {name}: {faults:#?}\n{item}");
        }
    }
}
