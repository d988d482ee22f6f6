//! Whatever bytes are given as JSON, a call returns a number or is answered, and nothing else happens. The longer run is the fuzz target
//! `door`.

use std::ffi::{CStr, CString, c_int, c_void};

use super::stage::*;
use crate::answer::CommCallback;
use crate::tim::batch::*;
use crate::tim::change::*;
use crate::tim::config::*;
use crate::tim::conversations::*;
use crate::tim::delete::*;
use crate::tim::find::*;
use crate::tim::history::*;
use crate::tim::import::*;
use crate::tim::options::*;
use crate::tim::read::*;
use crate::tim::search::*;
use crate::tim::send::*;

/// A function with a JSON argument.
type Call = unsafe fn(&CStr, CommCallback, *const c_void) -> c_int;

#[allow(clippy::undocumented_unsafe_blocks, reason = "of all: the text ends with a NUL, and a mailbox is behind the pointer")]
const CALLS: &[Call] = &[
    |json, cb, data| unsafe { TIMMsgImportMsgList(c"berta".as_ptr(), 1, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgSaveMsg(c"ops".as_ptr(), 2, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgGetMsgList(c"berta".as_ptr(), 1, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgFindMessages(json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgFindByMsgLocatorList(c"berta".as_ptr(), 1, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgDelete(c"berta".as_ptr(), 1, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgListDelete(c"berta".as_ptr(), 1, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgReportReaded(c"berta".as_ptr(), 1, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgRevoke(c"berta".as_ptr(), 1, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgSetLocalCustomData(json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgModifyMessage(json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgSearchLocalMessages(json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgSendNewMsg(c"berta".as_ptr(), 1, json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgBatchSend(json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMMsgSetC2CReceiveMessageOpt(json.as_ptr(), 2, cb, data) },
    |json, cb, data| unsafe { TIMMsgGetC2CReceiveMessageOpt(json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMConvGetConvInfo(json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { TIMSetConfig(json.as_ptr(), cb, data) },
    |json, cb, data| unsafe { callExperimentalAPI(json.as_ptr(), cb, data) },
];

/// What is made worse.
const GOOD: &[&str] = &[
    r#"{"message_sender":"berta","message_server_time":1700000000,"message_elem_array":[{"elem_type":0,"text_elem_content":"a\u00e9\ud83d\ude00\\"}]}"#,
    r#"[{"message_sender":"anna","message_elem_array":[{"elem_type":12,"merge_elem_message_array":[{"message_elem_array":[]}]}]},null,7]"#,
    r#"{"msg_getmsglist_param_last_msg":{"message_msg_id":"a-1-2"},"msg_getmsglist_param_count":20,"msg_getmsglist_param_message_type_array":[0]}"#,
    r#"[{"message_locator_time":1,"message_locator_seq":2,"message_locator_rand":3,"message_locator_is_self":true}]"#,
    r#"{"msg_delete_param_msg":{"message_msg_id":"a-1-2"},"msg_delete_param_is_remble":false}"#,
    r#"{"msg_search_param_keyword_array":["a"],"msg_search_param_conv_id":"berta","msg_search_param_conv_type":1}"#,
    r#"{"msg_batch_send_param_identifier_array":["berta",""],"msg_batch_send_param_msg":{"message_elem_array":[{}]}} // x"#,
    r#"["a-1-2","berta",]"#,
    r#"{"set_config_user_config":{"user_config_is_read_receipt":true},"set_config_log_level":0}"#,
    r#"[{"get_conversation_list_param_conv_id":"berta","get_conversation_list_param_conv_type":1}]"#,
];

/// What is put in between.
const ODD: &[&[u8]] = &[
    b"\"", b"\\u", b"\\ud800", b"{", b"}", b"[", b"]", b",", b":", b"//", b"/*", b"*/", b"null", b"-1", b"1e999", b"\xff", b"\n", b"\x01",
];

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }

    fn worse(&mut self) -> CString {
        let mut bytes = GOOD[self.below(GOOD.len())].as_bytes().to_vec();
        for _ in 0..self.below(4) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes.truncate(at),
                1 => drop(bytes.splice(at..at, ODD[self.below(ODD.len())].iter().copied())),
                2 => drop(bytes.drain(at..at + self.below(9).min(bytes.len() - at))),
                _ => {
                    let copy = bytes[at..].to_vec();
                    bytes.splice(at..at, copy);
                }
            }
        }
        bytes.retain(|&byte| byte != 0);
        CString::new(bytes).unwrap()
    }
}

#[test]
fn whatever_is_given_as_json_is_refused_or_answered() {
    let _stage = Stage::new();
    login("anna");
    let (mut dice, mailbox) = (Dice(0x9e37_79b9_7f4a_7c15), Mailbox::new());
    for _ in 0..200 {
        let json = dice.worse();
        let mut taken = 0;
        for call in CALLS {
            // SAFETY: the text ends with a NUL.
            match unsafe { call(&json, Some(answered), mailbox.user_data()) } {
                0 => taken += 1,
                code => assert!([-3, -4].contains(&code), "{code} for {json:?}"),
            }
        }
        for _ in 0..taken {
            let told = mailbox.next();
            assert_ne!(told.code, 7012, "no fault for {json:?}: {}", told.desc);
        }
    }
    crate::desk::desk().drain();
    assert!(mailbox.so_far().is_empty(), "each is answered once");
}
