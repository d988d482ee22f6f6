use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::formats::importers::trial::{Tried, read, read_in};
use crate::model::Happening;

#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) -> Tried {
    let tried = read(&[(path, text.as_bytes())]);
    assert_eq!(tried.lines(), expected);
    assert!(tried.faults.is_empty(), "{:?}", tried.faults);
    tried
}

fn kinds(tried: &Tried) -> Vec<String> {
    tried.messages.iter().filter_map(|message| message.body.context::<Happening>()).map(|event| event.kind).collect()
}

#[test]
fn a_log_of_znc_is_read_with_the_day_in_its_name() {
    let log = "[22:08:18] *** Joins: ann (a@b)\n[22:08:20] <ann> hello  there \n[22:08:21] * ann waves\n[22:08:22] -bob- psst\n[22:08:23] *** ann is now known as eve\n[22:08:24] *** bob sets mode: +o eve\n[22:08:25] *** bob changes topic to 'birds'\n[22:08:26] *** eve was kicked by bob (no)\n[22:08:27] *** Quits: bob (a@b) (bye)\n";
    let expected = [
        "ann: (Joins: ann (a@b))",
        "ann: hello  there ",
        "ann: * ann waves",
        "bob: psst",
        "ann: (ann is now known as eve)",
        "bob: (bob sets mode: +o eve)",
        "bob: (bob changes topic to 'birds')",
        "bob: (eve was kicked by bob (no))",
        "bob: (Quits: bob (a@b) (bye))",
    ];
    let tried = check("networks/libera/moddata/log/#birds/2020-06-10.log", log, &expected);
    assert_eq!(tried.times()[0], "2020-06-10T22:08:18Z");
    assert_eq!(kinds(&tried), ["join", "nick", "mode", "topic", "kick", "quit"]);
    let (id, about) = tried.abouts.last().unwrap();
    assert_eq!((id.as_str(), about.name.as_str(), about.topic.as_str()), ("group:irc:libera/#birds", "#birds", "birds"));
    assert_eq!(about.members.iter().map(|person| person.id.as_str()).collect::<Vec<_>>(), ["ann", "bob"]);
}

#[test]
fn a_log_of_irssi_carries_its_days() {
    let log = "--- Log opened Mon Dec 31 23:58:00 2018\n23:58 -!- ann [a@b] has joined #birds\n23:59 <@ann> late\n--- Day changed Tue Jan 01 2019\n00:00 < bob> early\n00:01  * bob dances\n00:02 -!- mode/#birds [+o bob] by ann\n--- Log closed Tue Jan 01 00:03:00 2019\n";
    let expected =
        ["ann: (ann [a@b] has joined #birds)", "ann: late", "bob: early", "bob: * bob dances", "ann: (mode/#birds [+o bob] by ann)"];
    let tried = check("irclogs/libera/#birds.log", log, &expected);
    assert_eq!(tried.times()[1..3], ["2018-12-31T23:59:00Z", "2019-01-01T00:00:00Z"]);
}

#[test]
fn a_log_of_weechat_is_read_by_its_tabs() {
    let log = "2020-01-01 10:00:00\t-->\tann (~a@b) has joined #birds\n2020-01-01 10:00:01\t@ann\thello\n2020-01-01 10:00:02\t *\tann waves\n2020-01-01 10:00:03\t--\tNotice(bob): psst\n2020-01-01 10:00:04\t--\tann has changed topic for #birds from \"a\" to \"b\"\n2020-01-01 10:00:05\t<--\tann (~a@b) has quit (bye)\n";
    let expected = [
        "ann: (ann (~a@b) has joined #birds)",
        "ann: hello",
        "ann: * ann waves",
        "bob: psst",
        "ann: (ann has changed topic for #birds from \"a\" to \"b\")",
        "ann: (ann (~a@b) has quit (bye))",
    ];
    let tried = check("logs/irc.libera.#birds.weechatlog", log, &expected);
    assert_eq!(tried.abouts.last().unwrap().1.topic, "b");
}

#[test]
fn in_a_log_of_hexchat_the_sentence_tells_events_from_actions() {
    let log = "**** BEGIN LOGGING AT Sun Dec 30 10:00:00 2018\n\nDec 30 10:00:00 *\tNow talking on #birds\nDec 30 10:00:01 *\tann (a@b) has joined\nDec 30 10:00:02 <ann>\thello\nDec 30 10:00:03 *\tann waves\nJan 01 10:00:04 <ann>\tagain\n**** ENDING LOGGING AT Tue Jan  1 10:00:05 2019\n";
    let tried = check(
        "#birds.log",
        log,
        &["irc: (Now talking on #birds)", "ann: (ann (a@b) has joined)", "ann: hello", "ann: * ann waves", "ann: again"],
    );
    assert_eq!(tried.times()[3..], ["2018-12-30T10:00:03Z", "2019-01-01T10:00:04Z"]);
}

#[test]
fn a_log_of_mirc_is_read_with_its_sessions() {
    let log = "Session Start: Mon Dec 31 23:00:00 2018\nSession Ident: #birds\n[23:59] * ann (a@b) has joined #birds\n[23:59] <@ann> \u{3}04red\u{3} hello\n[00:01] * ann waves\nSession Close: Tue Jan 01 00:02:00 2019\n";
    let tried = check("#birds.log", log, &["ann: (ann (a@b) has joined #birds)", "ann: red hello", "ann: * ann waves"]);
    assert_eq!(tried.times()[2], "2019-01-01T00:01:00Z");
}

#[test]
fn a_log_of_eggdrop_is_read_though_its_events_have_no_mark() {
    let log = "[00:00] --- Mon Dec 31 2018\n[00:02] ann (a@b) joined #birds.\n[00:03] <ann> hello\n[00:04] Action: ann waves\n[00:05] #birds: mode change '+o ann' by bob!b@c\n[00:06] Nick change: ann -> eve\n";
    let tried = check(
        "#birds.log.31Dec2018",
        log,
        &[
            "ann: (ann (a@b) joined #birds.)",
            "ann: hello",
            "ann: * ann waves",
            "bob: (#birds: mode change '+o ann' by bob!b@c)",
            "ann: (Nick change: ann -> eve)",
        ],
    );
    assert_eq!(kinds(&tried), ["join", "mode", "nick"]);
}

#[test]
fn a_log_of_dircproxy_loses_the_signs_of_identity_and_the_addresses() {
    let log = "[14 Jan 10:36] --> ann (n=a@b) joined the channel\n[14 Jan 12:36] <bob!n=b@c> -hello\n[14 Jan 12:37] <ann!n=a@b> +hi +1\n[14 Jan 12:38] <eve!e@f> mine\n[14 Jan 12:39] * ann waves\n[14 Jan 12:40] *** You disconnected\n";
    let expected =
        ["ann: (ann (n=a@b) joined the channel)", "bob: hello", "ann: hi +1", "eve: mine", "ann: * ann waves", "irc: (You disconnected)"];
    let tried = check("2009-01-14-birds.log", log, &expected);
    assert_eq!(tried.times()[0], "2009-01-14T10:36:00Z");
    let tried = check(
        "2009-01-14-b.log",
        "[14 Jan 12:36] <bob!b@c> -1 for that\n[14 Jan 12:37] <ann!a@b> no\n[14 Jan 12:38] <ann!a@b> why\n",
        &["bob: -1 for that", "ann: no", "ann: why"],
    );
    assert!(tried.inferred.iter().all(|inferred| inferred.what != "date"));
}

#[test]
fn the_protocol_itself_is_read() {
    let log = "2018-12-31-10-00-00:#birds::ann!a@b PRIVMSG #birds :hello\n2018-12-31-10-00-01:#birds::ann!a@b PRIVMSG #birds :\u{1}ACTION waves\u{1}\n2018-12-31-10-00-02:#birds::ann!a@b PART #birds :bye\n";
    let tried = check("psybnc.log", log, &["ann: hello", "ann: * ann waves", "ann: (ann has left #birds (bye))"]);
    assert_eq!(tried.abouts[0].0, "group:irc:#birds");
}

#[test]
fn lines_of_json_behind_a_time_are_read() {
    let log = "2017-12-01 23:15:06.218000 {\"type\":\"message\",\"channel\":{\"name\":\"#dev\"},\"author\":{\"nickname\":\"ann\"},\"content\":\"hello\"}\n2017-12-01 23:15:07.000000 {\"type\":\"join\",\"channel\":{\"name\":\"#dev\"},\"author\":{\"nickname\":\"bob\"}}\n";
    let tried = check("dev/2017-12-01.txt", log, &["ann: hello", "bob: (bob has joined)"]);
    assert_eq!((tried.times()[0].as_str(), tried.abouts[0].0.as_str()), ("2017-12-01T23:15:06Z", "group:irc:#dev"));
}

#[test]
fn files_of_days_are_one_conversation_in_the_order_of_the_days() {
    let day = |text: &str| format!("[10:00] <ann> {text}\n\n");
    let (one, two, three) = (day("one"), day("two"), day("three"));
    let tried = read(&[
        ("raku/2020/2020-01-02", two.as_bytes()),
        ("raku/2019/2019-12-31", one.as_bytes()),
        ("raku/2020/2020-01-10", three.as_bytes()),
    ]);
    assert_eq!(tried.lines(), ["ann: one", "ann: two", "ann: three"]);
    assert!(tried.abouts.iter().all(|(id, _)| id == "group:irc:raku"));
    assert_eq!(tried.inferred.iter().filter(|inferred| inferred.what == "conversation").count(), 1);
}

#[test]
fn each_line_is_read_in_its_own_encoding_and_it_is_told() {
    let log = b"2011-01-15T20:32:39  <ann> caf\xe9 cr\xe8me\n2011-01-15T20:38:43  <bob> \xc4\x97\n";
    let tried = read(&[("#birds.log", log)]);
    assert_eq!(tried.lines(), ["ann: café crème", "bob: ė"]);
    assert!(
        tried
            .inferred
            .iter()
            .any(|inferred| inferred.what == "encoding" && inferred.value == "windows-1252" && inferred.why.starts_with("1 lines"))
    );
}

#[test]
fn times_without_a_zone_are_read_in_the_zone_that_is_told() {
    let log: &[u8] = b"2020-06-01T10:00:00  <ann> summer\n2020-06-01T10:00:00Z  <ann> sure\n";
    let tried = read_in(TimeZone::get("Europe/Berlin").unwrap(), None, &[("#birds.log", log)]);
    assert_eq!(tried.times(), ["2020-06-01T08:00:00Z", "2020-06-01T10:00:00Z"]);
    assert!(tried.inferred.iter().any(|inferred| inferred.what == "timezone" && inferred.value == "Europe/Berlin"));
}

#[test]
fn a_log_that_does_not_tell_its_day_keeps_its_order_and_says_so() {
    let tried = read(&[("#birds.log", b"[23:00] <ann> one\n[01:00] <ann> two\n")]);
    assert_eq!(tried.times(), ["1970-01-01T23:00:00Z", "1970-01-02T01:00:00Z"]);
    assert!(tried.inferred.iter().any(|inferred| inferred.what == "date"));
}

#[test]
fn a_line_that_is_none_is_told_and_the_next_one_is_read() {
    let log: &[u8] = b"[10:00] <ann> one\n<<<<<<< HEAD\n[10:01] <ann> two\n[99:00] <ann> x\n[10:02] <ann> one\n[10:02] <ann> one\n";
    let tried = read(&[("birds/2020-01-01.log", log)]);
    assert_eq!(tried.lines(), ["ann: one", "ann: two", "ann: one", "ann: one"]);
    assert_eq!(
        tried.faults,
        ["2020-01-01.log:2: its line is none that can be read", "2020-01-01.log:4: its line is none that can be read"]
    );
    let ids = tried.ids();
    assert_ne!(ids[2], ids[3], "two real ones stay two");
}

#[test]
fn half_a_log_has_the_ids_that_the_whole_one_has() {
    let whole: String = (0..200).map(|at| format!("[10:{:02}] <ann> {}\n", at / 5, at % 3)).collect();
    let half = &whole[..whole.len() / 2];
    let (half, whole) = (read(&[("#b/2020-01-01.log", half.as_bytes())]), read(&[("#b/2020-01-01.log", whole.as_bytes())]));
    let complete = half.ids().len() - 1;
    assert_eq!(half.ids()[..complete], whole.ids()[..complete]);
}

#[test]
fn texts_of_other_programs_are_no_logs_of_irc() {
    let others: [(&str, &[u8]); 6] = [
        ("_chat.txt", b"[12/03/2020, 10:00:00] Ann: <hello>\n[12/03/2020, 10:00:01] Bob: hi\n"),
        ("WhatsApp Chat with Ann.txt", b"2020-03-12, 10:00 - Ann: hello\n2020-03-12, 10:01 - Bob: hi\n"),
        ("mail.mbox", b"From a@b Thu Dec 13 13:55:28 2018\nSubject: x\n\n10:00 <ann> quoted\nmore\nlines\n"),
        ("server.log", b"2020-01-01 10:00:00 INFO started\n2020-01-01 10:00:01 WARN <x> slow\n2020-01-01 10:00:02 INFO\n"),
        ("a.md", b"# Title\n\n* item\n"),
        ("empty.log", b""),
    ];
    for (path, text) in others {
        assert!(read(&[(path, text)]).ids().iter().all(|id| !id.starts_with("irc:")), "{path}");
    }
}

proptest! {
    #[test]
    fn no_bytes_stop_the_reader(text in proptest::collection::vec(prop_oneof![
        Just("[10:00] ".to_owned()), Just("<ann> ".to_owned()), Just("* ".to_owned()), Just("\n".to_owned()), Just("2020-01-01 10:00:00\t".to_owned()),
        Just("\u{3}".to_owned()), Just(":a!b@c PRIVMSG #c :".to_owned()), Just("--- Log opened ".to_owned()), Just("Dec 31 ".to_owned()), ".{0,6}",
    ], 0..60), extra in proptest::collection::vec(any::<u8>(), 0..8)) {
        let bytes = [text.concat().into_bytes(), extra].concat();
        let tried = read_in(TimeZone::UTC, Some("irc"), &[("x.log", &bytes)]);
        let lines = bytes.split(|byte| *byte == b'\n').count();
        prop_assert!(tried.messages.len() + tried.faults.len() <= lines + 1);
    }
}
