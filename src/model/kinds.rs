//! The small closed sets of the message format: element types, statuses, priorities, receive options.

use std::fmt;

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$variant_doc])* $variant = $number),+ }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The number in JSON.
            pub fn number(self) -> u8 {
                self as u8
            }

            /// The one with this number, if there is one.
            pub fn from_number(number: u64) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }

            /// The word that people write for it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one with this word, if there is one.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

numbered! {
    /// What an element is (`elem_type`). Missing means text.
    ElementType {
        /// Plain text.
        Text = 0 "text",
        /// A picture.
        Image = 1 "image",
        /// A sound recording.
        Sound = 2 "sound",
        /// Data of the app's own.
        Custom = 3 "custom",
        /// A file.
        File = 4 "file",
        /// A notice to all members of a group.
        GroupTips = 5 "tips",
        /// A sticker of the app's own set.
        Face = 6 "face",
        /// A place on earth.
        Location = 7 "location",
        /// A group notice to one person.
        GroupReport = 8 "report",
        /// A video.
        Video = 9 "video",
        /// A change of the friend list.
        FriendChange = 10 "friend-change",
        /// A change of a profile.
        ProfileChange = 11 "profile-change",
        /// A bundle of messages.
        Merge = 12 "merged",
    }
}

numbered! {
    /// What a message can have beside its elements, as searches ask for it.
    Feature {
        /// Somebody has reacted to it.
        Reaction = 0 "reaction",
        /// It answers another message.
        Reply = 1 "reply",
        /// It says to which thread it belongs.
        Thread = 2 "thread",
        /// It was edited after it was sent.
        Edit = 3 "edit",
        /// It was forwarded from elsewhere.
        Forward = 4 "forward",
    }
}

numbered! {
    /// How far a message has come (`message_status`). There is no 0.
    Status {
        /// On its way out.
        Sending = 1 "sending",
        /// Taken by the server.
        Sent = 2 "sent",
        /// Refused or timed out.
        Failed = 3 "failed",
        /// Deleted here: gone from history and search, still found by id or locator.
        Deleted = 4 "deleted",
        /// Imported or saved here, never sent.
        Imported = 5 "imported",
        /// Taken back: stays in history as a notice, leaves search.
        Recalled = 6 "recalled",
        /// The sender cancelled it while it was sending.
        Cancelled = 7 "cancelled",
    }
}

numbered! {
    /// How urgent a group message is (`message_priority`).
    Priority {
        /// Before all others.
        High = 0 "high",
        /// The default.
        Normal = 1 "normal",
        /// After normal ones.
        Low = 2 "low",
        /// Dropped first under load.
        Lowest = 3 "lowest",
    }
}

numbered! {
    /// What happens with messages that arrive for a conversation (`conv_recv_opt`).
    ReceiveOption {
        /// Taken in, and notified.
        Receive = 0 "receive",
        /// Not taken in.
        NotReceive = 1 "not-receive",
        /// Taken in, without a notice.
        NotNotify = 2 "not-notify",
    }
}

/// A set of element types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TypeSet(u16);

impl TypeSet {
    /// No type.
    pub const EMPTY: Self = Self(0);

    /// The set whose bit `n` stands for the type numbered `n`; bits without a type are dropped.
    pub fn from_bits(bits: u16) -> Self {
        Self(bits & ((1 << ElementType::ALL.len()) - 1))
    }

    /// Bit `n` stands for the type numbered `n`.
    pub fn bits(self) -> u16 {
        self.0
    }

    /// Adds a type.
    pub fn insert(&mut self, kind: ElementType) {
        self.0 |= 1 << kind.number();
    }

    /// Whether the type is in the set.
    pub fn contains(self, kind: ElementType) -> bool {
        self.0 & (1 << kind.number()) != 0
    }

    /// Whether the sets share a type.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no type is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The types in the set, by number.
    pub fn iter(self) -> impl Iterator<Item = ElementType> {
        ElementType::ALL.iter().copied().filter(move |&kind| self.contains(kind))
    }
}

impl FromIterator<ElementType> for TypeSet {
    fn from_iter<I: IntoIterator<Item = ElementType>>(kinds: I) -> Self {
        let mut set = Self::EMPTY;
        kinds.into_iter().for_each(|kind| set.insert(kind));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_name_the_same_thing() {
        for &kind in ElementType::ALL {
            assert_eq!(ElementType::from_number(kind.number().into()), Some(kind));
            assert_eq!(ElementType::from_word(kind.word()), Some(kind));
        }
        assert_eq!(Status::from_number(0), None);
        assert_eq!(TypeSet::from_bits(u16::MAX).iter().count(), ElementType::ALL.len());
    }
}
