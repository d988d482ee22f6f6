//! The list of conversations.

use std::ffi::CString;

use super::stage::*;
use crate::tim::conversations::*;

fn create(id: &str, kind: i32) -> Told {
    // SAFETY: the text ends with a NUL.
    ask(|cb, data| unsafe { TIMConvCreate(c(id).as_ptr(), kind, cb, data) })
}

fn pin(id: &str, is_pinned: u8) -> Told {
    // SAFETY: the text ends with a NUL.
    ask(|cb, data| unsafe { TIMConvPinConversation(c(id).as_ptr(), 1, is_pinned, cb, data) })
}

fn list() -> Told {
    ask(|cb, data| TIMConvGetConvList(cb, data))
}

fn info(param: &str) -> Told {
    // SAFETY: the text ends with a NUL.
    ask(|cb, data| unsafe { TIMConvGetConvInfo(c(param).as_ptr(), cb, data) })
}

#[test]
fn a_conversation_is_made_pinned_drafted_and_deleted() {
    let _stage = Stage::new();
    login("anna");
    let empty = list();
    assert_eq!((empty.code, empty.desc.as_str(), empty.json.as_str()), (0, "no conversation", "[]"));
    let made = create("berta", 1);
    assert_eq!((made.code, made.desc.as_str()), (0, ""));
    let made = made.value();
    let keys = serde_json::json!({
        "conv_id": "berta", "conv_type": 1, "conv_show_name": "berta", "conv_is_has_lastmsg": false, "conv_is_pinned": false,
        "conv_is_has_draft": false, "conv_unread_num": 0, "conv_recv_opt": 0, "conv_last_msg": {}, "conv_group_at_info_array": []
    });
    for (key, value) in keys.as_object().unwrap() {
        assert_eq!(&made[key], value, "{key}");
    }
    assert_eq!(create("ops", 2).code, 0);
    assert_eq!(pin("berta", 1).code, 0);
    assert_eq!(pin("nobody", 1).code, 6004);
    let draft = CString::new(r#"{"draft_user_define":"x","draft_msg":{"message_elem_array":[]}}"#).unwrap();
    // SAFETY: the texts end with a NUL.
    unsafe {
        assert_eq!(TIMConvSetDraft(c"ops".as_ptr(), 2, draft.as_ptr()), 0);
        assert_eq!(TIMConvSetDraft(c"ops".as_ptr(), 2, c"{}".as_ptr()), -3);
        assert_eq!(TIMConvSetDraft(c"ops".as_ptr(), 0, c"{".as_ptr()), -4);
    }
    let all = list().value();
    assert_eq!((&all[0]["conv_id"], &all[1]["conv_id"]), (&"berta".into(), &"ops".into()));
    assert!(all[0]["conv_active_time"].as_u64() > all[1]["conv_active_time"].as_u64());
    assert_eq!((&all[1]["conv_is_has_draft"], &all[1]["conv_draft"]["draft_user_define"]), (&true.into(), &"x".into()));
    // SAFETY: the text ends with a NUL.
    assert_eq!(unsafe { TIMConvCancelDraft(c"ops".as_ptr(), 2) }, 0);
    let asked = r#"[{"get_conversation_list_param_conv_id":"ops","get_conversation_list_param_conv_type":2},
        {"get_conversation_list_param_conv_id":"nobody","get_conversation_list_param_conv_type":1}]"#;
    let found = info(asked);
    assert_eq!((found.value().as_array().unwrap().len(), &found.value()[0]["conv_is_has_draft"]), (1, &false.into()));
    // SAFETY: the text ends with a NUL.
    let deleted = ask(|cb, data| unsafe { TIMConvDelete(c"ops".as_ptr(), 2, cb, data) });
    assert_eq!((deleted.code, deleted.json.as_str()), (0, ""));
    assert_eq!(info(asked).json, "[]");
    assert_eq!(list().value().as_array().unwrap().len(), 1);
}

#[test]
fn a_draft_needs_somebody_who_is_logged_in() {
    let stage = Stage::dark();
    // SAFETY: the texts end with a NUL.
    let set = || unsafe { TIMConvSetDraft(c"berta".as_ptr(), 1, c"{\"draft_user_define\":\"x\"}".as_ptr()) };
    assert_eq!(set(), -1);
    stage.init();
    assert_eq!(set(), -2);
    login("anna");
    assert_eq!(set(), 0);
}

#[test]
fn mentions_in_unread_messages_of_a_group_are_listed() {
    let stage = Stage::new();
    login("anna");
    assert_eq!(create("ops", 2).code, 0);
    let berta = stage.peer("berta");
    berta.hub.join("ops", "berta").unwrap();
    let ops = engine::model::ConversationId::group("ops").unwrap();
    for names in [r#"["anna"]"#, r#"["carla"]"#, r#"["__kImSDK_MessageAtALL__"]"#] {
        let json =
            format!(r#"{{"message_elem_array":[{{"elem_type":0,"text_elem_content":"hi"}}],"message_group_at_user_array":{names}}}"#);
        let message = engine::model::Message::from_json(&json).unwrap();
        berta.wait(async { berta.session().send(&ops, message).await.unwrap().await }).unwrap();
    }
    let asked = r#"[{"get_conversation_list_param_conv_id":"ops","get_conversation_list_param_conv_type":2}]"#;
    let listed = loop {
        let listed = info(asked).value();
        if listed[0]["conv_unread_num"] == 3 {
            break listed;
        }
        std::thread::yield_now();
    };
    let mentions: Vec<_> =
        listed[0]["conv_group_at_info_array"].as_array().unwrap().iter().map(|at| at["conv_group_at_info_at_type"].clone()).collect();
    assert_eq!(mentions, [1, 2]);
}
