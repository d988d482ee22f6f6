//! What may be fetched, how much of it at once, and how patiently.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Which addresses inside private networks may be connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PrivateAddresses {
    /// None: only addresses of the public internet.
    #[default]
    Refuse,
    /// All of them. An address in a message then reaches whatever this machine reaches.
    Allow,
    /// These, where a URL has the address itself. A name that resolves to one is refused, because what a name resolves to is
    /// for others to decide.
    Only(Vec<SocketAddr>),
}

/// A cache of what was fetched.
#[derive(Clone, Debug)]
pub struct CacheOptions {
    /// Its folder; made when it is not there.
    pub folder: PathBuf,
    /// The most bytes of content that it keeps. What was not used for longest goes first.
    pub max_bytes: u64,
}

/// How files are fetched. Start from `FetchOptions::default()` and change what should differ.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    /// Whether `file:` addresses are read. False: a message could name any file of this machine.
    pub allow_file_urls: bool,
    /// Which addresses inside private networks may be connected to. None of them.
    pub private_addresses: PrivateAddresses,
    /// The most bytes a file may have. 100 MiB.
    pub max_bytes: u64,
    /// How many redirects are followed. 5.
    pub redirects: usize,
    /// How many files are transferred at the same time, at least 1; others wait in the order in which they came. 4.
    pub parallel: usize,
    /// How many of these may come from one host, at least 1. 2.
    pub parallel_per_host: usize,
    /// How many tries in a row may bring nothing, at least 1. One that brought a mebibyte starts the counting anew. 5.
    pub attempts: u32,
    /// How long to wait before the second try; doubled for each further one, and each is shortened by chance to between half and
    /// all of it. 500 ms.
    pub back_off: Duration,
    /// The longest wait between two tries, whatever a server asks for. 30 s.
    pub back_off_max: Duration,
    /// How long a connection may take to come about. 10 s.
    pub connect_timeout: Duration,
    /// How long a server may send nothing, before its answer and in the middle of it. 30 s.
    pub idle_timeout: Duration,
    /// Where what was fetched is kept for the next time. Nowhere.
    pub cache: Option<CacheOptions>,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            allow_file_urls: false,
            private_addresses: PrivateAddresses::Refuse,
            max_bytes: 100 << 20,
            redirects: 5,
            parallel: 4,
            parallel_per_host: 2,
            attempts: 5,
            back_off: Duration::from_millis(500),
            back_off_max: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            cache: None,
        }
    }
}
