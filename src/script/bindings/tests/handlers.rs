//! What a script registers, and what its handlers get.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::model::{Element, GroupTipsElement};
use crate::script::event::{DownloadNews, Event, EventKind, Fired, WebhookCall, What};
use crate::script::filter::Hit;
use crate::script::handler::{ArgumentValue, Door, FilterSpec, OnError, Role};

#[test]
fn a_handler_is_known_by_what_it_was_registered_for_wherever_that_stands() {
    let bot = Bot::of(
        "bot.on(\"receive\", function() end)\n\nbot.on(\"receive\", function() end)\nbot.command(\"ping\", function() end)\nbot.before(\"send\", function() end)\nbot.webhook(\"a/b\", function() end)",
    );
    let labels: Vec<(String, u32)> = bot.registered.borrow().iter().map(|(handler, _)| (handler.label.clone(), handler.line)).collect();
    let expected = [("receive.1of2", 1), ("receive.2of2", 3), ("command ping", 4), ("before send", 5), ("webhook a/b", 6)];
    assert_eq!(labels, expected.map(|(label, line)| (label.to_owned(), line)));
    let labels =
        |source: &str| -> Vec<String> { Bot::of(source).registered.borrow().iter().map(|(handler, _)| handler.label.clone()).collect() };
    let (word, timer) = ("bot.on('receive', { words = { 'x' } }, function() end)\n", "bot.on('timer', 'due', function() end)\n");
    let (one, other) = (labels(&format!("{word}{timer}")), labels(&format!("bot.on('receive', function() end)\n{timer}{word}")));
    assert_eq!((&one[0], &one[1]), (&other[2], &other[1]));
    assert_ne!(labels("bot.command('go <a>', function() end)"), labels("bot.command('go <a> <b>', function() end)"));
}

#[test]
fn a_filter_is_read_as_it_is_written() {
    let bot = Bot::of(
        r#"bot.on("receive", {
            words = { "outage", "invoice" }, regex = "^a", files = "image/*", types = { "text" }, chat = { "group:ops" }, from = "ana",
            mentions = "me", bots = true, cooldown = "15m", stale = 60,
        }, function() end)
        bot.on("timer", "due", function() end)
        bot.on("download", { progress = true }, function() end)"#,
    );
    let registered = bot.registered.borrow();
    let Role::On { filter, .. } = &registered[0].0.role else { panic!("it listens") };
    let list = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
    let expected = FilterSpec {
        words: list(&["outage", "invoice"]),
        regex: Some("^a".to_owned()),
        files: list(&["image/*"]),
        types: list(&["text"]),
        chat: list(&["group:ops"]),
        from: list(&["ana"]),
        mentions_me: Some(true),
        bots: true,
        cooldown: Some(Duration::from_secs(900)),
        stale: Some(Duration::from_secs(60)),
        ..FilterSpec::default()
    };
    assert_eq!(*filter, expected);
    assert!(matches!(&registered[1].0.role, Role::On { event: EventKind::Timer, filter } if filter.timer.as_deref() == Some("due")));
    assert!(matches!(&registered[2].0.role, Role::On { filter, .. } if filter.progress));
}

#[test]
fn a_handler_that_cannot_be_is_refused_with_its_line() {
    check_load_error("bot.on(\"recieve\", function() end)", "main:1: bot.on: argument 1 (event): \"receive\" or \"sent\"");
    check_load_error("bot.on(\"receive\")", "bot.on: argument 2 (filter): a function expected, got nil");
    check_load_error("bot.on(\"receive\", {})", "bot.on: argument 3 (handler): a function expected, got nil");
    check_load_error(
        "bot.on(\"receive\", { word = \"a\" }, print)",
        "there is no \"word\"; known are words, regex, files, types, chat, from, mentions",
    );
    check_load_error("bot.on(\"receive\", { regex = \"(\" }, print)", "bot.on: argument 2 (filter).regex: the pattern cannot be read");
    check_load_error(
        "bot.on(\"receive\", { cooldown = \"5\" }, print)",
        "bot.on: argument 2 (filter).cooldown: \"5\" is no length of time",
    );
    check_load_error("bot.on(\"receive\", \"due\", print)", "only timers have a name");
    check_load_error("bot.on(\"timer\", { words = \"a\" }, print)", "the filter words says nothing about \"timer\"");
    check_load_error("bot.command(\"\", print)", "a command begins with its name");
    check_load_error(
        "bot.command(\"ping\", print)\nbot.command(\"ping\", print)",
        "main:2: bot.command: there is a command ping already, on line 1",
    );
    check_load_error("bot.before(\"receive\", { deadline = \"1s\" }, print)", "deadline is more than nothing and at most 100 ms");
    check_load_error(
        "bot.before(\"timer\", print)",
        "bot.before: argument 1 (door): \"send\" or \"receive\" or \"download\" expected, got \"timer\"",
    );
    check_load_error("bot.webhook(\"../a\", print)", "bot.webhook: argument 1 (path): a path has at most 100 letters");
    check_load_error("bot.webhook(\"a\", { secret = \"text\" }, print)", "a secret expected, secret \"name\", got a text");
}

#[test]
fn handlers_are_registered_while_the_script_is_loaded_only() {
    check_error("bot.on(\"receive\", print)", "bot.on: only while the script is loaded");
    check_error("bot.command(\"late\", print)", "bot.command: only while the script is loaded");
    check_load_error("for i = 1, 2000 do bot.on(\"receive\", print) end", "a script has at most 1000 handlers");
}

#[test]
fn what_does_something_waits_for_a_handler() {
    check_load_error("bot.send(\"group:ops\", \"x\")", "bot.send is not available while the script is loaded");
    check_load_error("http.get(\"https://example.org\")", "http.request is not available while the script is loaded");
    check_load_error("bot.store:set(\"a\", 1)", "store:set is not available while the script is loaded");
}

#[test]
fn options_of_hooks_commands_and_webhooks_are_kept() {
    let bot = Bot::of(
        r#"bot.before("send", { priority = 90, on_error = "deny", deadline = "50ms", words = "a" }, function() end)
        bot.command("go <where>", { help = "where to go", who = { "ana", "bo" }, cooldown = "1m", stale = "5m" }, function() end)
        bot.webhook("ci", { secret = secret "ci" }, function() end)"#,
    );
    let registered = bot.registered.borrow();
    let Role::Before { door: Door::Send, options } = &registered[0].0.role else { panic!("it is a hook") };
    assert_eq!((options.priority, options.on_error, options.deadline.as_millis()), (90, OnError::Deny, 50));
    assert_eq!(options.filter.words.as_deref(), Some(&["a".to_owned()][..]));
    let Role::Command(spec) = &registered[1].0.role else { panic!("it is a command") };
    assert_eq!((spec.name.as_str(), spec.help.as_deref(), spec.who.len(), spec.stale.as_secs()), ("go", Some("where to go"), 2, 300));
    assert!(matches!(&registered[2].0.role, Role::Webhook { options, .. } if options.secret.as_deref() == Some("ci")));
}

#[test]
fn a_hit_and_the_arguments_of_a_command_come_behind_the_message() {
    let mut bot = Bot::of(
        "bot.on(\"receive\", function(m, hit) return hit.word, hit.captures[1], hit.captures[2] end)\nbot.command(\"go <where>\", function(m, a) return a.where, a.at.unix, a.count, a.none end)",
    );
    let hit = Hit { word: Some("outage".to_owned()), captures: vec![Some("x".to_owned()), None] };
    assert_eq!(bot.hear_with("receive#1", message("ana", "x"), Some(&hit), None).text(), "outage x nil");
    let given = BTreeMap::from([
        ("where".to_owned(), ArgumentValue::Text("home".to_owned())),
        ("at".to_owned(), ArgumentValue::Time(NOON)),
        ("count".to_owned(), ArgumentValue::Number(3.0)),
    ]);
    assert_eq!(bot.hear_with("command go", message("ana", "go home"), None, Some(&given)).text(), "home 1709640000 3 nil");
}

/// What the only handler of a script returns for an event.
#[track_caller]
fn told(source: &str, kind: EventKind, what: What) -> String {
    let mut bot = Bot::of(source);
    let label = bot.registered.borrow()[0].0.label.clone();
    let event: Arc<Event> = bot.event(kind, what);
    bot.tell(&label, &event, None, None, Vec::new()).text()
}

#[test]
fn a_timer_tells_how_late_it_is() {
    let fired =
        Fired { id: "t1".to_owned(), name: "due".to_owned(), data: Data::map([("n", 5_u64.into())]), due: NOON - 60, hops: 0, missed: 2 };
    let source = r#"bot.on("timer", function(t) return t.id, t.name, t.data.n, t.due.unix, t.late, t.missed end)"#;
    assert_eq!(told(source, EventKind::Timer, What::Timer(fired)), "t1 due 5 1709639940 120 2");
}

#[test]
fn a_download_tells_how_far_it_is() {
    let news = DownloadNews { id: Some("m1".to_owned()), element: 0, bytes: 10, total: 10, path: Some("/a/b.png".to_owned()) };
    let source = r#"bot.on("download", function(d) return d.done, d.path, d.name, d.size, d.bytes, d.total, d.message end)"#;
    assert_eq!(told(source, EventKind::Download, What::Download(news.clone())), "true /a/b.png b.png 10 10 10 m1");
    let begun = DownloadNews { path: None, total: 0, bytes: 3, ..news };
    assert_eq!(told(source, EventKind::Download, What::Download(begun)), "false nil nil 3 3 nil m1");
}

#[test]
fn a_receipt_a_tip_and_the_beginning_are_told() {
    let read = r#"bot.on("read", function(r) return r.by.id, r.up_to.unix end)"#;
    assert_eq!(told(read, EventKind::Read, What::Read { by: "bo".to_owned(), up_to: NOON }), "bo 1709640000");
    let tips = GroupTipsElement { op_user: "ana".to_owned(), user_array: vec!["bo".to_owned(), "cy".to_owned()], ..Default::default() };
    let mut tip = message("ana", "");
    tip.body = crate::model::Body::of_elements(&[Element::from(tips)]);
    let join = r#"bot.on("join", function(g) return #g.people, g.people[2].id, g.by.id, g.chat.id, typeof(g.message) end)"#;
    assert_eq!(told(join, EventKind::Join, What::Message(Arc::new(tip))), "2 cy ana group:general Message");
    assert_eq!(told("bot.on(\"start\", function(...) return select(\"#\", ...) end)", EventKind::Start, What::Nothing), "0");
}

#[test]
fn a_webhook_reads_its_call_and_answers() {
    let call = WebhookCall {
        path: "ci".to_owned(),
        method: "POST".to_owned(),
        headers: BTreeMap::from([("x-a".to_owned(), "1".to_owned())]),
        query: BTreeMap::from([("q".to_owned(), "2".to_owned())]),
        body: Data::from(r#"{"version":"1.2"}"#),
    };
    let source = r#"bot.webhook("ci", function(c) return c.method, c.path, c.headers["x-a"], c.query.q, c.json().version, c:json().version, c.body end)"#;
    assert_eq!(told(source, EventKind::Webhook, What::Webhook(call.clone())), r#"POST ci 1 2 1.2 1.2 {"version":"1.2"}"#);

    let answer = |body: &str| {
        let mut bot = Bot::of(&format!("bot.webhook(\"ci\", function(c) {body} end)"));
        let event = bot.event(EventKind::Webhook, What::Webhook(call.clone()));
        let outcome = bot.tell("webhook ci", &event, None, None, Vec::new());
        crate::script::bindings::response(&outcome.result.unwrap())
    };
    assert_eq!(answer("").unwrap().status, 204);
    assert_eq!(answer("return 'thanks'").unwrap().body, b"thanks");
    let full = answer("return { status = 201, body = 'x', headers = { ['Content-Type'] = 'text/plain' } }").unwrap();
    assert_eq!((full.status, full.headers), (201, vec![("content-type".to_owned(), "text/plain".to_owned())]));
    assert!(answer("return { state = 1 }").unwrap_err().0.contains("there is no \"state\"; known are status, body, headers"));
    assert!(answer("return { status = 99 }").unwrap_err().0.contains("status is 200 to 599"));
    assert!(answer("return 5").unwrap_err().0.contains("a text or a table expected, got a number"));
    assert!(answer("return { headers = { a = 'b\\n' } }").is_err());
}

#[test]
fn tests_are_kept_and_not_run() {
    let bot = Bot::of("test(\"answers\", function() error(\"not here\") end)");
    let names: Vec<String> = bot.tests.borrow().iter().map(|test| test.name.clone()).collect();
    assert_eq!(names, ["answers"]);
}
