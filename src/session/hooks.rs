//! What may see, change or refuse something before it happens. Hooks run without any lock held.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

use futures_util::FutureExt as _;

use crate::model::Message;

/// A hook said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Why, for the log and the caller; not for other people.
    pub reason: String,
}

impl Denied {
    /// A refusal with its reason.
    pub fn because(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// A download that is about to begin.
#[derive(Clone, PartialEq, Eq)]
pub struct Download {
    /// The message that names the file, if the download is for one.
    pub message: Option<Message>,
    /// The position of the element that stands for it, from 0.
    pub element: usize,
    /// What the message, or else the address, calls it. Who said the message chose it, so it may look like a path.
    pub name: String,
    /// Its MIME type, by what the message says or by the name; nobody has looked at it yet.
    pub media_type: String,
    /// Where it comes from.
    pub url: String,
    /// Where it goes. In a folder, the name may get a number where it is taken.
    pub target: PathBuf,
    /// Bytes, as the message says; 0 when it does not.
    pub size: u64,
}

/// Says for which message and how much, never from where: addresses hold secrets.
impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("message", &self.message)
            .field("element", &self.element)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// Runs a hook. One that panics is a fault, of which no more is known.
pub(super) async fn guarded<T>(hook: impl Future<Output = T>) -> Result<T, Denied> {
    AssertUnwindSafe(hook).catch_unwind().await.map_err(|_| {
        tracing::error!("a hook panicked");
        Denied::because("the hook panicked")
    })
}

/// Code that may see, change or refuse what a session is about to do. Every method passes by default.
///
/// The session waits for a hook as long as it takes, so a hook brings its own deadline: behind [`Hooks::before_send`] wait the messages to the
/// same conversation, behind [`Hooks::before_receive`] everything that comes in. A hook that panics has refused what is sent or downloaded, and
/// passed what is received.
#[async_trait::async_trait]
pub trait Hooks: Send + Sync + 'static {
    /// Before an own message is written and sent. The elements and other keys may be changed; id, sender, times and conversation stay.
    ///
    /// # Errors
    /// [`Denied`]: it is neither written nor sent, and who sent it is told.
    async fn before_send(&self, message: &mut Message) -> Result<(), Denied> {
        let _ = message;
        Ok(())
    }

    /// Before a message of somebody else is written: one that comes in, one that history brings, or an edit of one, with its new content. As
    /// [`Hooks::before_send`].
    ///
    /// # Errors
    /// [`Denied`]: it is not written, and nobody hears of it.
    async fn before_receive(&self, message: &mut Message) -> Result<(), Denied> {
        let _ = message;
        Ok(())
    }

    /// Before a file is fetched. The target may be changed; what is there is then replaced.
    ///
    /// # Errors
    /// [`Denied`]: nothing is fetched.
    async fn before_download(&self, download: &mut Download) -> Result<(), Denied> {
        let _ = download;
        Ok(())
    }
}
