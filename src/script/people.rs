//! People who come into a group and leave it, as tips in messages tell of them.

use super::event::EventKind;
use crate::model::{Element, GroupTipsElement, Message};

/// What tips tell: 1 invited, 2 left, 3 removed.
fn kind_of(tips: &GroupTipsElement) -> Option<EventKind> {
    match tips.tip_type {
        1 => Some(EventKind::Join),
        2 | 3 => Some(EventKind::Leave),
        _ => None,
    }
}

fn tips(message: &Message) -> Option<GroupTipsElement> {
    if !message.body.types().contains(crate::model::ElementType::GroupTips) {
        return None;
    }
    message.body.elements().into_iter().find_map(|element| match element {
        Element::GroupTips(tips) => Some(tips),
        _ => None,
    })
}

/// Whether a message tells of people who came or left.
pub(super) fn kind(message: &Message) -> Option<EventKind> {
    kind_of(&tips(message)?)
}
