//! The writer thread of an account: changes of local data, in the order in which they were asked for. What waits at the same time is made
//! durable with one sync, and answered behind it.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use engine::Archive;

use crate::account::Account;
use crate::answer::{Answer, Reply};
use crate::call::Writing;
use crate::desk::desk;

/// Calls that one sync is shared by at most.
const TOGETHER: usize = 1_024;

/// One change.
pub(crate) struct Change {
    pub(crate) work: Writing,
    pub(crate) account: Arc<Account>,
    /// The JSON of a failure.
    pub(crate) failed: &'static str,
    pub(crate) reply: Reply,
}

/// The writer thread.
pub(crate) struct Writer {
    changes: Mutex<Option<Sender<Change>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) fn start(archive: Arc<Archive>) -> std::io::Result<Self> {
        let (changes, asked) = channel();
        let thread = Builder::new().name("mynah-writer".to_owned()).spawn(move || run(&archive, &asked))?;
        Ok(Self { changes: Mutex::new(Some(changes)), thread: Mutex::new(Some(thread)) })
    }

    /// Takes a change, or gives it back when the thread has ended.
    pub(crate) fn write(&self, change: Change) -> Result<(), Box<Change>> {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        match &*changes {
            Some(sender) => sender.send(change).map_err(|refused| Box::new(refused.0)),
            None => Err(Box::new(change)),
        }
    }

    /// Ends the thread behind what was asked so far.
    pub(crate) fn end(&self) {
        drop(self.changes.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer thread ended with a fault");
        }
    }
}

fn run(archive: &Archive, asked: &Receiver<Change>) {
    while let Ok(first) = asked.recv() {
        let mut written: Vec<_> = write(first).into_iter().collect();
        while written.len() < TOGETHER
            && let Ok(next) = asked.try_recv()
        {
            written.extend(write(next));
        }
        if written.is_empty() {
            continue;
        }
        let synced = archive.sync();
        for (reply, failed, mut answer) in written {
            if let (Err(error), 0) = (&synced, answer.code) {
                answer = Answer::failed(crate::codes::DATABASE, error.to_string(), failed);
            }
            desk().answer(reply, answer);
        }
    }
}

/// Makes a change, unless it was interrupted.
fn write(change: Change) -> Option<(Reply, &'static str, Answer)> {
    let Change { work, account, failed, reply } = change;
    if account.is_interrupted() {
        return None;
    }
    let answer = crate::guard::guard("writer", None, || Some(work(&account)));
    let answer = match answer {
        Some(Ok(answer)) => answer,
        Some(Err(error)) => Answer::unkept(error, failed),
        None => Answer::fault(failed),
    };
    Some((reply, failed, answer))
}
