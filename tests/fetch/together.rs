//! Many fetch at once.

use std::fs;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use async_trait::async_trait;
use futures_util::Stream;
use mynah::fetch::{FetchError, FetchOptions, FetchOrder, Fetched, Remote, RemoteBytes, Source};
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::server::{Server, Step, answer, as_asked, whole};
use super::{Desk, Told, content, options};

impl Desk {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[tokio::test]
async fn the_same_file_for_many_is_transferred_once() {
    let server = Server::tell(|_| vec![whole(&content(700_000), "\"1\"")]).await;
    let (desk, told) = (Desk::new(&server), Told::default());
    let order = |name| FetchOrder::url(server.url("/file"), desk.path(name));
    let told_second = |current, total| told.note(current, total);
    let (first, second, third, again) = tokio::join!(
        desk.fetch(order("1")),
        desk.fetcher.fetch(order("2"), told_second, CancellationToken::new()),
        desk.fetch(order("3")),
        desk.fetch(order("1")),
    );
    for (fetched, name) in [(first, "1"), (second, "2"), (third, "3"), (again, "1")] {
        assert_eq!(fetched.unwrap().path, desk.path(name));
        assert!(fs::read(desk.path(name)).unwrap() == content(700_000));
    }
    assert_eq!(desk.names(), ["1", "2", "3"]);
    assert_eq!(server.asked().len(), 1);
    let told = told.all();
    assert!(told.is_sorted() && told.iter().filter(|(current, total)| current == total).count() == 1, "{told:?}");
}

#[tokio::test]
async fn who_waits_for_a_transfer_that_is_cancelled_goes_on_alone() {
    let server = Server::tell(|asked| match asked.number {
        0 => vec![as_asked(asked, &content(700_000), "\"1\"", 600_000), Step::Await(Arc::new(Semaphore::new(0)))],
        _ => vec![whole(&content(700_000), "\"1\"")],
    })
    .await;
    let (desk, cancel) = (Desk::new(&server), CancellationToken::new());
    let order = |name| FetchOrder::url(server.url("/file"), desk.path(name));
    let (first, second) = tokio::join!(desk.fetcher.fetch(order("1"), |_, _| cancel.cancel(), cancel.clone()), desk.fetch(order("2")));
    assert!(matches!(first, Err(FetchError::Cancelled)));
    second.unwrap();
    assert!(fs::read(desk.path("2")).unwrap() == content(700_000));
}

#[tokio::test]
async fn who_waits_for_a_transfer_that_fails_fails_with_it() {
    let server = Server::tell(|_| vec![answer("404 Not Found", &[], b"")]).await;
    let desk = Desk::new(&server);
    let order = |name| FetchOrder::url(server.url("/file"), desk.path(name));
    let (first, second) = tokio::join!(desk.fetch(order("1")), desk.fetch(order("2")));
    assert_eq!(first.unwrap_err().to_string(), second.unwrap_err().to_string());
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_fault_of_one_target_is_not_one_of_the_others() {
    let server = Server::tell(|_| vec![whole(&content(1_000), "\"1\"")]).await;
    let desk = Desk::new(&server);
    let order = |name| FetchOrder::url(server.url("/file"), desk.path(name));
    let (first, second) = tokio::join!(desk.fetch(order("missing/1")), desk.fetch(order("2")));
    assert!(matches!(first.unwrap_err(), FetchError::Io { .. }));
    second.unwrap();
}

#[tokio::test]
async fn another_file_to_the_same_target_is_refused_while_one_is_on_its_way() {
    let permits = Arc::new(Semaphore::new(0));
    let server = Server::tell({
        let permits = Arc::clone(&permits);
        move |_| vec![Step::Await(Arc::clone(&permits)), whole(&content(1_000), "\"1\"")]
    })
    .await;
    let (desk, other) = (Desk::new(&server), Desk::new(&server));
    // Whoever is refused lets the one go on that has the target.
    let go_on = |fetched: Result<Fetched, FetchError>| {
        permits.add_permits(1);
        fetched
    };
    let one = async { go_on(desk.fetch_from(&server).await) };
    let another = async { go_on(other.fetch(FetchOrder::url(server.url("/other"), desk.target())).await) };
    let (refused, fetched) = match tokio::join!(one, another) {
        (Err(refused), fetched) | (fetched, Err(refused)) => (refused, fetched),
        (Ok(_), Ok(_)) => panic!("two had the same target"),
    };
    fetched.unwrap();
    assert!(matches!(&refused, FetchError::Busy { path } if *path == desk.target()), "{refused}");
    desk.assert_fetched(&content(1_000));
}

#[tokio::test]
async fn only_so_many_transfers_run_at_once() {
    for (parallel, parallel_per_host) in [(2, 10), (10, 2)] {
        // Each answer waits until there is a second one, so two do run at once.
        let pair = Arc::new(Barrier::new(2));
        let server = Server::tell(move |_| vec![Step::Meet(Arc::clone(&pair)), whole(&content(1_000), "\"1\"")]).await;
        let desk = Desk::with(FetchOptions { parallel, parallel_per_host, ..options(server.address) });
        let mut running = JoinSet::new();
        for n in 0..8 {
            let (fetcher, order) = (desk.fetcher.clone(), FetchOrder::url(server.url(&format!("/{n}")), desk.path(&n.to_string())));
            running.spawn(async move { fetcher.fetch(order, |_, _| (), CancellationToken::new()).await });
        }
        assert!(running.join_all().await.iter().all(Result::is_ok));
        assert_eq!(server.most_at_once(), 2);
        assert_eq!(desk.names().len(), 8);
    }
}

/// A source that is no address, and breaks off once.
#[derive(Default)]
struct Hub {
    opened: AtomicUsize,
}

struct Pieces(Vec<Result<Vec<u8>, FetchError>>);

impl Stream for Pieces {
    type Item = Result<Vec<u8>, FetchError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop())
    }
}

#[async_trait]
impl Remote for Hub {
    fn name(&self) -> String {
        "media:1".to_owned()
    }

    async fn open(&self, offset: u64) -> Result<RemoteBytes, FetchError> {
        let broken = || FetchError::Remote { passing: true, source: Arc::new(std::io::Error::other("offline")) };
        let rest = content(700_000)[usize::try_from(offset).unwrap()..].to_vec();
        let pieces = match self.opened.fetch_add(1, Ordering::SeqCst) {
            0 => vec![Err(broken()), Ok(rest[..400_000].to_vec())],
            _ => {
                assert_eq!(offset, 400_000);
                vec![Ok(rest)]
            }
        };
        Ok(RemoteBytes { total: 700_000, pieces: Box::pin(Pieces(pieces)) })
    }
}

#[tokio::test]
async fn a_source_that_is_no_address_is_fetched_and_gone_on_with() {
    let server = Server::tell(|_| Vec::new()).await;
    let desk = Desk::new(&server);
    let hub = Arc::new(Hub::default());
    desk.fetch(FetchOrder::new(Source::Remote(hub.clone()), desk.target())).await.unwrap();
    desk.assert_fetched(&content(700_000));
    assert_eq!(hub.opened.load(Ordering::SeqCst), 2);
}
