//! The committer: one thread that writes what runs want, many of them in one write, and lets their messages leave.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use crate::archive::{Archive, ArchiveError, KeptMedia, ScriptWrite};
use crate::session::{Clock, Session};

use super::data::Data;
use super::deed::{Deed, DeedEar, deeds};
use super::host::ScriptOptions;
use super::log::{Level, LogBook, LogLine};
use super::stage::RunNo;
use super::when;

/// The most runs of one write.
const GROUP: usize = 512;

/// Something to be written.
#[derive(Default)]
pub(super) struct Commit {
    /// Whose it is; `None` for notes of the host.
    pub(super) run: Option<RunNo>,
    pub(super) write: ScriptWrite,
    /// Who waits until this, and everything before it, is written.
    pub(super) done: Option<Sender<()>>,
    /// The files of its messages, which stay at least until it is written.
    pub(super) kept: Vec<KeptMedia>,
}

impl Commit {
    /// About how many bytes it holds.
    pub(super) fn bytes(&self) -> usize {
        /// A row's key, and what stands around messages and cursors.
        const EACH: usize = 64;
        let rows = self.write.rows.iter().map(|(_, row)| EACH + row.as_ref().map_or(0, Vec::len));
        let messages = self.write.messages.iter().map(|(message, _)| EACH + message.body.as_json().len());
        rows.chain(messages).sum::<usize>() + EACH * self.write.cursors.len()
    }
}

/// What was written, or why nothing can be written any more.
pub(super) struct Committed {
    pub(super) runs: Vec<RunNo>,
    /// How many commits these are, notes included.
    pub(super) commits: usize,
    /// Their bytes, as [`Commit::bytes`] has it.
    pub(super) bytes: usize,
    /// Messages that the archive does not take, with the run and the reason.
    pub(super) refused: Vec<(RunNo, String)>,
    pub(super) result: Result<(), Arc<ArchiveError>>,
}

/// Whether runs share a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// What waits is written together, with one fsync.
    #[default]
    Together,
    /// Each run has its own.
    Alone,
}

/// Ends the writing at some write, for stories about crashes.
#[cfg(test)]
#[derive(Clone, Debug)]
pub(super) struct Fuse {
    left: Arc<std::sync::atomic::AtomicI64>,
    is_behind: bool,
}

#[cfg(test)]
impl Fuse {
    /// Nothing is written after so many writes.
    pub(super) fn before(writes: i64) -> Self {
        Self { left: Arc::new(writes.into()), is_behind: false }
    }

    /// One more is written, and nobody hears of it.
    pub(super) fn behind(writes: i64) -> Self {
        Self { left: Arc::new(writes.into()), is_behind: true }
    }

    pub(super) fn is_burnt(&self) -> bool {
        self.left.load(std::sync::atomic::Ordering::SeqCst) < 0
    }

    /// Whether it is over, asked before each write and behind it.
    fn burns(&self, is_behind: bool) -> bool {
        if is_behind != self.is_behind {
            return false;
        }
        self.left.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) <= 0
    }
}

/// The thread, as others see it.
pub(super) struct Committer {
    commits: Option<Sender<Commit>>,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    pub(super) fn start(
        session: Arc<Session>,
        options: &ScriptOptions,
        log: Arc<LogBook>,
        tell: impl Fn(Committed) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (commits, taken) = channel();
        let grouping = options.grouping;
        #[cfg(test)]
        let fuse = options.fuse.clone();
        if options.is_dry {
            let clock = session.clock();
            let work = move || tell_only(&taken, &log, &clock, &tell);
            let thread = std::thread::Builder::new().name("mynah-commit".to_owned()).spawn(work)?;
            return Ok(Self { commits: Some(commits), thread: Some(thread) });
        }
        let ear = options.deed_ear.clone();
        let work = move || {
            run(
                &session,
                &taken,
                grouping,
                ear.as_ref(),
                &tell,
                #[cfg(test)]
                fuse.as_ref(),
            );
        };
        let thread = std::thread::Builder::new().name("mynah-commit".to_owned()).spawn(work)?;
        Ok(Self { commits: Some(commits), thread: Some(thread) })
    }

    /// Waits until everything that was given is written.
    pub(super) fn flush(&self) {
        let (done, is_done) = channel();
        if let Some(commits) = &self.commits
            && commits.send(Commit { done: Some(done), ..Commit::default() }).is_ok()
        {
            // A thread that has ended writes nothing any more.
            let _ = is_done.recv();
        }
    }

    /// Has something written, behind what was given before.
    pub(super) fn commit(&self, commit: Commit) {
        if let Some(commits) = &self.commits {
            // A thread that has ended has said why.
            let _ = commits.send(commit);
        }
    }
}

impl Drop for Committer {
    /// Waits until everything is written.
    fn drop(&mut self) {
        self.commits.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(
    session: &Session,
    commits: &Receiver<Commit>,
    grouping: Grouping,
    ear: Option<&DeedEar>,
    tell: &dyn Fn(Committed),
    #[cfg(test)] fuse: Option<&Fuse>,
) {
    let most = match grouping {
        Grouping::Together => GROUP,
        Grouping::Alone => 1,
    };
    while let Ok(first) = commits.recv() {
        let mut group = vec![first];
        group.extend(commits.try_iter().take(most - 1));
        #[cfg(test)]
        if fuse.is_some_and(|fuse| fuse.burns(false)) {
            return tell(cut_off(group.len(), group.iter().map(Commit::bytes).sum()));
        }
        let committed = write(session, group, ear);
        #[cfg(test)]
        if fuse.is_some_and(|fuse| fuse.burns(true)) {
            return tell(cut_off(committed.commits, committed.bytes));
        }
        let is_over = committed.result.is_err();
        tell(committed);
        // What could not be written is done again at the next start, and so is what comes behind it.
        if is_over {
            return;
        }
    }
}

/// Tells what would be written, and writes nothing.
fn tell_only(commits: &Receiver<Commit>, log: &LogBook, clock: &Clock, tell: &dyn Fn(Committed)) {
    let zone = when::local_zone();
    while let Ok(commit) = commits.recv() {
        let bytes = commit.bytes();
        let Commit { run, write, .. } = commit;
        for (script, deed) in deeds(&write) {
            let Deed::Did(effect) = deed else { continue };
            let message = format!("would {}", effect.told(&zone));
            log.note(&script, LogLine { at: clock.now(), level: Level::Info, from: "dry".to_owned(), message, fields: Data::Nil });
        }
        tell(Committed { runs: run.into_iter().collect(), commits: 1, bytes, refused: Vec::new(), result: Ok(()) });
    }
}

/// As after a failed write: nobody knows what is on the disk.
#[cfg(test)]
fn cut_off(commits: usize, bytes: usize) -> Committed {
    let result = Err(Arc::new(ArchiveError::Store(crate::store::StoreError::Poisoned)));
    Committed { runs: Vec::new(), commits, bytes, refused: Vec::new(), result }
}

fn write(session: &Session, group: Vec<Commit>, ear: Option<&DeedEar>) -> Committed {
    let archive: &Archive = session.archive();
    let mut commits = group.len();
    let bytes = group.iter().filter(|commit| commit.done.is_none()).map(Commit::bytes).sum();
    let mut writes = Vec::with_capacity(commits);
    let mut rest = Vec::with_capacity(commits);
    let mut waiting = Vec::new();
    for Commit { run, write, kept, done } in group {
        if let Some(done) = done {
            // Nothing of its own, and nobody counts it.
            waiting.push(done);
            commits -= 1;
            continue;
        }
        writes.push(write);
        rest.push((run, kept));
    }
    let runs = rest.iter().filter_map(|(run, _)| *run).collect();
    let done: Vec<_> = if ear.is_some() { writes.iter().flat_map(deeds).collect() } else { Vec::new() };
    let written = match archive.write_for_scripts(writes) {
        Ok(written) => written,
        Err(error) => return Committed { runs, commits, bytes, refused: Vec::new(), result: Err(Arc::new(error)) },
    };
    if let Some(ear) = ear {
        done.into_iter().for_each(|(script, deed)| ear(&script, deed));
    }
    let mut refused = Vec::new();
    let mut leaving = Vec::new();
    for ((run, _kept), messages) in rest.into_iter().zip(written) {
        for message in messages {
            match message {
                Ok(waiting) => leaving.push(waiting),
                Err(refusal) => refused.extend(run.map(|run| (run, refusal.to_string()))),
            }
        }
    }
    session.take_over(leaving);
    for done in waiting {
        // Who waited may have gone.
        let _ = done.send(());
    }
    Committed { runs, commits, bytes, refused, result: Ok(()) }
}
