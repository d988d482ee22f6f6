//! `mynah config`: what is in force, and who said so.

mod example;

use anstyle::Style;
use clap::builder::PossibleValuesParser;
use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::output::{self, harmless};
use super::settings::{self, KEYS, Shown, Source};

/// Show what is configured, and where
///
/// A key is set in the configuration file or by a variable, some by a flag as well. A flag goes before a variable, a variable
/// before the file.
#[derive(clap::Args)]
#[command(after_help = after_help())]
pub(super) struct Config {
    /// Only the value of this key
    #[arg(value_name = "KEY", value_parser = PossibleValuesParser::new(KEYS.all().iter().map(|key| key.about().name)), hide_possible_values = true)]
    key: Option<String>,

    /// Print a configuration file with every key and its default
    #[arg(long, conflicts_with_all = ["key", "json"])]
    example: bool,
}

fn after_help() -> String {
    let width = KEYS.all().iter().map(|key| key.about().name.len()).max().unwrap_or_default();
    let row = |about: &settings::About| format!("  {:width$}  {}\n", about.name, about.help);
    let keys: String = KEYS.all().iter().map(|key| row(key.about())).collect();
    format!(
        "\
Keys:
{keys}
The variable of a key is MYNAH_ and its name in capitals, with _ for dots: MYNAH_DOWNLOAD_MAX.
The file is named by --config or MYNAH_CONFIG; else it is mynah/config.toml in the user's folder for configurations.

Examples:
  mynah config
  mynah config download.folder
  mynah config --example > mynah.toml
  mynah config --config mynah.toml --json"
    )
}

impl Config {
    /// Whether it works without settings, and so also where the configuration is wrong.
    pub(super) fn needs_settings(&self) -> bool {
        !self.example
    }

    pub(super) fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.example {
            return Ok(context.out.line(example::text().trim_end())?);
        }
        let mut shown = context.settings.shown();
        if let Some(key) = &self.key {
            shown.retain(|shown| shown.name == key);
        }
        match (context.out.is_json(), &self.key) {
            (true, _) => shown.iter().try_for_each(|shown| context.out.json(&as_json(shown)))?,
            (false, Some(_)) => shown.iter().try_for_each(|shown| context.out.line(plain(shown)))?,
            (false, None) => print(&shown, context)?,
        }
        Ok(())
    }
}

/// A line a key, its value and its source below each other.
fn print(shown: &[Shown], context: &mut Context) -> Result<(), Failure> {
    let rows: Vec<_> = shown.iter().map(|shown| (shown.name, plain(shown), harmless(&shown.source.to_string()))).collect();
    let names = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or_default();
    let values = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or_default();
    let styles = context.out.styles;
    for ((name, value, source), shown) in rows.iter().zip(shown) {
        // What somebody set stands out among the defaults.
        let style = if shown.source == Source::Default { styles.faint } else { Style::new() };
        let name_style = styles.name;
        context.out.line(format_args!("{name_style}{name:names$}{name_style:#}  {style}{value:values$}  {source}{style:#}"))?;
    }
    if let (None, Some(path)) = (&context.settings.file, settings::default_file()) {
        output::note(&format!("there is no file {}; `mynah config --example` prints one", path.display()));
    }
    Ok(())
}

/// The value as a variable would have it.
fn plain(shown: &Shown) -> String {
    let text = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    harmless(&match &shown.value {
        Some(toml::Value::Array(values)) => values.iter().map(text).collect::<Vec<_>>().join(","),
        Some(value) => text(value),
        None => String::new(),
    })
}

/// The shape of `schemas/setting.schema.json`.
fn as_json(shown: &Shown) -> Value {
    let source = match &shown.source {
        Source::Default => json!({"from": "default"}),
        Source::File { path, line } => json!({"from": "file", "path": path.to_string_lossy(), "line": line}),
        Source::Variable(name) => json!({"from": "variable", "name": name}),
        Source::Flag(name) => json!({"from": "flag", "name": name}),
    };
    json!({"key": shown.name, "value": shown.value, "source": source})
}
