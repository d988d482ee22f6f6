//! Other machines in a test: what they answer is what the test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::script::data::Data;
use crate::script::op::{Answer, HttpRequest};
use crate::script::outside::FakeHttp;
use crate::store::lock;

/// The answers by address, and the requests that were made.
#[derive(Clone, Default)]
pub(super) struct Web(Arc<Mutex<Book>>);

#[derive(Default)]
struct Book {
    answers: BTreeMap<String, Answer>,
    requests: Vec<Data>,
}

impl Web {
    /// From now on this is answered at an address: a text, `{ status, headers, body, json }`, or `{ fail = "why" }`.
    pub(super) fn answer(&self, url: &str, response: &Data) {
        let answer = match response.get("fail").and_then(Data::as_str) {
            Some(why) => Answer::Failed { why: why.to_owned() },
            None => Answer::Data(Data::map([
                ("status", response.get("status").cloned().unwrap_or(Data::Number(200.0))),
                ("headers", response.get("headers").cloned().unwrap_or(Data::Map(BTreeMap::new()))),
                ("body", body(response)),
            ])),
        };
        lock(&self.0).answers.insert(url.to_owned(), answer);
    }

    /// The requests so far.
    pub(super) fn requests(&self) -> Vec<Data> {
        lock(&self.0).requests.clone()
    }

    /// What the host asks instead of other machines.
    pub(super) fn fake(&self) -> FakeHttp {
        let book = Arc::clone(&self.0);
        FakeHttp(Arc::new(move |request| lock(&book).take(request)))
    }
}

impl Book {
    fn take(&mut self, request: &HttpRequest) -> Answer {
        let headers = request.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str().into())).collect();
        self.requests.push(Data::map([
            ("method", request.method.as_str().into()),
            ("url", request.url.as_str().into()),
            ("headers", Data::Map(headers)),
            ("body", request.body.clone().unwrap_or_default()),
            ("auth", request.auth.clone().into()),
        ]));
        let bare = request.url.split(['?', '#']).next().unwrap_or_default();
        match self.answers.get(&request.url).or_else(|| self.answers.get(bare)) {
            Some(answer) => answer.clone(),
            None => Answer::Failed { why: format!("the test says no answer for {}: t:http(\"{bare}\", …)", request.url) },
        }
    }
}

fn body(response: &Data) -> Data {
    match response {
        Data::Map(map) => match (map.get("body"), map.get("json")) {
            (Some(body), _) => body.clone(),
            (None, Some(json)) => json.to_json().into(),
            (None, None) => "".into(),
        },
        text => text.clone(),
    }
}
