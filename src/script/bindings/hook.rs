//! What hooks get, and what their answer means.

use std::cell::RefCell;
use std::rc::Rc;

use mlua::{IntoLuaMulti as _, Lua, MultiValue, Value};

use super::arguments::kind;
use super::message::Heard;
use super::object::{Field, Object};
use crate::fetch::safe_name;
use crate::model::Message;
use crate::script::op::Misuse;
use crate::session;

/// What a hook may look at and change.
pub(in crate::script) enum Subject {
    /// A message that is about to be written.
    Message(Rc<RefCell<Message>>),
    /// A file that is about to be fetched.
    Download(Rc<RefCell<session::Download>>),
}

/// What a hook decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::script) enum Verdict {
    Pass,
    /// Why not.
    Deny(String),
}

/// What `bot.deny` returns.
pub(super) struct Denial {
    pub(super) why: String,
}

pub(super) static DENIAL: Object<Denial> = Object {
    name: "Denial",
    doc: "What `bot.deny` gives, for a hook to return.",
    fields: &[Field {
        name: "why",
        luau: "string",
        doc: "The reason.",
        get: |lua, denial| lua.create_string(&denial.why).map(Value::String),
    }],
    methods: &[],
    operators: &[],
    operator_types: "",
};

/// A download in a hook's hands.
pub(super) struct Fetching(Rc<RefCell<session::Download>>);

pub(super) static DOWNLOAD: Object<Fetching> = Object {
    name: "Download",
    doc: "A file that is about to be fetched.",
    fields: &[
        Field {
            name: "name",
            luau: "string",
            doc: "What it is called, without folders.",
            get: |lua, fetching| lua.create_string(fetching.name()).map(Value::String),
        },
        Field {
            name: "size",
            luau: "number",
            doc: "Bytes, as the message says; 0 when it does not.",
            get: |_, fetching| Ok(Value::Number(fetching.0.borrow().size as f64)),
        },
        Field {
            name: "mime",
            luau: "string",
            doc: "Its MIME type, by what the message says or by the name.",
            get: |lua, fetching| lua.create_string(&fetching.0.borrow().media_type).map(Value::String),
        },
        Field {
            name: "message",
            luau: "Message?",
            doc: "The message that names it, if it is for one.",
            get: |lua, fetching| match &fetching.0.borrow().message {
                Some(message) => Heard::value(lua, &message.clone().into()),
                None => Ok(Value::Nil),
            },
        },
    ],
    methods: &[],
    operators: &[],
    operator_types: "",
};

impl Fetching {
    fn name(&self) -> String {
        safe_name(&self.0.borrow().name)
    }
}

/// What a hook is called with.
pub(in crate::script) fn hook_arguments(lua: &Lua, subject: &Subject) -> mlua::Result<MultiValue> {
    let value = match subject {
        Subject::Message(message) => Heard::draft(lua, message)?,
        Subject::Download(download) => Value::UserData(lua.create_any_userdata(Fetching(Rc::clone(download)))?),
    };
    value.into_lua_multi(lua)
}

/// What a hook means with what it returned.
///
/// # Errors
/// [`Misuse`] when it is neither nothing nor a denial.
pub(in crate::script) fn verdict(values: &MultiValue) -> Result<Verdict, Misuse> {
    match values.front() {
        None | Some(Value::Nil) => Ok(Verdict::Pass),
        Some(Value::UserData(object)) if object.is::<Denial>() => {
            object.borrow::<Denial>().map(|denial| Verdict::Deny(denial.why.clone())).map_err(|_| Misuse::new("the denial is in use"))
        }
        Some(other) => Err(Misuse(format!("bot.before: a hook returns nothing, or bot.deny(why); this one returned {}", kind(other)))),
    }
}
