//! Opens a source, at its start or in its middle, and reads it piece by piece.

use std::future::poll_fn;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use reqwest::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_RANGE, HeaderMap, HeaderValue, RANGE, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};

use super::back_off::retry_after;
use super::client::{GuardedClient, host_of};
use super::part::Origin;
use super::range::ContentRange;
use super::validator::Validator;
use super::{FetchError, Remote, blocking};

/// What a source answers.
pub(super) enum Opening {
    /// The file, from its start.
    Whole { total: Option<u64>, validator: Validator, may_be_kept: bool, pieces: Pieces },
    /// The rest of the file.
    Rest { total: Option<u64>, may_be_kept: bool, pieces: Pieces },
    /// There is nothing behind what is there already.
    Complete,
    /// It is as it was when it was fetched the last time.
    Unchanged,
}

/// Asks an address for its file, for the rest behind `there` bytes of `origin`, or for one that is another than `known`.
pub(super) async fn http(
    client: &GuardedClient,
    url: &Url,
    there: Option<(u64, &Origin)>,
    known: Option<&Validator>,
) -> Result<Opening, FetchError> {
    let mut headers = HeaderMap::new();
    match (there, known) {
        (Some((bytes, origin)), _) => {
            headers.insert(RANGE, HeaderValue::try_from(format!("bytes={bytes}-")).map_err(|_| FetchError::Address)?);
            origin.validator.ask_for_same(&mut headers);
        }
        (None, Some(known)) => known.ask_for_other(&mut headers),
        (None, None) => {}
    }
    let response = client.get(url.clone(), &headers).await?;
    let host = host_of(response.url());
    let headers = response.headers();
    let may_be_kept = !says(headers, "no-store");
    let range = headers.get(CONTENT_RANGE).and_then(|value| ContentRange::read(value.to_str().ok()?));
    let is_encoded = headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    match (response.status(), there) {
        (StatusCode::OK | StatusCode::PARTIAL_CONTENT, _) if is_encoded => Err(FetchError::Encoded { host }),
        (StatusCode::OK, _) => {
            let validator = Validator::of(headers);
            Ok(Opening::Whole { total: response.content_length(), validator, may_be_kept, pieces: Pieces::Http { response, host } })
        }
        (StatusCode::PARTIAL_CONTENT, Some((bytes, origin))) => match range {
            Some(ContentRange::Part { first, total, .. })
                if first == bytes
                    && origin.validator.agrees_with(headers)
                    && (total.is_none() || origin.total.is_none() || total == origin.total) =>
            {
                Ok(Opening::Rest { total: total.or(origin.total), may_be_kept, pieces: Pieces::Http { response, host } })
            }
            _ => Err(FetchError::Inconsistent { host }),
        },
        (StatusCode::RANGE_NOT_SATISFIABLE, Some((bytes, origin))) => match range {
            Some(ContentRange::Outside { total })
                if total == bytes && origin.total.is_none_or(|known| known == total) && origin.validator.agrees_with(headers) =>
            {
                Ok(Opening::Complete)
            }
            _ => Err(FetchError::Inconsistent { host }),
        },
        (StatusCode::NOT_MODIFIED, None) if known.is_some() => Ok(Opening::Unchanged),
        (status, _) => {
            let retry_after = headers.get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?));
            Err(FetchError::Status { host, status: status.as_u16(), retry_after })
        }
    }
}

fn says(headers: &HeaderMap, directive: &str) -> bool {
    let values = headers.get_all(CACHE_CONTROL).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|said| said.trim().eq_ignore_ascii_case(directive))
}

/// Opens a source that is no address, so many bytes behind its start.
pub(super) async fn remote(remote: &dyn Remote, offset: u64, idle: Duration) -> Result<Opening, FetchError> {
    let opened = tokio::time::timeout(idle, remote.open(offset)).await.map_err(|_| silent("the source", idle))??;
    let (total, pieces) = (Some(opened.total), Pieces::Remote(opened.pieces));
    Ok(match offset {
        0 => Opening::Whole { total, validator: Validator::default(), may_be_kept: true, pieces },
        _ => Opening::Rest { total, may_be_kept: true, pieces },
    })
}

/// Opens the local file that a `file:` address names.
pub(super) async fn file(url: &Url) -> Result<Opening, FetchError> {
    let path = url.to_file_path().map_err(|()| FetchError::Address)?;
    let named = path.clone();
    let opened = blocking::call(move || {
        // A device or a pipe may have no end, or no beginning.
        if !std::fs::metadata(&path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let file = std::fs::File::open(&path)?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes))
    });
    let (file, bytes) = opened.await.and_then(|opened| opened).map_err(FetchError::io("read", &named))?;
    let pieces = Pieces::File { file: Arc::new(file), path: named };
    Ok(Opening::Whole { total: Some(bytes), validator: Validator::default(), may_be_kept: false, pieces })
}

/// What is still to come of a file.
pub(super) enum Pieces {
    Http { response: Response, host: String },
    Remote(Pin<Box<dyn Stream<Item = Result<Vec<u8>, FetchError>> + Send>>),
    File { file: Arc<std::fs::File>, path: std::path::PathBuf },
}

impl Pieces {
    /// Appends the next piece and returns whether there was one.
    ///
    /// # Errors
    /// `Silent`, `Broken`, or what the source says.
    pub(super) async fn append_next(&mut self, buffer: &mut Vec<u8>, idle: Duration) -> Result<bool, FetchError> {
        match self {
            Self::Http { response, host } => {
                let piece = tokio::time::timeout(idle, response.chunk()).await.map_err(|_| silent(host, idle))?;
                let broken = |error: reqwest::Error| FetchError::Broken { host: host.clone(), source: Some(Arc::new(error.without_url())) };
                let piece = piece.map_err(broken)?;
                buffer.extend_from_slice(piece.as_deref().unwrap_or_default());
                Ok(piece.is_some())
            }
            Self::Remote(pieces) => {
                let next = poll_fn(|context| pieces.as_mut().poll_next(context));
                let piece = tokio::time::timeout(idle, next).await.map_err(|_| silent("the source", idle))?.transpose()?;
                buffer.extend_from_slice(piece.as_deref().unwrap_or_default());
                Ok(piece.is_some())
            }
            Self::File { file, path } => {
                let file = Arc::clone(file);
                let read = blocking::call(move || {
                    let mut piece = Vec::with_capacity(256 << 10);
                    file.take(256 << 10).read_to_end(&mut piece)?;
                    Ok(piece)
                });
                let piece = read.await.and_then(|piece| piece).map_err(FetchError::io("read", path))?;
                buffer.extend_from_slice(&piece);
                Ok(!piece.is_empty())
            }
        }
    }

    /// Who sends, for error texts.
    pub(super) fn host(&self) -> String {
        match self {
            Self::Http { host, .. } => host.clone(),
            Self::Remote(_) => "the source".to_owned(),
            Self::File { .. } => "the file".to_owned(),
        }
    }
}

fn silent(host: &str, idle: Duration) -> FetchError {
    FetchError::Silent { host: host.to_owned(), idle }
}
