//! Scripts: Lua programs that hear, change and answer messages. Owns the crates mlua, notify, aho-corasick, croner and full_moon, the virtual
//! machines, what scripts may do, and the promise that a run happens once. Messages, sending and searching are the lower rooms'.
//!
//! ```text
//! journal ─► conductor ─► lane (script, conversation) ─► stage: thread with the script's VM ─► committer: one write ─► session
//! timers  ─┘     ▲                                            │ waiting calls                       │
//! webhooks ──────┘◄───────────────────────────────────────────┘ (search, http, files)  ◄────────────┘ what was committed
//! ```

mod acts;
#[doc(hidden)]
pub mod bench;
mod bindings;
mod bundle;
mod check;
mod command;
mod committer;
mod compose;
mod conductor;
mod control;
mod data;
mod deed;
mod editions;
mod event;
mod filter;
mod findings;
mod fold;
mod forget;
mod grant;
mod grants_file;
mod guard;
mod handler;
mod health;
mod help;
mod hooks;
mod host;
mod letters;
mod log;
mod look;
mod manifest;
mod mime;
mod op;
mod outside;
mod own_files;
mod people;
mod progress;
mod rehearsal;
mod reload;
mod rows;
mod run;
mod said;
mod schedule;
mod stage;
mod storage;
#[cfg(test)]
mod tests;
mod veil;
mod vm;
mod webhook;
mod when;
mod why;

/// The stack of a thread on which scripts run. Luau needs room for deep recursion: 256 KiB overflowed.
const STACK_BYTES: usize = 16 << 20;

pub use bindings::{annotations, luals, reference};
pub use bundle::{Bundle, BundleError, ContentHash, check_name, read_scripts};
pub use committer::Grouping;
pub use control::{ControlDoor, Reply, Request, ask as ask_host};
pub use data::Data;
pub use deed::{Deed, DeedEar, Effect};
pub use findings::{Found, check_bundle};
pub use forget::forget;
pub use grants_file::{Asked, Decision, GrantsFile};
pub use host::{ScriptError, ScriptHost, ScriptOptions, Scripts};
pub use letters::{retry as retry_dead, skip as skip_dead};
pub use log::{Level, LogEar, LogLine, LogReader};
pub use look::{Look, NumberedLetter};
pub use rehearsal::{
    Beginning, Console, ReplayOptions, ReplayReport, Said, Scene, TestOptions, TestOutcome, TestReport, TestResult, replay, test,
};
pub use reload::{Rehearsal, Watch};
pub use rows::{ChangeRow, DeadLetter, ScriptState, TraceRow};
pub use why::{Explained, explain};
