//! The one instance behind the names of the TIM API: whether it is initialised, and who is logged in.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, RwLock};

use engine::archive::ArchiveError;
use engine::model::limits::ACCOUNT;
use engine::session::SessionError;
use engine::transport::TransportError;
use engine::transport::loopback::Hub;

use crate::account::{Account, Leaving, Opened};
use crate::answer::{Answer, Reply};
use crate::call::{Function, Work};
use crate::codes::{INTERNAL, INVALID_USER, LOGIN_IN_PROCESS, NOT_INITIALIZED, NOT_LOGGED_IN};
use crate::config::config;
use crate::desk::desk;
use crate::worker::Worker;

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

/// The longest name that every file system takes, in bytes.
const FILE_NAME: usize = 255;

/// A user's name as the name of a folder: small letters, digits, `_` and `-` stand for themselves, every other byte for `%` and two digits, so
/// that no name leaves the folder or meets another where case does not count. One that becomes too long is `%%` and two digits for each byte.
fn file_name(user: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    let name: String = user.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") }).collect();
    if name.len() <= FILE_NAME { name } else { user.bytes().fold("%%".to_owned(), |name, byte| format!("{name}{byte:02x}")) }
}

/// Whether somebody can be called so: 1 to 96 bytes that print.
fn is_usable(user: &str) -> bool {
    ACCOUNT.check(user.len()).is_ok() && !user.contains(|char: char| char.is_control() || char == char::REPLACEMENT_CHARACTER)
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

enum State {
    Closed,
    Open { setup: Setup, login: Login },
}

/// The library.
pub(crate) struct Library {
    state: Mutex<State>,
    /// Read while a call is handed over, so that who has taken its lock for writing knows that every call which saw an earlier state is where it
    /// belongs.
    calls: RwLock<()>,
    /// Opens and closes accounts, one after the other.
    door: Worker,
    /// The account that was closed last.
    leaving: Mutex<Option<Leaving>>,
    attempts: AtomicU64,
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library {
    state: Mutex::new(State::Closed),
    calls: RwLock::default(),
    door: Worker::start("mynah-login"),
    leaving: Mutex::default(),
    attempts: AtomicU64::new(0),
});

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
            drop(state);
            tracing::info!("the library has begun");
        }
    }

    /// Whether `TIMInit` was called.
    pub(crate) fn is_open(&self) -> bool {
        matches!(*self.state(), State::Open { .. })
    }

    /// What `ask` learns of who is logged in; `None` when nobody is.
    pub(crate) fn ask<T>(&self, ask: impl FnOnce(&Account) -> T) -> Option<T> {
        let _handed_over = self.calls.read().unwrap_or_else(PoisonError::into_inner);
        let account = match &*self.state() {
            State::Open { login: Login::In(account), .. } if account.is_logged_in() => Arc::clone(account),
            _ => return None,
        };
        Some(ask(&account))
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
        let _handed_over = self.calls.read().unwrap_or_else(PoisonError::into_inner);
        reply.renew();
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

    /// Answers a call that needs nobody, also before `TIMInit`.
    pub(crate) fn answer(&self, reply: Reply, answer: Answer) {
        let _handed_over = self.calls.read().unwrap_or_else(PoisonError::into_inner);
        reply.renew();
        desk().answer(reply, answer);
    }

    /// Logs `user` in.
    pub(crate) fn log_in(&'static self, user: String, reply: Reply) {
        let _handed_over = self.calls.read().unwrap_or_else(PoisonError::into_inner);
        reply.renew();
        let (code, desc) = {
            let mut state = self.state();
            match &mut *state {
                State::Closed => (NOT_INITIALIZED, "not initialized"),
                State::Open { .. } if !is_usable(&user) => (INVALID_USER, "invalid userid"),
                State::Open { login: Login::In(account), .. } if account.is_logged_in() => (LOGIN_IN_PROCESS, "already logged in"),
                State::Open { login: Login::Going { .. }, .. } => (LOGIN_IN_PROCESS, "login is under way"),
                State::Open { setup, login } => {
                    let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
                    let before = std::mem::replace(login, Login::Going { attempt, waiting: Vec::new() });
                    let setup = Setup { tells_readers: config().has_receipts(), ..setup.clone() };
                    return self.door.post(move || {
                        if let Login::In(account) = before {
                            self.close_account(account);
                        }
                        self.open_account(&setup, attempt, &user, reply);
                    });
                }
            }
        };
        desk().answer(reply, Answer::failed(code, desc, ""));
    }

    fn open_account(&self, setup: &Setup, attempt: u64, user: &str, reply: Reply) {
        if let Some(leaving) = self.leaving.lock().unwrap_or_else(PoisonError::into_inner).take() {
            leaving.wait();
        }
        let (account, login) = match Account::open(setup, user) {
            Ok(Opened { account, login }) => (Some(account), login),
            Err(error) => (None, Err(error)),
        };
        if !self.enter(attempt, account.as_ref()) {
            // `TIMUninit` came meanwhile. The reply says so when it is dropped.
            return account.into_iter().for_each(|account| self.close_account(account));
        }
        match login {
            Ok(heard) => {
                tracing::info!("somebody has logged in");
                desk().answer(reply, Answer::done(""));
                if let Some(account) = &account {
                    crate::events::follow(account, heard);
                }
            }
            Err(error) => {
                tracing::warn!(code = error.code, "nobody could log in");
                desk().answer(reply, Answer::failed(error.code, error.text, ""));
            }
        }
    }

    /// Ends the login of this number and hands over what waited for it, in its order and before every later call. Returns whether it is still
    /// the one that is under way.
    fn enter(&self, attempt: u64, account: Option<&Arc<Account>>) -> bool {
        // No call comes meanwhile.
        let _all_handed_over = self.calls.write().unwrap_or_else(PoisonError::into_inner);
        let held = {
            let mut state = self.state();
            let State::Open { login, .. } = &mut *state else { return false };
            if !matches!(login, Login::Going { attempt: current, .. } if *current == attempt) {
                return false;
            }
            match std::mem::replace(login, account.map_or(Login::Out, |account| Login::In(Arc::clone(account)))) {
                Login::Going { waiting, .. } => waiting,
                Login::Out | Login::In(_) | Login::Leaving => Vec::new(),
            }
        };
        for (function, work, reply) in held {
            match account {
                Some(account) => account.take(function, work, reply),
                None => desk().answer(reply, Answer::failed(NOT_LOGGED_IN, function.closed, function.failed)),
            }
        }
        true
    }

    /// Logs out.
    pub(crate) fn log_out(&'static self, reply: Reply) {
        let _handed_over = self.calls.read().unwrap_or_else(PoisonError::into_inner);
        reply.renew();
        let (code, desc) = {
            let mut state = self.state();
            match &mut *state {
                State::Closed => (NOT_INITIALIZED, "not initialized"),
                State::Open { login, .. } => match std::mem::replace(login, Login::Leaving) {
                    Login::In(account) => {
                        return self.door.post(move || {
                            self.close_account(account);
                            if let State::Open { login, .. } = &mut *self.state()
                                && matches!(login, Login::Leaving)
                            {
                                *login = Login::Out;
                            }
                            desk().answer(reply, Answer::done(""));
                        });
                    }
                    other => {
                        *login = other;
                        (NOT_LOGGED_IN, "not login")
                    }
                },
            }
        };
        desk().answer(reply, Answer::failed(code, desc, ""));
    }

    /// Closes an account. On the thread that opens them.
    fn close_account(&self, account: Arc<Account>) {
        // Calls that found the account are with it now.
        drop(self.calls.write().unwrap_or_else(PoisonError::into_inner));
        let leaving = account.close();
        tracing::info!("who was logged in has logged out");
        *self.leaving.lock().unwrap_or_else(PoisonError::into_inner) = Some(leaving);
    }

    /// Ends everything: who is logged in is logged out. When this returns no callback of an earlier call comes any more.
    pub(crate) fn close(&'static self) {
        let (before, era) = {
            let _all_handed_over = self.calls.write().unwrap_or_else(PoisonError::into_inner);
            (std::mem::replace(&mut *self.state(), State::Closed), desk().begin_era())
        };
        let is_callback = desk().is_here();
        if is_callback {
            // What is pending is not answered any more.
            desk().forget_before(era);
        }
        if let State::Open { login: Login::In(account), .. } = before {
            account.interrupt();
            self.door.post(move || self.close_account(account));
        } else {
            // What waited for a login is answered by being dropped.
            drop(before);
        }
        // A login or a logout that is under way ends first.
        self.door.drain();
        if !is_callback {
            desk().drain();
            desk().forget_before(era);
            // One that was posted in between may have begun.
            desk().drain();
        }
        desk().ended();
        tracing::info!("the library has ended");
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
        let long = "安".repeat(32);
        assert!(file_name(&long).len() <= FILE_NAME && file_name(&long).starts_with("%%e5ae89"));
    }
}
