//! Asks the real archive and the naive one the same questions.

use mynah::Archive;
use mynah::archive::{HistoryRequest, Order, SearchRequest, Start};
use mynah::model::{ConversationId, Locator};
use mynah::query::{Expr, Sort};

use super::{Kept, Naive, conversation};

/// Asserts that history, find, locate, the list, unread counts, check and search answer as the naive archive does.
#[track_caller]
pub(crate) fn assert_equal(archive: &Archive, naive: &Naive, keywords: &[String]) {
    if let Err(difference) = compare(archive, naive, keywords) {
        panic!("{difference}");
    }
}

/// The first difference, as a sentence.
pub(crate) fn compare(archive: &Archive, naive: &Naive, keywords: &[String]) -> Result<(), String> {
    for number in 0..3 {
        compare_history(archive, naive, &conversation(number))?;
        compare_entry(archive, naive, &conversation(number))?;
    }
    compare_single(archive, naive)?;
    let report = archive.check().map_err(|error| error.to_string())?;
    same("findings of the check", &report.findings, &Vec::new())?;
    same("messages of the check", &report.messages, &(naive.messages.len() as u64))?;
    compare_search(archive, naive, Expr::All, |kept| kept.is_searched())?;
    compare_search(archive, naive, Expr::recalled(), |kept| kept.is_visible() && !kept.is_searched())?;
    compare_search(archive, naive, Expr::unread(), |kept| naive.is_unread(kept))?;
    compare_search(archive, naive, Expr::sender("ALICE"), |kept| kept.is_searched() && kept.sender == "alice")?;
    let ops = conversation(1);
    compare_search(archive, naive, Expr::conversation(&ops), |kept| kept.is_searched() && kept.conversation == ops)?;
    compare_search(archive, naive, Expr::within(10..=20), |kept| kept.is_searched() && (10..=20).contains(&kept.place.time))?;
    for keyword in keywords {
        let folded = fold(keyword);
        let has = |kept: &Kept| fold(&kept.text).contains(&folded);
        let expr = Expr::contains(keyword.clone());
        compare_search(archive, naive, expr.clone(), |kept| kept.is_searched() && has(kept))?;
        compare_search(archive, naive, !expr.clone(), |kept| kept.is_searched() && !has(kept))?;
        // The text of a recalled message is not searched, even where recalled ones are asked for.
        compare_search(archive, naive, expr & Expr::recalled(), |_| false)?;
    }
    ["deploy", "the", "42"].iter().try_for_each(|word| compare_words(archive, naive, word))
}

/// Full case folding, as Unicode defines it.
pub(crate) fn fold(text: &str) -> String {
    icu_casemap::CaseMapper::new().fold_string(text).into_owned()
}

/// A word is found where it stands between blanks, and nowhere where its letters do not stand.
fn compare_words(archive: &Archive, naive: &Naive, word: &str) -> Result<(), String> {
    let request = SearchRequest { limit: 10_000, ..SearchRequest::new(Expr::word(word)) };
    let hits = archive.search(&request).map_err(|error| error.to_string())?.hits;
    let hits: Vec<String> = hits.iter().map(|hit| hit.message.id_text()).collect();
    for kept in &naive.messages {
        let text = fold(&kept.text);
        let has_to_be_found = kept.is_searched() && text.split(' ').any(|part| part == word);
        let may_be_found = kept.is_searched() && text.contains(word);
        let is_found = hits.contains(&kept.id);
        if has_to_be_found && !is_found || is_found && !may_be_found {
            return Err(format!("the word {word} in {:?} is found: {is_found}", kept.text));
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, real: &T, naive: &T) -> Result<(), String> {
    if real == naive { Ok(()) } else { Err(format!("{what}: the archive says {real:?}, it should be {naive:?}")) }
}

fn compare_history(archive: &Archive, naive: &Naive, id: &ConversationId) -> Result<(), String> {
    let mut expected: Vec<&Kept> = naive.messages.iter().filter(|kept| kept.conversation == *id && kept.is_visible()).collect();
    expected.sort_by_key(|kept| kept.place);
    let all = |order, limit| -> Result<Vec<String>, String> {
        let mut request = HistoryRequest { order, limit, ..Default::default() };
        let mut seen = Vec::new();
        loop {
            let page = archive.history(id, &request).map_err(|error| error.to_string())?;
            seen.extend(page.messages.iter().map(|message| format!("{}: {:?} {:?}", message.id_text(), message.texts(), message.status)));
            match page.next {
                Some(next) => request.start = Start::Beyond(next.0),
                None => return Ok(seen),
            }
        }
    };
    let mut lines: Vec<String> = expected.iter().map(|kept| format!("{}: {:?} {:?}", kept.id, [&kept.text], Some(kept.status))).collect();
    same("history, oldest first", &all(Order::OldestFirst, 7)?, &lines)?;
    lines.reverse();
    same("history, newest first", &all(Order::NewestFirst, 1_000)?, &lines)
}

fn compare_entry(archive: &Archive, naive: &Naive, id: &ConversationId) -> Result<(), String> {
    let listed = archive.conversation(id).map_err(|error| error.to_string())?;
    let expected = naive.talks.iter().find(|talk| talk.id == *id && talk.is_listed).map(|talk| {
        let visible = naive.messages.iter().filter(|kept| kept.conversation == *id && kept.is_visible());
        let unread = naive.messages.iter().filter(|kept| kept.conversation == *id && naive.is_unread(kept)).count();
        let last = visible.clone().max_by_key(|kept| kept.place).map(|kept| kept.id.clone());
        (visible.count() as u64, unread as u64, last, talk.mark)
    });
    let listed = listed.map(|listed| (listed.messages, listed.unread, listed.last_message.map(|last| last.id_text()), listed.read_mark));
    same(&format!("entry of {id}"), &listed, &expected)
}

fn compare_single(archive: &Archive, naive: &Naive) -> Result<(), String> {
    let ids: Vec<&str> = naive.messages.iter().map(|kept| kept.id.as_str()).collect();
    let found = archive.find(&ids).map_err(|error| error.to_string())?;
    let found: Vec<String> = found.iter().map(|message| message.id_text()).collect();
    same("find", &found, &ids.iter().map(ToString::to_string).collect())?;
    for kept in &naive.messages {
        let locator = Locator { time: kept.place.time, seq: kept.place.seq, rand: kept.place.rand, is_self: kept.sender == "me" };
        let found = archive.locate(&kept.conversation, &[locator]).map_err(|error| error.to_string())?;
        same("locate", &found.iter().map(|message| message.id_text()).collect(), &vec![kept.id.clone()])?;
    }
    Ok(())
}

fn compare_search(archive: &Archive, naive: &Naive, expr: Expr, holds: impl Fn(&Kept) -> bool) -> Result<(), String> {
    let mut expected: Vec<String> = naive.messages.iter().filter(|kept| holds(kept)).map(|kept| kept.id.clone()).collect();
    expected.sort_unstable();
    for (sort, limit) in [(Sort::Newest, 4), (Sort::Oldest, 1_000), (Sort::Newest, 1_000)] {
        let mut request = SearchRequest { sort, limit, count: true, ..SearchRequest::new(expr.clone()) };
        let (mut ids, mut times) = (Vec::new(), Vec::new());
        loop {
            let answer = archive.search(&request).map_err(|error| error.to_string())?;
            if !answer.coverage.complete {
                return Err(format!("the search for {expr} is not complete"));
            }
            same(&format!("count of {expr}"), &answer.total, &Some(expected.len() as u64))?;
            ids.extend(answer.hits.iter().map(|hit| hit.message.id_text()));
            times.extend(answer.hits.iter().map(|hit| hit.message.server_time));
            match answer.next {
                Some(next) if !answer.hits.is_empty() => request.cursor = Some(next),
                _ => break,
            }
        }
        let is_sorted = times.windows(2).all(|pair| if sort == Sort::Newest { pair[0] >= pair[1] } else { pair[0] <= pair[1] });
        if !is_sorted {
            return Err(format!("hits of {expr} are not in the order of time: {times:?}"));
        }
        ids.sort_unstable();
        same(&format!("hits of {expr}, {limit} a page"), &ids, &expected)?;
    }
    Ok(())
}
