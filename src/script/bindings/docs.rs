//! How the API is described: one entry for each function, field, key and event, kept next to where it is bound. The annotation file, the
//! reference page and the checks of arguments are made from these entries.

use super::call::Act;

/// A function, or a method of an object.
pub(in crate::script) struct Call {
    /// As scripts write it: `bot.send`, `m:reply`.
    pub(in crate::script) path: &'static str,
    /// Without the object before the colon.
    pub(in crate::script) arguments: &'static [Parameter],
    /// Luau types of what it returns; empty: nothing.
    pub(in crate::script) returns: &'static str,
    /// The Luau type of the function, where arguments and returns cannot say it.
    pub(in crate::script) luau: Option<&'static str>,
    /// What it does, in a sentence.
    pub(in crate::script) line: &'static str,
    /// What else there is to know.
    pub(in crate::script) more: &'static str,
    pub(in crate::script) example: &'static str,
    pub(in crate::script) place: Place,
    /// Whether the script waits for the answer, while others run.
    pub(in crate::script) waits: bool,
    pub(super) act: Act,
}

/// Where a function may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::script) enum Place {
    Anywhere,
    /// The top level of the file, while it is loaded.
    Loading,
    /// `bot.on`, `bot.command`, `bot.webhook`.
    Listeners,
    /// As well as in `bot.before`.
    ListenersAndHooks,
    /// `bot.before`.
    Hooks,
}

impl Place {
    /// For the reference page.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Anywhere => "",
            Self::Loading => "At the top level of the file only.",
            Self::Listeners => "In handlers; not in `bot.before`, and not while the file is loaded.",
            Self::ListenersAndHooks => "In handlers and in `bot.before`; not while the file is loaded.",
            Self::Hooks => "In `bot.before` only.",
        }
    }
}

/// An argument.
pub(in crate::script) struct Parameter {
    pub(in crate::script) name: &'static str,
    /// Its Luau type; one that ends in `?` can be left out.
    pub(in crate::script) luau: &'static str,
    pub(in crate::script) doc: &'static str,
}

/// Describes an argument.
pub(super) const fn arg(name: &'static str, luau: &'static str, doc: &'static str) -> Parameter {
    Parameter { name, luau, doc }
}

/// A key of a table that a function takes, or gives.
#[derive(Clone, Copy)]
pub(in crate::script) struct Key {
    pub(in crate::script) name: &'static str,
    /// Its Luau type; one that ends in `?` can be left out.
    pub(in crate::script) luau: &'static str,
    pub(in crate::script) doc: &'static str,
}

/// Describes a key.
pub(super) const fn key(name: &'static str, luau: &'static str, doc: &'static str) -> Key {
    Key { name, luau, doc }
}

/// A table with known keys.
pub(in crate::script) struct Record {
    /// The name of its Luau type.
    pub(in crate::script) name: &'static str,
    pub(in crate::script) doc: &'static str,
    pub(in crate::script) keys: &'static [Key],
}

/// A kind of object, as the generators see it.
pub(in crate::script) struct ObjectDoc {
    /// The name of its Luau type, and what `typeof` gives.
    pub(in crate::script) name: &'static str,
    pub(in crate::script) doc: &'static str,
    pub(in crate::script) fields: Vec<Key>,
    pub(in crate::script) methods: &'static [Call],
    /// What else stands in the Luau type: operators.
    pub(in crate::script) operators: &'static str,
}

/// A global table, or one inside of it.
pub(in crate::script) struct Namespace {
    /// `bot`, `bot.timer`.
    pub(in crate::script) path: &'static str,
    pub(in crate::script) doc: &'static str,
    pub(in crate::script) values: &'static [Key],
    pub(in crate::script) calls: &'static [Call],
}

/// An event of `bot.on`.
pub(in crate::script) struct EventDoc {
    pub(in crate::script) word: &'static str,
    /// The Luau types of the handler's arguments.
    pub(in crate::script) arguments: &'static str,
    pub(in crate::script) doc: &'static str,
}
