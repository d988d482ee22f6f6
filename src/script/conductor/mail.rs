//! The conductor's mail: everything that others tell it or ask of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use tokio::sync::oneshot;

use super::acts::ActLane;
use super::{Conductor, Goes};
use crate::archive::KeptMedia;
use crate::model::Message;
use crate::script::acts::Attempt;
use crate::script::committer::Committed;
use crate::script::event::{DownloadNews, WebhookCall};
use crate::script::hooks::HookNews;
use crate::script::stage::{Edition, Loaded, News, RunNo};
use crate::script::webhook::WebhookAnswer;

/// One letter.
pub(in crate::script) enum Mail {
    /// The archive has changed.
    Rung,
    /// From a stage.
    News(News),
    /// The messages of a run have been seen by the hooks, and their files are kept. A refused one is left out.
    Prepared {
        run: RunNo,
        messages: Vec<Message>,
        kept: Vec<KeptMedia>,
        refused: Vec<String>,
    },
    Committed(Committed),
    Hook(HookNews),
    /// An act was tried.
    Acted {
        lane: ActLane,
        attempt: Attempt,
    },
    /// The other side can be reached again.
    Connected,
    /// A version was loaded and takes over; or, where it is an older one, finishes what was begun with it.
    Enter {
        edition: Arc<Edition>,
        stage: usize,
        loaded: Loaded,
        is_current: bool,
        done: Option<oneshot::Sender<Result<(), String>>>,
    },
    /// An older version that dialogs began with cannot be loaded.
    OlderUnfit {
        script: Arc<str>,
        version: String,
        problem: String,
    },
    /// A version cannot be loaded.
    Unfit {
        script: Arc<str>,
        problem: String,
    },
    /// A script is no longer there.
    Leave {
        script: Arc<str>,
        done: oneshot::Sender<()>,
    },
    /// A request came in for a script.
    Webhook {
        script: String,
        call: WebhookCall,
        answer: oneshot::Sender<WebhookAnswer>,
    },
    /// A download goes on or is done.
    Download(DownloadNews),
    /// Somebody waits until there is nothing to do.
    WhenIdle(oneshot::Sender<()>),
    /// Somebody wants to know when something is due next.
    NextWake(oneshot::Sender<Option<u64>>),
    /// Deals once more with an event that was given up, or forgets it.
    Dead {
        script: String,
        no: u64,
        retry: bool,
        done: oneshot::Sender<bool>,
    },
    /// Everything is told that it ends, and what is under way may end.
    Stop(oneshot::Sender<()>),
    Home,
}

/// Where letters are put in.
#[derive(Clone)]
pub(in crate::script) struct Post {
    sender: Sender<Mail>,
    rung: Arc<AtomicBool>,
}

impl Post {
    pub(in crate::script) fn new(sender: Sender<Mail>, rung: Arc<AtomicBool>) -> Self {
        Self { sender, rung }
    }

    /// Sends a letter. A conductor who has gone home reads none.
    pub(in crate::script) fn send(&self, mail: Mail) {
        let _ = self.sender.send(mail);
    }

    /// Rings, unless that was done since it last looked.
    pub(in crate::script) fn ring(&self) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            self.send(Mail::Rung);
        }
    }
}

impl Conductor {
    pub(super) fn take(&mut self, mail: Mail) -> Goes {
        match mail {
            // The loop reads on after every letter.
            Mail::Rung => {}
            Mail::News(news) => self.hear(news),
            Mail::Prepared { run, messages, kept, refused } => self.prepared(run, messages, kept, &refused),
            Mail::Committed(committed) => return self.committed(committed),
            Mail::Hook(news) => self.hear_of_hook(news),
            Mail::Acted { lane, attempt } => self.acted(&lane, attempt),
            Mail::Connected => self.acts.wake(),
            Mail::Enter { edition, stage, loaded, is_current, done } => {
                let entered = self.enter(edition, stage, loaded, is_current);
                // Nobody may wait for it.
                done.map(|done| done.send(entered));
            }
            Mail::OlderUnfit { script, version, problem } => self.older_unfit(&script, &version, &problem),
            Mail::Unfit { script, problem } => self.unfit(&script, problem),
            Mail::Leave { script, done } => self.leave(&script, done),
            Mail::Webhook { script, call, answer } => self.webhook(&script, call, answer),
            Mail::Download(news) => self.download(news),
            Mail::WhenIdle(idle) => self.idle.push(idle),
            Mail::NextWake(told) => drop(told.send(self.next_wake())),
            Mail::Dead { script, no, retry, done } => {
                let _ = done.send(self.deal_with_dead(&script, no, retry));
            }
            Mail::Stop(done) => {
                self.stop_all();
                self.idle.push(done);
            }
            Mail::Home => return Goes::Home,
        }
        Goes::On
    }
}
