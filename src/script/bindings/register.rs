//! `bot.on`, `bot.before`, `bot.command`, `bot.webhook`, `test`: what a script registers while it is loaded.

use mlua::{Function, Lua};

use super::arguments::{Argument, Arguments, Options};
use super::call::{Act, Outcome, Wrong, nothing};
use super::docs::{Call, Key, Place, Record, arg, key};
use super::filter;
use super::shared;
use crate::script::event::EventKind;
use crate::script::handler::{BeforeOptions, Door, FilterSpec, Handler, OnError, Role, WebhookOptions};
use crate::script::op::Misuse;
use crate::script::run::Stance;
use crate::script::vm::{FunctionNo, Vm};
use crate::script::{command, vm};

/// The most handlers of a script.
const MAX_HANDLERS: usize = 1_000;
/// The most tests of a script.
const MAX_TESTS: usize = 1_000;

pub(super) static BEFORE: Record = Record {
    name: "BeforeOptions",
    doc: "When a hook is asked, and what happens if it fails. The keys of `Filter` say which messages it looks at.",
    keys: &BEFORE_KEYS,
};

const OWN_KEYS: [Key; 3] = [
    key("priority", "number?", "Higher ones come first; 0 if not given."),
    key("on_error", "(\"allow\" | \"deny\")?", "What happens if the hook fails or is too slow; `\"allow\"` if not given."),
    key(
        "deadline",
        "Duration?",
        "How long it may take, at most 100 ms; 20 ms if not given. Where several hooks see the same, they share 100 ms.",
    ),
];

const BEFORE_KEYS: [Key; 16] = {
    let mut keys = [OWN_KEYS[0]; 16];
    let mut at = 0;
    while at < 16 {
        keys[at] = if at < 3 { OWN_KEYS[at] } else { filter::KEYS[at - 3] };
        at += 1;
    }
    keys
};

/// The longest that a hook may take.
const MAX_DEADLINE: std::time::Duration = std::time::Duration::from_millis(100);

pub(super) static COMMAND: Record = Record {
    name: "CommandOptions",
    doc: "Who may give a command, and what its help says.",
    keys: &[
        key("help", "string?", "What stands behind the command in the help."),
        key("who", "(string | User | { string | User })?", "Only these people may give it."),
        key("cooldown", "Duration?", "After one answer, none to the same person for so long."),
        key("stale", "Duration?", "What is older than this is passed over."),
    ],
};

pub(super) static WEBHOOK: Record =
    Record { name: "WebhookOptions", doc: "Who may call a webhook.", keys: &[key("secret", "Secret?", "What callers have to know.")] };

pub(super) const ON: Call = Call {
    path: "bot.on",
    arguments: &[
        arg("event", "EventName", "Which event; see the list of events."),
        arg("filter", "(Filter | string)?", "Which of them. A text is the name of a timer."),
        arg("handler", "(...any) -> any", "Gets what the list of events says."),
    ],
    returns: "",
    luau: Some(
        "((event: MessageEvent, handler: (m: Message, hit: Hit) -> ()) -> ()) & ((event: MessageEvent, filter: Filter, handler: (m: Message, hit: Hit) -> ()) -> ()) & ((event: \"timer\", name: string | Filter, handler: (t: TimerEvent) -> ()) -> ()) & ((event: \"timer\", handler: (t: TimerEvent) -> ()) -> ()) & ((event: \"download\", handler: (d: DownloadEvent) -> ()) -> ()) & ((event: \"download\", filter: Filter, handler: (d: DownloadEvent) -> ()) -> ()) & ((event: \"read\", handler: (r: ReadEvent) -> ()) -> ()) & ((event: \"read\", filter: Filter, handler: (r: ReadEvent) -> ()) -> ()) & ((event: \"join\" | \"leave\", handler: (g: MemberEvent) -> ()) -> ()) & ((event: \"join\" | \"leave\", filter: Filter, handler: (g: MemberEvent) -> ()) -> ()) & ((event: \"start\", handler: () -> ()) -> ()) & ((event: \"stop\", handler: (s: StopEvent) -> ()) -> ())",
    ),
    line: "Calls a function after something happened.",
    more: "Events come from the log, at least once each, in the order of their conversation. All that one run does is written at once when it ends; a run that fails does nothing and is repeated. The filter is looked at before the script is, so that what does not match costs nothing.",
    example: "bot.on(\"receive\", { words = { \"outage\" }, cooldown = \"15m\" }, function(m, hit)\n    bot.send(\"group:ops\", `“{hit.word}” in {m.chat.title}: {m:link()}`)\nend)",
    place: Place::Loading,
    waits: false,
    act: Act::Plain(on),
};

pub(super) const BEFORE_CALL: Call = Call {
    path: "bot.before",
    arguments: &[
        arg("door", "\"send\" | \"receive\" | \"download\"", "Before what."),
        arg("options", "BeforeOptions?", "Priority, deadline, what a failure means, which messages."),
        arg("handler", "(any) -> any", "Gets the message, or the download. It may set `m.text`, and return `bot.deny(why)`."),
    ],
    returns: "",
    luau: Some(
        "((door: \"send\" | \"receive\", handler: (m: Message) -> Denial?) -> ()) & ((door: \"send\" | \"receive\", options: BeforeOptions, handler: (m: Message) -> Denial?) -> ()) & ((door: \"download\", handler: (d: Download) -> Denial?) -> ()) & ((door: \"download\", options: BeforeOptions, handler: (d: Download) -> Denial?) -> ())",
    ),
    line: "Calls a function before something happens, which may change or refuse it.",
    more: "Everybody waits for it, so it has a short deadline and may not call what waits or writes. Own messages of the script are not shown to it.",
    example: "bot.before(\"send\", { on_error = \"deny\" }, function(m)\n    m.text = card:replace(m.text, \"[card number removed]\")\nend)",
    place: Place::Loading,
    waits: false,
    act: Act::Plain(before),
};

pub(super) const COMMAND_CALL: Call = Call {
    path: "bot.command",
    arguments: &[
        arg("spec", "string", "Name and arguments: `remind <when:time> <what:text>`."),
        arg("options", "CommandOptions?", "Help, who may give it, cooldown."),
        arg("handler", "(m: Message, a: any) -> ()", "Gets the message and a table with the arguments by name."),
    ],
    returns: "",
    luau: Some(
        "((spec: string, handler: (m: Message, a: any) -> ()) -> ()) & ((spec: string, options: CommandOptions, handler: (m: Message, a: any) -> ()) -> ())",
    ),
    line: "Answers messages that begin with a word, with typed arguments.",
    more: "A command that is given wrongly is answered with its usage. Help is made from all commands.",
    example: "bot.command(\"remind <when:time> <what:text>\", { help = \"remind 2h stretch\" }, function(m, a)\n    bot.timer.at(a.when, \"due\", { chat = m.chat.id, what = a.what })\n    m:reply(`OK, {a.when:friendly()}.`)\nend)",
    place: Place::Loading,
    waits: false,
    act: Act::Plain(command),
};

pub(super) const WEBHOOK_CALL: Call = Call {
    path: "bot.webhook",
    arguments: &[
        arg("path", "string", "What stands behind `/hook/SCRIPT/`."),
        arg("options", "WebhookOptions?", "The secret that callers have to know."),
        arg(
            "handler",
            "(call: WebhookCall) -> WebhookAnswer",
            "Gets the call. What it returns is the answer: a text, or a table with `status`, `body` and `headers`.",
        ),
    ],
    returns: "",
    luau: Some(
        "((path: string, handler: (call: WebhookCall) -> WebhookAnswer) -> ()) & ((path: string, options: WebhookOptions, handler: (call: WebhookCall) -> WebhookAnswer) -> ())",
    ),
    line: "Answers requests to the host's listener.",
    more: "A call is kept before it is answered, so that it is not lost. A handler that takes long answers `202` and goes on.",
    example: "bot.webhook(\"deploy\", { secret = secret \"ci\" }, function(call)\n    bot.send(\"group:ops\", `deployed {call.json().version}`)\n    return \"thanks\"\nend)",
    place: Place::Loading,
    waits: false,
    act: Act::Plain(webhook),
};

pub(super) static TEST: Call = Call {
    path: "test",
    arguments: &[
        arg("name", "string", "The sentence that must be true."),
        arg("story", "(t: Story) -> ()", "Says what people do and what is expected of the script."),
    ],
    returns: "",
    luau: None,
    line: "Keeps a story that `mynah test` plays with simulated people, a virtual clock and no network.",
    more: "Nothing of it runs anywhere else.",
    example: "test(\"answers\", function(t)\n    t:say(\"ana\", \"ping\")\n    t:expect(\"pong\")\nend)",
    place: Place::Loading,
    waits: false,
    act: Act::Plain(test),
};

/// A test that was kept.
pub(in crate::script) struct Test {
    pub(in crate::script) name: String,
    /// Where it begins, from 1.
    pub(in crate::script) line: u32,
    pub(in crate::script) function: FunctionNo,
}

/// The first argument, then the second one if it is not the handler, then the handler.
fn parts(arguments: &mut Arguments) -> Result<(Argument, Option<Argument>, Argument), Misuse> {
    let (first, second) = (arguments.next(), arguments.next());
    if second.value.is_function() {
        return Ok((first, None, second));
    }
    let handler = arguments.next();
    // What is wrong with the second one is told first: it stands first.
    if handler.is_nil() && !second.value.is_table() && !second.value.is_string() {
        return Err(second.wrong("a function"));
    }
    Ok((first, Some(second), handler))
}

fn options(argument: Option<&Argument>, keys: &'static [Key]) -> Result<Options, Misuse> {
    argument.map_or_else(|| Ok(Options::none()), |argument| argument.options(keys))
}

fn on(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let (event, filter, handler) = parts(arguments)?;
    let kinds: Vec<(&str, EventKind)> =
        EventKind::ALL.into_iter().filter(|kind| *kind != EventKind::Webhook).map(|kind| (kind.word(), kind)).collect();
    let kind = event.choice(&kinds)?;
    let filter = match &filter {
        Some(name) if name.value.is_string() && kind == EventKind::Timer => {
            FilterSpec { timer: Some(name.text()?), ..FilterSpec::default() }
        }
        Some(name) if name.value.is_string() => return Err(name.bad("only timers have a name; a table of conditions expected").into()),
        filter => filter::read(&options(filter.as_ref(), filter::FILTER.keys)?)?,
    };
    crate::script::filter::check_kind(kind, &filter)?;
    keep(lua, arguments, Role::On { event: kind, filter }, handler.function()?)
}

fn before(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let (door, given, handler) = parts(arguments)?;
    let door = door.choice(&[("send", Door::Send), ("receive", Door::Receive), ("download", Door::Download)])?;
    let given = options(given.as_ref(), BEFORE.keys)?;
    let default = BeforeOptions::default();
    let deadline = given.read("deadline", Argument::duration)?.unwrap_or(default.deadline);
    if deadline.is_zero() || deadline > MAX_DEADLINE {
        return Err(given.bad(format_args!("deadline is more than nothing and at most {} ms", MAX_DEADLINE.as_millis())).into());
    }
    let priority = given.read("priority", |priority| match priority.number()? {
        number if number.fract() == 0.0 && number.abs() <= 1e6 => Ok(number as i32),
        number => Err(priority.bad(format_args!("a whole number of at most a million expected, got {number}"))),
    })?;
    let options = BeforeOptions {
        priority: priority.unwrap_or(default.priority),
        deadline,
        on_error: given.read("on_error", |given| given.choice(&[("allow", OnError::Allow), ("deny", OnError::Deny)]))?.unwrap_or_default(),
        filter: filter::read(&given)?,
    };
    keep(lua, arguments, Role::Before { door, options }, handler.function()?)
}

fn command(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let (spec, given, handler) = parts(arguments)?;
    let given = options(given.as_ref(), COMMAND.keys)?;
    let mut spec = command::parse(&spec.text()?)?;
    spec.help = given.read("help", Argument::text)?;
    spec.who = given.read("who", |people| people.list(Argument::user))?.unwrap_or_default();
    spec.cooldown = given.read("cooldown", Argument::duration)?;
    spec.stale = given.read("stale", Argument::duration)?.unwrap_or(spec.stale);
    keep(lua, arguments, Role::Command(spec), handler.function()?)
}

fn webhook(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let (path, given, handler) = parts(arguments)?;
    let given = options(given.as_ref(), WEBHOOK.keys)?;
    let text = path.text()?;
    let fits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if text.len() > 100 || !text.split('/').all(fits) {
        return Err(path.bad("a path has at most 100 letters, digits, `_` and `-`, in parts between `/`").into());
    }
    let options = WebhookOptions { secret: given.read("secret", Argument::secret)? };
    keep(lua, arguments, Role::Webhook { path: text, options }, handler.function()?)
}

fn test(lua: &Lua, arguments: &mut Arguments) -> Outcome {
    let name = arguments.next().text()?;
    let story = arguments.next().function()?;
    check_loading(lua, arguments)?;
    let shared = shared(lua)?;
    if let Some(tests) = &shared.setup.tests {
        if tests.borrow().len() >= MAX_TESTS {
            return Err(arguments.misuse(format_args!("a script has at most {MAX_TESTS} tests")).into());
        }
        let no = Vm::keep(lua, story)?;
        tests.borrow_mut().push(Test { name, line: line(lua), function: no });
    }
    nothing()
}

fn check_loading(lua: &Lua, arguments: &Arguments) -> Result<(), Wrong> {
    match vm::current_run(lua)?.borrow().facts.stance {
        Stance::Load => Ok(()),
        _ => Err(arguments.misuse("only while the script is loaded: move it to the top level of the file").into()),
    }
}

fn keep(lua: &Lua, arguments: &Arguments, role: Role, function: Function) -> Outcome {
    check_loading(lua, arguments)?;
    let shared = shared(lua)?;
    let stem = role.stem();
    {
        let registered = shared.setup.registered.borrow();
        if registered.len() >= MAX_HANDLERS {
            return Err(arguments.misuse(format_args!("a script has at most {MAX_HANDLERS} handlers")).into());
        }
        let name = role.name();
        if matches!(role, Role::Command(_) | Role::Webhook { .. })
            && let Some((other, _)) = registered.iter().find(|(other, _)| other.role.name() == name)
        {
            return Err(arguments.misuse(format_args!("there is a {name} already, on line {}", other.line)).into());
        }
    }
    let no = Vm::keep(lua, function)?;
    let mut registered = shared.setup.registered.borrow_mut();
    let may_be_equal = matches!(role, Role::On { .. } | Role::Before { .. });
    registered.push((Handler { role, label: stem.clone(), line: line(lua) }, no));
    if may_be_equal {
        tell_apart(&mut registered, &stem);
    }
    nothing()
}

/// Numbers the handlers of a stem where there are several. Each label says how many they are, so that one more or one less of them changes all their
/// labels, and work that waits finds none of them rather than another one.
fn tell_apart(registered: &mut [(Handler, FunctionNo)], stem: &str) {
    // Stems of events and hooks have no dot, and those of commands and webhooks begin with other words.
    let is_equal = |handler: &Handler| handler.label.split('.').next() == Some(stem);
    let mut equal: Vec<&mut Handler> = registered.iter_mut().map(|(handler, _)| handler).filter(|handler| is_equal(handler)).collect();
    let count = equal.len();
    if count > 1 {
        for (position, handler) in equal.iter_mut().enumerate() {
            handler.label = format!("{stem}.{}of{count}", position + 1);
        }
    }
}

/// The line of the script on which the function was called: behind the Rust function and the Lua function around it.
fn line(lua: &Lua) -> u32 {
    const CALLER: usize = 2;
    let line = lua.inspect_stack(CALLER, |caller| caller.current_line()).flatten();
    line.and_then(|line| u32::try_from(line).ok()).unwrap_or(0)
}
