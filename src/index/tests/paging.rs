//! Pages, one after the other, are what one great page would be.

use proptest::prelude::*;

use super::shelf::{SORTS, Shelf, key, text};
use crate::index::{Hit, Request};
use crate::query::{Expr, Sort};

fn shelf(messages: &[(u32, u64, u64, bool)], commit_every: usize) -> Shelf {
    let mut shelf = Shelf::new();
    for (at, (conversation, time, seq, long)) in messages.iter().enumerate() {
        shelf.put(key(*conversation, *time, *seq), text(if *long { "word word and more" } else { "word" }));
        if at % commit_every == 0 {
            shelf.commit();
        }
    }
    shelf.commit();
    shelf
}

fn pages(shelf: &Shelf, sort: Sort, limit: usize) -> Vec<Hit> {
    let mut request = Request { sort, ..Request::newest(Expr::Word("word".to_owned()), limit) };
    let mut hits = Vec::new();
    loop {
        let answer = shelf.search(&request);
        assert!(answer.hits.len() <= limit);
        hits.extend(answer.hits);
        // The cursor goes through its text form, as it does for a caller.
        request.after = match answer.next {
            Some(next) => Some(next.to_string().parse().unwrap()),
            None => return hits,
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn small_pages_are_one_great_page(
        messages in prop::collection::vec((1..4_u32, 0..6_u64, prop_oneof![0..3_u64, (1_u64 << 24)..(1 << 24) + 3], any::<bool>()), 1..80),
        commit_every in 5..40_usize,
        limit in 1..7_usize,
    ) {
        let shelf = shelf(&messages, commit_every);
        for sort in SORTS {
            let all = pages(&shelf, sort, 1_000);
            prop_assert_eq!(all.len(), shelf.messages.len());
            prop_assert_eq!(pages(&shelf, sort, limit), all.clone());
            let ranks: Vec<_> = all.iter().map(|hit| (hit.key.place, hit.key.conversation)).collect();
            match sort {
                Sort::Newest => prop_assert!(ranks.is_sorted_by(|a, b| a > b)),
                Sort::Oldest => prop_assert!(ranks.is_sorted_by(|a, b| a < b)),
                Sort::Relevance => prop_assert!(all.is_sorted_by(|a, b| a.score >= b.score)),
            }
        }
    }
}

#[test]
fn a_page_goes_on_where_the_one_before_ended_even_if_that_message_is_gone() {
    let mut shelf = Shelf::of(&["word 0", "word 1", "word 2", "word 3"]);
    let first = shelf.search(&Request::newest(Expr::Word("word".to_owned()), 2));
    shelf.remove(&[first.hits[1].key]);
    shelf.commit();
    let second = shelf.search(&Request { after: first.next, ..Request::newest(Expr::Word("word".to_owned()), 2) });
    assert_eq!(second.hits.iter().map(|hit| hit.key.place.time).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(second.next, None);
}

#[test]
fn ten_thousand_messages_of_one_second_are_paged_in_order() {
    let mut shelf = Shelf::new();
    for at in 0..10_000_u32 {
        let mut place = key(1 + at % 7, 5, 0);
        place.place.rand = at.wrapping_mul(2_654_435_761);
        shelf.put(place, text("word"));
    }
    shelf.commit();
    assert_eq!(pages(&shelf, Sort::Newest, 997).iter().map(|hit| hit.key).collect::<Vec<_>>(), shelf.scan(&Expr::All));
}
