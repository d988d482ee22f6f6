//! What scripts specify, and what people type.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::script::handler::ArgumentValue;
use crate::script::when::{self, Zone};

/// A Tuesday at ten, UTC.
const NOW: u64 = 1_795_514_400;

fn hearing(prefix: Option<&'static str>) -> Hearing<'static> {
    static ZONE: std::sync::LazyLock<Zone> = std::sync::LazyLock::new(|| Zone::UTC);
    Hearing { account: "mynah", prefix, now: NOW, zone: &ZONE }
}

fn hear(spec: &str, text: &str) -> Reading {
    read(&parse(spec).unwrap(), text, &hearing(None))
}

fn text(text: &str) -> ArgumentValue {
    ArgumentValue::Text(text.to_owned())
}

#[track_caller]
fn check<const N: usize>(spec: &str, message: &str, expected: [(&str, ArgumentValue); N]) {
    let expected: BTreeMap<String, ArgumentValue> = expected.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(hear(spec, message), Reading::Given(expected), "{message}");
}

#[track_caller]
fn refuse(spec: &str, message: &str, why: &str) {
    match hear(spec, message) {
        Reading::Wrong(told) => assert!(told.contains(why) && told.contains("Usage: "), "{message}: {told}"),
        other => panic!("{message}: {other:?}"),
    }
}

#[test]
fn a_reminder_is_read() {
    let time = |text: &str| ArgumentValue::Time(when::time(text, NOW, &Zone::UTC).unwrap());
    let spec = "remind <when:time> <what:text>";
    check(spec, "remind 2h stretch", [("when", time("2h")), ("what", text("stretch"))]);
    check(spec, "/Remind fri 9:00  pay the \"rent\" ", [("when", time("fri 9:00")), ("what", text("pay the \"rent\""))]);
    check(spec, "@mynah: !REMIND \"tomorrow 8:30\" tea", [("when", time("tomorrow 8:30")), ("what", text("tea"))]);
    check(spec, "＠mynah ／ｒｅｍｉｎｄ\u{3000}2h\u{3000}喝水", [("when", time("2h")), ("what", text("喝水"))]);
    refuse(spec, "remind", "when is missing");
    refuse(spec, "remind 2h", "what is missing");
    refuse(spec, "remind me of it", "\"me\" is no time");
    refuse(spec, "remind today 8:00 rent", "that was 2 h ago");
    for message in
        ["reminder 2h x", "please remind 2h x", "//remind 2h x", "@mynahs remind 2h x", "@ana remind 2h x", "", "/", "@mynah", "@"]
    {
        assert_eq!(hear(spec, message), Reading::NotThis, "{message}");
    }
}

#[test]
fn each_type_reads_its_own() {
    check("a <x>", "a \"two \\\"words\\\"\"", [("x", text("two \"words\""))]);
    check("a <x> <y>", "a “one two” 「three four」", [("x", text("one two")), ("y", text("three four"))]);
    check("a <x> <y>", "a \"one two", [("x", text("\"one")), ("y", text("two"))]);
    check("a <n:int>", "a １２", [("n", ArgumentValue::Number(12.0))]);
    check("a <n:number>", "a -1.5", [("n", ArgumentValue::Number(-1.5))]);
    check("a <d:duration> [x:text]", "a 2 weeks off", [("d", ArgumentValue::Duration(1_209_600.0)), ("x", text("off"))]);
    check("a <u:user>", "a @ana", [("u", text("ana"))]);
    check("light <mode:on|off>", "light ON", [("mode", text("on"))]);
    check("top [count:int] [of]", "top", []);
    check("top [count:int] [of]", "top 3", [("count", ArgumentValue::Number(3.0))]);
    refuse("a <n:int>", "a 1.5", "no whole number");
    refuse("a <n:int>", "a 9007199254740993", "no whole number");
    refuse("a <n:number>", "a nan", "no number");
    refuse("a <d:duration>", "a 5", "no length of time");
    refuse("a <u:user>", "a @", "no user id");
    refuse("light <mode:on|off>", "light dim", "none of on, off");
    refuse("a <x>", "a b c", "\"c\" is too much");
}

#[test]
fn a_command_without_arguments_is_the_whole_message_unless_it_is_meant() {
    check("ping", "ping", []);
    check("ping", " PING ", []);
    assert_eq!(hear("ping", "ping pong is fun"), Reading::NotThis);
    refuse("ping", "/ping pong", "\"pong\" is too much");
    refuse("ping", "@mynah ping pong", "\"pong\" is too much");
}

#[test]
fn a_name_may_have_several_words() {
    check("poll new <question:text>", "/poll  new tea or coffee?", [("question", text("tea or coffee?"))]);
    assert_eq!(hear("poll new <question:text>", "poll newest"), Reading::NotThis);
}

#[test]
fn a_prefix_that_a_script_asks_for_has_to_be_there() {
    let spec = parse("ping").unwrap();
    let given = Reading::Given(BTreeMap::new());
    assert_eq!(read(&spec, "ping", &hearing(Some("/"))), Reading::NotThis);
    assert_eq!(read(&spec, "!ping", &hearing(Some("/"))), Reading::NotThis);
    for message in ["/ping", "／ping", "@mynah ping", "@mynah /ping"] {
        assert_eq!(read(&spec, message, &hearing(Some("/"))), given, "{message}");
    }
    assert_eq!(read(&spec, "bot ping", &hearing(Some("bot "))), given);
}

#[test]
fn a_command_within_a_command_is_its_text() {
    check("echo <what:text>", "!echo !echo !echo hi", [("what", text("!echo !echo hi"))]);
    assert_eq!(hear("echo <what:text>", "!!echo hi"), Reading::NotThis);
}

#[test]
fn a_wrong_specification_is_refused_with_what_is_wrong() {
    for (spec, why) in [
        ("", "begins with its name"),
        ("<x>", "begins with its name"),
        ("/ping", "leave out the sign"),
        ("a <x", "lacks its '>'"),
        ("a <x> y", "arguments only"),
        ("a <x:date>", "\"date\" is no type"),
        ("a <X>", "no name of an argument"),
        ("a <>", "no name of an argument"),
        ("a <x:on|>", "a choice is of words"),
        ("a <x:on|ON>", "has a word twice"),
        ("a <x> <x>", "two arguments are called \"x\""),
        ("a [x] <y>", "has to be in brackets too"),
        ("a <x:text> <y>", "nothing can stand behind it"),
    ] {
        let told = parse(spec).unwrap_err().to_string();
        assert!(told.contains(why) && told.starts_with("bot.command: "), "{spec}: {told}");
    }
}

#[test]
fn help_has_a_line_for_each_command() {
    let mut remind = parse("remind <when:time> [what:text]").unwrap();
    remind.help = Some("remind 2h stretch".to_owned());
    let light = parse("light <mode:on|off>").unwrap();
    assert_eq!(help([&remind, &light]), "light <on|off>\nremind <when> [what]: remind 2h stretch");
}

#[test]
fn the_index_gives_those_that_a_message_could_be() {
    let specs: Vec<_> = ["ping", "poll new <q:text>", "poll close", "Ping <x>"].map(|spec| parse(spec).unwrap()).into();
    let prefixes = [None, None, None, Some("bot ")];
    let index = CommandIndex::new(specs.iter().enumerate().zip(prefixes).map(|((no, spec), prefix)| (no, spec, prefix)));
    assert_eq!(index.candidates("/poll x", "mynah"), [1, 2]);
    assert_eq!(index.candidates("PING", "mynah"), [0]);
    assert_eq!(index.candidates("bot ping x", "mynah"), [3]);
    assert_eq!(index.candidates("@mynah ping", "mynah"), [0, 3]);
    assert!(index.candidates("hello", "mynah").is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_reading_a_command_panic(message in "([@/!\"“„]|mynah|do|[0-9]{1,3}| |\u{3000}|h|\\PC){0,16}", prefixed in any::<bool>()) {
        let hearing = hearing(prefixed.then_some("/"));
        for kind in ["word", "text", "int", "number", "duration", "time", "user", "on|off"] {
            let spec = parse(&format!("do <x:{kind}> [y:{kind}]").replace("<x:text> [y:text]", "[x:text]")).unwrap();
            let index = CommandIndex::new([((), &spec, hearing.prefix)]);
            for message in [message.clone(), format!("/do {message}")] {
                if read(&spec, &message, &hearing) != Reading::NotThis {
                    prop_assert_eq!(index.candidates(&message, "mynah").len(), 1, "the index has what is read");
                }
            }
        }
    }

    #[test]
    fn no_specification_makes_parsing_panic(spec in "([<>\\[\\]:| ]|[a-z]{1,4}|text|time|\\PC){0,12}") {
        if let Ok(parsed) = parse(&spec) {
            let again = parse(&spec).unwrap();
            prop_assert_eq!(parsed, again);
        }
    }
}
