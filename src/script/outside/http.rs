//! Asking other machines for scripts: only allowed hosts, with the operator's secrets, and so that a repeated run is seen as one by who is asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Answer, Call, Data, HttpRequest, Outside, Why};
use crate::fetch::{CallError, HttpAnswer, HttpCall};

/// Tells who is asked how many scripts have answered each other, so that two that call each other's webhooks come to an end.
pub(in crate::script) const HOPS_HEADER: &str = "x-mynah-hops";
/// By which a service knows that a request is the same as one before.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The longest and the shortest time a request may take, milliseconds.
const TIMEOUT_MS: (u64, u64) = (100, 60_000);
/// The most bytes of an answer, whatever the script says.
const MOST: u64 = 16 << 20;

/// Answers requests in the place of other machines, for tests of scripts.
#[derive(Clone)]
pub(in crate::script) struct FakeHttp(pub(in crate::script) Arc<dyn Fn(&HttpRequest) -> Answer + Send + Sync>);

impl Outside {
    pub(super) async fn http(&self, call: &Call, request: &HttpRequest) -> Result<Answer, Why> {
        if let Some(FakeHttp(fake)) = &self.fake_http {
            return Ok(fake(request));
        }
        let wanted = self.request(call, request)?;
        let client = self.client.also_to(call.reach.private_addresses());
        match client.call(wanted, |host, port| call.reach.may_ask(host, port)).await {
            Ok(answer) => Ok(Answer::Data(data(answer))),
            Err(CallError::NotAllowed { host }) => {
                Err(format!("{host} may not be asked: the manifest needs http = [\"{host}\"], and that has to be granted"))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn request(&self, call: &Call, request: &HttpRequest) -> Result<HttpCall, Why> {
        let bearer = match &request.auth {
            Some(name) if !call.reach.may_use(name) => {
                return Err(format!(
                    "the secret {name} may not be used: the manifest needs secrets = [\"{name}\"], and that has to be granted"
                ));
            }
            Some(name) => {
                Some(self.secrets.get(name).ok_or_else(|| format!("there is no secret {name}: the operator has to set it"))?.to_owned())
            }
            None => None,
        };
        let mut headers: Vec<(String, String)> =
            request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case(HOPS_HEADER)).cloned().collect();
        headers.push((HOPS_HEADER.to_owned(), call.hops.saturating_add(1).to_string()));
        let is_write = !["GET", "HEAD", "OPTIONS"].iter().any(|method| request.method.eq_ignore_ascii_case(method));
        if is_write && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(IDEMPOTENCY_KEY)) {
            headers.push((IDEMPOTENCY_KEY.to_owned(), call.idempotency_key.clone()));
        }
        let body = match &request.body {
            None | Some(Data::Nil) => Vec::new(),
            Some(Data::Text(text)) => text.clone().into_bytes(),
            Some(Data::Bytes(bytes)) => bytes.clone(),
            Some(other) => other.to_json().into_bytes(),
        };
        Ok(HttpCall {
            method: request.method.clone(),
            url: request.url.clone(),
            headers,
            bearer,
            body,
            timeout: Duration::from_millis(request.timeout_ms.clamp(TIMEOUT_MS.0, TIMEOUT_MS.1)),
            limit: request.limit.min(MOST),
        })
    }
}

/// `{ status, headers, body }`. A header that comes several times is one, its values after each other; a body that is no text is bytes.
fn data(answer: HttpAnswer) -> Data {
    let mut headers: BTreeMap<String, Data> = BTreeMap::new();
    for (name, value) in answer.headers {
        match headers.get_mut(&name) {
            Some(Data::Text(values)) => {
                values.push_str(", ");
                values.push_str(&value);
            }
            _ => drop(headers.insert(name, Data::Text(value))),
        }
    }
    let is_latin = headers.get("content-type").and_then(Data::as_str).is_some_and(is_latin);
    let body = match String::from_utf8(answer.body) {
        Ok(text) => Data::Text(text),
        // Of this charset, every byte is the character of its number.
        Err(error) if is_latin => Data::Text(error.into_bytes().into_iter().map(char::from).collect()),
        Err(error) => Data::Bytes(error.into_bytes()),
    };
    Data::map([("status", u64::from(answer.status).into()), ("headers", Data::Map(headers)), ("body", body)])
}

fn is_latin(content_type: &str) -> bool {
    let charset = content_type.to_ascii_lowercase().split(';').find_map(|part| part.trim().strip_prefix("charset=").map(str::to_owned));
    charset.is_some_and(|charset| matches!(charset.trim_matches('"'), "iso-8859-1" | "latin1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_text_where_it_can_be_and_bytes_otherwise() {
        let body_of = |content_type: &str, body: &[u8]| {
            let headers = vec![
                ("content-type".to_owned(), content_type.to_owned()),
                ("x".to_owned(), "1".to_owned()),
                ("x".to_owned(), "2".to_owned()),
            ];
            let data = data(HttpAnswer { status: 200, headers, body: body.to_vec() });
            assert_eq!(data.get("headers").and_then(|headers| headers.get("x")).and_then(Data::as_str), Some("1, 2"));
            data.get("body").cloned().unwrap()
        };
        assert_eq!(body_of("text/plain", "漢字".as_bytes()), Data::from("漢字"));
        assert_eq!(body_of("text/html; Charset=ISO-8859-1", b"caf\xe9"), Data::from("café"));
        assert_eq!(body_of("text/html", b"caf\xe9"), Data::Bytes(b"caf\xe9".to_vec()));
    }
}
