//! A message must not make this machine call its neighbours, or read its own files.

use mynah::fetch::{FetchError, FetchOptions, FetchOrder, PrivateAddresses};

use super::server::{Server, answer, whole};
use super::{Desk, content, options};

/// A server that redirects everything but `/end` to `location`.
async fn redirecting(location: String) -> Server {
    Server::tell(move |asked| match &*asked.path {
        "/end" => vec![whole(&content(1_000), "\"1\"")],
        _ => vec![answer("302 Found", &[("Location", &location), ("Content-Length", "0")], b"")],
    })
    .await
}

#[tokio::test]
async fn redirects_are_followed() {
    let server = redirecting("/end".to_owned()).await;
    let desk = Desk::new(&server);
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(&content(1_000));
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = redirecting("/again".to_owned()).await;
    let desk = Desk::new(&server);
    let error = desk.fetch_from(&server).await.unwrap_err();
    assert!(matches!(error, FetchError::Redirects { limit: 5, .. }), "{error}");
    assert_eq!(server.asked().len(), 6);
    assert!(desk.names().is_empty());
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused_and_nobody_there_is_asked() {
    let router = Server::tell(|_| vec![whole(b"settings of the router", "\"1\"")]).await;
    let server = redirecting(router.url("/settings")).await;
    let desk = Desk::new(&server);
    let error = desk.fetch_from(&server).await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 is in a private network, addresses in there are refused");
    assert!(router.asked().is_empty() && desk.names().is_empty());
    let desk = Desk::with(FetchOptions { private_addresses: PrivateAddresses::Allow, ..options(server.address) });
    desk.fetch_from(&server).await.unwrap();
    desk.assert_fetched(b"settings of the router");
}

#[tokio::test]
async fn a_name_that_resolves_to_a_private_address_is_refused() {
    let server = Server::tell(|_| vec![whole(b"settings", "\"1\"")]).await;
    for private_addresses in [PrivateAddresses::Refuse, PrivateAddresses::Only(vec![server.address])] {
        let desk = Desk::with(FetchOptions { private_addresses, ..options(server.address) });
        let url = format!("http://localhost:{}/", server.address.port());
        let error = desk.fetch(FetchOrder::url(url, desk.target())).await.unwrap_err();
        assert!(matches!(&error, FetchError::Private { host } if host == "localhost"), "{error:?}");
        assert!(server.asked().is_empty() && desk.names().is_empty());
    }
    let desk = Desk::with(FetchOptions { private_addresses: PrivateAddresses::Allow, ..options(server.address) });
    desk.fetch(FetchOrder::url(format!("http://localhost:{}/", server.address.port()), desk.target())).await.unwrap();
}

#[tokio::test]
async fn a_redirect_leads_to_no_file_and_takes_no_credentials() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let server = redirecting(format!("file://{}", file.path().display())).await;
    let desk = Desk::with(FetchOptions { allow_file_urls: true, ..options(server.address) });
    let error = desk.fetch_from(&server).await.unwrap_err();
    assert!(matches!(&error, FetchError::Scheme { scheme } if scheme == "file"), "{error}");
    let server = redirecting("http://me:secret@127.0.0.1/".to_owned()).await;
    let error = Desk::new(&server).fetch_from(&server).await.unwrap_err();
    assert!(matches!(error, FetchError::Credentials { .. }), "{error}");
}

#[tokio::test]
async fn local_files_are_read_only_where_that_is_allowed() {
    let server = Server::tell(|_| Vec::new()).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content(700_000)).unwrap();
    let url = format!("file://{}", file.path().display());
    let desk = Desk::new(&server);
    let error = desk.fetch(FetchOrder::url(&url, desk.target())).await.unwrap_err();
    assert_eq!(error.to_string(), "addresses that begin with file: are not fetched");
    assert!(desk.names().is_empty());
    let desk = Desk::with(FetchOptions { allow_file_urls: true, ..options(server.address) });
    desk.fetch(FetchOrder::url(&url, desk.target())).await.unwrap();
    desk.assert_fetched(&content(700_000));
    for endless in ["file:///dev/zero", "file:///"] {
        let error = desk.fetch(FetchOrder::url(endless, desk.folder.path().join("other"))).await.unwrap_err();
        assert!(matches!(error, FetchError::Io { .. }), "{error}");
    }
    desk.assert_fetched(&content(700_000));
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let server = Server::tell(|_| Vec::new()).await;
    let desk = Desk::new(&server);
    for nothing in ["", "secret", "http://", "//host/secret", "http://host:99999/secret"] {
        let error = desk.fetch(FetchOrder::url(nothing, desk.target())).await.unwrap_err();
        assert_eq!(error.to_string(), "what should be fetched has no valid address", "{nothing}");
    }
}
