use super::*;

const IDS: Ids<'_> = Ids { format: "slack", chat: "C1", named: None };

fn said(text: &str) -> Imported {
    Imported { sender: Person::new("U1", "Ann"), time: 5, parts: vec![Part::Text(text.to_owned())], ..Imported::default() }
}

fn made(imported: Imported) -> Message {
    imported.into_draft("slack", &IDS, |_| 0, |_| None).unwrap().finish(&[]).unwrap()
}

#[test]
fn a_message_has_the_sources_id_and_the_name_of_its_sender() {
    let message = made(Imported { id: "1.5".to_owned(), ..said("hello") });
    assert_eq!(message.id_text(), "slack:C1:1.5");
    assert_eq!((message.sender.as_str(), message.sender_name().as_str(), message.server_time), ("U1", "Ann", 5));
    assert_eq!(message.conversation.as_ref().unwrap().to_string(), "group:slack:C1");
    assert_eq!(message.texts(), ["hello"]);
}

#[test]
fn a_message_without_an_id_has_the_same_one_whenever_it_is_read() {
    let id = |text, occurrence| said(text).into_draft("slack", &IDS, |_| occurrence, |_| None).unwrap().id;
    assert_eq!(id("ok", 0), id("ok", 0));
    assert_ne!(id("ok", 0), id("ok", 1));
    assert_ne!(id("ok", 0), id("no", 0));
}

#[test]
fn a_record_stays_as_it_is_and_a_large_one_becomes_a_file() {
    let json = r#"{"ts":"1.50","n":12345678901234567890123, "x":1.10}"#;
    let message = made(Imported { record: Record::Json(json.to_owned()), ..said("x") });
    let expected = r#""record":{"ts":"1.50","n":12345678901234567890123,"x":1.10}"#;
    assert!(message.body.as_json().contains(expected), "{}", message.body.as_json());
    let large = Record::Text("x".repeat(RECORD + 1));
    let draft = Imported { record: large, ..said("x") }.into_draft("slack", &IDS, |_| 0, |_| None).unwrap();
    assert!(matches!(&draft.files[..], [BesideFile { element: None, content: Content::Bytes(bytes) }] if bytes.len() == RECORD + 1));
    let message = draft.finish(&[Some("ab".to_owned())]).unwrap();
    assert!(message.body.as_json().ends_with(r#""mynah_media":["ab"],"mynah_source":{"format":"slack","record_hash":"ab"}}"#));
}

#[test]
fn a_file_that_is_not_there_keeps_its_name_size_and_place() {
    let file = |path: &str| Attachment {
        kind: FileKind::Image,
        name: "cat.jpg".to_owned(),
        size: Some(7),
        path: path.to_owned(),
        ..Attachment::default()
    };
    let parts = vec![Part::File(file("photos/here.jpg")), Part::File(file("photos/gone.jpg"))];
    let has_file = |path: &str| (path == "photos/here.jpg").then_some(9);
    let draft = Imported { parts, ..said("") }.into_draft("slack", &IDS, |_| 0, has_file).unwrap();
    assert!(matches!(&draft.files[..], [BesideFile { element: Some(0), content: Content::Path(path) }] if path == "photos/here.jpg"));
    let elements: Value = serde_json::from_str(draft.finish(&[Some("ab".to_owned())]).unwrap().body.elements_json()).unwrap();
    assert_eq!(elements[0], json!({"elem_type": 1, "image_elem_orig_pic_size": 9, "mynah_file_name": "cat.jpg", "mynah_file_hash": "ab"}));
    let gone = json!({"elem_type": 1, "image_elem_orig_pic_size": 7, "mynah_file_name": "cat.jpg", "mynah_file_place": "photos/gone.jpg"});
    assert_eq!(elements[1], gone);
}

#[test]
fn names_that_are_too_long_stay_apart() {
    let (one, two) = (format!("{}1", "é".repeat(300)), format!("{}2", "é".repeat(300)));
    assert!(clipped(&one, 256).len() <= 256);
    assert_ne!(clipped(&one, 256), clipped(&two, 256));
}
