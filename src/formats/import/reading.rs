//! Reading on a thread of its own, so that one thread unpacks and parses while another one writes what was read.

use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::formats::importers::{Export, Reading};
use crate::formats::out::{Item, Out, ReadError};
use crate::formats::tree::Tree;
use crate::formats::units::Found;

/// Items of a batch.
const ITEMS: usize = 1_000;
/// Bytes of a batch, so that large messages do not make large batches.
const BYTES: usize = 1 << 20;
/// Batches that wait to be taken; the thread waits when there are more.
const BATCHES: usize = 4;

/// A unit of a tree that is to be read.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) tree: Arc<Tree>,
    pub(super) found: Arc<Found>,
}

impl Job {
    /// Whether both are of one format in one tree.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tree, &other.tree) && self.found.importer.name() == other.found.importer.name()
    }

    /// Whether both are the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.found, &other.found)
    }
}

/// Items of one job that follow each other.
pub(super) struct Batch {
    pub(super) job: Job,
    pub(super) items: Vec<Item>,
    /// Bytes that were read for it, as they lie there.
    pub(super) bytes: u64,
    /// Whether it is the last one of its job.
    pub(super) is_last: bool,
}

/// The items of some jobs, read ahead. Dropping it early lets the thread end by itself after what it is reading.
pub(super) struct ReadAhead {
    batches: Receiver<Batch>,
    thread: Option<JoinHandle<()>>,
}

impl ReadAhead {
    /// Begins to read the jobs, one after the other.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub(super) fn start(jobs: Vec<Job>, reading: &Reading) -> io::Result<Self> {
        let (sender, batches) = sync_channel(BATCHES);
        let reading = reading.clone();
        let read = move || {
            for job in jobs {
                if read_job(job, &reading, &sender).is_none() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("mynah-read".to_owned()).spawn(read)?;
        Ok(Self { batches, thread: Some(thread) })
    }
}

impl Iterator for ReadAhead {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let batch = self.batches.recv().ok();
        if batch.is_none()
            && let Some(thread) = self.thread.take()
            && let Err(panic) = thread.join()
        {
            // An end that is none must not look like one.
            resume_unwind(panic);
        }
        batch
    }
}

/// Reads one job to its end; `None` when nobody takes its batches any more.
fn read_job(job: Job, reading: &Reading, sender: &SyncSender<Batch>) -> Option<()> {
    let mut before = job.tree.bytes_read();
    let mut gathered: Vec<Item> = Vec::new();
    let mut size = 0;
    let mut send = |items: Vec<Item>, is_last| {
        let now = job.tree.bytes_read();
        let bytes = now - std::mem::replace(&mut before, now);
        sender.send(Batch { job: job.clone(), items, bytes, is_last }).is_ok()
    };
    let export = Export { tree: &job.tree, unit: &job.found.unit, files: &job.found.files, reading };
    let mut put = |item: Item| {
        size += item.size();
        gathered.push(item);
        if gathered.len() < ITEMS && size < BYTES {
            return true;
        }
        size = 0;
        send(std::mem::take(&mut gathered), false)
    };
    let importer = job.found.importer;
    let mut out = Out::new(importer.name(), &job.tree, reading.conversation.as_ref(), reading.me.as_deref(), &mut put);
    match importer.read(&export, &mut out) {
        Ok(()) => {}
        Err(ReadError::Stopped) => return None,
        Err(ReadError::Format(error)) => out.unread(error).ok()?,
    }
    send(gathered, true).then_some(())
}
