//! The sentences that explain queries.

use super::*;
use crate::query::{Reading, parse};

#[track_caller]
fn check(query: &str, expected: &str) {
    let reading = Reading::utc(1_709_294_400);
    assert_eq!(parse(query, &reading).explain(&reading.zone), expected, "{query}");
}

#[test]
fn a_query_is_explained_in_one_sentence() {
    check("", "all messages");
    check("deploy", "messages with the word \"deploy\"");
    check("-draft", "messages without the word \"draft\"");
    check("from:alice", "messages from alice");
    check(
        "sender:alice has:reaction -has:edit in-thread:\"lunch break\"",
        "messages that were not edited, from the user alice, that have a reaction, in the thread \"lunch break\"",
    );
    check("is:unread", "messages that are unread");
    check(
        "deploy \"out of memory\" -from:\"two words\" in:group:ops has:image -has:link",
        "messages with the word \"deploy\" and the phrase \"out of memory\", not from \"two words\", without a link, in the group ops, with an image",
    );
    check("\"out of mem\"* contains:plo", "messages with a phrase beginning with \"out of mem\" and \"plo\" anywhere in a text");
    check("in:c2c:alice in:ops -is:recalled is:self", "messages that were not recalled, in the talk with alice, in ops, from yourself");
}

#[test]
fn alternatives_are_explained() {
    check("red OR green", "messages with either the word \"red\" or the word \"green\"");
    check("lamp (red OR green)", "messages with the word \"lamp\", with either the word \"red\" or the word \"green\"");
    check("lamp (from:a OR from:b)", "messages with the word \"lamp\", either from a or from b");
    check("(a from:x) OR -b", "messages either (with the word \"a\", from x) or without the word \"b\"");
    check("-(a b)", "messages not (with the word \"a\" and the word \"b\")");
    check("-is:any", "no messages");
    check("a before:1970", "no messages");
    check("a OR is:any", "messages either with the word \"a\" or of any kind");
}

#[test]
fn times_are_explained_in_the_zone() {
    check("before:2024-03-01", "messages before 2024-03-01 00:00");
    check("after:2024-03-01T10:00:00Z", "messages since 2024-03-01 10:00:01");
    check("on:2024-02-29", "messages on 2024-02-29");
    check("on:2024-02", "messages in 2024-02");
    check("on:2023", "messages in 2023");
    check("on:1709251200", "messages at 2024-03-01 00:00:00");
    check("-on:2024-02-28..2024-02-29", "messages not since 2024-02-28 00:00 and before 2024-03-01 00:00");
    check("on:..", "messages at any time");
    let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    assert_eq!(explain(&Expr::since(1_709_251_200), &berlin), "messages since 2024-03-01 01:00");
}

#[test]
fn notes_follow_on_their_own_lines() {
    check(
        "has:wings (a",
        "messages with the word \"has:wings\" and the word \"a\"\n\
         note: has: takes image, sound, file, video, location, custom, link, reaction, reply, thread, edit or forward; this was searched as text\n\
         note: the bracket is not closed; the group goes to the end",
    );
}

#[test]
fn nothing_in_a_query_steers_a_terminal() {
    let sentence = explain(&(Expr::word("\u{1b}[31m") & Expr::sender("\u{7}")), &TimeZone::UTC);
    assert!(!sentence.contains(char::is_control), "{sentence}");
}
