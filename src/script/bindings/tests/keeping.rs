//! What scripts keep: values, timers, locks, numbers.

use super::*;
use crate::script::op::{Answer, Missed, Op, Shelf};

#[test]
fn values_are_kept_on_three_shelves() {
    let mut bot = Bot::of(
        r#"bot.on("receive", function(m)
            bot.store:set("a", { n = 1, list = { "x", "y" } })
            m.chat.store:set("a", "chat")
            m.from.store:set("a", true)
            return bot.store:get("a").list[2], m.chat.store:get("a"), m.from.store:get("a"), bot.store:get("b")
        end)"#,
    );
    assert_eq!(bot.hear("receive#1", message("ana", "x")).text(), "y chat true nil");
    let values = bot.memory.values.borrow();
    let on = |shelf: Shelf| values.get(&(shelf, "a".to_owned())).cloned();
    assert_eq!(on(Shelf::Chat("group:general".to_owned())), Some("chat".into()));
    assert_eq!(on(Shelf::Person("ana".to_owned())), Some(true.into()));
    assert!(on(Shelf::Script).is_some());
}

#[test]
fn numbers_are_counted_and_values_replaced() {
    check("bot.store:incr(\"n\")\nreturn bot.store:incr(\"n\", 4), bot.store:incr(\"n\", -1)", "5 4");
    check(
        "bot.store:set(\"q\", { 1 })\nreturn #bot.store:update(\"q\", function(q) table.insert(q, 2) return q end), #bot.store:get(\"q\")",
        "2 2",
    );
    check("bot.store:set(\"a\", 1) bot.store:delete(\"a\")\nreturn bot.store:get(\"a\")", "nil");
    check("bot.store:update(\"a\", function(old) return (old or 0) + 1 end)\nreturn bot.store:get(\"a\")", "1");
}

#[test]
fn an_update_remembers_what_it_saw() {
    let mut bot = Bot::of("bot.on(\"receive\", function(m) bot.store:update(\"a\", function(old) return 2 end) end)");
    bot.memory.values.borrow_mut().insert((Shelf::Script, "a".to_owned()), Data::Number(1.0));
    let outcome = bot.hear("receive#1", message("ana", "x"));
    assert_eq!(outcome.effects(|effects| effects.expected.clone()).into_values().collect::<Vec<_>>(), [Data::Number(1.0)]);
}

#[test]
fn an_update_cannot_wait() {
    check_error("bot.store:update(\"a\", function()\nreturn m:ask(\"?\") end)", "a call that waits cannot be made inside");
}

#[test]
fn an_error_inside_an_update_is_the_scripts_own() {
    let caught = returned("local ok, err = pcall(function() bot.store:update(\"a\", function() error(\"mine\") end) end)\nreturn err");
    assert!(caught.contains("main:2: mine"), "{caught}");
}

#[test]
fn a_shelf_is_read_in_the_order_of_its_keys() {
    check(
        "for i = 3, 1, -1 do bot.store:set(\"u/\" .. i, i) end\nbot.store:set(\"z\", 9)\nlocal page = bot.store:scan({ prefix = \"u/\", limit = 2 })\nlocal rest = bot.store:scan({ prefix = \"u/\", after = page.next })\nreturn #page.items, page.items[1].key, page.items[2].value, page.next, #rest.items, rest.items[1].key, rest.next",
        "2 u/1 2 u/2 1 u/3 nil",
    );
}

#[test]
fn what_cannot_be_kept_is_named() {
    check_error("bot.store:set(\"\", 1)", "store:set: argument 1 (key): a key has 1 to 256 bytes, this one has 0");
    check_error("bot.store:set((\"k\"):rep(257), 1)", "this one has 257");
    check_error("bot.store:set(\"a\", { items = { 1, 2, print } })", "store:set: argument 2 (value).items[3]: a function cannot be kept");
    check_error("bot.store:set(\"a\", { m = m })", "argument 2 (value).m: an object of the host cannot be kept; keep its id");
    check_error("bot.store:set(\"a\", 0/0)", "argument 2 (value): NaN cannot be kept");
    check_error("bot.store:set(\"a\", (\"x\"):rep(70000))", "this is more than 65536 bytes");
    check_error("bot.store:set(\"a\", (\"\\1\"):rep(20000))", "the limit is 65536");
    check_error("local t = {} t.t = t bot.store:set(\"a\", t)", "tables in tables deeper than 32, or in a circle, cannot be kept");
    check_error("bot.store:set(\"a\", { 1, x = 2 })", "a table has either the items 1, 2, 3 … or names, not both");
    check_error("bot.store:set(\"a\", { [1.5] = 2 })", "a key is a number");
    check_error("bot.store:incr(\"a\", \"1\")", "store:incr: argument 2 (by): a number expected, got a text");
    check_error("bot.store:set(\"a\", \"x\") bot.store:incr(\"a\")", "what is kept under this key is no number");
    check_error("bot.store:scan({ limit = 0 })", "store:scan: argument 1 (options).limit: a whole number from 1 to 1000 expected, got 0");
    check_error("bot.store.get(\"a\")", "store:get: call it with a colon, store:get(…)");
}

#[test]
fn data_comes_back_as_it_was_kept() {
    check(
        "bot.store:set(\"a\", { s = \"漢\", b = \"\\255\\0\", l = { 1, { 2 } }, e = {}, t = m.time, f = false })\nlocal a = bot.store:get(\"a\")\nreturn a.s, #a.b, a.l[2][1], next(a.e), a.t, a.f",
        "漢 2 2 nil 1709640000 false",
    );
}

#[test]
fn timers_are_set_listed_and_dropped() {
    let mut bot = Bot::of(
        r#"bot.on("receive", function(m)
            local at = bot.timer.at("13:00", "due", { n = 1 })
            bot.timer.after("2h", "later")
            bot.timer.every("15m", "again", nil, { zone = "Europe/Vienna", missed = "skip" })
            local list = bot.timer.list()
            local one = bot.timer.list("due")
            return #list, one[1].id == at, one[1].due.unix, one[1].data.n, bot.timer.cancel(at), bot.timer.cancel(at), bot.timer.cancel("none")
        end)"#,
    );
    let outcome = bot.hear("receive#1", message("ana", "x"));
    assert_eq!(outcome.text(), format!("3 true {} 1 true false false", NOON + 3_600));
    let rows: Vec<_> = outcome.effects(|effects| effects.timers.values().flatten().cloned().collect());
    let again = rows.iter().find(|row| row.name == "again").unwrap();
    let every = again.every.as_ref().unwrap();
    assert_eq!((every.schedule.as_str(), every.zone.as_deref(), every.missed), ("15m", Some("Europe/Vienna"), Missed::Skip));
}

#[test]
fn a_timer_that_cannot_be_is_refused() {
    check_error("bot.timer.at(\"whenever\", \"due\")", "bot.timer.at: argument 1 (when): \"whenever\" is no time");
    check_error("bot.timer.at(nil, \"due\")", "bot.timer.at: argument 1 (when): a time such as \"fri 9:00\"");
    check_error("bot.timer.after(\"2h\")", "bot.timer.after: argument 2 (name): a text expected, got nil");
    check_error("bot.timer.after(\"2h\", \"due\", print)", "bot.timer.after: argument 3 (data): a function cannot be kept");
    check_error("bot.timer.after(-5, \"due\")", "a length of time is not negative");
    check_error(
        "bot.timer.every(\"15m\", \"due\", nil, { missed = \"never\" })",
        "\"once\" or \"skip\" or \"all\" expected, got \"never\"",
    );
    check_error("bot.timer.every(\"15m\", \"due\", nil, { tz = \"UTC\" })", "there is no \"tz\"; known are zone, missed");
}

#[test]
fn a_lock_is_let_go_whatever_happens() {
    let mut bot = Bot::of(
        r#"bot.on("receive", function(m)
            local a, b = bot.lock("l", function() return 1, nil end)
            local ok, err = pcall(bot.lock, "l", function() error("inside") end)
            return a, b, ok, err
        end)"#,
    );
    bot.answers.extend([Answer::Data(Data::Nil), Answer::Data(Data::Nil)]);
    let outcome = bot.hear("receive#1", message("ana", "x"));
    assert!(outcome.text().starts_with("1 nil false main:3: inside"), "{}", outcome.text());
    let calls: Vec<&str> = outcome
        .run
        .borrow()
        .recorded()
        .iter()
        .map(|recorded| if matches!(recorded.op, Op::Lock { .. }) { "lock" } else { "unlock" })
        .collect();
    assert_eq!(calls, ["lock", "unlock", "lock", "unlock"]);
}

#[test]
fn what_is_locked_may_wait() {
    let mut bot = Bot::of("bot.on(\"receive\", function(m) return bot.lock(\"l\", function() return bot.find(\"m1\") end) end)");
    bot.answers.extend([Answer::Data(Data::Nil), Answer::Messages { messages: vec![], next: None }]);
    assert_eq!(bot.hear("receive#1", message("ana", "x")).text(), "nil");
    check_error("bot.lock(\"l\")", "bot.lock: argument 2 (body): a function expected, got nil");
}

#[test]
fn numbers_for_the_operator_add_up() {
    let mut bot = Bot::of("bot.on(\"receive\", function(m) bot.metric(\"a\") bot.metric(\"a\", 2) end)");
    let outcome = bot.hear("receive#1", message("ana", "x"));
    assert_eq!(outcome.effects(|effects| effects.metrics.clone()).into_iter().collect::<Vec<_>>(), [("a".to_owned(), 3.0)]);
}
