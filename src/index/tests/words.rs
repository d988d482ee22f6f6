//! What a search by words finds.

use super::shelf::{Message, Shelf, key, text};
use crate::index::{Answer, Bar, FacetSpec, Request, Timeline};
use crate::model::{ConversationNo, ConversationRef, ElementType, TypeSet};
use crate::query::{Expr, Filter};

fn word(text: &str) -> Expr {
    Expr::Word(text.to_owned())
}

fn filter(filter: Filter) -> Expr {
    Expr::Filter(filter)
}

#[test]
fn words_are_found_whatever_their_case_accents_and_widths() {
    let shelf = Shelf::of(&["Crème brûlée", "creme caramel", "ＣＲＥＭＥ", "crem", "Straße", "STRASSE"]);
    shelf.check(word("crème"), &["Crème brûlée", "creme caramel", "ＣＲＥＭＥ"]);
    shelf.check(word("strasse"), &["Straße", "STRASSE"]);
    shelf.check(Expr::Prefix("CRE".to_owned()), &["Crème brûlée", "creme caramel", "ＣＲＥＭＥ", "crem"]);
}

#[test]
fn identifiers_are_found_whole_and_in_parts() {
    let shelf = Shelf::of(&[
        "PLT-3699 is open",
        "3699 PLT",
        "getMsgList()",
        "C++ and C",
        "C only",
        "#ops",
        "ops",
        "ann@example.org",
        "->",
        "a -> b",
    ]);
    shelf.check(word("PLT-3699"), &["PLT-3699 is open"]);
    shelf.check(word("3699"), &["PLT-3699 is open", "3699 PLT"]);
    shelf.check(word("getmsglist"), &["getMsgList()"]);
    shelf.check(word("msg"), &["getMsgList()"]);
    shelf.check(word("c++"), &["C++ and C"]);
    shelf.check(word("c"), &["C++ and C", "C only"]);
    shelf.check(word("#ops"), &["#ops"]);
    shelf.check(word("ops"), &["#ops", "ops"]);
    shelf.check(word("example.org"), &["ann@example.org"]);
    shelf.check(word("ann@example.org"), &["ann@example.org"]);
    shelf.check(word("->"), &["->", "a -> b"]);
}

#[test]
fn phrases_do_not_cross_from_one_text_into_the_next() {
    let mut shelf = Shelf::new();
    let mut message = text("new york");
    message.texts = vec!["in new".to_owned(), "york".to_owned()];
    shelf.put(key(1, 1, 0), message);
    shelf.put(key(1, 2, 0), text("in New York, yes"));
    shelf.commit();
    shelf.check(Expr::Phrase("new york".to_owned()), &["in New York, yes"]);
    shelf.check(Expr::Prefix("new yo".to_owned()), &["in New York, yes"]);
    shelf.check(Expr::and([word("new"), word("york")]), &["in New York, yes", "in new"]);
    let mut message = text("好");
    message.texts.push("你".to_owned());
    shelf.put(key(1, 3, 0), message);
    shelf.commit();
    shelf.check(Expr::Phrase("好你".to_owned()), &[]);
    shelf.check(Expr::Phrase("好 你".to_owned()), &[]);
}

#[test]
fn characters_that_are_words_have_to_touch() {
    let shelf = Shelf::of(&["你好世界", "你 好", "好你", "한글검색", "글"]);
    shelf.check(word("你好"), &["你好世界"]);
    shelf.check(word("世"), &["你好世界"]);
    shelf.check(Expr::Phrase("你 好".to_owned()), &["你 好"]);
    shelf.check(word("글"), &["한글검색", "글"]);
}

#[test]
fn recalled_messages_are_found_only_where_they_are_asked_for() {
    let mut shelf = Shelf::of(&["kept"]);
    shelf.put(key(1, 9, 0), Message { recalled: true, ..text("gone") });
    shelf.commit();
    shelf.check(Expr::All, &["kept"]);
    shelf.check(!word("other"), &["kept"]);
    shelf.check(word("gone"), &[]);
    shelf.check(filter(Filter::Recalled), &["gone"]);
    shelf.check(!filter(Filter::Recalled), &["kept"]);
    shelf.check(Expr::Contains("gone".to_owned()), &[]);
}

#[test]
fn filters_bind_and_are_never_read_as_text() {
    let mut shelf = Shelf::new();
    let image = TypeSet::from_iter([ElementType::Image]);
    shelf.put(key(1, 10, 0), Message { sender: "Ann OR *".to_owned(), ..text("one http://a.b") });
    shelf.put(key(2, 20, 0), Message { types: image, is_self: true, ..text("two") });
    shelf.put(key(2, 30, 0), Message { unread: true, ..text("three") });
    shelf.commit();
    shelf.check(filter(Filter::Sender("aNN or *".to_owned())), &["one http://a.b"]);
    shelf.check(filter(Filter::Sender("ann*".to_owned())), &[]);
    shelf.check(filter(Filter::Conversation(ConversationRef::parse("2"))), &["two", "three"]);
    shelf.check(filter(Filter::Conversation(ConversationRef::parse("none"))), &[]);
    shelf.check(filter(Filter::Time { from: Some(20), until: Some(30) }), &["two", "three"]);
    shelf.check(filter(Filter::Time { from: Some(21), until: None }), &["three"]);
    shelf.check(filter(Filter::Time { from: Some(31), until: Some(5) }), &[]);
    shelf.check(filter(Filter::Type(ElementType::Image)), &["two"]);
    shelf.check(filter(Filter::HasLink), &["one http://a.b"]);
    shelf.check(filter(Filter::FromSelf), &["two"]);
    shelf.check(filter(Filter::Unread), &["three"]);
}

#[test]
fn the_best_match_comes_first() {
    let shelf = Shelf::of(&["apple", "apple pear plum and many other things that make this long", "apple apple", "pear"]);
    let mut request = Request::newest(word("apple"), 10);
    request.sort = crate::query::Sort::Relevance;
    let hits = shelf.search(&request).hits;
    assert_eq!(hits.iter().map(|hit| hit.key.place.time).collect::<Vec<_>>(), [2, 0, 1]);
    assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
}

#[test]
fn matches_are_counted_by_what_they_have_in_common() {
    let mut shelf = Shelf::new();
    for at in 0..10 {
        let sender = if at % 3 == 0 { "ann" } else { "bob" };
        shelf.put(key(1 + at as u32 % 2, at * 10, 0), Message { sender: sender.to_owned(), ..text("word") });
        if at == 4 {
            shelf.commit();
        }
    }
    shelf.commit();
    let bar = |time: u64| time / 30 * 30..time / 30 * 30 + 30;
    let request = Request {
        conversations: true,
        facets: Some(FacetSpec { conversations: true, senders: true, types: true, top: 5 }),
        timeline: Some(Timeline { bar: &bar }),
        ..Request::newest(word("word"), 0)
    };
    let Answer { hits, total, conversations, facets, timeline, .. } = shelf.search(&request);
    assert_eq!((hits.len(), total), (0, Some(10)));
    assert_eq!(
        conversations.iter().map(|one| (one.conversation.0, one.count, one.newest.place.time)).collect::<Vec<_>>(),
        [(2, 5, 90), (1, 5, 80)]
    );
    assert_eq!(facets.conversations, [(ConversationNo(1), 5), (ConversationNo(2), 5)]);
    assert_eq!(facets.senders, [("bob".to_owned(), 6), ("ann".to_owned(), 4)]);
    assert_eq!(facets.types, [(ElementType::Text, 10)]);
    let bars = [(0, 3), (30, 3), (60, 3), (90, 1)].map(|(start, count)| Bar { start, end: start + 30, count });
    assert_eq!(timeline, bars);
}
