//! What scripts can call and read, as checking needs it: paths, arguments and types.

use crate::script::bindings;
use crate::script::bindings::docs::{Call, Place};

/// What there is.
#[derive(Clone, Debug, Default)]
pub(in crate::script) struct Api {
    /// Functions of global tables and global functions: `bot.send`, `bot.timer.at`, `secret`.
    pub(in crate::script) functions: Vec<Function>,
    /// Values in global tables: `bot.config`, `bot.store`.
    pub(in crate::script) values: Vec<(String, &'static str)>,
    /// Types of objects, by name.
    pub(in crate::script) kinds: Vec<Kind>,
    /// Types of tables with known keys, by name.
    pub(in crate::script) tables: Vec<Table>,
    /// Events of `bot.on`, each with the type of its handler's first argument; empty: it gets none.
    pub(in crate::script) events: Vec<(&'static str, &'static str)>,
}

/// A function, or a method.
#[derive(Clone, Debug)]
pub(in crate::script) struct Function {
    /// `bot.send`, `m:reply`.
    pub(in crate::script) path: &'static str,
    /// Names and Luau types, without the object of a method.
    pub(in crate::script) arguments: Vec<(&'static str, &'static str)>,
    /// Luau type.
    pub(in crate::script) returns: &'static str,
    /// What it takes cannot be said by one list of arguments.
    pub(in crate::script) is_overloaded: bool,
    pub(in crate::script) waits: bool,
    /// Whether it can be called in `bot.before`.
    pub(in crate::script) in_hooks: bool,
}

/// A type of objects.
#[derive(Clone, Debug)]
pub(in crate::script) struct Kind {
    pub(in crate::script) name: &'static str,
    pub(in crate::script) fields: Vec<Member>,
    pub(in crate::script) methods: Vec<Function>,
}

/// A type of tables.
#[derive(Clone, Debug)]
pub(in crate::script) struct Table {
    pub(in crate::script) name: &'static str,
    pub(in crate::script) keys: Vec<Member>,
}

/// A field or key, with its Luau type.
pub(in crate::script) type Member = (&'static str, &'static str);

impl Api {
    /// The API as the bindings describe it.
    pub(in crate::script) fn of_bindings() -> Self {
        let described = bindings::api();
        let spaces = || described.namespaces.iter();
        let calls = spaces().flat_map(|space| space.calls).chain(described.globals.iter().copied());
        let kinds = described.objects.iter().map(|object| Kind {
            name: object.name,
            fields: object.fields.iter().map(|key| (key.name, key.luau)).collect(),
            methods: object.methods.iter().map(Function::of).collect(),
        });
        let tables = described
            .records
            .iter()
            .map(|record| Table { name: record.name, keys: record.keys.iter().map(|key| (key.name, key.luau)).collect() });
        Self {
            functions: calls.map(Function::of).collect(),
            values: spaces().flat_map(|space| space.values.iter().map(|key| (joined(space.path, key.name), key.luau))).collect(),
            kinds: kinds.collect(),
            tables: tables.collect(),
            events: described.events.iter().map(|event| (event.word, first_type(event.arguments))).collect(),
        }
    }

    /// Whether a global name is a table or function of this API.
    pub(super) fn has_global(&self, name: &str) -> bool {
        self.paths().any(|path| path.split('.').next() == Some(name))
    }

    /// All paths of functions and values.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().map(|function| function.path).chain(self.values.iter().map(|(path, _)| path.as_str()))
    }

    pub(super) fn function(&self, path: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.path == path)
    }

    /// The type of a value.
    pub(super) fn value(&self, path: &str) -> Option<&'static str> {
        self.values.iter().find(|(known, _)| *known == path).map(|(_, luau)| *luau)
    }

    /// Whether there is a table of this path.
    pub(super) fn is_table(&self, path: &str) -> bool {
        self.paths().any(|known| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    }

    pub(super) fn kind(&self, luau: &str) -> Option<&Kind> {
        let name = luau.trim_end_matches('?');
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// The known keys of the table that a type takes, if it takes one.
    pub(super) fn table(&self, luau: &str) -> Option<&Table> {
        alternatives(luau).find_map(|name| self.tables.iter().find(|table| table.name == name))
    }
}

impl Kind {
    pub(super) fn method(&self, name: &str) -> Option<&Function> {
        self.methods.iter().find(|method| method.path.rsplit([':', '.']).next() == Some(name))
    }

    pub(super) fn field(&self, name: &str) -> Option<&'static str> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, luau)| *luau)
    }

    /// Names of fields and methods.
    pub(super) fn members(&self) -> impl Iterator<Item = &'static str> + '_ {
        let methods = self.methods.iter().filter_map(|method| method.path.rsplit([':', '.']).next());
        self.fields.iter().map(|(name, _)| *name).chain(methods)
    }
}

impl Function {
    fn of(call: &Call) -> Self {
        Self {
            path: call.path,
            arguments: call.arguments.iter().map(|argument| (argument.name, argument.luau)).collect(),
            returns: call.returns,
            is_overloaded: call.luau.is_some(),
            waits: call.waits,
            in_hooks: matches!(call.place, Place::Anywhere | Place::ListenersAndHooks | Place::Hooks),
        }
    }

    /// How many arguments it needs, and how many it can take; `None`: any number.
    pub(super) fn counts(&self) -> (usize, Option<usize>) {
        let is_open = self.arguments.last().is_some_and(|(name, luau)| *name == "..." || luau.starts_with("..."));
        let needed = self.arguments.iter().rposition(|(name, luau)| *name != "..." && !luau.starts_with("...") && !may_be_nil(luau));
        (needed.map_or(0, |last| last + 1), (!is_open).then_some(self.arguments.len()))
    }
}

fn joined(path: &str, name: &str) -> String {
    format!("{path}.{name}")
}

/// Of `m: Message, hit: Hit` the type of the first.
fn first_type(arguments: &'static str) -> &'static str {
    let first = arguments.split(',').next().unwrap_or_default();
    first.split_once(':').map_or("", |(_, luau)| luau.trim())
}

/// Whether a type takes nil.
pub(super) fn may_be_nil(luau: &str) -> bool {
    luau.ends_with('?') || alternatives(luau).any(|one| matches!(one, "nil" | "any" | "unknown"))
}

/// The types of a union, without brackets and question marks around.
pub(super) fn alternatives(luau: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let bare = luau.trim_end_matches('?').trim();
    let is_grouped = bare.starts_with('(') && bare.ends_with(')') && !bare.contains("->");
    let bare = if is_grouped { &bare[1..bare.len() - 1] } else { bare };
    bare.split(move |c| {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
        c == '|' && depth == 0
    })
    .map(|one| one.trim().trim_end_matches('?'))
}
