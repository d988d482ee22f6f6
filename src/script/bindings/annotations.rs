//! The file from which editors know the API: Luau definitions, for luau-lsp.

use std::fmt::Write as _;

use super::docs::{Call, Key, Namespace, ObjectDoc, Record};
use super::{Api, api};
use crate::script::event::EventKind;

const HEAD: &str = "\
-- The API of Mynah's scripts for luau-lsp: completion, types, errors while you write.
-- Made from the source of the bindings; change it there.
--
--     luau-lsp analyze --definitions=mynah.d.luau my_bot.luau

-- A length of time: \"15m\", \"2h30m\", \"1d\", or a number of seconds.
export type Duration = string | number
-- A time: an object, text such as \"fri 9:00\" or \"2h\", or Unix seconds.
export type When = Time | string | number
-- A conversation: \"group:ops\", \"c2c:ana\", m.chat, m.from.
export type ChatLike = string | Chat | User
-- What the handler of a webhook returns.
export type WebhookAnswer = string | WebhookReply | nil
-- Events that tell of a message.
export type MessageEvent = \"receive\" | \"sent\" | \"edit\" | \"recall\" | \"delete\"
";

/// The definition file, `scripts/mynah.d.luau`.
pub fn annotations() -> String {
    let api = api();
    let mut out = HEAD.to_owned();
    let words: Vec<String> =
        EventKind::ALL.iter().filter(|kind| **kind != EventKind::Webhook).map(|kind| format!("{:?}", kind.word())).collect();
    let _ = writeln!(out, "export type EventName = {}", words.join(" | "));
    for object in &api.objects {
        class(&mut out, object);
    }
    for record in &api.records {
        alias(&mut out, record);
    }
    for namespace in api.namespaces.iter().filter(|namespace| !namespace.path.contains('.')) {
        let _ = writeln!(out, "\n-- {}", namespace.doc);
        let _ = writeln!(out, "declare {}: {{", namespace.path);
        members(&mut out, &api, namespace, "    ");
        out.push_str("}\n");
    }
    for call in &api.globals {
        let _ = writeln!(out, "\n-- {}", call.line);
        let _ = writeln!(out, "declare {}: {}", call.path, type_of(call));
    }
    out
}

fn class(out: &mut String, object: &ObjectDoc) {
    let _ = writeln!(out, "\n-- {}", object.doc);
    let _ = writeln!(out, "declare extern type {} with", object.name);
    for Key { name, luau, doc } in &object.fields {
        let _ = writeln!(out, "    -- {doc}\n    {name}: {luau}");
    }
    for call in object.methods {
        let name = call.path.rsplit(':').next().unwrap_or_default();
        let mut arguments = vec!["self".to_owned()];
        arguments.extend(call.arguments.iter().map(|argument| format!("{}: {}", argument.name, argument.luau)));
        let _ = writeln!(out, "    -- {}\n    function {name}({}): {}", call.line, arguments.join(", "), returns(call));
    }
    out.push_str(object.operators);
    out.push_str("end\n");
}

fn alias(out: &mut String, record: &Record) {
    let _ = writeln!(out, "\n-- {}", record.doc);
    let _ = writeln!(out, "export type {} = {{", record.name);
    for Key { name, luau, doc } in record.keys {
        let _ = writeln!(out, "    -- {doc}\n    {name}: {luau},");
    }
    out.push_str("}\n");
}

fn members(out: &mut String, api: &Api, namespace: &Namespace, indent: &str) {
    for Key { name, luau, doc } in namespace.values {
        let _ = writeln!(out, "{indent}-- {doc}\n{indent}{name}: {luau},");
    }
    for call in namespace.calls {
        let name = call.path.rsplit('.').next().unwrap_or_default();
        let _ = writeln!(out, "{indent}-- {}\n{indent}{name}: {},", call.line, type_of(call));
    }
    for inner in &api.namespaces {
        if let Some(name) = inner.path.strip_prefix(namespace.path).and_then(|rest| rest.strip_prefix('.')) {
            let _ = writeln!(out, "{indent}-- {}\n{indent}{name}: {{", inner.doc);
            members(out, api, inner, &format!("{indent}    "));
            let _ = writeln!(out, "{indent}}},");
        }
    }
}

/// The Luau type of a function.
pub(super) fn type_of(call: &Call) -> String {
    if let Some(luau) = call.luau {
        return luau.to_owned();
    }
    let arguments: Vec<String> = call.arguments.iter().map(|argument| format!("{}: {}", argument.name, argument.luau)).collect();
    format!("({}) -> {}", arguments.join(", "), returns(call))
}

fn returns(call: &Call) -> &str {
    if call.returns.is_empty() { "()" } else { call.returns }
}
