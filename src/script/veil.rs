//! What is shown of things that hold what people wrote where programs are looked for faults: what they are and how large, never what they say.

use serde::Serialize;

/// Bytes of something as JSON.
pub(super) fn bytes_of<T: Serialize>(thing: &T) -> usize {
    serde_json::to_vec(thing).map_or(0, |json| json.len())
}

/// Writes [`std::fmt::Debug`] for types that are kept as JSON: their name and how many bytes they are.
macro_rules! veil {
    ($($type:ident),+) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{} of {} bytes", stringify!($type), $crate::script::veil::bytes_of(self))
            }
        }
    )+};
}

pub(super) use veil;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use crate::script::data::Data;
    use crate::script::event::{DownloadNews, Fired, WebhookCall};
    use crate::script::filter::Hit;
    use crate::script::handler::ArgumentValue;
    use crate::script::log::{Level, LogLine};
    use crate::script::op::{Answer, Content, HttpRequest, Op, Shelf};
    use crate::script::run::{Act, Change, Every, Recorded, Saying, TimerRow, Words};

    /// What somebody wrote.
    const SAID: &str = "we-meet-at-noon";

    #[track_caller]
    fn check(thing: &dyn Debug) {
        let shown = format!("{thing:?} {thing:#?}");
        assert!(!shown.contains("noon") && !shown.contains(&format!("{:?}", SAID.as_bytes())[1..20]), "{shown}");
    }

    #[test]
    fn debug_of_what_scripts_ask_and_are_answered_shows_nothing_that_was_written() {
        let said = || SAID.to_owned();
        let data = || Data::map([(SAID, Data::List(vec![Data::from(SAID), Data::Bytes(SAID.as_bytes().to_vec())]))]);
        check(&data());
        let content =
            Content { text: Some(said()), files: vec![said()], reply_to: Some(said()), mentions: vec![said()], custom: Some(said()) };
        check(&content);
        let op = Op::Send { to: said(), content: content.clone() };
        check(&op);
        check(&Op::StoreSet { shelf: Shelf::Script, key: said(), value: data() });
        check(&Op::Search {
            query: said(),
            chat: None,
            from: None,
            after: None,
            before: None,
            has: None,
            limit: 1,
            next: None,
            order: None,
            facets: true,
            timeline: Some(said()),
        });
        let request = HttpRequest {
            method: "GET".to_owned(),
            url: said(),
            headers: vec![(said(), said())],
            body: Some(data()),
            auth: None,
            timeout_ms: 1,
            limit: 1,
        };
        check(&request);
        check(&Op::Http(Box::new(request)));
        for answer in
            [Answer::Data(data()), Answer::Messages { messages: vec![said()], next: Some(said()) }, Answer::Failed { why: said() }]
        {
            check(&answer);
            check(&Recorded { op: op.clone(), answer, now: None });
        }
        check(&Shelf::Chat(said()));
        check(&Shelf::Person(said()));
        let every = Every { schedule: said(), zone: None, missed: crate::script::op::Missed::Once };
        check(&every);
        check(&TimerRow { id: said(), name: said(), data: data(), due: 1, every: Some(every), place: None, hops: 0, dialog: Some(said()) });
        for words in [Words::New(content), Words::Again(said())] {
            check(&words);
            check(&Saying { to: said(), what: words, rand: 1, client_time: 1, script: "bot".into(), hops: 1 });
        }
        check(&Act::Edit { id: said(), text: said() });
        check(&Change::Set(data()));
        check(&DownloadNews { id: Some(said()), element: 0, bytes: 1, total: 1, path: Some(said()) });
        check(&Fired { id: said(), name: said(), data: data(), due: 1, hops: 0, missed: 0 });
        let named = BTreeMap::from([(said(), said())]);
        check(&WebhookCall { path: said(), method: said(), headers: named.clone(), query: named, body: data() });
        check(&Hit { word: Some(said()), captures: vec![Some(said())] });
        check(&ArgumentValue::Text(said()));
        check(&LogLine { at: 1, level: Level::Info, from: "script".to_owned(), message: said(), fields: data() });
    }
}
