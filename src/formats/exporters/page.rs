//! A page of a conversation: as many messages as are held at once, answers of a thread under the message that began it.

use rustc_hash::FxHashMap;

use super::shown::Shown;

/// Messages of a page.
pub(super) const MESSAGES: usize = 2_000;
/// Bytes of JSON of a page, so that large messages don't make large pages.
const BYTES: usize = 4 << 20;

/// Messages that are gathered until there is a page of them.
#[derive(Default)]
pub(super) struct Page {
    messages: Vec<Shown>,
    bytes: usize,
}

/// A message with the answers in its thread that are on the same page.
pub(super) struct Talk {
    pub(super) message: Shown,
    pub(super) answers: Vec<Shown>,
}

impl Page {
    /// Whether no more should be added.
    pub(super) fn is_full(&self) -> bool {
        self.messages.len() >= MESSAGES || self.bytes >= BYTES
    }

    pub(super) fn push(&mut self, message: Shown) {
        self.bytes += message.bytes;
        self.messages.push(message);
    }

    /// The oldest message.
    pub(super) fn first(&self) -> Option<&Shown> {
        self.messages.first()
    }

    /// The newest message.
    pub(super) fn last(&self) -> Option<&Shown> {
        self.messages.last()
    }

    /// Takes the messages out: the oldest first, and answers of a thread under its first message where that is on the page. Others stand where
    /// they were said.
    pub(super) fn take(&mut self) -> Vec<Talk> {
        self.bytes = 0;
        let mut talks: Vec<Talk> = Vec::with_capacity(self.messages.len());
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        for message in self.messages.drain(..) {
            let root = message.root().and_then(|root| places.get(root)).copied();
            match root.and_then(|at| talks.get_mut(at)) {
                Some(talk) => talk.answers.push(message),
                None => {
                    places.insert(message.id.clone(), talks.len());
                    talks.push(Talk { message, answers: Vec::new() });
                }
            }
        }
        talks
    }
}
