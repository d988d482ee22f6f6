//! Random operations from a number: the same number gives the same ones in every process.

use super::{Operation, Said};

/// Pieces of texts: Latin in both cases, Chinese, an emoji of two characters, digits, punctuation.
const PIECES: [&str; 16] =
    ["deploy", "Done", "lo", "the", "ploy", "你好", "好", "世界", "👍🏽", "42", "->", ":)", "C++", "ÀÉ", "straße", "x"];

/// A generator of random numbers (SplitMix64) and of what can be made of them.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.number() % limit
    }

    fn pick(&mut self) -> usize {
        self.below(u64::from(u32::MAX)) as usize
    }

    /// One to six pieces, mostly with blanks between them.
    pub(crate) fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(6) {
            text.push_str(PIECES[self.below(PIECES.len() as u64) as usize]);
            if self.below(3) > 0 {
                text.push(' ');
            }
        }
        text
    }

    /// A part of a text like those that were said, of 1 to 8 characters, with something else than blanks in it.
    pub(crate) fn keyword(&mut self) -> String {
        loop {
            let text: Vec<char> = self.text().chars().collect();
            let start = self.below(text.len() as u64) as usize;
            let end = text.len().min(start + 1 + self.below(8) as usize);
            let keyword: String = text[start..end].iter().collect();
            if !keyword.trim().is_empty() {
                return keyword;
            }
        }
    }

    /// A message for the conversation of this number. Sender, time and rand come again now and then, and say what it is: the same
    /// ones come with the same text in the same conversation.
    fn said(&mut self, number: usize) -> Said {
        let who = self.below(3);
        let (time, rand) = (1 + self.below(40), 1 + 3 * self.below(20) + (number % 3) as u64);
        let text = Random::new(who << 40 | time << 20 | rand).text();
        Said { sender: ["alice", "bob", "me"][who as usize], time, rand: rand as u32, text, is_read: self.below(2) == 0 }
    }

    /// An operation; imports are of up to `batch` messages.
    pub(crate) fn operation(&mut self, batch: u64) -> Operation {
        let number = self.pick();
        match self.below(100) {
            0..30 => Operation::Import(number, (0..=self.below(batch)).map(|_| self.said(number)).collect()),
            30..45 => Operation::Save(number, self.said(number)),
            45..58 => Operation::Edit(number, self.text()),
            58..66 => Operation::Delete(number),
            66..72 => Operation::Recall(number),
            72..78 => Operation::Purge(number),
            78..80 => Operation::PurgeBefore(number, self.below(20)),
            80..81 => Operation::Clear(number),
            81..83 => Operation::DeleteConversation(number),
            83..86 => Operation::ReadMessage(number),
            86..88 => Operation::ReadConversation(number),
            88..89 => Operation::ReadAll,
            89..93 => Operation::Reopen,
            93..98 => Operation::Reindex,
            _ => Operation::Compact,
        }
    }
}
