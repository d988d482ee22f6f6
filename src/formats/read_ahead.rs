//! Reading on a thread of its own, so that one thread unpacks and parses while another one writes what was read.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::{Entry, FormatError, Input, Source, TimReader};

/// Entries of a batch.
const ENTRIES: usize = 1_000;
/// Bytes of a batch, so that large messages do not make large batches.
const BYTES: u64 = 1 << 20;
/// Batches that wait to be taken; the thread waits when there are more.
const BATCHES: usize = 4;

/// Entries of one input that follow each other.
#[derive(Debug)]
pub struct Batch {
    /// The input.
    pub file: Arc<str>,
    /// What stands in it, in its order.
    pub entries: Vec<Entry>,
    /// Unpacked bytes that were read for it.
    pub bytes: u64,
    /// Packed bytes that were read for it.
    pub packed_bytes: u64,
    /// Whether it is the last one of its input.
    pub is_last: bool,
    /// Why the input ends with this batch before it should. The next input follows nevertheless.
    pub error: Option<FormatError>,
}

/// Messages of some inputs, read ahead. Dropping it early lets the thread end by itself after what it is reading.
pub struct ReadAhead {
    batches: Receiver<Batch>,
    thread: Option<JoinHandle<()>>,
}

impl ReadAhead {
    /// Begins to read the inputs, one after the other.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(inputs: Vec<Input>) -> io::Result<Self> {
        let (sender, batches) = sync_channel(BATCHES);
        let read = move || {
            let mut inputs = VecDeque::from(inputs);
            while let Some(input) = inputs.pop_front() {
                if read_input(&input, &sender).is_none() {
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
            std::panic::resume_unwind(panic);
        }
        batch
    }
}

/// Reads one input to its end; `None` when nobody takes its batches any more.
fn read_input(input: &Input, sender: &SyncSender<Batch>) -> Option<()> {
    let source = match Source::open(input) {
        Ok(source) => source,
        Err(error) => {
            let file = match input {
                Input::File(path) => path.to_string_lossy().into(),
                Input::Stdin => "standard input".into(),
            };
            return sender.send(Batch { file, entries: Vec::new(), bytes: 0, packed_bytes: 0, is_last: true, error: Some(error) }).ok();
        }
    };
    let file = Arc::clone(source.name());
    let packed = source.packed_bytes();
    let mut reader = TimReader::new(&file, source);
    let (mut bytes_before, mut packed_before) = (0, 0);
    loop {
        let mut entries = Vec::with_capacity(ENTRIES);
        let mut end = None;
        while end.is_none() && entries.len() < ENTRIES && reader.bytes() - bytes_before < BYTES {
            match reader.next() {
                Some(Ok(entry)) => entries.push(entry),
                Some(Err(error)) => end = Some(Some(error)),
                None => end = Some(None),
            }
        }
        let (bytes, packed_bytes) = (reader.bytes(), packed.load(Ordering::Relaxed));
        let is_last = end.is_some();
        let batch = Batch {
            file: Arc::clone(&file),
            entries,
            bytes: bytes - bytes_before,
            packed_bytes: packed_bytes - packed_before,
            is_last,
            error: end.flatten(),
        };
        (bytes_before, packed_before) = (bytes, packed_bytes);
        sender.send(batch).ok()?;
        if is_last {
            return Some(());
        }
    }
}
