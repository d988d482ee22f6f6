//! What the configuration says for single scripts: the tables `[config.NAME]` and `[grants.NAME]`. What their keys mean, the scripts' room knows.

use toml::{Table, Value};

use super::file::File;

/// The names of the tables.
pub(super) const TABLES: [&str; 2] = ["config", "grants"];

/// What is set for scripts, and what they may do, by their names.
#[derive(Debug, Default)]
pub(in crate::cli) struct OfScripts {
    pub(in crate::cli) config: Table,
    pub(in crate::cli) grants: Option<Value>,
}

impl OfScripts {
    /// What stands in a file that is TOML.
    pub(super) fn of_file(file: &File) -> Self {
        let mut whole: Table = file.text.parse().unwrap_or_default();
        let [config, grants] = TABLES.map(|name| whole.remove(name));
        let config = match config {
            Some(Value::Table(config)) => config,
            // What is no table was told already.
            _ => Table::new(),
        };
        Self { config, grants }
    }
}
