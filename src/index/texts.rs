//! The texts of the message that is being looked at, fetched once however many keywords are looked for.

use super::Context;
use super::fold::Folded;
use crate::model::MessageKey;

/// Looks into the texts of messages.
pub(super) struct Texts<'a> {
    context: &'a dyn Context,
    /// More than one keyword is looked for, so texts are worth keeping.
    keep: bool,
    key: Option<MessageKey>,
    /// The folded texts of the message; only the first `count` are its own.
    folded: Vec<String>,
    count: usize,
    buffer: String,
}

impl<'a> Texts<'a> {
    pub(super) fn new(context: &'a dyn Context, keep: bool) -> Self {
        Self { context, keep, key: None, folded: Vec::new(), count: 0, buffer: String::new() }
    }

    /// Whether the message is there and one of its texts contains the keyword.
    pub(super) fn contain(&mut self, key: MessageKey, keyword: &Folded) -> bool {
        if !self.keep {
            let (mut found, buffer) = (false, &mut self.buffer);
            let there = self.context.texts(key, &mut |text| found = found || keyword.is_in(text, buffer));
            return there && found;
        }
        if self.key != Some(key) {
            self.key = Some(key);
            self.fetch(key);
        }
        self.folded[..self.count].iter().any(|text| keyword.find_all(text).next().is_some())
    }

    fn fetch(&mut self, key: MessageKey) {
        let (folded, mut count) = (&mut self.folded, 0);
        let there = self.context.texts(key, &mut |text| {
            if folded.len() == count {
                folded.push(String::new());
            }
            folded[count].clear();
            super::fold::fold_into(text, &mut folded[count]);
            count += 1;
        });
        self.count = if there { count } else { 0 };
    }
}
