//! How much a script may say: so much in each conversation, or as much in all as it is granted. Whoever says too much waits and loses nothing, because the
//! journal is the queue.

use std::sync::Arc;

use super::lanes::LaneKey;
use super::{Conductor, Desk};
use crate::archive::ScriptWrite;
use crate::model::{ConversationId, Message};
use crate::script::health::Breaker;
use crate::script::log::Level;

/// Messages that a script may send in one conversation where nothing else is granted: so many in so many seconds.
const SENDS: (u64, u64) = (20, 60);

impl Desk {
    /// Until when nothing of a lane begins, because of what the script has said.
    ///
    /// What a run will say is known only when it has ended. So a conversation in which too much was said holds up its own events; and where events of
    /// others have led to that, those of all.
    pub(super) fn silent_until(&mut self, lane: &LaneKey, now: u64) -> Option<u64> {
        let total = self.total.as_mut().and_then(|total| total.closed_until(now));
        let is_held =
            |chat: &ConversationId, breaker: &Breaker| breaker.is_fed_from_elsewhere() || matches!(lane, LaneKey::Chat(own) if own == chat);
        let held = self.breakers.iter_mut().filter(|(chat, breaker)| is_held(chat, breaker));
        held.filter_map(|(_, breaker)| breaker.closed_until(now)).max().max(total)
    }
}

impl Conductor {
    /// Counts messages that a run in a lane says. The first time that it is too much, the script's log and the owner are told.
    pub(super) fn count_sends(&mut self, script: &Arc<str>, write: &mut ScriptWrite, lane: &LaneKey, sends: &[Message], now: u64) {
        let Some(desk) = self.scripts.get_mut(script).filter(|_| !sends.is_empty()) else { return };
        let mut closed = Vec::new();
        if let Some(total) = &mut desk.total {
            total.take(sends.len(), now);
            closed.extend(total.closes(now).then(|| "as much as it is granted to say".to_owned()));
        } else {
            // A bucket that is full again says nothing.
            desk.breakers.retain(|_, breaker| !breaker.is_full(now));
            for chat in sends.iter().filter_map(|message| message.conversation.as_ref()) {
                let breaker = desk.breakers.entry(chat.clone()).or_insert_with(|| Breaker::new(SENDS.0, SENDS.1, now));
                breaker.take(1, now);
                if !matches!(lane, LaneKey::Chat(own) if own == chat) {
                    breaker.feed_from_elsewhere();
                }
                closed.extend(breaker.closes(now).then(|| format!("{} messages in {} s in {chat}", SENDS.0, SENDS.1)));
            }
        }
        for what in closed {
            let text = format!("{script} has said {what}, which is the most; what follows waits. More can be granted as send");
            self.tell_owner(script, write, Level::Warn, text, now);
        }
    }
}
