//! Exports of a small archive of our own, as a person and a program would look at them.

mod made;
mod pages;
mod whole;

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::archive::ExportRequest;
use crate::model::{ConversationId, Element};
use made::{MADE, archive, group, hostile_texts};

/// An order of everything in this form, in UTC.
fn order(format: &str) -> ExportOrder {
    ExportOrder {
        format: ExportFormat::named(format).unwrap(),
        request: ExportRequest::default(),
        zone: TimeZone::UTC,
        byte_order_mark: false,
        existing: Existing::Refuse,
    }
}

fn stream(archive: &Archive, order: &ExportOrder) -> String {
    let mut bytes = Vec::new();
    export(archive, order, Target::Stream(&mut bytes), &mut |_| ControlFlow::Continue(())).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn into_folder(archive: &Archive, order: &ExportOrder, place: &Path) -> ExportReport {
    export(archive, order, Target::Folder(place.to_owned()), &mut |_| ControlFlow::Continue(())).unwrap()
}

/// The files of a folder, by their paths in it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
    }
    found
}

/// Compares with a file of `golden/`, which says what the form looks like.
#[track_caller]
fn check_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/formats/exporters/golden").join(name);
    let golden = fs::read_to_string(&path).unwrap_or_default();
    if golden != text {
        let found = std::env::temp_dir().join(name);
        fs::write(&found, text).unwrap();
        panic!("{} differs from what is written now, which is in {}", path.display(), found.display());
    }
}

#[test]
fn each_form_looks_as_its_golden_file_does() {
    let (archive, folder) = archive();
    check_golden("made.jsonl", &stream(&archive, &order("jsonl")));
    check_golden("made.csv", &stream(&archive, &order("csv")));
    check_golden("made.mbox", &stream(&archive, &order("mbox")));
    let place = folder.path().join("markdown");
    into_folder(&archive, &order("markdown"), &place);
    check_golden("made.md", &fs::read_to_string(place.join("0001-Night-shift.md")).unwrap());
    let expected =
        [".mynah-export", "0001-Night-shift.md", "0002-bob.md", "0003-hostile.md", "index.md", "media/8b2b4fd34a3d1a4f-harbour.png"];
    let found: Vec<String> = files(&place).into_iter().collect();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    assert!(expected[..5].iter().all(|name| found.iter().any(|found| found == name)), "{found:?}");
}

#[test]
fn what_a_search_finds_is_what_is_exported_oldest_first() {
    let (archive, _folder) = archive();
    let mut order = order("jsonl");
    order.request.expr = Some(crate::query::Expr::word("tide"));
    let found: Vec<String> = stream(&archive, &order)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(found, ["made:1", "made:2"]);
    (order.request.expr, order.request.conversation) = (None, Some(group()));
    (order.request.since, order.request.until) = (Some(MADE + 60), Some(MADE + 120));
    assert_eq!(stream(&archive, &order).lines().count(), 2, "both ends count");
}

#[test]
fn the_rows_of_a_table_read_back_as_they_were_written_and_none_is_a_formula() {
    let (archive, _folder) = archive();
    let mut order = order("csv");
    order.byte_order_mark = true;
    let table = stream(&archive, &order);
    let rows = table.strip_prefix('\u{feff}').unwrap();
    let mut reader = ::csv::Reader::from_reader(rows.as_bytes());
    let texts: Vec<String> = reader.records().map(|row| row.unwrap()[6].to_owned()).collect();
    assert!(texts.iter().all(|text| !text.starts_with(['=', '+', '-', '@', '\t', '\r'])));
    for hostile in hostile_texts() {
        let is_there = |text: &String| *text == hostile || text.strip_prefix('\'') == Some(hostile.as_str());
        assert!(texts.iter().any(is_there), "{hostile:?} is missing");
    }
}

#[test]
fn a_mailbox_has_a_mail_a_message_and_only_mails_begin_a_line_with_from() {
    let (archive, _folder) = archive();
    let mailbox = stream(&archive, &order("mbox"));
    let messages = stream(&archive, &order("jsonl")).lines().count();
    assert_eq!(mailbox.lines().filter(|line| line.starts_with("From ")).count(), messages);
    assert!(mailbox.contains("\n>From here on it rains\n"), "{mailbox}");
    assert!(!mailbox.contains('\r'));
    let header = |name: &str| mailbox.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!((header("Message-ID: "), header("Date: "), header("From: ")), (messages, messages, messages));
    assert!(header("In-Reply-To: ") >= 3);
}

#[test]
fn every_form_says_where_it_can_go() {
    let (archive, folder) = archive();
    let place = folder.path().join("out");
    let mut nothing = |_: u64| ControlFlow::Continue(());
    for (name, to_folder) in [("html", false), ("csv", true), ("jsonl", true), ("mbox", true)] {
        let mut bytes = Vec::new();
        let target = if to_folder { Target::Folder(place.clone()) } else { Target::Stream(&mut bytes) };
        let exported = export(&archive, &order(name), target, &mut nothing);
        let Err(error) = exported else { panic!("{name} went where it can't go") };
        assert!(matches!(error, ExportError::NeedsFile { .. } | ExportError::NeedsFolder { .. }), "{name}: {error}");
    }
    let mut bytes = Vec::new();
    let error = export(&archive, &order("markdown"), Target::Stream(&mut bytes), &mut nothing).unwrap_err();
    assert!(matches!(error, ExportError::OneConversation { .. }), "{error}");
    let mut one = order("markdown");
    one.request.conversation = Some(ConversationId::c2c("bob").unwrap());
    assert!(stream(&archive, &one).starts_with("# bob\n\n## Friday, 1 March 2024\n"));
    assert!(!place.exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_reads_back_from_a_table(texts in prop::collection::vec("[=+@'\"\t\r\n,; a-c-]{0,12}", 1..8)) {
        let mut rows = ::csv::WriterBuilder::new().from_writer(Vec::new());
        for text in &texts {
            rows.write_record([super::csv::harmless(text).as_ref(), "end"]).unwrap();
        }
        let table = rows.into_inner().unwrap();
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_slice());
        for (row, text) in reader.records().zip(&texts) {
            let cell = row.unwrap()[0].to_owned();
            let begins_formula = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
            let read = if begins_formula { cell.strip_prefix('\'').unwrap() } else { &cell };
            prop_assert_eq!(read, text);
        }
    }
}

#[test]
fn elements_that_say_more_than_their_type_are_shown_with_it() {
    let element = Element::from_value(serde_json::json!({
        "elem_type": 1, "image_elem_orig_pic_size": 2048, "mynah_file_name": "a.webp", "mynah_file_place": "photos/a.webp"
    }));
    let message = Message::new("u", 5, crate::model::Body::of_elements(&[element.unwrap()])).in_conversation(&group());
    let shown = super::shown::Shown::of(&message, &Heading::new(group(), None));
    let file = shown.files().next().unwrap();
    assert_eq!((file.called(), file.media_type.as_str(), file.size, file.place.as_str()), ("a.webp", "image/webp", 2048, "photos/a.webp"));
    assert_eq!(file.hash, None);
}
