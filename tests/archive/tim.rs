//! The searches of the TIM message API: what is counted, and which messages come with it.

use mynah::Archive;
use mynah::query::tim::SearchParam;

use super::{bob, fresh, ops, said, texts};

/// Total, and of each conversation its id, its matches and the texts that come with it.
#[track_caller]
fn check(archive: &Archive, param: &str, total: u64, expected: &[(&str, u64, &[&str])]) {
    let param = SearchParam::from_json(&format!("{{{}}}", param.replace('~', "msg_search_param_"))).unwrap();
    let result = archive.search_for(&param).unwrap();
    let items: Vec<_> = result.items.iter().map(|item| (item.conversation.id(), item.count, texts(&item.messages))).collect();
    let expected: Vec<_> =
        expected.iter().map(|(id, count, texts)| (*id, *count, texts.iter().map(|text| text.to_string()).collect::<Vec<_>>())).collect();
    assert_eq!((result.total, items), (total, expected));
}

#[test]
fn in_all_conversations_conversations_are_counted_and_in_one_messages() {
    let (_folder, archive) = fresh();
    archive.import(&bob(), vec![said("bob", 1, "redeployed"), said("me", 2, "DEPLOY now"), said("bob", 3, "tea?")]).unwrap();
    archive.import(&ops(), vec![said("carol", 4, "who deploys")]).unwrap();
    // Only where there is a single match it comes along.
    check(&archive, r#""~keyword_array":["plo"]"#, 2, &[("ops", 1, &["who deploys"]), ("bob", 2, &[])]);
    check(&archive, r#""~keyword_array":["plo"],"~page_size":1,"~page_index":1"#, 2, &[("bob", 2, &[])]);
    let in_bob = |more: &str| format!(r#""~keyword_array":["plo"],"~conv_id":"bob","~conv_type":1{more}"#);
    check(&archive, &in_bob(""), 2, &[("bob", 2, &["DEPLOY now", "redeployed"])]);
    check(&archive, &in_bob(r#","~page_size":1,"~page_index":1"#), 2, &[("bob", 2, &["redeployed"])]);
    check(&archive, &in_bob(r#","~page_size":1,"~page_index":2"#), 2, &[("bob", 2, &[])]);
    check(&archive, r#""~keyword_array":["nowhere"]"#, 0, &[]);
}
