//! The stages: threads on which scripts run. A virtual machine never leaves its thread; what goes in and out is data.

mod asking;
mod cast;
mod shelf;
mod thread;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::STACK_BYTES;
use super::bundle::Bundle;
use super::data::Data;
use super::event::Event;
use super::filter::Hit;
use super::grant::Granted;
use super::handler::{ArgumentValue, Handler, HandlerNo};
use super::manifest::Manifest;
use super::op::{Answer, Op, Shelf};
use super::run::{Act, Recorded, TimerRow};
use super::vm::{Fault, Limits};
use super::when::Zone;
use crate::archive::Archive;
use crate::model::Message;
use crate::session::Download;

/// One loaded version of a script, in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct VersionNo(pub(super) u64);

/// One run, in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct RunNo(pub(super) u64);

/// A version of a script, ready to be loaded.
pub(super) struct Edition {
    pub(super) no: VersionNo,
    pub(super) bundle: Bundle,
    /// The hash of its content, as hex.
    pub(super) hash: Arc<str>,
    pub(super) manifest: Manifest,
    /// By whose clock it reads and writes times.
    pub(super) zone: Zone,
    /// The values of the manifest's configuration.
    pub(super) config: Data,
    pub(super) granted: Granted,
}

impl Edition {
    /// What its machine may use.
    fn limits(&self, host: &Limits) -> Limits {
        let memory = self.granted.memory().and_then(|bytes| usize::try_from(bytes).ok());
        Limits { memory: memory.unwrap_or(host.memory), ..host.clone() }
    }
}

/// What a stage is told.
pub(super) enum Order {
    /// Loads a version, and says which handlers it has.
    Load {
        edition: Arc<Edition>,
        loaded: oneshot::Sender<Result<Loaded, Fault>>,
    },
    /// Forgets a version and everything that runs in it.
    Unload(VersionNo),
    Run(Box<RunOrder>),
    /// A run that waits goes on.
    Answer {
        run: RunNo,
        answer: Answer,
        now: u64,
    },
    Hook(Box<HookOrder>),
    /// What runs up to this stamp have written is on the disk.
    Written {
        script: Arc<str>,
        stamp: u64,
    },
    End,
}

/// A version that is loaded.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub(super) handlers: Vec<Handler>,
    /// Bytes of its machine.
    pub(super) memory: usize,
}

/// A run to begin, or the next step of a dialog.
pub(super) struct RunOrder {
    pub(super) run: RunNo,
    pub(super) version: VersionNo,
    pub(super) handler: HandlerNo,
    pub(super) event: Arc<Event>,
    pub(super) hit: Option<Hit>,
    pub(super) arguments: Option<BTreeMap<String, ArgumentValue>>,
    pub(super) now: u64,
    pub(super) hops: u32,
    /// What it was answered in earlier steps.
    pub(super) replayed: Vec<Recorded>,
}

/// What a hook is asked about.
#[derive(Clone)]
pub(super) enum Asked {
    /// It has been taken out.
    Nothing,
    Message(Box<Message>),
    Download(Box<Download>),
}

/// A hook to be asked, now.
pub(super) struct HookOrder {
    pub(super) version: VersionNo,
    pub(super) handler: HandlerNo,
    pub(super) event: Arc<Event>,
    pub(super) asked: Asked,
    pub(super) now: u64,
    /// Computing time.
    pub(super) budget: Duration,
    pub(super) ruling: oneshot::Sender<Result<Ruling, Fault>>,
}

/// What a hook says, and what it has counted.
pub(super) struct Ruling {
    pub(super) verdict: Verdict,
    pub(super) metrics: BTreeMap<String, f64>,
}

/// What a hook says.
pub(super) enum Verdict {
    /// It may happen, as it is now.
    Pass(Asked),
    Deny(String),
}

/// What a stage has to tell.
pub(super) enum News {
    /// The run waits for the answer to this. The key is the same when the run is repeated.
    Waits {
        run: RunNo,
        op: Op,
        key: String,
    },
    /// The run has ended, or has come to a question. What it wants is to be written.
    Ended {
        run: RunNo,
        wants: Box<Wants>,
    },
    Failed {
        run: RunNo,
        failure: Failure,
    },
}

/// Everything that a run wants, settled: what is read from now on is what will be written.
#[derive(Default)]
pub(super) struct Wants {
    /// Names the write for [`Order::Written`].
    pub(super) stamp: u64,
    pub(super) sends: Vec<Message>,
    pub(super) acts: Vec<Act>,
    /// How many scripts have answered each other up to the run.
    pub(super) hops: u32,
    pub(super) values: Vec<((Shelf, String), Data)>,
    pub(super) timers: Vec<(String, Option<TimerRow>)>,
    pub(super) metrics: BTreeMap<String, f64>,
    /// What a caller of a webhook is answered.
    pub(super) returned: Data,
    /// The question at which it stands, and what it has to be repeated with.
    pub(super) asks: Option<(Op, Vec<Recorded>)>,
    pub(super) calls: Vec<&'static str>,
    pub(super) cpu: Duration,
    pub(super) memory: usize,
}

/// Why a run has failed.
pub(super) struct Failure {
    pub(super) why: Why,
    /// For people: what and where.
    pub(super) text: String,
    pub(super) calls: Vec<&'static str>,
    pub(super) cpu: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The script is wrong, or too slow, or too large.
    Script,
    /// Something outside did not answer as it should, and the script gave up.
    Outside,
    /// Another run has changed what it depends on. It is to be repeated, and that says nothing about the script.
    Conflict,
    /// There is no such handler any more. Nothing was run.
    Gone,
    /// Its machine came to an end because of another run. As [`Why::Conflict`].
    Lost,
}

/// What is needed to run scripts, shared by all stages.
pub(super) struct Props {
    pub(super) archive: Arc<Archive>,
    /// What a replay can look into besides.
    pub(super) past: Option<super::outside::Past>,
    pub(super) account: Arc<str>,
    pub(super) log: Arc<super::log::LogBook>,
    pub(super) files: std::path::PathBuf,
    pub(super) help: Arc<super::help::HelpDesk>,
    pub(super) clock: crate::session::Clock,
    pub(super) limits: Limits,
}

/// A stage, as others see it.
pub(super) struct Stage {
    orders: Sender<Order>,
    /// Somebody waits for the thread.
    crowded: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Sends orders to a stage.
#[derive(Clone)]
pub(super) struct Prompter {
    orders: Sender<Order>,
    crowded: Arc<AtomicBool>,
}

impl Prompter {
    /// Sends orders to whoever plays a stage in a story.
    #[cfg(test)]
    pub(super) fn to(orders: Sender<Order>) -> Self {
        Self { orders, crowded: Arc::default() }
    }

    /// Gives an order. A stage that has ended takes none; whoever waits for an answer then sees that nobody gives it.
    pub(super) fn order(&self, order: Order) {
        let _ = self.orders.send(order);
        self.crowded.store(true, Ordering::Relaxed);
    }
}

impl Stage {
    /// Starts a thread for scripts. What it has to tell goes to `tell`.
    pub(super) fn start(props: Arc<Props>, tell: impl Fn(News) + Send + 'static) -> std::io::Result<Self> {
        let (orders, taken): (Sender<Order>, Receiver<Order>) = channel();
        let crowded = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&crowded);
        let run = move || thread::run(&props, &taken, &flag, &tell);
        let thread = std::thread::Builder::new().name("mynah-script".to_owned()).stack_size(STACK_BYTES).spawn(run)?;
        Ok(Self { orders, crowded, thread: Some(thread) })
    }

    pub(super) fn prompter(&self) -> Prompter {
        Prompter { orders: self.orders.clone(), crowded: Arc::clone(&self.crowded) }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.prompter().order(Order::End);
        if let Some(thread) = self.thread.take() {
            // A thread that came to grief has said so.
            let _ = thread.join();
        }
    }
}
