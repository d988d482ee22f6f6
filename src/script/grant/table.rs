//! What operators have granted, by the names of scripts: as the file `grants.toml` keeps it, and as the configuration says it.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::script::filter::Place;
use crate::script::fold::nearest;
use crate::script::manifest::{Host, Manifest, Rate, size};

/// What was granted to a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::script) struct Grant {
    /// The content that it was granted to.
    pub(in crate::script) hash: Option<String>,
    /// It holds for every content.
    pub(in crate::script) any_version: bool,
    pub(in crate::script) http: Vec<Host>,
    pub(in crate::script) private_hosts: Vec<Host>,
    pub(in crate::script) conversations: Vec<Place>,
    pub(in crate::script) send: Option<Rate>,
    pub(in crate::script) files: Option<u64>,
    pub(in crate::script) secrets: Vec<String>,
    pub(in crate::script) memory: Option<u64>,
}

/// What is wrong with a table of grants.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(in crate::script) enum GrantError {
    /// It is no TOML.
    #[error("grants: {0}")]
    Unreadable(String),
    /// A value is wrong.
    #[error("grants.{name}.{key}: {why}")]
    Wrong {
        /// The script.
        name: String,
        /// Of the grant.
        key: String,
        /// What was expected.
        why: String,
    },
}

const KEYS: [&str; 9] = ["hash", "any_version", "http", "private_hosts", "conversations", "send", "files", "secrets", "memory"];

impl Grant {
    /// All that the manifest asks for, for the content with this hash.
    pub(in crate::script) fn all_of(manifest: &Manifest, hash: &str) -> Self {
        Self {
            hash: Some(hash.to_owned()),
            any_version: false,
            http: manifest.http.clone(),
            private_hosts: manifest.private_hosts.clone(),
            conversations: manifest.conversations.clone(),
            send: manifest.send,
            files: manifest.files,
            secrets: manifest.secrets.clone(),
            memory: manifest.memory,
        }
    }

    /// Whether it is for the content with this hash.
    pub(in crate::script) fn holds_for(&self, hash: &str) -> bool {
        self.any_version || self.hash.as_deref() == Some(hash)
    }

    /// The grant as a table of TOML.
    pub(in crate::script) fn to_text(&self) -> String {
        self.to_table().to_string()
    }

    /// Reads what [`Grant::to_text`] wrote; `None` where a later version of this program wrote more.
    pub(in crate::script) fn from_text(text: &str) -> Option<Self> {
        let mut grant = Self::default();
        for (key, value) in &text.parse::<Table>().ok()? {
            grant.take(key, value).ok()?;
        }
        Some(grant)
    }

    fn take(&mut self, key: &str, value: &Value) -> Result<(), String> {
        let text = || value.as_str().ok_or_else(|| "text in quotes was expected".to_owned());
        match key {
            "hash" => self.hash = Some(text()?.to_owned()),
            "any_version" => self.any_version = value.as_bool().ok_or("true or false was expected")?,
            "http" => self.http = list(value, Host::parse)?,
            "private_hosts" => self.private_hosts = list(value, Host::parse)?,
            "conversations" => self.conversations = list(value, Place::parse)?,
            "send" => self.send = Some(Rate::parse(text()?)?),
            // As much as the manifest asks for.
            "files" if value.as_bool() == Some(true) => self.files = Some(u64::MAX),
            "files" => self.files = Some(size(text()?)?),
            "secrets" => self.secrets = list(value, |name| Ok(name.to_owned()))?,
            "memory" => self.memory = Some(size(text()?)?),
            unknown => {
                let meant = nearest(unknown, KEYS).map_or(String::new(), |meant| format!("; did you mean {meant}?"));
                return Err(format!("there is no such key; there are {}{meant}", KEYS.join(", ")));
            }
        }
        Ok(())
    }

    fn to_table(&self) -> Table {
        fn list<T: ToString>(items: &[T]) -> Option<Value> {
            (!items.is_empty()).then(|| Value::Array(items.iter().map(|item| Value::String(item.to_string())).collect()))
        }
        let all_files = self.files == Some(u64::MAX);
        let values = [
            ("hash", self.hash.clone().map(Value::String)),
            ("any_version", self.any_version.then_some(Value::Boolean(true))),
            ("http", list(&self.http)),
            ("private_hosts", list(&self.private_hosts)),
            ("conversations", list(&self.conversations)),
            ("send", self.send.map(|rate| Value::String(rate.to_string()))),
            ("files", self.files.map(|files| if all_files { Value::Boolean(true) } else { Value::String(bytes(files)) })),
            ("secrets", list(&self.secrets)),
            ("memory", self.memory.map(|memory| Value::String(bytes(memory)))),
        ];
        values.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
    }
}

/// What was granted to scripts, by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::script) struct Grants(BTreeMap<String, Grant>);

impl Grants {
    /// Reads `[grants.NAME]` tables; what else is in the text is not looked at.
    ///
    /// # Errors
    /// [`GrantError`] for the first fault.
    pub(in crate::script) fn read(toml: &str) -> Result<Self, GrantError> {
        let table: Table = toml.parse().map_err(|error: toml::de::Error| GrantError::Unreadable(error.message().to_owned()))?;
        table.get("grants").map_or_else(|| Ok(Self::default()), Self::from_value)
    }

    /// Reads the value of `grants`, as a configuration has it.
    ///
    /// # Errors
    /// [`GrantError`] for the first fault.
    pub(in crate::script) fn from_value(value: &Value) -> Result<Self, GrantError> {
        let unreadable = |what: &str| GrantError::Unreadable(format!("{what} is no table"));
        let mut grants = BTreeMap::new();
        for (name, keys) in value.as_table().ok_or_else(|| unreadable("grants"))? {
            let mut grant = Grant::default();
            for (key, value) in keys.as_table().ok_or_else(|| unreadable(&format!("grants.{name}")))? {
                grant.take(key, value).map_err(|why| GrantError::Wrong { name: name.clone(), key: key.clone(), why })?;
            }
            grants.insert(name.clone(), grant);
        }
        Ok(Self(grants))
    }

    /// The text that [`Grants::read`] reads.
    pub(in crate::script) fn to_toml(&self) -> String {
        let tables: Table = self.0.iter().map(|(name, grant)| (name.clone(), Value::Table(grant.to_table()))).collect();
        Table::from_iter([("grants".to_owned(), Value::Table(tables))]).to_string()
    }

    /// What was granted to a script.
    pub(in crate::script) fn of(&self, name: &str) -> Option<&Grant> {
        self.0.get(name)
    }

    /// Grants anew, in place of what was granted before.
    pub(in crate::script) fn grant(&mut self, name: &str, grant: Grant) {
        self.0.insert(name.to_owned(), grant);
    }

    /// Takes back what was granted; whether there was something.
    pub(in crate::script) fn revoke(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }

    /// These, with those of `others` in place of its own where both have a script.
    pub(in crate::script) fn with(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }
}

fn list<T>(value: &Value, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let items = value.as_array().ok_or("a list such as [\"…\"] was expected")?;
    items.iter().map(|item| read(item.as_str().ok_or("text in quotes was expected")?)).collect()
}

/// A number of bytes in the largest unit that gives a whole number: `100MB`, `64MiB`.
pub(super) fn bytes(bytes: u64) -> String {
    const UNITS: [(&str, u64); 6] =
        [("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000), ("KiB", 1 << 10), ("KB", 1_000)];
    let unit = UNITS.into_iter().find(|&(_, factor)| bytes >= factor && bytes.is_multiple_of(factor));
    unit.map_or_else(|| format!("{bytes}B"), |(unit, factor)| format!("{}{unit}", bytes / factor))
}
