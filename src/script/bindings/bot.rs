//! The global `bot`: saying, searching, keeping, and what a script knows of itself.

use mlua::{Function, Lua, Table, Value};

use super::arguments::{Argument, Arguments};
use super::call::{Act, Outcome, Settle, ask, nothing, one};
use super::docs::{Call, Key, Namespace, Place, Record, arg, key};
use super::hook::Denial;
use super::time::Time;
use super::{content, register};
use crate::script::op::{Misuse, Op};
use crate::script::run::Stance;
use crate::script::vm;

/// The most hits and messages of one page.
const MAX_PAGE: u64 = 100;
const PAGE: u64 = 20;
/// The longest name of a lock or a metric, bytes.
const MAX_NAME: usize = 100;

const LIMIT: Key = key("limit", "number?", "The most of them, 1 to 100; 20 if not given.");
const CHAT: Key = key("chat", "ChatLike?", "Only in this conversation.");

pub(super) static SEARCH: Record = Record {
    name: "SearchOptions",
    doc: "What is searched for.",
    keys: &[
        key(
            "query",
            "string?",
            "The query language of `mynah search`: `from:ana after:2024-01 invoice`. Anything may be in it; it is never an error.",
        ),
        CHAT,
        key("from", "(string | User)?", "Only what this person said."),
        key("after", "(string | Time)?", "Only what was said then or later: `\"2024-01\"`, `\"3 days ago\"`."),
        key("before", "(string | Time)?", "Only what was said earlier."),
        key("has", "string?", "Only messages with this: `\"image\"`, `\"file\"`, `\"link\"` …"),
        LIMIT,
        key("order", "(\"newest\" | \"oldest\" | \"relevance\")?", "Which come first; the newest if not given."),
        key("facets", "boolean?", "Whether to count the matches by conversation, by person and by type; on the first page only."),
        key(
            "timeline",
            "(\"hour\" | \"day\" | \"month\" | \"year\")?",
            "By which stretches of time to count the matches, in the script's time zone; on the first page only.",
        ),
        key("next", "string?", "`next` of the page before; nothing else need be given with it."),
    ],
};

pub(super) static PAGE_OF_HITS: Record = Record {
    name: "SearchPage",
    doc: "What a search found.",
    keys: &[
        key("total", "number", "How many messages match in all."),
        key("hits", "{ SearchHit }", "The messages of this page."),
        key("next", "string?", "For the next page; nil on the last one."),
        key("facets", "SearchFacets?", "Counts by conversation, person and type, if they were asked for."),
        key(
            "timeline",
            "{ SearchBar }?",
            "Counts by time, the oldest first, if they were asked for. Stretches without matches are left out.",
        ),
    ],
};

pub(super) static FACETS: Record = Record {
    name: "SearchFacets",
    doc: "How many of all matches there are of what; of each the 20 with the most.",
    keys: &[
        key("chats", "{ SearchCount }", "By conversation: `group:ops`."),
        key("people", "{ SearchCount }", "By who said it, user id."),
        key("types", "{ SearchCount }", "By type of element: `text`, `image` …"),
    ],
};

pub(super) static COUNT: Record = Record {
    name: "SearchCount",
    doc: "One entry of a facet.",
    keys: &[key("name", "string", "Of what."), key("count", "number", "How many.")],
};

pub(super) static BAR: Record = Record {
    name: "SearchBar",
    doc: "A stretch of time in which something was found.",
    keys: &[key("time", "Time", "Its first second."), key("count", "number", "How many messages match in it.")],
};

pub(super) static HIT: Record = Record {
    name: "SearchHit",
    doc: "A message that was found.",
    keys: &[
        key("id", "string", "`bot.find(hit.id)` has all of it."),
        key("chat", "string", "The conversation."),
        key("from", "string", "Who said it."),
        key("date", "string", "When, for people."),
        key("text", "string", "Its text."),
        key("snippet", "string", "The part of it that matches."),
    ],
};

pub(super) static HISTORY: Record = Record {
    name: "HistoryOptions",
    doc: "Which part of a conversation.",
    keys: &[
        key("chat", "ChatLike?", "The conversation; that of the event if not given."),
        LIMIT,
        key("next", "string?", "`next` of the page before: goes further back."),
    ],
};

pub(super) static PAGE_OF_HISTORY: Record = Record {
    name: "HistoryPage",
    doc: "Messages of a conversation, the newest first.",
    keys: &[
        key("messages", "{ Message }", "The messages."),
        key("next", "string?", "For the page before; nil at the beginning of the conversation."),
    ],
};

pub(super) static NAMESPACE: Namespace = Namespace {
    path: "bot",
    doc: "Everything that a script can be told and can do. It cannot be changed.",
    values: &[
        key("name", "string", "The script's name."),
        key("version", "string?", "Its version, as in the manifest."),
        key(
            "config",
            "{ [string]: any }",
            "Its configuration: the keys that the manifest declares, with the operator's values or their defaults. A key that is not declared is an error.",
        ),
        key("store", "Store", "What the script keeps."),
    ],
    calls: &[
        ON,
        BEFORE,
        COMMAND,
        WEBHOOK,
        Call {
            path: "bot.deny",
            arguments: &[arg("why", "string", "The reason, for the log and for whoever is refused.")],
            returns: "Denial",
            luau: None,
            line: "What a hook returns to refuse.",
            more: "",
            example: "bot.before(\"download\", function(d)\n    if d.size > 50_000_000 then return bot.deny(\"too large\") end\nend)",
            place: Place::Hooks,
            waits: false,
            act: Act::Plain(deny),
        },
        Call {
            path: "bot.send",
            arguments: &[
                arg("chat", "ChatLike", "Where: `\"group:ops\"`, `m.chat`, `m.from`."),
                arg("message", "string | Said", "What: text, or a table with text, files, reply_to, mentions, custom."),
            ],
            returns: "string",
            luau: None,
            line: "Says something, and returns the id of the message.",
            more: "It leaves when the run is written: a run that fails says nothing, one that is repeated says it once. Other conversations than that of the event have to be in the manifest (`conversations`) and granted.",
            example: "bot.send(\"group:ops\", { text = \"done\", reply_to = m.id })",
            place: Place::Listeners,
            waits: false,
            act: Act::Plain(send),
        },
        Call {
            path: "bot.search",
            arguments: &[arg("options", "SearchOptions", "What, where, from whom, when.")],
            returns: "(SearchPage?, string?)",
            luau: None,
            line: "Searches the archive.",
            more: "It sees everything up to the event. What fails gives `nil` and why. With `facets` and `timeline` it counts all matches, not only those of the page.",
            example: "local page = bot.search { query = \"invoice\", chat = m.chat, limit = 5, timeline = \"day\" }",
            place: Place::Listeners,
            waits: true,
            act: Act::Plain(search),
        },
        Call {
            path: "bot.history",
            arguments: &[arg("options", "HistoryOptions?", "Which conversation, how many.")],
            returns: "(HistoryPage?, string?)",
            luau: None,
            line: "Reads a conversation, the newest messages first.",
            more: "",
            example: "for _, old in bot.history({ limit = 10 }).messages do print(old.from.name) end",
            place: Place::Listeners,
            waits: true,
            act: Act::Plain(history),
        },
        Call {
            path: "bot.find",
            arguments: &[arg("id", "string", "The id of a message.")],
            returns: "(Message?, string?)",
            luau: None,
            line: "The message of an id, or nil.",
            more: "",
            example: "local original = m.reply_to and bot.find(m.reply_to)",
            place: Place::Listeners,
            waits: true,
            act: Act::Plain(find),
        },
        Call {
            path: "bot.lock",
            arguments: &[
                arg("name", "string", "Which lock of the script."),
                arg("body", "() -> ...any", "What only one run at a time does."),
            ],
            returns: "...any",
            luau: Some("<T...>(name: string, body: () -> T...) -> T..."),
            line: "Calls a function while no other run of the script is inside the same lock, and returns what it returns.",
            more: "Conversations go on side by side; a lock is for what they share outside of `bot.store`. The lock is let go when the function ends, also by an error.",
            example: "bot.lock(\"billing\", function() return http.post(url, { json = order }) end)",
            place: Place::Listeners,
            waits: true,
            act: Act::Woven(weave_lock),
        },
        Call {
            path: "bot.metric",
            arguments: &[arg("name", "string", "At most 100 bytes."), arg("by", "number?", "How much is added; 1 if not given.")],
            returns: "",
            luau: None,
            line: "Adds to a number that the operator sees in `mynah bots`.",
            more: "",
            example: "bot.metric(\"orders\")",
            place: Place::Anywhere,
            waits: false,
            act: Act::Plain(metric),
        },
        Call {
            path: "bot.help",
            arguments: &[arg("name", "string?", "A command; all if not given.")],
            returns: "string?",
            luau: None,
            line: "The help of the script's commands.",
            more: "",
            example: "bot.command(\"help [name]\", function(m, a) m:reply(bot.help(a.name) or \"There is no such command.\") end)",
            place: Place::Listeners,
            waits: false,
            act: Act::Plain(help),
        },
        Call {
            path: "bot.now",
            arguments: &[],
            returns: "Time",
            luau: None,
            line: "What time it is for the run: it stands still until the run waits.",
            more: "",
            example: "if bot.now() - m.time > 3600 then return end",
            place: Place::Anywhere,
            waits: false,
            act: Act::Plain(now),
        },
    ],
};

const ON: Call = register::ON;
const BEFORE: Call = register::BEFORE_CALL;
const COMMAND: Call = register::COMMAND_CALL;
const WEBHOOK: Call = register::WEBHOOK_CALL;

fn deny(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let why = arguments.next().text()?;
    match vm::current_run(lua)?.borrow().facts.stance {
        Stance::Hook(_) => one(lua, lua.create_any_userdata(Denial { why })?),
        Stance::Listener | Stance::Load => {
            Err(arguments.misuse("it refuses nothing here: what was told of has happened; return it in bot.before").into())
        }
    }
}

fn send(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let to = arguments.next().chat()?;
    let content = content::content(lua, &arguments.next())?;
    ask(lua, Op::Send { to, content })
}

fn search(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let given = arguments.next();
    if given.is_nil() {
        return Err(given.wrong("a table").into());
    }
    let options = given.options(SEARCH.keys)?;
    let limit = options.read("limit", |limit| limit.whole(1, MAX_PAGE))?.unwrap_or(PAGE);
    let stretches = ["hour", "day", "month", "year"].map(|stretch| (stretch, stretch));
    let orders = ["newest", "oldest", "relevance"].map(|order| (order, order));
    let op = Op::Search {
        query: options.read("query", Argument::text)?.unwrap_or_default(),
        chat: options.read("chat", Argument::chat)?,
        from: options.read("from", Argument::user)?,
        after: options.read("after", bound)?,
        before: options.read("before", bound)?,
        has: options.read("has", Argument::text)?,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        next: options.read("next", Argument::text)?,
        order: options.read("order", |order| order.choice(&orders))?.map(str::to_owned),
        facets: options.read("facets", Argument::boolean)?.unwrap_or(false),
        timeline: options.read("timeline", |stretch| stretch.choice(&stretches))?.map(str::to_owned),
    };
    ask(lua, op)
}

/// A time in the words of the query language.
fn bound(argument: &Argument) -> Result<String, Misuse> {
    match &argument.value {
        Value::UserData(object) => object.borrow::<Time>().map(|time| time.unix.to_string()).map_err(|_| argument.wrong("a time")),
        _ => argument.words(),
    }
}

fn history(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let options = arguments.next().options(HISTORY.keys)?;
    let limit = options.read("limit", |limit| limit.whole(1, MAX_PAGE))?.unwrap_or(PAGE);
    let here = || vm::current_run(lua).ok()?.borrow().facts.event.place().map(ToString::to_string);
    let chat = match options.read("chat", Argument::chat)? {
        Some(chat) => chat,
        None => here().ok_or_else(|| arguments.misuse("this event has no conversation: say which, { chat = … }"))?,
    };
    ask(lua, Op::History { chat, limit: usize::try_from(limit).unwrap_or(usize::MAX), next: options.read("next", Argument::text)? })
}

fn find(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let id = arguments.next().text()?;
    ask(lua, Op::Find { id })
}

fn metric(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let name = name(&arguments.next())?;
    let by = arguments.next();
    let by = if by.is_nil() { 1.0 } else { by.number()? };
    ask(lua, Op::Metric { name, by })?;
    nothing()
}

fn name(argument: &Argument) -> Result<String, Misuse> {
    let name = argument.text()?;
    match name.len() {
        1..=MAX_NAME => Ok(name),
        length => Err(argument.bad(format_args!("a name has 1 to {MAX_NAME} bytes, this one has {length}"))),
    }
}

fn help(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let name = arguments.next();
    let name = if name.is_nil() { None } else { Some(name.text()?) };
    ask(lua, Op::Help { name })
}

fn now(lua: &Lua, _: &mut Arguments) -> Outcome {
    let now = vm::current_run(lua)?.borrow().facts.now;
    one(lua, Time::value(lua, now)?)
}

/// The lock is let go whatever becomes of the function between, so this is Lua around two calls.
const LOCK: &str = r#"
local lock, unlock, pcall, pack, unpack, error = ...
return function(name, body)
    lock(name, body)
    local got = pack(pcall(body))
    unlock(name)
    if not got[1] then
        error(got[2], 0)
    end
    return unpack(got, 2, got.n)
end
"#;

static TAKE: Call = inner_lock(true, |lua, arguments| {
    let name = name(&arguments.next())?;
    arguments.next().function()?;
    ask(lua, Op::Lock { name })
});

static LET_GO: Call = inner_lock(false, |lua, arguments| {
    let name = name(&arguments.next())?;
    ask(lua, Op::Unlock { name })?;
    nothing()
});

const fn inner_lock(waits: bool, act: fn(&Lua, &mut Arguments) -> Outcome) -> Call {
    const ARGUMENTS: &[super::docs::Parameter] = &[arg("name", "string", ""), arg("body", "() -> ...any", "")];
    Call {
        path: "bot.lock",
        arguments: ARGUMENTS,
        returns: "",
        luau: None,
        line: "",
        more: "",
        example: "",
        place: Place::Listeners,
        waits,
        act: Act::Plain(act),
    }
}

fn weave_lock(lua: &Lua) -> mlua::Result<Function> {
    let settle = Settle::inner(lua)?;
    let (take, let_go) = (settle.bind(lua, &TAKE)?, settle.bind(lua, &LET_GO)?);
    let globals = lua.globals();
    let table: Table = globals.get("table")?;
    let of_table = |name: &str| table.get::<Function>(name);
    let (pcall, error): (Function, Function) = (globals.get("pcall")?, globals.get("error")?);
    lua.load(LOCK).set_name("=bot").call((take, let_go, pcall, of_table("pack")?, of_table("unpack")?, error))
}
