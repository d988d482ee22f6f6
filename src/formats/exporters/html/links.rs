//! Where the messages of a conversation stand in its pages, as far as a link to one can be sure that it is there.

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_64;

use super::super::name;
use super::super::page::Talk;
use crate::model::{Message, Place, Status};

/// The name of the file of a page, from 1.
pub(super) fn file(stem: &str, number: usize) -> String {
    if number <= 1 { format!("{stem}.html") } else { format!("{stem}-{number}.html") }
}

/// What marks a message in its page.
pub(super) fn anchor(id: &str) -> String {
    format!("m{:016x}", xxh3_64(id.as_bytes()))
}

/// The pages of a conversation, as far as they are begun. Knows where each begins, and the messages of the last one.
pub(super) struct Links {
    /// Whether messages may be missing between others.
    is_sifted: bool,
    /// The place of the first message of each page.
    starts: Vec<Place>,
    /// The anchors of the page under way.
    here: FxHashSet<String>,
}

impl Links {
    pub(super) fn new(is_sifted: bool) -> Self {
        Self { is_sifted, starts: Vec::new(), here: FxHashSet::default() }
    }

    /// The number of pages.
    pub(super) fn pages(&self) -> usize {
        self.starts.len()
    }

    /// A page begins with the message at `first`.
    pub(super) fn begin_page(&mut self, first: Place) {
        self.starts.push(first);
        self.here.clear();
    }

    /// What the page under way shows.
    pub(super) fn note(&mut self, talks: &[Talk]) {
        let shown = talks.iter().flat_map(|talk| std::iter::once(&talk.message).chain(&talk.answers));
        self.here.extend(shown.map(|shown| anchor(&shown.id)));
    }

    /// A link to the message of this id, from the page under way. `message` is it as the archive has it, if it does.
    pub(super) fn to(&self, stem: &str, id: &str, message: Option<&Message>) -> Option<String> {
        let anchor = anchor(id);
        if self.here.contains(&anchor) {
            return Some(format!("#{anchor}"));
        }
        let place = message.filter(|message| !self.is_sifted && message.status != Some(Status::Deleted))?.place();
        // Pages are cut where they begin, so a message before this one is on the last page that does not begin behind it.
        let number = self.starts.partition_point(|start| *start <= place);
        (1..self.starts.len()).contains(&number).then(|| format!("{}#{anchor}", name::link(&file(stem, number))))
    }
}
