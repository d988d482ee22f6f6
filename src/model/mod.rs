//! Messages, elements, conversations, locators, limits: plain data with serde, no I/O.

pub mod limits;

mod about;
mod conversation;
mod element;
mod key;
mod kinds;
mod lenient;
mod locator;
mod message;
mod objects;
mod record;

pub use about::About;
pub use conversation::{ConversationId, ConversationIdError, ConversationKind, ConversationRef};
pub use element::{CustomElement, Element, ElementsError, FaceElement, FileElement, ImageElement, LocationElement, MergeElement};
pub use element::{FriendAddPendency, FriendChangeElement, FriendProfileCustomString, FriendProfileItem, FriendProfileUpdate};
pub use element::{GroupReportElement, GroupTipGroupChangeInfo, GroupTipMemberChangeInfo, GroupTipMemberMarkChangeInfo, GroupTipsElement};
pub use element::{ProfileChangeElement, SoundElement, TextElement, UserProfileItem, VideoElement};
pub use element::{media_type, scan_elements, searched_texts};
pub use key::{ConversationNo, MessageKey, Place};
pub use kinds::{ElementType, Feature, Priority, ReceiveOption, Status, TypeSet};
pub use limits::{Limit, LimitError};
pub use locator::{Locator, LocatorError};
pub use message::{AT_ALL, Answered, Body, Message, MessageError, MessageId, Origin};
pub use message::{Context, Edited, Forwarded, Happening, Person, Reaction, SourceRecord, Thread, Version};
pub(crate) use message::{Traits, for_each_text, traits_of, with_derived_id};
pub use objects::{AndroidOfflinePushConfig, GroupMemberCustomString, GroupMemberInfo, IosOfflinePushConfig, OfflinePushConfig};
pub use objects::{UserProfile, UserProfileCustomString};
