//! What is asked of the world outside: searching, other machines, secrets, logs.

use super::*;
use crate::script::bindings::Level;
use crate::script::event::{EventKind, What};
use crate::script::op::{Answer, HttpRequest, Op};
use crate::script::run::Recorded;

/// What a handler returns when what it waits for is answered so, and what it asked.
#[track_caller]
fn answered(body: &str, answer: Answer) -> (String, Op) {
    let mut bot = Bot::of(&format!("bot.on(\"receive\", function(m)\n{body}\nend)"));
    bot.answers.push_back(answer);
    let text = bot.hear("receive#1", message("ana", "x")).text();
    (text, bot.asked.remove(0))
}

#[test]
fn a_search_has_all_its_conditions() {
    let page = Data::map([
        ("total", 7_u64.into()),
        ("hits", Data::List(vec![Data::map([("snippet", "s1".into())])])),
        ("next", "c1".into()),
        ("timeline", Data::List(vec![Data::map([("time", NOON.into()), ("count", 7_u64.into())])])),
    ]);
    let body = "local p = bot.search { query = \"invoice\", chat = m.chat, from = m.from, after = m.time, before = \"2025\", has = \"file\", limit = 5, order = \"oldest\", facets = true, timeline = \"day\" }\nreturn p.total, p.hits[1].snippet, p.next, p.timeline[1].time:format(\"%H:%M\"), p.timeline[1].count";
    let (text, asked) = answered(body, Answer::Data(page));
    assert_eq!(text, "7 s1 c1 12:00 7");
    let expected = Op::Search {
        query: "invoice".to_owned(),
        chat: Some("group:general".to_owned()),
        from: Some("ana".to_owned()),
        after: Some(NOON.to_string()),
        before: Some("2025".to_owned()),
        has: Some("file".to_owned()),
        limit: 5,
        next: None,
        order: Some("oldest".to_owned()),
        facets: true,
        timeline: Some("day".to_owned()),
    };
    assert_eq!(asked, expected);
}

#[test]
fn history_and_single_messages_are_objects() {
    let messages = || Answer::Messages { messages: vec![message("bo", "old").to_json()], next: Some("c".to_owned()) };
    let (text, asked) =
        answered("local p = bot.history()\nreturn #p.messages, p.messages[1].from.id, p.messages[1].text, p.next", messages());
    assert_eq!(text, "1 bo old c");
    assert_eq!(asked, Op::History { chat: "group:general".to_owned(), limit: 20, next: None });
    let (text, asked) = answered("local o = bot.find(\"m1\")\nreturn o.text", messages());
    assert_eq!((text.as_str(), asked), ("old", Op::Find { id: "m1".to_owned() }));
}

#[test]
fn what_fails_outside_is_nil_and_why() {
    let (text, _) = answered("return bot.search { query = \"x\" }", Answer::Failed { why: "the archive is closed".to_owned() });
    assert_eq!(text, "nil the archive is closed");
    check_error("bot.search()", "bot.search: argument 1 (options): a table expected, got nil");
    check_error("bot.search { limit = 1000 }", "bot.search: argument 1 (options).limit: a whole number from 1 to 100 expected, got 1000");
    check_error("bot.search { q = \"x\" }", "there is no \"q\"; known are query, chat, from, after");
}

fn answer(body: &str) -> Answer {
    Answer::Data(Data::map([("status", 200_u64.into()), ("headers", Data::map([("a", "b".into())])), ("body", body.into())]))
}

#[test]
fn a_request_says_what_is_sent() {
    let body = "local r = http.post(\"https://example.org/a\", { json = { n = 1 }, headers = { b = \"2\", a = \"1\" }, auth = secret \"gh\", timeout = \"5s\", limit = 100 })\nreturn r.status, r.ok, r.headers.a, r.body, r.json().x, r:json().x";
    let (text, asked) = answered(body, answer(r#"{"x":1}"#));
    assert_eq!(text, r#"200 true b {"x":1} 1 1"#);
    let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = HttpRequest {
        method: "POST".to_owned(),
        url: "https://example.org/a".to_owned(),
        headers: vec![line("a", "1"), line("b", "2"), line("content-type", "application/json")],
        body: Some(Data::from(r#"{"n":1}"#)),
        auth: Some("gh".to_owned()),
        timeout_ms: 5_000,
        limit: 100,
    };
    assert_eq!(asked, Op::Http(Box::new(expected)));
    let (text, asked) =
        answered("local r = http.request { method = \"PUT\", url = \"http://example.org\", body = \"x\" }\nreturn r.json()", answer("no"));
    assert_eq!(text, "nil the body is no JSON: line 1, column 2");
    assert!(matches!(asked, Op::Http(request) if request.method == "PUT" && request.timeout_ms == 10_000));
}

#[test]
fn a_request_that_cannot_be_is_refused() {
    check_error("http.get(\"ftp://example.org\")", "http.get: argument 1 (url): an address begins with https:// or http://");
    check_error("http.get(\"https://a\", { body = \"x\" })", "there is no \"body\"; known are headers, timeout, auth, limit");
    check_error("http.request { url = \"https://a\", body = \"x\" }", "a GET has no body");
    check_error("http.request { method = \"PUT\" }", "url is missing");
    check_error("http.request { method = \"CONNECT\", url = \"https://a\" }", "expected, got \"CONNECT\"");
    check_error("http.post(\"https://a\", { json = 1, body = \"x\" })", "json and body cannot both be given");
    check_error("http.post(\"https://a\", { headers = { [\"a b\"] = \"x\" } })", "\"a b\" is no header");
    check_error("http.post(\"https://a\", { headers = { a = \"x\\ny\" } })", "is no header");
    check_error(
        "http.get(\"https://a\", { auth = \"text\" })",
        "http.get: argument 2 (options).auth: a secret expected, secret \"name\", got a text",
    );
}

#[test]
fn a_secret_can_be_used_and_not_read() {
    check("return tostring(secret \"gh\"), `{secret \"gh\"}`, typeof(secret \"gh\")", "secret(gh) secret(gh) Secret");
    check_error("return (secret \"gh\").name", "Secret has no name; it has nothing that can be read");
    check_error("return bot.store.size", "Store has no size; known are get, set");
    check_error("secret \"a b\"", "the name of a secret has 1 to 64 letters");
    check_error("m:reply(secret \"gh\")", "text or a table expected, got a secret");
    check_error("bot.store:set(\"a\", secret \"gh\")", "an object of the host cannot be kept");
}

#[test]
fn what_is_logged_reaches_the_log() {
    let mut bot = Bot::of(
        "print(\"loaded\", 1, nil, true)\nbot.on(\"receive\", function(m) log.warn(\"slow\", { seconds = 12 }) log.debug(\"x\") print(m) end)",
    );
    bot.hear("receive#1", message("ana", "secret words")).text();
    let logged = bot.logged.borrow();
    assert_eq!(logged[0], (Level::Info, "loaded\t1\tnil\ttrue".to_owned(), Data::Nil));
    assert_eq!(logged[1], (Level::Warn, "slow".to_owned(), Data::map([("seconds", 12_u64.into())])));
    assert_eq!(logged[2].0, Level::Debug);
    assert_eq!(logged[3].1, "message(ana-1709640000-7)", "an object never shows what people wrote");
    check_error("log.info({})", "log.info: argument 1 (message): a text expected, got a table");
    check_error("log.info(\"a\", { f = print })", "log.info: argument 2 (fields).f: a function cannot be kept");
}

#[test]
fn a_dialog_that_goes_on_logs_nothing_twice() {
    let mut bot = Bot::of("bot.on(\"receive\", function(m) log.info(\"before\") bot.find(\"m1\") log.info(\"after\") end)");
    let recorded =
        Recorded { op: Op::Find { id: "m1".to_owned() }, answer: Answer::Messages { messages: vec![], next: None }, now: Some(NOON) };
    let event = bot.event(EventKind::Receive, What::Message(std::sync::Arc::new(message("ana", "x"))));
    bot.tell("receive#1", &event, None, None, vec![recorded]).text();
    let messages: Vec<String> = bot.logged.borrow().iter().map(|(_, message, _)| message.clone()).collect();
    assert_eq!(messages, ["after"]);
}

#[test]
fn what_is_not_granted_is_refused_by_name() {
    let mut bot = Bot::of("bot.on(\"receive\", function(m)\nhttp.get(\"https://example.org\")\nend)");
    bot.memory.refused.borrow_mut().push("http.request");
    let error = bot.hear("receive#1", message("ana", "x")).error();
    assert!(error.contains("main:2: http.request: the manifest lacks a line"), "{error}");
}

#[test]
fn a_script_knows_itself() {
    check(
        "return bot.name, bot.version, bot.now().unix, bot.help(), bot.help(\"none\")",
        "story 1.2.0 1709640060 ping: check that I am alive nil",
    );
}
