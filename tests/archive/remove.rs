//! Deleting, recalling, purging, clearing: what each leaves in history, find, search, counts and the list.

use mynah::archive::{Purge, ReadUpTo};
use mynah::model::Status;
use mynah::query::Expr;

use super::{assert_clean, bob, found, fresh, history, ops, said, save, texts, unread};

/// What a conversation's entry says: messages, unread, last text.
fn entry(archive: &mynah::Archive, conversation: &mynah::model::ConversationId) -> (u64, u64, Vec<String>) {
    let listed = archive.conversation(conversation).unwrap().unwrap();
    (listed.messages, listed.unread, texts(&listed.last_message))
}

#[test]
fn a_deleted_message_leaves_history_search_and_counts() {
    let (_folder, archive) = fresh();
    let first = save(&archive, &ops(), unread("alice", 1, "a cat"));
    let last = save(&archive, &ops(), unread("alice", 2, "another cat"));
    assert_eq!(archive.delete(&ops(), &[&last, &last, "unknown"]).unwrap(), 1);
    assert_eq!(archive.delete(&ops(), &[&last]).unwrap(), 0, "it is deleted already");
    assert_eq!(history(&archive, &ops()), ["a cat"]);
    assert_eq!(found(&archive, Expr::word("cat")), ["a cat"]);
    assert_eq!(entry(&archive, &ops()), (1, 1, vec!["a cat".to_owned()]));
    assert_eq!(archive.find(&[&last]).unwrap()[0].status, Some(Status::Deleted));
    archive.delete(&ops(), &[&first]).unwrap();
    assert_eq!(entry(&archive, &ops()), (0, 0, vec![]));
    assert_clean(&archive);
}

#[test]
fn ids_of_another_conversation_are_passed_over() {
    let (_folder, archive) = fresh();
    let id = save(&archive, &ops(), said("alice", 1, "stays"));
    assert_eq!(archive.delete(&bob(), &[&id]).unwrap(), 0);
    save(&archive, &bob(), said("bob", 1, "here"));
    assert_eq!(archive.delete(&bob(), &[&id]).unwrap(), 0);
    assert_eq!(archive.purge(&bob(), Purge::Ids(&[&id])).unwrap(), 0);
    assert_eq!(history(&archive, &ops()), ["stays"]);
}

#[test]
fn a_recalled_message_stays_in_history_and_leaves_search_and_unread() {
    let (_folder, archive) = fresh();
    let id = save(&archive, &ops(), unread("alice", 1, "a secret"));
    assert_eq!(archive.recall(&id).unwrap().status, Some(Status::Recalled));
    assert_eq!(history(&archive, &ops()), ["a secret"]);
    assert!(found(&archive, Expr::contains("secret")).is_empty());
    assert_eq!(found(&archive, Expr::recalled()), ["a secret"]);
    assert_eq!(entry(&archive, &ops()), (1, 0, vec!["a secret".to_owned()]));
    archive.delete(&ops(), &[&id]).unwrap();
    assert_eq!(archive.recall(&id).unwrap().status, Some(Status::Deleted), "a deleted message stays deleted");
    assert!(found(&archive, Expr::recalled()).is_empty());
    assert_clean(&archive);
}

#[test]
fn a_purged_message_is_gone_from_everything_and_can_come_again() {
    let (_folder, archive) = fresh();
    let kept = save(&archive, &ops(), said("alice", 1, "kept cat"));
    let message = archive.save(&ops(), unread("alice", 2, "purged cat")).unwrap();
    let id = message.id_text();
    assert_eq!(archive.purge(&ops(), Purge::Ids(&[&id, &id, "unknown"])).unwrap(), 1);
    assert!(archive.find(&[&id]).unwrap().is_empty());
    assert!(archive.locate(&ops(), &[message.locator()]).unwrap().is_empty());
    assert!(archive.history_of_seqs(&ops(), &[message.seq]).unwrap().is_empty());
    assert_eq!(found(&archive, Expr::word("cat")), ["kept cat"]);
    assert_eq!(entry(&archive, &ops()), (1, 0, vec!["kept cat".to_owned()]));
    assert_eq!(archive.find(&[&kept]).unwrap().len(), 1);
    assert_clean(&archive);
    assert_eq!(archive.import(&ops(), vec![unread("alice", 2, "purged cat")]).unwrap().new, 1);
    assert_eq!(found(&archive, Expr::word("cat")), ["purged cat", "kept cat"]);
    assert_clean(&archive);
}

#[test]
fn purging_before_a_time_takes_what_is_older_and_nothing_else() {
    let (_folder, archive) = fresh();
    archive.import(&ops(), (1..=25_000).map(|n| said("alice", n, &format!("n{n}"))).collect()).unwrap();
    archive.import(&bob(), vec![said("bob", 1, "other")]).unwrap();
    assert_eq!(archive.purge(&ops(), Purge::Before(24_999)).unwrap(), 24_998);
    assert_eq!(history(&archive, &ops()), ["n24999", "n25000"]);
    assert_eq!(found(&archive, Expr::All).len(), 3);
    assert_eq!(history(&archive, &bob()), ["other"]);
    assert_clean(&archive);
}

#[test]
fn a_cleared_conversation_stays_empty_in_the_list() {
    let (_folder, archive) = fresh();
    archive.import(&ops(), vec![unread("alice", 1, "one"), said("alice", 2, "two")]).unwrap();
    archive.set_pinned(&ops(), true).unwrap();
    assert_eq!(archive.clear(&ops()).unwrap(), 2);
    assert!(history(&archive, &ops()).is_empty());
    assert!(found(&archive, Expr::All).is_empty());
    assert_eq!(entry(&archive, &ops()), (0, 0, vec![]));
    assert!(archive.conversation(&ops()).unwrap().unwrap().pinned);
    assert_eq!(archive.clear(&bob()).unwrap(), 0, "an unknown one is not made by clearing it");
    assert!(archive.conversation(&bob()).unwrap().is_none());
    assert_clean(&archive);
}

#[test]
fn a_deleted_conversation_leaves_the_list_and_a_new_message_brings_it_back_afresh() {
    let (_folder, archive) = fresh();
    archive.import(&ops(), vec![unread("alice", 1, "old")]).unwrap();
    archive.set_pinned(&ops(), true).unwrap();
    archive.mark_read(ReadUpTo::All).unwrap();
    assert_eq!(archive.delete_conversation(&ops()).unwrap(), 1);
    assert!(archive.conversation(&ops()).unwrap().is_none());
    assert!(archive.conversations().unwrap().is_empty());
    assert!(found(&archive, Expr::All).is_empty());
    archive.mark_read(ReadUpTo::Conversation(&ops())).unwrap();
    archive.import(&ops(), vec![unread("alice", 1, "new")]).unwrap();
    assert_eq!(entry(&archive, &ops()), (1, 1, vec!["new".to_owned()]));
    assert!(!archive.conversation(&ops()).unwrap().unwrap().pinned);
    assert_eq!(found(&archive, Expr::conversation(&ops())), ["new"]);
    assert_clean(&archive);
}

#[test]
fn a_conversation_deleted_while_messages_arrive_never_hides_a_message() {
    let (_folder, archive) = fresh();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..300 {
                archive.import(&ops(), vec![said("alice", number, "arrives")]).unwrap();
            }
        });
        scope.spawn(|| {
            for _ in 0..300 {
                archive.delete_conversation(&ops()).unwrap();
            }
        });
    });
    let left = history(&archive, &ops()).len() as u64;
    let listed = archive.conversation(&ops()).unwrap().map_or(0, |listed| listed.messages);
    assert_eq!(listed, left);
    assert_clean(&archive);
}

#[test]
fn the_last_message_is_the_newest_that_is_left_and_may_be_last() {
    let (_folder, archive) = fresh();
    let one = save(&archive, &ops(), said("alice", 1, "one"));
    let two = save(&archive, &ops(), said("alice", 2, "two"));
    let three = save(&archive, &ops(), said("alice", 3, "three"));
    let mut aside = said("alice", 4, "aside");
    aside.body.set("message_excluded_from_last_message", Some(true.into())).unwrap();
    save(&archive, &ops(), aside);
    let last = || entry(&archive, &ops()).2;
    assert_eq!(last(), ["three"]);
    archive.delete(&ops(), &[&three]).unwrap();
    assert_eq!(last(), ["two"]);
    archive.recall(&two).unwrap();
    assert_eq!(last(), ["two"], "a recalled message stays as a notice");
    archive.purge(&ops(), Purge::Ids(&[&two])).unwrap();
    assert_eq!(last(), ["one"]);
    archive.delete(&ops(), &[&one]).unwrap();
    assert!(last().is_empty());
    assert_clean(&archive);
}
