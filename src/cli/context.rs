//! What every command needs: the archive, where to print, how to read names and times.

use std::path::Path;

use super::failure::Failure;
use super::output::{self, Output};
use super::settings::Settings;
use crate::StoreError;
use crate::archive::{Archive, ArchiveError, ArchiveOptions};
use crate::model::{ConversationId, ConversationKind, ConversationRef, Message};
use crate::query::{Reading, TimeZone};

/// The newest changes that stay in the journal, so that `mynah tail` can go on where another one ended.
const SPARE_CHANGES: u64 = 100_000;

/// One run of the program.
pub(super) struct Context {
    /// What is configured.
    pub(super) settings: Settings,
    /// Where results go.
    pub(super) out: Output,
    /// The time zone in which times are shown.
    pub(super) zone: TimeZone,
}

impl Context {
    pub(super) fn new(settings: Settings, out: Output) -> Self {
        Self { settings, out, zone: Reading::local().zone }
    }

    /// The archive's folder.
    pub(super) fn store(&self) -> Result<&Path, Failure> {
        self.settings.store.value.as_deref().ok_or(Failure::NoDataFolder)
    }

    /// Opens the archive for writing, and makes it where there is none.
    pub(super) fn open_or_make(&self) -> Result<Archive, Failure> {
        self.options().open(self.store()?).map_err(Failure::Opening)
    }

    /// As [`Context::open_or_make`], with a quarter of the memory: an import reads little of what it has written, and is as fast with it.
    pub(super) fn open_to_import(&self) -> Result<Archive, Failure> {
        let memory_mib = usize::try_from(self.settings.memory.value / 4).unwrap_or(usize::MAX);
        self.options().memory_mib(memory_mib).open(self.store()?).map_err(Failure::Opening)
    }

    /// Opens the archive for writing.
    pub(super) fn open(&self) -> Result<Archive, Failure> {
        self.options().open_existing(self.store()?).map_err(Failure::Opening)
    }

    /// Opens the archive for writing, as the user whose archive it is, whom it returns too. Where there is none, one is made for a user who
    /// is named.
    pub(super) fn open_as_user(&self) -> Result<(Archive, String), Failure> {
        let opened = if self.settings.account.value.is_some() { self.open_or_make() } else { self.open() };
        let archive = match opened {
            Err(Failure::Opening(ArchiveError::Store(StoreError::Missing { .. }))) => return Err(Failure::NoAccount),
            opened => opened?,
        };
        let account = archive.account().ok_or(Failure::NoAccount)?;
        Ok((archive, account))
    }

    /// Opens the archive for reading, which works while another process writes it.
    pub(super) fn open_reader(&self) -> Result<Archive, Failure> {
        self.options().open_reader(self.store()?).map_err(Failure::Opening)
    }

    /// How the archive is opened.
    pub(super) fn options(&self) -> ArchiveOptions {
        let Settings { account, durability, memory, .. } = &self.settings;
        let memory_mib = usize::try_from(memory.value).unwrap_or(usize::MAX);
        let options = ArchiveOptions::new().durability(durability.value).memory_mib(memory_mib).spare_changes(SPARE_CHANGES);
        match &account.value {
            Some(account) => options.account(account),
            None => options,
        }
    }
}

/// The conversation that a person means, whether the archive has it or not.
///
/// A bare id, or the name that people see, has to be that of one conversation: of none is `None`, of several is an error.
pub(super) fn meant(archive: &Archive, which: &ConversationRef) -> Result<Option<ConversationId>, Failure> {
    if let Some(kind) = which.kind {
        let id = ConversationId::new(kind, &which.id).map_err(|source| Failure::ConversationName { source })?;
        return Ok(Some(id));
    }
    only(which, archive.named(which))
}

/// The one that was found, if any was.
fn only(which: &ConversationRef, mut found: Vec<ConversationId>) -> Result<Option<ConversationId>, Failure> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => Err(Failure::Ambiguous { id: which.id.clone(), found }),
    }
}

/// The conversation that a person wants to talk in, whether the archive has it or not. A bare id is that of a known conversation, of one of
/// `groups`, or else a user's, which is remarked to `note`. A name that people see is none to talk to: it may be that of an imported chat.
pub(super) fn to_talk(
    archive: &Archive,
    which: &ConversationRef,
    groups: &[String],
    note: impl FnOnce(&str),
) -> Result<ConversationId, Failure> {
    if let Some(known) = only(which, archive.named(which).into_iter().filter(|id| which.matches(id)).collect())? {
        return Ok(known);
    }
    let kind = match which.kind {
        Some(kind) => kind,
        None if groups.contains(&which.id) => ConversationKind::Group,
        None => ConversationKind::C2c,
    };
    let id = ConversationId::new(kind, &which.id).map_err(|source| Failure::ConversationName { source })?;
    if which.kind.is_none() && kind == ConversationKind::C2c {
        note(&format!("{} is new here: taken as the user {id}; a group is written group:{}", which.id, which.id));
    }
    Ok(id)
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
