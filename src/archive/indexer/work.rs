//! The loop of the indexing thread.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::archive::Shared;
use crate::index::{Coverage, IndexError, IndexOptions, Rebuild};
use crate::store::JournalNo;

use super::CURSOR;
use super::apply::{Applier, ApplyError};
use super::generations::Generation;
use super::rebuild::Phase;

/// Messages that a rebuild scans before the thread looks at what else there is to do.
const SCAN_STEP: usize = 5_000;
/// Documents after which a commit is made even while more wait.
const COMMIT_DOCS: usize = 500_000;
/// How long documents wait for a commit that nobody asked for.
const COMMIT_AFTER: Duration = Duration::from_secs(1);
/// Documents of a commit after which searches inside words are prepared at once: somebody talks. After more of them an import is going on, which
/// replaces what would be prepared a second later.
const FEW_DOCS: usize = 1_000;
/// How long nothing has to come before searches inside words are prepared after more documents than that.
const QUIET: Duration = Duration::from_secs(2);
/// How long the thread waits before it tries again after a failure of the disk.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// Failures in a row after which the index stands still until the archive is opened again.
const RETRIES: u32 = 5;

/// What the thread owns.
pub(super) struct Work {
    options: IndexOptions,
    /// Answers searches and follows the journal.
    serving: Generation,
    /// Takes the place of `serving` when it is complete.
    building: Option<Generation>,
    applier: Applier,
    /// When the oldest document that is not committed was handed over.
    pending_since: Option<Instant>,
    /// When the last commit was made for which nothing is prepared yet.
    cold_since: Option<Instant>,
    failures: u32,
}

impl Work {
    pub(super) fn open(shared: &Shared, memory: usize) -> Result<Self, ApplyError> {
        let options = IndexOptions { memory, ..IndexOptions::default() };
        let serving = Generation::open(shared, &options)?;
        let work =
            Self { options, serving, building: None, applier: Applier::default(), pending_since: None, cold_since: None, failures: 0 };
        work.serve(shared);
        // Before the first commit too: a faster reader of the journal must not have dropped what the index has still to see.
        work.note_cursor(shared)?;
        Ok(work)
    }

    /// Shows searchers the serving index as it was last committed.
    fn serve(&self, shared: &Shared) {
        let coverage = self.serving.writer.coverage();
        let reached = JournalNo(self.serving.reached.journal);
        shared.index.serve(Some(self.serving.writer.reader()), |progress| {
            progress.covered = JournalNo(coverage.journal);
            progress.is_complete = coverage.is_complete();
            progress.is_rebuilding = self.building.is_some();
            progress.fed = reached;
        });
    }

    /// Runs until asked to stop.
    pub(super) fn run(mut self, shared: &Shared) {
        loop {
            match self.turn(shared) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return,
                Err(error) => {
                    if self.recover(shared, &error).is_break() {
                        return;
                    }
                }
            }
        }
    }

    /// One turn: waits for work, takes a step of each kind, commits when it is time.
    fn turn(&mut self, shared: &Shared) -> Result<ControlFlow<()>, ApplyError> {
        let is_busy = !self.serving.reached.is_complete() || self.building.is_some();
        let covered = JournalNo(self.serving.writer.coverage().journal);
        let reached = JournalNo(self.serving.reached.journal);
        let timeout = match (self.pending_since, self.cold_since) {
            (Some(since), _) => COMMIT_AFTER.saturating_sub(since.elapsed()),
            (None, Some(since)) => QUIET.saturating_sub(since.elapsed()),
            (None, None) => Duration::from_secs(3_600),
        };
        let asked = shared.index.take_work(timeout, |asked| {
            is_busy
                || asked.stop
                || asked.rebuild
                || asked.compact
                || asked.damaged
                || asked.cover > covered
                || shared.store.head() > reached
        });
        if asked.damaged {
            self.replace_damaged(shared)?;
        }
        if asked.rebuild && self.building.is_none() {
            self.building = Some(Generation::begin(shared, &self.options)?);
            shared.index.advance(|progress| progress.is_rebuilding = true);
        }
        let is_behind = self.step_serving(shared)?;
        self.step_building(shared)?;
        if asked.stop && is_behind && shared.index.may_go_on_closing() {
            return Ok(ControlFlow::Continue(()));
        }
        let reached = JournalNo(self.serving.reached.journal);
        // As soon as the index has what somebody waits for, however much has been written since.
        let asks_to_cover = asked.cover > JournalNo(self.serving.writer.coverage().journal) && reached >= asked.cover;
        let is_due = self.pending_since.is_some_and(|since| since.elapsed() >= COMMIT_AFTER) && !is_behind;
        let is_full = self.serving.writer.pending_docs() >= COMMIT_DOCS;
        let docs = self.serving.writer.pending_docs();
        if asks_to_cover || is_due || is_full || asked.stop || asked.compact {
            self.commit(shared)?;
        }
        if is_due {
            // Nobody waits for this commit, so there is time for the disk.
            self.serving.writer.sync()?;
        }
        let is_quiet = self.pending_since.is_none() && self.cold_since.is_some_and(|since| since.elapsed() >= QUIET);
        if is_quiet || (is_due && docs <= FEW_DOCS) {
            // And for what the first search inside words would build.
            self.serving.writer.reader().warm()?;
            self.cold_since = None;
        }
        // An index under construction may hold what was removed since; it is compacted when it has taken its place.
        if asked.compact && self.serving.reached.is_complete() && self.building.is_none() {
            self.serving.writer.compact(&self.serving.reached)?;
            self.serve(shared);
            shared.index.compacted();
        }
        Ok(if asked.stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// Brings the serving index a step forward. Returns whether more is waiting.
    fn step_serving(&mut self, shared: &Shared) -> Result<bool, ApplyError> {
        let before = self.serving.reached.clone();
        step(&mut self.serving, &mut self.applier, shared)?;
        if self.serving.reached != before {
            self.pending_since.get_or_insert_with(Instant::now);
            let fed = JournalNo(self.serving.reached.journal);
            shared.index.advance(|progress| progress.fed = fed);
            if self.building.is_none() {
                shared.store.release_tail(fed);
            }
            if before.is_complete() != self.serving.reached.is_complete() {
                self.commit(shared)?;
            }
        }
        Ok(shared.store.head().0 > self.serving.reached.journal)
    }

    /// Brings the index under construction a step forward, and lets it serve once it is as far as the other.
    fn step_building(&mut self, shared: &Shared) -> Result<(), ApplyError> {
        let Some(building) = &mut self.building else { return Ok(()) };
        step(building, &mut self.applier, shared)?;
        if building.reached.is_complete() && building.reached.journal >= self.serving.reached.journal {
            building.writer.commit(&building.reached)?;
            if let Some(built) = self.building.take() {
                std::mem::replace(&mut self.serving, built).discard();
            }
            self.pending_since = None;
            self.serve(shared);
            self.note_cursor(shared)?;
        }
        Ok(())
    }

    /// Makes searches see everything that was handed over.
    fn commit(&mut self, shared: &Shared) -> Result<(), ApplyError> {
        self.pending_since = None;
        if self.serving.writer.coverage() == self.serving.reached && self.serving.writer.pending_docs() == 0 {
            return Ok(());
        }
        self.serving.writer.commit(&self.serving.reached)?;
        self.cold_since = Some(Instant::now());
        self.serve(shared);
        self.note_cursor(shared)?;
        self.failures = 0;
        Ok(())
    }

    /// Lets the journal drop what the index has, unless another index still needs it.
    fn note_cursor(&self, shared: &Shared) -> Result<(), ApplyError> {
        let building = self.building.as_ref().map_or(u64::MAX, |building| building.reached.journal);
        let passed = JournalNo(self.serving.writer.coverage().journal.min(building));
        Ok(shared.store.put_cursor(CURSOR, passed)?)
    }

    /// Puts an empty index, to be filled from the log, in the place of a damaged one.
    fn replace_damaged(&mut self, shared: &Shared) -> Result<(), ApplyError> {
        let fresh = Generation::begin(shared, &self.options)?;
        std::mem::replace(&mut self.serving, fresh).discard();
        if let Some(building) = self.building.take() {
            building.discard();
        }
        self.pending_since = None;
        self.applier = Applier::default();
        self.serve(shared);
        self.note_cursor(shared)
    }

    /// After a failure: builds again what is damaged, tries again what the disk refused, gives up after some tries.
    fn recover(&mut self, shared: &Shared, error: &ApplyError) -> ControlFlow<()> {
        tracing::warn!(%error, "the index could not be written");
        self.failures += 1;
        if self.failures > RETRIES || shared.index.pause(Duration::ZERO) {
            shared.index.set_fault(error.to_string());
            return ControlFlow::Break(());
        }
        self.applier = Applier::default();
        let replaced = match error {
            ApplyError::Index(error) if error.needs_rebuild() => self.replace_damaged(shared),
            // A step that failed half-way has handed over documents that the next try would hand over again.
            ApplyError::Index(_) | ApplyError::Store(_) => {
                shared.index.pause(RETRY_AFTER);
                self.reopen(shared)
            }
        };
        match replaced {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => self.recover(shared, &error),
        }
    }

    /// Goes back to the last commit.
    fn reopen(&mut self, shared: &Shared) -> Result<(), ApplyError> {
        self.serving.writer.rollback()?;
        self.serving.reached = self.serving.writer.coverage();
        if let Some(building) = self.building.take() {
            building.discard();
            shared.index.ask(|asked| asked.rebuild = true);
        }
        self.pending_since = None;
        self.serve(shared);
        Ok(())
    }
}

/// One step of one index: the next part of the scan, or the next write of the journal.
fn step(generation: &mut Generation, applier: &mut Applier, shared: &Shared) -> Result<(), ApplyError> {
    let phase = generation.reached.rebuilding.as_ref().map(|rebuild| Phase::from_bytes(&rebuild.next));
    match phase {
        Some(Phase::Scanning(from)) => scan(generation, applier, shared, from),
        Some(Phase::CatchingUp(until)) => follow(generation, applier, shared, Some(until)),
        None => follow(generation, applier, shared, None),
    }
}

fn scan(
    generation: &mut Generation,
    applier: &mut Applier,
    shared: &Shared,
    from: Option<crate::model::MessageKey>,
) -> Result<(), ApplyError> {
    let mut next = None;
    let mut failed = None;
    let mut count = 0;
    shared.store.view().scan(from, |key, record| {
        if count == SCAN_STEP {
            next = Some(key);
            return Ok(ControlFlow::Break(()));
        }
        count += 1;
        match applier.add(&mut generation.writer, key, record) {
            Ok(()) => Ok(ControlFlow::Continue(())),
            Err(error) => {
                failed = Some(error);
                Ok(ControlFlow::Break(()))
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let phase = match next {
        Some(key) => Phase::Scanning(Some(key)),
        // What was written during the scan may or may not have been seen by it.
        None => Phase::CatchingUp(shared.store.head()),
    };
    shared.index.advance(|progress| progress.scanned = if from.is_none() { count as u64 } else { progress.scanned + count as u64 });
    generation.reached.rebuilding = Some(Rebuild { next: phase.to_bytes() });
    end_catching_up(&mut generation.reached);
    if generation.writer.pending_docs() >= COMMIT_DOCS {
        generation.writer.commit(&generation.reached)?;
    }
    Ok(())
}

fn follow(generation: &mut Generation, applier: &mut Applier, shared: &Shared, until: Option<JournalNo>) -> Result<(), ApplyError> {
    let since = JournalNo(generation.reached.journal);
    let Some(batch) = shared.store.batch_behind(since)? else { return Ok(()) };
    if batch.first().0 > since.0.saturating_add(1) {
        let what = format!("it ends at change {}, the journal begins at {}", since.0, batch.first().0);
        return Err(IndexError::Damaged { file: generation.folder.clone(), what }.into());
    }
    for (change, record) in batch.changes(since) {
        let is_fresh = until.is_none_or(|until| change.no > until);
        applier.apply(&mut generation.writer, shared.store.view(), change, record, is_fresh)?;
    }
    applier.flush(&mut generation.writer)?;
    generation.reached.journal = batch.last().0.max(since.0);
    end_catching_up(&mut generation.reached);
    Ok(())
}

/// A rebuild is over when every change that its scan may have seen has been applied.
fn end_catching_up(reached: &mut Coverage) {
    let phase = reached.rebuilding.as_ref().map(|rebuild| Phase::from_bytes(&rebuild.next));
    if let Some(Phase::CatchingUp(until)) = phase
        && reached.journal >= until.0
    {
        reached.rebuilding = None;
    }
}
