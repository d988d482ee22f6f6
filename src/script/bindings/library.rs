//! Descriptions of what the virtual machine itself brings: `json` and `re`.

use super::call::Act;
use super::docs::{Call, Namespace, ObjectDoc, Parameter, Place, arg, key};

const fn call(
    path: &'static str,
    arguments: &'static [Parameter],
    returns: &'static str,
    line: &'static str,
    more: &'static str,
    example: &'static str,
) -> Call {
    Call { path, arguments, returns, luau: None, line, more, example, place: Place::Anywhere, waits: false, act: Act::Elsewhere }
}

const TEXT: Parameter = arg("text", "string", "What is looked at.");

pub(super) static NAMESPACES: [&Namespace; 2] = [
    &Namespace {
        path: "json",
        doc: "JSON, both ways.",
        values: &[key("null", "any", "What stands for nil in a list, so that what is behind it keeps its place.")],
        calls: &[
            call(
                "json.encode",
                &[arg("value", "any", "Plain data.")],
                "string",
                "Writes a value as JSON.",
                "A table with the items 1, 2, 3 … is a list, any other one an object.",
                "json.encode({ name = \"ana\", tags = { \"a\", \"b\" } })",
            ),
            call(
                "json.decode",
                &[arg("text", "string", "JSON.")],
                "(any, string?)",
                "Reads JSON.",
                "What is no JSON gives `nil` and why. In objects `null` becomes nil, in lists `json.null`.",
                "local order, err = json.decode(m.text)",
            ),
        ],
    },
    &Namespace {
        path: "re",
        doc: "Regular expressions whose time is linear in the text, so that no text of a stranger can hang the script: the syntax of the Rust crate `regex`, without look-around and back-references.",
        values: &[],
        calls: &[call(
            "re.new",
            &[arg("pattern", "string", "For example `[[\\b\\d{4}\\b]]`; `(?i)` at its beginning ignores case.")],
            "Regex",
            "Compiles a pattern.",
            "A pattern that cannot be read is an error. Compile once, at the top of the file.",
            "local number = re.new([[\\b\\d+\\b]])",
        )],
    },
];

const FROM: Parameter = arg("from", "number?", "Where to begin, from 1; negative counts from the end.");

static METHODS: &[Call] = &[
    call(
        "regex:test",
        &[TEXT],
        "boolean",
        "Whether the pattern matches anywhere.",
        "",
        "if number:test(m.text) then m:reply(\"a number!\") end",
    ),
    call(
        "regex:match",
        &[TEXT, FROM],
        "...string?",
        "The groups of the first match, or all of it if the pattern has none; nil if nothing matches.",
        "",
        "local year, month = re.new([[(\\d{4})-(\\d\\d)]]):match(m.text)",
    ),
    call(
        "regex:find",
        &[TEXT, FROM],
        "...any",
        "Where the first match begins and ends, then its groups; nil if nothing matches.",
        "",
        "local first, last = number:find(m.text)",
    ),
    call(
        "regex:all",
        &[TEXT],
        "{ any }",
        "All matches: texts, or lists of groups if the pattern has groups.",
        "",
        "for _, hit in number:all(m.text) do print(hit) end",
    ),
    call(
        "regex:gmatch",
        &[TEXT],
        "() -> ...string?",
        "Goes through all matches: gives the groups of each, or all of it if the pattern has none.",
        "",
        "for hit in number:gmatch(m.text) do print(hit) end",
    ),
    call(
        "regex:replace",
        &[
            TEXT,
            arg(
                "by",
                "string | (...string?) -> (string | number)?",
                "What stands there instead; `$1` and `${name}` are groups. A function gets the groups, or the whole match if there are none; nil leaves the match as it is.",
            ),
            arg("most", "number?", "How many at most; all if not given."),
        ],
        "(string, number)",
        "The text with matches replaced, and how many there were.",
        "",
        "m.text = number:replace(m.text, \"[number]\")",
    ),
    call("regex:split", &[TEXT], "{ string }", "The parts between the matches.", "", "local words = re.new([[\\s+]]):split(m.text)"),
];

pub(super) fn regex() -> ObjectDoc {
    ObjectDoc { name: "Regex", doc: "A compiled pattern.", fields: Vec::new(), methods: METHODS, operators: "" }
}
