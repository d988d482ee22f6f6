//! Files of a script that require each other. Names lead to other files of the same script and nowhere else: there is no file system behind them.

use mlua::chunk::ChunkMode;
use mlua::{Function, Lua, LuaString};

use super::{sandbox, state};

/// The path of the file that `name` means in the file `from`: `./a` and `../a` from where that file is, `a/b` from the script's folder.
pub(super) fn resolve(lua: &Lua, (from, name): (LuaString, LuaString)) -> mlua::Result<String> {
    let (from, name) = (from.to_string_lossy(), name.to_string_lossy());
    let path = path(&from, &name).map_err(|why| mlua::Error::runtime(format!("require: argument 1: {why}")))?;
    let state = state::state(lua)?;
    match state.files.contains_key(&path) {
        true => Ok(path),
        false => {
            let known: Vec<&str> = state.files.keys().map(String::as_str).take(20).collect();
            Err(mlua::Error::runtime(format!("require: the script has no file {path:?}; it has {}", known.join(", "))))
        }
    }
}

/// The file as a function.
pub(super) fn chunk(lua: &Lua, path: String) -> mlua::Result<Function> {
    let state = state::state(lua)?;
    let source = state.files.get(&path).ok_or_else(|| mlua::Error::runtime("require: there is no such file"))?;
    lua.load(&**source).set_name(format!("={path}")).set_mode(ChunkMode::Text).set_compiler(sandbox::compiler()).into_function()
}

fn path(from: &str, name: &str) -> Result<String, String> {
    const HOW: &str = "name a file of the script's folder, such as \"./words\" or \"lib/words\"";
    if name.is_empty() || name.len() > 200 || name.starts_with(['/', '@', '~']) || name.contains(['\\', ':', '\0']) {
        return Err(HOW.to_owned());
    }
    let mut parts: Vec<&str> = match name.starts_with('.') {
        true => from.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect(),
        false => Vec::new(),
    };
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop().ok_or_else(|| format!("the name leads out of the script's folder; {HOW}"))?;
            }
            "" => return Err(HOW.to_owned()),
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    Ok(path.strip_suffix(".luau").or_else(|| path.strip_suffix(".lua")).unwrap_or(&path).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(from: &str, name: &str, expected: Option<&str>) {
        assert_eq!(path(from, name).ok().as_deref(), expected, "{name} in {from}");
    }

    #[test]
    fn a_name_leads_to_a_file_of_the_folder_or_nowhere() {
        check("main", "./words", Some("words"));
        check("main", "words", Some("words"));
        check("lib/a", "./b", Some("lib/b"));
        check("lib/a", "../b", Some("b"));
        check("lib/a", "b", Some("b"));
        check("lib/a", "./b.luau", Some("lib/b"));
        check("lib/deep/a", "../../b/../c", Some("c"));
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["../b", "./../b", "lib/../../b", "/etc/hostname", "@self/b", "~/b", "c:b", "a\\..\\b", "a//b", "", "a\0b", "./"] {
            check("main", name, None);
        }
        check("lib/a", "../../b", None);
    }
}
