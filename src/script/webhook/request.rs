//! A request as a script sees it: path, headers, query, body. What proves who called is not among it.

use std::collections::BTreeMap;

use hyper::body::Bytes;
use hyper::http::request::Parts;

use super::door::{SECRET_HEADER, SIGNATURE_HEADER};
use crate::script::data::Data;
use crate::script::event::WebhookCall;

/// Headers that scripts do not see.
const PROOFS: [&str; 5] = ["authorization", "cookie", "proxy-authorization", SECRET_HEADER, SIGNATURE_HEADER];

/// The call that a request is. `path` is as the script registered it.
pub(super) fn call(path: String, head: &Parts, body: Bytes) -> WebhookCall {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in head.headers.iter().filter(|(name, _)| !PROOFS.contains(&name.as_str())) {
        let value = String::from_utf8_lossy(value.as_bytes());
        let values = headers.entry(name.as_str().to_owned()).or_default();
        if !values.is_empty() {
            values.push_str(", ");
        }
        values.push_str(&value);
    }
    let pairs = head.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let query = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (form_decoded(name), form_decoded(value)));
    let body = match String::from_utf8(body.into()) {
        Ok(text) => Data::Text(text),
        Err(error) => Data::Bytes(error.into_bytes()),
    };
    WebhookCall { path, method: head.method.to_string(), headers, query: query.collect(), body }
}

/// A part of a query: as [`decoded`], and `+` is a blank.
fn form_decoded(text: &str) -> String {
    decoded(&text.replace('+', " "))
}

/// A text with `%XX` for its bytes. What is no such form stays as it is, what is no UTF-8 becomes a mark.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let is_escape = first == b'%' && digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| is_escape) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_what_only_looks_like_one_stays() {
        for (text, expected) in [
            ("a%20b", "a b"),
            ("%e6%bc%a2", "漢"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%+1", "%+1"),
            ("%ff", "\u{fffd}"),
            ("é%41", "éA"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
        assert_eq!(form_decoded("a+b%2B"), "a b+");
    }
}
