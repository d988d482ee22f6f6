//! Commands: what their specification means, and what of it a message gives.

mod index;
mod read;
mod spec;

pub(super) use index::CommandIndex;
pub(super) use read::{Hearing, Reading, read};
pub(super) use spec::parse;

use super::handler::{ArgumentKind, CommandSpec};

/// How a command is given: `remind <when> <what>`, `light <on|off>`, `find [query]`.
pub(super) fn usage(spec: &CommandSpec) -> String {
    let mut usage = spec.name.clone();
    for argument in &spec.arguments {
        let shown = match &argument.kind {
            ArgumentKind::Choice(words) => words.join("|"),
            _ => argument.name.clone(),
        };
        let (open, close) = if argument.is_optional { (" [", "]") } else { (" <", ">") };
        usage.push_str(open);
        usage.push_str(&shown);
        usage.push_str(close);
    }
    usage
}

/// A line for each command, by name: how it is given, and what it is for.
pub(super) fn help<'a>(specs: impl IntoIterator<Item = &'a CommandSpec>) -> String {
    let mut specs: Vec<&CommandSpec> = specs.into_iter().collect();
    specs.sort_by(|a, b| a.name.cmp(&b.name));
    let line = |spec: &CommandSpec| match &spec.help {
        Some(help) => format!("{}: {help}", usage(spec)),
        None => usage(spec),
    };
    specs.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
