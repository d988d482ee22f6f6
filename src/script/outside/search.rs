//! Looking into the archive: search with the whole query language, pages of history, single messages.

use serde::{Deserialize, Serialize};

use super::reach::within;
use super::{Answer, Call, Data, NOT_SEEN, Op, Outside, Why, unreadable};
use crate::FacetSpec;
use crate::archive::{Archive, ArchiveError, HistoryCursor, HistoryRequest, Hit, SearchAnswer, SearchRequest, Start};
use crate::model::{ConversationId, Message};
use crate::query::{self, Expr, Interval, Reading, Sort, TimeZone, Timestamp};
use crate::script::compose::conversation;

/// The most hits and messages of one page.
const PAGE: usize = 100;
/// The most entries of one facet.
const TOP: usize = 20;

/// A search as it goes on: all that its next page needs. A script keeps it as text and cannot gain by changing it, because what it may see is
/// looked at for every page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Asked {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    query: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chat: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    has: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    limit: usize,
    /// What time it was when it was asked, so that `after:2h` means the same on every page.
    now: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    /// Counted with the first page alone.
    #[serde(skip)]
    counts: Counts,
}

/// What is counted besides all matches.
#[derive(Clone, Debug, Default, PartialEq)]
struct Counts {
    facets: bool,
    timeline: Option<Interval>,
}

impl Asked {
    fn of(op: &Op, reading: &Reading) -> Result<Self, Why> {
        let Op::Search { query, chat, from, after, before, has, limit, next, order, facets, timeline } = op else {
            return Err("this is no search".to_owned());
        };
        if let Some(next) = next {
            return serde_json::from_str(next).map_err(|_| "next is not what a page of a search said".to_owned());
        }
        let time = |text: &Option<String>| text.as_deref().map(|text| second(text, reading)).transpose();
        Ok(Self {
            query: query.clone(),
            chat: chat.clone(),
            from: from.clone(),
            after: time(after)?,
            before: time(before)?,
            has: has.clone(),
            order: order.clone(),
            limit: *limit,
            now: reading.now_seconds(),
            cursor: None,
            counts: Counts { facets: *facets, timeline: timeline.as_deref().map(interval).transpose()? },
        })
    }

    fn sort(&self) -> Result<Sort, Why> {
        match self.order.as_deref() {
            None | Some("newest") => Ok(Sort::Newest),
            Some("oldest") => Ok(Sort::Oldest),
            Some("relevance") => Ok(Sort::Relevance),
            Some(_) => Err("order is newest, oldest or relevance".to_owned()),
        }
    }

    /// All conditions but where to look.
    fn conditions(&self, reading: &Reading) -> Result<Expr, Why> {
        let mut parts = vec![query::parse(&self.query, reading).expr];
        parts.extend(self.from.as_deref().map(Expr::sender));
        parts.extend(self.after.map(Expr::since));
        parts.extend(self.before.map(|before| before.checked_sub(1).map_or_else(Expr::none, Expr::until)));
        if let Some(has) = &self.has {
            parts.push(query::has(has).ok_or("has is a type of elements, link, reaction, reply, thread, edit or forward")?);
        }
        Ok(Expr::and(parts))
    }
}

fn interval(word: &str) -> Result<Interval, Why> {
    match word {
        "hour" => Ok(Interval::Hour),
        "day" => Ok(Interval::Day),
        "month" => Ok(Interval::Month),
        "year" => Ok(Interval::Year),
        other => Err(format!("timeline is hour, day, month or year, not {other:?}")),
    }
}

/// The first second of a time that a script names.
fn second(text: &str, reading: &Reading) -> Result<u64, Why> {
    query::read_time(text, reading).map(|span| span.from).map_err(|error| error.to_string())
}

impl Outside {
    fn reading(&self, call: &Call, now: u64) -> Reading {
        let zone = call.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or_else(TimeZone::system);
        let now = i64::try_from(now).ok().and_then(|now| Timestamp::from_second(now).ok()).unwrap_or(Timestamp::MAX);
        Reading { now, zone }
    }

    pub(super) async fn search(&self, call: &Call) -> Result<Answer, Why> {
        let asked = Asked::of(&call.op, &self.reading(call, self.session.clock().now()))?;
        let reading = self.reading(call, asked.now);
        let (conditions, sort) = (asked.conditions(&reading)?, asked.sort()?);
        let (reach, place) = (call.reach.clone(), call.place.clone());
        let wanted = asked.clone();
        let (until, zone) = (self.until().map_or(Expr::All, Expr::until), reading.zone.clone());
        let answer = self.look(move |archive: &Archive| {
            let where_to = match &wanted.chat {
                Some(chat) => {
                    let conversation = conversation(archive, chat).map_err(|misuse| misuse.to_string())?;
                    if !reach.may_see(&conversation, place.as_ref()) {
                        return Err(NOT_SEEN.to_owned());
                    }
                    within(&conversation)
                }
                None => reach.seen(archive, place.as_ref()),
            };
            let request = SearchRequest {
                sort,
                limit: wanted.limit.clamp(1, PAGE),
                cursor: wanted.cursor,
                count: true,
                facets: wanted.counts.facets.then_some(FacetSpec { conversations: true, senders: true, types: true, top: TOP }),
                timeline: wanted.counts.timeline.map(|interval| (interval, zone)),
                ..SearchRequest::new(Expr::and([conditions, where_to, until]))
            };
            archive.search(&request).map_err(|error| match error {
                ArchiveError::Cursor => "next is not what a page of a search said".to_owned(),
                error => format!("the search failed: {error}"),
            })
        });
        let mut answer = answer.await?;
        let counts = asked.counts.clone();
        let next = answer.next.take().map(|cursor| Asked { cursor: Some(cursor), ..asked });
        let next = next.and_then(|next| serde_json::to_string(&next).ok());
        let hits: Vec<Data> = answer.hits.iter().map(|hit| shown(hit, &reading.zone)).collect();
        Ok(Answer::Data(Data::map([
            ("total", answer.total.unwrap_or_default().into()),
            ("hits", Data::List(hits)),
            ("next", next.into()),
            ("facets", if counts.facets { facets(&answer) } else { Data::Nil }),
            ("timeline", if counts.timeline.is_some() { timeline(&answer) } else { Data::Nil }),
        ])))
    }

    pub(super) async fn history(&self, call: &Call, chat: &str, limit: usize, next: Option<&str>) -> Result<Answer, Why> {
        let start = match next {
            Some(next) => {
                let cursor: HistoryCursor = next.parse().map_err(|_| "next is not what a page of the history said".to_owned())?;
                Start::Beyond(cursor.0)
            }
            None => Start::End,
        };
        let (reach, place, chat) = (call.reach.clone(), call.place.clone(), chat.to_owned());
        let until = self.until();
        let page = self.look(move |archive: &Archive| {
            let conversation: ConversationId = conversation(archive, &chat).map_err(|misuse| misuse.to_string())?;
            if !reach.may_see(&conversation, place.as_ref()) {
                return Err(NOT_SEEN.to_owned());
            }
            let request = HistoryRequest { start, limit: limit.clamp(1, PAGE), until, ..HistoryRequest::default() };
            archive.history(&conversation, &request).map_err(unreadable)
        });
        let page = page.await?;
        let messages = page.messages.iter().map(Message::to_json).collect();
        Ok(Answer::Messages { messages, next: page.next.map(|next| next.to_string()) })
    }

    pub(super) async fn find(&self, call: &Call, id: &str) -> Result<Answer, Why> {
        let messages = self.message(call, id).await?.iter().map(Message::to_json).collect();
        Ok(Answer::Messages { messages, next: None })
    }
}

/// How many of the matches there are by conversation, by sender and by type, the most first.
fn facets(answer: &SearchAnswer) -> Data {
    fn list<'a, T: ToString + 'a>(counts: impl IntoIterator<Item = &'a (T, u64)>) -> Data {
        let counted = |(name, count): &(T, u64)| Data::map([("name", name.to_string().into()), ("count", (*count).into())]);
        Data::List(counts.into_iter().map(counted).collect())
    }
    Data::map([("chats", list(&answer.facet_conversations)), ("people", list(&answer.facet_senders)), ("types", list(&answer.facet_types))])
}

/// How many of the matches there are in each stretch of time that has some, the oldest first.
fn timeline(answer: &SearchAnswer) -> Data {
    Data::List(answer.timeline.iter().map(|bar| Data::map([("time", bar.start.into()), ("count", bar.count.into())])).collect())
}

fn shown(hit: &Hit, zone: &TimeZone) -> Data {
    let Hit { message, snippet, .. } = hit;
    let chat = message.conversation.as_ref().map(ToString::to_string);
    Data::map([
        ("id", message.id_text().into()),
        ("chat", chat.into()),
        ("from", message.sender.as_str().into()),
        ("date", query::time_text(message.server_time, zone).into()),
        ("text", message.texts().join("\n").into()),
        ("snippet", snippet.as_str().into()),
    ])
}
