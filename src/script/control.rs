//! The control door of a host that runs: a socket in the archive's folder, by which other processes of the same user ask something of it. One line of
//! JSON in, one out.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream as Caller;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::host::{ScriptError, ScriptHost};
use super::reload::Watch;
use crate::archive::Archive;
use crate::store::Layout;

/// The longest line, either way.
const LINE: u64 = 64 << 10;
/// The longest that somebody may take to say what is wanted, and the longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Callers that are answered at once.
const CALLERS: usize = 16;

/// What is asked of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Request {
    /// Whether it runs.
    Ping,
    /// To deal once more with a dead letter.
    RetryDead {
        /// The script.
        script: String,
        /// The letter's number.
        no: u64,
    },
    /// To forget a dead letter.
    SkipDead {
        /// The script.
        script: String,
        /// The letter's number.
        no: u64,
    },
    /// To read the grants again, and to load a script anew, or all.
    Reload {
        /// The script; all without it.
        script: Option<String>,
    },
}

/// What a host answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It is done.
    Done,
    /// There is no such thing.
    Nothing,
    /// It cannot be done, and why.
    Failed(String),
}

/// Asks the host that runs for an archive, wherever it runs on this machine. `None`: none does.
///
/// # Errors
/// What the system says when there is one, and it cannot be asked.
pub fn ask(archive: &Path, request: &Request) -> std::io::Result<Option<Reply>> {
    let path = Layout::new(archive).control();
    let mut caller = match Caller::connect(path) {
        Ok(caller) => caller,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => return Ok(None),
        Err(error) => return Err(error),
    };
    caller.set_read_timeout(Some(2 * PATIENCE))?;
    caller.set_write_timeout(Some(PATIENCE))?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    caller.write_all(&line)?;
    let mut answer = String::new();
    if BufReader::new(caller.take(LINE)).read_line(&mut answer)? == 0 {
        // It ended just now.
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&answer)?))
}

/// The door. Close it with [`ControlDoor::close`]; dropping it closes it too, and leaves callers without an answer.
pub struct ControlDoor {
    path: PathBuf,
    closing: CancellationToken,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl ControlDoor {
    /// Opens the door of a host. A door that was left behind by a process that ended is replaced: nobody else has the archive.
    ///
    /// # Errors
    /// [`ScriptError::Start`]: other processes cannot reach it.
    pub fn open(host: Arc<ScriptHost>, watch: Option<Watch>) -> Result<Self, ScriptError> {
        let path = door_of(host.session().archive());
        let listener = bind(&path).map_err(|source| ScriptError::Start { what: "the control door", source })?;
        let closing = CancellationToken::new();
        let task = tokio::spawn(answer_all(listener, host, watch, closing.clone()));
        Ok(Self { path, closing, task: Some(task) })
    }

    /// Closes the door, once who is being answered has the answer.
    pub async fn close(mut self) {
        self.closing.cancel();
        if let Some(task) = self.task.take() {
            // A task that came to grief has said so.
            let _ = task.await;
        }
    }
}

impl Drop for ControlDoor {
    fn drop(&mut self) {
        self.closing.cancel();
        // Nobody may have it any more.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn door_of(archive: &Archive) -> PathBuf {
    Layout::new(&archive.folder()).control()
}

fn bind(path: &Path) -> std::io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

async fn answer_all(listener: UnixListener, host: Arc<ScriptHost>, watch: Option<Watch>, closing: CancellationToken) {
    let owner = std::fs::metadata(host.session().archive().folder()).map(|folder| std::os::unix::fs::MetadataExt::uid(&folder)).ok();
    let mut answering = JoinSet::new();
    loop {
        let caller = tokio::select! {
            biased;
            () = closing.cancelled() => break,
            Some(_) = answering.join_next(), if !answering.is_empty() => continue,
            caller = listener.accept(), if answering.len() < CALLERS => caller,
        };
        match caller {
            // Whoever came before the door had its permissions.
            Ok((caller, _)) if caller.peer_cred().is_ok_and(|peer| peer.uid() == 0 || Some(peer.uid()) == owner) => {
                let (host, watch) = (Arc::clone(&host), watch.clone());
                answering.spawn(async move {
                    // Who does not wait for the answer does without.
                    let _ = tokio::time::timeout(PATIENCE, answer(caller, &host, watch.as_ref())).await;
                });
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "somebody could not come in by the control door"),
        }
    }
    while answering.join_next().await.is_some() {}
}

async fn answer(caller: UnixStream, host: &ScriptHost, watch: Option<&Watch>) -> std::io::Result<()> {
    let (reads, mut writes) = caller.into_split();
    let mut line = String::new();
    tokio::io::BufReader::new(reads.take(LINE)).read_line(&mut line).await?;
    let reply = match serde_json::from_str(&line) {
        Ok(request) => carry_out(request, host, watch).await,
        Err(error) => Reply::Failed(format!("the request cannot be read: {error}")),
    };
    let mut line = serde_json::to_vec(&reply)?;
    line.push(b'\n');
    writes.write_all(&line).await?;
    writes.shutdown().await
}

async fn carry_out(request: Request, host: &ScriptHost, watch: Option<&Watch>) -> Reply {
    let done = |is_done: bool| if is_done { Reply::Done } else { Reply::Nothing };
    let result = match request {
        Request::Ping => Ok(Reply::Done),
        Request::RetryDead { script, no } => host.retry_dead(&script, no).await.map(done),
        Request::SkipDead { script, no } => host.skip_dead(&script, no).await.map(done),
        Request::Reload { script } => match (host.reload_grants(), watch) {
            (Err(error), _) => Err(error),
            (Ok(()), Some(watch)) => Ok(done(watch.again(script).await)),
            (Ok(()), None) => Ok(Reply::Nothing),
        },
    };
    result.unwrap_or_else(|error| Reply::Failed(error.to_string()))
}
