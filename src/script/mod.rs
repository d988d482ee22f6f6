//! Scripts: Lua programs that hear, change and answer messages. Owns the crates mlua, notify, aho-corasick, croner and full_moon, the virtual
//! machines, what scripts may do, and the promise that a run happens once. Messages, sending and searching are the lower rooms'.
//!
//! ```text
//! journal ─► conductor ─► lane (script, conversation) ─► stage: thread with the script's VM ─► committer: one write ─► session
//! timers  ─┘     ▲                                            │ waiting calls                       │
//! webhooks ──────┘◄───────────────────────────────────────────┘ (search, http, files)  ◄────────────┘ what was committed
//! ```

#![allow(dead_code, unused_imports)] // Until the parts that use it are there.

mod check;
mod command;
mod data;
mod event;
mod filter;
mod fold;
mod grant;
mod handler;
mod manifest;
mod mime;
mod op;
mod run;
mod said;
mod schedule;
mod vm;
mod when;

pub use data::Data;
