//! The file from which editors with LuaLS (lua-language-server) know the API. Its types are those of the Luau definitions, read as Luau and written
//! as LuaLS writes them; what it cannot say (packs of types, intersections elsewhere than in overloads) is `any`.

use std::fmt::Write as _;

use full_moon::ast::luau::{TypeArgument, TypeFieldKey, TypeInfo};
use full_moon::ast::{Ast, Stmt};

use super::annotations::type_of;
use super::api;
use super::docs::{Call, Key, Namespace, ObjectDoc};
use crate::script::event::EventKind;

const HEAD: &str = "\
---@meta
-- The API of Mynah's scripts for LuaLS (lua-language-server): completion and types while you write.
-- Made from the source of the bindings; change it there. Scripts are Luau: for its own syntax there is luau-lsp, with mynah.d.luau.
--
--     .luarc.json: { \"workspace.library\": [\"scripts/mynah.lua\"] }

---A length of time: `\"15m\"`, `\"2h30m\"`, `\"1d\"`, or a number of seconds.
---@alias Duration string | number

---A time: an object, text such as `\"fri 9:00\"` or `\"2h\"`, or Unix seconds.
---@alias When Time | string | number

---A conversation: `\"group:ops\"`, `\"c2c:ana\"`, `m.chat`, `m.from`.
---@alias ChatLike string | Chat | User

---What the handler of a webhook returns.
---@alias WebhookAnswer string | WebhookReply | nil

---Events that tell of a message.
---@alias MessageEvent \"receive\" | \"sent\" | \"edit\" | \"recall\" | \"delete\"

---Bytes.
---@class buffer
";

/// The meta file for LuaLS, `scripts/mynah.lua`.
pub fn luals() -> String {
    let api = api();
    let mut out = HEAD.to_owned();
    let words: Vec<String> =
        EventKind::ALL.iter().filter(|kind| **kind != EventKind::Webhook).map(|kind| format!("{:?}", kind.word())).collect();
    let _ = writeln!(out, "\n---@alias EventName {}", words.join(" | "));
    for object in &api.objects {
        class(&mut out, object);
    }
    for record in &api.records {
        fields(&mut out, record.name, record.doc, record.keys);
    }
    for namespace in &api.namespaces {
        table(&mut out, namespace);
    }
    for call in &api.globals {
        function(&mut out, call, call.path);
    }
    out
}

fn class(out: &mut String, object: &ObjectDoc) {
    fields(out, object.name, object.doc, &object.fields);
    for line in object.operators.lines() {
        operator(out, line);
    }
    let _ = writeln!(out, "local {} = {{}}", object.name);
    for call in object.methods {
        let name = call.path.rsplit(':').next().unwrap_or_default();
        function(out, call, &format!("{}:{name}", object.name));
    }
}

/// An operator of the Luau definitions: `    function __add(self, other: Duration): Time`.
fn operator(out: &mut String, line: &str) {
    let Some((name, rest)) = line.trim().strip_prefix("function __").and_then(|rest| rest.split_once("(self, other: ")) else { return };
    // LuaLS knows no others.
    if let (true, Some((other, returns))) = (["add", "sub"].contains(&name), rest.split_once("): ")) {
        let _ = writeln!(out, "---@operator {name}({}): {}", converted(other), converted(returns));
    }
}

fn fields(out: &mut String, name: &str, doc: &str, keys: &[Key]) {
    let _ = writeln!(out, "\n---{doc}\n---@class {name}");
    for Key { name, luau, doc } in keys {
        let _ = writeln!(out, "---@field {name} {} {doc}", converted(luau));
    }
}

fn table(out: &mut String, namespace: &Namespace) {
    let class = namespace.path.replace('.', "_") + "_api";
    fields(out, &class, namespace.doc, namespace.values);
    let _ = writeln!(out, "{} = {{}}", namespace.path);
    for call in namespace.calls {
        function(out, call, call.path);
    }
}

/// A function under this name: its first overload in full, the others as such.
fn function(out: &mut String, call: &Call, name: &str) {
    let _ = writeln!(out, "\n---{}", call.line);
    let Some(TypeInfo::Intersection(overloads)) = read(&type_of(call)) else {
        return signature(out, call, name, read(&type_of(call)).as_ref());
    };
    let kinds: Vec<&TypeInfo> = overloads.types().iter().map(inside).collect();
    for kind in &kinds[1..] {
        let _ = writeln!(out, "---@overload {}", written(kind));
    }
    signature(out, call, name, kinds.first().copied());
}

fn signature(out: &mut String, call: &Call, name: &str, kind: Option<&TypeInfo>) {
    let Some(TypeInfo::Callback { arguments, return_type, .. }) = kind else {
        let _ = writeln!(out, "function {name}(...) end");
        return;
    };
    let mut names = Vec::new();
    for argument in arguments {
        let doc =
            argument_name(argument).and_then(|name| call.arguments.iter().find(|known| known.name == name)).map_or("", |known| known.doc);
        let (argument, kind) = (argument_name(argument).unwrap_or_else(|| "...".to_owned()), written(argument.type_info()));
        let mark = if kind.ends_with('?') && argument != "..." { "?" } else { "" };
        let _ = writeln!(out, "---@param {argument}{mark} {} {doc}", if mark.is_empty() { &kind } else { kind.trim_end_matches('?') });
        names.push(argument);
    }
    for returned in returns(return_type) {
        let _ = writeln!(out, "---@return {returned}");
    }
    let _ = writeln!(out, "function {name}({}) end", names.join(", "));
}

fn argument_name(argument: &TypeArgument) -> Option<String> {
    argument.name().map(|(name, _)| name.token().to_string())
}

/// A Luau type as LuaLS writes it.
fn converted(luau: &str) -> String {
    read(luau).as_ref().map_or_else(|| "any".to_owned(), written)
}

/// Reads a Luau type.
fn read(luau: &str) -> Option<TypeInfo> {
    let parsed = full_moon::parse_fallible(&format!("type T = {luau}"), full_moon::LuaVersion::luau());
    let is_read = parsed.errors().is_empty();
    let ast: &Ast = parsed.ast();
    match ast.nodes().stmts().next() {
        Some(Stmt::TypeDeclaration(declared)) if is_read => Some(declared.type_definition().clone()),
        _ => None,
    }
}

/// What stands in parentheses.
fn inside(kind: &TypeInfo) -> &TypeInfo {
    match kind {
        TypeInfo::Tuple { types, .. } if types.len() == 1 => types.iter().next().map_or(kind, inside),
        other => other,
    }
}

fn written(kind: &TypeInfo) -> String {
    let in_part = |kind: &TypeInfo| match inside(kind) {
        TypeInfo::Union(_) | TypeInfo::Callback { .. } => format!("({})", written(kind)),
        _ => written(kind),
    };
    match inside(kind) {
        TypeInfo::Array { type_info, .. } => format!("{}[]", in_part(type_info)),
        TypeInfo::Basic(name) | TypeInfo::String(name) | TypeInfo::Boolean(name) => name.token().to_string(),
        TypeInfo::Optional { base, .. } => match in_part(base) {
            any if any == "any" => any,
            base => format!("{base}?"),
        },
        TypeInfo::Union(union) => union.types().iter().map(in_part).collect::<Vec<_>>().join(" | "),
        TypeInfo::Table { fields, .. } => {
            let field = |field: &full_moon::ast::luau::TypeField| match field.key() {
                TypeFieldKey::IndexSignature { inner, .. } => (true, format!("table<{}, {}>", written(inner), written(field.value()))),
                TypeFieldKey::Name(name) => (false, format!("{}: {}", name.token(), written(field.value()))),
                _ => (false, String::new()),
            };
            let fields: Vec<(bool, String)> = fields.iter().map(field).collect();
            match &fields[..] {
                [(true, map)] => map.clone(),
                fields => format!("{{ {} }}", fields.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", ")),
            }
        }
        TypeInfo::Callback { arguments, return_type, .. } => {
            let argument = |argument: &TypeArgument| match argument_name(argument) {
                Some(name) => format!("{name}: {}", written(argument.type_info())),
                None => "...".to_owned(),
            };
            let arguments: Vec<String> = arguments.iter().map(argument).collect();
            let returned = returns(return_type);
            let returned = if returned.is_empty() { String::new() } else { format!(": {}", returned.join(", ")) };
            format!("fun({}){returned}", arguments.join(", "))
        }
        TypeInfo::Variadic { type_info, .. } => format!("{} ...", written(type_info)),
        TypeInfo::GenericPack { .. } | TypeInfo::VariadicPack { .. } => "any ...".to_owned(),
        _ => "any".to_owned(),
    }
}

/// The types of what a function returns, one after the other.
fn returns(kind: &TypeInfo) -> Vec<String> {
    match kind {
        TypeInfo::Tuple { types, .. } => types.iter().map(written).collect(),
        one => vec![written(one)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(luau: &str, expected: &str) {
        assert_eq!(converted(luau), expected, "{luau}");
    }

    #[test]
    fn a_luau_type_is_written_as_luals_does() {
        check("string?", "string?");
        check("(string | User)?", "(string | User)?");
        check("{ SearchHit }", "SearchHit[]");
        check("{ string | User }?", "(string | User)[]?");
        check("{ [string]: any }", "table<string, any>");
        check("{ key: string, value: any }", "{ key: string, value: any }");
        check("(m: Message, hit: Hit) -> ()", "fun(m: Message, hit: Hit)");
        check("(id: string) -> (Message?, string?)", "fun(id: string): Message?, string?");
        check("(...any) -> any", "fun(...): any");
        check("any?", "any");
        check("\"allow\" | \"deny\"", "\"allow\" | \"deny\"");
    }

    #[test]
    fn every_type_of_the_api_can_be_read() {
        let api = api();
        let calls = api.namespaces.iter().flat_map(|namespace| namespace.calls).chain(api.globals.iter().copied());
        for call in calls.chain(api.objects.iter().flat_map(|object| object.methods)) {
            assert!(read(&type_of(call)).is_some(), "{}: {}", call.path, type_of(call));
        }
        let records = api.records.iter().flat_map(|record| record.keys);
        for key in records.chain(api.namespaces.iter().flat_map(|namespace| namespace.values)) {
            assert!(read(key.luau).is_some(), "{}: {}", key.name, key.luau);
        }
    }

    #[test]
    fn the_file_is_lua_that_declares_every_function() {
        let file = luals();
        let parsed = full_moon::parse_fallible(&file, full_moon::LuaVersion::lua51());
        assert!(parsed.errors().is_empty(), "{:?}", parsed.errors());
        for declared in
            ["function bot.search(options) end", "function bot.timer.at(", "function Message:reply(message) end", "function print(...) end"]
        {
            assert!(file.contains(declared), "{declared}");
        }
    }
}
