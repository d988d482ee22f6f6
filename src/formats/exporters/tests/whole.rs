//! Exports appear whole or not at all, and one of everything makes the same archive again.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use super::made::{PICTURE, archive};
use super::{Existing, ExportError, Target, export, files, into_folder, order, stream};
use crate::archive::Archive;
use crate::formats::Import;
use crate::model::{ConversationId, limits};

/// Reads an export into a new archive.
fn read_back(exported: &Path, place: &Path) -> Archive {
    let archive = Archive::open(place).unwrap();
    let import = Import { is_strict: true, ..Import::default() };
    crate::formats::import(&archive, &[exported.to_owned()], &import, &mut |_| ()).unwrap();
    archive
}

#[test]
fn an_export_of_messages_with_their_files_makes_the_same_archive_again() {
    let (archive, folder) = archive();
    // A status, a mark and an edit of this archive survive too.
    archive.edit_text("made:3", "edited").unwrap();
    archive.mark_read(crate::archive::ReadUpTo::All).unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let report = into_folder(&archive, &order("messages"), &first);
    assert_eq!((report.messages, report.files, report.missing_files), (25, 1, 0));
    let lines = fs::read_to_string(first.join("messages.jsonl")).unwrap();
    assert!(lines.starts_with("{\"mynah_conversation\":\"group:slack:C1\",\"about\":{\"name\":\"Night shift\""), "{}", &lines[..200]);
    assert_eq!(lines, stream(&archive, &order("messages")), "a stream has the same lines");
    let again = read_back(&first, &folder.path().join("again"));
    into_folder(&again, &order("messages"), &second);
    assert_eq!(files(&first), files(&second));
    for name in files(&first) {
        assert!(fs::read(first.join(&name)).unwrap() == fs::read(second.join(&name)).unwrap(), "{name} differs");
    }
    assert_eq!(again.check().unwrap().findings.len(), 0);
}

#[test]
fn a_message_of_the_greatest_size_comes_back_from_its_export() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path().join("archive")).unwrap();
    let mut message = crate::model::Message::text("a", 5, "x");
    let room = usize::try_from(limits::MESSAGE_SIZE.max).unwrap() - message.body.as_json().len() - 100;
    message.body.set("mynah_test", Some("x".repeat(room).into())).unwrap();
    message.id = Some(crate::model::MessageId::new(&"\u{1}".repeat(500)).unwrap());
    archive.import(&ConversationId::group("large").unwrap(), vec![message]).unwrap();
    let lines = stream(&archive, &order("messages"));
    assert!(lines.len() as u64 > limits::MESSAGE_SIZE.max);
    let file = folder.path().join("lines.jsonl");
    fs::write(&file, &lines).unwrap();
    let again = read_back(&file, &folder.path().join("again"));
    assert!(stream(&again, &order("messages")) == lines);
}

#[test]
fn an_export_that_is_ended_leaves_nothing_behind() {
    let (archive, folder) = archive();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    for target in [Target::File(out.join("file")), Target::Folder(out.join("folder"))] {
        let error = export(&archive, &order("messages"), target, &mut |_| ControlFlow::Break(())).unwrap_err();
        assert!(matches!(error, ExportError::Cancelled));
    }
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
}

#[test]
fn what_is_there_already_is_replaced_only_where_that_is_asked_and_an_export_made_it() {
    let (archive, folder) = archive();
    let (file, ours, theirs) = (folder.path().join("file"), folder.path().join("ours"), folder.path().join("theirs"));
    let mut go_on = |_: u64| ControlFlow::Continue(());
    let mut replacing = order("messages");
    replacing.existing = Existing::Replace;
    fs::write(&file, "old").unwrap();
    fs::create_dir(&theirs).unwrap();
    fs::write(theirs.join("photo"), "old").unwrap();
    fs::create_dir(&ours).unwrap();
    into_folder(&archive, &order("messages"), &ours);
    fs::write(ours.join("added"), "old").unwrap();

    for place in [&ours, &theirs] {
        let error = export(&archive, &order("messages"), Target::Folder(place.clone()), &mut go_on).unwrap_err();
        assert!(matches!(error, ExportError::Exists { .. }), "{error}");
    }
    let error = export(&archive, &order("messages"), Target::File(file.clone()), &mut go_on).unwrap_err();
    assert!(matches!(error, ExportError::Exists { .. }) && fs::read_to_string(&file).unwrap() == "old", "{error}");
    let error = export(&archive, &replacing, Target::Folder(theirs.clone()), &mut go_on).unwrap_err();
    assert!(matches!(error, ExportError::NotOurs { .. }) && theirs.join("photo").exists(), "{error}");
    let error = export(&archive, &replacing, Target::File(theirs.clone()), &mut go_on).unwrap_err();
    assert!(matches!(error, ExportError::NotOurs { .. }) && theirs.join("photo").exists(), "{error}");

    into_folder(&archive, &replacing, &ours);
    assert!(ours.join("messages.jsonl").exists() && !ours.join("added").exists());
    export(&archive, &replacing, Target::File(file.clone()), &mut go_on).unwrap();
    assert!(fs::read_to_string(&file).unwrap().starts_with("{\"mynah_conversation\""));
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_media_file_that_is_damaged_or_gone_is_counted_and_not_handed_on() {
    let (archive, folder) = archive();
    let hash = blake3::hash(PICTURE).to_hex().to_string();
    let kept = folder.path().join("archive/media").join(&hash[..2]).join(&hash[2..]);
    fs::write(&kept, "another picture").unwrap();
    let place = folder.path().join("damaged");
    let report = into_folder(&archive, &order("messages"), &place);
    assert_eq!((report.files, report.missing_files), (0, 1));
    assert!(files(&place).iter().all(|name| !name.starts_with("media")));
    fs::remove_file(&kept).unwrap();
    assert_eq!(into_folder(&archive, &order("html"), &folder.path().join("gone")).missing_files, 1);
}
