//! Which webhooks there are, and who is let in.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body, Bytes};
use hyper::header::{AUTHORIZATION, HeaderMap};
use hyper::{Method, Request, StatusCode};

use super::request;
use crate::script::event::WebhookCall;
use crate::script::outside::{HOPS_HEADER, Secrets};
use crate::store::lock;

/// The most bytes of a body.
const BODY_BYTES: usize = 1 << 20;
/// How many scripts may have answered each other before a call is refused: two that call each other would never end.
const MOST_HOPS: u32 = 4;
/// In which the secret stands.
pub(super) const SECRET_HEADER: &str = "x-mynah-secret";
/// In which a signature of the body stands, made with the secret: `sha256=` and hexadecimal digits.
pub(super) const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// Why a call is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("webhooks are at /hook/SCRIPT/PATH; there is none here")]
    Unknown,
    #[error("webhooks are called with POST")]
    Method,
    #[error("the secret is missing or wrong")]
    Secret,
    #[error("this webhook has no secret, so only this machine may call it")]
    Stranger,
    #[error("the secret of this webhook is not set")]
    NoSecret,
    #[error("the body has more than {BODY_BYTES} bytes")]
    TooLarge,
    #[error("the body did not come within {} s", super::SENDING.as_secs())]
    Slow,
    #[error("the body broke off")]
    Broken,
    #[error("scripts call each other without end")]
    Loop,
}

impl Refused {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Secret => StatusCode::UNAUTHORIZED,
            Self::Stranger => StatusCode::FORBIDDEN,
            Self::NoSecret => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::Loop => StatusCode::LOOP_DETECTED,
        }
    }
}

/// The webhooks of one script: their paths as it registered them, each with the name of its secret.
type Paths = BTreeMap<String, Option<String>>;

/// The webhooks of all scripts, and their secrets. Clones are the same doors.
#[derive(Clone)]
pub(in crate::script) struct Doors {
    scripts: Arc<Mutex<BTreeMap<String, Paths>>>,
    secrets: Secrets,
}

impl Doors {
    /// No webhooks yet.
    pub(in crate::script) fn new(secrets: Secrets) -> Self {
        Self { scripts: Arc::default(), secrets }
    }

    /// From now on a script has these webhooks and no others: paths, and names of secrets.
    pub(in crate::script) fn put(&self, script: &str, paths: impl IntoIterator<Item = (String, Option<String>)>) {
        let paths: Paths = paths.into_iter().collect();
        let mut scripts = lock(&self.scripts);
        if paths.is_empty() { drop(scripts.remove(script)) } else { drop(scripts.insert(script.to_owned(), paths)) }
    }

    /// The path as it was registered, and the name of its secret.
    fn find(&self, script: &str, path: &str) -> Option<(String, Option<String>)> {
        let scripts = lock(&self.scripts);
        let mut paths = scripts.get(script)?.iter();
        let found = paths.find(|(known, _)| known.trim_matches('/') == path.trim_matches('/'));
        found.map(|(path, secret)| (path.clone(), secret.clone()))
    }

    /// Checks a call, reads its body, and says which script is called and with what.
    pub(super) async fn let_in<B>(&self, request: Request<B>, caller: SocketAddr) -> Result<(String, WebhookCall), Refused>
    where
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        let named = head.uri.path().strip_prefix("/hook/").and_then(|rest| rest.split_once('/'));
        let (script, path) = named.ok_or(Refused::Unknown)?;
        let (path, secret) = self.find(script, &request::decoded(path)).ok_or(Refused::Unknown)?;
        if head.method != Method::POST {
            return Err(Refused::Method);
        }
        let hops = head.headers.get(HOPS_HEADER).map(|hops| hops.to_str().ok().and_then(|hops| hops.parse::<u32>().ok()));
        if hops.is_some_and(|hops| hops.is_none_or(|hops| hops >= MOST_HOPS)) {
            return Err(Refused::Loop);
        }
        match &secret {
            None if !caller.ip().to_canonical().is_loopback() => return Err(Refused::Stranger),
            Some(name) if !self.secrets.has(name) => return Err(Refused::NoSecret),
            // Without anything to check, nothing of the body is read.
            Some(_) if !has_credentials(&head.headers) => return Err(Refused::Secret),
            Some(_) | None => {}
        }
        let body = read(body, super::SENDING).await?;
        if secret.is_some_and(|name| !self.knows(&name, &head.headers, &body)) {
            return Err(Refused::Secret);
        }
        Ok((script.to_owned(), request::call(path, &head, body)))
    }

    /// Whether a caller knows the secret: says it, or has signed the body with it.
    fn knows(&self, name: &str, headers: &HeaderMap, body: &[u8]) -> bool {
        if let Some(signature) = headers.get(SIGNATURE_HEADER) {
            let digits = signature.to_str().ok().and_then(|signature| signature.strip_prefix("sha256="));
            return digits.is_some_and(|digits| self.secrets.has_signed(name, body, digits));
        }
        given(headers).is_some_and(|given| self.secrets.is(name, given))
    }
}

fn has_credentials(headers: &HeaderMap) -> bool {
    headers.contains_key(SIGNATURE_HEADER) || given(headers).is_some()
}

/// The secret that a caller says.
fn given(headers: &HeaderMap) -> Option<&[u8]> {
    if let Some(secret) = headers.get(SECRET_HEADER) {
        return Some(secret.as_bytes());
    }
    let (scheme, token) = headers.get(AUTHORIZATION)?.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then_some(token)
}

async fn read<B>(body: B, within: Duration) -> Result<Bytes, Refused>
where
    B: Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if body.size_hint().lower() > BODY_BYTES as u64 {
        return Err(Refused::TooLarge);
    }
    match tokio::time::timeout(within, Limited::new(body, BODY_BYTES).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refused::TooLarge),
        Ok(Err(_)) => Err(Refused::Broken),
        Err(_) => Err(Refused::Slow),
    }
}
