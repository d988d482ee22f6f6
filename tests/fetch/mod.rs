//! Fetching files, from a real server on loopback that behaves badly in every way that servers do.

mod address;
mod cache;
mod limits;
mod resume;
mod retry;
mod server;
mod target;
mod together;
mod whole;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use mynah::fetch::{FetchError, FetchOptions, FetchOrder, Fetched, Fetcher, PrivateAddresses};
use tokio_util::sync::CancellationToken;

use server::Server;

/// No bytes repeat at a distance that a mistake would have.
fn content(length: usize) -> Vec<u8> {
    (0..length as u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect()
}

/// Impatient, and reaches one address only.
fn options(address: SocketAddr) -> FetchOptions {
    FetchOptions {
        private_addresses: PrivateAddresses::Only(vec![address]),
        attempts: 3,
        back_off: Duration::from_millis(1),
        back_off_max: Duration::from_millis(2),
        ..FetchOptions::default()
    }
}

/// A folder to fetch to, and a fetcher.
struct Desk {
    folder: tempfile::TempDir,
    fetcher: Fetcher,
}

impl Desk {
    fn new(server: &Server) -> Self {
        Self::with(options(server.address))
    }

    fn with(options: FetchOptions) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), fetcher: Fetcher::new(options).unwrap() }
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("target.bin")
    }

    fn order(&self, server: &Server) -> FetchOrder {
        FetchOrder::url(server.url("/file"), self.target())
    }

    async fn fetch(&self, order: FetchOrder) -> Result<Fetched, FetchError> {
        self.fetcher.fetch(order, |_, _| (), CancellationToken::new()).await
    }

    /// Fetches the server's file.
    async fn fetch_from(&self, server: &Server) -> Result<Fetched, FetchError> {
        self.fetch(self.order(server)).await
    }

    /// The names of all files in the folder.
    fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }

    #[track_caller]
    fn assert_fetched(&self, expected: &[u8]) {
        assert!(fs::read(self.target()).unwrap() == expected, "the content is another");
        assert_eq!(self.names(), ["target.bin"]);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What was told of the progress.
#[derive(Default)]
struct Told(Mutex<Vec<(u64, u64)>>);

impl Told {
    fn note(&self, current: u64, total: u64) {
        self.0.lock().unwrap().push((current, total));
    }

    fn all(&self) -> Vec<(u64, u64)> {
        self.0.lock().unwrap().clone()
    }
}
