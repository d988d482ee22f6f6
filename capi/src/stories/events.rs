//! What happens, as the callbacks hear it.

use engine::archive::ReadUpTo;
use engine::model::{ConversationId, Message};

use super::stage::*;
use crate::library::library;
use crate::tim::conversations::TIMConvDelete;
use crate::tim::life::TIMUninit;
use crate::tim::setters::*;

/// `TIMConvEvent`.
const ADD: i32 = 0;
const DELETE: i32 = 1;
const UPDATE: i32 = 2;
const START: i32 = 3;
const FINISH: i32 = 4;

fn c2c(peer: &str) -> ConversationId {
    ConversationId::c2c(peer).unwrap()
}

fn say(peer: &Peer, to: &str, text: &str) -> Message {
    peer.wait(async { peer.session().send(&c2c(to), Message::text("", 0, text)).await.unwrap().await }).unwrap()
}

#[test]
fn a_message_is_heard_edited_and_recalled_and_each_is_told_once() {
    let stage = Stage::new();
    let [heard, edited, recalled, conversations, unread] = [(); 5].map(|()| Mailbox::new());
    TIMAddRecvNewMsgCallback(Some(told), heard.user_data());
    TIMSetMsgUpdateCallback(Some(told), edited.user_data());
    TIMSetMsgRevokeCallback(Some(told), recalled.user_data());
    TIMSetConvEventCallback(Some(conversation_told), conversations.user_data());
    TIMSetConvTotalUnreadMessageCountChangedCallback(Some(unread_told), unread.user_data());
    login("anna");
    let berta = stage.peer("berta");
    conversations.until(|told| told.code == FINISH);

    let said = say(&berta, "anna", "hello");
    let message = &heard.next().value()[0];
    assert_eq!((&message["message_sender"], &message["message_conv_id"]), (&"berta".into(), &"berta".into()));
    assert_eq!(message["message_msg_id"], said.id_text());
    let added = conversations.next();
    assert_eq!(added.code, ADD);
    assert_eq!(added.value()[0]["conv_unread_num"], 1);
    assert_eq!(added.value()[0]["conv_last_msg"]["message_msg_id"], said.id_text());
    assert_eq!(unread.next().code, 1);

    berta.wait(berta.session().edit_text(&said.id_text(), "hello again")).unwrap();
    assert_eq!(edited.next().value()[0]["message_elem_array"][0]["text_elem_content"], "hello again");
    assert_eq!(conversations.next().code, UPDATE);

    berta.wait(berta.session().recall(&said.id_text(), None)).unwrap();
    let locator = &recalled.next().value()[0];
    assert_eq!((&locator["message_locator_conv_id"], &locator["message_locator_is_revoked"]), (&"berta".into(), &true.into()));
    assert_eq!((&locator["message_locator_rand"], &locator["message_locator_seq"]), (&said.rand.into(), &said.seq.into()));
    assert_eq!(locator["message_locator_unique_id"], said.unique_id());
    assert_eq!(locator["message_revoker_user_id"], "berta");
    assert_eq!(unread.next().code, 0);

    TIMRemoveRecvNewMsgCallback(Some(told));
    say(&berta, "anna", "unheard");
    assert_eq!(unread.next().code, 1);
    // SAFETY: the text ends with a NUL.
    assert_eq!(ask(|cb, data| unsafe { TIMConvDelete(c"berta".as_ptr(), 1, cb, data) }).code, 0);
    let deleted = conversations.until(|told| told.code == DELETE);
    assert_eq!(deleted.value()[0]["conv_id"], "berta");
    assert!(heard.so_far().is_empty());
}

#[test]
fn what_waited_is_told_between_the_start_and_the_end_of_the_first_synchronisation() {
    let stage = Stage::new();
    login("anna");
    logout();
    let berta = stage.peer("berta");
    for text in ["one", "two", "three"] {
        say(&berta, "anna", text);
    }
    let [heard, conversations, unread] = [(); 3].map(|()| Mailbox::new());
    TIMAddRecvNewMsgCallback(Some(told), heard.user_data());
    TIMSetConvEventCallback(Some(conversation_told), conversations.user_data());
    TIMSetConvTotalUnreadMessageCountChangedCallback(Some(unread_told), unread.user_data());
    login("anna");
    let start = conversations.next();
    assert_eq!((start.code, start.json.as_str()), (START, ""));
    let mut events = Vec::new();
    loop {
        let told = conversations.next();
        if told.code == FINISH {
            assert_eq!(told.json, "");
            break;
        }
        events.push(told.code);
    }
    assert_eq!(events.first(), Some(&ADD), "{events:?}");
    let texts: Vec<String> = heard
        .so_far()
        .iter()
        .flat_map(|told| told.value().as_array().unwrap().clone())
        .map(|message| message["message_elem_array"][0]["text_elem_content"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts, ["one", "two", "three"]);
    assert_eq!(unread.so_far().last().unwrap().code, 3);
}

#[test]
fn a_peer_that_reads_is_told_with_the_second_up_to_which_it_has() {
    let stage = Stage::new();
    let (receipts, network) = (Mailbox::new(), Mailbox::new());
    TIMSetMsgReadedReceiptCallback(Some(told), receipts.user_data());
    TIMSetNetworkStatusListenerCallback(Some(network_told), network.user_data());
    login("anna");
    assert_eq!(network.next().code, 0, "connected");
    let berta = stage.peer("berta");
    let mut events = berta.session().events();
    let sending = library().ask(|account| account.session().ok().unwrap().try_send(&c2c("berta"), Message::text("", 0, "hello")).unwrap());
    let sent = berta.wait(sending.unwrap().outcome()).unwrap();
    berta.wait(async {
        while !matches!(events.next().await.unwrap().event, engine::session::Event::Received(_)) {}
        berta.session().report_read(ReadUpTo::Conversation(&c2c("anna"))).await.unwrap();
    });
    let receipt = &receipts.next().value()[0];
    assert_eq!((&receipt["msg_receipt_conv_id"], &receipt["msg_receipt_conv_type"]), (&"berta".into(), &1.into()));
    assert_eq!(receipt["msg_receipt_time_stamp"], sent.server_time);
    assert_eq!(receipt["msg_receipt_is_peer_read"], true);
}

#[test]
fn nothing_is_told_behind_a_logout() {
    let stage = Stage::new();
    let heard = Mailbox::new();
    TIMAddRecvNewMsgCallback(Some(told), heard.user_data());
    login("anna");
    let berta = stage.peer("berta");
    for number in 0..50 {
        say(&berta, "anna", &number.to_string());
    }
    logout();
    heard.so_far();
    say(&berta, "anna", "later");
    crate::desk::desk().drain();
    assert!(heard.so_far().is_empty());
    login("anna");
    heard.until(|told| told.json.contains("later"));
}

unsafe extern "C" fn told_and_ending(json: *const std::ffi::c_char, user_data: *const std::ffi::c_void) {
    // SAFETY: it is called as `told` is.
    unsafe { told(json, user_data) };
    TIMUninit();
}

#[test]
fn a_callback_that_ends_the_library_is_the_last_one_that_hears_of_a_message() {
    let stage = Stage::new();
    let [first, second] = [(); 2].map(|()| Mailbox::new());
    TIMAddRecvNewMsgCallback(Some(told_and_ending), first.user_data());
    TIMAddRecvNewMsgCallback(Some(told), second.user_data());
    login("anna");
    say(&stage.peer("berta"), "anna", "hello");
    first.next();
    TIMUninit();
    assert!(second.so_far().is_empty());
}
