//! A thread that does what it is asked for, in the order in which it is asked. It stays until the process ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, ThreadId};

type Job = Box<dyn FnOnce() + Send>;

/// The thread, as those see it who ask.
pub(crate) struct Worker {
    jobs: Sender<Job>,
    /// `None` when it could not be started.
    thread: Option<ThreadId>,
}

impl Worker {
    /// Starts a thread of this name.
    pub(crate) fn start(name: &str) -> Self {
        let (jobs, asked) = channel::<Job>();
        let body = move || {
            for job in asked {
                if catch_unwind(AssertUnwindSafe(job)).is_err() {
                    tracing::error!("a fault in the library was caught on one of its threads");
                }
            }
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(body).ok();
        Self { jobs, thread: thread.map(|thread| thread.thread().id()) }
    }

    /// Whether there is a thread. Without one, what is asked is dropped.
    pub(crate) fn is_running(&self) -> bool {
        self.thread.is_some()
    }

    /// Asks for something, behind everything that was asked before.
    pub(crate) fn post(&self, job: impl FnOnce() + Send + 'static) {
        // Fails only where there is no thread. Nothing is logged here, since a line of the log may itself be a job.
        let _ = self.jobs.send(Box::new(job));
    }

    /// Whether this is the thread.
    pub(crate) fn is_here(&self) -> bool {
        self.thread == Some(thread::current().id())
    }

    /// Waits until everything that was asked so far is done. Not from the thread itself.
    pub(crate) fn drain(&self) {
        let (done, wait) = channel();
        self.post(move || {
            let _ = done.send(());
        });
        let _ = wait.recv();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn jobs_are_done_in_their_order_and_a_panic_ends_only_its_own() {
        let worker = Worker::start("test");
        let done = Arc::new(Mutex::new(Vec::new()));
        for number in 0..100 {
            let done = Arc::clone(&done);
            worker.post(move || {
                assert_ne!(number, 7, "deliberate");
                done.lock().unwrap().push(number);
            });
        }
        worker.drain();
        assert_eq!(*done.lock().unwrap(), (0..100).filter(|&number| number != 7).collect::<Vec<_>>());
        assert!(!worker.is_here());
    }
}
