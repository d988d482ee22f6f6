//! The arguments of a call, with errors that name the function and the argument.

use std::time::Duration;

use mlua::{Function, Lua, MultiValue, Table, UserDataRef, Value};

use super::call::Wrong;
use super::docs::{Call, Key};
use super::place::{Chat, User};
use super::plain;
use super::secret::Secret;
use super::time::{self, Time};
use crate::script::data::Data;
use crate::script::op::Misuse;
use crate::script::{vm, when};

/// The most bytes of plain data in one argument.
const MAX_DATA: usize = 64 << 10;
/// The most bytes of a pattern that is compiled.
const MAX_PATTERN: usize = 1 << 20;

/// The values that a function was called with.
pub(super) struct Arguments {
    call: &'static Call,
    values: MultiValue,
    /// How many were taken, without the object before the colon.
    taken: usize,
}

impl Arguments {
    pub(super) fn new(call: &'static Call, values: MultiValue) -> Self {
        Self { call, values, taken: 0 }
    }

    /// The object before the colon.
    pub(super) fn object<T: 'static>(&mut self) -> Result<UserDataRef<T>, Misuse> {
        let object = match self.values.pop_front() {
            Some(Value::UserData(object)) => object.borrow::<T>().ok(),
            _ => None,
        };
        object.ok_or_else(|| Misuse(format!("{0}: call it with a colon, {0}(…)", self.call.path)))
    }

    /// The next argument.
    pub(super) fn next(&mut self) -> Argument {
        self.taken += 1;
        let name = self.call.arguments.get(self.taken - 1).map_or("", |parameter| parameter.name);
        let at = format!("{}: argument {} ({name})", self.call.path, self.taken);
        Argument { at, value: self.values.pop_front().unwrap_or(Value::Nil) }
    }

    /// How many are left.
    pub(super) fn left(&self) -> usize {
        self.values.len()
    }

    /// A mistake that is not about one argument.
    pub(super) fn misuse(&self, what: impl std::fmt::Display) -> Misuse {
        Misuse(format!("{}: {what}", self.call.path))
    }
}

/// One value, and where it stands.
pub(super) struct Argument {
    /// For errors: `bot.send: argument 2 (message)`.
    at: String,
    pub(super) value: Value,
}

impl Argument {
    pub(super) fn is_nil(&self) -> bool {
        self.value.is_nil()
    }

    /// The error of a value that is something else.
    pub(super) fn wrong(&self, expected: &str) -> Misuse {
        Misuse(format!("{}: {expected} expected, got {}", self.at, kind(&self.value)))
    }

    /// The error of a value of the right kind that is not right otherwise.
    pub(super) fn bad(&self, what: impl std::fmt::Display) -> Misuse {
        Misuse(format!("{}: {what}", self.at))
    }

    pub(super) fn text(&self) -> Result<String, Misuse> {
        match &self.value {
            Value::String(text) => match text.to_str() {
                Ok(text) => Ok(text.to_owned()),
                Err(_) => Err(self.bad("it is not UTF-8")),
            },
            _ => Err(self.wrong("a text")),
        }
    }

    /// What stands in a message: text, or a number as text.
    pub(super) fn words(&self) -> Result<String, Misuse> {
        match &self.value {
            Value::Integer(number) => Ok(number.to_string()),
            Value::Number(number) => Ok(number.to_string()),
            _ => self.text(),
        }
    }

    pub(super) fn number(&self) -> Result<f64, Misuse> {
        match &self.value {
            Value::Integer(number) => Ok(*number as f64),
            Value::Number(number) if number.is_finite() => Ok(*number),
            Value::Number(_) => Err(self.bad("a finite number expected")),
            _ => Err(self.wrong("a number")),
        }
    }

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&self, least: u64, most: u64) -> Result<u64, Misuse> {
        let number = self.number()?;
        if number.fract() == 0.0 && (least as f64..=most as f64).contains(&number) {
            Ok(number as u64)
        } else {
            Err(self.bad(format_args!("a whole number from {least} to {most} expected, got {number}")))
        }
    }

    pub(super) fn boolean(&self) -> Result<bool, Misuse> {
        self.value.as_boolean().ok_or_else(|| self.wrong("true or false"))
    }

    pub(super) fn function(&self) -> Result<Function, Misuse> {
        self.value.as_function().cloned().ok_or_else(|| self.wrong("a function"))
    }

    /// Text, bytes too.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Misuse> {
        match &self.value {
            Value::String(text) => Ok(text.as_bytes().to_vec()),
            Value::Buffer(buffer) => Ok(buffer.to_vec()),
            _ => Err(self.wrong("a text")),
        }
    }

    /// One of these words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Misuse> {
        let given = self.value.as_string().map(|text| text.to_string_lossy());
        let chosen = given.as_deref().and_then(|given| choices.iter().find(|(word, _)| *word == given));
        chosen.map(|&(_, choice)| choice).ok_or_else(|| {
            let words: Vec<String> = choices.iter().map(|(word, _)| format!("{word:?}")).collect();
            let got = given.map_or_else(|| kind(&self.value), |given| format!("{given:?}"));
            self.bad(format_args!("{} expected, got {got}", words.join(" or ")))
        })
    }

    /// A length of time: `"15m"`, or a number of seconds.
    pub(super) fn duration(&self) -> Result<Duration, Misuse> {
        match &self.value {
            Value::String(text) => when::duration(&text.to_string_lossy()).map_err(|wrong| self.bad(wrong)),
            Value::Integer(_) | Value::Number(_) => {
                Duration::try_from_secs_f64(self.number()?).map_err(|_| self.bad("a length of time is not negative"))
            }
            _ => Err(self.wrong("a length of time such as \"15m\", or seconds,")),
        }
    }

    /// A time: a time object, Unix seconds, or text that is read from now on.
    pub(super) fn time(&self, lua: &Lua) -> Result<u64, Wrong> {
        match &self.value {
            Value::UserData(object) if object.is::<Time>() => Ok(object.borrow::<Time>()?.unix),
            Value::Integer(_) | Value::Number(_) => Ok(self.number()?.max(0.0) as u64),
            Value::String(text) => {
                let now = vm::current_run(lua)?.borrow().facts.now;
                when::time(&text.to_string_lossy(), now, &time::zone(lua)?).map_err(|wrong| self.bad(wrong).into())
            }
            _ => Err(self.wrong("a time such as \"fri 9:00\", a time object or Unix seconds").into()),
        }
    }

    /// A pattern of the crate `regex`.
    pub(super) fn pattern(&self) -> Result<String, Misuse> {
        let pattern = self.text()?;
        match regex::RegexBuilder::new(&pattern).size_limit(MAX_PATTERN).build() {
            Ok(_) => Ok(pattern),
            Err(regex::Error::CompiledTooBig(_)) => Err(self.bad("the pattern is too large")),
            Err(error) => Err(self.bad(format_args!("the pattern cannot be read: {error}"))),
        }
    }

    /// A conversation: its object, a user, or text.
    pub(super) fn chat(&self) -> Result<String, Misuse> {
        match &self.value {
            Value::String(_) => self.text(),
            Value::UserData(object) => {
                if let Ok(chat) = object.borrow::<Chat>() {
                    return Ok(chat.id.to_string());
                }
                object.borrow::<User>().map(|user| format!("c2c:{}", user.id)).map_err(|_| self.wrong("a conversation"))
            }
            _ => Err(self.wrong("a conversation such as \"group:ops\", m.chat or m.from")),
        }
    }

    /// A person: the object, or a user id.
    pub(super) fn user(&self) -> Result<String, Misuse> {
        match &self.value {
            Value::String(_) => self.text(),
            Value::UserData(object) => object.borrow::<User>().map(|user| user.id.to_string()).map_err(|_| self.wrong("a user")),
            _ => Err(self.wrong("a user id")),
        }
    }

    /// The name of a secret.
    pub(super) fn secret(&self) -> Result<String, Misuse> {
        let name = self.value.as_userdata().and_then(|object| object.borrow::<Secret>().ok()).map(|secret| secret.name.clone());
        name.ok_or_else(|| self.bad(format_args!("a secret expected, secret \"name\", got {}", kind(&self.value))))
    }

    /// Plain data.
    pub(super) fn data(&self, lua: &Lua) -> Result<Data, Wrong> {
        plain::to_data(lua, &self.value, &self.at, MAX_DATA)
    }

    /// A table with known keys.
    pub(super) fn options(&self, keys: &'static [Key]) -> Result<Options, Misuse> {
        let table = match &self.value {
            Value::Nil => None,
            Value::Table(table) => Some(table.clone()),
            _ => return Err(self.wrong("a table")),
        };
        let options = Options { at: self.at.clone(), table };
        options.check(keys)?;
        Ok(options)
    }

    /// A list, or one for itself.
    pub(super) fn list<T>(&self, read: impl Fn(&Argument) -> Result<T, Misuse>) -> Result<Vec<T>, Misuse> {
        let Value::Table(table) = &self.value else { return Ok(vec![read(self)?]) };
        let item = |(no, value): (usize, mlua::Result<Value>)| {
            let at = format!("{}[{}]", self.at, no + 1);
            let value = value.map_err(|_| self.wrong("a list"))?;
            read(&Argument { at, value })
        };
        let list: Vec<T> = table.sequence_values::<Value>().enumerate().map(item).collect::<Result<_, _>>()?;
        // Keys that are no positions would be passed over in silence.
        match list.is_empty() && !table.is_empty() {
            true => Err(self.bad("a list expected, got a table with names")),
            false => Ok(list),
        }
    }
}

/// A table of named arguments.
pub(super) struct Options {
    at: String,
    table: Option<Table>,
}

impl Options {
    /// No options are given.
    pub(super) fn none() -> Self {
        Self { at: String::new(), table: None }
    }

    /// Every key has to be known: a mistyped one would be passed over in silence.
    fn check(&self, keys: &[Key]) -> Result<(), Misuse> {
        let Some(table) = &self.table else { return Ok(()) };
        for pair in table.pairs::<Value, Value>() {
            let name = pair.map(|(name, _)| name).unwrap_or(Value::Nil);
            let text = name.as_string().map(|name| name.to_string_lossy());
            if !text.as_deref().is_some_and(|text| keys.iter().any(|key| key.name == text)) {
                let known: Vec<&str> = keys.iter().map(|key| key.name).collect();
                let shown = text.map_or_else(|| kind(&name), |text| format!("{text:?}"));
                return Err(Misuse(format!("{}: there is no {shown}; known are {}", self.at, known.join(", "))));
            }
        }
        Ok(())
    }

    /// The value of a key; `None` when it is not given.
    pub(super) fn get(&self, name: &str) -> Option<Argument> {
        // A raw look: a metatable of the script must not answer otherwise than it did when the keys were checked.
        let value = self.table.as_ref()?.raw_get::<Value>(name).ok()?;
        if value.is_nil() { None } else { Some(Argument { at: format!("{}.{name}", self.at), value }) }
    }

    /// What `read` makes of the key's value, if it is given.
    pub(super) fn read<T, E>(&self, name: &str, read: impl FnOnce(&Argument) -> Result<T, E>) -> Result<Option<T>, E> {
        self.get(name).map(|argument| read(&argument)).transpose()
    }

    /// The error of a table in which something is missing.
    pub(super) fn bad(&self, what: impl std::fmt::Display) -> Misuse {
        Misuse(format!("{}: {what}", self.at))
    }
}

/// What a value is, for people.
pub(super) fn kind(value: &Value) -> String {
    match value {
        Value::Nil => "nil".to_owned(),
        Value::String(_) => "a text".to_owned(),
        Value::UserData(object) => match object.type_name() {
            Ok(name) => format!("a {}", name.to_string_lossy().to_lowercase()),
            Err(_) => "an object".to_owned(),
        },
        Value::Boolean(is) => is.to_string(),
        Value::Integer(_) | Value::Number(_) => "a number".to_owned(),
        other => format!("a {}", other.type_name()),
    }
}
