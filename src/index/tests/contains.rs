//! `contains` finds what a scan of all texts finds.

use proptest::prelude::*;

use super::shelf::{Message, Shelf, key, text};
use crate::index::Request;
use crate::query::Expr;

/// Texts of few different characters of every kind, so that keywords are often in them.
fn some_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-d]{1,4}",
        "[A-D]{1,3}",
        "[ab0-1]{1,3}",
        "(你|好|字){1,3}",
        "(か|が|カ|ｶ|ﾞ){1,2}",
        "(한|글|ㄱ){1,2}",
        "(é|É|ß|ẞ|ﬁ|İ|ſ|К|ё){1,2}",
        "e\u{301}",
        "(👩\u{200D}👧|😀|🇩🇪)",
        "x{250,260}",
        "(½|Ａ|①)"
    ];
    let between = prop_oneof![4 => Just(" ".to_owned()), 1 => "[-.,:;>)]{1,3}", 1 => "  |\n|\t", 1 => "，|。|\u{3000}", 1 => Just(String::new()), 1 => "-{250,260}"];
    prop::collection::vec((word, between), 0..6).prop_map(|parts| parts.into_iter().flat_map(|(word, between)| [word, between]).collect())
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, Vec<String>),
    Remove(u8),
    Recall(u8),
    Commit,
    Compact,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (any::<u8>(), prop::collection::vec(some_text(), 0..3)).prop_map(|(at, texts)| Step::Put(at, texts)),
        2 => any::<u8>().prop_map(Step::Remove),
        1 => any::<u8>().prop_map(Step::Recall),
        2 => Just(Step::Commit),
        1 => Just(Step::Compact),
    ]
}

fn run(steps: Vec<Step>) -> Shelf {
    let mut shelf = Shelf::new();
    let at = |at: u8| key(1 + u32::from(at % 3), u64::from(at / 4), 0);
    for step in steps {
        match step {
            Step::Put(number, texts) => shelf.put(at(number), Message { texts, ..text("") }),
            Step::Remove(number) => shelf.remove(&[at(number)]),
            Step::Recall(number) => {
                if let Some(message) = shelf.messages.get(&at(number)).cloned() {
                    shelf.put(at(number), Message { recalled: true, ..message });
                }
            }
            Step::Commit => shelf.commit(),
            Step::Compact => shelf.writer.compact(&Default::default()).unwrap(),
        }
    }
    shelf.commit();
    shelf
}

/// Cuts out of the texts, and some that are likely in none.
fn keywords(shelf: &Shelf, cuts: &[(prop::sample::Index, usize, usize)]) -> Vec<String> {
    let texts: Vec<&String> = shelf.messages.values().flat_map(|message| &message.texts).filter(|text| !text.is_empty()).collect();
    let mut keywords: Vec<String> =
        ["a", " ", "  ", "e", "\u{301}", "ss", "fi", "i", "->", "-", "x", "k", "你", "d a", "ａ"].map(str::to_owned).to_vec();
    for (index, start, length) in cuts.iter().filter(|_| !texts.is_empty()) {
        let text = index.get(&texts);
        let cut: String = text.chars().skip(start % text.chars().count()).take(*length).collect();
        keywords.push(cut.to_uppercase());
        keywords.push(cut);
    }
    keywords.retain(|keyword| !keyword.is_empty());
    keywords
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn contains_finds_exactly_what_a_scan_finds(steps in prop::collection::vec(step(), 1..60), cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..300_usize, 1..12_usize), 12)) {
        let shelf = run(steps);
        for keyword in keywords(&shelf, &cuts) {
            let expr = Expr::Contains(keyword);
            let expected = shelf.scan(&expr);
            prop_assert_eq!(shelf.find(&expr), expected.clone(), "{:?}", expr);
            let few = shelf.search(&Request::newest(expr.clone(), 2));
            prop_assert_eq!(few.hits.iter().map(|hit| hit.key).collect::<Vec<_>>(), &expected[..expected.len().min(2)]);
            prop_assert_eq!(few.next.is_some(), expected.len() > 2);
        }
    }

    #[test]
    fn keywords_combine_as_conditions_do(steps in prop::collection::vec(step(), 1..40), cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..60_usize, 1..4_usize), 6)) {
        let shelf = run(steps);
        let keywords: Vec<Expr> = keywords(&shelf, &cuts).into_iter().map(Expr::Contains).collect();
        for pair in keywords.windows(2) {
            for expr in [Expr::And(pair.to_vec()), Expr::Or(pair.to_vec()), Expr::And(vec![pair[0].clone(), !pair[1].clone()])] {
                prop_assert_eq!(shelf.find(&expr), shelf.scan(&expr), "{:?}", expr);
            }
        }
    }
}

#[test]
fn a_keyword_of_one_character_is_found_in_any_script() {
    let shelf = Shelf::of(&["deploy", "PLO", "你好", "かな", "한글", "a->b", ":)", "tab\there", "👍🏽", "naïve", "½"]);
    for (keyword, expected) in [
        ("plo", &["deploy", "PLO"][..]),
        ("好", &["你好"]),
        ("な", &["かな"]),
        ("글", &["한글"]),
        (">", &["a->b"]),
        ("->b", &["a->b"]),
        (")", &[":)"]),
        ("\t", &["tab\there"]),
        ("👍", &["👍🏽"]),
        ("ï", &["naïve"]),
        ("½", &["½"]),
        ("1", &[]),
        ("i", &[]),
    ] {
        shelf.check(Expr::Contains(keyword.to_owned()), expected);
    }
}
