//! A file on its way: what came so far lies beside the target, and gets its name when it is whole. It is locked while somebody writes it,
//! and remembers enough for going on after the process was killed.

mod names;
mod note;
mod pen;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

pub(super) use names::ROOM_FOR_SUFFIXES;
pub(super) use note::Origin;

use names::Names;
use pen::Pen;

use super::{Existing, FetchError, blocking};
use crate::media::MediaHash;

/// The part of a file that is there. Bytes are gathered, and written on another thread while more are gathered.
///
/// One that is dropped before it landed stays on the disk if it can be gone on with, and is removed otherwise.
pub(super) struct Part {
    target: PathBuf,
    /// `None` while it is with `writing`.
    pen: Option<Pen>,
    writing: Option<JoinHandle<(Pen, Result<(), FetchError>)>>,
    gathered: Vec<u8>,
    /// Bytes that are written or being written.
    handed_over: u64,
    origin: Option<Origin>,
}

impl Part {
    /// So many bytes are written at once.
    const GATHER: usize = 256 << 10;
    /// How often, and how long in between, a target is tried that is in use: a transfer that was dropped may be writing its last bytes.
    const PATIENCE: (u32, Duration) = (50, Duration::from_millis(10));

    /// Claims the target. What is there of a file of this source, and is as it was written, is gone on with.
    ///
    /// # Errors
    /// `Busy`, `Exists`, `NoFile`, `Io`.
    pub(super) async fn claim(target: &Path, existing: Existing, source: &str) -> Result<Self, FetchError> {
        let names = Names::of(target)?;
        let mut tries = 1;
        loop {
            let (names, source) = (names.clone(), source.to_owned());
            match blocking::call(move || Pen::claim(names, existing, &source)).await.map_err(|_| lost(target))? {
                Err(FetchError::Busy { .. }) if tries < Self::PATIENCE.0 => tries += 1,
                claimed => {
                    let (pen, origin) = claimed?;
                    return Ok(Self {
                        target: target.to_owned(),
                        handed_over: pen.bytes(),
                        pen: Some(pen),
                        writing: None,
                        gathered: Vec::new(),
                        origin,
                    });
                }
            }
            tokio::time::sleep(Self::PATIENCE.1).await;
        }
    }

    /// How many bytes are there.
    pub(super) fn bytes(&self) -> u64 {
        self.handed_over + self.gathered.len() as u64
    }

    /// What these are bytes of, if that is known.
    pub(super) fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// Forgets what is there, and begins anew with a file of this origin.
    pub(super) async fn begin(&mut self, origin: Origin) -> Result<(), FetchError> {
        self.gathered.clear();
        self.idle().await?;
        self.origin = Some(origin.clone());
        self.handed_over = 0;
        self.start(move |pen| pen.begin(origin));
        self.idle().await
    }

    /// Where the next bytes are to be appended. [`Part::gathered`] is to be called after it.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.gathered
    }

    /// Sees to what was appended to the buffer; waits while the disk is slower than the source.
    pub(super) async fn gathered(&mut self) -> Result<(), FetchError> {
        if self.gathered.len() >= Self::GATHER { self.hand_over().await } else { Ok(()) }
    }

    /// Has everything written, and returns the hash of it.
    pub(super) async fn hash(&mut self) -> Result<MediaHash, FetchError> {
        self.hand_over().await?;
        self.idle().await?;
        Ok(self.pen.as_ref().ok_or_else(|| lost(&self.target))?.hash())
    }

    /// Makes it a copy of `file`, and returns whether that has this content. If not, nothing is there afterwards.
    pub(super) async fn copy_of(&mut self, file: File, expected: MediaHash) -> Result<bool, FetchError> {
        self.begin(Origin::default()).await?;
        self.start(move |pen| pen.copy(file, expected));
        self.idle().await?;
        self.handed_over = self.pen.as_ref().ok_or_else(|| lost(&self.target))?.bytes();
        Ok(self.pen.as_ref().is_some_and(|pen| pen.hash() == expected))
    }

    /// Gives it its name, durably. `before` sees the file when all of it is on the disk.
    pub(super) async fn land(mut self, before: impl FnOnce(&Path) + Send + 'static) -> Result<(), FetchError> {
        self.hand_over().await?;
        self.start(move |pen| pen.land(before));
        self.idle().await
    }

    /// Removes what is there.
    pub(super) async fn discard(mut self) {
        self.gathered.clear();
        // What cannot be written any more need not be.
        let _ = self.idle().await;
        self.start(|pen| {
            pen.forget();
            Ok(())
        });
        let _ = self.idle().await;
    }

    /// Leaves on the disk what can be gone on with, and removes it otherwise. Dropping does the same, perhaps a moment later.
    pub(super) async fn leave(mut self) {
        // What cannot be written is transferred again.
        let _ = self.idle().await;
    }

    async fn hand_over(&mut self) -> Result<(), FetchError> {
        self.idle().await?;
        if self.gathered.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.gathered, Vec::with_capacity(Self::GATHER + (64 << 10)));
        self.handed_over += piece.len() as u64;
        self.start(move |pen| pen.write(&piece));
        Ok(())
    }

    /// Starts work with the pen, which has to be idle.
    fn start(&mut self, work: impl FnOnce(&mut Pen) -> Result<(), FetchError> + Send + 'static) {
        if let Some(mut pen) = self.pen.take() {
            self.writing = Some(tokio::task::spawn_blocking(move || {
                let result = work(&mut pen);
                (pen, result)
            }));
        }
    }

    /// Waits until no work is under way, and returns how it ended.
    async fn idle(&mut self) -> Result<(), FetchError> {
        let Some(writing) = &mut self.writing else { return self.pen.as_ref().map(|_| ()).ok_or_else(|| lost(&self.target)) };
        let ended = writing.await;
        self.writing = None;
        let (pen, result) = ended.map_err(|_| lost(&self.target))?;
        self.pen = Some(pen);
        result
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // As much as a file takes without waiting for the disk, so that an async thread can do it.
        if let Some(pen) = &mut self.pen
            && pen.can_be_gone_on_with()
        {
            // What cannot be written is transferred again.
            let _ = pen.write(&self.gathered);
        }
    }
}

/// The thread that had the pen broke off.
fn lost(target: &Path) -> FetchError {
    FetchError::Io { act: "write", path: target.to_owned(), source: Arc::new(std::io::Error::other("writing broke off")) }
}
