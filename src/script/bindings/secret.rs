//! Secrets: handles that scripts can use, and not read.

use mlua::Lua;

use super::arguments::Arguments;
use super::call::{Act, Outcome, one};
use super::docs::{Call, Place, arg};
use super::object::Object;
use crate::script::op::Misuse;

/// A secret by its name; its text is not in the virtual machine.
pub(super) struct Secret {
    pub(super) name: String,
}

pub(super) static OBJECT: Object<Secret> = Object {
    name: "Secret",
    doc: "A secret that can be used and not read: it goes to `auth` of `http` and `secret` of `bot.webhook`. As text it is `secret(NAME)`.",
    fields: &[],
    methods: &[],
    operators: &[("__tostring", &TEXT)],
    operator_types: "",
};

pub(super) static SECRET: Call = Call {
    path: "secret",
    arguments: &[arg("name", "string", "As in the manifest: `secrets = [\"github\"]`.")],
    returns: "Secret",
    luau: None,
    line: "Names a secret of the operator, to be used and not read.",
    more: "The text of the secret never comes into the script, so it cannot leak into a chat or a log.",
    example: "http.get(url, { auth = secret \"github\" })",
    place: Place::Anywhere,
    waits: false,
    act: Act::Plain(secret),
};

static TEXT: Call = Call {
    path: "tostring(secret)",
    arguments: &[],
    returns: "string",
    luau: None,
    line: "",
    more: "",
    example: "",
    place: Place::Anywhere,
    waits: false,
    act: Act::Plain(text),
};

fn secret(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let name = arguments.next();
    let text = name.text()?;
    check_name(&text).map_err(|wrong| name.bad(wrong))?;
    one(lua, lua.create_any_userdata(Secret { name: text })?)
}

fn text(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let name = arguments.object::<Secret>()?.name.clone();
    one(lua, format!("secret({name})"))
}

fn check_name(name: &str) -> Result<(), Misuse> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    match (1..=64).contains(&name.len()) && name.chars().all(fits) {
        true => Ok(()),
        false => Err(Misuse::new("the name of a secret has 1 to 64 letters, digits, `_`, `-` and `.`")),
    }
}
