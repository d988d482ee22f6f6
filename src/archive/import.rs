//! Taking messages in: a batch, a stream of batches, or one message. The same messages again change nothing.

use std::time::{SystemTime, UNIX_EPOCH};

use super::identity::{self, Given};
use super::incoming::Incoming;
use super::intake::{Intake, Took, Way};
use super::versions::{self, Versions};
use super::{Archive, ArchiveError, Refusal};
use crate::media::MediaHash;
use crate::model::{About, Body, ConversationId, Message};
use crate::store::Durability;

/// Messages of one batch of a stream.
pub(super) const BATCH_MESSAGES: usize = 10_000;
/// Bytes of JSON of one batch of a stream.
pub(super) const BATCH_BYTES: usize = 4 << 20;
/// Refused messages that a report names one by one.
const NAMED: usize = 1_000;
/// A stream waits when the index is this many changes behind, so that memory stays bounded.
pub(super) const INDEX_LAG: u64 = 60_000;

/// What becomes of messages that come in.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The conversation of messages that name none.
    pub conversation: Option<ConversationId>,
    /// Whether a batch with a refused message is refused whole.
    pub strict: bool,
    /// Which version stays of a message that is known and comes in another one.
    pub versions: Versions,
}

/// What became of messages that came in.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Messages that were not there before.
    pub new: u64,
    /// Messages that were there already, and stay as they were.
    pub known: u64,
    /// Messages that were there already and now say more; see [`Versions::KeepFullest`].
    pub updated: u64,
    /// Messages that could not be taken, all of them.
    pub refused_total: u64,
    /// The first 1,000 of those that could not be taken, with their positions in the run, from 0.
    pub refused: Vec<Refused>,
}

impl ImportReport {
    fn refuse(&mut self, refused: Vec<Refused>) {
        self.refused_total += refused.len() as u64;
        let room = NAMED.saturating_sub(self.refused.len());
        self.refused.extend(refused.into_iter().take(room));
    }
}

/// A message that could not be taken.
#[derive(Debug)]
pub struct Refused {
    /// Its position, from 0.
    pub position: u64,
    /// Why.
    pub reason: Refusal,
}

impl Archive {
    /// Adds messages to a conversation and reports how many were new.
    ///
    /// All that can be taken are written, or none of them; search finds them from the moment this returns. A message without
    /// an id is known by conversation, sender, time and content, so that the same array again adds nothing. Messages count as
    /// read unless `message_is_read` says false.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: it may or may not have been written; the archive takes no more writes until reopened.
    pub fn import(&self, conversation: &ConversationId, messages: Vec<Message>) -> Result<ImportReport, ArchiveError> {
        let mut run =
            Run::new(self, ImportOptions { conversation: Some(conversation.clone()), ..ImportOptions::default() }, Some(conversation));
        run.take(messages, self.shared.durability)?;
        Ok(run.report)
    }

    /// Adds one batch of messages, each to the conversation that it names or else to that of the options, with a durability of its own: several
    /// batches can be `Buffered` and then made durable together by [`Archive::sync`]. All that can be taken are written at once, or none.
    ///
    /// # Errors
    /// [`ArchiveError::Refused`] in a strict import: nothing was written. [`ArchiveError::Store`] as for [`Archive::import`].
    pub fn import_batch(
        &self,
        messages: Vec<Message>,
        options: ImportOptions,
        durability: Durability,
    ) -> Result<ImportReport, ArchiveError> {
        let mut run = Run::new(self, options, None);
        run.take(messages, durability)?;
        Ok(run.report)
    }

    /// Makes everything durable that was written so far.
    ///
    /// # Errors
    /// [`ArchiveError::Store`]: what was buffered may be lost in a crash; the archive takes no more writes until reopened.
    pub fn sync(&self) -> Result<(), ArchiveError> {
        Ok(self.store().sync()?)
    }

    /// Adds one message to a conversation and returns it as it is kept; one that is known already is returned as it was.
    ///
    /// It counts as read unless `message_is_read` says false, as for [`Archive::import`].
    ///
    /// # Errors
    /// [`ArchiveError::Refused`]: nothing was written. [`ArchiveError::Store`] as for [`Archive::import`].
    pub fn save(&self, conversation: &ConversationId, message: Message) -> Result<Message, ArchiveError> {
        self.save_with(conversation, message, self.shared.durability)
    }

    /// As [`Archive::save`], with a durability of its own; see [`Archive::import_batch`].
    ///
    /// # Errors
    /// As for [`Archive::save`].
    pub fn save_with(&self, conversation: &ConversationId, message: Message, durability: Durability) -> Result<Message, ArchiveError> {
        let options = ImportOptions { conversation: Some(conversation.clone()), strict: true, ..ImportOptions::default() };
        let mut run = Run::new(self, options, Some(conversation));
        let incoming = run.fill([(0, message)])?;
        let id = incoming.first().map(|incoming| incoming.message.id_text()).unwrap_or_default();
        run.write(incoming, durability)?;
        self.find(&[&id])?.pop().ok_or(ArchiveError::UnknownMessage { id })
    }

    /// Begins a run of importing messages of many conversations.
    pub fn importer(&self, options: ImportOptions) -> Importer<'_> {
        Importer { run: Run::new(self, options, None), batch: Vec::new(), bytes: 0, position: 0 }
    }
}

/// A run of importing: gathers messages into batches of about 10,000, each written whole or not at all.
pub struct Importer<'a> {
    run: Run<'a>,
    batch: Vec<(u64, Message)>,
    bytes: usize,
    /// The position of what comes next.
    position: u64,
}

impl Importer<'_> {
    /// Adds a message; writes a batch when there are enough.
    ///
    /// # Errors
    /// [`ArchiveError::Refused`] in a strict run: its batch is not written, those before it are.
    /// [`ArchiveError::Store`]: the batches before this one are kept.
    pub fn add(&mut self, message: Message) -> Result<(), ArchiveError> {
        self.bytes += message.body.as_json().len();
        self.batch.push((self.position, message));
        self.position += 1;
        if self.batch.len() >= BATCH_MESSAGES || self.bytes >= BATCH_BYTES { self.write_batch() } else { Ok(()) }
    }

    /// Says whether a message can be taken by what it holds itself, and adds nothing. Whether its id or its place belongs to another
    /// message, only adding it tells.
    ///
    /// # Errors
    /// Why it cannot be taken.
    pub fn examine(&mut self, mut message: Message) -> Result<(), Refusal> {
        self.run.fill_one(&mut message, now()).map(drop)
    }

    /// As [`Archive::describe`], behind the messages that were added before: a conversation that is new gets its place in the order of
    /// conversations where its description stands.
    ///
    /// # Errors
    /// As for [`Importer::add`].
    pub fn describe(&mut self, conversation: &ConversationId, about: About) -> Result<(), ArchiveError> {
        if self.run.archive.store().conversations().get(conversation).is_none() {
            self.write_batch()?;
        }
        self.run.archive.describe(conversation, about)
    }

    fn write_batch(&mut self) -> Result<(), ArchiveError> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        let incoming = self.run.fill(batch)?;
        self.run.write(incoming, Durability::Buffered)?;
        self.run.archive.wait_for_index_within(INDEX_LAG);
        Ok(())
    }

    /// What became of the messages so far.
    pub fn report(&self) -> &ImportReport {
        &self.run.report
    }

    /// Writes the last batch, makes everything durable and reports.
    ///
    /// # Errors
    /// As for [`Importer::add`].
    pub fn finish(mut self) -> Result<ImportReport, ArchiveError> {
        self.write_batch()?;
        self.run.archive.store().sync()?;
        // After the sync, so that no power cut brings back a message without its files.
        self.run.archive.remove_unused(&self.run.dropped)?;
        Ok(self.run.report)
    }
}

/// One run: what it remembers from batch to batch.
struct Run<'a> {
    archive: &'a Archive,
    options: ImportOptions,
    /// Every message has to be of this conversation.
    only: Option<ConversationId>,
    account: Option<String>,
    given: Given,
    report: ImportReport,
    /// Files that messages named before they were updated.
    dropped: Vec<MediaHash>,
}

impl<'a> Run<'a> {
    fn new(archive: &'a Archive, options: ImportOptions, only: Option<&ConversationId>) -> Self {
        let account = archive.account();
        let report = ImportReport::default();
        Self { archive, options, only: only.cloned(), account, given: Given::default(), report, dropped: Vec::new() }
    }

    /// Takes in one batch whole.
    fn take(&mut self, messages: Vec<Message>, durability: Durability) -> Result<(), ArchiveError> {
        let incoming = self.fill((0..).zip(messages))?;
        self.write(incoming, durability)?;
        self.archive.remove_unused(&self.dropped)
    }

    /// Writes one batch whole.
    fn write(&mut self, mut incoming: Vec<Incoming>, durability: Durability) -> Result<(), ArchiveError> {
        let is_updating = self.options.versions == Versions::KeepFullest;
        let (mut new, mut updated) = (0, 0);
        let mut known = if is_updating { versions::keep_fullest(&mut incoming) } else { 0 };
        let mut dropped = Vec::new();
        let mut write = self.archive.store().write()?;
        let mut refused = Vec::new();
        let found = write.view().keys_of_hashed(incoming.iter().map(|incoming| incoming.id))?;
        let mut intake = Intake::new(Way::Imported);
        for (incoming, found) in incoming.iter_mut().zip(found) {
            match intake.take(&mut write, incoming, found)? {
                Took::New { .. } => new += 1,
                Took::Known => {
                    let files = match found.filter(|_| is_updating && incoming.message.id.is_some()) {
                        Some(key) => versions::update(&mut write, key, &mut incoming.message)?,
                        None => None,
                    };
                    let count = if files.is_some() { &mut updated } else { &mut known };
                    *count += 1;
                    dropped.extend(files.into_iter().flatten());
                }
                Took::Refused(reason) => refused.push(Refused { position: incoming.position, reason }),
            }
        }
        self.refuse_in_strict(&mut refused)?;
        if new > 0 || updated > 0 {
            let no = write.commit(durability)?;
            self.archive.shared.tell_of_changes(no);
            self.dropped.extend(dropped);
        }
        self.report.new += new;
        self.report.known += known;
        self.report.updated += updated;
        self.report.refuse(refused);
        Ok(())
    }

    /// Fills the heads; what cannot be taken is refused.
    fn fill(&mut self, messages: impl IntoIterator<Item = (u64, Message)>) -> Result<Vec<Incoming>, ArchiveError> {
        let now = now();
        let messages = messages.into_iter();
        let mut incoming = Vec::with_capacity(messages.size_hint().0);
        let mut refused = Vec::new();
        for (position, mut message) in messages {
            let (has_seq, has_rand) = (message.seq != 0, message.rand != 0 && message.id.is_none());
            match self.fill_one(&mut message, now) {
                Ok(id) => incoming.push(Incoming { message, position, id, has_seq, has_rand }),
                Err(reason) => refused.push(Refused { position, reason }),
            }
        }
        self.refuse_in_strict(&mut refused)?;
        self.report.refuse(refused);
        Ok(incoming)
    }

    fn fill_one(&mut self, message: &mut Message, now: u64) -> Result<[u8; 16], Refusal> {
        let conversation = message.conversation.take().or_else(|| self.options.conversation.clone()).ok_or(Refusal::NoConversation)?;
        if let Some(expected) = self.only.clone().filter(|only| *only != conversation) {
            return Err(Refusal::OtherConversation { found: conversation, expected });
        }
        message.check_limits()?;
        identity::fill(message, &conversation, self.account.as_deref(), now, &mut self.given)
    }

    fn refuse_in_strict(&self, refused: &mut Vec<Refused>) -> Result<(), ArchiveError> {
        match refused.is_empty() || !self.options.strict {
            true => Ok(()),
            false => {
                let first = refused.swap_remove(0);
                Err(ArchiveError::Refused { position: usize::try_from(first.position).unwrap_or(usize::MAX), reason: first.reason })
            }
        }
    }
}

/// The media files that a message names in `mynah_media`.
pub(super) fn media_of(body: &Body) -> Vec<[u8; 32]> {
    if !body.may_have("mynah_media") {
        return Vec::new();
    }
    let hashes = body.get("mynah_media").and_then(|value| value.as_array().cloned()).unwrap_or_default();
    let read = |value: &serde_json::Value| MediaHash::from_hex(value.as_str()?).map(|hash| hash.0);
    hashes.iter().filter_map(read).collect()
}

/// Unix seconds of this moment.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
