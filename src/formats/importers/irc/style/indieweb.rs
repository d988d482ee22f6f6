//! The archive of the IndieWeb channels: a time in UTC and a JSON object a line.

use serde::Deserialize;

use super::{Line, Said, Style, stamped};

pub(super) struct IndieWeb;

/// The keys of a line that are read.
#[derive(Deserialize)]
struct Record {
    #[serde(default, rename = "type")]
    kind: String,
    channel: Option<Channel>,
    author: Option<Author>,
    content: Option<String>,
}

#[derive(Deserialize)]
struct Channel {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Author {
    nickname: Option<String>,
    name: Option<String>,
}

impl Style for IndieWeb {
    fn read<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let (mut stamp, json) = stamped(line)?;
        if !json.starts_with('{') {
            return None;
        }
        stamp.offset = Some(0);
        let record: Record = serde_json::from_str(json).ok()?;
        let nick = record.author.and_then(|author| author.nickname.filter(|nick| !nick.is_empty()).or(author.name)).unwrap_or_default();
        let text = record.content.unwrap_or_default();
        let channel = record.channel.and_then(|channel| channel.name).filter(|name| !name.is_empty());
        let said = match record.kind.as_str() {
            "join" => Said::Event(format!("{nick} has joined").into()),
            "leave" | "part" => Said::Event(format!("{nick} has left").into()),
            "quit" => Said::Event(format!("{nick} has quit").into()),
            "topic" => Said::Event(format!("{nick} changes topic to '{text}'").into()),
            _ => match text.strip_prefix("/me ") {
                Some(action) => Said::Action { nick: nick.into(), text: action.to_owned().into() },
                None => Said::Text { nick: nick.into(), text: text.into() },
            },
        };
        Some(Line { channel: channel.map(Into::into), ..said.at(stamp, true) })
    }
}
