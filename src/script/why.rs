//! Why a script did something about a message, or did not: which handler's conditions hold. Nothing is run but the top level of the file.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::bundle::Bundle;
use super::editions::Editions;
use super::event::{Event, EventKind, Source, What, named::Named};
use super::filter::Filter;
use super::handler::{Handler, Role};
use super::help::HelpDesk;
use super::host::{ScriptError, ScriptOptions};
use super::log::LogBook;
use super::stage::{Order, Props, Stage};
use super::vm::{Fault, Limits};
use crate::archive::Archive;
use crate::model::Message;
use crate::session::Clock;
use crate::store::JournalNo;

/// A handler, and what of its conditions holds for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The handler.
    pub label: String,
    /// The line on which it is registered.
    pub line: u32,
    /// Each condition, and whether it holds; nothing of what the message says is in it.
    pub conditions: Vec<(String, bool)>,
}

/// What of the conditions of each handler for received, sent and edited messages holds for this one. Blocks while the script is loaded.
///
/// # Errors
/// [`ScriptError::Unfit`] when the script cannot be loaded, [`ScriptError::Start`] when there is no thread for it.
pub fn explain(archive: Arc<Archive>, options: &ScriptOptions, bundle: Bundle, message: &Message) -> Result<Vec<Explained>, ScriptError> {
    let script = bundle.name().to_owned();
    let unfit = |why: String| ScriptError::Unfit { script: script.clone(), why };
    let account = archive.account().unwrap_or_default();
    let data = archive.folder().join("scripts");
    let props = Props {
        archive,
        past: None,
        account: account.as_str().into(),
        log: Arc::new(LogBook::new(data.join("logs"))),
        files: data.join("files"),
        help: Arc::new(HelpDesk::default()),
        clock: Clock::system(),
        limits: Limits::default(),
    };
    let edition = Arc::new(Editions::new(options)?.make(bundle).map_err(unfit)?);
    let stage = Stage::start(Arc::new(props), |_| {}).map_err(|source| ScriptError::Start { what: "a thread for scripts", source })?;
    let (answer, loaded) = oneshot::channel();
    stage.prompter().order(Order::Load { edition, loaded: answer });
    let loaded = loaded.blocking_recv().map_err(|_| ScriptError::Ended)?;
    let loaded = loaded.map_err(|fault: Fault| unfit(fault.to_string()))?;
    loaded.handlers.iter().filter_map(|handler| of_handler(handler, message, &account).transpose()).collect()
}

fn of_handler(handler: &Handler, message: &Message, account: &str) -> Result<Option<Explained>, ScriptError> {
    let is_own = message.sender == account;
    let conditions = match &handler.role {
        Role::On { event: kind @ (EventKind::Receive | EventKind::Sent | EventKind::Edit), filter } => {
            let is_kind = match kind {
                EventKind::Receive => !is_own,
                EventKind::Sent => is_own,
                _ => true,
            };
            let from = if is_own { "the account itself said it" } else { "somebody else said it" };
            let filter = Filter::compile(filter).map_err(|misuse| ScriptError::Settings(misuse.to_string()))?;
            let mut conditions = vec![(format!("it is told of \"{}\", and {from}", kind.word()), is_kind)];
            conditions.extend(filter.explain(&event(*kind, message), account));
            conditions
        }
        Role::Command(spec) => {
            let begins = message.texts().join("\n").to_lowercase().contains(&spec.name.to_lowercase());
            let is_asked = spec.who.is_empty() || spec.who.contains(&message.sender);
            vec![
                ("somebody else said it".to_owned(), !is_own),
                (format!("it has the name of the command, {}", spec.name), begins),
                ("its sender may give the command".to_owned(), is_asked),
            ]
        }
        _ => return Ok(None),
    };
    Ok(Some(Explained { label: handler.label.clone(), line: handler.line, conditions }))
}

fn event(kind: EventKind, message: &Message) -> Event {
    let what = What::Message(Arc::new(message.clone()));
    let conversation = message.conversation.clone().map(Named);
    Event { source: Source::Journal(JournalNo(0)), kind, at: message.server_time, conversation, what }
}
