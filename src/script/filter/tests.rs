//! What filters take, held against looking at everything the plain way.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::model::{Body, ConversationId, Element, Message};
use crate::script::event::{DownloadNews, Fired, Source, named::Named};

fn event(kind: EventKind, chat: &str, what: What) -> Event {
    Event { source: Source::Inbox(1), kind, at: 1, conversation: Some(Named(chat.parse().unwrap())), what }
}

fn message(sender: &str, chat: &str, elements: &[Element]) -> Event {
    let message = Message::new(sender, 1, Body::of_elements(elements)).in_conversation(&chat.parse::<ConversationId>().unwrap());
    event(EventKind::Receive, chat, What::Message(Arc::new(message)))
}

fn said(text: &str) -> Event {
    message("ana", "group:ops", &[Element::text(text)])
}

fn words(words: &[&str]) -> FilterSpec {
    FilterSpec { words: Some(owned(words)), ..FilterSpec::default() }
}

fn owned(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn hit(spec: &FilterSpec, event: &Event) -> Option<Hit> {
    Filter::compile(spec).unwrap().holds(event, "mynah")
}

#[track_caller]
fn check_word(wanted: &[&str], text: &str, expected: Option<&str>) {
    let word = hit(&words(wanted), &said(text)).and_then(|hit| hit.word);
    assert_eq!(word.as_deref(), expected, "{text}");
    let filter = Filter::compile(&words(wanted)).unwrap();
    let matcher = Matcher::new([((), EventKind::Receive, &filter)].into_iter());
    let found = matcher.matches(&said(text), &MatchContext { account: "mynah" });
    assert_eq!(found.first().and_then(|(_, hit)| hit.word.as_deref()), expected, "all together: {text}");
}

#[test]
fn words_are_whole_and_know_no_case() {
    check_word(&["outage"], "An OUTAGE!", Some("outage"));
    check_word(&["outage"], "outages", None);
    check_word(&["outage"], "no-outage-today", Some("outage"));
    check_word(&["Ausfall", "Straße"], "in der STRASSE", Some("Straße"));
    check_word(&["resume"], "my Résumé", Some("resume"));
    check_word(&["on call"], "who is On Call today", Some("on call"));
    check_word(&["C++"], "is C++ fine?", Some("C++"));
    check_word(&["C++"], "objc++", None);
    check_word(&["ｗｉｄｅ"], "wide", Some("ｗｉｄｅ"));
}

#[test]
fn a_script_without_blanks_has_no_borders_of_words() {
    check_word(&["会议"], "明天的会议取消了", Some("会议"));
    check_word(&["カレー"], "今日はカレーです", Some("カレー"));
    check_word(&["🔥"], "hot🔥hot", Some("🔥"));
}

#[test]
fn of_several_words_the_first_is_told_and_of_those_the_longest() {
    check_word(&["b", "a"], "a b", Some("a"));
    check_word(&["new", "new york"], "in New York", Some("new york"));
    check_word(&["york", "new york"], "in New York", Some("new york"));
}

#[test]
fn every_condition_takes_what_it_says() {
    let spec = FilterSpec::default;
    let picture = message("ana", "group:ops", &[Element::image("/tmp/a.png"), Element::text("look")]);
    let check = |spec: FilterSpec, event: &Event, expected: bool| {
        assert_eq!(hit(&spec, event).is_some(), expected, "{spec:?}");
        let told = Filter::compile(&spec).unwrap().explain(event, "mynah");
        assert_eq!(told.iter().all(|(_, held)| *held), expected, "{told:?}");
    };
    for (chat, expected) in [("group:ops", true), ("group:*", true), ("c2c:*", false), ("group:other", false)] {
        check(FilterSpec { chat: Some(owned(&[chat])), ..spec() }, &picture, expected);
    }
    for (from, expected) in [("ana", true), ("@ana", true), ("bo", false)] {
        check(FilterSpec { from: Some(owned(&["eve", from])), ..spec() }, &picture, expected);
    }
    for (types, expected) in [("image", true), ("text", true), ("video", false)] {
        check(FilterSpec { types: Some(owned(&[types])), ..spec() }, &picture, expected);
    }
    for (files, expected) in [("image/*", true), ("image/png", true), ("*/*", true), ("image/gif", false), ("video/*", false)] {
        check(FilterSpec { files: Some(owned(&[files])), ..spec() }, &picture, expected);
    }
    check(FilterSpec { files: Some(owned(&["*/*"])), ..spec() }, &said("a.png"), false);
    for (regex, expected) in [("^lo+k$", true), ("^l$", false)] {
        check(FilterSpec { regex: Some(regex.to_owned()), ..spec() }, &picture, expected);
    }
    let captures = hit(&FilterSpec { regex: Some("(l)(x)?".to_owned()), ..spec() }, &picture).unwrap().captures;
    assert_eq!(captures, [Some("l".to_owned()), Some("l".to_owned()), None]);
    let both = FilterSpec { words: Some(owned(&["look"])), chat: Some(owned(&["c2c:*"])), ..spec() };
    check(both, &picture, false);
}

#[test]
fn mentions_and_scripts_are_told_by_the_body() {
    let with = |key: &str, value: serde_json::Value| {
        let mut body = Body::of_text("hi");
        body.set(key, Some(value)).unwrap();
        event(EventKind::Receive, "group:ops", What::Message(Arc::new(Message::new("ana", 1, body))))
    };
    let mentioned = with("message_group_at_user_array", serde_json::json!(["bo", "mynah"]));
    let everybody = with("message_group_at_user_array", serde_json::json!([crate::model::AT_ALL]));
    let spec = |wanted| FilterSpec { mentions_me: Some(wanted), ..FilterSpec::default() };
    assert!(hit(&spec(true), &mentioned).is_some() && hit(&spec(false), &mentioned).is_none());
    assert!(hit(&spec(true), &everybody).is_none() && hit(&spec(false), &said("mynah")).is_some());
    let bot = with("mynah_origin", serde_json::json!({"script": "other", "hops": 1}));
    assert!(hit(&FilterSpec::default(), &bot).is_none());
    assert!(hit(&FilterSpec { bots: true, ..FilterSpec::default() }, &bot).is_some());
}

#[test]
fn timers_and_downloads_have_their_own_conditions() {
    let fired = Fired { id: "1".into(), name: "due".into(), data: Default::default(), due: 1, hops: 0, missed: 0 };
    let timer = event(EventKind::Timer, "group:ops", What::Timer(fired));
    let named = |name: &str| FilterSpec { timer: Some(name.to_owned()), ..FilterSpec::default() };
    assert!(hit(&named("due"), &timer).is_some() && hit(&named("other"), &timer).is_none());
    assert!(hit(&words(&["due"]), &timer).is_none());
    let download = |path: Option<&str>| {
        let news = DownloadNews { id: None, element: 0, bytes: 1, total: 2, path: path.map(str::to_owned) };
        event(EventKind::Download, "group:ops", What::Download(news))
    };
    assert!(hit(&FilterSpec::default(), &download(None)).is_none());
    assert!(hit(&FilterSpec { progress: true, ..FilterSpec::default() }, &download(None)).is_some());
    assert!(hit(&FilterSpec { files: Some(owned(&["application/pdf"])), ..FilterSpec::default() }, &download(Some("a.pdf"))).is_some());
}

#[test]
fn a_wrong_condition_is_refused_with_its_name() {
    let spec = FilterSpec::default;
    for (wrong, why) in [
        (words(&[]), "filter words: an empty list"),
        (words(&[" "]), "filter words: \" \" is no word"),
        (FilterSpec { regex: Some("(".to_owned()), ..spec() }, "filter regex: "),
        (FilterSpec { regex: Some("(a{1000}){1000}".to_owned()), ..spec() }, "filter regex: "),
        (FilterSpec { types: Some(owned(&["imag"])), ..spec() }, "did you mean \"image\"?"),
        (FilterSpec { files: Some(owned(&["png"])), ..spec() }, "filter files: \"png\" is no MIME type"),
        (FilterSpec { chat: Some(owned(&["ops"])), ..spec() }, "filter chat: \"ops\" is no conversation"),
        (FilterSpec { from: Some(owned(&["@"])), ..spec() }, "filter from: a user id is empty"),
    ] {
        let told = Filter::compile(&wrong).unwrap_err().to_string();
        assert!(told.contains(why), "{told}");
    }
    assert!(check_kind(EventKind::Timer, &words(&["x"])).unwrap_err().to_string().contains("words says nothing about \"timer\""));
    assert!(check_kind(EventKind::Receive, &words(&["x"])).is_ok());
}

#[test]
fn whoever_registered_first_is_told_first() {
    let (any, late) = (Filter::compile(&FilterSpec::default()).unwrap(), Filter::compile(&words(&["late"])).unwrap());
    let filters =
        [(1, EventKind::Receive, &late), (2, EventKind::Receive, &any), (3, EventKind::Edit, &late), (4, EventKind::Receive, &late)];
    let matcher = Matcher::new(filters.into_iter());
    let context = MatchContext { account: "mynah" };
    let keys = |event: &Event| matcher.matches(event, &context).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys(&said("the train is late")), [1, 2, 4]);
    assert_eq!(keys(&said("the train is here")), [2]);
    assert_eq!(keys(&Event { kind: EventKind::Edit, ..said("late") }), [3]);
    assert!(keys(&Event { kind: EventKind::Recall, ..said("late") }).is_empty());
}

fn specs() -> impl Strategy<Value = FilterSpec> {
    let list = |items: &'static [&'static str]| {
        proptest::option::weighted(0.4, proptest::sample::subsequence(items, 1..=2).prop_map(|items| owned(&items)))
    };
    (
        list(&["ab", "A", "b a", "会", "b", "ba", "é"]),
        list(&["group:ops", "c2c:*"]),
        list(&["ana", "bo"]),
        list(&["text", "image"]),
        proptest::option::weighted(0.2, Just("b+".to_owned())),
    )
        .prop_map(|(words, chat, from, types, regex)| FilterSpec { words, chat, from, types, regex, ..FilterSpec::default() })
}

/// Whether a filter takes a message, said in the plainest way.
fn naive(spec: &FilterSpec, text: &str, chat: &str, sender: &str) -> bool {
    let folded: Vec<char> = crate::script::fold::folded(text).chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| folded.get(at)).is_some_and(|c| c.is_alphanumeric() && *c != '会');
    let has = |word: &String| {
        let word: Vec<char> = crate::script::fold::folded(word).chars().collect();
        (0..folded.len()).any(|at| {
            let end = at + word.len();
            let is_han = word[0] == '会';
            folded[at..].starts_with(&word) && (is_han || (!is_letter(at.checked_sub(1)) && !is_letter(Some(end))))
        })
    };
    spec.words.as_ref().is_none_or(|words| words.iter().any(has))
        && spec.chat.as_ref().is_none_or(|chats| chats.iter().any(|one| one == chat || (one == "c2c:*" && chat.starts_with("c2c:"))))
        && spec.from.as_ref().is_none_or(|from| from.iter().any(|one| one == sender))
        && spec.types.as_ref().is_none_or(|types| types.iter().any(|one| one == "text"))
        && spec.regex.as_ref().is_none_or(|_| text.contains('b'))
}

proptest! {
    #[test]
    fn all_filters_together_take_what_each_takes_alone_and_what_looking_finds(
        specs in proptest::collection::vec(specs(), 1..12),
        text in "[abAB会é \n-]{1,12}",
        chat in proptest::sample::select(vec!["group:ops", "c2c:ana"]),
        sender in proptest::sample::select(vec!["ana", "bo"]),
    ) {
        let filters: Vec<Filter> = specs.iter().map(|spec| Filter::compile(spec).unwrap()).collect();
        let matcher = Matcher::new(filters.iter().enumerate().map(|(key, filter)| (key, EventKind::Receive, filter)));
        let event = message(sender, chat, &[Element::text(text.as_str())]);
        let together = matcher.matches(&event, &MatchContext { account: "mynah" });
        let alone: Vec<(usize, Hit)> = filters.iter().enumerate().filter_map(|(key, filter)| Some((key, filter.holds(&event, "mynah")?))).collect();
        prop_assert_eq!(&together, &alone);
        let found: Vec<usize> = (0..specs.len()).filter(|&key| naive(&specs[key], &text, chat, sender)).collect();
        prop_assert_eq!(together.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), found, "{:?}", text);
    }
}
