//! What may pass is tried again, what does not is not.

use std::sync::Arc;
use std::time::Duration;

use mynah::fetch::{FetchError, FetchOptions};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::server::{Server, Step, answer, whole};
use super::{Desk, content, options};

/// A server that answers so the first two times.
async fn failing_twice(first: impl Fn() -> Step + Send + Sync + 'static) -> Server {
    Server::tell(move |asked| vec![if asked.number < 2 { first() } else { whole(&content(1_000), "\"1\"") }]).await
}

#[tokio::test]
async fn a_bad_moment_of_a_server_passes() {
    let moments: [fn() -> Step; 7] = [
        || answer("503 Service Unavailable", &[], b"later"),
        || answer("500 Internal Server Error", &[], b""),
        // Asked for an hour; no longer than the longest wait is waited.
        || answer("429 Too Many Requests", &[("Retry-After", "3600")], b""),
        || answer("408 Request Timeout", &[], b""),
        || Step::Send(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        || Step::Send(Vec::new()),
        || answer("200 OK", &[("Transfer-Encoding", "chunked")], b"zz\r\n"),
    ];
    for moment in moments {
        let server = failing_twice(moment).await;
        let desk = Desk::new(&server);
        desk.fetch_from(&server).await.unwrap();
        desk.assert_fetched(&content(1_000));
        assert_eq!(server.asked().len(), 3);
    }
}

#[tokio::test]
async fn a_server_that_stays_bad_is_given_up() {
    let server = Server::tell(|_| vec![answer("503 Service Unavailable", &[], b"")]).await;
    let desk = Desk::new(&server);
    let error = desk.fetch_from(&server).await.unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 503, .. }), "{error}");
    assert_eq!(server.asked().len(), 3);
    assert!(desk.names().is_empty());
}

#[tokio::test]
async fn what_the_server_refuses_is_not_asked_again() {
    for status in
        ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "204 No Content", "304 Not Modified"]
    {
        let server = Server::tell(move |_| vec![answer(status, &[], b"")]).await;
        let desk = Desk::new(&server);
        let error = desk.fetch_from(&server).await.unwrap_err();
        assert!(matches!(error, FetchError::Status { .. }), "{status}: {error}");
        assert!(server.asked().len() == 1 && desk.names().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_not_waited_for() {
    for head in [None, Some(answer("200 OK", &[("Content-Length", "1000")], b"begin"))] {
        let head = Arc::new(std::sync::Mutex::new(head));
        let server =
            Server::tell(move |_| head.lock().unwrap().take().into_iter().chain([Step::Await(Arc::new(Semaphore::new(0)))]).collect())
                .await;
        let idle_timeout = Duration::from_millis(50);
        let desk = Desk::with(FetchOptions { idle_timeout, attempts: 2, ..options(server.address) });
        let error = desk.fetch_from(&server).await.unwrap_err();
        assert!(matches!(error, FetchError::Silent { idle, .. } if idle == idle_timeout), "{error}");
        assert_eq!(server.asked().len(), 2);
        assert!(desk.names().is_empty());
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_an_error_without_the_address() {
    let server = Server::tell(|_| Vec::new()).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let desk = Desk::with(options(closed));
    let order = mynah::fetch::FetchOrder::url(format!("http://{closed}/secret?token=secret"), desk.target());
    let error = desk.fetch(order).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert_eq!(error.to_string(), "127.0.0.1 does not answer");
    let mut said = format!("{error:?}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        said += &error.to_string();
        cause = error.source();
    }
    assert!(!said.contains("secret"), "{said}");
    assert!(server.asked().is_empty() && desk.names().is_empty());
}
