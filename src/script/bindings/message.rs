//! Messages as scripts see them: an object whose fields are read when they are asked for. Nothing is copied for an event whose handler looks at
//! nothing.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use mlua::{Lua, Value};

use super::arguments::{Argument, Arguments};
use super::call::{Act, Outcome, ask, nothing, one};
use super::content;
use super::docs::{Call, Parameter, Place, Record, arg, key};
use super::file;
use super::object::{Field, Object};
use super::place::{Chat, User};
use super::text;
use super::time::Time;
use crate::model::{ElementType, Message};
use crate::script::op::{Misuse, Op};
use crate::script::said;

/// The longest that a question waits.
const MAX_WAIT_S: u64 = 30 * 24 * 3_600;
const WAIT_S: u64 = 10 * 60;

/// A message in a script's hands.
pub(super) struct Heard(Held);

enum Held {
    /// As it is in the archive.
    Fixed(Arc<Message>),
    /// As it is about to be written; the hook may change it.
    Draft(Rc<RefCell<Message>>),
}

impl Heard {
    /// As a value for scripts.
    pub(super) fn value(lua: &Lua, message: &Arc<Message>) -> mlua::Result<Value> {
        lua.create_any_userdata(Self(Held::Fixed(Arc::clone(message)))).map(Value::UserData)
    }

    /// As a value for a hook, which may change it.
    pub(super) fn draft(lua: &Lua, message: &Rc<RefCell<Message>>) -> mlua::Result<Value> {
        lua.create_any_userdata(Self(Held::Draft(Rc::clone(message)))).map(Value::UserData)
    }

    /// Calls `look` with the message.
    pub(super) fn with<T>(&self, look: impl FnOnce(&Message) -> T) -> T {
        match &self.0 {
            Held::Fixed(message) => look(message),
            Held::Draft(message) => look(&message.borrow()),
        }
    }

    pub(super) fn id(&self) -> String {
        self.with(Message::id_text)
    }

    /// The text form of its conversation.
    fn chat(&self) -> Result<String, Misuse> {
        self.with(|message| message.conversation.as_ref().map(ToString::to_string))
            .ok_or_else(|| Misuse::new("the message is in no conversation yet"))
    }
}

pub(super) static ASK: Record = Record {
    name: "AskOptions",
    doc: "Which message answers a question.",
    keys: &[
        key("match", "string?", "Only a message whose text matches this pattern (the syntax of `re`)."),
        key("timeout", "Duration?", "How long to wait, at most 30 days; 10 minutes if not given."),
        key(
            "from",
            "(string | User)?",
            "Who answers; whoever sent the message that is asked about if not given. `\"anyone\"`: whoever is first.",
        ),
    ],
};

const MESSAGE: Parameter = arg("message", "string | Said", "What to say: text, or a table.");

const fn method(
    path: &'static str,
    arguments: &'static [Parameter],
    returns: &'static str,
    docs: [&'static str; 3],
    act: fn(&Lua, &mut Arguments) -> Outcome,
) -> Call {
    let [line, more, example] = docs;
    Call { path, arguments, returns, luau: None, line, more, example, place: Place::Listeners, waits: false, act: Act::Plain(act) }
}

pub(super) static OBJECT: Object<Heard> = Object {
    name: "Message",
    doc: "A message. Its fields are read when they are asked for. In `bot.before` assigning `m.text` changes what will be written; nothing else can be set.",
    fields: FIELDS,
    methods: METHODS,
    operators: &[("__newindex", &SET), ("__eq", &SAME), ("__tostring", &SHOWN)],
    operator_types: "",
};

const FIELDS: &[Field<Heard>] = &[
    Field {
        name: "id",
        luau: "string",
        doc: "Finds it again: `bot.find(id)`.",
        get: |lua, m| m.with(|message| message.with_id(|id| lua.create_string(id).map(Value::String))),
    },
    Field {
        name: "text",
        luau: "string",
        doc: "Its text; several text elements are joined with line breaks. `\"\"` when it has none.",
        get: |lua, m| m.with(|message| lua.create_string(said::text(message))).map(Value::String),
    },
    Field {
        name: "time",
        luau: "Time",
        doc: "When it was said.",
        get: |lua, m| Time::value(lua, m.with(|message| if message.server_time > 0 { message.server_time } else { message.client_time })),
    },
    Field {
        name: "chat",
        luau: "Chat",
        doc: "Where it was said.",
        get: |lua, m| match m.with(|message| message.conversation.clone()) {
            Some(conversation) => Chat::value(lua, &conversation),
            None => Ok(Value::Nil),
        },
    },
    Field {
        name: "from",
        luau: "User",
        doc: "Who said it.",
        get: |lua, m| m.with(|message| User::value(lua, &message.sender, text::sender_name(message).as_deref())),
    },
    Field {
        name: "is_mine",
        luau: "boolean",
        doc: "Whether the account said it.",
        get: |_, m| Ok(Value::Boolean(m.with(|message| message.is_from_self.unwrap_or(false)))),
    },
    Field {
        name: "reply_to",
        luau: "string?",
        doc: "The id of the message that it answers.",
        get: |lua, m| optional(lua, m.with(Message::answered_id)),
    },
    Field {
        name: "mentions",
        luau: "{ string }",
        doc: "The user ids that it mentions.",
        get: |lua, m| lua.create_sequence_from(m.with(|message| text::mentions(&message.body))).map(Value::Table),
    },
    Field {
        name: "files",
        luau: "{ File }",
        doc: "Its images, sounds, videos and files.",
        get: |lua, m| m.with(|message| file::list(lua, message)),
    },
    Field {
        name: "types",
        luau: "{ string }",
        doc: "The types of its elements: `text`, `image`, `sound`, `file`, `video`, `face`, `location`, `custom`, `merged`, `tips` …",
        get: |lua, m| lua.create_sequence_from(m.with(|message| message.body.types()).iter().map(ElementType::word)).map(Value::Table),
    },
    Field {
        name: "json",
        luau: "string",
        doc: "All of it as JSON, in the format of the TIM message API: `json.decode(m.json)`.",
        get: |lua, m| lua.create_string(m.with(Message::to_json)).map(Value::String),
    },
    Field {
        name: "custom",
        luau: "string?",
        doc: "The data of its first custom element.",
        get: |lua, m| optional(lua, m.with(|message| text::custom(&message.body))),
    },
];

const METHODS: &[Call] = &[
    method(
        "m:reply",
        &[MESSAGE],
        "string",
        [
            "Answers in the same conversation, and returns the id of the answer.",
            "The answer names the message that it answers; `bot.send(m.chat, …)` does not. It leaves when the run is written: a run that fails says nothing.",
            "m:reply(\"pong\")",
        ],
        reply,
    ),
    method(
        "m:forward",
        &[arg("chat", "ChatLike", "Where.")],
        "string",
        ["Says the same in another conversation, and returns the id of the new message.", "", "m:forward(\"group:ops\")"],
        forward,
    ),
    method(
        "m:recall",
        &[],
        "",
        [
            "Takes the message back.",
            "Own ones for a while after they were sent; those of others in groups that the account leads. It happens after the run is written; if it is refused then, the log says so.",
            "m:recall()",
        ],
        recall,
    ),
    method(
        "m:edit",
        &[arg("text", "string", "The new text.")],
        "",
        [
            "Gives an own message another text.",
            "It happens after the run is written; if it is refused then, the log says so.",
            "m:edit(\"done\")",
        ],
        edit,
    ),
    method("m:mark_read", &[], "", ["Marks the conversation as read.", "", "m:mark_read()"], mark_read),
    Call {
        path: "m:ask",
        arguments: &[arg("question", "string | Said", "What to ask."), arg("options", "AskOptions?", "Which answer, from whom, how long.")],
        returns: "Message?",
        luau: None,
        line: "Asks in the same conversation and waits for the answer: the next message that fits, or nil when none came in time.",
        more: "What the run has done so far is written with the question. The wait survives a restart and an update of the script: when the answer comes, the handler begins anew, and every call that it has made is answered as before, up to this one. So keep state in `bot.store`, not in variables outside of the handler.",
        example: "local answer = m:ask(\"Which day?\", { match = \"^(mon|tue)\", timeout = \"5m\" })\nif answer then m:reply(\"See you on \" .. answer.text) end",
        place: Place::Listeners,
        waits: true,
        act: Act::Plain(question),
    },
    Call {
        path: "m:link",
        arguments: &[],
        returns: "string",
        luau: None,
        line: "A link that names the message: `mynah://m/ID`.",
        more: "",
        example: "bot.send(\"group:ops\", \"see \" .. m:link())",
        place: Place::Anywhere,
        waits: false,
        act: Act::Plain(link),
    },
];

const fn operator(path: &'static str, arguments: &'static [Parameter], act: fn(&Lua, &mut Arguments) -> Outcome) -> Call {
    Call {
        path,
        arguments,
        returns: "",
        luau: None,
        line: "",
        more: "",
        example: "",
        place: Place::Anywhere,
        waits: false,
        act: Act::Plain(act),
    }
}

static SET: Call = operator("m.text =", &[arg("field", "string", ""), arg("value", "string", "")], |_, arguments| {
    let message = arguments.object::<Heard>()?;
    let field = arguments.next();
    let value = arguments.next();
    let name = field.words().unwrap_or_default();
    match &message.0 {
        _ if name != "text" => Err(Misuse(format!("Message.{name} cannot be set")).into()),
        Held::Fixed(_) => Err(Misuse::new("Message.text can be set in bot.before only; m:edit changes a message that was sent").into()),
        Held::Draft(draft) => {
            let words = value.words()?;
            let mut draft = draft.borrow_mut();
            draft.body = text::with(&draft, &words).map_err(|wrong| arguments.misuse(wrong))?;
            nothing()
        }
    }
});

static SAME: Call = operator("m == m", &[], |lua, arguments| {
    let (left, right) = (arguments.next(), arguments.next());
    let id = |value: &Value| value.as_userdata()?.borrow::<Heard>().ok().map(|message| message.id());
    one(lua, id(&left.value).is_some_and(|left| Some(left) == id(&right.value)))
});

/// Never what it says: texts of objects end in logs.
static SHOWN: Call = operator("tostring(m)", &[], |lua, arguments| {
    let id = arguments.object::<Heard>()?.id();
    one(lua, format!("message({id})"))
});

fn optional(lua: &Lua, text: Option<String>) -> mlua::Result<Value> {
    text.map_or(Ok(Value::Nil), |text| lua.create_string(text).map(Value::String))
}

fn reply(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let (to, id) = place(arguments)?;
    let mut content = content::content(lua, &arguments.next())?;
    content.reply_to.get_or_insert(id);
    ask(lua, Op::Send { to, content })
}

/// The conversation of the message before the colon, and its id.
fn place(arguments: &mut Arguments) -> Result<(String, String), Misuse> {
    let message = arguments.object::<Heard>()?;
    let chat = message.chat().map_err(|wrong| arguments.misuse(wrong))?;
    Ok((chat, message.id()))
}

fn forward(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let id = arguments.object::<Heard>()?.id();
    let to = arguments.next().chat()?;
    ask(lua, Op::Forward { id, to })
}

fn recall(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let id = arguments.object::<Heard>()?.id();
    ask(lua, Op::Recall { id })
}

fn edit(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let message = arguments.object::<Heard>()?;
    let text = arguments.next().words()?;
    if message.with(|message| message.is_from_self == Some(false)) {
        return Err(arguments.misuse("only messages of the account can be edited").into());
    }
    ask(lua, Op::Edit { id: message.id(), text })
}

fn mark_read(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let (chat, _) = place(arguments)?;
    ask(lua, Op::MarkRead { chat })
}

fn question(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let message = arguments.object::<Heard>()?;
    let to = message.chat().map_err(|wrong| arguments.misuse(wrong))?;
    let question = content::content(lua, &arguments.next())?;
    let options = arguments.next().options(ASK.keys)?;
    let pattern = options.read("match", Argument::pattern)?;
    let timeout_s = match options.read("timeout", Argument::duration)? {
        Some(timeout) if !(1..=MAX_WAIT_S).contains(&timeout.as_secs()) => {
            return Err(options.bad("timeout is from a second to 30 days").into());
        }
        timeout => timeout.map_or(WAIT_S, |timeout| timeout.as_secs()),
    };
    let from = match options.read("from", Argument::user)? {
        Some(from) if from == "anyone" => None,
        Some(from) => Some(from),
        None => Some(message.with(|message| message.sender.clone())),
    };
    ask(lua, Op::Ask { question, to, pattern, timeout_s, from })
}

fn link(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    use std::fmt::Write as _;
    let id = arguments.object::<Heard>()?.id();
    let mut link = "mynah://m/".to_owned();
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
    one(lua, link)
}
