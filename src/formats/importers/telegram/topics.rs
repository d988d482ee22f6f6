//! The topics of a forum. The source names the topic of a message only by what it answers: the message that began the topic, or one in it.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::record::Record;

/// Messages whose topic is remembered for answers to them.
const MOST: usize = 1 << 16;

/// The topics of one chat. Takes memory only where there are topics, and for the last messages only.
#[derive(Default)]
pub(super) struct Topics {
    /// By the id of the message that began them.
    titles: FxHashMap<String, String>,
    /// The topics of messages, by their ids.
    of: FxHashMap<String, String>,
    order: VecDeque<String>,
}

impl Topics {
    /// The topic of the next message, by id and title, and whether what it answers only says so.
    pub(super) fn place(&mut self, record: &Record, title: impl FnOnce() -> String) -> Option<(String, String, bool)> {
        if record.action == "topic_created" {
            let title = title();
            self.titles.insert(record.id.clone(), title.clone());
            return Some((record.id.clone(), title, false));
        }
        let answered = &record.reply_to_message_id;
        if self.titles.is_empty() || answered.is_empty() || !record.reply_to_peer_id.is_empty() {
            return None;
        }
        let is_root = self.titles.contains_key(answered);
        let topic = if is_root { answered.clone() } else { self.of.get(answered)?.clone() };
        let title = self.titles.get(&topic)?.clone();
        if self.order.len() == MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.of.remove(&oldest);
        }
        self.order.push_back(record.id.clone());
        self.of.insert(record.id.clone(), topic.clone());
        Some((topic, title, is_root))
    }
}
