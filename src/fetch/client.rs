//! The HTTP client that checks every address before it connects: what a message names must not make this machine call its neighbours.
//! Proxies of the environment are not used, because a proxy would connect in our place and skip the checks.

use std::error::Error as _;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Response, StatusCode, Url, redirect};

use super::address::is_public;
use super::blocking;
use super::{FetchError, FetchOptions, PrivateAddresses};

/// Asks for addresses of `http:` and `https:`, and follows redirects as far as each step is allowed. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct GuardedClient {
    /// Made when it is first needed: it reads all certificates of the machine.
    http: Arc<OnceLock<reqwest::Client>>,
    connect_timeout: Duration,
    pub(super) private_addresses: PrivateAddresses,
    pub(super) redirects: usize,
    idle: Duration,
}

impl GuardedClient {
    pub(crate) fn new(options: &FetchOptions) -> Self {
        Self {
            http: Arc::default(),
            connect_timeout: options.connect_timeout,
            private_addresses: options.private_addresses.clone(),
            redirects: options.redirects,
            idle: options.idle_timeout,
        }
    }

    pub(super) async fn http(&self) -> Result<&reqwest::Client, FetchError> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        let builder = reqwest::Client::builder()
            .user_agent(concat!("mynah/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .referer(false)
            .redirect(redirect::Policy::none())
            .connect_timeout(self.connect_timeout)
            .dns_resolver(Resolver { allow_private: self.private_addresses == PrivateAddresses::Allow });
        let built = blocking::call(|| builder.build()).await.map_err(|error| FetchError::Client { source: Arc::new(error) })?;
        let http = built.map_err(|error| FetchError::Client { source: Arc::new(error) })?;
        Ok(self.http.get_or_init(|| http))
    }

    /// Sends a GET and returns the answer that is no redirect, whatever its status.
    ///
    /// # Errors
    /// `Scheme`, `Credentials`, `Private`, `Downgrade`, `Redirects`, `Address`: this address, or one that it redirects to, is refused.
    /// `Unreachable`, `Silent`: there was no answer.
    pub(crate) async fn get(&self, url: Url, headers: &HeaderMap) -> Result<Response, FetchError> {
        let mut url = url;
        for _ in 0..=self.redirects {
            self.check(&url)?;
            let response = self.ask(&url, headers).await?;
            let Some(location) = redirect_of(&response) else { return Ok(response) };
            url = redirected(&url, location)?;
        }
        Err(FetchError::Redirects { host: host_of(&url), limit: self.redirects })
    }

    async fn ask(&self, url: &Url, headers: &HeaderMap) -> Result<Response, FetchError> {
        let request =
            self.http().await?.get(url.clone()).headers(headers.clone()).header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        match tokio::time::timeout(self.idle, request.send()).await {
            Ok(answer) => answer.map_err(|error| unanswered(url, error)),
            Err(_) => Err(FetchError::Silent { host: host_of(url), idle: self.idle }),
        }
    }

    /// Whether this address may be asked, as far as can be told before its name is resolved. The resolver tells the rest.
    pub(super) fn check(&self, url: &Url) -> Result<(), FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Scheme { scheme: url.scheme().to_owned() });
        }
        let host = host_of(url);
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Credentials { host });
        }
        // The parser of URLs has turned every spelling of an IPv4 address into the usual one.
        let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() else { return Ok(()) };
        let address = SocketAddr::new(address, url.port_or_known_default().unwrap_or_default());
        let is_allowed = match &self.private_addresses {
            PrivateAddresses::Refuse => is_public(address.ip()),
            PrivateAddresses::Allow => true,
            PrivateAddresses::Only(addresses) => is_public(address.ip()) || addresses.contains(&address),
        };
        if is_allowed { Ok(()) } else { Err(FetchError::Private { host }) }
    }
}

/// The host of an address, for error texts.
pub(super) fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// Where an answer redirects to, if it does.
pub(super) fn redirect_of(response: &Response) -> Option<&HeaderValue> {
    let is_redirect = matches!(
        response.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    response.headers().get(LOCATION).filter(|_| is_redirect)
}

/// The address that a redirect at `url` leads to.
pub(super) fn redirected(url: &Url, location: &HeaderValue) -> Result<Url, FetchError> {
    let next = location.to_str().ok().and_then(|location| url.join(location).ok()).ok_or(FetchError::Address)?;
    if url.scheme() == "https" && next.scheme() == "http" {
        return Err(FetchError::Downgrade { host: host_of(&next) });
    }
    Ok(next)
}

pub(super) fn unanswered(url: &Url, error: reqwest::Error) -> FetchError {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<OnlyPrivate>() {
            return FetchError::Private { host: host_of(url) };
        }
        cause = error.source();
    }
    FetchError::Unreachable { host: host_of(url), source: Arc::new(error.without_url()) }
}

/// Resolves names, and passes over what is inside private networks. A connection is made to the very addresses that were checked, so a
/// name that resolves to something else a moment later gains nothing.
struct Resolver {
    allow_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = blocking::call(move || (name.as_str(), 0).to_socket_addrs().map(Vec::from_iter)).await??;
            let is_empty = found.is_empty();
            let allowed: Vec<SocketAddr> = found.into_iter().filter(|address| allow_private || is_public(address.ip())).collect();
            if allowed.is_empty() && !is_empty {
                return Err(OnlyPrivate.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// All addresses of a name are inside private networks.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to addresses in private networks only")]
struct OnlyPrivate;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn verdict(private_addresses: PrivateAddresses, url: &str) -> Result<(), String> {
        let options = FetchOptions { private_addresses, ..FetchOptions::default() };
        let client = GuardedClient::new(&options);
        client.check(&url.parse().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_spelling_of_an_address_of_this_machine_is_refused() {
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.0.0.1./",
            "http://%31%32%37.0.0.1/",
            "http://①②⑦.0.0.1/",
            "http://0/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            let said = verdict(PrivateAddresses::Refuse, url).unwrap_err();
            assert!(said.contains("private network"), "{url}: {said}");
            assert_eq!(verdict(PrivateAddresses::Allow, url), Ok(()), "{url}");
        }
        assert_eq!(verdict(PrivateAddresses::Refuse, "http://8.8.8.8/"), Ok(()));
    }

    #[test]
    fn an_allowed_private_address_is_one_with_its_port() {
        let only = || PrivateAddresses::Only(vec!["10.1.2.3:8080".parse().unwrap(), "10.1.2.3:443".parse().unwrap()]);
        assert_eq!(verdict(only(), "http://10.1.2.3:8080/a"), Ok(()));
        assert_eq!(verdict(only(), "https://10.1.2.3/a"), Ok(()));
        verdict(only(), "http://10.1.2.3/a").unwrap_err();
        verdict(only(), "http://10.1.2.4:8080/a").unwrap_err();
    }

    #[test]
    fn other_schemes_and_credentials_are_refused_without_telling_secrets() {
        assert_eq!(
            verdict(PrivateAddresses::Refuse, "ftp://host/secret"),
            Err("addresses that begin with ftp: are not fetched".to_owned())
        );
        let said = verdict(PrivateAddresses::Refuse, "https://me:secret@host/secret?secret").unwrap_err();
        assert!(said.contains("host") && !said.contains("secret") && !said.contains("me:"), "{said}");
    }

    #[test]
    fn a_redirect_never_leaves_encryption() {
        let redirect = |url: &str, location| redirected(&url.parse().unwrap(), &HeaderValue::from_static(location));
        let refused = redirect("https://host/a", "http://other/b");
        assert!(matches!(refused, Err(FetchError::Downgrade { host }) if host == "other"));
        assert_eq!(redirect("https://host/a", "//other/b").unwrap().as_str(), "https://other/b");
        assert_eq!(redirect("http://host/a", "https://other/b").unwrap().as_str(), "https://other/b");
        assert!(matches!(redirect("http://host/a", "http://[/"), Err(FetchError::Address)));
    }
}
