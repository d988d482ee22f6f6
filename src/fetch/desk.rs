//! What all clones of a fetcher share, and what is done with it.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::cache::{Cache, Kept};
use super::client::GuardedClient;
use super::flights::Flights;
use super::meter::Meter;
use super::part::Part;
use super::slots::Slots;
use super::transfer::{Transfer, Way, Whole};
use super::{FetchError, FetchOptions, FetchOrder, Fetched, blocking};
use crate::media::{MediaHash, MediaHasher};

pub(super) struct Desk {
    pub(super) options: FetchOptions,
    pub(super) client: GuardedClient,
    pub(super) slots: Slots,
    pub(super) flights: Flights,
    cache: Option<Arc<Cache>>,
}

impl Desk {
    pub(super) fn new(options: FetchOptions) -> Result<Self, FetchError> {
        let cache = options.cache.as_ref().map(Cache::open).transpose()?.flatten().map(Arc::new);
        let client = GuardedClient::new(&options);
        let slots = Slots::new(options.parallel, options.parallel_per_host);
        Ok(Self { options, client, slots, flights: Flights::default(), cache })
    }

    /// Brings a file to its target. Once all of it is there, cancelling is too late.
    pub(super) async fn transfer(
        &self,
        order: &FetchOrder,
        tell: &(dyn Fn(u64, u64) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<Fetched, FetchError> {
        let way = Way::of(&order.source, self.options.allow_file_urls)?;
        let source = hash_of(&order.source.name());
        let mut part = Part::claim(&order.target, order.existing, &source).await?;
        let known = self.find(&source);
        let meter = Meter::new(tell);
        let mut transfer = Transfer { desk: self, order, way, source: source.clone(), part: &mut part, meter, known };
        match cancel.run_until_cancelled(transfer.run()).await.unwrap_or(Err(FetchError::Cancelled)) {
            Ok(Whole { bytes, hash, from_cache, keep }) => {
                let cache = self.cache.clone().zip(keep);
                let keep = move |path: &Path| {
                    if let Some((cache, validator)) = cache {
                        cache.put_in(&source, validator, path, hash);
                    }
                };
                part.land(keep).await?;
                tell(bytes, bytes);
                Ok(Fetched { path: order.target.clone(), bytes, hash, from_cache })
            }
            Err(error) => {
                if error.is_passing() || matches!(error, FetchError::Cancelled) {
                    part.leave().await;
                } else {
                    part.discard().await;
                }
                Err(error)
            }
        }
    }

    /// Copies a file that another call just fetched to the target of the order; `None` when it is not there any more.
    pub(super) async fn copy(&self, landed: &Fetched, order: &FetchOrder) -> Result<Option<Fetched>, FetchError> {
        if landed.path == order.target {
            return Ok(Some(landed.clone()));
        }
        let path = landed.path.clone();
        let Ok(Ok(file)) = blocking::call(move || File::open(path)).await else { return Ok(None) };
        let mut part = Part::claim(&order.target, order.existing, "").await?;
        if !part.copy_of(file, landed.hash).await? {
            return Ok(None);
        }
        part.land(|_| ()).await?;
        Ok(Some(Fetched { path: order.target.clone(), ..landed.clone() }))
    }

    fn find(&self, source: &str) -> Option<Kept> {
        self.cache.as_ref()?.find(source)
    }

    pub(super) fn find_content(&self, hash: MediaHash) -> Option<Kept> {
        self.cache.as_ref()?.find_content(hash)
    }

    pub(super) async fn take_out(&self, hash: MediaHash) -> Option<File> {
        let cache = Arc::clone(self.cache.as_ref()?);
        blocking::call(move || cache.take_out(hash)).await.ok().flatten()
    }

    pub(super) async fn forget(&self, hash: MediaHash) {
        if let Some(cache) = self.cache.clone() {
            // What cannot be forgotten is found damaged again.
            let _ = blocking::call(move || cache.forget(hash)).await;
        }
    }
}

/// What a source is known by on the disk.
fn hash_of(name: &str) -> String {
    let mut hasher = MediaHasher::default();
    hasher.update(name.as_bytes());
    hasher.hash().to_string()
}
