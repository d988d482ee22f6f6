//! Finding single messages by id, by locator and by key.

use mynah::model::{ConversationId, Locator, Message, Status};

use super::{bob, fresh, ops, said, save, texts};

#[test]
fn found_messages_come_in_the_order_of_the_request_and_missing_ones_are_absent() {
    let (_folder, archive) = fresh();
    let one = save(&archive, &ops(), said("alice", 1, "one"));
    let two = save(&archive, &bob(), said("bob", 2, "two"));
    let found = archive.find(&[&two, "nobody said this", &one, &two]).unwrap();
    assert_eq!(texts(&found), ["two", "one"]);
    assert_eq!(found[0].conversation.as_ref(), Some(&bob()));
}

#[test]
fn a_locator_finds_only_where_all_its_fields_match() {
    let (_folder, archive) = fresh();
    let message = archive.save(&ops(), said("alice", 7, "here")).unwrap();
    let right = message.locator();
    assert_eq!(texts(&archive.locate(&ops(), &[right, right]).unwrap()), ["here"]);
    let wrong = [
        Locator { time: 8, ..right },
        Locator { seq: right.seq + 1, ..right },
        Locator { rand: right.rand ^ 1, ..right },
        Locator { is_self: true, ..right },
    ];
    assert!(archive.locate(&ops(), &wrong).unwrap().is_empty());
    assert!(archive.locate(&bob(), &[right]).unwrap().is_empty());
}

#[test]
fn deleted_and_recalled_messages_are_found_by_id_and_by_locator() {
    let (_folder, archive) = fresh();
    let deleted = archive.save(&ops(), said("alice", 1, "deleted")).unwrap();
    let recalled = archive.save(&ops(), said("alice", 2, "recalled")).unwrap();
    archive.delete(&ops(), &[&deleted.id_text()]).unwrap();
    archive.recall(&recalled.id_text()).unwrap();
    let by_id = archive.find(&[&deleted.id_text(), &recalled.id_text()]).unwrap();
    let by_locator = archive.locate(&ops(), &[deleted.locator(), recalled.locator()]).unwrap();
    assert_eq!(by_id, by_locator);
    assert_eq!(by_id.iter().map(|message| message.status).collect::<Vec<_>>(), [Some(Status::Deleted), Some(Status::Recalled)]);
}

#[test]
fn looking_for_a_message_whose_conversation_is_just_being_made_is_no_error() {
    let (_folder, archive) = fresh();
    let named = |number: u32| Message { rand: number, ..Message::text("ann", 1_700_000_000, "hello") };
    let ids: Vec<String> = (1..=300).map(|number| named(number).id_text()).collect();
    let is_done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(std::sync::atomic::Ordering::Acquire) {
                ids.iter().for_each(|id| drop(archive.find(&[id]).expect("what is not there yet is not found")));
            }
        });
        for (number, id) in (1..).zip(&ids) {
            let group = ConversationId::group(&format!("room {number}")).unwrap();
            archive.import(&group, vec![named(number)]).unwrap();
            assert_eq!(archive.find(&[id]).unwrap().len(), 1, "what was acknowledged is found");
        }
        is_done.store(true, std::sync::atomic::Ordering::Release);
    });
}
