//! `t`, what a test gets: people, time, crashes, and what is expected of the script. Each method says what it wants as data, and waits until the
//! town in which the test plays has done it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use mlua::{IntoLuaMulti as _, Lua, MultiValue, Value};

use super::arguments::{Argument, Arguments};
use super::call::{Act, Outcome, waiting};
use super::docs::{Call, Key, Parameter, Place, Record, arg, key};
use super::object::{Field, Object};
use super::plain;
use super::time::Time;
use crate::script::data::Data;
use crate::script::op::{Answer, Misuse};
use crate::script::rehearsal::cue::{Attached, Cue, Expected, Spoken};

/// Where a method puts what it wants.
pub(in crate::script) type StoryCall = Rc<RefCell<Option<Cue>>>;

/// The object.
pub(super) struct Story {
    call: StoryCall,
    now: Rc<Cell<u64>>,
}

pub(super) static SPOKEN: Record = Record { name: "Spoken", doc: "How somebody says something in a test.", keys: &SPOKEN_KEYS };

const SPOKEN_KEYS: [Key; 4] = [
    key(
        "chat",
        "string?",
        "Where: `\"group:ops\"`; the conversation with the account if not given. Groups come about, and people join them, by themselves.",
    ),
    key("files", "{ string | Attached }?", "Files: names, or tables."),
    key("mentions", "{ string }?", "Who is mentioned: user ids; `\"me\"` is the account."),
    key("reply_to", "string?", "The id of the message that it answers."),
];

pub(super) static ATTACHED: Record = Record { name: "Attached", doc: "A file that somebody sends in a test.", keys: &ATTACHED_KEYS };

const ATTACHED_KEYS: [Key; 3] = [
    key("name", "string", "Its name; the ending says its type."),
    key("content", "string?", "What is in it; its name if not given."),
    key("size", "number?", "What the message says of its size, if that is not the truth."),
];

pub(super) static EXPECTED: Record =
    Record { name: "Expected", doc: "What a message has to be. What is not given does not matter.", keys: &EXPECTED_KEYS };

const EXPECTED_KEYS: [Key; 4] = [
    key("text", "string?", "Exactly this text."),
    key("match", "string?", "A pattern that the text matches (the syntax of `re`)."),
    key("contains", "string?", "The text has this in it."),
    key("chat", "string?", "Where it is said: `\"group:ops\"`, `\"ana\"`."),
];

pub(super) static SEEN: Record = Record {
    name: "Seen",
    doc: "A message as a test sees it.",
    keys: &[
        key("id", "string", "Its id."),
        key("text", "string", "Its text."),
        key("chat", "string", "Where: `c2c:ID` or `group:ID`."),
        key("files", "{ string }", "The names of its files."),
    ],
};

const fn method(
    path: &'static str,
    arguments: &'static [Parameter],
    returns: &'static str,
    line: &'static str,
    more: &'static str,
    example: &'static str,
    act: fn(&Lua, &mut Arguments) -> Outcome,
) -> Call {
    Call { path, arguments, returns, luau: None, line, more, example, place: Place::Anywhere, waits: true, act: Act::Plain(act) }
}

const WHO: Parameter = arg("who", "string", "A user id.");
const GROUP: Parameter = arg("chat", "string", "A group: `\"group:ops\"`.");
const ID: Parameter = arg("id", "string", "The id of a message.");
const EXPECTATION: Parameter = arg("expected", "string | Expected", "Exactly this text, or a table.");

pub(super) static OBJECT: Object<Story> = Object {
    name: "Story",
    doc: "What a test gets. Its methods let something happen, wait until everybody has dealt with it, and go on. The account is called `bot`, its script is granted what the manifest asks for, and the clock begins on a Monday at 9:00 UTC and stands until it is set.",
    fields: &[Field { name: "now", luau: "Time", doc: "What time it is.", get: |lua, story| Time::value(lua, story.now.get()) }],
    methods: &METHODS,
    operators: &[],
    operator_types: "",
};

static METHODS: [Call; 24] = [
    method(
        "t:say",
        &[WHO, arg("text", "string", "What."), arg("options", "Spoken?", "Where, with which files, whom it mentions.")],
        "string",
        "Somebody says something, and the script deals with it. Returns the message's id.",
        "After `t:crash()` it comes in when the script is started.",
        "t:say(\"ana\", \"ping\")",
        say,
    ),
    method(
        "t:send",
        &[arg("text", "string", "What."), arg("chat", "string?", "Where; `\"ana\"` if not given.")],
        "string?",
        "The account itself says something, by hand: through the script's `bot.before(\"send\")`. Returns nil, or why it was refused.",
        "",
        "t:send(\"pay 4111 1111 1111 1111\")",
        send,
    ),
    method(
        "t:expect",
        &[EXPECTATION],
        "Seen",
        "Expects that the script says this next, and returns it.",
        "Order counts within a conversation. What was said before the last thing that happened may be left out.",
        "t:expect(\"pong\")",
        expect,
    ),
    method(
        "t:expect_none",
        &[],
        "",
        "Expects that the script has said nothing since something happened last, but for what was expected already.",
        "",
        "t:expect_none()",
        expect_none,
    ),
    method(
        "t:expect_sent",
        &[EXPECTATION],
        "Seen",
        "Expects that what the account said by hand left like this, and returns it.",
        "",
        "t:expect_sent(\"pay [card number removed]\")",
        expect_sent,
    ),
    method(
        "t:expect_denied",
        &[arg("why", "string?", "What is in the reason.")],
        "string",
        "Expects that the last `t:send` or `t:download` was refused, and returns the reason.",
        "",
        "t:expect_denied(\"too large\")",
        expect_denied,
    ),
    method(
        "t:advance",
        &[arg("length", "Duration", "How long: `\"3h\"`.")],
        "",
        "Time passes. What is due meanwhile happens on time; while the script is down, when it is started.",
        "",
        "t:advance(\"3h\")",
        advance,
    ),
    method(
        "t:crash",
        &[],
        "",
        "Ends host and session as a kill would: nobody is told, and what is not written is gone.",
        "",
        "t:crash()",
        crash,
    ),
    method("t:start", &[], "", "Starts them again, on the same archive.", "", "t:start()", start),
    method(
        "t:reload",
        &[arg("source", "string?", "Another source; the same if not given.")],
        "(boolean?, string?)",
        "Loads the script anew, as after a change of its file. Returns true, or nil and why the version before goes on.",
        "",
        "t:reload(\"bot.command('ping', function(m) m:reply('new') end)\")",
        reload,
    ),
    method(
        "t:configure",
        &[arg("values", "{ [string]: any }", "Values by key.")],
        "",
        "Sets the script's configuration, before anything else happens.",
        "",
        "t:configure({ notify = \"group:ops\" })",
        configure,
    ),
    method(
        "t:http",
        &[
            arg("url", "string", "The address; without `?…` it stands for every query."),
            arg(
                "response",
                "any",
                "A text, or a table with `status`, `headers`, `body` or `json`; or with `fail`, the reason why nobody answers.",
            ),
        ],
        "",
        "Says what is answered at an address from now on.",
        "",
        "t:http(\"https://api.example.org/weather\", { json = { degrees = 7 } })",
        http,
    ),
    method(
        "t:requests",
        &[],
        "{ any }",
        "The requests that the script has made so far: tables with `method`, `url`, `headers`, `body`, and the name of the secret as `auth`.",
        "",
        "assert(#t:requests() == 1)",
        requests,
    ),
    method(
        "t:webhook",
        &[
            arg("path", "string", "As the script has registered it."),
            arg("call", "{ [string]: any }?", "`body` or `json`, `headers`, `query`."),
        ],
        "any",
        "Calls a webhook of the script, as who knows its secret. Returns the answer: `status`, `body`, `headers`.",
        "",
        "local answer = t:webhook(\"deploy\", { json = { version = 3 } })",
        webhook,
    ),
    method("t:recall", &[ID], "", "Whoever said a message takes it back.", "", "t:recall(id)", recall),
    method(
        "t:edit",
        &[ID, arg("text", "string", "The new text.")],
        "",
        "Whoever said a message gives it another text.",
        "",
        "t:edit(id, \"better\")",
        edit,
    ),
    method("t:join", &[WHO, GROUP], "", "Somebody comes into a group.", "", "t:join(\"ben\", \"group:ops\")", join),
    method("t:leave", &[WHO, GROUP], "", "Somebody leaves a group.", "", "t:leave(\"ben\", \"group:ops\")", leave),
    method("t:read", &[WHO], "", "Somebody has read what the account said so far.", "", "t:read(\"ana\")", read),
    method(
        "t:download",
        &[ID, arg("file", "number?", "Which of its files; the first one if not given.")],
        "(string?, string?)",
        "The account fetches a file: through the script's `bot.before(\"download\")`. Returns where it is, or nil and why not.",
        "",
        "local path, why = t:download(id)",
        download,
    ),
    method(
        "t:find",
        &[ID],
        "any",
        "What the archive has of a message: `id`, `text`, `from`, `chat`, `is_recalled`, `is_read`; nil if it is not there.",
        "",
        "assert(t:find(id).is_recalled)",
        find,
    ),
    method(
        "t:stored",
        &[
            arg("key", "string", "The key."),
            arg("of", "string?", "A conversation, `\"group:ops\"`, or a person, `\"ana\"`; the script's own if not given."),
        ],
        "any",
        "What the script keeps under a key.",
        "",
        "assert(t:stored(\"runs\") == 1)",
        stored,
    ),
    method(
        "t:dead",
        &[],
        "{ any }",
        "The events that the script could not deal with: tables with `handler`, `fault` and `attempts`.",
        "",
        "assert(#t:dead() == 0)",
        dead,
    ),
    method("t:log", &[], "{ string }", "The lines of the script's log.", "", "for _, line in t:log() do print(line) end", log),
];

/// What the function of a test is called with.
pub(in crate::script) fn story_arguments(lua: &Lua, call: StoryCall, now: Rc<Cell<u64>>) -> mlua::Result<MultiValue> {
    lua.create_any_userdata(Story { call, now })?.into_lua_multi(lua)
}

/// What a method returns.
pub(in crate::script) fn story_values(lua: &Lua, answer: &Answer) -> mlua::Result<MultiValue> {
    match answer {
        Answer::Failed { why } => (Value::Nil, why.as_str()).into_lua_multi(lua),
        Answer::Data(data) => plain::to_lua(lua, data)?.into_lua_multi(lua),
        Answer::Messages { .. } => Value::Nil.into_lua_multi(lua),
    }
}

/// Reads the arguments, and has the town told.
fn tell(lua: &Lua, arguments: &mut Arguments, read: impl FnOnce(&Lua, &mut Arguments) -> Result<Cue, super::call::Wrong>) -> Outcome {
    let call = Rc::clone(&arguments.object::<Story>()?.call);
    let cue = read(lua, arguments)?;
    *call.borrow_mut() = Some(cue);
    Ok(waiting())
}

fn say(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| {
        let (who, text) = (arguments.next().text()?, arguments.next().text()?);
        let options = arguments.next().options(&SPOKEN_KEYS)?;
        let said = Spoken {
            text,
            chat: options.read("chat", Argument::chat)?,
            files: options.read("files", |files| files.list(attached))?.unwrap_or_default(),
            mentions: options.read("mentions", |people| people.list(Argument::user))?.unwrap_or_default(),
            reply_to: options.read("reply_to", Argument::text)?,
        };
        Ok(Cue::Say { who, said })
    })
}

fn attached(file: &Argument) -> Result<Attached, Misuse> {
    if file.value.is_string() {
        let name = file.text()?;
        return Ok(Attached { content: name.clone().into_bytes(), name, size: None });
    }
    let options = file.options(&ATTACHED_KEYS)?;
    let name = options.read("name", Argument::text)?.ok_or_else(|| options.bad("a file needs a name"))?;
    let content = options.read("content", Argument::bytes)?.unwrap_or_else(|| name.clone().into_bytes());
    let size = options.read("size", |size| size.whole(0, 1 << 50))?;
    Ok(Attached { name, content, size })
}

fn send(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| {
        let text = arguments.next().text()?;
        Ok(Cue::Send { text, chat: given(&arguments.next(), Argument::chat)? })
    })
}

/// The value, unless it is left out.
fn given<T>(argument: &Argument, read: impl FnOnce(&Argument) -> Result<T, Misuse>) -> Result<Option<T>, Misuse> {
    if argument.is_nil() { Ok(None) } else { read(argument).map(Some) }
}

fn expected(argument: &Argument) -> Result<Expected, Misuse> {
    if argument.value.is_string() {
        return Ok(Expected { text: Some(argument.text()?), ..Expected::default() });
    }
    let options = argument.options(&EXPECTED_KEYS)?;
    Ok(Expected {
        text: options.read("text", Argument::text)?,
        pattern: options.read("match", Argument::pattern)?,
        contains: options.read("contains", Argument::text)?,
        chat: options.read("chat", Argument::chat)?,
    })
}

fn expect(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Expect { expected: expected(&arguments.next())? }))
}

fn expect_none(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, _| Ok(Cue::ExpectNone))
}

fn expect_sent(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::ExpectSent { expected: expected(&arguments.next())? }))
}

fn expect_denied(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::ExpectDenied { why: given(&arguments.next(), Argument::text)? }))
}

fn advance(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Advance { by: arguments.next().duration()? }))
}

fn crash(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, _| Ok(Cue::Crash))
}

fn start(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, _| Ok(Cue::Start))
}

fn reload(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Reload { source: given(&arguments.next(), Argument::text)? }))
}

fn configure(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |lua, arguments| Ok(Cue::Configure { values: arguments.next().data(lua)? }))
}

fn http(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |lua, arguments| {
        let url = arguments.next().text()?;
        Ok(Cue::Http { url, response: arguments.next().data(lua)? })
    })
}

fn requests(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, _| Ok(Cue::Requests))
}

fn webhook(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |lua, arguments| {
        let (path, call) = (arguments.next().text()?, arguments.next());
        Ok(Cue::Webhook { path, call: if call.is_nil() { Data::Nil } else { call.data(lua)? } })
    })
}

fn recall(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Recall { id: arguments.next().text()? }))
}

fn edit(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Edit { id: arguments.next().text()?, text: arguments.next().text()? }))
}

fn join(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Join { who: arguments.next().text()?, chat: arguments.next().chat()? }))
}

fn leave(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Leave { who: arguments.next().text()?, chat: arguments.next().chat()? }))
}

fn read(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Read { who: arguments.next().text()? }))
}

fn download(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| {
        let id = arguments.next().text()?;
        let file = given(&arguments.next(), |file| file.whole(1, 1_000))?.unwrap_or(1);
        Ok(Cue::Download { id, file: usize::try_from(file).unwrap_or(1) })
    })
}

fn find(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| Ok(Cue::Find { id: arguments.next().text()? }))
}

fn stored(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, arguments| {
        let key = arguments.next().text()?;
        Ok(Cue::Stored { key, of: given(&arguments.next(), Argument::chat)? })
    })
}

fn dead(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, _| Ok(Cue::Dead))
}

fn log(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    tell(lua, arguments, |_, _| Ok(Cue::Log))
}
