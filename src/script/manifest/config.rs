//! What can be set for a script: a type for each key, and values that are checked against it.

use toml::Value;

use super::expected;
use crate::script::data::Data;
use crate::script::fold::nearest;
use crate::script::when;

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::script) enum ConfigKind {
    Text,
    Number,
    Integer,
    Bool,
    /// Texts.
    List,
    /// Text such as `15m`.
    Duration,
    /// The text form of a conversation.
    Chat,
    /// One of these.
    Choice(Vec<String>),
}

/// A key that can be set.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::script) struct ConfigKey {
    pub(in crate::script) kind: ConfigKind,
    pub(in crate::script) default: Option<Data>,
    /// It may be left out though it has no default.
    pub(in crate::script) is_optional: bool,
    pub(in crate::script) help: Option<String>,
}

/// What a specification can say.
const KEYS: [&str; 5] = ["type", "default", "optional", "choices", "help"];
const TYPES: [&str; 8] = ["string", "number", "integer", "bool", "list", "duration", "chat", "choice"];

impl ConfigKey {
    /// Reads `{ type = "list", default = ["outage"], help = "…" }`, or a default alone, which has the type that it is of.
    pub(super) fn read(spec: &Value) -> Result<Self, String> {
        let Some(table) = spec.as_table() else {
            let kind = kind_of(spec)?;
            let default = Some(kind.value(spec)?);
            return Ok(Self { kind, default, is_optional: false, help: None });
        };
        if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let meant = nearest(unknown, KEYS).map_or(String::new(), |meant| format!("; did you mean {meant}?"));
            return Err(format!("{unknown:?} says nothing of a key{meant}"));
        }
        let text = |key: &str| {
            table.get(key).map(|value| value.as_str().map(str::to_owned).ok_or_else(|| expected("text in quotes", value))).transpose()
        };
        let choices = match table.get("choices") {
            Some(choices) => Some(texts(choices)?),
            None => None,
        };
        let kind = match (text("type")?.as_deref(), choices) {
            (Some("choice") | None, Some(choices)) if !choices.is_empty() => ConfigKind::Choice(choices),
            (Some("choice"), _) => return Err("a choice needs its choices, as in choices = [\"on\", \"off\"]".to_owned()),
            (Some(_), Some(_)) => return Err("choices are for the type \"choice\"".to_owned()),
            (Some(name), None) => named(name)?,
            (None, _) => kind_of(table.get("default").ok_or("a type is needed, or a default")?)?,
        };
        let is_optional = match table.get("optional") {
            Some(value) => value.as_bool().ok_or_else(|| expected("true or false", value))?,
            None => false,
        };
        let default = table.get("default").map(|value| kind.value(value)).transpose().map_err(|why| format!("default: {why}"))?;
        Ok(Self { kind, default, is_optional, help: text("help")? })
    }

    /// A value that was set.
    ///
    /// # Errors
    /// What was expected instead.
    pub(in crate::script) fn value(&self, value: &Value) -> Result<Data, String> {
        self.kind.value(value)
    }
}

impl ConfigKind {
    fn value(&self, value: &Value) -> Result<Data, String> {
        let text = || value.as_str().ok_or_else(|| expected("text in quotes", value));
        Ok(match self {
            Self::Text => Data::from(text()?),
            Self::Number => {
                let number = value.as_float().or_else(|| value.as_integer().map(|number| number as f64));
                Data::Number(number.filter(|number| number.is_finite()).ok_or_else(|| expected("a number", value))?)
            }
            Self::Integer => {
                const WHOLE: u64 = 1 << 53;
                let number = value.as_integer().ok_or_else(|| expected("a whole number", value))?;
                if number.unsigned_abs() > WHOLE {
                    return Err("whole numbers go up to 2^53; write it as text".to_owned());
                }
                Data::Number(number as f64)
            }
            Self::Bool => Data::Bool(value.as_bool().ok_or_else(|| expected("true or false", value))?),
            Self::List => texts(value)?.into(),
            Self::Duration => {
                when::duration(text()?).map_err(|error| error.to_string())?;
                Data::from(text()?)
            }
            Self::Chat => {
                let chat: crate::model::ConversationId = text()?
                    .parse()
                    .map_err(|_| format!("{:?} is no conversation: write c2c:ID or group:ID", text().unwrap_or_default()))?;
                Data::Text(chat.to_string())
            }
            Self::Choice(choices) => {
                let text = text()?;
                if !choices.iter().any(|choice| choice == text) {
                    return Err(format!("{text:?} is none of {}", choices.join(", ")));
                }
                Data::from(text)
            }
        })
    }
}

fn texts(value: &Value) -> Result<Vec<String>, String> {
    let items = value.as_array().ok_or_else(|| expected("a list such as [\"…\"]", value))?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| expected("text in quotes", item))).collect()
}

fn named(name: &str) -> Result<ConfigKind, String> {
    Ok(match name {
        "string" => ConfigKind::Text,
        "number" => ConfigKind::Number,
        "integer" => ConfigKind::Integer,
        "bool" => ConfigKind::Bool,
        "list" => ConfigKind::List,
        "duration" => ConfigKind::Duration,
        "chat" => ConfigKind::Chat,
        other => {
            let meant = nearest(other, TYPES).map_or(String::new(), |meant| format!("; did you mean {meant:?}?"));
            return Err(format!("{other:?} is no type: there are {}{meant}", TYPES.join(", ")));
        }
    })
}

/// The type of a default that stands without one.
fn kind_of(value: &Value) -> Result<ConfigKind, String> {
    Ok(match value {
        Value::String(_) => ConfigKind::Text,
        Value::Integer(_) | Value::Float(_) => ConfigKind::Number,
        Value::Boolean(_) => ConfigKind::Bool,
        Value::Array(_) => ConfigKind::List,
        Value::Datetime(_) | Value::Table(_) => return Err(expected("text, a number, true, false or a list", value)),
    })
}
