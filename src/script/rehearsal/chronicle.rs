//! What was said in a stretch of time, in all conversations or in one, the oldest first. Each conversation is read a page at a time, so that
//! memory grows with how many conversations there are, not with how much was said in them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use crate::archive::{Archive, ArchiveError, HistoryRequest, Order, Start};
use crate::model::{ConversationId, Message, Place, Status};

/// Messages of one conversation that are held at once.
const PAGE: usize = 32;

/// Messages in the order of their times; those of one second in the order of their conversations' places.
pub(super) struct Chronicle {
    archive: Arc<Archive>,
    from: u64,
    until: u64,
    talks: Vec<Talk>,
    /// The next message of each talk that has one: its place, and which talk.
    next: BinaryHeap<Reverse<(Place, usize)>>,
}

struct Talk {
    conversation: ConversationId,
    held: VecDeque<Message>,
    /// Behind which place the next page begins; `None`: there is none.
    behind: Option<Start>,
}

impl Chronicle {
    /// What was said in these seconds, in `only` or everywhere.
    ///
    /// # Errors
    /// [`ArchiveError::Store`] when the log cannot be read.
    pub(super) fn new(archive: Arc<Archive>, only: Option<ConversationId>, from: u64, until: u64) -> Result<Self, ArchiveError> {
        let conversations: Vec<ConversationId> = match only {
            Some(only) => vec![only],
            None => archive.conversation_numbers().filter_map(|number| archive.conversation_name(number)).collect(),
        };
        let mut chronicle = Self { archive, from, until, talks: Vec::new(), next: BinaryHeap::new() };
        for conversation in conversations {
            let talk = Talk { conversation, held: VecDeque::new(), behind: Some(Start::End) };
            chronicle.talks.push(talk);
            if !chronicle.look(chronicle.talks.len() - 1)? {
                chronicle.talks.pop();
            }
        }
        Ok(chronicle)
    }

    /// Notes what is next in a talk. Returns whether there is something.
    fn look(&mut self, number: usize) -> Result<bool, ArchiveError> {
        let talk = &mut self.talks[number];
        while talk.held.is_empty()
            && let Some(start) = talk.behind.take()
        {
            let (from, until) = (Some(self.from), Some(self.until));
            let request = HistoryRequest { start, order: Order::OldestFirst, limit: PAGE, from, until, ..HistoryRequest::default() };
            let page = self.archive.history(&talk.conversation, &request)?;
            talk.behind = page.next.map(|next| Start::Beyond(next.0));
            // What was taken back, and what never left, nobody hears any more.
            talk.held.extend(page.messages.into_iter().filter(|message| matches!(message.status, Some(Status::Sent | Status::Imported))));
        }
        let Some(first) = talk.held.front() else { return Ok(false) };
        self.next.push(Reverse((first.place(), number)));
        Ok(true)
    }
}

impl Iterator for Chronicle {
    type Item = Result<Message, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((_, number)) = self.next.pop()?;
        let message = self.talks[number].held.pop_front()?;
        match self.look(number) {
            Ok(_) => Some(Ok(message)),
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::ArchiveOptions;

    #[test]
    fn messages_of_all_conversations_come_in_the_order_of_their_times_and_only_those_of_the_span() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Arc::new(ArchiveOptions::new().memory_mib(64).open(folder.path().join("a")).unwrap());
        let mut expected = Vec::new();
        for number in 0..200_u64 {
            let conversation: ConversationId = format!("group:g{}", number % 3).parse().unwrap();
            let message = Message::text("ana", 1_000 + number, &format!("m{number}"));
            archive.import(&conversation, vec![message]).unwrap();
            if (50..=150).contains(&number) {
                expected.push(format!("m{number}"));
            }
        }
        let told = |only: Option<&str>| -> Vec<String> {
            let only = only.map(|only| only.parse().unwrap());
            let chronicle = Chronicle::new(Arc::clone(&archive), only, 1_050, 1_150).unwrap();
            chronicle.map(|message| message.unwrap().texts().concat()).collect()
        };
        assert_eq!(told(None), expected);
        let of_one: Vec<String> = expected.iter().filter(|text| text[1..].parse::<u64>().unwrap() % 3 == 1).cloned().collect();
        assert_eq!(told(Some("group:g1")), of_one);
        assert!(told(Some("group:none")).is_empty());
    }
}
