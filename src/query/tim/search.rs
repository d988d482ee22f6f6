//! `MessageSearchParam`: what `TIMMsgSearchLocalMessages` is asked for.

use super::{ParamError, json};
use crate::model::{ConversationId, ConversationKind, ElementType, TypeSet};
use crate::query::expr::{Expr, Filter};

/// Whether a message has to contain one of the keywords, or all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeywordMatch {
    /// One suffices (`TIMKeywordListMatchType_Or`).
    #[default]
    Any,
    /// All of them (`TIMKeywordListMatchType_And`).
    All,
}

/// A search as the TIM API asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchParam {
    /// Texts to be contained, at most [`SearchParam::KEYWORDS`], none of them empty.
    pub keywords: Vec<String>,
    /// Whether all keywords are wanted.
    pub keyword_match: KeywordMatch,
    /// User ids of whom one must be the sender, at most [`SearchParam::SENDERS`]. Empty: anybody.
    pub senders: Vec<String>,
    /// Types of which the message must have one. `None`: every type that can be searched.
    pub types: Option<TypeSet>,
    /// The conversation. Empty: all. Two where a `c2c_` or `group_` before the id may be a prefix or belong to it; the one as written is first.
    pub conversations: Vec<ConversationId>,
    /// The last second of the time window, Unix seconds. 0: now.
    pub time_position: u64,
    /// How far the window goes back, seconds. 0: without end.
    pub time_period: u64,
    /// The page, from 0.
    pub page_index: u32,
    /// Items a page: messages when there is one conversation, else conversations. 0: all on one page.
    pub page_size: u32,
}

impl SearchParam {
    /// Keywords that one search takes.
    pub const KEYWORDS: usize = 5;
    /// Senders that one search takes.
    pub const SENDERS: usize = 5;

    /// Reads the JSON of a `MessageSearchParam`.
    ///
    /// # Errors
    /// [`ParamError`] when it is no JSON object, asks for nothing, names too much, or names no conversation although its type is given.
    pub fn from_json(text: &str) -> Result<Self, ParamError> {
        let object = json::object(text)?;
        let mut senders = json::texts(&object, "msg_search_param_send_identifier_array");
        senders.extend(json::texts(&object, "msg_search_param_send_indentifier_array"));
        senders.sort_unstable();
        senders.dedup();
        let param = Self {
            keywords: json::texts(&object, "msg_search_param_keyword_array"),
            keyword_match: match json::number(&object, "msg_search_param_keyword_list_match_type") {
                1 => KeywordMatch::All,
                _ => KeywordMatch::Any,
            },
            senders,
            types: json::types(&object, "msg_search_param_message_type_array"),
            conversations: conversations(
                json::number(&object, "msg_search_param_conv_type"),
                json::text(&object, "msg_search_param_conv_id"),
            )?,
            time_position: json::number(&object, "msg_search_param_search_time_position"),
            time_period: json::number(&object, "msg_search_param_search_time_period"),
            page_index: json::number32(&object, "msg_search_param_page_index"),
            page_size: json::number32(&object, "msg_search_param_page_size"),
        };
        param.check()?;
        Ok(param)
    }

    fn check(&self) -> Result<(), ParamError> {
        if self.keywords.is_empty() && self.senders.is_empty() && self.types.is_none() {
            return Err(ParamError::NothingToFind);
        }
        if self.keywords.len() > Self::KEYWORDS {
            return Err(ParamError::TooManyKeywords { count: self.keywords.len() });
        }
        if self.senders.len() > Self::SENDERS {
            return Err(ParamError::TooManySenders { count: self.senders.len() });
        }
        Ok(())
    }

    /// The query that finds what is asked for; `now` in Unix seconds is where a window without a position ends.
    ///
    /// A window that ends now has no upper bound, so that a message from a machine whose clock is ahead is not missed.
    /// Stickers and group notices are never found: asked for alone they find nothing. A type and a keyword are conditions on the message,
    /// which may fulfil them in two elements.
    pub fn to_expr(&self, now: u64) -> Expr {
        let keywords = self.keywords.iter().map(Expr::contains);
        let keywords = match self.keyword_match {
            _ if self.keywords.is_empty() => Expr::All,
            KeywordMatch::Any => Expr::or(keywords),
            KeywordMatch::All => Expr::and(keywords),
        };
        let senders = any_or_all(self.senders.iter().map(Expr::sender));
        let conversations = any_or_all(self.conversations.iter().map(Expr::conversation));
        Expr::and([keywords, senders, self.type_condition(), conversations, self.time_condition(now)])
    }

    fn type_condition(&self) -> Expr {
        let searchable = |kind: &ElementType| !matches!(kind, ElementType::Face | ElementType::GroupTips);
        match self.types {
            Some(types) => Expr::or(types.iter().filter(searchable).map(Expr::has)),
            // Only searchable elements have texts, so keywords leave out the others by themselves.
            None if !self.keywords.is_empty() => Expr::All,
            None => Expr::or(ElementType::ALL.iter().copied().filter(searchable).map(Expr::has)),
        }
    }

    fn time_condition(&self, now: u64) -> Expr {
        let end = if self.time_position == 0 { now } else { self.time_position };
        let until = (self.time_position != 0).then_some(end);
        let from = (self.time_period != 0).then(|| end.saturating_sub(self.time_period));
        match (from, until) {
            (None, None) => Expr::All,
            (from, until) => Expr::Filter(Filter::Time { from, until }),
        }
    }
}

/// One of these; everything when there are none.
fn any_or_all(alternatives: impl ExactSizeIterator<Item = Expr>) -> Expr {
    if alternatives.len() == 0 { Expr::All } else { Expr::or(alternatives) }
}

fn conversations(number: u64, id: &str) -> Result<Vec<ConversationId>, ParamError> {
    if number == 0 {
        return Ok(Vec::new());
    }
    let kind = ConversationKind::from_number(number).ok_or(ParamError::ConversationType { number })?;
    let mut conversations = vec![ConversationId::new(kind, id)?];
    let bare = id.strip_prefix(kind.word()).and_then(|rest| rest.strip_prefix('_'));
    conversations.extend(bare.and_then(|bare| ConversationId::new(kind, bare).ok()));
    Ok(conversations)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the parameters ask for, in the query language; now is 1 March 2024, noon.
    #[track_caller]
    fn check(json: &str, expected: &str) {
        let param = SearchParam::from_json(json).unwrap();
        assert_eq!(param.to_expr(1_709_294_400).to_string(), expected, "{json}");
    }

    #[track_caller]
    fn refuse(json: &str, expected: &str) {
        assert_eq!(SearchParam::from_json(json).unwrap_err().to_string(), expected, "{json}");
    }

    #[test]
    fn keywords_are_contained_one_or_all() {
        check(r#"{"msg_search_param_keyword_array":["deploy"]}"#, "contains:deploy");
        check(r#"{"msg_search_param_keyword_array":["a b","c"]}"#, "contains:\"a b\" OR contains:c");
        check(
            r#"{"msg_search_param_keyword_array":["a b","c"],"msg_search_param_keyword_list_match_type":1}"#,
            "contains:\"a b\" contains:c",
        );
        check(r#"{"msg_search_param_keyword_array":["a",null,7,""],"msg_search_param_message_type_array":[]}"#, "contains:a");
    }

    #[test]
    fn both_spellings_of_the_senders_are_read() {
        for key in ["msg_search_param_send_indentifier_array", "msg_search_param_send_identifier_array"] {
            let json = format!(r#"{{"msg_search_param_keyword_array":["x"],"{key}":["bob","alice"]}}"#);
            check(&json, "contains:x (sender:alice OR sender:bob)");
        }
    }

    #[test]
    fn stickers_and_notices_are_never_found() {
        let searchable = "type:text OR type:image OR type:sound OR type:custom OR type:file OR type:location OR type:report OR type:video \
                          OR type:friend-change OR type:profile-change OR type:merged";
        check(r#"{"msg_search_param_send_identifier_array":["alice"]}"#, &format!("sender:alice ({searchable})"));
        check(r#"{"msg_search_param_message_type_array":[1,9,6]}"#, "type:image OR type:video");
        check(r#"{"msg_search_param_message_type_array":[5,6]}"#, "-is:any");
        check(r#"{"msg_search_param_message_type_array":[99]}"#, "-is:any");
    }

    #[test]
    fn a_conversation_is_named_with_or_without_its_prefix() {
        let with = |kind: u8, id: &str| {
            format!(r#"{{"msg_search_param_keyword_array":["x"],"msg_search_param_conv_type":{kind},"msg_search_param_conv_id":"{id}"}}"#)
        };
        check(&with(0, "alice"), "contains:x");
        check(&with(1, "alice"), "contains:x in:c2c:alice");
        check(&with(2, "c2c_a"), "contains:x in:group:c2c_a");
        check(&with(2, "group_ops"), "contains:x (in:group:group_ops OR in:group:ops)");
        check(&with(1, "c2c_"), "contains:x in:c2c:c2c_");
        refuse(&with(1, ""), "a conversation id is 0 bytes, the least is 1");
        refuse(&with(3, "x"), "conversation type 3, it is 0 (all), 1 (c2c) or 2 (group)");
    }

    #[test]
    fn a_window_goes_back_from_its_position() {
        let with = |position: u64, period: u64| {
            format!(
                r#"{{"msg_search_param_keyword_array":["x"],"msg_search_param_search_time_position":{position},"msg_search_param_search_time_period":{period}}}"#
            )
        };
        check(&with(0, 0), "contains:x");
        check(&with(1_709_251_200, 0), "contains:x on:..2024-03-01T00:00:00Z");
        check(&with(1_709_251_200, 86_400), "contains:x on:2024-02-29T00:00:00Z..2024-03-01T00:00:00Z");
        check(&with(0, 86_400), "contains:x on:2024-02-29T12:00:00Z..");
        check(&with(5, 86_400), "contains:x on:1970-01-01T00:00:00Z..1970-01-01T00:00:05Z");
    }

    #[test]
    fn pages_are_read_and_default_to_all_at_once() {
        let read = |json: &str| SearchParam::from_json(json).map(|param| (param.page_index, param.page_size)).unwrap();
        let page = r#"{"msg_search_param_keyword_array":["x"],"msg_search_param_page_index":2,"msg_search_param_page_size":10.9}"#;
        assert_eq!(read(page), (2, 10));
        assert_eq!(read(r#"{"msg_search_param_keyword_array":["x"],"msg_search_param_page_size":"ten","unknown":{}}"#), (0, 0));
    }

    #[test]
    fn a_search_for_nothing_or_too_much_is_refused() {
        refuse("", "the parameters are no JSON");
        refuse("[]", "the parameters are no JSON object");
        refuse("{}", "a search needs a keyword, a sender or an element type");
        refuse(r#"{"msg_search_param_keyword_array":[""]}"#, "a search needs a keyword, a sender or an element type");
        refuse(r#"{"msg_search_param_keyword_array":["1","2","3","4","5","6"]}"#, "6 keywords, the limit is 5");
        refuse(r#"{"msg_search_param_send_identifier_array":["1","2","3","4","5","6"]}"#, "6 senders, the limit is 5");
    }

    proptest! {
        #[test]
        fn no_value_of_a_key_panics(
            values in prop::collection::vec(prop::sample::select(vec![
                "null", "0", "1", "2", "-1", "1.5", "1e300", "18446744073709551615", "true", "\"\"", "\"c2c_x\"", "[]", "[1,null,\"a\"]", "{}", "[[]]",
            ]), 10),
            now in any::<u64>(),
        ) {
            let keys = [
                "keyword_array", "message_type_array", "conv_id", "conv_type", "search_time_position", "search_time_period", "page_index",
                "page_size", "keyword_list_match_type", "send_indentifier_array",
            ];
            let members: Vec<String> = keys.iter().zip(values).map(|(key, value)| format!("\"msg_search_param_{key}\":{value}")).collect();
            if let Ok(param) = SearchParam::from_json(&format!("{{{}}}", members.join(","))) {
                let expr = param.to_expr(now);
                prop_assert!(expr != Expr::All);
            }
        }
    }
}
