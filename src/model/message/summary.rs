//! What a message says, in a few words, for people.

use super::Message;
use crate::model::{Element, Status};

impl Message {
    /// What was said: texts as they are, everything else by its kind and name, in brackets.
    pub fn summary(&self) -> String {
        match self.status {
            Some(Status::Recalled) => return "[recalled]".to_owned(),
            Some(Status::Deleted) => return "[deleted]".to_owned(),
            _ => {}
        }
        let parts: Vec<String> = self.body.elements().iter().map(element).collect();
        if parts.is_empty() { "[nothing]".to_owned() } else { parts.join(" ") }
    }
}

fn element(element: &Element) -> String {
    let bracketed = |kind: &str, detail: &str| match detail {
        "" => format!("[{kind}]"),
        detail => format!("[{kind}: {detail}]"),
    };
    match element {
        Element::Text(text) => text.content.clone(),
        Element::Image(_) => "[image]".to_owned(),
        Element::Sound(sound) => format!("[sound: {} s]", sound.file_time),
        Element::Custom(custom) => bracketed("custom", &custom.desc),
        Element::File(file) => bracketed("file", &file.file_name),
        Element::GroupTips(tips) => bracketed("group notice by", &tips.op_user),
        Element::Face(face) => format!("[sticker: {}]", face.index),
        Element::Location(location) => bracketed("location", &location.desc),
        Element::GroupReport(report) => bracketed("group report by", &report.op_user),
        Element::Video(video) => format!("[video: {} s]", video.video_duration),
        Element::FriendChange(_) => "[change of friends]".to_owned(),
        Element::ProfileChange(change) => bracketed("change of profile", &change.from_identifier),
        Element::Merge(merge) => bracketed("merged messages", &merge.title),
        Element::Unknown(_) => "[something unknown]".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Body;

    #[test]
    fn what_is_no_text_is_named() {
        let elements = [Element::text("see"), Element::face(3, ""), Element::location("the harbour", 1.0, 2.0), Element::image("")];
        let message = Message::new("a", 1, Body::of_elements(&elements));
        assert_eq!(message.summary(), "see [sticker: 3] [location: the harbour] [image]");
    }
}
