//! Taking messages in: what is new, what is known, what is refused, and who a message is.

use mynah::Durability;
use mynah::archive::{ArchiveError, ImportOptions, Refusal};
use mynah::model::{ConversationId, Message, MessageId, Status};

use super::{assert_clean, bob, fresh, history, ops, options, said};

#[test]
fn the_same_batch_again_adds_nothing() {
    let (_folder, archive) = fresh();
    let batch = || vec![said("alice", 1, "one"), said("bob", 1, "two"), said("alice", 2, "one")];
    let first = archive.import(&ops(), batch()).unwrap();
    let again = archive.import(&ops(), batch()).unwrap();
    assert_eq!((first.new, first.known, again.new, again.known), (3, 0, 0, 3));
    assert_eq!(history(&archive, &ops()), ["one", "two", "one"]);
}

#[test]
fn two_equal_messages_of_one_second_are_two_and_stay_two() {
    let (_folder, archive) = fresh();
    let batch = || vec![said("alice", 5, "ok"), said("alice", 5, "ok"), said("alice", 5, "ok")];
    assert_eq!(archive.import(&ops(), batch()).unwrap().new, 3);
    assert_eq!(archive.import(&ops(), batch()).unwrap().known, 3);
    assert_eq!(history(&archive, &ops()), ["ok", "ok", "ok"]);
    assert_clean(&archive);
}

#[test]
fn a_batch_of_many_conversations_is_written_whole_or_not_at_all() {
    let (_folder, archive) = fresh();
    let batch = || vec![said("bob", 1, "to me").in_conversation(&bob()), said("alice", 2, "to all")];
    let options = || ImportOptions { conversation: Some(ops()), strict: true, ..ImportOptions::default() };
    let nameless = Message { sender: "x".repeat(257), ..said("", 3, "by nobody") };
    let refused = archive.import_batch(batch().into_iter().chain([nameless]).collect(), options(), Durability::Buffered);
    assert!(matches!(refused, Err(ArchiveError::Refused { position: 2, .. })));
    assert!(history(&archive, &ops()).is_empty() && history(&archive, &bob()).is_empty());
    assert_eq!(archive.import_batch(batch(), options(), Durability::Buffered).unwrap().new, 2);
    let saved = archive.save_with(&bob(), said("bob", 4, "and more"), Durability::Buffered).unwrap();
    archive.sync().unwrap();
    assert_eq!(
        (history(&archive, &ops()), history(&archive, &bob())),
        (vec!["to all".to_owned()], vec!["to me".to_owned(), "and more".to_owned()])
    );
    assert_eq!(saved.texts(), ["and more"]);
}

#[test]
fn a_message_without_a_time_comes_once_whatever_else_it_brings() {
    let (_folder, archive) = fresh();
    let with_rand = || {
        let mut message = said("alice", 0, "no time but a rand");
        message.rand = 77;
        message
    };
    let id = archive.save(&ops(), with_rand()).unwrap().id_text();
    let later = archive.save(&ops(), with_rand()).unwrap();
    assert_eq!(later.id_text(), id);
    let bare = archive.save(&ops(), said("alice", 0, "no time at all")).unwrap().id_text();
    assert_eq!(archive.save(&ops(), said("alice", 0, "no time at all")).unwrap().id_text(), bare);
    assert!(!id.contains(&later.client_time.to_string()), "an id made from the clock would be another one tomorrow");
}

#[test]
fn what_was_exported_comes_back_as_known() {
    let (_folder, archive) = fresh();
    let mut with_id = said("alice", 9, "has an id");
    with_id.id = Some(MessageId::new("given by another system").unwrap());
    archive.import(&ops(), vec![said("alice", 0, "no time"), said("me", 7, "mine"), with_id, said("b-1-2", 8, "dashes")]).unwrap();
    let page = archive.history(&ops(), &Default::default()).unwrap();
    let exported: Vec<Message> = page.messages.iter().map(|message| Message::from_json(&message.to_json()).unwrap()).collect();
    let report = archive.import(&ops(), exported).unwrap();
    assert_eq!((report.new, report.known), (0, 4));
}

#[test]
fn an_export_makes_the_same_archive_again() {
    let (_folder, archive) = fresh();
    let (_other_folder, other) = fresh();
    archive.import(&ops(), vec![said("alice", 3, "one"), said("me", 4, "two"), said("alice", 3, "one")]).unwrap();
    archive.import(&bob(), vec![said("bob", 0, "three"), said("me", 9, "four")]).unwrap();
    let all = |archive: &mynah::Archive| {
        let pages = [ops(), bob()].map(|conversation| archive.history(&conversation, &Default::default()).unwrap().messages);
        pages.concat().iter().map(Message::to_json).collect::<Vec<_>>()
    };
    let mut importer = other.importer(ImportOptions::default());
    for line in all(&archive) {
        importer.add(Message::from_json(&line).unwrap()).unwrap();
    }
    importer.finish().unwrap();
    assert_eq!(all(&other), all(&archive));
}

#[test]
fn a_stream_over_many_conversations_keeps_each_in_its_own() {
    let (_folder, archive) = fresh();
    let mut importer = archive.importer(ImportOptions { conversation: Some(ops()), strict: false, ..ImportOptions::default() });
    for number in 1..=25_000_u64 {
        let conversation = ConversationId::group(&format!("g{}", number % 7)).unwrap();
        importer.add(said("alice", number, &format!("message {number}")).in_conversation(&conversation)).unwrap();
    }
    importer.add(said("alice", 1, "names no conversation")).unwrap();
    let report = importer.finish().unwrap();
    assert_eq!((report.new, report.known, report.refused.len()), (25_001, 0, 0));
    assert_eq!(archive.conversations().unwrap().len(), 8);
    assert_eq!(history(&archive, &ConversationId::group("g3").unwrap()).len(), 25_000 / 7 + 1);
    assert_eq!(history(&archive, &ops()), ["names no conversation"]);
}

#[test]
fn a_refused_message_is_named_by_its_position_and_the_rest_is_kept() {
    let (_folder, archive) = fresh();
    let elsewhere = said("alice", 1, "not here").in_conversation(&bob());
    let report = archive.import(&ops(), vec![said("alice", 1, "one"), elsewhere, said("alice", 2, "two")]).unwrap();
    assert_eq!((report.new, report.refused.len(), report.refused[0].position), (2, 1, 1));
    assert!(matches!(report.refused[0].reason, Refusal::OtherConversation { .. }));
    assert!(archive.conversation(&bob()).unwrap().is_none(), "a refused message makes no conversation");
}

#[test]
fn a_strict_run_writes_nothing_of_a_batch_with_a_refused_message() {
    let (_folder, archive) = fresh();
    let mut importer = archive.importer(ImportOptions { conversation: None, strict: true, ..ImportOptions::default() });
    importer.add(said("alice", 1, "one").in_conversation(&ops())).unwrap();
    importer.add(said("alice", 1, "nowhere")).unwrap();
    let error = importer.finish().unwrap_err();
    assert!(matches!(error, ArchiveError::Refused { position: 1, reason: Refusal::NoConversation }), "{error}");
    assert!(history(&archive, &ops()).is_empty());
    assert!(archive.conversations().unwrap().is_empty());
}

#[test]
fn all_refused_messages_are_counted_and_the_first_thousand_are_named() {
    let (_folder, archive) = fresh();
    let mut importer = archive.importer(ImportOptions::default());
    for number in 0..12_000 {
        importer.add(said("alice", number, "names no conversation")).unwrap();
    }
    let report = importer.finish().unwrap();
    assert_eq!((report.new, report.refused_total), (0, 12_000));
    assert!(report.refused.iter().map(|refused| refused.position).eq(0..1_000));
}

#[test]
fn examining_a_message_says_what_adding_would_and_adds_nothing() {
    let (_folder, archive) = fresh();
    let mut importer = archive.importer(ImportOptions { conversation: None, strict: true, ..ImportOptions::default() });
    importer.examine(said("alice", 1, "good").in_conversation(&ops())).unwrap();
    assert!(matches!(importer.examine(said("alice", 1, "nowhere")), Err(Refusal::NoConversation)));
    let report = importer.finish().unwrap();
    assert_eq!((report.new, report.refused_total), (0, 0));
    assert!(history(&archive, &ops()).is_empty());
}

#[test]
fn an_id_belongs_to_one_conversation_within_a_batch_as_between_batches() {
    let with_id = |conversation: &ConversationId| {
        let mut message = said("alice", 1, "hello").in_conversation(conversation);
        message.id = Some(MessageId::new("the id").unwrap());
        message
    };
    for in_one_batch in [true, false] {
        let (_folder, archive) = fresh();
        let mut importer = archive.importer(ImportOptions::default());
        importer.add(with_id(&ops())).unwrap();
        if !in_one_batch {
            assert_eq!(importer.finish().unwrap().new, 1);
            importer = archive.importer(ImportOptions::default());
        }
        importer.add(with_id(&bob())).unwrap();
        let report = importer.finish().unwrap();
        assert_eq!((report.known, report.refused.len()), (0, 1), "in one batch: {in_one_batch}");
        assert!(matches!(report.refused[0].reason, Refusal::IdTaken));
        assert_eq!(archive.conversations().unwrap().len(), 1, "a conversation of refused messages only is not made");
    }
}

#[test]
fn a_place_holds_one_message_within_a_batch_as_between_batches() {
    let first = || {
        let mut message = said("alice", 7, "first");
        message.rand = 5;
        message
    };
    let second = || {
        let mut message = said("bob", 7, "second");
        (message.seq, message.rand) = (1, 5);
        message
    };
    for in_one_batch in [true, false] {
        let (_folder, archive) = fresh();
        let report = match in_one_batch {
            true => archive.import(&ops(), vec![first(), second()]).unwrap(),
            false => {
                archive.import(&ops(), vec![first()]).unwrap();
                archive.import(&ops(), vec![second()]).unwrap()
            }
        };
        assert_eq!(report.refused.len(), 1, "in one batch: {in_one_batch}");
        assert!(matches!(report.refused[0].reason, Refusal::PlaceTaken));
        assert_eq!(history(&archive, &ops()), ["first"]);
        assert_clean(&archive);
    }
}

#[test]
fn numbers_that_no_reader_takes_back_are_refused() {
    let (_folder, archive) = fresh();
    let mut late = said("alice", 1, "in milliseconds");
    late.server_time = 1_700_000_000_000;
    let mut far = said("alice", 1, "a seq of 64 bits");
    far.seq = u64::MAX;
    let long_name = said(&"a".repeat(257), 1, "a sender of 257 bytes");
    let long_text = said("alice", 1, &"x".repeat(2_000_001));
    let long_body = said("alice", 1, &"\u{1}".repeat(400_000));
    let report = archive.import(&ops(), vec![late, far, long_name, long_text, long_body, said("alice", 1, "fine")]).unwrap();
    assert_eq!(report.refused.iter().map(|refused| refused.position).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    for refused in &report.refused {
        assert!(matches!(refused.reason, Refusal::Limit(_)), "{}: {}", refused.position, refused.reason);
    }
    assert_eq!(history(&archive, &ops()), ["fine"]);
}

#[test]
fn a_message_of_the_largest_size_is_given_out_in_a_form_that_is_taken_back() {
    let (_folder, archive) = fresh();
    let head = r#"{"message_sender":"alice","message_client_time":5,"message_elem_array":[{"elem_type":3,"custom_elem_data":""#;
    let json = format!("{head}{}\"}}]}}", "x".repeat(2 * 1024 * 1024 - head.len() - 4));
    assert_eq!(json.len() as u64, mynah::model::limits::MESSAGE_SIZE.max);
    let kept = archive.save(&ops(), Message::from_json(&json).unwrap()).unwrap();
    let again = Message::from_json(&kept.to_json()).unwrap();
    assert_eq!(archive.import(&ops(), vec![again]).unwrap().known, 1);
}

#[test]
fn seqs_count_up_in_each_conversation_and_given_ones_are_kept() {
    let (_folder, archive) = fresh();
    let seq = |conversation: &ConversationId, message: Message| archive.save(conversation, message).unwrap().seq;
    assert_eq!(seq(&ops(), said("alice", 1, "a")), 1);
    assert_eq!(seq(&ops(), said("alice", 2, "b")), 2);
    assert_eq!(seq(&bob(), said("bob", 1, "c")), 1);
    let mut given = said("alice", 3, "d");
    given.seq = 40;
    assert_eq!(seq(&ops(), given), 40);
    assert_eq!(seq(&ops(), said("alice", 4, "e")), 41);
}

#[test]
fn after_the_greatest_seq_a_message_without_one_is_refused_and_none_is_lost() {
    let (_folder, archive) = fresh();
    let mut last = said("alice", 1, "last");
    last.seq = mynah::model::limits::SEQ.max;
    archive.save(&ops(), last).unwrap();
    let report = archive.import(&ops(), vec![said("alice", 1, "one more"), said("alice", 1, "and more")]).unwrap();
    assert_eq!((report.new, report.refused.len()), (0, 2));
    assert_eq!(history(&archive, &ops()), ["last"]);
}

#[test]
fn a_message_without_a_sender_is_the_accounts_own_and_refused_where_there_is_no_account() {
    let (folder, archive) = fresh();
    let mine = archive.save(&bob(), said("", 1, "hello")).unwrap();
    assert_eq!((mine.sender.as_str(), mine.is_from_self), ("me", Some(true)));
    let nobody = mynah::archive::ArchiveOptions::new().memory_mib(64).open(folder.path().join("nobody")).unwrap();
    let report = nobody.import(&bob(), vec![said("", 1, "hello")]).unwrap();
    assert!(matches!(report.refused[0].reason, Refusal::NoSender));
}

#[test]
fn the_account_is_remembered() {
    let (folder, archive) = fresh();
    drop(archive);
    let again = mynah::archive::ArchiveOptions::new().memory_mib(64).open(folder.path().join("archive")).unwrap();
    assert_eq!(again.account().as_deref(), Some("me"));
}

#[test]
fn imported_messages_are_read_unless_they_say_otherwise() {
    let (_folder, archive) = fresh();
    archive.import(&ops(), vec![said("alice", 1, "old"), super::unread("alice", 2, "new")]).unwrap();
    let read: Vec<Option<bool>> = archive.history(&ops(), &Default::default()).unwrap().messages.iter().map(|m| m.is_read).collect();
    assert_eq!(read, [Some(false), Some(true)]);
}

#[test]
fn a_message_keeps_its_status_and_one_without_becomes_an_imported_one() {
    let (_folder, archive) = fresh();
    let mut failed = said("me", 1, "failed");
    failed.status = Some(Status::Failed);
    assert_eq!(archive.save(&ops(), failed).unwrap().status, Some(Status::Failed));
    assert_eq!(archive.save(&ops(), said("me", 2, "plain")).unwrap().status, Some(Status::Imported));
}

#[test]
fn what_was_imported_is_there_after_reopening() {
    let (folder, archive) = fresh();
    archive.import(&ops(), vec![said("alice", 1, "one"), said("alice", 2, "two")]).unwrap();
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    assert_eq!(history(&archive, &ops()), ["one", "two"]);
    assert_clean(&archive);
}

/// A message that brings a rand of its own, and a seq unless it is 0.
fn with_rand(time: u64, seq: u64, rand: u32, text: &str) -> Message {
    Message { seq, rand, ..said("alice", time, text) }
}

#[test]
fn messages_that_share_a_rand_are_told_apart_by_seq_and_content() {
    let (_folder, archive) = fresh();
    let batch = || vec![with_rand(1, 1, 5, "one"), with_rand(1, 2, 5, "two"), with_rand(2, 0, 5, "three"), with_rand(2, 0, 5, "four")];
    assert_eq!(archive.import(&ops(), batch()).unwrap().new, 4);
    let again = archive.import(&ops(), batch()).unwrap();
    assert_eq!((again.new, again.known), (0, 4));
    let elsewhere = archive.import(&bob(), vec![with_rand(1, 1, 5, "one")]).unwrap();
    assert_eq!((elsewhere.new, elsewhere.refused.len()), (1, 0));
    assert_eq!(history(&archive, &ops()), ["one", "two", "three", "four"]);
    assert_clean(&archive);
}

#[test]
fn a_message_that_was_edited_is_known_when_it_comes_again() {
    let (_folder, archive) = fresh();
    archive.import(&ops(), vec![with_rand(1, 0, 5, "one")]).unwrap();
    archive.edit_text("alice-1-5", "uno").unwrap();
    assert_eq!(archive.import(&ops(), vec![with_rand(1, 0, 5, "one")]).unwrap().known, 1);
    assert_eq!(history(&archive, &ops()), ["uno"]);
}

#[test]
fn a_given_id_that_looks_derived_is_kept() {
    let (_folder, archive) = fresh();
    let json = r#"{"message_msg_id":"a-0-5","message_sender":"a","message_server_time":1700000000,"message_rand":5}"#;
    archive.import(&ops(), vec![Message::from_json(json).unwrap()]).unwrap();
    assert_eq!(archive.find(&["a-0-5"]).unwrap().len(), 1);
}

#[test]
fn a_search_is_answered_while_an_import_goes_on() {
    let (_folder, archive) = fresh();
    let answered = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut run = archive.importer(ImportOptions { conversation: Some(ops()), strict: false, ..ImportOptions::default() });
            // Ends when the search is answered; a search that starves lets it run to its end.
            for number in 0..2_000_000 {
                if answered.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                run.add(said("alice", number, "steady writing")).unwrap();
            }
            assert!(answered.load(std::sync::atomic::Ordering::Relaxed), "the search waited until the import ended");
            run.finish().unwrap();
        });
        archive.wait_for_change(archive.journal_head(), std::time::Duration::from_secs(60));
        let answer = archive.search(&mynah::archive::SearchRequest::new(mynah::query::Expr::word("steady"))).unwrap();
        answered.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(answer.coverage.complete && !answer.hits.is_empty());
    });
}

#[test]
fn a_message_that_got_an_id_of_its_own_is_known_when_the_other_one_is_gone() {
    let (_folder, archive) = fresh();
    let with_rand = |text| {
        let mut message = said("alice", 5, text);
        message.rand = 9;
        message
    };
    let both = || vec![with_rand("one"), with_rand("two")];
    assert_eq!(archive.import(&ops(), both()).unwrap().new, 2);
    assert_eq!(archive.import(&ops(), both()).unwrap().known, 2);
    assert_eq!(archive.import(&ops(), vec![with_rand("two"), with_rand("one")]).unwrap().known, 2);
    let first = archive.history(&ops(), &Default::default()).unwrap().messages.remove(1).id_text();
    archive.purge(&ops(), mynah::archive::Purge::Ids(&[&first])).unwrap();
    assert_eq!(archive.import(&ops(), vec![with_rand("two")]).unwrap().known, 1, "it is there under an id of its own");
    assert_eq!(history(&archive, &ops()), ["two"]);
    assert_eq!(archive.import(&ops(), both()).unwrap().new, 1);
}
