//! Searching: by the query language, by a part of a text, and as the TIM message API asks for it.

use std::ffi::c_char;
use std::ptr::null_mut;

use engine::FacetSpec;
use engine::archive::{Hit, SearchAnswer, SearchRequest};
use engine::model::ConversationId;
use engine::query::tim::SearchParam;
use engine::query::{Expr, Interval, Reading, Sort, TimeZone, parse};
use serde_json::{Map, Value, json};

use super::code::{Failure, mynah_code};
use super::memory::{give, put};
use super::opening::mynah_archive;
use super::options::{By, Every, SearchOptions};
use super::run::{archive, needed, options, run};
use crate::tim::search::result_json;

/// Searches. `query` is read as people type: words, `"phrases"`, `-without`, `from:USER`, `in:CONVERSATION`, `before:2024-03-01`, `has:image`;
/// it is never an error. Everything that was written before the call is found.
///
/// `options_json` is NULL or an object: `"contains"` (true: `query` is one text, found inside words too, exactly but for capitals),
/// `"conversation"` (only in this one), `"limit"` (20), `"order"` (`"newest"`, `"oldest"`, `"relevance"`), `"cursor"` (the `"next"` of a page
/// before), `"by_conversation"` (true: counts), `"facets"` (how many of each), `"timeline"` (`"hour"`, `"day"`, `"month"`, `"year"`), `"zone"` (a
/// name such as `"Europe/Berlin"`; the machine's), `"snippet_chars"` (120), `"stale"` (true: does not wait for the index).
///
/// `*answer` gets an object with `"hits"` (each with `"message"`, `"snippet"`, `"highlights"` in characters, `"score"`), `"total"`, `"complete"`,
/// `"next"`, `"notes"`, and what else was asked for; to be freed with `mynah_free`.
///
/// # Safety
/// `archive` is open; texts are NULL or end with a NUL; the last two are NULL or can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_search(
    archive: *const mynah_archive,
    query: *const c_char,
    options_json: *const c_char,
    answer: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(answer, null_mut());
        run("mynah_search", error, || {
            let archive = self::archive(archive)?;
            let (query, asked) = (needed(query, "query")?, options::<SearchOptions>(options_json)?);
            let (request, notes) = request(query, &asked)?;
            let mut found = summary(&archive.search(&request)?, &asked);
            found.insert("notes".to_owned(), notes.into());
            give(answer, &Value::from(found).to_string());
            Ok(())
        })
    }
}

/// Searches as `TIMMsgSearchLocalMessages` does: `param_json` is a `MessageSearchParam`, `*result` gets a `MessageSearchResult`, to be freed
/// with `mynah_free`.
///
/// # Safety
/// As for `mynah_search`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mynah_search_param(
    archive: *const mynah_archive,
    param_json: *const c_char,
    result: *mut *mut c_char,
    error: *mut *mut c_char,
) -> mynah_code {
    // SAFETY: the caller's promises.
    unsafe {
        put(result, null_mut());
        run("mynah_search_param", error, || {
            let param = SearchParam::from_json(needed(param_json, "param_json")?);
            let param = param.map_err(|error| Failure::argument(format!("param_json: {error}")))?;
            give(result, &result_json(&self::archive(archive)?.search_for(&param)?));
            Ok(())
        })
    }
}

/// What is searched for, and what was perhaps meant otherwise.
fn request(query: &str, asked: &SearchOptions) -> Result<(SearchRequest, Vec<String>), Failure> {
    let mut reading = Reading::local();
    if let Some(zone) = &asked.zone {
        reading.zone = TimeZone::get(zone).map_err(|_| Failure::argument("options: there is no such time zone"))?;
    }
    let (expr, notes) = if asked.contains {
        (Expr::contains(query), Vec::new())
    } else {
        let parsed = parse(query, &reading);
        (parsed.expr, parsed.notes.iter().map(ToString::to_string).collect())
    };
    let expr = match &asked.conversation {
        None => expr,
        Some(name) => {
            let id: ConversationId = name.parse().map_err(|error| Failure::argument(format!("options: {error}")))?;
            Expr::and([expr, Expr::conversation(&id)])
        }
    };
    let interval = asked.timeline.map(|every| match every {
        Every::Hour => Interval::Hour,
        Every::Day => Interval::Day,
        Every::Month => Interval::Month,
        Every::Year => Interval::Year,
    });
    let request = SearchRequest {
        sort: match asked.order {
            By::Newest => Sort::Newest,
            By::Oldest => Sort::Oldest,
            By::Relevance => Sort::Relevance,
        },
        limit: asked.limit.unwrap_or(20),
        cursor: asked.cursor.clone(),
        count: true,
        by_conversation: asked.by_conversation,
        facets: asked.facets.map(|top| FacetSpec { conversations: true, senders: true, types: true, top }),
        timeline: interval.map(|interval| (interval, reading.zone)),
        snippet_chars: asked.snippet_chars.unwrap_or(120),
        fresh: !asked.stale,
        ..SearchRequest::new(expr)
    };
    Ok((request, notes))
}

fn summary(answer: &SearchAnswer, asked: &SearchOptions) -> Map<String, Value> {
    fn counts<K: ToString>(counts: impl IntoIterator<Item = (K, u64)>) -> Value {
        Value::Object(counts.into_iter().map(|(name, count)| (name.to_string(), count.into())).collect())
    }
    let mut members = Map::new();
    members.insert("hits".to_owned(), answer.hits.iter().map(hit).collect());
    members.insert("total".to_owned(), answer.total.unwrap_or_default().into());
    members.insert("complete".to_owned(), answer.coverage.complete.into());
    members.insert("next".to_owned(), answer.next.clone().into());
    if asked.by_conversation {
        members.insert("conversations".to_owned(), counts(answer.conversations.iter().map(|(id, count, _)| (id, *count))));
    }
    if asked.facets.is_some() {
        let conversations = counts(answer.facet_conversations.iter().map(|(id, count)| (id, *count)));
        let senders = counts(answer.facet_senders.iter().map(|(sender, count)| (sender, *count)));
        let types = counts(answer.facet_types.iter().map(|(kind, count)| (kind, *count)));
        members.insert("facets".to_owned(), json!({ "conversations": conversations, "senders": senders, "types": types }));
    }
    if asked.timeline.is_some() {
        members.insert("timeline".to_owned(), counts(answer.timeline.iter().map(|bar| (bar.start, bar.count))));
    }
    members
}

/// The shape of `schemas/hit.schema.json`.
fn hit(hit: &Hit) -> Value {
    let characters_before = |byte: usize| hit.snippet.get(..byte).map_or(0, |before| before.chars().count());
    let highlights = hit.highlights.iter().map(|range| json!([characters_before(range.start), characters_before(range.end)]));
    json!({ "message": hit.message, "snippet": hit.snippet, "highlights": Value::from_iter(highlights), "score": hit.score })
}
