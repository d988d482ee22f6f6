//! Where scripts are, how they are configured, and how their lines look.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::output::{Styles, harmless};
use super::show;
use crate::query::{TimeZone, time_text};
use crate::script::{Bundle, GrantsFile, Level, LogLine, Reply, Request, ScriptOptions, ask_host, read_scripts};

/// The scripts that are meant: `path` if it was given, else those of the configuration.
pub(super) fn folder(context: &Context, path: Option<&Path>) -> PathBuf {
    path.map_or_else(|| context.settings.scripts_folder.value.clone(), Path::to_owned)
}

/// Where scripts keep their files and logs.
pub(super) fn data(context: &Context) -> Result<PathBuf, Failure> {
    match &context.settings.scripts_data.value {
        Some(data) => Ok(data.clone()),
        None => Ok(context.store()?.join("scripts")),
    }
}

/// The file in which grants are kept.
fn grants_path(context: &Context) -> Result<PathBuf, Failure> {
    match &context.settings.scripts_grants.value {
        Some(grants) => Ok(grants.clone()),
        None => Ok(data(context)?.join("grants.toml")),
    }
}

/// What was granted.
pub(super) fn grants(context: &Context) -> Result<GrantsFile, Failure> {
    Ok(GrantsFile::read(&grants_path(context)?, context.settings.of_scripts.grants.as_ref())?)
}

/// How scripts run as they are configured.
pub(super) fn options(context: &Context) -> Result<ScriptOptions, Failure> {
    let settings = &context.settings;
    let mut options = ScriptOptions::new().data(data(context)?).grants(grants_path(context)?);
    if let Some(granted) = &settings.of_scripts.grants {
        options = options.granted(granted)?;
    }
    for (script, values) in &settings.of_scripts.config {
        options = options.configure(script, values.as_table().cloned().unwrap_or_default());
    }
    if let Some(owner) = &settings.scripts_owner.value {
        options = options.owner(owner.clone());
    }
    if let Some(secrets) = &settings.scripts_secrets.value {
        options = options.secrets(secrets);
    }
    if let Some(address) = settings.scripts_listen.value {
        options = options.listen(address);
    }
    Ok(options)
}

/// The script that a person means: the path of a file or folder, or the name of one in the folder of the configuration.
pub(super) fn named(context: &Context, name: &str) -> Result<Bundle, Failure> {
    let path = Path::new(name);
    let is_path = path.components().count() > 1 || path.extension().is_some();
    if is_path {
        return Ok(Bundle::read(path)?);
    }
    let folder = folder(context, None);
    match read_scripts(&folder)?.remove(name) {
        Some(found) => Ok(found?),
        None => Err(Failure::NoScript { script: name.to_owned(), folder }),
    }
}

/// All scripts of a folder, or the one at a path, each with the folder that its files are in.
pub(super) fn at(path: &Path) -> Result<Vec<(Bundle, PathBuf)>, Failure> {
    if path.is_file() {
        return Ok(vec![(Bundle::read(path)?, path.parent().unwrap_or(Path::new("")).to_owned())]);
    }
    if ["init.luau", "init.lua"].iter().any(|init| path.join(init).is_file()) {
        return Ok(vec![(Bundle::read(path)?, path.to_owned())]);
    }
    let mut scripts = Vec::new();
    for (name, found) in read_scripts(path)? {
        let bundle = found?;
        let folder = if bundle.is_folder() { path.join(name) } else { path.to_owned() };
        scripts.push((bundle, folder));
    }
    Ok(scripts)
}

/// Asks the host that runs for this archive; `None`: none does.
pub(super) fn ask(context: &Context, request: &Request) -> Result<Option<Reply>, Failure> {
    let store = context.store()?;
    ask_host(store, request).map_err(|source| Failure::File { act: "ask the scripts that run in", path: store.to_owned(), source })
}

/// When, who, what. Errors and warnings say that they are such.
pub(super) fn line(script: &str, line: &LogLine, styles: Styles, zone: &TimeZone) -> String {
    let Styles { name, faint, found } = styles;
    let level = match line.level {
        Level::Info => String::new(),
        level => format!("  {found}{}{found:#}", level.word()),
    };
    let fields = if line.fields.is_nil() { String::new() } else { format!("  {faint}{}{faint:#}", harmless(&line.fields.to_json())) };
    let message = harmless(&line.message).replace('\n', "\n  ");
    let time = time_text(line.at, zone);
    format!("{faint}{time}{faint:#}  {name}{}{name:#}{level}  {message}{fields}", show::one_line(script))
}

/// The shape of `schemas/log-line.schema.json`.
pub(super) fn json(script: &str, line: &LogLine) -> Value {
    let mut object = json!({"script": script, "at": line.at, "level": line.level, "from": line.from, "message": line.message});
    if !line.fields.is_nil() {
        object["fields"] = json!(line.fields);
    }
    object
}
