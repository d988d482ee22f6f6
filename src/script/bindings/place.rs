//! Conversations and people as scripts see them.

use std::sync::Arc;

use mlua::{Lua, Value};

use super::docs::Call;
use super::object::{Field, Object};
use super::store::Store;
use crate::model::ConversationId;
use crate::script::op::{Answer, Op, Shelf};
use crate::script::run::Begun;
use crate::script::vm;

/// A conversation.
pub(super) struct Chat {
    pub(super) id: ConversationId,
}

impl Chat {
    pub(super) fn value(lua: &Lua, id: &ConversationId) -> mlua::Result<Value> {
        lua.create_any_userdata(Self { id: id.clone() }).map(Value::UserData)
    }
}

pub(super) static CHAT: Object<Chat> = Object {
    name: "Chat",
    doc: "A conversation. It can stand wherever a function takes one.",
    fields: &[
        Field {
            name: "id",
            luau: "string",
            doc: "`c2c:ID` or `group:ID`.",
            get: |lua, chat| lua.create_string(chat.id.to_string()).map(Value::String),
        },
        Field { name: "title", luau: "string", doc: "The group's name, or the peer's.", get: |lua, chat| title(lua, chat.id.to_string()) },
        Field {
            name: "kind",
            luau: "\"c2c\" | \"group\"",
            doc: "Whether it is with one peer, or a group.",
            get: |lua, chat| lua.create_string(chat.id.kind().word()).map(Value::String),
        },
        Field {
            name: "store",
            luau: "Store",
            doc: "What the script keeps about this conversation.",
            get: |lua, chat| Store::value(lua, Shelf::Chat(chat.id.to_string())),
        },
    ],
    methods: NO_METHODS,
    operators: &[],
    operator_types: "",
};

/// A person.
pub(super) struct User {
    pub(super) id: Arc<str>,
    /// What the person is called, if that is known.
    pub(super) name: Option<Arc<str>>,
}

impl User {
    pub(super) fn value(lua: &Lua, id: &str, name: Option<&str>) -> mlua::Result<Value> {
        lua.create_any_userdata(Self { id: id.into(), name: name.map(Into::into) }).map(Value::UserData)
    }
}

pub(super) static USER: Object<User> = Object {
    name: "User",
    doc: "A person. Where a function takes a conversation, it stands for the one with this person.",
    fields: &[
        Field { name: "id", luau: "string", doc: "User id.", get: |lua, user| lua.create_string(&*user.id).map(Value::String) },
        Field {
            name: "name",
            luau: "string",
            doc: "The name in the group, else the nickname, else the user id.",
            get: |lua, user| match &user.name {
                Some(name) => lua.create_string(&**name).map(Value::String),
                None => title(lua, format!("c2c:{}", user.id)),
            },
        },
        Field {
            name: "store",
            luau: "Store",
            doc: "What the script keeps about this person.",
            get: |lua, user| Store::value(lua, Shelf::Person(user.id.to_string())),
        },
    ],
    methods: NO_METHODS,
    operators: &[],
    operator_types: "",
};

const NO_METHODS: &[Call] = &[];

/// The title of a conversation, as the host knows it.
fn title(lua: &Lua, chat: String) -> mlua::Result<Value> {
    let begun = vm::current_run(lua)?.borrow_mut().call(Op::Title { chat: chat.clone() }).map_err(mlua::Error::external)?;
    match begun {
        Begun::Answered(Answer::Data(title)) => lua.create_string(title.as_str().unwrap_or(&chat)).map(Value::String),
        Begun::Answered(_) | Begun::Waits => lua.create_string(chat).map(Value::String),
    }
}
