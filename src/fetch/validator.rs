//! What tells whether a file at an address is still the same: its entity tag or the time of its last change.

use reqwest::header::{DATE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED};
use serde::{Deserialize, Serialize};

/// What a server said about the version of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Validator {
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    /// Whether the time of the last change is at least a second before the answer, so that no other change has the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_settled: bool,
}

impl Validator {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let modified = text(LAST_MODIFIED);
        // Both count whole seconds, and no file is changed after it was sent.
        let is_settled = text(DATE).is_some_and(|date| modified.as_ref().is_some_and(|modified| *modified != date));
        Self { etag: text(ETAG), modified, is_settled }
    }

    /// Whether equal validators mean equal bytes, so that a transfer can go on in the middle.
    pub(super) fn is_strong(&self) -> bool {
        self.if_range().is_some()
    }

    fn if_range(&self) -> Option<&String> {
        match &self.etag {
            Some(etag) => Some(etag).filter(|etag| etag.starts_with('"')),
            None => self.modified.as_ref().filter(|_| self.is_settled),
        }
    }

    /// Whether an answer with these headers is one about the same version. What it leaves out says nothing.
    pub(super) fn agrees_with(&self, headers: &HeaderMap) -> bool {
        let other = Self::of(headers);
        match (&self.etag, &other.etag) {
            (Some(mine), Some(others)) => mine == others,
            _ => other.modified.is_none() || self.modified.is_none() || self.modified == other.modified,
        }
    }

    /// Asks for the range only where the version is the same.
    pub(super) fn ask_for_same(&self, headers: &mut HeaderMap) {
        insert(headers, IF_RANGE, self.if_range());
    }

    /// Asks for the file only where the version is another.
    pub(super) fn ask_for_other(&self, headers: &mut HeaderMap) {
        insert(headers, IF_NONE_MATCH, self.etag.as_ref());
        insert(headers, IF_MODIFIED_SINCE, self.modified.as_ref());
    }

    /// Whether there is anything to ask with.
    pub(super) fn is_none(&self) -> bool {
        self.etag.is_none() && self.modified.is_none()
    }
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: Option<&String>) {
    if let Some(value) = value.and_then(|value| value.parse().ok()) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(HeaderName, &'static str)], expected: bool) {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        assert_eq!(Validator::of(&headers).is_strong(), expected, "{headers:?}");
    }

    #[test]
    fn only_a_strong_tag_or_a_settled_time_lets_a_transfer_go_on() {
        let then = (LAST_MODIFIED, "Wed, 21 Oct 2015 07:28:00 GMT");
        let now = (DATE, "Wed, 21 Oct 2015 07:28:01 GMT");
        check(&[(ETAG, "\"a\"")], true);
        check(&[(ETAG, "W/\"a\"")], false);
        check(&[(ETAG, "W/\"a\""), then.clone(), now.clone()], false);
        check(&[then.clone(), now], true);
        check(std::slice::from_ref(&then), false);
        check(&[then.clone(), (DATE, then.1)], false);
        check(&[], false);
    }
}
