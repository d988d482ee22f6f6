//! The one instance behind the names of the TIM API: whether it is initialised, and who is logged in.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use engine::archive::ArchiveError;
use engine::session::SessionError;
use engine::transport::TransportError;
use engine::transport::loopback::Hub;

use crate::account::Account;
use crate::answer::{Answer, Reply};
use crate::call::{Function, Work};
use crate::codes::{INTERNAL, LOGIN_IN_PROCESS, NOT_INITIALIZED, NOT_LOGGED_IN};
use crate::desk::desk;

/// How messages travel.
#[derive(Clone)]
pub(crate) enum Carrier {
    /// A hub in a folder, which the processes of one machine share.
    Folder(PathBuf),
    /// A hub in this process.
    Memory(Hub),
}

/// What `TIMInit` said.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) app: u64,
    pub(crate) path: PathBuf,
    pub(crate) carrier: Carrier,
    /// Groups that whoever logs in is a member of.
    pub(crate) groups: Vec<String>,
    pub(crate) tells_readers: bool,
}

impl Setup {
    /// Where everything of the app lies.
    pub(crate) fn folder(&self) -> PathBuf {
        self.path.join(self.app.to_string())
    }

    /// Where the archive of a user lies.
    pub(crate) fn folder_of(&self, user: &str) -> PathBuf {
        self.folder().join("users").join(file_name(user))
    }

    /// The hub, with `user` in the groups of the setup.
    pub(crate) fn hub(&self, user: &str) -> Result<Hub, TransportError> {
        let hub = match &self.carrier {
            Carrier::Folder(folder) => Hub::open(folder)?,
            Carrier::Memory(hub) => hub.clone(),
        };
        for group in &self.groups {
            hub.join(group, user)?;
        }
        Ok(hub)
    }
}

/// A user's name as the name of a folder: letters, digits, `_` and `-` stand for themselves, every other byte for `%` and two digits, so
/// that no name leaves the folder or meets another where case does not count.
pub(crate) fn file_name(user: &str) -> String {
    let mut name = String::with_capacity(user.len());
    for byte in user.bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-' {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02x}"));
        }
    }
    name
}

/// Why somebody is not logged in.
#[derive(Debug)]
pub(crate) struct LoginError {
    code: i32,
    text: String,
}

impl From<std::io::Error> for LoginError {
    fn from(error: std::io::Error) -> Self {
        Self { code: INTERNAL, text: error.to_string() }
    }
}

impl From<ArchiveError> for LoginError {
    fn from(error: ArchiveError) -> Self {
        SessionError::from(error).into()
    }
}

impl From<TransportError> for LoginError {
    fn from(error: TransportError) -> Self {
        SessionError::from(error).into()
    }
}

impl From<SessionError> for LoginError {
    fn from(error: SessionError) -> Self {
        Self { code: error.code(), text: error.to_string() }
    }
}

/// A call that came while somebody was logging in.
type Held = (&'static Function, Work, Reply);

enum Login {
    Out,
    /// Calls wait until it is decided.
    Going {
        /// Which login it is: one that comes to its end after another began has nothing to say any more.
        attempt: u64,
        waiting: Vec<Held>,
    },
    /// The archive is open.
    In(Arc<Account>),
    /// The account is being closed.
    Leaving,
}

impl Login {
    /// Whether this login is still the one that is under way.
    fn is_attempt(&self, number: u64) -> bool {
        matches!(self, Self::Going { attempt, .. } if *attempt == number)
    }
}

enum State {
    Closed,
    Open { setup: Setup, login: Login },
}

/// The library.
pub(crate) struct Library {
    state: Mutex<State>,
    /// Held while an account is opened or closed, so that one begins when the other has ended.
    door: Mutex<()>,
    attempts: AtomicU64,
}

static LIBRARY: LazyLock<Library> =
    LazyLock::new(|| Library { state: Mutex::new(State::Closed), door: Mutex::new(()), attempts: AtomicU64::new(0) });

/// The library of this process.
pub(crate) fn library() -> &'static Library {
    &LIBRARY
}

/// `TIMLoginStatus`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub(crate) enum LoginStatus {
    LoggedIn = 1,
    LoggingIn = 2,
    LoggedOut = 3,
    LoggingOut = 4,
}

impl Library {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what `TIMInit` says. Said again while it is open, it changes nothing.
    pub(crate) fn open(&self, setup: Setup) {
        let mut state = self.state();
        if matches!(*state, State::Closed) {
            *state = State::Open { setup, login: Login::Out };
        }
    }

    /// What `TIMInit` said.
    pub(crate) fn setup(&self) -> Option<Setup> {
        match &*self.state() {
            State::Closed => None,
            State::Open { setup, .. } => Some(setup.clone()),
        }
    }

    /// Who is logged in.
    pub(crate) fn account(&self) -> Option<Arc<Account>> {
        match &*self.state() {
            State::Open { login: Login::In(account), .. } => Some(Arc::clone(account)),
            _ => None,
        }
    }

    pub(crate) fn status(&self) -> LoginStatus {
        match &*self.state() {
            State::Open { login: Login::In(account), .. } if account.is_logged_in() => LoginStatus::LoggedIn,
            State::Open { login: Login::Going { .. }, .. } => LoginStatus::LoggingIn,
            State::Open { login: Login::Leaving, .. } => LoginStatus::LoggingOut,
            _ => LoginStatus::LoggedOut,
        }
    }

    /// Has a call done, or answers why not.
    pub(crate) fn take(&self, function: &'static Function, work: Work, reply: Reply) {
        let (code, desc) = {
            let mut state = self.state();
            match &mut *state {
                State::Closed => (NOT_INITIALIZED, "not initialized"),
                State::Open { login: Login::Going { waiting, .. }, .. } => return waiting.push((function, work, reply)),
                State::Open { login: Login::In(account), .. } => {
                    let account = Arc::clone(account);
                    drop(state);
                    return account.take(function, work, reply);
                }
                State::Open { login: Login::Out | Login::Leaving, .. } => (NOT_LOGGED_IN, function.closed),
            }
        };
        desk().answer(reply, Answer::failed(code, desc, function.failed));
    }

    /// Logs `user` in, on a thread of its own.
    pub(crate) fn log_in(&'static self, user: String, reply: Reply) {
        let refused = {
            let mut state = self.state();
            match &mut *state {
                State::Closed => Some((NOT_INITIALIZED, "not initialized")),
                State::Open { login: Login::In(account), .. } if account.is_logged_in() => Some((LOGIN_IN_PROCESS, "already logged in")),
                State::Open { login: Login::Going { .. }, .. } => Some((LOGIN_IN_PROCESS, "login is under way")),
                State::Open { setup, login } => {
                    let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
                    let before = std::mem::replace(login, Login::Going { attempt, waiting: Vec::new() });
                    let setup = setup.clone();
                    self.on_thread(move || self.open_account(&setup, before, attempt, &user, reply));
                    return;
                }
            }
        };
        if let Some((code, desc)) = refused {
            desk().answer(reply, Answer::failed(code, desc, ""));
        }
    }

    fn open_account(&self, setup: &Setup, before: Login, attempt: u64, user: &str, reply: Reply) {
        let _door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        if let Login::In(account) = before {
            account.close();
        }
        let opened = Account::open(setup, user);
        let (account, error) = match opened {
            Ok((account, error)) => (Some(account), error),
            Err(error) => (None, Some(error)),
        };
        let answer = match &error {
            None => Answer::done(""),
            Some(error) => Answer::failed(error.code, error.text.clone(), ""),
        };
        let held = {
            let mut state = self.state();
            match &mut *state {
                State::Open { login, .. } if login.is_attempt(attempt) => {
                    let entered = account.as_ref().map_or(Login::Out, |account| Login::In(Arc::clone(account)));
                    match std::mem::replace(login, entered) {
                        Login::Going { waiting, .. } => waiting,
                        _ => Vec::new(),
                    }
                }
                // `TIMUninit` came meanwhile.
                _ => {
                    drop(state);
                    if let Some(account) = account {
                        account.close();
                    }
                    desk().answer(reply, Answer::failed(NOT_INITIALIZED, "not initialized", ""));
                    return;
                }
            }
        };
        desk().answer(reply, answer);
        if let Some(account) = account.filter(|account| account.is_logged_in()) {
            crate::events::follow(&account);
        }
        for (function, work, reply) in held {
            self.take(function, work, reply);
        }
    }

    /// Logs out, on a thread of its own.
    pub(crate) fn log_out(&'static self, reply: Reply) {
        let account = {
            let mut state = self.state();
            match &mut *state {
                State::Closed => Err((NOT_INITIALIZED, "not initialized")),
                State::Open { login, .. } => match std::mem::replace(login, Login::Leaving) {
                    Login::In(account) => Ok(account),
                    other => {
                        *login = other;
                        Err((NOT_LOGGED_IN, "not login"))
                    }
                },
            }
        };
        match account {
            Ok(account) => self.on_thread(move || {
                let door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
                account.close();
                if let State::Open { login, .. } = &mut *self.state()
                    && matches!(login, Login::Leaving)
                {
                    *login = Login::Out;
                }
                drop(door);
                desk().answer(reply, Answer::done(""));
            }),
            Err((code, desc)) => desk().answer(reply, Answer::failed(code, desc, "")),
        }
    }

    /// Ends everything: who is logged in is logged out. When this returns no callback of an earlier call comes any more.
    pub(crate) fn close(&self) {
        let before = std::mem::replace(&mut *self.state(), State::Closed);
        if desk().is_here() {
            // Called from a callback: what is pending is not answered any more.
            desk().forget_calls();
        }
        if let State::Open { login, .. } = before {
            match login {
                Login::In(account) => {
                    let _door = self.door.lock().unwrap_or_else(PoisonError::into_inner);
                    account.close();
                }
                Login::Going { waiting, .. } => {
                    for (function, _, reply) in waiting {
                        desk().answer(reply, Answer::failed(NOT_INITIALIZED, "not initialized", function.failed));
                    }
                }
                Login::Out | Login::Leaving => {}
            }
        }
        // A login or a logout that is under way ends first.
        drop(self.door.lock().unwrap_or_else(PoisonError::into_inner));
        if !desk().is_here() {
            desk().drain();
        }
    }

    /// Runs something that blocks.
    fn on_thread(&self, work: impl FnOnce() + Send + 'static) {
        if let Err(error) = thread::Builder::new().name("mynah-login".to_owned()).spawn(work) {
            tracing::error!(%error, "no thread could be started for a login");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_user_has_a_folder_of_its_own_inside_the_apps() {
        assert_eq!(file_name("user_1-a"), "user_1-a");
        assert_eq!(file_name("../etc"), "%2e%2e%2fetc");
        assert_eq!(file_name("Anna"), "%41nna");
        assert_ne!(file_name("anna"), file_name("Anna"));
        assert_eq!(file_name("安"), "%e5%ae%89");
    }
}
