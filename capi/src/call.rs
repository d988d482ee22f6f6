//! The way of every call that has a callback: arguments, admission, who is logged in, the thread that does it, the answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use engine::archive::ArchiveError;

use crate::account::Account;
use crate::answer::{Answer, CommCallback, Reply, UserData};
use crate::codes::{INTERNAL, TIM_SUCC, TOO_MANY_CALLS};
use crate::desk::desk;
use crate::guard::guard;
use crate::library::library;

/// What a call needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Local data, which can also be read when the login has failed.
    Reads,
    /// Somebody who is logged in.
    Works,
}

/// What is the same in all calls of one function.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) access: Access,
    /// The JSON of a callback that tells of a failure.
    pub(crate) failed: &'static str,
    /// What the callback says when nobody is logged in.
    pub(crate) closed: &'static str,
}

impl Function {
    /// A function whose callback says nothing on failure.
    pub(crate) const fn works(name: &'static str) -> Self {
        Self { name, access: Access::Works, failed: "", closed: "not login" }
    }

    /// A function that reads local data.
    pub(crate) const fn reads(name: &'static str) -> Self {
        Self { name, access: Access::Reads, failed: "[]", closed: "not init database" }
    }

    /// The same with this JSON on failure.
    pub(crate) const fn failing_with(self, failed: &'static str) -> Self {
        Self { failed, ..self }
    }
}

type Reading = Box<dyn FnOnce(&Account) -> Answer + Send>;
pub(crate) type Writing = Box<dyn FnOnce(&Account) -> Result<Answer, ArchiveError> + Send>;
type Beginning = Box<dyn FnOnce(&Arc<Account>, Reply) + Send>;
/// Something that waits for other machines.
pub(crate) type Waiting = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// What a call asks for.
pub(crate) enum Work {
    /// Read local data, on the library thread.
    Read(Reading),
    /// Change local data, on the writer thread; what it writes may be buffered, and is durable before it is answered.
    Write(Writing),
    /// Wait for something, behind the calls of the same function.
    Wait(Box<dyn FnOnce(Arc<Account>) -> Waiting + Send>),
    /// Begin something at once on the caller's thread, and answer by itself. It must neither wait nor ask the library, which is handing it over.
    Begin(Beginning),
}

impl Work {
    pub(crate) fn read(work: impl FnOnce(&Account) -> Answer + Send + 'static) -> Result<Self, i32> {
        Ok(Self::Read(Box::new(work)))
    }

    pub(crate) fn write(work: impl FnOnce(&Account) -> Result<Answer, ArchiveError> + Send + 'static) -> Result<Self, i32> {
        Ok(Self::Write(Box::new(work)))
    }

    pub(crate) fn wait<F>(work: impl FnOnce(Arc<Account>) -> F + Send + 'static) -> Result<Self, i32>
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        Ok(Self::Wait(Box::new(move |account| Box::pin(work(account)))))
    }

    pub(crate) fn begin(work: impl FnOnce(&Arc<Account>, Reply) + Send + 'static) -> Result<Self, i32> {
        Ok(Self::Begin(Box::new(work)))
    }
}

/// Does a call: `read` checks the arguments and says what is asked for, or the number to return; then no callback comes.
pub(crate) fn call(
    function: &'static Function,
    callback: CommCallback,
    user_data: UserData,
    read: impl FnOnce() -> Result<Work, i32>,
) -> i32 {
    let read = guard(function.name, Err(INTERNAL), || {
        let work = read()?;
        let ticket = desk().admit().ok_or(TOO_MANY_CALLS)?;
        Ok((work, Reply::new(callback, user_data, function.failed, ticket)))
    });
    match read {
        // From here on the callback comes, whatever happens: a reply that is dropped says so.
        Ok((work, reply)) => guard(function.name, TIM_SUCC, || {
            library().take(function, work, reply);
            TIM_SUCC
        }),
        Err(code) => code,
    }
}
