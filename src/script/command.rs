//! Commands: what their specification means, and what of it a message gives.

mod index;
mod read;
mod spec;

pub(super) use index::CommandIndex;
pub(super) use read::{Hearing, Reading, read};
pub(super) use spec::parse;

use super::handler::{ArgumentKind, CommandSpec};
use crate::index::map_into;

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

/// The name that is written most like this one, if one is written much like it.
pub(super) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = folded(name);
    // One slip in three letters.
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    let distances = names.into_iter().map(|other| (strsim::damerau_levenshtein(&name, &folded(other)), other));
    distances.filter(|&(distance, other)| distance <= allowed && distance < other.chars().count()).min().map(|(_, other)| other)
}

/// The text as names are compared: without case, widths and accents.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| fold_char(c, &mut folded));
    folded
}

fn fold_char(c: char, folded: &mut String) {
    // Signs and marks of full width are typed by people whose keyboard has them so.
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    };
    map_into(c.encode_utf8(&mut [0; 4]), folded);
}

#[cfg(test)]
mod tests;
