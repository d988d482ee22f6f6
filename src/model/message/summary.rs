//! What a message says, in a few words, for people.

use serde_json::{Map, Value};

use super::{Happening, Message};
use crate::model::{Element, Status};

impl Message {
    /// What was said: texts as they are, everything else by its kind and name, in brackets. Of an event its sentence.
    pub fn summary(&self) -> String {
        match self.status {
            Some(Status::Recalled) => return "[recalled]".to_owned(),
            Some(Status::Deleted) => return "[deleted]".to_owned(),
            _ => {}
        }
        let event = self.body.context::<Happening>().map(|event| event.text).filter(|text| !text.is_empty());
        let elements = self.body.elements();
        // The sentence says better what the notice is about.
        let shown = elements.iter().filter(|element| event.is_none() || !matches!(element, Element::GroupTips(_)));
        let parts: Vec<String> = event.iter().cloned().chain(shown.map(element)).collect();
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
        Element::Image(image) => bracketed("image", own_name(&image.other)),
        Element::Sound(sound) => lasting("sound", u64::try_from(sound.file_time).unwrap_or_default(), &sound.other),
        Element::Custom(custom) if is_word(&custom.ext) => bracketed(&custom.ext, &custom.desc),
        Element::Custom(custom) => bracketed("custom", &custom.desc),
        Element::File(file) if file.file_name.is_empty() => bracketed("file", own_name(&file.other)),
        Element::File(file) => bracketed("file", &file.file_name),
        Element::GroupTips(tips) => bracketed("group notice by", &tips.op_user),
        Element::Face(face) if face.index == 0 && !face.buf.is_empty() => bracketed("sticker", &face.buf),
        Element::Face(face) => format!("[sticker: {}]", face.index),
        Element::Location(location) => bracketed("location", &location.desc),
        Element::GroupReport(report) => bracketed("group report by", &report.op_user),
        Element::Video(video) => lasting("video", video.video_duration, &video.other),
        Element::FriendChange(_) => "[change of friends]".to_owned(),
        Element::ProfileChange(change) => bracketed("change of profile", &change.from_identifier),
        Element::Merge(merge) => bracketed("merged messages", &merge.title),
        Element::Unknown(_) => "[something unknown]".to_owned(),
    }
}

/// A recording: how long it is, or its name where nobody knows.
fn lasting(kind: &str, seconds: u64, other: &Map<String, Value>) -> String {
    match own_name(other) {
        name if seconds == 0 && !name.is_empty() => format!("[{kind}: {name}]"),
        _ => format!("[{kind}: {seconds} s]"),
    }
}

/// The name of a file for which the message API has no key.
fn own_name(other: &Map<String, Value>) -> &str {
    other.get("mynah_file_name").and_then(Value::as_str).unwrap_or_default()
}

/// Whether this is what importers call a custom element: `poll`, `embed`.
fn is_word(ext: &str) -> bool {
    (1..=16).contains(&ext.len()) && ext.bytes().all(|byte| byte.is_ascii_lowercase())
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

    #[track_caller]
    fn check(elements: &str, event: Option<&str>, expected: &str) {
        let mut message = Message::from_json(&format!("{{\"message_elem_array\":{elements}}}")).unwrap();
        if let Some(text) = event {
            message.body.set_context(&Happening { kind: "call".to_owned(), text: text.to_owned() }).unwrap();
        }
        assert_eq!(message.summary(), expected, "{elements}");
    }

    #[test]
    fn imported_elements_are_named_by_what_their_source_calls_them() {
        check(r#"[{"elem_type":1,"mynah_file_name":"cat.jpg"}]"#, None, "[image: cat.jpg]");
        check(
            r#"[{"elem_type":2,"mynah_file_name":"a.ogg"},{"elem_type":2,"sound_elem_file_time":3}]"#,
            None,
            "[sound: a.ogg] [sound: 3 s]",
        );
        check(r#"[{"elem_type":9,"mynah_file_name":"b.mp4"},{"elem_type":4,"mynah_file_name":"c"}]"#, None, "[video: b.mp4] [file: c]");
        check(r#"[{"elem_type":3,"custom_elem_ext":"poll","custom_elem_desc":"Pizza?"}]"#, None, "[poll: Pizza?]");
        check(r#"[{"elem_type":3,"custom_elem_ext":"{\"a\":1}"}]"#, None, "[custom]");
        check(r#"[{"elem_type":6,"face_elem_index":0,"face_elem_buf":"🎉"}]"#, None, "[sticker: 🎉]");
    }

    #[test]
    fn an_event_is_told_by_its_sentence() {
        check(r#"[{"elem_type":5,"group_tips_elem_op_user":"ann"}]"#, Some("Ann joined"), "Ann joined");
        check(r#"[{"elem_type":5,"group_tips_elem_op_user":"ann"}]"#, Some(""), "[group notice by: ann]");
        check("[]", Some("missed call"), "missed call");
    }
}
