//! What every command needs: the archive, where to print, how to read names and times.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::failure::Failure;
use super::output::{self, Output};
use crate::archive::{Archive, ArchiveError, ArchiveOptions};
use crate::model::{ConversationId, ConversationRef, Message};
use crate::query::{Reading, TimeZone};

/// One run of the program.
pub(super) struct Context {
    store: PathBuf,
    account: Option<String>,
    /// Where results go.
    pub(super) out: Output,
    /// The time zone in which times are shown.
    pub(super) zone: TimeZone,
}

impl Context {
    pub(super) fn new(store: Option<PathBuf>, account: Option<String>, out: Output) -> Result<Self, Failure> {
        // A variable that is set to nothing is not set.
        let store = match store.filter(|store| !store.as_os_str().is_empty()) {
            Some(store) => store,
            None => etcetera::choose_base_strategy().map_err(|_| Failure::NoDataFolder)?.data_dir().join("mynah"),
        };
        Ok(Self { store, account, out, zone: Reading::local().zone })
    }

    /// The archive's folder.
    pub(super) fn store(&self) -> &Path {
        &self.store
    }

    /// Opens the archive for writing, and makes it where there is none.
    pub(super) fn open_or_make(&self) -> Result<Archive, Failure> {
        self.options().open(&self.store).map_err(Failure::Opening)
    }

    /// Opens the archive for writing.
    pub(super) fn open(&self) -> Result<Archive, Failure> {
        self.options().open_existing(&self.store).map_err(Failure::Opening)
    }

    /// Opens the archive for reading, which works while another process writes it.
    pub(super) fn open_reader(&self) -> Result<Archive, Failure> {
        self.options().open_reader(&self.store).map_err(Failure::Opening)
    }

    /// How the archive is opened.
    pub(super) fn options(&self) -> ArchiveOptions {
        match &self.account {
            Some(account) => ArchiveOptions::new().account(account),
            None => ArchiveOptions::new(),
        }
    }
}

/// The conversation that a person means, whether the archive has it or not.
///
/// A bare id has to be the name of one conversation: of none is `None`, of two is an error.
pub(super) fn meant(archive: &Archive, which: &ConversationRef) -> Result<Option<ConversationId>, Failure> {
    if let Some(kind) = which.kind {
        let id = ConversationId::new(kind, &which.id).map_err(|source| Failure::ConversationName { source })?;
        return Ok(Some(id));
    }
    match archive.named(which).as_slice() {
        [] => Ok(None),
        [id] => Ok(Some(id.clone())),
        [first, second, ..] => Err(Failure::Ambiguous { id: which.id.clone(), first: first.clone(), second: second.clone() }),
    }
}

/// The conversation that a person wants to read. An unknown one is remarked, and `None`.
pub(super) fn to_read(archive: &Archive, which: &ConversationRef) -> Result<Option<ConversationId>, Failure> {
    let known = meant(archive, which)?.filter(|id| !archive.named(&id.into()).is_empty());
    if known.is_none() {
        output::note(&format!("there is no conversation {which}; `mynah conversations` lists those there are"));
    }
    Ok(known)
}

/// The conversation that a person wants to change, which has to be there.
pub(super) fn to_change(archive: &Archive, which: &ConversationRef) -> Result<ConversationId, Failure> {
    let known = meant(archive, which)?.filter(|id| !archive.named(&id.into()).is_empty());
    known.ok_or_else(|| Failure::UnknownConversation { conversation: which.clone() })
}

/// The message with this id, which has to be there.
pub(super) fn message(archive: &Archive, id: &str) -> Result<Message, Failure> {
    Ok(archive.find(&[id])?.pop().ok_or_else(|| ArchiveError::UnknownMessage { id: id.to_owned() })?)
}
