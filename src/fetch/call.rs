//! One request to another machine and its whole answer in memory: for who talks to a service, and fetches no file. As guarded as fetching.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, COOKIE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, StatusCode, Url};

use super::client::{self, GuardedClient};
use super::{FetchError, PrivateAddresses};

/// Headers that say how a request travels, which is ours to say.
const OURS: [&str; 11] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A request.
pub(crate) struct HttpCall {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    /// A secret that is sent as bearer token, to the host of `url` and to no other.
    pub(crate) bearer: Option<String>,
    pub(crate) body: Vec<u8>,
    /// How long all of it may take, redirects included.
    pub(crate) timeout: Duration,
    /// The most bytes of an answer.
    pub(crate) limit: u64,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    /// Names in lower case, in the order in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer. Texts name hosts, never a whole address: its path and query hold secrets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The request is refused, or did not come through.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The host, or one that it redirects to, is not among those that may be asked.
    #[error("{host} may not be asked")]
    NotAllowed { host: String },
    #[error("the method of the request is none")]
    Method,
    #[error("the header {name} cannot be sent")]
    Header { name: String },
    #[error("the answer of {host} has more than {limit} bytes")]
    TooLarge { host: String, limit: u64 },
    #[error("{host} did not answer within {} ms", timeout.as_millis())]
    Late { host: String, timeout: Duration },
}

impl GuardedClient {
    /// The same client, which may connect to these addresses inside private networks too, where a URL has the address itself.
    pub(crate) fn also_to(&self, addresses: Vec<SocketAddr>) -> Self {
        let mut client = self.clone();
        match &mut client.private_addresses {
            PrivateAddresses::Allow => {}
            PrivateAddresses::Only(known) => known.extend(addresses),
            refuse @ PrivateAddresses::Refuse => *refuse = PrivateAddresses::Only(addresses),
        }
        client
    }

    /// Makes a request. `may_ask` is asked for the host and port of its address, and of every address that it is redirected to.
    ///
    /// Elsewhere than to its own host, no credentials are sent along.
    ///
    /// # Errors
    /// [`CallError`]. The other side may have got the request all the same.
    pub(crate) async fn call(&self, call: HttpCall, may_ask: impl Fn(&str, u16) -> bool) -> Result<HttpAnswer, CallError> {
        let url = Url::parse(&call.url).map_err(|_| FetchError::Address)?;
        let (host, timeout) = (client::host_of(&url), call.timeout);
        match tokio::time::timeout(timeout, self.exchange(call, url, may_ask)).await {
            Ok(answer) => answer,
            Err(_) => Err(CallError::Late { host, timeout }),
        }
    }

    async fn exchange(&self, call: HttpCall, mut url: Url, may_ask: impl Fn(&str, u16) -> bool) -> Result<HttpAnswer, CallError> {
        let mut method = Method::from_bytes(call.method.to_ascii_uppercase().as_bytes()).map_err(|_| CallError::Method)?;
        let home = url.origin();
        let (mut headers, mut body) = (headers_of(&call)?, call.body);
        for _ in 0..=self.redirects {
            self.check(&url)?;
            let host = client::host_of(&url);
            if !may_ask(&host, url.port_or_known_default().unwrap_or_default()) {
                return Err(CallError::NotAllowed { host });
            }
            if url.origin() != home {
                headers.remove(AUTHORIZATION);
                headers.remove(COOKIE);
            }
            let request = self.http().await?.request(method.clone(), url.clone()).headers(headers.clone()).body(body.clone());
            let response = request.send().await.map_err(|error| client::unanswered(&url, error))?;
            let Some(location) = client::redirect_of(&response) else { return whole(response, host, call.limit).await };
            url = client::redirected(&url, location)?;
            let is_kept = matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
            if !is_kept && !matches!(method, Method::GET | Method::HEAD) {
                // What was asked for is done; the answer is elsewhere.
                (method, body) = (Method::GET, Vec::new());
            }
        }
        Err(FetchError::Redirects { host: client::host_of(&url), limit: self.redirects }.into())
    }
}

fn headers_of(call: &HttpCall) -> Result<HeaderMap, CallError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &call.headers {
        let unfit = || CallError::Header { name: name.escape_default().to_string() };
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?;
        if OURS.contains(&header.as_str()) {
            return Err(unfit());
        }
        headers.append(header, HeaderValue::from_str(value).map_err(|_| unfit())?);
    }
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(bearer) = &call.bearer {
        let mut value =
            HeaderValue::from_str(&format!("Bearer {bearer}")).map_err(|_| CallError::Header { name: AUTHORIZATION.to_string() })?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// Reads an answer to its end.
async fn whole(mut response: Response, host: String, limit: u64) -> Result<HttpAnswer, CallError> {
    let is_encoded = |value: &HeaderValue| !value.as_bytes().eq_ignore_ascii_case(b"identity");
    if response.headers().get(CONTENT_ENCODING).is_some_and(is_encoded) {
        return Err(FetchError::Encoded { host }.into());
    }
    let status = response.status().as_u16();
    let header =
        |(name, value): (&HeaderName, &HeaderValue)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned());
    let headers = response.headers().iter().map(header).collect();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(HttpAnswer { status, headers, body }),
            Ok(Some(piece)) if (body.len() + piece.len()) as u64 > limit => return Err(CallError::TooLarge { host, limit }),
            Ok(Some(piece)) => body.extend_from_slice(&piece),
            Err(error) => return Err(FetchError::Broken { host, source: Some(std::sync::Arc::new(error.without_url())) }.into()),
        }
    }
}
