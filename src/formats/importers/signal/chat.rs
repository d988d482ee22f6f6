//! The chats of sigexport: where one run of it ends and the next one begins, in which zone its times are, and who is in a chat.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::formats::importers::Export;
use crate::formats::json;
use crate::model::{About, Person};

/// Seconds by which clocks are put back; what goes back further is another run.
const PUT_BACK: i64 = 3_700;
/// Bytes of the list of members.
const META: u64 = 16 << 20;

/// The runs of sigexport in one file: each one appends all of the chat.
#[derive(Default)]
pub(super) struct Runs {
    /// The first message of the file.
    first: Option<u64>,
    /// The time of the message before, Unix milliseconds.
    before: i64,
}

impl Runs {
    /// Whether a run begins with the message that has this time and content.
    ///
    /// A run is in the order of time, so one that goes back begins anew; so does one that says what the first one began with. Times with
    /// milliseconds tell real repeats from that.
    pub(super) fn begins(&mut self, milliseconds: i64, content: u64, is_exact: bool) -> bool {
        let before = std::mem::replace(&mut self.before, milliseconds);
        match self.first {
            None => {
                self.first = Some(content);
                false
            }
            Some(first) => milliseconds + PUT_BACK * 1_000 < before || (first == content && (is_exact || before > milliseconds)),
        }
    }
}

/// The time that a clock on the wall shows in a zone, Unix milliseconds.
pub(super) fn milliseconds(date: DateTime, zone: &TimeZone) -> Option<i64> {
    Some(zone.to_zoned(date).ok()?.timestamp().as_millisecond())
}

/// A time as sigexport writes it: local, or with a zone.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<i64> {
    let local = || milliseconds(text.parse().ok()?, zone);
    text.parse::<Timestamp>().ok().map(|time| time.as_millisecond()).or_else(local)
}

/// What `meta.json` beside the chat says of it.
pub(super) fn about(export: &Export<'_>, path: &str, name: &str) -> About {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Meta {
        members: Vec<Member>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Member {
        name: Option<String>,
    }
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let meta = format!("{folder}meta.json");
    let mut about = About { name: name.to_owned(), ..About::default() };
    if export.tree.size(&meta).is_some()
        && let Ok(bytes) = export.read_whole(&meta, META)
        && let Ok(meta) = json::parse::<Meta>(&String::from_utf8_lossy(&bytes))
    {
        about.kind = "group".to_owned();
        let names = meta.members.into_iter().filter_map(|member| member.name).filter(|name| !name.is_empty());
        about.members = names.map(|name| Person::new(&name, "")).collect();
    }
    about
}
