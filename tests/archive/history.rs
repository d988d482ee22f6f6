//! Paging through a conversation.

use mynah::Archive;
use mynah::archive::{HistoryCursor, HistoryRequest, Order, Start};
use mynah::model::{Body, ConversationId, Element, ElementType, Message, TypeSet};

use super::{bob, fresh, ops, said, texts};

/// Ten messages, `m0` at second 100 to `m9` at second 109, with seqs 1 to 10.
fn ten(archive: &Archive, conversation: &ConversationId) {
    let messages = (0..10).map(|number| said("alice", 100 + number, &format!("m{number}"))).collect();
    archive.import(conversation, messages).unwrap();
}

#[track_caller]
fn check(archive: &Archive, request: HistoryRequest, expected: &str) {
    let page = archive.history(&ops(), &request).unwrap();
    assert_eq!(texts(&page.messages).join(" "), expected);
}

#[test]
fn a_page_goes_either_way_and_its_cursor_goes_on_without_gap_or_repeat() {
    let (_folder, archive) = fresh();
    ten(&archive, &ops());
    for (order, all) in [(Order::NewestFirst, "m9 m8 m7 m6 m5 m4 m3 m2 m1 m0"), (Order::OldestFirst, "m0 m1 m2 m3 m4 m5 m6 m7 m8 m9")] {
        for limit in 1..=11 {
            let mut seen = Vec::new();
            let mut request = HistoryRequest { order, limit, ..Default::default() };
            loop {
                let page = archive.history(&ops(), &request).unwrap();
                assert!(page.messages.len() <= limit);
                seen.extend(texts(&page.messages));
                let Some(next) = page.next else { break };
                let next: HistoryCursor = next.to_string().parse().unwrap();
                request.start = Start::Beyond(next.0);
            }
            assert_eq!(seen.join(" "), all, "{order:?}, {limit} a page");
        }
    }
}

#[test]
fn a_start_message_is_excluded_and_a_start_seq_is_included() {
    let (_folder, archive) = fresh();
    ten(&archive, &ops());
    let place = archive.history_of_seqs(&ops(), &[5]).unwrap()[0].place();
    let request = |start, order| HistoryRequest { start, order, limit: 3, ..Default::default() };
    check(&archive, request(Start::Beyond(place), Order::NewestFirst), "m3 m2 m1");
    check(&archive, request(Start::Beyond(place), Order::OldestFirst), "m5 m6 m7");
    check(&archive, request(Start::Seq(5), Order::NewestFirst), "m4 m3 m2");
    check(&archive, request(Start::Seq(5), Order::OldestFirst), "m4 m5 m6");
    check(&archive, request(Start::Seq(99), Order::NewestFirst), "m9 m8 m7");
}

#[test]
fn a_seq_starts_nothing_in_a_talk_with_a_peer() {
    let (_folder, archive) = fresh();
    ten(&archive, &bob());
    let request = HistoryRequest { start: Start::Seq(3), limit: 1, ..Default::default() };
    assert_eq!(texts(&archive.history(&bob(), &request).unwrap().messages), ["m9"]);
    assert!(archive.history_of_seqs(&bob(), &[3]).unwrap().is_empty());
}

#[test]
fn a_time_window_is_closed_at_both_ends() {
    let (_folder, archive) = fresh();
    ten(&archive, &ops());
    let window = |from, until, order| HistoryRequest { from, until, order, ..Default::default() };
    check(&archive, window(Some(103), Some(105), Order::NewestFirst), "m5 m4 m3");
    check(&archive, window(Some(103), Some(105), Order::OldestFirst), "m3 m4 m5");
    check(&archive, window(Some(108), None, Order::OldestFirst), "m8 m9");
    check(&archive, window(None, Some(101), Order::NewestFirst), "m1 m0");
    check(&archive, window(Some(105), Some(103), Order::NewestFirst), "");
    check(&archive, window(Some(0), Some(u64::MAX), Order::OldestFirst), "m0 m1 m2 m3 m4 m5 m6 m7 m8 m9");
}

#[test]
fn a_window_and_a_start_hold_together() {
    let (_folder, archive) = fresh();
    ten(&archive, &ops());
    let request = |seq, order| HistoryRequest { start: Start::Seq(seq), from: Some(103), until: Some(106), order, ..Default::default() };
    check(&archive, request(5, Order::NewestFirst), "m4 m3");
    check(&archive, request(5, Order::OldestFirst), "m4 m5 m6");
    check(&archive, request(1, Order::OldestFirst), "m3 m4 m5 m6");
    check(&archive, request(1, Order::NewestFirst), "");
    check(&archive, request(10, Order::NewestFirst), "m6 m5 m4 m3");
    check(&archive, request(10, Order::OldestFirst), "");
}

#[test]
fn only_messages_with_an_element_of_the_types_are_listed() {
    let (_folder, archive) = fresh();
    let of = |time, elements: &[Element]| Message::new("alice", time, Body::of_elements(elements));
    let both = of(1, &[Element::text("picture with words"), Element::image("/a.png")]);
    archive.import(&ops(), vec![both, of(2, &[Element::file("/tmp/plan.pdf", 9)]), said("alice", 3, "words")]).unwrap();
    let types = |kinds: &[ElementType]| HistoryRequest { types: kinds.iter().copied().collect(), ..Default::default() };
    let times = |request| archive.history(&ops(), &request).unwrap().messages.iter().map(|m| m.server_time).collect::<Vec<_>>();
    assert_eq!(times(types(&[ElementType::Image])), [1]);
    assert_eq!(times(types(&[ElementType::Text])), [3, 1]);
    assert_eq!(times(types(&[ElementType::File, ElementType::Image])), [2, 1]);
    assert_eq!(times(types(&[ElementType::Video])), [0_u64; 0]);
    assert_eq!(times(HistoryRequest { types: TypeSet::EMPTY, ..Default::default() }), [3, 2, 1]);
}

#[test]
fn messages_stand_in_the_order_of_time_then_seq_whenever_they_came() {
    let (_folder, archive) = fresh();
    for (time, text) in [(30, "late"), (10, "early"), (20, "middle"), (20, "middle again")] {
        archive.import(&ops(), vec![said("alice", time, text)]).unwrap();
    }
    let request = HistoryRequest { order: Order::OldestFirst, ..Default::default() };
    check(&archive, request, "early middle middle again late");
}

#[test]
fn deleted_messages_cost_no_count_and_recalled_ones_stay() {
    let (_folder, archive) = fresh();
    ten(&archive, &ops());
    let ids: Vec<String> = archive.history_of_seqs(&ops(), &[10, 8, 9]).unwrap().iter().map(Message::id_text).collect();
    archive.delete(&ops(), &[&ids[0], &ids[1]]).unwrap();
    archive.recall(&ids[2]).unwrap();
    check(&archive, HistoryRequest { limit: 3, ..Default::default() }, "m8 m6 m5");
    assert_eq!(texts(&archive.history_of_seqs(&ops(), &[8, 9, 7]).unwrap()), ["m8", "m6"]);
}

#[test]
fn an_unknown_conversation_has_no_messages_and_a_limit_of_none_lists_none() {
    let (_folder, archive) = fresh();
    let page = archive.history(&ops(), &Default::default()).unwrap();
    assert!(page.messages.is_empty() && page.next.is_none());
    ten(&archive, &ops());
    check(&archive, HistoryRequest { limit: 0, ..Default::default() }, "");
    check(&archive, HistoryRequest { limit: usize::MAX, ..Default::default() }, "m9 m8 m7 m6 m5 m4 m3 m2 m1 m0");
}

#[test]
fn a_conversation_ends_where_the_next_one_begins() {
    let (_folder, archive) = fresh();
    let names = ["a", "b", "c"].map(|name| ConversationId::group(name).unwrap());
    for name in &names {
        archive.import(name, vec![said("alice", 1, name.id()), said("alice", 253_402_300_799, name.id())]).unwrap();
    }
    for name in &names {
        assert_eq!(super::history(&archive, name), [name.id(), name.id()]);
    }
}

#[test]
fn a_seq_that_is_missing_is_taken_by_its_neighbour_in_the_direction_of_the_page() {
    let (_folder, archive) = fresh();
    ten(&archive, &ops());
    let fifth = archive.history_of_seqs(&ops(), &[5]).unwrap()[0].id_text();
    archive.purge(&ops(), mynah::archive::Purge::Ids(&[&fifth])).unwrap();
    let from = |order, seq| HistoryRequest { start: Start::Seq(seq), order, limit: 2, ..HistoryRequest::default() };
    check(&archive, from(Order::NewestFirst, 5), "m3 m2");
    check(&archive, from(Order::OldestFirst, 5), "m5 m6");
    check(&archive, from(Order::NewestFirst, 99), "m9 m8");
    check(&archive, from(Order::OldestFirst, 99), "");
    assert!(archive.history_of_seqs(&ops(), &[5]).unwrap().is_empty());
}
