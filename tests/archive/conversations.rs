//! The list of conversations and what counts as unread.

use mynah::archive::{ArchiveError, ReadUpTo};
use mynah::model::{About, ConversationId, ConversationKind, ConversationRef, Message, Person, Place, ReceiveOption};

use super::{assert_clean, bob, fresh, ops, options, said, save, texts, unread};

fn unread_in(archive: &mynah::Archive, conversation: &ConversationId) -> u64 {
    archive.conversation(conversation).unwrap().unwrap().unread
}

#[test]
fn the_list_has_pinned_conversations_first_and_then_the_newest() {
    let (_folder, archive) = fresh();
    let names = ["a", "b", "c", "d"].map(|name| ConversationId::group(name).unwrap());
    for (time, name) in (1..).zip(&names) {
        save(&archive, name, said("alice", time, name.id()));
    }
    archive.set_pinned(&names[1], true).unwrap();
    archive.set_draft(&ConversationId::group("empty").unwrap(), Some(&serde_json::json!({"draft_edit_time": 1}))).unwrap();
    let listed: Vec<String> = archive.conversations().unwrap().iter().map(|listed| listed.id.id().to_owned()).collect();
    assert_eq!(listed, ["b", "d", "c", "a", "empty"]);
    assert_eq!(texts(&archive.conversations().unwrap()[1].last_message), ["d"]);
}

#[test]
fn only_incoming_messages_that_are_not_excluded_count_as_unread() {
    let (_folder, archive) = fresh();
    let with = |time, key: &str, value: serde_json::Value| {
        let mut message = unread("alice", time, key);
        message.body.set(key, Some(value)).unwrap();
        message
    };
    let mut own = unread("me", 1, "own");
    own.is_from_self = None;
    let batch = vec![
        unread("alice", 2, "counts"),
        own,
        said("alice", 3, "read elsewhere"),
        with(4, "message_is_excluded_from_unread_count", true.into()),
        with(5, "message_is_online_msg", true.into()),
        with(6, "message_target_group_member_array", serde_json::json!(["me"])),
        with(7, "message_target_group_member_array", serde_json::json!([])),
    ];
    archive.import(&ops(), batch).unwrap();
    assert_eq!(unread_in(&archive, &ops()), 2, "the plain one, and the one whose list of targets is empty");
    assert_clean(&archive);
}

#[test]
fn reading_up_to_a_message_counts_what_is_behind_it() {
    let (_folder, archive) = fresh();
    let messages: Vec<Message> = (1..=5).map(|time| archive.save(&ops(), unread("alice", time, "x")).unwrap()).collect();
    assert_eq!(archive.mark_read(ReadUpTo::Message(&ops(), messages[2].place())).unwrap(), 3);
    assert_eq!(unread_in(&archive, &ops()), 2);
    assert_eq!(archive.mark_read(ReadUpTo::Message(&ops(), messages[0].place())).unwrap(), 0, "a mark never moves back");
    assert_eq!(unread_in(&archive, &ops()), 2);
    let read: Vec<Option<bool>> = archive.history(&ops(), &Default::default()).unwrap().messages.iter().map(|m| m.is_read).collect();
    assert_eq!(read, [Some(false), Some(false), Some(true), Some(true), Some(true)]);
    archive.import(&ops(), vec![unread("alice", 2, "came late")]).unwrap();
    assert_eq!(unread_in(&archive, &ops()), 2, "what lies before the mark is read");
    assert_clean(&archive);
}

#[test]
fn a_mark_beyond_the_newest_message_does_not_read_what_is_still_to_come() {
    let (_folder, archive) = fresh();
    save(&archive, &ops(), unread("alice", 1, "one"));
    assert_eq!(archive.mark_read(ReadUpTo::Message(&ops(), Place::LAST)).unwrap(), 1);
    save(&archive, &ops(), unread("alice", 2, "two"));
    assert_eq!(unread_in(&archive, &ops()), 1);
    assert_clean(&archive);
}

#[test]
fn everything_of_a_conversation_of_a_kind_or_of_all_can_be_read_at_once() {
    let (_folder, archive) = fresh();
    let carol = ConversationId::c2c("carol").unwrap();
    let fill = |time| {
        for conversation in [&ops(), &bob(), &carol] {
            save(&archive, conversation, unread("alice", time, "x"));
        }
    };
    fill(1);
    assert_eq!(archive.mark_read(ReadUpTo::Conversation(&bob())).unwrap(), 1);
    assert_eq!(archive.total_unread(), 2);
    fill(2);
    assert_eq!(archive.mark_read(ReadUpTo::Kind(ConversationKind::C2c)).unwrap(), 3);
    assert_eq!((unread_in(&archive, &ops()), archive.total_unread()), (2, 2));
    assert_eq!(archive.mark_read(ReadUpTo::All).unwrap(), 2);
    assert_eq!(archive.total_unread(), 0);
    assert_eq!(archive.mark_read(ReadUpTo::Conversation(&ConversationId::group("unknown").unwrap())).unwrap(), 0);
    assert_clean(&archive);
}

#[test]
fn muted_conversations_count_in_their_entry_but_not_in_the_total() {
    let (_folder, archive) = fresh();
    for conversation in [&ops(), &bob()] {
        save(&archive, conversation, unread("alice", 1, "x"));
    }
    for option in [ReceiveOption::NotReceive, ReceiveOption::NotNotify] {
        archive.set_receive_option(&ops(), option).unwrap();
        assert_eq!(archive.receive_option(&ops()), option);
        assert_eq!((archive.total_unread(), unread_in(&archive, &ops())), (1, 1));
    }
    archive.set_receive_option(&ops(), ReceiveOption::Receive).unwrap();
    assert_eq!(archive.total_unread(), 2);
    assert_eq!(archive.receive_option(&ConversationId::group("unknown").unwrap()), ReceiveOption::Receive);
}

#[test]
fn a_receive_option_brings_no_conversation_into_the_list() {
    let (_folder, archive) = fresh();
    archive.set_receive_option(&bob(), ReceiveOption::NotNotify).unwrap();
    assert!(archive.conversations().unwrap().is_empty());
    assert_eq!((archive.journal_head().0, archive.receive_option(&bob())), (0, ReceiveOption::NotNotify));
    save(&archive, &bob(), unread("bob", 1, "x"));
    assert_eq!(archive.conversation(&bob()).unwrap().unwrap().receive_option, ReceiveOption::NotNotify);
    archive.delete_conversation(&bob()).unwrap();
    archive.set_receive_option(&bob(), ReceiveOption::NotReceive).unwrap();
    assert!(archive.conversations().unwrap().is_empty());
}

#[test]
fn debug_of_a_conversation_shows_no_word_of_its_draft() {
    let (_folder, archive) = fresh();
    archive.set_draft(&bob(), Some(&serde_json::json!({"draft_user_define": "secret"}))).unwrap();
    let shown = format!("{:?}", archive.conversations().unwrap());
    assert!(shown.contains("has_draft: true") && !shown.contains("secret"), "{shown}");
}

#[test]
fn the_peers_report_is_a_time_up_to_which_own_messages_are_read() {
    let (_folder, archive) = fresh();
    for time in 1..=3 {
        let mut message = said("me", time, "x");
        message.is_peer_read = Some(false);
        save(&archive, &bob(), message);
    }
    archive.mark_peer_read(&bob(), 2).unwrap();
    archive.mark_peer_read(&bob(), 1).unwrap();
    let read: Vec<Option<bool>> = archive.history(&bob(), &Default::default()).unwrap().messages.iter().map(|m| m.is_peer_read).collect();
    assert_eq!(read, [Some(false), Some(true), Some(true)]);
    assert!(matches!(archive.mark_peer_read(&ops(), 1), Err(ArchiveError::UnknownConversation { .. })));
}

#[test]
fn drafts_and_pins_survive_reopening_and_can_be_taken_back() {
    let (folder, archive) = fresh();
    let draft = serde_json::json!({"draft_edit_time": 7, "draft_msg": {"message_elem_array": []}});
    archive.set_draft(&ops(), Some(&draft)).unwrap();
    archive.set_pinned(&ops(), true).unwrap();
    assert!(matches!(archive.set_pinned(&bob(), true), Err(ArchiveError::UnknownConversation { .. })));
    drop(archive);
    let archive = options().open(folder.path().join("archive")).unwrap();
    let listed = archive.conversation(&ops()).unwrap().unwrap();
    assert_eq!((listed.draft, listed.pinned, listed.messages), (Some(draft), true, 0));
    archive.set_draft(&ops(), None).unwrap();
    archive.set_pinned(&ops(), false).unwrap();
    let listed = archive.conversation(&ops()).unwrap().unwrap();
    assert_eq!((listed.draft, listed.pinned), (None, false));
}

#[test]
fn of_messages_of_one_second_only_those_behind_the_mark_are_found_as_unread() {
    let (_folder, archive) = fresh();
    let first = archive.save(&ops(), unread("alice", 5, "first")).unwrap();
    archive.save(&ops(), unread("alice", 5, "second")).unwrap();
    archive.mark_read(ReadUpTo::Message(&ops(), first.place())).unwrap();
    assert_eq!(unread_in(&archive, &ops()), 1);
    assert_eq!(super::found(&archive, mynah::query::Expr::unread()), ["second"]);
}

#[test]
fn a_conversation_can_be_there_without_messages_and_is_added_once() {
    let (_folder, archive) = fresh();
    let made = archive.add_conversation(&ops()).unwrap();
    assert_eq!((made.id, made.messages, made.last_message), (ops(), 0, None));
    let head = archive.journal_head();
    archive.add_conversation(&ops()).unwrap();
    assert_eq!(archive.journal_head(), head, "what is there is not written again");
    archive.delete_conversation(&ops()).unwrap();
    archive.add_conversation(&ops()).unwrap();
    assert_eq!(archive.conversations().unwrap().len(), 1);
}

fn named(name: &str) -> About {
    About { name: name.to_owned(), ..About::default() }
}

#[test]
fn what_a_source_says_of_a_conversation_stays_over_reopening_and_comes_together() {
    let (folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "x"));
    archive.describe(&ops(), About { members: vec![Person::new("U2", "Bob")], ..named("ops") }).unwrap();
    archive.describe(&ops(), About { topic: "on call".to_owned(), members: vec![Person::new("U1", "Ann")], ..About::default() }).unwrap();
    drop(archive);
    let members = vec![Person::new("U1", "Ann"), Person::new("U2", "Bob")];
    let expected = About { topic: "on call".to_owned(), members, ..named("ops") };
    let root = folder.path().join("archive");
    for archive in [options().open_reader(&root).unwrap(), options().open(&root).unwrap()] {
        assert_eq!(archive.about(&ops()).as_ref(), Some(&expected));
        assert_eq!(archive.conversation(&ops()).unwrap().unwrap().about.as_ref(), Some(&expected));
    }
}

#[test]
fn a_description_tells_and_writes_only_what_is_new() {
    let (_folder, archive) = fresh();
    archive.describe(&ops(), named("ops")).unwrap();
    let told = |archive: &mynah::Archive| archive.stats().unwrap().journal_head;
    assert_eq!(told(&archive), 0, "nobody sees the conversation yet");
    assert!(!archive.has_conversation(&ops()));
    save(&archive, &ops(), said("alice", 1, "x"));
    assert_eq!(archive.conversation(&ops()).unwrap().unwrap().about, Some(named("ops")));
    let before = told(&archive);
    archive.describe(&ops(), named("ops")).unwrap();
    archive.describe(&ops(), About::default()).unwrap();
    archive.describe(&bob(), About::default()).unwrap();
    assert_eq!((told(&archive), archive.about(&bob())), (before, None));
    archive.describe(&ops(), named("operations")).unwrap();
    assert_eq!(told(&archive), before + 1);
    assert_clean(&archive);
}

#[test]
fn a_deleted_conversation_loses_its_description() {
    let (folder, archive) = fresh();
    save(&archive, &ops(), said("alice", 1, "x"));
    archive.describe(&ops(), named("ops")).unwrap();
    archive.delete_conversation(&ops()).unwrap();
    assert_eq!(archive.about(&ops()), None);
    drop(archive);
    assert_eq!(options().open(folder.path().join("archive")).unwrap().about(&ops()), None);
}

#[test]
fn a_conversation_is_found_by_the_name_that_people_see_where_no_id_is_that() {
    let (_folder, archive) = fresh();
    let (general, random) = (ConversationId::group("slack:C1").unwrap(), ConversationId::group("slack:C2").unwrap());
    for id in [&general, &random, &ops()] {
        save(&archive, id, said("alice", 1, "x"));
    }
    archive.describe(&general, named("general chat")).unwrap();
    archive.describe(&random, named("ops")).unwrap();
    let called = |name| archive.named(&ConversationRef::parse(name));
    assert_eq!(called("general chat"), std::slice::from_ref(&general));
    assert_eq!(called("ops"), [ops()], "an id goes first");
    assert_eq!(called("group:general chat"), []);
    archive.describe(&random, named("general chat")).unwrap();
    assert_eq!(called("general chat"), [general, random]);
}
