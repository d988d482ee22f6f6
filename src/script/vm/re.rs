//! `re` for scripts: patterns whose search takes time in proportion to the text, whatever text and pattern.

mod weight;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use mlua::{Function, Lua, LuaString, MultiValue, Table, UserData, UserDataMethods, Value};
use regex::bytes::{Captures, Regex, RegexBuilder};

use super::state::look_at_deadline;
use crate::script::op::Misuse;

/// The most bytes of a pattern.
const MAX_PATTERN: usize = 4 << 10;
/// The most bytes of a pattern once it is compiled.
const MAX_COMPILED: usize = 512 << 10;
/// The most patterns that a machine remembers, so that `re.new` in a handler costs nothing the second time.
const MAX_KEPT: usize = 100;
/// Places of the pattern times bytes of the text that one search may cost: in the worst case about 100 ms, which is without a look at the deadline.
const MAX_WORK: usize = 10_000_000;

/// Puts `re` into the globals.
pub(super) fn install(lua: &Lua) -> mlua::Result<()> {
    let kept: RefCell<HashMap<String, Pattern>> = RefCell::default();
    let new = lua.create_function(move |_, pattern: String| {
        if let Some(pattern) = kept.borrow().get(&pattern) {
            return Ok(pattern.clone());
        }
        let compiled = Pattern::new(&pattern)?;
        let mut kept = kept.borrow_mut();
        if kept.len() == MAX_KEPT {
            kept.clear();
        }
        kept.insert(pattern, compiled.clone());
        Ok(compiled)
    })?;
    let re = lua.create_table()?;
    re.raw_set("new", new)?;
    lua.globals().raw_set("re", re)
}

/// A compiled pattern. All clones share it.
#[derive(Clone)]
struct Pattern {
    regex: Rc<Regex>,
    /// How many places of the pattern a search may be in at once.
    places: usize,
}

impl Pattern {
    fn new(pattern: &str) -> mlua::Result<Self> {
        let misuse = |why: String| mlua::Error::external(Misuse::new(format!("re.new: argument 1: {why}")));
        if pattern.len() > MAX_PATTERN {
            return Err(misuse(format!("the pattern is {} bytes, the limit is {MAX_PATTERN}", pattern.len())));
        }
        let places = weight::places(pattern).ok_or_else(|| misuse("the flag x is not available".to_owned()))?;
        let built = RegexBuilder::new(pattern).size_limit(MAX_COMPILED).dfa_size_limit(MAX_COMPILED).nest_limit(50).build();
        let regex = built.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => misuse("the pattern is too large once its repetitions are written out".to_owned()),
            // The library draws the pattern with a mark below it; its last line says what is wrong.
            error => misuse(error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()),
        })?;
        Ok(Self { regex: Rc::new(regex), places })
    }

    fn check(&self, text: &[u8]) -> mlua::Result<()> {
        match self.places.saturating_mul(text.len()) <= MAX_WORK {
            true => Ok(()),
            false => Err(mlua::Error::external(Misuse::new(format!(
                "re: a pattern with {} places is too slow for a text of {} bytes, the limit is {} bytes: search in parts",
                self.places,
                text.len(),
                MAX_WORK / self.places
            )))),
        }
    }

    /// The first match at or behind `from`.
    fn captures<'t>(&self, lua: &Lua, text: &'t [u8], from: usize) -> mlua::Result<Option<Captures<'t>>> {
        look_at_deadline(lua)?;
        Ok(self.regex.captures_at(text, from))
    }

    /// Calls `each` with all matches that do not overlap, until it says that it is enough.
    fn each(&self, lua: &Lua, text: &[u8], mut each: impl FnMut(&Captures<'_>) -> mlua::Result<bool>) -> mlua::Result<()> {
        self.check(text)?;
        for captures in self.regex.captures_iter(text) {
            look_at_deadline(lua)?;
            if !each(&captures)? {
                break;
            }
        }
        Ok(())
    }
}

/// The groups of a match, or all of it if the pattern has none.
fn groups(lua: &Lua, captures: &Captures<'_>, into: &mut MultiValue) -> mlua::Result<()> {
    let first = usize::from(captures.len() > 1);
    for place in first..captures.len() {
        into.push_back(match captures.get(place) {
            Some(group) => Value::String(lua.create_string(group.as_bytes())?),
            None => Value::Nil,
        });
    }
    Ok(())
}

/// Where to begin, from 1 in Lua; negative from the end.
fn begin(from: Option<f64>, length: usize) -> Option<usize> {
    let from = match from.unwrap_or(1.0) {
        from if from < 0.0 => (length as f64 + from + 1.0).max(1.0),
        from => from.max(1.0),
    };
    (from <= length as f64 + 1.0).then(|| from as usize - 1)
}

impl UserData for Pattern {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("test", |lua, pattern, text: LuaString| {
            let text = text.as_bytes();
            pattern.check(&text)?;
            look_at_deadline(lua)?;
            Ok(pattern.regex.is_match(&text))
        });
        methods.add_method("match", |lua, pattern, (text, from): (LuaString, Option<f64>)| {
            let text = text.as_bytes();
            pattern.check(&text)?;
            let mut found = MultiValue::new();
            let captures = begin(from, text.len()).map(|from| pattern.captures(lua, &text, from)).transpose()?.flatten();
            match captures {
                Some(captures) => groups(lua, &captures, &mut found)?,
                None => found.push_back(Value::Nil),
            }
            Ok(found)
        });
        methods.add_method("find", |lua, pattern, (text, from): (LuaString, Option<f64>)| {
            let text = text.as_bytes();
            pattern.check(&text)?;
            let mut found = MultiValue::new();
            let captures = begin(from, text.len()).map(|from| pattern.captures(lua, &text, from)).transpose()?.flatten();
            match captures {
                Some(captures) => {
                    let all = captures.get_match();
                    found.push_back(Value::Number(all.start() as f64 + 1.0));
                    found.push_back(Value::Number(all.end() as f64));
                    if captures.len() > 1 {
                        groups(lua, &captures, &mut found)?;
                    }
                }
                None => found.push_back(Value::Nil),
            }
            Ok(found)
        });
        methods.add_method("all", all);
        methods.add_method("gmatch", gmatch);
        methods.add_method("replace", replace);
        methods.add_method("split", split);
    }
}

/// All matches: texts, or a table of groups each if the pattern has groups.
fn all(lua: &Lua, pattern: &Pattern, text: LuaString) -> mlua::Result<Table> {
    let list = lua.create_table()?;
    pattern.each(lua, &text.as_bytes(), |captures| {
        let mut found = MultiValue::new();
        groups(lua, captures, &mut found)?;
        match captures.len() {
            1 => list.raw_push(found.pop_front())?,
            _ => {
                let row = lua.create_table()?;
                for (place, group) in found.into_iter().enumerate() {
                    row.raw_set(place + 1, group)?;
                }
                list.raw_push(row)?;
            }
        }
        Ok(true)
    })?;
    Ok(list)
}

/// An iterator over the matches, for `for`.
fn gmatch(lua: &Lua, pattern: &Pattern, text: LuaString) -> mlua::Result<Function> {
    pattern.check(&text.as_bytes())?;
    let (pattern, mut from, mut last_end) = (pattern.clone(), 0, None);
    lua.create_function_mut(move |lua, ()| {
        let bytes = text.as_bytes();
        let mut found = MultiValue::new();
        while from <= bytes.len()
            && let Some(captures) = pattern.captures(lua, &bytes, from)?
        {
            let all = captures.get_match();
            // Behind an empty match it goes on one further, or it would find it for ever; right behind another match there is none.
            from = if all.is_empty() { all.end() + 1 } else { all.end() };
            if all.is_empty() && last_end == Some(all.end()) {
                continue;
            }
            last_end = Some(all.end());
            groups(lua, &captures, &mut found)?;
            return Ok(found);
        }
        from = usize::MAX;
        found.push_back(Value::Nil);
        Ok(found)
    })
}

/// The text with matches replaced, at most `most` of them, and how many there were. A text may name groups as `$1` and `${name}`; a function gets
/// the groups, or all of the match, and keeps it by returning nil.
fn replace(lua: &Lua, pattern: &Pattern, (text, by, most): (LuaString, Value, Option<f64>)) -> mlua::Result<(LuaString, usize)> {
    let text = text.as_bytes();
    let most = most.map_or(usize::MAX, |most| most.max(0.0) as usize);
    let (mut made, mut end, mut count) = (Vec::with_capacity(text.len()), 0, 0);
    let limit = text.len().saturating_add(16 << 20);
    pattern.each(lua, &text, |captures| {
        if count == most {
            return Ok(false);
        }
        count += 1;
        let all = captures.get_match();
        made.extend_from_slice(&text[end..all.start()]);
        end = all.end();
        match &by {
            Value::String(by) => captures.expand(&by.as_bytes(), &mut made),
            Value::Function(by) => {
                let mut arguments = MultiValue::new();
                groups(lua, captures, &mut arguments)?;
                match by.call::<Value>(arguments)? {
                    Value::Nil | Value::Boolean(false) => made.extend_from_slice(all.as_bytes()),
                    Value::String(by) => made.extend_from_slice(&by.as_bytes()),
                    by @ (Value::Integer(_) | Value::Number(_)) => made.extend_from_slice(by.to_string()?.as_bytes()),
                    other => return Err(misused(&format!("the function returned a {}, text or nil expected", other.type_name()))),
                }
            }
            other => return Err(misused(&format!("argument 2: text or a function expected, got {}", other.type_name()))),
        }
        match made.len() <= limit {
            true => Ok(true),
            false => Err(misused(&format!("the new text is longer than {limit} bytes"))),
        }
    })?;
    made.extend_from_slice(&text[end..]);
    Ok((lua.create_string(made)?, count))
}

/// The parts between the matches.
fn split(lua: &Lua, pattern: &Pattern, text: LuaString) -> mlua::Result<Table> {
    let text = text.as_bytes();
    let (parts, mut end) = (lua.create_table()?, 0);
    pattern.each(lua, &text, |captures| {
        let all = captures.get_match();
        parts.raw_push(lua.create_string(&text[end..all.start()])?)?;
        end = all.end();
        Ok(true)
    })?;
    parts.raw_push(lua.create_string(&text[end..])?)?;
    Ok(parts)
}

fn misused(why: &str) -> mlua::Error {
    mlua::Error::external(Misuse::new(format!("re:replace: {why}")))
}
