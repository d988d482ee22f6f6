//! An HTTP/1.1 server on loopback that behaves as a story tells it to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, Semaphore};

/// A request that came.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Which one it is, from 0.
    pub(super) number: usize,
    pub(super) path: String,
    headers: HashMap<String, String>,
}

impl Asked {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// From which byte on it asks.
    pub(super) fn offset(&self) -> Option<usize> {
        self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// What the server does next. After the last step it closes the connection.
pub(super) enum Step {
    Send(Vec<u8>),
    /// Sends this for ever.
    Endless(Vec<u8>),
    /// Goes on when the story permits it.
    Await(Arc<Semaphore>),
    /// Goes on when so many have come here.
    Meet(Arc<Barrier>),
}

type Story = dyn Fn(&Asked) -> Vec<Step> + Send + Sync;

/// Ends with the runtime of its test.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    most_at_once: Arc<AtomicUsize>,
}

impl Server {
    pub(super) async fn tell(story: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, most_at_once) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::<AtomicUsize>::default());
        let server = Self { address, asked: Arc::clone(&asked), most_at_once: Arc::clone(&most_at_once) };
        let (story, now): (Arc<Story>, _) = (Arc::new(story), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (story, asked, now, most) = (Arc::clone(&story), Arc::clone(&asked), Arc::clone(&now), Arc::clone(&most_at_once));
                tokio::spawn(async move {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    // Whoever is at the other end may leave at any time.
                    let _ = serve(connection, &*story, &asked).await;
                    now.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

async fn serve(mut connection: TcpStream, story: &Story, asked: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let request = {
        let mut asked = asked.lock().unwrap();
        let request = Asked { number: asked.len(), path, headers: headers.collect() };
        asked.push(request.clone());
        request
    };
    for step in story(&request) {
        match step {
            Step::Send(bytes) => connection.write_all(&bytes).await?,
            Step::Endless(bytes) => loop {
                connection.write_all(&bytes).await?;
            },
            Step::Await(permits) => permits.acquire().await.unwrap().forget(),
            Step::Meet(barrier) => {
                barrier.wait().await;
            }
        }
    }
    connection.shutdown().await
}

/// A status with headers and the beginning of a body.
pub(super) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Step {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut bytes = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    Step::Send(bytes)
}

/// All of `content`, with its length and an entity tag.
pub(super) fn whole(content: &[u8], etag: &str) -> Step {
    answer("200 OK", &[("Content-Length", &content.len().to_string()), ("ETag", etag)], content)
}

/// What a good server answers: the rest, if the tag is still the same, or else the whole file. No more than `most` bytes of it come.
pub(super) fn as_asked(asked: &Asked, content: &[u8], etag: &str, most: usize) -> Step {
    let from = asked.offset().filter(|_| asked.header("if-range").is_none_or(|tag| tag == etag));
    let (length, rest) = ((content.len() - from.unwrap_or(0)).to_string(), &content[from.unwrap_or(0)..]);
    let rest = &rest[..rest.len().min(most)];
    match from {
        Some(from) => {
            let range = format!("bytes {from}-{}/{}", content.len() - 1, content.len());
            answer("206 Partial Content", &[("Content-Length", &length), ("ETag", etag), ("Content-Range", &range)], rest)
        }
        None => answer("200 OK", &[("Content-Length", &length), ("ETag", etag)], rest),
    }
}
