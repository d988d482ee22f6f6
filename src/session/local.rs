//! What belongs to one machine, or only to the other side to say, and is taken out of what travels: in both directions, so that no message can
//! name a file of its reader.

use serde_json::Value;

use crate::model::{Body, MessageError};

/// Keys of elements that name files of this machine.
const PATHS: [&str; 7] = [
    "image_elem_orig_path",
    "sound_elem_file_path",
    "file_elem_file_path",
    "video_elem_video_path",
    "video_elem_image_path",
    "mynah_file_hash",
    "mynah_file_place",
];

/// What all keys above are found by.
const MARKS: [&str; 4] = ["_path\"", "\"mynah_file_", "\"mynah_media\"", "\"message_custom_"];

/// Keys of a message that the other side writes: how often it was edited, and who took it back.
const HISTORY: [&str; 5] =
    ["message_version", "message_revoker_user_id", "message_revoker_nick_name", "message_revoker_face_url", "message_revoke_reason"];

/// Takes out what is of one machine only: local keys and paths, of bundled messages too.
pub(super) fn without_local(body: &mut Body) -> Result<(), MessageError> {
    if !MARKS.iter().any(|mark| body.as_json().contains(mark)) {
        return Ok(());
    }
    let mut elements: Value = serde_json::from_str(body.elements_json()).unwrap_or_default();
    let mut open = vec![&mut elements];
    while let Some(elements) = open.pop() {
        for element in elements.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            for path in PATHS {
                element.shift_remove(path);
            }
            let bundled = element.get_mut("merge_elem_message_array").and_then(Value::as_array_mut).into_iter().flatten();
            for message in bundled.filter_map(Value::as_object_mut) {
                for key in Body::LOCAL_KEYS {
                    message.shift_remove(key);
                }
                open.extend(message.get_mut("message_elem_array"));
            }
        }
    }
    body.set("message_elem_array", Some(elements))?;
    body.drop_local_keys()
}

/// Takes out what a message says of its own past, which is not the sender's to say.
pub(super) fn without_history(body: &mut Body) -> Result<(), MessageError> {
    for key in HISTORY {
        if body.may_have(key) {
            body.set(key, None)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Element;

    #[test]
    fn no_path_and_no_local_key_travels_however_deep_it_lies() {
        let inner = json!({"message_custom_str": "mine", "message_elem_array": [
            {"elem_type": 1, "image_elem_orig_path": "/home/me/inner.png"},
            {"elem_type": 12, "merge_elem_message_array": [
                {"mynah_media": ["00"], "message_elem_array": [{"elem_type": 4, "file_elem_file_path": "/home/me/innermost", "file_elem_file_name": "kept"}]},
            ]},
        ]});
        let mut body = Body::of_elements(&[
            Element::image("/home/me/picture.png"),
            Element::file("/home/me/plan.pdf", 9),
            Element::video("/home/me/a.mp4", 3, "/home/me/a.jpg"),
            Element::merge("a bundle", Vec::new(), "", vec![inner]),
        ]);
        let named = r#"{"mynah_file_hash":"00","mynah_file_place":"/home/me/x","mynah_file_name":"shown.png","#;
        let elements = body.elements_json().replacen('{', named, 1);
        body.set("message_elem_array", serde_json::from_str(&elements).ok()).unwrap();
        body.set("message_custom_str", Some("mine".into())).unwrap();
        body.set("mynah_media", Some(json!(["00"]))).unwrap();
        body.set("message_cloud_custom_str", Some("for all".into())).unwrap();
        without_local(&mut body).unwrap();
        for local in ["/home", "\"mine\"", "mynah_media", "mynah_file_hash"] {
            assert!(!body.as_json().contains(local), "{local}");
        }
        for shown in ["plan.pdf", "for all", "kept", "shown.png"] {
            assert!(body.as_json().contains(shown), "{shown}");
        }
    }

    #[test]
    fn a_message_says_nothing_of_its_own_past() {
        let mut body = Body::of_text("hello");
        body.set("message_version", Some(json!(u64::MAX))).unwrap();
        body.set("message_revoke_reason", Some(json!("none"))).unwrap();
        without_history(&mut body).unwrap();
        assert_eq!(body, Body::of_text("hello"));
    }
}
