//! Getting the files that messages stand for: from the archive, from the transport, from the web.

use std::future::{Future, IntoFuture};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::hooks::guarded;
use super::parts::{self, Part};
use super::{Download, Event, Session, SessionError, Shared};
use crate::MediaHash;
use crate::archive::Archive;
use crate::fetch::{Existing, FetchError, FetchOrder, Fetched, Remote, RemoteBytes, Source, numbered_names, safe_name};
use crate::model::{Message, media_type};
use crate::transport::{ADDRESS_SCHEME, MediaStream, Transport, TransportError};

/// A file to be downloaded, and where to.
#[derive(Clone)]
pub struct DownloadRequest {
    message: Option<Message>,
    element: usize,
    url: String,
    size: u64,
    name: String,
    media_type: &'static str,
    max_bytes: Option<u64>,
    target: Target,
}

#[derive(Clone)]
enum Target {
    File(PathBuf),
    Folder(PathBuf),
}

impl DownloadRequest {
    /// The file of an element of a message. Say where to: without that it goes into the current folder, under the name that the message gives it.
    ///
    /// # Errors
    /// [`SessionError::NothingToDownload`] when there is no such element, or it has no such file.
    pub fn of(message: &Message, element: usize, part: Part) -> Result<Self, SessionError> {
        let nothing = || SessionError::NothingToDownload { element };
        let mut found = message.body.elements().into_iter().nth(element).ok_or_else(nothing)?;
        let whole = found.media_type();
        let file = parts::of(&mut found).into_iter().find(|file| file.part == part).ok_or_else(nothing)?;
        if file.url.is_empty() {
            return Err(nothing());
        }
        let shown = file.name.as_deref().filter(|name| !name.is_empty()).cloned();
        let name = shown.unwrap_or_else(|| file.unnamed(message.server_time));
        Ok(Self {
            // A snapshot or thumbnail is not what the element is, but is called what it is.
            media_type: whole.filter(|_| part == Part::Main).unwrap_or_else(|| media_type(&name)),
            message: Some(message.clone()),
            element,
            url: file.url.clone(),
            size: file.size.get(),
            name,
            max_bytes: None,
            target: Target::Folder(PathBuf::new()),
        })
    }

    /// The file at an address: of the web, or of the transport's media.
    pub fn from_url(url: impl Into<String>) -> Self {
        let url = url.into();
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        Self {
            message: None,
            element: 0,
            url,
            size: 0,
            media_type: media_type(&name),
            name,
            max_bytes: None,
            target: Target::Folder(PathBuf::new()),
        }
    }

    /// To this path, whatever the message calls the file. What was there is replaced.
    pub fn to_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.target = Target::File(path.into());
        self
    }

    /// No more than so many bytes; a larger file is not fetched.
    pub fn at_most(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Into this folder, under the name that the message or the address gives, made safe: it never leads out of the folder. What is there
    /// stays; a name that is taken gets a number, as in `plan (2).pdf`.
    pub fn to_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.target = Target::Folder(folder.into());
        self
    }
}

/// A download under way. Await it to learn how it ended; dropping it lets it go on.
pub struct Downloading {
    cancel: CancellationToken,
    progress: watch::Receiver<(u64, u64)>,
    outcome: watch::Receiver<Option<Result<Fetched, Arc<SessionError>>>>,
}

impl Downloading {
    /// Ends it. What has come stays beside the target, so that it need not come again.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Bytes so far and in all; in all is 0 while it is not known.
    pub fn progress(&self) -> watch::Receiver<(u64, u64)> {
        self.progress.clone()
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// [`SessionError::Denied`], [`SessionError::Fetch`]: nothing new is under the final name.
    pub async fn outcome(&mut self) -> Result<Fetched, Arc<SessionError>> {
        match self.outcome.wait_for(Option::is_some).await.map(|outcome| outcome.clone()) {
            Ok(Some(outcome)) => outcome,
            Ok(None) | Err(_) => Err(Arc::new(SessionError::Ended)),
        }
    }
}

impl IntoFuture for Downloading {
    type Output = Result<Fetched, Arc<SessionError>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move { self.outcome().await })
    }
}

impl Session {
    /// Begins to download a file.
    ///
    /// There is never a part of a file under the final name. A file of the transport that this archive has is copied from there. Progress is told
    /// by [`Downloading::progress`] and as [`Event::Download`].
    pub fn download(&self, request: DownloadRequest) -> Downloading {
        let cancel = self.shared.stop.child_token();
        let (progress_sender, progress) = watch::channel((0, request.size));
        let (outcome_sender, outcome) = watch::channel(None);
        let (shared, token) = (Arc::clone(&self.shared), cancel.clone());
        self.shared.spawn(async move {
            let (id, element) = (request.message.as_ref().map(Message::id_text), request.element);
            let result = shared.run_download(request, progress_sender, token).await;
            let event = match &result {
                Ok(Fetched { path, bytes, .. }) => Event::Downloaded { id, element, path: path.clone(), bytes: *bytes },
                Err(error) => Event::DownloadFailed { id, element, code: error.code() },
            };
            // Nobody may be listening.
            let _ = shared.live.send(event);
            outcome_sender.send_replace(Some(result.map_err(Arc::new)));
        });
        Downloading { cancel, progress, outcome }
    }
}

impl Shared {
    async fn run_download(
        &self,
        request: DownloadRequest,
        progress: watch::Sender<(u64, u64)>,
        cancel: CancellationToken,
    ) -> Result<Fetched, SessionError> {
        let (live, id) = (self.live.clone(), request.message.as_ref().map(Message::id_text));
        let element = request.element;
        let tell = move |current, total| {
            progress.send_replace((current, total));
            // Nobody may be listening.
            let _ = live.send(Event::Download { id: id.clone(), element, current, total });
        };
        if request.url.is_empty() {
            return Err(SessionError::NothingToDownload { element });
        }
        let target = tokio::select! {
            biased;
            target = self.ask_before_download(&request) => target?,
            () = cancel.cancelled() => return Err(FetchError::Cancelled.into()),
        };
        let (source, hash) = self.source(&request.url);
        let mut order = FetchOrder {
            expect_bytes: (hash.is_some() && request.size > 0).then_some(request.size),
            expect_hash: hash,
            max_bytes: request.max_bytes,
            ..FetchOrder::new(source, PathBuf::new())
        };
        match target {
            Target::File(path) => {
                order.target = path;
                Ok(self.fetcher.fetch(order, tell, cancel).await?)
            }
            Target::Folder(folder) => {
                order.existing = Existing::Keep;
                for name in numbered_names(&folder, &request.name) {
                    order.target = name;
                    match self.fetcher.fetch(order.clone(), &tell, cancel.clone()).await {
                        Err(FetchError::Exists { .. } | FetchError::Busy { .. }) => {}
                        fetched => return Ok(fetched?),
                    }
                }
                Err(FetchError::Exists { path: order.target }.into())
            }
        }
    }

    /// Lets the hooks see a download. Returns where it goes: where they say, or else where the request says.
    async fn ask_before_download(&self, request: &DownloadRequest) -> Result<Target, SessionError> {
        let Some(hooks) = &self.options.hooks else { return Ok(request.target.clone()) };
        let target = match &request.target {
            Target::File(path) => path.clone(),
            Target::Folder(folder) => folder.join(safe_name(&request.name)),
        };
        let (message, url, size) = (request.message.clone(), request.url.clone(), request.size);
        let (element, name, media_type) = (request.element, request.name.clone(), request.media_type.to_owned());
        let mut download = Download { message, element, name, media_type, url, target: target.clone(), size };
        let asked = guarded(hooks.before_download(&mut download)).await.flatten();
        asked.map_err(|denied| SessionError::Denied { kind: None, reason: denied.reason })?;
        // Where it comes from is not theirs to change.
        Ok(if download.target == target { request.target.clone() } else { Target::File(download.target) })
    }

    /// Where an address leads, and the hash of what is there where the address says it.
    fn source(&self, url: &str) -> (Source, Option<MediaHash>) {
        let Some(digits) = url.strip_prefix(ADDRESS_SCHEME) else { return (Source::Url(url.to_owned()), None) };
        let hash = MediaHash::from_hex(digits);
        let remote =
            Carried { address: url.to_owned(), hash, archive: Arc::clone(self.bridge.archive()), transport: Arc::clone(&self.transport) };
        (Source::Remote(Arc::new(remote)), hash)
    }
}

/// A file that the transport keeps, or this archive.
struct Carried {
    address: String,
    hash: Option<MediaHash>,
    archive: Arc<Archive>,
    transport: Arc<dyn Transport>,
}

#[async_trait]
impl Remote for Carried {
    fn name(&self) -> String {
        self.address.clone()
    }

    async fn open(&self, offset: u64) -> Result<RemoteBytes, FetchError> {
        let bytes = self.bytes(offset).await.map_err(failed)?;
        Ok(RemoteBytes { total: bytes.size, pieces: Box::pin(bytes.bytes.map_err(failed)) })
    }
}

impl Carried {
    /// The bytes from `offset` on: of this archive where it has them, for those cost nothing.
    async fn bytes(&self, offset: u64) -> Result<MediaStream, TransportError> {
        if let Some(path) = self.hash.map(|hash| self.archive.media_path(hash))
            && tokio::fs::try_exists(&path).await.unwrap_or(false)
        {
            return MediaStream::of_file(&path, offset).await;
        }
        self.transport.get(&self.address, offset).await
    }
}

fn failed(error: TransportError) -> FetchError {
    FetchError::Remote { passing: error.is_passing(), source: Arc::new(error) }
}
