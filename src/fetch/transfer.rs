//! One transfer: tries until the whole file is in its part, going on where the try before ended.

use reqwest::Url;
use tracing::debug;

use super::back_off::BackOff;
use super::cache::Kept;
use super::desk::Desk;
use super::meter::Meter;
use super::opening::{self, Opening, Pieces};
use super::part::{Origin, Part};
use super::validator::Validator;
use super::{FetchError, FetchOrder, Remote, Source, client};
use crate::media::MediaHash;

/// From where the bytes come, read once.
pub(super) enum Way<'a> {
    Http(Url),
    File(Url),
    Remote(&'a dyn Remote),
}

impl<'a> Way<'a> {
    /// Reads the address of a source.
    pub(super) fn of(source: &'a Source, allow_file_urls: bool) -> Result<Self, FetchError> {
        let url = match source {
            Source::Remote(remote) => return Ok(Self::Remote(remote.as_ref())),
            Source::Url(url) => Url::parse(url).map_err(|_| FetchError::Address)?,
        };
        match url.scheme() {
            "http" | "https" => Ok(Self::Http(url)),
            "file" if allow_file_urls => Ok(Self::File(url)),
            scheme => Err(FetchError::Scheme { scheme: scheme.to_owned() }),
        }
    }

    fn host(&self) -> Option<String> {
        if let Self::Http(url) = self { Some(client::host_of(url)) } else { None }
    }
}

/// What is in the part at the end.
pub(super) struct Whole {
    pub(super) bytes: u64,
    pub(super) hash: MediaHash,
    pub(super) from_cache: bool,
    /// As what it may be kept for the next time.
    pub(super) keep: Option<Validator>,
}

/// A transfer into a part.
pub(super) struct Transfer<'a> {
    pub(super) desk: &'a Desk,
    pub(super) order: &'a FetchOrder,
    pub(super) way: Way<'a>,
    /// The hash of the source's name.
    pub(super) source: String,
    pub(super) part: &'a mut Part,
    pub(super) meter: Meter<'a>,
    /// What the cache has of this source.
    pub(super) known: Option<Kept>,
}

impl Transfer<'_> {
    /// Brings the whole file into the part.
    pub(super) async fn run(&mut self) -> Result<Whole, FetchError> {
        if let Some(whole) = self.take_out_unasked().await? {
            return Ok(whole);
        }
        let mut tries = BackOff::new(&self.desk.options);
        let mut may_start_over = true;
        loop {
            let before = self.part.bytes();
            let error = match self.attempt().await {
                Ok(Some(whole)) => return Ok(whole),
                Ok(None) => continue,
                Err(error) => error,
            };
            let is_mixed = matches!(error, FetchError::Inconsistent { .. } | FetchError::WrongContent) && before > 0;
            if is_mixed && may_start_over {
                may_start_over = false;
                debug!(%error, "a transfer starts over");
                self.part.begin(Origin::default()).await?;
                self.meter.note(0, None);
                continue;
            }
            if !error.is_passing() {
                return Err(error);
            }
            let asked = if let FetchError::Status { retry_after, .. } = error { retry_after } else { None };
            let brought = self.part.bytes().saturating_sub(before);
            let Some(wait) = tries.after(brought, asked, fastrand::f64()) else { return Err(error) };
            debug!(%error, wait_ms = wait.as_millis(), "a transfer is tried again");
            tokio::time::sleep(wait).await;
        }
    }

    /// What is in the cache and needs no question to its source: the content is known, or never changes.
    async fn take_out_unasked(&mut self) -> Result<Option<Whole>, FetchError> {
        let known = match self.order.expect_hash {
            Some(hash) => self.desk.find_content(hash),
            None if matches!(self.way, Way::Remote(_)) => self.known.take(),
            None => None,
        };
        // Another content than the expected one is not worth a question.
        self.known.take_if(|known| self.order.expect_hash.is_some_and(|hash| hash != known.hash));
        match known {
            Some(known) => self.take_out(&known).await,
            None => Ok(None),
        }
    }

    /// Copies from the cache; `None` when what is there is damaged.
    async fn take_out(&mut self, known: &Kept) -> Result<Option<Whole>, FetchError> {
        self.check_total(known.bytes)?;
        if let Some(file) = self.desk.take_out(known.hash).await
            && self.part.copy_of(file, known.hash).await?
        {
            return Ok(Some(Whole { bytes: known.bytes, hash: known.hash, from_cache: true, keep: None }));
        }
        self.desk.forget(known.hash).await;
        Ok(None)
    }

    /// One question to the source, and its answer. `None` when it has to be asked in another way.
    async fn attempt(&mut self) -> Result<Option<Whole>, FetchError> {
        let _slot = self.desk.slots.take(self.way.host().as_deref()).await;
        match self.open().await? {
            Opening::Unchanged => match self.known.take() {
                Some(known) => self.take_out(&known).await,
                None => Ok(None),
            },
            Opening::Complete => self.end(true).await.map(Some),
            Opening::Rest { total, may_be_kept, pieces } => self.receive(total, may_be_kept, pieces).await.map(Some),
            Opening::Whole { total, validator, may_be_kept, pieces } => {
                total.map_or(Ok(()), |total| self.check_total(total))?;
                let can_be_gone_on_with = match self.way {
                    Way::Http(_) => validator.is_strong() || self.order.expect_hash.is_some(),
                    Way::File(_) => false,
                    Way::Remote(_) => true,
                };
                self.part.begin(Origin { source: self.source.clone(), validator, total, can_be_gone_on_with }).await?;
                self.receive(total, may_be_kept, pieces).await.map(Some)
            }
        }
    }

    async fn open(&self) -> Result<Opening, FetchError> {
        let there = self.part.origin().filter(|origin| self.part.bytes() > 0 && origin.can_be_gone_on_with);
        let there = there.map(|origin| (self.part.bytes(), origin));
        match &self.way {
            Way::Http(url) => opening::http(&self.desk.client, url, there, self.known.as_ref().map(|known| &known.validator)).await,
            Way::File(url) => opening::file(url).await,
            Way::Remote(remote) => {
                let offset = there.map_or(0, |(bytes, _)| bytes);
                if there.is_some_and(|(bytes, origin)| origin.total == Some(bytes)) {
                    return Ok(Opening::Complete);
                }
                opening::remote(*remote, offset, self.desk.options.idle_timeout).await
            }
        }
    }

    async fn receive(&mut self, total: Option<u64>, may_be_kept: bool, mut pieces: Pieces) -> Result<Whole, FetchError> {
        total.map_or(Ok(()), |total| self.check_total(total))?;
        self.meter.note(self.part.bytes(), total);
        while pieces.append_next(self.part.buffer(), self.desk.options.idle_timeout).await? {
            let bytes = self.part.bytes();
            if bytes > self.limit() {
                return Err(FetchError::TooLarge { bytes: None, limit: self.limit() });
            }
            if total.is_some_and(|total| bytes > total) {
                return Err(FetchError::Inconsistent { host: pieces.host() });
            }
            self.part.gathered().await?;
            self.meter.note(bytes, total);
        }
        if total.is_some_and(|total| self.part.bytes() < total) {
            return Err(FetchError::Broken { host: pieces.host(), source: None });
        }
        self.end(may_be_kept).await
    }

    /// Compares what came with what should have come.
    async fn end(&mut self, may_be_kept: bool) -> Result<Whole, FetchError> {
        let bytes = self.part.bytes();
        self.check_total(bytes)?;
        let hash = self.part.hash().await?;
        if self.order.expect_hash.is_some_and(|expected| expected != hash) {
            return Err(FetchError::WrongContent);
        }
        let validator = self.part.origin().map(|origin| origin.validator.clone()).unwrap_or_default();
        // Without a validator nobody can ask whether it is still the same, but content never changes under a hash or a remote's name.
        let is_of_use = !validator.is_none() || self.order.expect_hash.is_some() || matches!(self.way, Way::Remote(_));
        Ok(Whole { bytes, hash, from_cache: false, keep: Some(validator).filter(|_| may_be_kept && is_of_use) })
    }

    fn check_total(&self, total: u64) -> Result<(), FetchError> {
        if let Some(expected) = self.order.expect_bytes.filter(|expected| *expected != total) {
            return Err(FetchError::WrongSize { expected, found: total });
        }
        if total > self.limit() {
            return Err(FetchError::TooLarge { bytes: Some(total), limit: self.limit() });
        }
        Ok(())
    }

    fn limit(&self) -> u64 {
        self.order.max_bytes.unwrap_or(u64::MAX).min(self.desk.options.max_bytes)
    }
}
