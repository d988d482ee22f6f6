//! Queries that Rust code made are printed as texts that mean the same.

use proptest::prelude::*;

use super::*;
use crate::model::{ConversationKind, ConversationRef, ElementType, Feature, limits};
use crate::query::{Reading, parse};

#[track_caller]
fn check(expr: &Expr, expected: &str) {
    assert_eq!(expr.to_string(), expected);
    let parsed = parse(expected, &Reading::utc(1_709_294_400));
    assert_eq!(&parsed.expr, expr, "{expected}");
    assert_eq!(parsed.notes, Vec::new(), "{expected}");
}

fn w(word: &str) -> Expr {
    Expr::word(word)
}

#[test]
fn queries_are_printed_as_people_would_write_them() {
    check(&Expr::All, "");
    check(&(w("a") & w("b")), "a b");
    check(&(w("a") | w("b")), "a OR b");
    check(&(w("a") & (w("b") | w("c")) & !w("d")), "a (b OR c) -d");
    check(&((w("a") & w("b")) | !(w("c") | w("d"))), "(a b) OR -(c OR d)");
    check(&(Expr::phrase("a b") & Expr::prefix("c") & Expr::prefix("d e")), "\"a b\" c* \"d e\"*");
    check(&(Expr::sender("two words") & Expr::has_link() & Expr::unread()), "sender:\"two words\" has:link is:unread");
    check(
        &(Expr::said_by("Ann") & Expr::has_feature(Feature::Reply) & !Expr::thread("lunch break")),
        "from:Ann has:reply -in-thread:\"lunch break\"",
    );
    check(&Expr::since(1_709_251_200), "on:2024-03-01T00:00:00Z..");
    check(&Expr::until(1_709_251_199), "on:..2024-02-29T23:59:59Z");
    check(&Expr::within(5..=5), "on:1970-01-01T00:00:05Z");
    check(&Expr::contains("-> (x"), "contains:\"-> (x\"");
}

#[test]
fn a_word_that_looks_like_syntax_is_printed_so_that_it_stays_a_word() {
    check(&w("C++"), "C++");
    check(&w(":)"), ":)");
    check(&w("from:bob"), "word:from:bob");
    check(&w("-x"), "word:-x");
    check(&w("OR"), "word:OR");
    check(&w("pre*"), "word:pre*");
    check(&w("a,"), "word:\"a,\"");
    check(&w("say \"hi\""), "word:\"say \"\"hi\"\"\"");
    check(&!w(":)"), "NOT :)");
    check(&!w("OR"), "-word:OR");
    check(&!(w("f(") | w(":)")), "-(word:\"f(\" OR word:\":)\")");
}

#[test]
fn what_finds_nothing_stays_so() {
    assert_eq!(Expr::none().to_string(), "-is:any");
    check(&!Expr::All, "-is:any");
    check(&(w("a") | !Expr::All), "a OR -is:any");
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé部🙂]{1,4}",
        "[-a*:()\"“”,;|#+ \u{3000}]{1,5}",
        "\\PC{1,5}",
        prop::sample::select(vec!["OR", "AND", "NOT", "from:", "is:any", "on:..", "c2c:x", "word:\"", "a\"\"", "\\\""])
            .prop_map(str::to_owned),
    ]
}

fn any_words() -> impl Strategy<Value = String> {
    any_text().prop_filter("has more than blanks", |text| text.contains(|c| !crate::query::lex::is_blank(c)))
}

fn any_leaf() -> impl Strategy<Value = Expr> {
    let time = prop_oneof![0..=limits::TIME.max, 1_700_000_000..1_720_000_000u64, Just(limits::TIME.max), Just(0)];
    let name = (prop::option::of(prop::sample::select(vec![ConversationKind::C2c, ConversationKind::Group])), any_text())
        .prop_map(|(kind, id)| ConversationRef { kind, id })
        .prop_filter("is read as it is printed", |name| ConversationRef::parse(&name.to_string()) == *name);
    prop_oneof![
        3 => any_text().prop_map(Expr::Word),
        2 => any_words().prop_map(Expr::Phrase),
        2 => any_words().prop_map(Expr::Prefix),
        1 => any_text().prop_map(Expr::Contains),
        1 => any_text().prop_map(Expr::sender),
        1 => any_text().prop_map(Expr::said_by),
        1 => any_text().prop_map(Expr::thread),
        1 => prop::sample::select(Feature::ALL).prop_map(Expr::has_feature),
        1 => name.prop_map(|name| Expr::Filter(Filter::Conversation(name))),
        1 => prop::option::of(time.clone()).prop_flat_map(move |from| (Just(from), prop::option::of(time.clone())))
            .prop_map(|(from, until)| Expr::Filter(Filter::Time { from, until })),
        1 => prop::sample::select(ElementType::ALL).prop_map(Expr::has),
        1 => prop::sample::select(vec![Expr::has_link(), Expr::unread(), Expr::recalled(), Expr::from_self()]),
    ]
}

fn any_query() -> impl Strategy<Value = Expr> {
    any_leaf().prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..5).prop_map(Expr::and),
            prop::collection::vec(inner.clone(), 2..5).prop_map(Expr::or),
            inner.prop_map(|inner| !inner),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_query_is_read_as_it_is_printed(expr in any_query()) {
        let printed = expr.to_string();
        let parsed = parse(&printed, &Reading::utc(1_709_294_400));
        prop_assert_eq!(&parsed.expr, &expr, "printed as {}", printed);
        prop_assert_eq!(parsed.notes, Vec::new(), "printed as {}", printed);
    }
}

#[test]
fn a_time_before_all_times_is_printed_as_it_is_read() {
    let reading = Reading::utc(1_709_294_400);
    let parsed = parse("before:0", &reading);
    check(&parsed.expr, "-is:any");
}
