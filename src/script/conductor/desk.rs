//! A script as the conductor knows it: its versions, how far it is, what waits for it, how it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::oneshot;

use super::lanes::{Lanes, Origin};
use crate::archive::KeptMedia;
use crate::model::ConversationId;
use crate::script::filter::Filter;
use crate::script::handler::{Handler, HandlerNo};
use crate::script::health::{Breaker, Health, May};
use crate::script::progress::Progress;
use crate::script::rows::{DialogRow, ScriptState};
use crate::script::stage::{Edition, RunNo, VersionNo, Wants};
use crate::store::JournalNo;

/// Runs of one script that may be under way at once.
pub(super) const IN_FLIGHT: usize = 64;
/// Events that wait in memory for one script. Behind them the journal is the queue.
const WAITING: usize = 256;

/// Events that are done behind one that is not. Beyond that, the one has to be done first.
const NOTED: usize = 10_000;

/// A loaded version.
pub(super) struct Version {
    pub(super) no: VersionNo,
    pub(super) edition: Arc<Edition>,
    /// The number of its stage.
    pub(super) stage: usize,
    pub(super) handlers: Vec<Handler>,
    /// The filters of handlers that have one.
    pub(super) filters: Vec<Option<Filter>>,
    /// Its source is kept for dialogs.
    pub(super) is_kept: bool,
    /// Runs under way.
    pub(super) runs: usize,
}

impl Version {
    /// The handler with this label.
    pub(super) fn position(&self, label: &str) -> Option<HandlerNo> {
        self.handlers.iter().position(|handler| handler.label == label).map(HandlerNo)
    }

    pub(super) fn handler(&self, label: &str) -> Option<&Handler> {
        self.handlers.iter().find(|handler| handler.label == label)
    }

    /// Its content hash, as hex.
    pub(super) fn hash(&self) -> &Arc<str> {
        &self.edition.hash
    }
}

/// A run that can be settled.
pub(super) struct Ended {
    pub(super) wants: Wants,
    /// The files of its messages.
    pub(super) kept: Vec<KeptMedia>,
}

/// One script.
pub(in crate::script) struct Desk {
    pub(super) name: Arc<str>,
    /// The version that takes new events; `None` while there is none that can be loaded.
    pub(super) current: Option<Version>,
    /// Older versions that have still something to do.
    pub(super) older: Vec<Version>,
    /// Older versions that are being loaded, by their hashes.
    pub(super) loading: BTreeSet<String>,
    pub(super) progress: Progress,
    pub(super) lanes: Lanes,
    pub(super) health: Health,
    /// Whole script, if its rate is granted.
    pub(super) total: Option<Breaker>,
    /// One for each conversation that it has spoken in lately, where no rate is granted.
    pub(super) breakers: HashMap<ConversationId, Breaker>,
    pub(super) dialogs: BTreeMap<String, DialogRow>,
    /// Until when handlers rest, by label and whom they answered.
    pub(super) cooling: HashMap<(String, String), u64>,
    /// Why the newest version could not be loaded.
    pub(super) problem: Option<String>,
    pub(super) state: ScriptState,
    /// Runs that have ended and are not settled, in the order in which they have ended: what they keep was counted in that order.
    pub(super) ended: VecDeque<(RunNo, Option<Ended>)>,
    /// Dialogs that have got their answers, and go on.
    pub(super) answered: BTreeSet<String>,
    /// Dead letters that are dealt with, as long as that is not written.
    pub(super) dealt: BTreeSet<u64>,
    /// It has a cursor on the disk.
    pub(super) has_cursor: bool,
    pub(super) newest_trace: u64,
    pub(super) newest_dead: u64,
    /// Runs under way, of all versions.
    pub(super) in_flight: usize,
    /// It takes part in the reading that is under way.
    pub(super) is_reading: bool,
    /// It takes nothing new.
    pub(super) is_stopping: bool,
    /// One of its versions hears that it ends; until that is over, or this second, nothing else begins.
    pub(super) parting_until: Option<u64>,
    /// It is being removed, and these wait for that.
    pub(super) leaving: Option<Vec<oneshot::Sender<()>>>,
    /// Something of its state has changed since it was noted.
    pub(super) is_changed: bool,
    /// The cursor as it was last given to be written.
    pub(super) noted_cursor: JournalNo,
}

impl Desk {
    pub(super) fn new(name: Arc<str>, progress: Progress) -> Self {
        Self {
            name,
            current: None,
            older: Vec::new(),
            loading: BTreeSet::new(),
            noted_cursor: progress.cursor(),
            progress,
            lanes: Lanes::default(),
            health: Health::default(),
            total: None,
            breakers: HashMap::new(),
            dialogs: BTreeMap::new(),
            cooling: HashMap::new(),
            problem: None,
            state: ScriptState::default(),
            ended: VecDeque::new(),
            answered: BTreeSet::new(),
            dealt: BTreeSet::new(),
            has_cursor: true,
            newest_trace: 0,
            newest_dead: 0,
            in_flight: 0,
            is_reading: false,
            is_stopping: false,
            parting_until: None,
            leaving: None,
            is_changed: true,
        }
    }

    /// Whether it can take events behind its position.
    pub(super) fn reads(&self, head: JournalNo, now: u64) -> bool {
        let has_room = match self.health.may_run(now) {
            May::Run => self.lanes.items() < WAITING && self.progress.open() < WAITING && self.progress.noted() < NOTED,
            // One event is enough to see whether it works again.
            May::Probe => self.lanes.items() == 0 && self.in_flight == 0,
            May::Rest { .. } => false,
        };
        has_room && self.current.is_some() && !self.is_stopping && self.progress.position() < head
    }

    pub(super) fn is_idle(&self, head: JournalNo, now: u64) -> bool {
        let may_begin = self.lanes.has_ready() && !matches!(self.health.may_run(now), May::Rest { .. });
        let is_parting = self.parting_until.is_some();
        self.in_flight == 0 && !is_parting && self.loading.is_empty() && !self.reads(head, now) && !may_begin
    }

    /// When it has to be looked at although nothing happens, Unix seconds.
    pub(super) fn next_wake(&self) -> Option<u64> {
        let probe = match self.health.may_run(0) {
            May::Rest { until } if until != u64::MAX => Some(until),
            _ => None,
        };
        self.lanes.next_wake().into_iter().chain(probe).chain(self.parting_until).min()
    }

    /// The version with this hash, if it is loaded.
    pub(super) fn version_of_hash(&mut self, hash: &str) -> Option<&mut Version> {
        self.current.iter_mut().chain(&mut self.older).find(|version| **version.hash() == *hash)
    }

    /// The version that is told of something that comes from there.
    pub(super) fn version_for(&mut self, origin: &Origin) -> Option<&mut Version> {
        match origin {
            Origin::Life(no) => self.version(*no),
            _ => self.current.as_mut(),
        }
    }

    pub(super) fn version(&mut self, no: VersionNo) -> Option<&mut Version> {
        self.current.iter_mut().chain(&mut self.older).find(|version| version.no == no)
    }
}
