//! What is not as it should be is not taken.

use std::sync::Arc;

use mynah::MediaHash;
use mynah::fetch::{FetchError, FetchOptions, FetchOrder};
use tokio::sync::Semaphore;

use super::server::{Server, Step, answer, whole};
use super::{Desk, content, options};

#[tokio::test]
async fn a_file_over_the_limit_is_refused_before_its_body() {
    let server =
        Server::tell(|_| vec![answer("200 OK", &[("Content-Length", "1001")], b""), Step::Await(Arc::new(Semaphore::new(0)))]).await;
    let desk = Desk::new(&server);
    let error = desk.fetch(FetchOrder { max_bytes: Some(1_000), ..desk.order(&server) }).await.unwrap_err();
    assert_eq!(error.to_string(), "the file has 1001 bytes, the limit is 1000");
    assert!(desk.names().is_empty() && server.asked().len() == 1);
}

#[tokio::test]
async fn an_endless_body_is_cut_off_at_the_limit() {
    let endless = |_: &_| vec![answer("200 OK", &[], b""), Step::Endless(vec![7; 10_000])];
    let server = Server::tell(endless).await;
    let desk = Desk::with(FetchOptions { max_bytes: 3 << 20, ..options(server.address) });
    let error = desk.fetch_from(&server).await.unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { bytes: None, limit: 3_145_728 }), "{error}");
    assert!(desk.names().is_empty() && server.asked().len() == 1);
}

#[tokio::test]
async fn a_file_of_another_size_than_expected_is_refused() {
    let server = Server::tell(|asked| match &*asked.path {
        "/file" => vec![whole(&content(1_000), "\"1\"")],
        _ => vec![answer("200 OK", &[], &content(1_000))],
    })
    .await;
    for path in ["/file", "/of-unknown-length"] {
        let desk = Desk::new(&server);
        let order = FetchOrder { expect_bytes: Some(999), ..FetchOrder::url(server.url(path), desk.target()) };
        let error = desk.fetch(order).await.unwrap_err();
        assert!(matches!(error, FetchError::WrongSize { expected: 999, found: 1_000 }), "{error}");
        assert!(desk.names().is_empty());
    }
    assert_eq!(server.asked().len(), 2, "asking again would not help");
}

#[tokio::test]
async fn a_file_with_another_content_than_expected_is_refused() {
    let server = Server::tell(|_| vec![whole(&content(1_000), "\"1\"")]).await;
    let desk = Desk::new(&server);
    let error = desk.fetch(FetchOrder { expect_hash: Some(MediaHash([7; 32])), ..desk.order(&server) }).await.unwrap_err();
    assert!(matches!(error, FetchError::WrongContent), "{error}");
    assert!(desk.names().is_empty() && server.asked().len() == 1);
}

#[tokio::test]
async fn a_body_that_is_shorter_than_its_length_is_never_a_file() {
    let server = Server::tell(|_| vec![answer("200 OK", &[("Content-Length", "1000")], &content(999))]).await;
    let desk = Desk::new(&server);
    let error = desk.fetch_from(&server).await.unwrap_err();
    assert!(matches!(error, FetchError::Broken { .. }), "{error}");
    assert!(desk.names().is_empty());
}

#[tokio::test]
async fn an_encoded_body_is_not_the_file() {
    let server = Server::tell(|_| vec![answer("200 OK", &[("Content-Encoding", "gzip"), ("Content-Length", "4")], b"gzip")]).await;
    let desk = Desk::new(&server);
    let error = desk.fetch_from(&server).await.unwrap_err();
    assert!(matches!(error, FetchError::Encoded { .. }), "{error}");
    assert!(desk.names().is_empty());
}
