//! Carries files to the hub's shelf and from it, piece by piece, as slowly as the weather says.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use futures_util::stream::try_unfold;

use super::end::Loopback;
use super::lines::Passage;
use super::shared::{Shared, blocking, wait};
use super::shelf::{PIECE, Putting, Reading};
use super::weather::time_for;
use crate::media::MediaHash;
use crate::transport::{ADDRESS_SCHEME, Media, MediaStream, Progress, TransportError};

pub(super) async fn put(end: &Loopback, path: &Path, progress: &Progress) -> Result<Media, TransportError> {
    let path = path.to_owned();
    let unreadable = {
        let path = path.clone();
        move |source| TransportError::File { path: path.clone(), source }
    };
    let (file, hash) = blocking({
        let unreadable = unreadable.clone();
        move || File::open(&path).and_then(|file| Ok((File::open(&path)?, MediaHash::of(file)?))).map_err(unreadable)
    })
    .await?;
    let shelf = end.hub().shelf.clone();
    let known = end.ask(blocking(move || known_size(shelf.open(hash, 0)))).await?;
    if let Some(size) = known {
        progress.tell(size, size);
        return Ok(Media { address: format!("{ADDRESS_SCHEME}{hash}"), size });
    }
    let passage = end.hub().depart(end.line())?;
    let media = end.hub().travel(&passage, carry(end, &passage, file, progress, unreadable)).await?;
    progress.tell(media.size, media.size);
    Ok(media)
}

fn known_size(opened: Result<(u64, Reading), TransportError>) -> Result<Option<u64>, TransportError> {
    match opened {
        Ok((size, _)) => Ok(Some(size)),
        Err(TransportError::UnknownMedia) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Carries all of `file`. What it holds then is what counts, should it have changed since it was looked at.
async fn carry(
    end: &Loopback,
    passage: &Passage,
    mut file: File,
    progress: &Progress,
    unreadable: impl Fn(std::io::Error) -> TransportError + Clone + Send + 'static,
) -> Result<Media, TransportError> {
    let total = file.metadata().map_err(&unreadable)?.len();
    let shelf = end.hub().shelf.clone();
    let mut putting: Putting = blocking(move || shelf.begin()).await?;
    let mut size = 0;
    loop {
        let unreadable = unreadable.clone();
        let count;
        (file, putting, count) = blocking(move || {
            let mut bytes = Vec::new();
            (&mut file).take(PIECE as u64).read_to_end(&mut bytes).map_err(unreadable)?;
            putting.write(&bytes)?;
            Ok((file, putting, bytes.len() as u64))
        })
        .await?;
        if count == 0 {
            break;
        }
        wait(time_for(count, end.hub().weather(end.name()).upload_bytes_per_s)).await;
        if end.hub().was_cut(passage) {
            return Err(TransportError::NoAnswer);
        }
        size += count;
        // The end is told when the file is there.
        if size < total {
            progress.tell(size, total);
        }
    }
    let hash = blocking(move || putting.finish()).await?;
    Ok(Media { address: format!("{ADDRESS_SCHEME}{hash}"), size })
}

pub(super) async fn get(end: &Loopback, address: &str, offset: u64) -> Result<MediaStream, TransportError> {
    let hash = address.strip_prefix(ADDRESS_SCHEME).and_then(MediaHash::from_hex).ok_or(TransportError::UnknownMedia)?;
    let passage = end.hub().depart(end.line())?;
    let shelf = end.hub().shelf.clone();
    let (size, reading) = end.hub().travel(&passage, blocking(move || shelf.open(hash, offset))).await?;
    let source = Source { hub: end.hub().clone(), account: end.name().into(), passage, reading };
    Ok(MediaStream { size, bytes: Box::pin(try_unfold(source, Source::next)) })
}

/// Where the pieces of a file come from.
struct Source {
    hub: std::sync::Arc<Shared>,
    account: Box<str>,
    passage: Passage,
    reading: Reading,
}

impl Source {
    /// The next piece and where the others come from; `None` at the end.
    async fn next(self) -> Result<Option<(Vec<u8>, Self)>, TransportError> {
        let Self { hub, account, passage, mut reading } = self;
        let (piece, reading) = blocking(move || Ok((reading.next()?, reading))).await?;
        wait(time_for(piece.len() as u64, hub.weather(&account).download_bytes_per_s)).await;
        if hub.was_cut(&passage) {
            return Err(TransportError::NoAnswer);
        }
        Ok((!piece.is_empty()).then_some((piece, Self { hub, account, passage, reading })))
    }
}
