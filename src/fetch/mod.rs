//! How does a file from elsewhere get here, whole? Fetches what an address names to a path. Owns the HTTP client; knows nothing of
//! messages, and decides nothing about which files are fetched.

mod address;
mod back_off;
mod blocking;
mod cache;
#[cfg(feature = "script")]
mod call;
mod client;
mod desk;
mod error;
mod flights;
mod meter;
mod name;
mod opening;
mod options;
mod order;
mod part;
mod range;
mod slots;
mod transfer;
mod validator;

#[cfg(feature = "script")]
pub(crate) use call::{CallError, HttpAnswer, HttpCall};
#[cfg(feature = "script")]
pub(crate) use client::GuardedClient;
pub use error::FetchError;
pub use name::{numbered_names, safe_name};
pub use options::{CacheOptions, FetchOptions, PrivateAddresses};
pub use order::{Existing, FetchOrder, Fetched, Remote, RemoteBytes, Source};

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use desk::Desk;
use flights::{Flight, Leader, Seat, Stage};

/// Fetches files. A clone shares limits, cache and transfers with the original.
///
/// * **Whole or not at all.** What comes is written beside the target as `.NAME.mynah-part`, synced, and renamed when all of it is there and
///   has the expected size and content.
/// * **Goes on where it ended**, within a call and in a later one, also of another process, if the server can and says that the file is the
///   same. What is on the disk is compared with its hash before it is gone on with.
/// * **Once for all.** Calls for the same file at the same time are one transfer, and each gets its copy.
/// * **Not to neighbours.** Addresses in private networks are refused, judged by the address that is connected to, at each redirect.
///   Proxies of the environment are not used, because they would connect in our place.
#[derive(Clone)]
pub struct Fetcher(Arc<Desk>);

impl Fetcher {
    /// Makes ready for fetching, and opens the cache if there is to be one. Blocks as long as reading that takes. A cache that somebody else
    /// has open is done without.
    ///
    /// # Errors
    /// `FetchError::Io` with the cache's folder.
    pub fn new(options: FetchOptions) -> Result<Self, FetchError> {
        Ok(Self(Arc::new(Desk::new(options)?)))
    }

    /// Fetches a file to the target of the order, and returns when it is there durably.
    ///
    /// The future does the work; dropping it is like cancelling. `progress` is told bytes so far and bytes in all, 0 while that is unknown:
    /// about every 256 KiB or 100 ms, less than before only when the transfer starts over, and once at the end with both equal.
    /// It must not block. A runtime of tokio with time has to be there.
    ///
    /// # Errors
    /// What was at the target before is still there. What came of the file stays beside it for going on after `Cancelled` and after all errors that
    /// [pass](FetchError::is_passing), if the server can go on, and is removed otherwise. `Busy` means that another source is being fetched to
    /// the same target.
    pub async fn fetch(
        &self,
        order: FetchOrder,
        progress: impl Fn(u64, u64) + Send + Sync,
        cancel: CancellationToken,
    ) -> Result<Fetched, FetchError> {
        let flight = Flight::of(&order);
        while !cancel.is_cancelled() {
            match self.0.flights.join(&flight) {
                Seat::Leader(leader) => return self.lead(&leader, &order, &progress, &cancel).await,
                Seat::Follower(heard) => match cancel.run_until_cancelled(self.follow(heard, &order, &progress)).await {
                    Some(Ok(None)) => {}
                    Some(Ok(Some(fetched))) => return Ok(fetched),
                    Some(Err(error)) => return Err(error),
                    None => break,
                },
            }
        }
        Err(FetchError::Cancelled)
    }

    /// Waits for who transfers the file, and copies it. `None` if that one left without a word, or its file is gone again already.
    async fn follow(
        &self,
        mut heard: watch::Receiver<Stage>,
        order: &FetchOrder,
        progress: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<Option<Fetched>, FetchError> {
        loop {
            let stage = heard.borrow_and_update().clone();
            match stage {
                Stage::Moving { current: 0, .. } => {}
                Stage::Moving { current, total } => progress(current, total),
                Stage::Failed(error) => return Err(error),
                Stage::Landed(landed) => {
                    let copy = self.0.copy(&landed, order).await?;
                    if let Some(copy) = &copy {
                        progress(copy.bytes, copy.bytes);
                    }
                    return Ok(copy);
                }
            }
            if heard.changed().await.is_err() {
                return Ok(None);
            }
        }
    }

    /// Transfers the file, and tells those who wait for it.
    async fn lead(
        &self,
        leader: &Leader<'_>,
        order: &FetchOrder,
        progress: &(dyn Fn(u64, u64) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<Fetched, FetchError> {
        let tell = |current, total| {
            progress(current, total);
            if current != total {
                leader.tell(Stage::Moving { current, total });
            }
        };
        let result = self.0.transfer(order, &tell, cancel).await;
        match &result {
            Ok(fetched) => leader.tell(Stage::Landed(fetched.clone())),
            Err(error) if error.is_of_the_source() => leader.tell(Stage::Failed(error.clone())),
            Err(_) => {}
        }
        result
    }
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Fetcher").field(&self.0.options).finish()
    }
}
