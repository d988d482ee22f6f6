//! Searching in text where the library of Luau would be slow beyond any deadline. Owns what a search may cost.

use memchr::memmem;
use mlua::{Lua, LuaString, MultiValue, Table, Value};

use super::state::look_at_deadline;

/// Characters that make a pattern more than plain text, as in Luau.
const SPECIALS: &[u8] = b"^$*+?.([%-";

/// The most comparisons that a repeated set may cost without a look at the deadline: about 50 ms.
const MOST: usize = 1 << 25;

/// Puts the functions into the table of the host.
pub(super) fn install(lua: &Lua, host: &Table) -> mlua::Result<()> {
    host.raw_set(
        "is_plain",
        lua.create_function(|_, pattern: LuaString| Ok(!pattern.as_bytes().iter().any(|byte| SPECIALS.contains(byte))))?,
    )?;
    host.raw_set("find", lua.create_function(find)?)?;
    host.raw_set("split", lua.create_function(split)?)?;
    host.raw_set("weigh", lua.create_function(weigh)?)
}

/// `string.find` for plain text, in linear time.
fn find(lua: &Lua, (text, needle, from): (LuaString, LuaString, Option<f64>)) -> mlua::Result<MultiValue> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    let length = text.len() as f64;
    let from = match from.unwrap_or(1.0) {
        from if from < 0.0 => (length + from + 1.0).max(1.0),
        from => from.max(1.0),
    };
    let found = (from <= length + 1.0).then(|| from as usize - 1).and_then(|from| memmem::find(&text[from..], &needle).map(|at| at + from));
    match found {
        Some(at) => lua.pack_multi((at + 1, at + needle.len())),
        None => lua.pack_multi(Value::Nil),
    }
}

/// `string.split`, in linear time.
fn split(lua: &Lua, (text, separator): (LuaString, Option<LuaString>)) -> mlua::Result<Table> {
    let text = text.as_bytes();
    let separator = separator.as_ref().map(LuaString::as_bytes);
    let separator: &[u8] = separator.as_deref().unwrap_or(b",");
    let parts = lua.create_table()?;
    let push = |part: &[u8], count: usize| {
        if count.is_multiple_of(1024) {
            look_at_deadline(lua)?;
        }
        parts.raw_push(lua.create_string(part)?)
    };
    if separator.is_empty() {
        text.chunks(1).enumerate().try_for_each(|(count, byte)| push(byte, count))?;
        return Ok(parts);
    }
    let mut begin = 0;
    for (count, at) in memmem::find_iter(&text, separator).enumerate() {
        push(&text[begin..at], count)?;
        begin = at + separator.len();
    }
    push(&text[begin..], 0)?;
    Ok(parts)
}

/// Refuses a pattern whose longest set, compared with each character of the text, would take too long: Luau looks at the deadline whenever it
/// tries to match, but not while it repeats a set.
fn weigh(_: &Lua, (text, pattern): (LuaString, LuaString)) -> mlua::Result<()> {
    let set = longest_set(&pattern.as_bytes());
    match set.saturating_mul(text.as_bytes().len()) <= MOST {
        true => Ok(()),
        false => Err(mlua::Error::runtime(format!(
            "this pattern has a set of {set} bytes, which is too slow for a text of {} bytes: search in parts, or use re.new",
            text.as_bytes().len()
        ))),
    }
}

/// The bytes of the longest `[set]`, 1 if there is none.
fn longest_set(pattern: &[u8]) -> usize {
    let (mut longest, mut at) = (1, 0);
    while at < pattern.len() {
        match pattern[at] {
            b'%' => at += 2,
            b'[' => {
                let begin = at;
                // As in Luau: the first character after `[` or `[^` belongs to the set, even if it is `]`.
                at += if pattern.get(at + 1) == Some(&b'^') { 2 } else { 1 };
                let first = at;
                while at < pattern.len() && (pattern[at] != b']' || at == first) {
                    at += if pattern[at] == b'%' { 2 } else { 1 };
                }
                longest = longest.max(at.min(pattern.len()) - begin);
                at += 1;
            }
            _ => at += 1,
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_set_of_a_pattern_is_found_as_luau_reads_it() {
        for (pattern, expected) in
            [("abc", 1), ("[abc]x", 4), ("%[abc]", 1), ("[]abc]", 5), ("[^]abc]", 6), ("[%]abc]", 6), ("a[b]c[def", 4), ("[", 1), ("[%", 2)]
        {
            assert_eq!(longest_set(pattern.as_bytes()), expected, "{pattern}");
        }
    }
}
