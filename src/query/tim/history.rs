//! `MsgGetMsgListParam`: what `TIMMsgGetMsgList` is asked for.

use std::fmt;

use serde_json::Value;

use super::{ParamError, json};
use crate::model::TypeSet;

/// A page of history as the TIM API asks for it.
#[derive(Clone, Default, PartialEq)]
pub struct HistoryParam {
    /// The message after which the page begins, as its JSON object; itself not part of the page. It wins over `last_seq`.
    pub last_message: Option<Value>,
    /// In a group: the seq at which the page begins, itself part of it. 0: not given.
    pub last_seq: u64,
    /// How many messages. 0 when it was not given; the real library then answers with an error. -1 stands for [`u32::MAX`].
    pub count: u32,
    /// Whether to go towards newer messages.
    pub is_forward: bool,
    /// Where the time window begins, Unix seconds; see [`HistoryParam::window`].
    pub time_begin: u64,
    /// How long the time window is, seconds; see [`HistoryParam::window`].
    pub time_period: u64,
    /// Types of which a message must have one. `None`: all messages.
    pub types: Option<TypeSet>,
    /// In a group: only the messages with these seqs. Wins over everything else where it is not empty.
    pub seqs: Vec<u64>,
    /// Whether what is missing here is to be asked of other machines (`is_remble`, `is_ramble`).
    pub remote: bool,
}

// Written by hand, because nothing of a message may reach a log.
impl fmt::Debug for HistoryParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryParam")
            .field("last_message", &self.last_message.as_ref().map(|_| "(a message)"))
            .field("last_seq", &self.last_seq)
            .field("count", &self.count)
            .field("is_forward", &self.is_forward)
            .field("time_begin", &self.time_begin)
            .field("time_period", &self.time_period)
            .field("types", &self.types)
            .field("seqs", &self.seqs)
            .field("remote", &self.remote)
            .finish()
    }
}

/// A closed stretch of Unix seconds with open ends where they are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeWindow {
    /// The first second.
    pub from: Option<u64>,
    /// The last second.
    pub until: Option<u64>,
}

impl HistoryParam {
    /// Reads the JSON of a `MsgGetMsgListParam`. An empty object is one: the caller decides about a count of 0.
    ///
    /// A start message that is null, `{}` or no object is none. With both spellings of `is_ramble`, one that is true suffices.
    ///
    /// # Errors
    /// [`ParamError::Json`], [`ParamError::NoObject`].
    pub fn from_json(text: &str) -> Result<Self, ParamError> {
        let mut object = json::object(text)?;
        let last_message = object.remove("msg_getmsglist_param_last_msg");
        Ok(Self {
            last_message: last_message.filter(|message| message.as_object().is_some_and(|keys| !keys.is_empty())),
            last_seq: json::number(&object, "msg_getmsglist_param_last_msg_seq"),
            count: json::number32(&object, "msg_getmsglist_param_count"),
            is_forward: json::truth(&object, "msg_getmsglist_param_is_forward"),
            time_begin: json::number(&object, "msg_getmsglist_param_time_begin"),
            time_period: json::number(&object, "msg_getmsglist_param_time_period"),
            types: json::types(&object, "msg_getmsglist_param_message_type_array"),
            seqs: json::numbers(&object, "msg_getmsglist_param_message_seq_array"),
            remote: json::truth(&object, "msg_getmsglist_param_is_remble") || json::truth(&object, "msg_getmsglist_param_is_ramble"),
        })
    }

    /// The time window, closed at both ends: towards older messages `begin - period ..= begin`, towards newer ones `begin ..= begin + period`.
    ///
    /// A begin of 0 is `now` when there is a period; towards older messages such a window has no upper bound, so that a message from a
    /// machine whose clock is ahead is not missed. A period of 0 is without end; both 0 is no window.
    pub fn window(&self, now: u64) -> TimeWindow {
        let begin = match (self.time_begin, self.time_period) {
            (0, 0) => return TimeWindow::default(),
            (0, _) => now,
            (begin, _) => begin,
        };
        let period = (self.time_period != 0).then_some(self.time_period);
        if self.is_forward {
            TimeWindow { from: Some(begin), until: period.map(|period| begin.saturating_add(period)) }
        } else {
            TimeWindow { from: period.map(|period| begin.saturating_sub(period)), until: (self.time_begin != 0).then_some(begin) }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::ElementType;

    #[track_caller]
    fn read(members: &str) -> HistoryParam {
        HistoryParam::from_json(&format!("{{{}}}", members.replace('~', "msg_getmsglist_param_"))).unwrap()
    }

    #[test]
    fn all_keys_are_read() {
        let param = read(
            r#""~last_msg":{"message_seq":7},"~last_msg_seq":9,"~count":20,"~is_forward":true,"~time_begin":100,"~time_period":50,
            "~message_type_array":[0,1],"~message_seq_array":[3,18446744073709551615],"~is_remble":true,"unknown":1"#,
        );
        let expected = HistoryParam {
            last_message: Some(serde_json::json!({"message_seq": 7})),
            last_seq: 9,
            count: 20,
            is_forward: true,
            time_begin: 100,
            time_period: 50,
            types: Some([ElementType::Text, ElementType::Image].into_iter().collect()),
            seqs: vec![3, u64::MAX],
            remote: true,
        };
        assert_eq!(param, expected);
    }

    #[test]
    fn a_start_message_of_nothing_is_none() {
        for message in ["null", "{}", "[]", "\"text\"", "0"] {
            assert_eq!(read(&format!("\"~last_msg\":{message}")), HistoryParam::default(), "{message}");
        }
        assert_eq!(read(""), HistoryParam::default());
    }

    #[test]
    fn of_a_key_given_twice_the_last_one_counts() {
        assert_eq!(read(r#""~last_msg":{"a":1},"~count":1,"~count":2,"~last_msg":null"#).last_message, None);
        let param = read(r#""~last_msg":null,"~last_msg":{"a":1},"~count":1,"~count":2"#);
        assert_eq!((param.last_message, param.count), (Some(serde_json::json!({"a": 1})), 2));
    }

    #[test]
    fn both_spellings_of_remote_are_read() {
        for (members, expected) in [
            (r#""~is_remble":true"#, true),
            (r#""~is_ramble":true"#, true),
            (r#""~is_ramble":1"#, true),
            (r#""~is_ramble":false,"~is_remble":true"#, true),
            (r#""~is_ramble":"true""#, false),
            ("", false),
        ] {
            assert_eq!(read(members).remote, expected, "{members}");
        }
    }

    #[test]
    fn a_count_is_taken_as_the_real_library_takes_it() {
        for (count, expected) in
            [("100", 100), ("-1", u32::MAX), ("4294967295", u32::MAX), ("4294967297", 1), ("1.9", 1), ("\"9\"", 0), ("null", 0), ("0", 0)]
        {
            assert_eq!(read(&format!("\"~count\":{count}")).count, expected, "{count}");
        }
    }

    #[test]
    fn types_that_do_not_exist_find_nothing_and_no_types_find_all() {
        assert_eq!(read(r#""~message_type_array":[]"#).types, None);
        assert_eq!(read(r#""~message_type_array":null"#).types, None);
        assert_eq!(read(r#""~message_type_array":[99]"#).types, Some(TypeSet::EMPTY));
    }

    #[test]
    fn a_window_lies_before_its_begin_or_after_it() {
        #[track_caller]
        fn check(is_forward: bool, time_begin: u64, time_period: u64, from: Option<u64>, until: Option<u64>) {
            let param = HistoryParam { is_forward, time_begin, time_period, ..HistoryParam::default() };
            assert_eq!(param.window(1_000), TimeWindow { from, until });
        }
        check(false, 0, 0, None, None);
        check(true, 0, 0, None, None);
        check(false, 500, 0, None, Some(500));
        check(true, 500, 0, Some(500), None);
        check(false, 500, 100, Some(400), Some(500));
        check(true, 500, 100, Some(500), Some(600));
        check(false, 0, 100, Some(900), None);
        check(true, 0, 100, Some(1_000), Some(1_100));
        check(false, 5, 100, Some(0), Some(5));
        check(true, u64::MAX, 5, Some(u64::MAX), Some(u64::MAX));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for (text, expected) in
            [("", "the parameters are no JSON"), ("{", "the parameters are no JSON"), ("[]", "the parameters are no JSON object")]
        {
            assert_eq!(HistoryParam::from_json(text).unwrap_err().to_string(), expected);
        }
        let deep = format!("{{\"msg_getmsglist_param_last_msg\":{}", "[".repeat(100_000));
        assert!(matches!(HistoryParam::from_json(&deep), Err(ParamError::Json(_))));
    }

    #[test]
    fn nothing_of_a_message_is_in_the_debug_text() {
        let param = read(r#""~last_msg":{"message_elem_array":[{"text_elem_content":"secret"}]}"#);
        assert!(!format!("{param:?}").contains("secret"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = HistoryParam::from_json(&text);
        }
    }
}
