//! Random conditions on random messages.

use proptest::prelude::*;

use super::shelf::{Message, Shelf, key};
use crate::index::Request;
use crate::model::{ConversationRef, ElementType, Feature, Thread, Traits, TypeSet};
use crate::query::{Expr, Filter, Sort};

fn some_text() -> impl Strategy<Value = String> {
    "(red|Green|bluE|red-green|c\\+\\+|#red|getRed|你好|好|http://x\\.y|  |, | ){0,6}"
}

fn message() -> impl Strategy<Value = Message> {
    let texts = prop::collection::vec(some_text(), 0..3);
    ("ann|Ann|bob", 0..8192_u16, any::<[bool; 3]>(), texts, traits()).prop_map(
        |(sender, types, [is_self, recalled, unread], texts, traits)| Message {
            sender,
            types: TypeSet::from_bits(types),
            is_self,
            recalled: recalled && unread,
            unread,
            id: String::new(),
            traits,
            texts,
        },
    )
}

fn traits() -> impl Strategy<Value = Traits> {
    let features = prop::sample::subsequence(Feature::ALL.to_vec(), 0..3);
    let thread = prop::option::of(("t[1-4]", "|Lunch|lunch|t2|BOB").prop_map(|(id, name)| Thread { id, name }));
    let sender_name = prop::option::of(prop_oneof![Just("Bob".to_owned()), Just("ANN".to_owned()), Just("Zoë".to_owned())]);
    (features, sender_name, thread).prop_map(|(features, sender_name, thread)| Traits { features, sender_name, thread })
}

fn expr() -> impl Strategy<Value = Expr> {
    let time = || prop::option::of(0..10_u64);
    let leaf = prop_oneof![
        Just(Expr::All),
        "red|green|blue|c\\+\\+|#red|red-green|你好|好|,|get| ".prop_map(Expr::Word),
        "red green|green blue|好 你|red, red".prop_map(Expr::Phrase),
        "re|gr|red g|你|x|getr".prop_map(Expr::Prefix),
        "e|RE|d-g|好|ed|, |  | |n b|htt|://".prop_map(Expr::Contains),
        "1|2|3|none".prop_map(|id| Expr::Filter(Filter::Conversation(ConversationRef { kind: None, id }))),
        "ann|BOB|eve".prop_map(|sender| Expr::Filter(Filter::Sender(sender))),
        "ann|BOB|zoë|eve".prop_map(|who| Expr::Filter(Filter::SaidBy(who))),
        "t[1-5]|T1|lunch|LUNCH|bob".prop_map(|thread| Expr::Filter(Filter::Thread(thread))),
        prop::sample::select(Feature::ALL).prop_map(|feature| Expr::Filter(Filter::Has(feature))),
        (time(), time()).prop_map(|(from, until)| Expr::Filter(Filter::Time { from, until })),
        (0..13_u64).prop_map(|number| Expr::Filter(Filter::Type(ElementType::from_number(number).unwrap()))),
        prop::sample::select(vec![Filter::HasLink, Filter::Unread, Filter::Recalled, Filter::FromSelf]).prop_map(Expr::Filter),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Expr::And),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Expr::Or),
            inner.prop_map(|expr| Expr::Not(Box::new(expr))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, ..ProptestConfig::default() })]

    #[test]
    fn every_condition_finds_what_looking_at_every_message_finds(
        messages in prop::collection::vec((1..4_u32, 0..10_u64, message()), 1..60),
        commit_every in 10..60_usize,
        exprs in prop::collection::vec(expr(), 60),
    ) {
        let mut shelf = Shelf::new();
        for (at, (conversation, time, mut message)) in messages.into_iter().enumerate() {
            // Some of them begin threads.
            message.id = format!("t{}", at + 1);
            shelf.put(key(conversation, time, 0), message);
            if at % commit_every == 0 {
                shelf.commit();
            }
        }
        shelf.commit();
        for expr in exprs {
            let expected = shelf.scan(&expr);
            prop_assert_eq!(shelf.find(&expr), expected.clone(), "{:?}", expr);
            let mut oldest = shelf.search(&Request { sort: Sort::Oldest, ..Request::newest(expr.clone(), 1_000) }).hits;
            oldest.reverse();
            prop_assert_eq!(oldest.iter().map(|hit| hit.key).collect::<Vec<_>>(), expected.clone(), "{:?}", expr);
            let mut best: Vec<_> = shelf.search(&Request { sort: Sort::Relevance, ..Request::newest(expr.clone(), 1_000) }).hits.iter().map(|hit| hit.key).collect();
            best.sort_by_key(|key| std::cmp::Reverse((key.place, key.conversation)));
            prop_assert_eq!(best, expected.clone(), "{:?}", expr);
            let few = shelf.search(&Request::newest(expr.clone(), 3)).hits;
            prop_assert_eq!(few.iter().map(|hit| hit.key).collect::<Vec<_>>(), &expected[..expected.len().min(3)], "{:?}", expr);
        }
    }
}
