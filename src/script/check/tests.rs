//! What is said of sources that people write, and of those that nobody would.

use proptest::prelude::*;

use super::*;

fn function(path: &'static str, arguments: &[(&'static str, &'static str)], returns: &'static str) -> Function {
    Function { path, arguments: arguments.to_vec(), returns, is_overloaded: false, waits: false, in_hooks: false }
}

/// A small API of the form that scripts have.
fn api() -> Api {
    let overloaded = |path| Function { is_overloaded: true, in_hooks: true, ..function(path, &[], "") };
    let waiting = |path, arguments, returns| Function { waits: true, ..function(path, arguments, returns) };
    let anywhere = |path, arguments, returns| Function { in_hooks: true, ..function(path, arguments, returns) };
    let message = Kind {
        name: "Message",
        fields: vec![("id", "string"), ("text", "string"), ("files", "{ File }"), ("chat", "Chat")],
        methods: vec![
            function("m:reply", &[("message", "string | Said")], "string"),
            waiting("m:ask", &[("question", "string | Said"), ("options", "AskOptions?")], "Message?"),
        ],
    };
    let file = Kind {
        name: "File",
        fields: vec![("name", "string"), ("size", "number")],
        methods: vec![waiting("f:save", &[("path", "string?")], "Saved")],
    };
    let store = Kind {
        name: "Store",
        fields: Vec::new(),
        methods: vec![
            anywhere("store:get", &[("key", "string")], "any"),
            function("store:incr", &[("key", "string"), ("by", "number?")], "number"),
        ],
    };
    Api {
        functions: vec![
            overloaded("bot.on"),
            overloaded("bot.before"),
            overloaded("bot.command"),
            anywhere("bot.deny", &[("why", "string")], "Denial"),
            function("bot.send", &[("chat", "ChatLike"), ("message", "string | Said")], "string"),
            waiting("bot.search", &[("options", "SearchOptions")], "SearchPage"),
            function("bot.timer.every", &[("schedule", "string"), ("name", "string"), ("data", "any")], "string"),
            waiting("http.get", &[("url", "string"), ("options", "GetOptions?")], "Response"),
            anywhere("log.info", &[("message", "string"), ("fields", "{ [string]: any }?")], ""),
            anywhere("re.new", &[("pattern", "string")], "Regex"),
            anywhere("secret", &[("name", "string")], "Secret"),
        ],
        values: [("config", "{ [string]: any }"), ("store", "Store"), ("name", "string")]
            .map(|(name, luau)| (format!("bot.{name}"), luau))
            .into(),
        kinds: vec![
            message,
            file,
            store,
            Kind { name: "Chat", fields: vec![("id", "string"), ("title", "string"), ("store", "Store")], methods: vec![] },
        ],
        tables: vec![
            Table {
                name: "Filter",
                keys: vec![("words", "{ string }?"), ("cooldown", "Duration?"), ("regex", "string?"), ("bots", "boolean?")],
            },
            Table { name: "CommandOptions", keys: vec![("help", "string?"), ("stale", "Duration?")] },
            Table { name: "BeforeOptions", keys: vec![("priority", "number?"), ("deadline", "Duration?")] },
            Table { name: "Said", keys: vec![("text", "string?"), ("files", "{ string }?"), ("reply_to", "string?")] },
            Table { name: "AskOptions", keys: vec![("match", "string?"), ("timeout", "Duration?")] },
            Table { name: "GetOptions", keys: vec![("timeout", "Duration?"), ("auth", "Secret?")] },
            Table { name: "SearchOptions", keys: vec![("query", "string?"), ("chat", "ChatLike?")] },
        ],
        events: vec![("receive", "Message"), ("timer", "TimerEvent"), ("start", "")],
    }
}

fn told(source: &str) -> Vec<String> {
    check(source, "test", &api()).iter().map(Finding::to_string).collect()
}

#[track_caller]
fn fine(source: &str) {
    assert_eq!(told(source), Vec::<String>::new(), "{source}");
}

#[track_caller]
fn says(source: &str, expected: &str) {
    assert_eq!(told(source), [expected], "{source}");
}

#[test]
fn a_good_script_has_no_findings() {
    fine(
        r#"--!mynah http = ["api.example.org"]
--!mynah conversations = ["group:ops"]
--!mynah files = true
--!mynah secrets = ["gh"]
local word = re.new([[\d+]])
local function double(x: number): number
  return x * 2
end

bot.command("remind <when:time> <what:text>", { help = "x", stale = "5m" }, function(m, a)
  local note = if a.late then `late` else ""
  m:reply(`OK {m.chat.title} {a.what}{note}`)
  local more = m:ask("More?", { match = "^yes$", timeout = "2m" })
  while more do
    more = nil
  end
end)

bot.on("receive", { words = bot.config.words, cooldown = "15m" }, function(m, hit)
  for _, f in m.files do
    f:save(`{f.name}`)
  end
  local count = bot.store:incr("seen", 1)
  count += double(count)
  bot.send("group:ops", { text = hit.word, reply_to = m.id })
  local got, why = http.get("https://api.example.org/x", { auth = secret "gh" })
  log.info("got", { why = why, text = string.upper(m.text) })
end)

bot.before("send", { priority = 9, deadline = "20ms" }, function(m)
  if bot.store:get("off") then return bot.deny("off") end
end)
"#,
    );
}

#[test]
fn a_syntax_error_is_told_with_its_place() {
    let findings = check("local x = 1\nif x then\n", "test", &api());
    assert!(findings.iter().any(|finding| finding.text.starts_with("syntax: ") && finding.line >= 2), "{findings:?}");
    assert!(!check("local x = = 2", "test", &api()).is_empty());
    assert!(!check("local x = \"open", "test", &api()).is_empty());
}

#[test]
fn what_there_is_not_is_told_with_what_is_written_alike() {
    says("bot.sned(\"x\", \"y\")", "1:5: error: there is no bot.sned (did you mean bot.send?)");
    says("bot.timer.evry(\"1h\", \"x\", 1)", "1:11: error: there is no bot.timer.evry (did you mean bot.timer.every?)");
    says("bot.command(\"x\", function(m)\n  m:repyl(\"x\")\nend)", "2:5: error: a Message has no repyl (did you mean reply?)");
    says("bot.command(\"x\", function(m)\n  local t = m.chat.titel\nend)", "2:20: error: a Chat has no titel (did you mean title?)");
    says(
        "bot.on(\"receive\", function(m)\n  for _, f in m.files do log.info(f.nam) end\nend)",
        "2:37: error: a File has no nam (did you mean name?)",
    );
    says("bot.on(\"recieve\", function(m) end)", "1:8: error: bot.on: there is no event \"recieve\" (did you mean \"receive\"?)");
    says("bot.on(\"receive\", { word = {} }, function(m) end)", "1:21: error: bot.on: options has no key word (did you mean words?)");
    says("print(strng.upper(\"x\"))", "1:7: warning: nothing is called strng (did you mean string?)");
}

#[test]
fn arguments_are_counted_and_their_types_looked_at() {
    says("log.info()", "1:9: error: log.info needs 1 argument, 0 given (log.info(message, fields))");
    says("log.info(\"a\", {}, 3)", "1:9: error: log.info takes 2 arguments, 3 given (log.info(message, fields))");
    says("log.info(3)", "1:10: error: log.info: message: string is expected, not a number");
    says("log.info(\"a\", \"b\")", "1:15: error: log.info: fields: { [string]: any }? is expected, not a string");
    says("bot.command(\"x\", { help = 3 }, function(m) end)", "1:27: error: bot.command: help: string? is expected, not a number");
    says("bot.on(\"receive\", {}, \"x\")", "1:23: error: bot.on: the last argument is the handler, a function, not a string");
    fine("log.info(tostring(3))\nlog.info(select(1, \"a\", {}))");
}

#[test]
fn texts_that_mean_something_are_read() {
    let first = |source: &str| told(source).first().cloned().unwrap_or_default();
    assert!(first("bot.command(\"x <y:date>\", function(m) end)").contains("\"date\" is no type of an argument"));
    assert!(first("bot.on(\"receive\", { cooldown = \"soon\" }, function(m) end)").contains("cooldown: \"soon\" is no length of time"));
    assert!(first("bot.on(\"receive\", { regex = \"(\" }, function(m) end)").contains("regex: regex parse error"));
    assert!(first("bot.on(\"start\", function() bot.timer.every(\"daily 25:00\", \"x\", 1) end)").contains("is no schedule"));
    assert!(first("local r = re.new(\"(\")").contains("re.new: regex parse error"));
}

#[test]
fn what_waits_or_writes_does_not_go_into_a_hook() {
    says(
        "bot.before(\"send\", function(m)\n  m:reply(\"x\")\nend)",
        "2:5: error: m:reply, is not available in bot.before (move it to bot.on)",
    );
    let nested = "bot.before(\"send\", function(m)\n  pcall(function() m:ask(\"x\") end)\nend)";
    says(nested, "2:22: error: m:ask, which waits, is not available in bot.before (move it to bot.on)");
}

#[test]
fn what_will_not_last_is_told() {
    let count = "local count = 0\nbot.on(\"receive\", function(m)\n  count += 1\nend)";
    says(
        count,
        "3:3: warning: count is changed here, and begins anew with every start and every dialog that goes on (keep it in bot.store)",
    );
    for change in ["seen[m.id] = true", "seen.last = m.id", "table.insert(seen, m.id)", "table.clear(seen)"] {
        let source = format!("local seen = {{}}\nbot.on(\"receive\", function(m)\n  {change}\nend)");
        let told = told(&source);
        assert!(told.len() == 1 && told[0].contains("what is put into seen here is gone"), "{told:?}");
    }
    fine("local list = {}\nlist.a = 1\ntable.insert(list, 2)\nbot.on(\"receive\", function(m)\n  local list = {}\n  list.b = 1\nend)");
}

#[test]
fn globals_are_told_once() {
    says("total = 1\ntotal = 2\nprint(total)", "1:1: warning: total becomes a global (write local total)");
    says("function helper() end\nhelper()", "1:10: warning: helper becomes a global (write local helper)");
    says("bot.send = nil", "1:1: error: bot cannot be changed");
}

#[test]
fn the_manifest_is_held_against_the_calls() {
    let get = "bot.on(\"start\", function() http.get(\"https://api.example.org/x\") end)";
    says(get, "1:36: warning: the manifest lacks http = [\"api.example.org\"], so this is refused");
    says(
        &format!("--!mynah http = [\"other.org\"]\n{get}"),
        "2:36: warning: the manifest lacks http = [\"api.example.org\"], so this is refused",
    );
    says("--!mynah http = [\"a.org\"]", "1:1: warning: the manifest asks for http, and nothing here uses it");
    fine("--!mynah http = [\"a.org\"]\nlocal net = require(\"net\")\nprint(net)");
    says(
        "bot.on(\"start\", function() bot.send(\"group:ops\", \"x\") end)",
        "1:36: warning: the manifest lacks conversations = [\"group:ops\"], so this is refused",
    );
    says("local s = secret \"gh\"", "1:18: warning: the manifest lacks secrets = [\"gh\"], so this is refused");
    says("--!mynah naem = \"x\"", &told("--!mynah naem = \"x\"")[0].clone());
    assert!(told("--!mynah naem = \"x\"")[0].contains("1:1: error: manifest: naem: there is no such key"));
}

#[test]
fn what_is_too_large_or_too_deep_is_said_to_be_so() {
    assert!(told(&" ".repeat(SOURCE + 1))[0].contains("the limit is"));
    for (open, close) in [("(", ")"), ("{", "}"), ("f(", ")"), ("t[", "]"), ("function() return (", ") end")] {
        let source = format!("local x = {}1{}", open.repeat(50_000 / open.len()), close.repeat(50_000 / open.len()));
        assert!(told(&source)[0].contains("brackets nest more than 200 deep"), "{open}");
    }
    fine("local x = \"((((((((((\" .. [==[ (((([[ ]==] -- ((((((\n--[[ (((((( ]] print(x)");
}

#[test]
fn no_depth_of_blocks_and_operators_takes_the_process_down() {
    let whole = |unit: &str, end: &str| {
        let times = (SOURCE - 64) / (unit.len() + end.len());
        format!("{}x{}", unit.repeat(times), end.repeat(times))
    };
    for (head, unit, end) in [
        ("", "do ", " end"),
        ("", "if x then ", " end"),
        ("", "while x do ", " end"),
        ("", "repeat ", " until x"),
        ("local x = ", "not ", ""),
        ("local x = ", "- ", ""),
        ("local x = ", "#", ""),
        ("local x = ", "x..", ""),
        ("local x = ", "x^", ""),
        ("local x = ", "x+", ""),
        ("local x = ", "if x then x else ", ""),
        ("local x = x", ".x", ""),
        ("local x = x", ":x()", ""),
        ("type x = ", "x<", ">"),
        ("type x = ", "x | ", ""),
        ("type x = x", "?", ""),
        ("local x = ", "x::x::", ""),
        ("local x = ", "f(x)..", ""),
        ("local x = ", "`{x}`..", ""),
    ] {
        check(&format!("{head}{}", whole(unit, end)), "test", &api());
        // As deep as is looked at.
        let deepest = format!("{head}{}x{}", unit.repeat(1_900), end.repeat(1_900));
        check(&deepest, "test", &api());
    }
}

#[test]
fn a_long_source_is_not_a_deep_one() {
    let long = "x.y = -1 + 2 * 3\nlocal t = { -1, -2, f(1 - 2, 3) .. \"a\" }\nif x then x = if x then 1 else 2 end\n".repeat(900);
    assert_eq!(nesting::too_deep(&long), None);
}

proptest! {
    #[test]
    fn no_source_makes_checking_fail(parts in proptest::collection::vec(proptest::sample::select(vec![
        "bot", ".", ":", "send", "(", ")", "{", "}", "\"x\"", "function", "end", "local", "x", "=", ",", "\n", "if", "then", "for", "in", "do", "[[", "]]", "--", "`", "1", "+=", "é", "m",
        "bot.on(", "\"receive\"", "function(m)", "return", "table.insert(",
    ]), 0..40)) {
        for glue in [" ", ""] {
            for finding in check(&parts.join(glue), "test", &api()) {
                prop_assert!(finding.line >= 1 && finding.column >= 1, "{}", finding);
            }
        }
    }
}
