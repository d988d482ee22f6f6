//! Runs: that they end, wait, make room, and fail with what a bot's author can use.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::script::vm::testing::{Host, within};
use crate::script::vm::{Fault, Step};

#[track_caller]
fn says(source: &str, expected: &str) {
    let mut host = Host::of(source).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(host.text(), expected);
}

/// The fault of the handler.
#[track_caller]
fn fails(source: &str) -> Fault {
    let mut host = Host::of(source).unwrap_or_else(|fault| panic!("{fault}"));
    host.call().err().unwrap_or_else(|| panic!("it did not fail"))
}

#[test]
fn a_handler_gets_its_arguments_and_gives_its_results() {
    let mut host = Host::of("on(function(a, b) return a + b end)").unwrap();
    let step = host.begin_with(1, (2, 3));
    assert_eq!(host.finish(step).unwrap().front().unwrap().to_string().unwrap(), "5");
}

#[test]
fn a_call_that_waits_returns_what_the_run_is_resumed_with() {
    says(r#"on(function() local a, b = search("x") return a .. b end)"#, "found x1");
}

#[test]
fn a_run_waits_through_pcall_and_through_its_own_coroutines() {
    says(
        r#"on(function()
          local co = coroutine.wrap(function()
            local ok, a = pcall(function() return search("a") end)
            coroutine.yield(a)
            return search("b")
          end)
          local inner = coroutine.create(function() return co(), co() end)
          local ok, a, b = coroutine.resume(inner)
          return a .. ", " .. b .. ", " .. coroutine.status(inner)
        end)"#,
        "found a, found b, dead",
    );
}

#[test]
fn what_a_coroutine_yields_to_its_script_stays_the_scripts() {
    says(
        r#"on(function()
          local said = {}
          for n, word in coroutine.wrap(function() coroutine.yield(1, "one") search("between") coroutine.yield(2, "two") end) do
            table.insert(said, n .. word)
          end
          return table.concat(said, " ")
        end)"#,
        "1one 2two",
    );
}

#[test]
fn a_yield_outside_of_a_coroutine_is_an_error_with_a_place() {
    let fault = fails("on(function()\n  coroutine.yield(1)\nend)");
    assert!(fault.to_string().starts_with("main:2: coroutine.yield: a handler is no coroutine"), "{fault}");
    says(
        "on(function() return (select(2, pcall(coroutine.yield))) end)",
        "coroutine.yield: a handler is no coroutine of its own; calls that wait, such as m:ask, simply return",
    );
}

#[test]
fn nothing_waits_where_the_machine_cannot_be_left() {
    for inside in [
        r#"table.sort({ 1, 2 }, function(a, b) search("x") return a < b end)"#,
        r#"string.gsub("a", ".", function() search("x") end)"#,
        r#"local _ = setmetatable({}, { __index = function() return search("x") end }).a"#,
        r#"table.sort({ 1, 2 }, function(a, b) coroutine.wrap(function() coroutine.wrap(search)("x") end)() return a < b end)"#,
    ] {
        let fault = fails(&format!("on(function() {inside} end)"));
        assert!(fault.to_string().contains("a call that waits cannot be made inside"), "{inside}: {fault}");
    }
}

#[test]
fn a_coroutine_that_waits_belongs_to_the_run_that_waits() {
    let mut host = Host::of(
        r#"local shared = coroutine.create(function() return search("x") end)
        on(function()
          local before = coroutine.status(shared)
          local ok, what = coroutine.resume(shared, "forged")
          return before .. ": " .. tostring(what)
        end)"#,
    )
    .unwrap();
    let Step::Waits(first) = host.begin(1) else { panic!("it waits") };
    let second = host.begin(2);
    let second = host.finish(second).unwrap();
    assert_eq!(second.front().unwrap().to_string().unwrap(), "normal: cannot resume a coroutine that waits in another run");
    let first = host.answer(first);
    let first = host.finish(first).unwrap();
    assert_eq!(first.front().unwrap().to_string().unwrap(), "suspended: found x");
}

#[test]
fn a_run_that_uses_up_its_time_is_stopped_whatever_it_catches_and_the_next_one_runs() {
    for endless in [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "coroutine.wrap(function() while true do end end)()",
        "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
    ] {
        let mut host = Host::with(
            &[("main", &format!("local n = 0 on(function() n += 1 if n > 1 then return \"well\" end {endless} end)"))],
            within(Duration::from_millis(20)),
        )
        .unwrap();
        let fault = host.call().err().unwrap_or_else(|| panic!("{endless} is stopped"));
        assert!(matches!(fault, Fault::Deadline { .. }), "{endless}: {fault}");
        assert!(fault.to_string().starts_with("stopped after 20 ms of computing"), "{fault}");
        assert!(!host.vm.is_spent());
        assert_eq!(host.text(), "well");
    }
}

#[test]
fn time_is_counted_over_all_slices_of_a_run_and_not_while_it_waits() {
    let mut host =
        Host::with(&[("main", r#"on(function() while true do search("x") end end)"#)], within(Duration::from_millis(20))).unwrap();
    let fault = host.call().unwrap_err();
    assert!(matches!(fault, Fault::Deadline { .. }), "{fault}");
}

#[test]
fn a_run_makes_room_only_when_somebody_waits_also_inside_a_coroutine() {
    for busy in ["while true do end", "coroutine.wrap(function() while true do end end)()", "pcall(function() while true do end end)"] {
        let mut host = Host::with(
            &[("main", &format!("on(function(kind) if kind == \"busy\" then {busy} end return \"quick\" end)"))],
            within(Duration::from_millis(60)),
        )
        .unwrap();
        host.somebody_waits.store(true, Ordering::Relaxed);
        let Step::Paused(busy) = host.begin_with(1, "busy") else { panic!("{busy} makes room") };
        assert_eq!(host.text(), "quick");
        host.somebody_waits.store(false, Ordering::Relaxed);
        let step = host.vm.resume(busy, |_| Ok(mlua::MultiValue::new()));
        assert!(matches!(step, Step::Failed(Fault::Deadline { .. })), "it does not make room, and is stopped in the end");
    }
}

#[test]
fn what_was_counted_before_a_pause_is_right_after_it() {
    let mut host = Host::of(
        r#"on(function()
          local sum = 0
          local add = coroutine.wrap(function() for i = 1, 400000 do sum += i end coroutine.yield("half") for i = 1, 400000 do sum += i end return "whole" end)
          return add() .. add() .. sum
        end)"#,
    )
    .unwrap();
    host.somebody_waits.store(true, Ordering::Relaxed);
    let mut pauses = 0;
    let mut step = host.begin(1);
    while let Step::Paused(suspended) = step {
        pauses += 1;
        step = host.vm.resume(suspended, |_| Ok(mlua::MultiValue::new()));
    }
    let Step::Ended(values) = step else { panic!("it ends") };
    assert_eq!(values.front().unwrap().to_string().unwrap(), "halfwhole160000400000");
    assert!(pauses > 0, "it has made room");
}

#[test]
fn a_fault_of_the_host_spends_the_machine_and_no_pcall_holds_it_back() {
    for source in [
        "on(function() fail() end)",
        "on(function() pcall(fail) while true do end end)",
        "on(function() coroutine.resume(coroutine.create(fail)) end)",
    ] {
        let mut host = Host::of(source).unwrap();
        let fault = host.call().unwrap_err();
        assert_eq!(fault, Fault::Panicked { what: "a fault of the host".to_owned() }, "{source}");
        assert!(host.vm.is_spent());
        assert_eq!(host.call().unwrap_err(), Fault::Spent);
    }
}

#[test]
fn an_error_names_file_and_line_and_shows_the_calls() {
    let fault = fails("local function inner()\n  local x = nil\n  return x.y\nend\non(function()\n  return inner()\nend)");
    assert_eq!(fault.to_string(), "main:3: attempt to index nil with 'y'");
    assert_eq!(fault.traceback(), "main:3: in function 'inner'\nmain:6: in function <main:5>");
    let fault = fails("on(function()\n  misuse()\nend)");
    assert_eq!(fault.to_string(), "main:2: bot.send: no");
    says("on(function()\n local ok, why = pcall(function() misuse() end) return type(why) .. why end)", "stringmain:2: bot.send: no");
    let fault = fails("on(function() error({ code = 1 }) end)");
    assert!(fault.to_string().starts_with("main:1: "), "{fault}");
}

#[test]
fn a_file_that_is_not_luau_or_too_large_is_refused_with_its_place() {
    let syntax = Host::of("on(function()\n  local x =\nend)").err().unwrap();
    assert!(matches!(syntax, Fault::Syntax { .. }) && syntax.to_string().starts_with("main:3:"), "{syntax}");
    let large = Host::of(&" ".repeat(300_000)).err().unwrap();
    assert_eq!(large, Fault::TooLarge { file: "main".to_owned(), bytes: 300_000, limit: 262_144 });
}

#[test]
fn files_of_a_script_require_each_other_once_and_circles_are_named() {
    let mut host = Host::with(
        &[
            (
                "main",
                "local words = require('lib/words')\non(function() return words.hello .. tostring(require('./lib/words') == words) end)",
            ),
            ("lib/words", "note('loaded') return { hello = require('./deep').text }"),
            ("lib/deep", "return { text = 'hi ' }"),
        ],
        within(Duration::from_millis(300)),
    )
    .unwrap();
    assert_eq!(host.text(), "hi true");
    assert_eq!(*host.notes.borrow(), ["loaded"]);
    let circle = Host::with(
        &[("main", "require('a')"), ("a", "return require('b')"), ("b", "return require('a')")],
        within(Duration::from_millis(300)),
    );
    let fault = circle.err().unwrap();
    assert!(fault.to_string().contains("require: a → b → a is a circle"), "{fault}");
    let none = Host::of("require('./../../../../etc/hostname')").err().unwrap();
    assert!(none.to_string().contains("leads out of the script's folder"), "{none}");
}

#[test]
fn what_is_kept_beyond_the_limit_spends_the_machine_and_what_is_let_go_does_not() {
    let mut host = Host::of("on(function() for i = 1, 200 do local s = ('x'):rep(1e6 + i) end return 'fine' end)").unwrap();
    let idle = host.vm.memory();
    assert_eq!(host.text(), "fine");
    assert!(host.vm.memory() <= host.limits.memory);
    // Pages of 16 KiB for each size of object, most of them never touched: about half of it is in real memory.
    assert!(idle < 700_000, "{idle}");
    let mut host = Host::of("kept = {} on(function() for i = 1, 40 do kept[i] = ('x'):rep(1e6 + i) end end)").unwrap();
    assert!(matches!(host.call().unwrap_err(), Fault::Memory { .. }));
    assert!(host.vm.is_spent());
    let mut host = Host::of("on(function() local s = 'x' while true do s = s .. s end end)").unwrap();
    assert!(matches!(host.call().unwrap_err(), Fault::Memory { .. }));
    assert!(host.vm.is_spent());
}

#[test]
fn time_and_chance_are_the_runs() {
    let source = "on(function() return os.time() .. ' ' .. os.clock() .. ' ' .. math.random(1000000) .. ' ' .. math.random() end)";
    let (mut one, mut two) = (Host::of(source).unwrap(), Host::of(source).unwrap());
    assert_eq!(one.text(), two.text());
    assert!(one.text().starts_with("1000 0 "));
    says("on(function() search('x') return os.clock() .. os.date('!%H:%M', 60) end)", "100:01");
}

#[test]
fn the_globals_are_frozen_and_hold_nothing_that_reaches_outside() {
    says(
        r#"on(function()
          local there = {}
          for _, name in { "io", "package", "load", "loadstring", "dofile", "loadfile", "collectgarbage", "gcinfo", "getfenv", "setfenv", "newproxy", "print" } do
            if _G[name] ~= nil then table.insert(there, name) end
          end
          for name in debug do table.insert(there, "debug." .. name) end
          local names = {}
          for name in os do table.insert(names, name) end
          table.sort(names)
          return table.concat(there, " ") .. " " .. table.concat(names, " ")
        end)"#,
        "debug.traceback clock date difftime time",
    );
    for change in [
        "string.upper = nil",
        "os.time = nil",
        "getmetatable('').__index = {}",
        "getmetatable('').__index.upper = nil",
        "coroutine.yield = nil",
        "rawset(string, 'upper', 1)",
    ] {
        let fault = fails(&format!("on(function() {change} end)"));
        assert!(fault.to_string().contains("readonly"), "{change}: {fault}");
    }
}
