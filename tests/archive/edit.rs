//! Changing messages that are there.

use mynah::archive::ArchiveError;
use mynah::model::{Body, Element, ElementType, Message, Status, TypeSet};
use mynah::query::Expr;

use super::{assert_clean, found, fresh, history, ops, said, save};

#[test]
fn search_finds_the_new_text_of_an_edited_message_and_no_longer_the_old_one() {
    let (_folder, archive) = fresh();
    let before = archive.save(&ops(), said("alice", 1, "the old wording")).unwrap();
    let after = archive.edit_text(&before.id_text(), "a new phrasing").unwrap();
    assert_eq!((after.place(), after.id_text(), after.status), (before.place(), before.id_text(), before.status));
    assert_eq!(found(&archive, Expr::word("phrasing")), ["a new phrasing"]);
    assert!(found(&archive, Expr::contains("old word")).is_empty());
    assert_eq!(history(&archive, &ops()), ["a new phrasing"]);
    assert_clean(&archive);
}

#[test]
fn an_edit_may_bring_other_elements() {
    let (_folder, archive) = fresh();
    let id = save(&archive, &ops(), said("alice", 1, "words"));
    archive.edit(&id, Body::of_elements(&[Element::file("/tmp/budget.ods", 5)])).unwrap();
    let message = archive.find(&[&id]).unwrap().remove(0);
    assert_eq!(message.body.types(), [ElementType::File].into_iter().collect::<TypeSet>());
    assert_eq!(found(&archive, Expr::contains("BUDGET") & Expr::has(ElementType::File)), ["budget.ods"]);
    assert!(found(&archive, Expr::has(ElementType::Text)).is_empty());
    assert!(matches!(archive.edit_text(&id, "text"), Err(ArchiveError::NoText { .. })));
}

#[test]
fn an_edit_of_the_text_keeps_everything_else() {
    let (_folder, archive) = fresh();
    let json = r#"{"message_sender":"alice","message_client_time":5,"my_key":{"a":[1,2.50]},
        "message_elem_array":[{"elem_type":1,"image_elem_orig_path":"/p"},{"elem_type":0,"text_elem_content":"old","x":true}]}"#;
    let id = save(&archive, &ops(), Message::from_json(json).unwrap());
    let edited = archive.edit_text(&id, "new \u{1F600} \"quoted\"").unwrap();
    assert_eq!(edited.texts(), ["new \u{1F600} \"quoted\""]);
    let elements: serde_json::Value = serde_json::from_str(edited.body.elements_json()).unwrap();
    assert_eq!(elements[0]["image_elem_orig_path"], "/p");
    assert_eq!(elements[1]["x"], true);
    assert_eq!(edited.body.get("my_key"), Some(serde_json::json!({"a": [1, 2.50]})));
    assert_eq!(archive.find(&[&id]).unwrap(), [edited]);
}

#[test]
fn an_edit_past_a_limit_is_refused_and_changes_nothing() {
    let (_folder, archive) = fresh();
    let id = save(&archive, &ops(), said("alice", 1, "short"));
    assert!(matches!(archive.edit_text(&id, &"x".repeat(2_000_001)), Err(ArchiveError::Message(_))));
    assert!(archive.edit_text(&id, &"\u{1}".repeat(400_000)).is_err(), "its JSON is longer than a message may be");
    assert!(archive.edit(&id, Body::of_text(&"x".repeat(3 << 20))).is_err());
    assert!(archive.annotate(&id, None, Some(&"x".repeat(3 << 20))).is_err());
    assert_eq!(history(&archive, &ops()), ["short"]);
    assert!(matches!(archive.edit_text("nobody", "x"), Err(ArchiveError::UnknownMessage { .. })));
}

#[test]
fn a_deleted_or_recalled_message_that_is_edited_stays_out_of_search() {
    let (_folder, archive) = fresh();
    let deleted = save(&archive, &ops(), said("alice", 1, "deleted"));
    let recalled = save(&archive, &ops(), said("alice", 2, "recalled"));
    archive.delete(&ops(), &[&deleted]).unwrap();
    archive.recall(&recalled).unwrap();
    for id in [&deleted, &recalled] {
        archive.edit_text(id, "edited afterwards").unwrap();
    }
    assert!(found(&archive, Expr::word("afterwards")).is_empty());
    assert_eq!(archive.find(&[&deleted]).unwrap()[0].status, Some(Status::Deleted));
    assert_clean(&archive);
}

#[test]
fn local_custom_data_are_kept_one_by_one() {
    let (folder, archive) = fresh();
    let id = save(&archive, &ops(), said("alice", 1, "text"));
    archive.annotate(&id, Some(u32::MAX), None).unwrap();
    archive.annotate(&id, None, Some("note")).unwrap();
    drop(archive);
    let archive = super::options().open(folder.path().join("archive")).unwrap();
    let message = archive.find(&[&id]).unwrap().remove(0);
    assert_eq!(message.body.get("message_custom_int"), Some(u32::MAX.into()));
    assert_eq!(message.body.get("message_custom_str"), Some("note".into()));
    assert_eq!(found(&archive, Expr::word("text")), ["text"]);
}

#[test]
fn a_thousand_edits_are_found_at_once() {
    let (_folder, archive) = fresh();
    let report = archive.import(&ops(), (0..1_000).map(|n| said("alice", n, &format!("before {n}"))).collect()).unwrap();
    assert_eq!(report.new, 1_000);
    let request = mynah::archive::HistoryRequest { limit: 1_000, ..Default::default() };
    for message in archive.history(&ops(), &request).unwrap().messages {
        archive.edit_text(&message.id_text(), &format!("after {}", message.server_time)).unwrap();
    }
    assert_eq!(found(&archive, Expr::word("after")).len(), 1_000);
    assert!(found(&archive, Expr::word("before")).is_empty());
    assert_clean(&archive);
}
