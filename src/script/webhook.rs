//! Where other programs call scripts: `POST /hook/SCRIPT/PATH` over HTTP, for this machine alone unless the operator says otherwise. Who calls has to
//! know the webhook's secret; what a call means is the script's.

mod door;
mod request;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::data::Data;
use super::event::WebhookCall;

pub(super) use door::Doors;

/// Connections that are served at once. Others are told to come again.
const CONNECTIONS: usize = 64;
/// The most bytes of a head.
const HEAD_BYTES: usize = 16 << 10;
/// How long a head, and a body, may take to come in.
const SENDING: Duration = Duration::from_secs(10);
/// How long a caller waits for the script; after that, it is told that the call was taken.
const ANSWERING: Duration = Duration::from_secs(5);
/// How long one connection may last in all.
const LASTING: Duration = Duration::from_secs(30);
/// What a caller is told for whom there is no room.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WebhookAnswer {
    /// The run is written; this is what it returned: nothing, a text, or `{ status, headers, body }`.
    Done(Data),
    /// The script has no such webhook.
    Unknown,
    /// The run failed; the event is among the dead letters.
    Failed,
    /// Too much waits already.
    Busy,
}

/// An answer over HTTP.
type Reply = Response<Full<Bytes>>;

/// Listens until it is dropped.
pub(super) struct Listener {
    address: SocketAddr,
    tasks: TaskTracker,
    stop: CancellationToken,
    _stop: DropGuard,
}

impl Listener {
    /// Listens at `address`. A call that `doors` let in is given to `ask`, whose answer goes to the caller; an `ask` that fails has nobody behind it
    /// any more.
    ///
    /// # Errors
    /// What the system says when the address cannot be listened at.
    pub(super) async fn bind<F, A, E>(address: SocketAddr, ask: F, doors: Doors) -> std::io::Result<Self>
    where
        F: Fn(String, WebhookCall) -> A + Send + Sync + 'static,
        A: Future<Output = Result<WebhookAnswer, E>> + Send + 'static,
        E: Send + 'static,
    {
        let listener = TcpListener::bind(address).await?;
        let (address, tasks, stop) = (listener.local_addr()?, TaskTracker::new(), CancellationToken::new());
        let desk = Arc::new(Desk { ask, doors });
        tasks.spawn(accept(listener, desk, tasks.clone(), stop.clone()));
        Ok(Self { address, tasks, _stop: stop.clone().drop_guard(), stop })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more calls, and waits until those under way are answered.
    pub(super) async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// What every connection needs.
struct Desk<F> {
    ask: F,
    doors: Doors,
}

async fn accept<F, A, E>(listener: TcpListener, desk: Arc<Desk<F>>, tasks: TaskTracker, stop: CancellationToken)
where
    F: Fn(String, WebhookCall) -> A + Send + Sync + 'static,
    A: Future<Output = Result<WebhookAnswer, E>> + Send + 'static,
    E: Send + 'static,
{
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((connection, caller)) => match Arc::clone(&room).try_acquire_owned() {
                Ok(place) => {
                    let desk = Arc::clone(&desk);
                    tasks.spawn(async move {
                        serve(connection, caller, desk).await;
                        drop(place);
                    });
                }
                // Said at once or not at all: nobody waits for who reads slowly.
                Err(_) => drop(connection.try_write(FULL)),
            },
            Err(error) => {
                tracing::debug!(%error, "a call could not be accepted");
                // Too many open files, for one, pass only with time.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve<F, A, E>(connection: TcpStream, caller: SocketAddr, desk: Arc<Desk<F>>)
where
    F: Fn(String, WebhookCall) -> A + Send + Sync + 'static,
    A: Future<Output = Result<WebhookAnswer, E>> + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let desk = Arc::clone(&desk);
        async move { Ok::<_, std::convert::Infallible>(desk.answer(request, caller).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SENDING)
        .max_buf_size(HEAD_BYTES)
        .keep_alive(false)
        .serve_connection(TokioIo::new(connection), service);
    match tokio::time::timeout(LASTING, served).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a call broke off"),
        Err(_) => tracing::debug!("a call took too long"),
    }
}

impl<F, A, E> Desk<F>
where
    F: Fn(String, WebhookCall) -> A,
    A: Future<Output = Result<WebhookAnswer, E>>,
{
    async fn answer<B>(&self, request: Request<B>, caller: SocketAddr) -> Reply
    where
        B: Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (script, call) = match self.doors.let_in(request, caller).await {
            Ok(let_in) => let_in,
            Err(refused) => return plain(refused.status(), &refused.to_string()),
        };
        match tokio::time::timeout(ANSWERING, (self.ask)(script, call)).await {
            Ok(Ok(WebhookAnswer::Done(returned))) => reply(&returned),
            Ok(Ok(WebhookAnswer::Unknown)) => plain(StatusCode::NOT_FOUND, "there is no such webhook"),
            Ok(Ok(WebhookAnswer::Failed)) => {
                plain(StatusCode::INTERNAL_SERVER_ERROR, "the script failed; the call is kept for its operator")
            }
            Ok(Ok(WebhookAnswer::Busy)) => later(StatusCode::TOO_MANY_REQUESTS, "too many calls wait for the script already"),
            Ok(Err(_)) => later(StatusCode::SERVICE_UNAVAILABLE, "the scripts are ending"),
            Err(_) => plain(StatusCode::ACCEPTED, "the call is taken; the script is still at work"),
        }
    }
}

fn plain(status: StatusCode, text: &str) -> Reply {
    let mut reply = Response::new(Full::from(format!("{text}\n")));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    reply
}

fn later(status: StatusCode, text: &str) -> Reply {
    let mut reply = plain(status, text);
    reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    reply
}

/// What a script returned, as an answer. Of a table, what is none of an answer is passed over.
fn reply(returned: &Data) -> Reply {
    let bytes = |data: &Data| match data {
        Data::Text(text) => Bytes::from(text.clone()),
        Data::Bytes(bytes) => Bytes::from(bytes.clone()),
        _ => Bytes::new(),
    };
    let Data::Map(answer) = returned else {
        let mut reply = Response::new(Full::new(bytes(returned)));
        if returned.is_nil() {
            *reply.status_mut() = StatusCode::NO_CONTENT;
        }
        return reply;
    };
    let mut reply = Response::new(Full::new(answer.get("body").map(bytes).unwrap_or_default()));
    let status = answer.get("status").and_then(Data::as_number).and_then(|status| StatusCode::from_u16(status as u16).ok());
    *reply.status_mut() = status.filter(|status| !status.is_informational()).unwrap_or_default();
    if let Some(Data::Map(headers)) = answer.get("headers") {
        for (name, value) in headers {
            let header =
                HeaderName::from_bytes(name.as_bytes()).ok().zip(value.as_str().and_then(|value| HeaderValue::from_str(value).ok()));
            // How the answer travels is ours to say.
            if let Some((name, value)) =
                header.filter(|(name, _)| !["connection", "content-length", "transfer-encoding"].contains(&name.as_str()))
            {
                reply.headers_mut().append(name, value);
            }
        }
    }
    reply
}

#[cfg(test)]
mod tests;
