//! A hub in the process: accounts talk one-to-one and in groups through it. Owns its log and its files, and no connection to anywhere.
//!
//! The hub is itself **a log with readers**: everything that it takes is an entry, all that it knows is a fold over the entries, and what an account receives are positions in the log behind a cursor. So opening it, keeping up with another
//! process and starting anew are the same loop.

mod book;
mod carrying;
mod end;
mod entry;
mod file;
mod lines;
mod options;
mod reading;
mod rules;
mod shared;
mod shelf;
mod state;
mod weather;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Refused, TransportError};
use book::Book;
use entry::Entry;
use shared::Shared;
use shelf::Shelf;

pub use end::Loopback;
pub use options::{GroupHistory, Groups, HubOptions, Users};
pub use weather::{Loss, Weather};

/// The log in a hub's folder.
const LOG: &str = "log";

/// The files in a hub's folder.
const MEDIA: &str = "media";

/// The device of an account that names none.
const DEVICE: &str = "main";

/// What a member of a group may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Speak.
    Member,
    /// And recall what others said.
    Admin,
    /// As an admin; who made the group.
    Owner,
}

/// A place where accounts meet. Clones are the same hub.
///
/// In memory it lasts as long as its last clone or end. In a folder it is durable: what it acknowledged has been synced, and several
/// processes may use the folder at the same time. What other processes publish is noticed within 50 ms; online-only messages reach the
/// ends of the same process only. Looking into its log and appending to it block the thread for as long as that takes the file system and,
/// rarely, another process that is at it; syncing and carrying files do not.
///
/// A hub keeps everything, since it is its accounts' roaming history too: its log, in memory and in the folder, grows with every message,
/// recall, edit, read report and confirmation, and so does its media. Everything else is bounded.
///
/// ```
/// use mynah::model::{ConversationId, Message};
/// use mynah::transport::loopback::Hub;
/// use mynah::transport::{Incoming, Parcel, Transport};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let hub = Hub::new();
/// let (alice, bob) = (hub.account("alice"), hub.account("bob"));
/// let message = Message { rand: 7, ..Message::text("alice", 1_700_000_000, "hello") };
/// alice.publish(Parcel::Message { to: ConversationId::c2c("bob")?, message }).await?;
/// let delivery = bob.receive(10).await?;
/// assert!(matches!(&delivery.incoming[..], [Incoming::Message(message)] if message.texts() == ["hello"]));
/// bob.confirm(delivery.cursor).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Hub {
    shared: Arc<Shared>,
}

impl Hub {
    /// A hub in memory.
    pub fn new() -> Self {
        Self::with_options(HubOptions::new())
    }

    /// A hub in memory that behaves so.
    pub fn with_options(options: HubOptions) -> Self {
        Self { shared: Arc::new(Shared::new(options, Book::default(), Shelf::in_memory())) }
    }

    /// Opens the hub in a folder, or makes one there.
    ///
    /// # Errors
    /// [`TransportError::Memory`] when its files cannot be read or written, [`TransportError::Damaged`] with the place of the damage,
    /// [`TransportError::UnknownFormat`]. What a process left that ended in the middle of writing is no damage; it is cut off.
    pub fn open(folder: &Path) -> Result<Self, TransportError> {
        Self::open_with_options(folder, HubOptions::new())
    }

    /// Opens the hub in a folder, or makes one there, that behaves so in this process.
    ///
    /// # Errors
    /// As for [`Hub::open`].
    pub fn open_with_options(folder: &Path, options: HubOptions) -> Result<Self, TransportError> {
        fs::create_dir_all(folder).map_err(|source| TransportError::Memory { path: folder.to_owned(), source })?;
        let book = Book::open(&folder.join(LOG))?;
        Ok(Self { shared: Arc::new(Shared::new(options, book, Shelf::in_folder(&folder.join(MEDIA)))) })
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Connects the device `main` of an account.
    pub fn account(&self, name: &str) -> Loopback {
        self.device(name, DEVICE)
    }

    /// Connects a device of an account. Each device receives everything that the account does, from the beginning, behind what it has
    /// confirmed itself.
    pub fn device(&self, account: &str, device: &str) -> Loopback {
        Loopback::connect(self, account, device)
    }

    /// Makes a group of an owner and these members.
    ///
    /// # Errors
    /// [`Refused::GroupExists`] when it is there already; [`TransportError::Memory`].
    pub fn create_group(&self, group: &str, owner: &str, members: &[&str]) -> Result<(), TransportError> {
        self.shared.change(|state, _| {
            if state.members(group).is_some() {
                return Err(Refused::GroupExists.into());
            }
            let others = members.iter().filter(|&&name| name != owner);
            let others = others.map(|name| member(group, name, Role::Member));
            Ok(([member(group, owner, Role::Owner)].into_iter().chain(others).collect(), ()))
        })
    }

    /// Makes an account a member of a group. The first member of an open group makes it, and the first of an empty one owns it. One
    /// that is a member already stays what it is.
    ///
    /// # Errors
    /// [`Refused::NoGroup`] when it is not there and groups are not open; [`TransportError::Memory`].
    pub fn join(&self, group: &str, account: &str) -> Result<(), TransportError> {
        self.shared.change(|state, _| {
            let members = state.members(group);
            if members.is_none() && self.shared.options.groups != Groups::Open {
                return Err(Refused::NoGroup.into());
            }
            let role = if members.is_none_or(BTreeMap::is_empty) { Role::Owner } else { Role::Member };
            let is_there = members.is_some_and(|members| members.contains_key(account));
            Ok(((!is_there).then(|| member(group, account, role)).into_iter().collect(), ()))
        })
    }

    /// Ends an account's membership: it receives nothing more from the group. One that is no member stays none.
    ///
    /// # Errors
    /// [`Refused::NoGroup`]; [`TransportError::Memory`].
    pub fn leave(&self, group: &str, account: &str) -> Result<(), TransportError> {
        self.shared.change(|state, _| {
            let is_there = state.members(group).ok_or(Refused::NoGroup)?.contains_key(account);
            let left = || Entry::Left { group: group.to_owned(), account: account.to_owned() };
            Ok((is_there.then(left).into_iter().collect(), ()))
        })
    }

    /// Gives a member of a group another role.
    ///
    /// # Errors
    /// [`Refused::NoGroup`], [`Refused::NotAMember`]; [`TransportError::Memory`].
    pub fn set_role(&self, group: &str, account: &str, role: Role) -> Result<(), TransportError> {
        self.shared.change(|state, _| {
            let members = state.members(group).ok_or(Refused::NoGroup)?;
            let known = members.get(account).ok_or(Refused::NotAMember)?;
            Ok(((known.role != role).then(|| member(group, account, role)).into_iter().collect(), ()))
        })
    }

    /// The members of a group with their roles, in the order of their names.
    ///
    /// # Errors
    /// [`Refused::NoGroup`]; [`TransportError::Memory`].
    pub fn members(&self, group: &str) -> Result<Vec<(String, Role)>, TransportError> {
        self.shared.change(|state, _| {
            let members = state.members(group).ok_or(Refused::NoGroup)?;
            Ok((Vec::new(), members.iter().map(|(name, member)| (name.to_string(), member.role)).collect()))
        })
    }

    /// What an account's line is like now, with the losses that are still to come.
    pub fn weather(&self, account: &str) -> Weather {
        self.shared.weather(account)
    }

    /// Changes what the line of an account is like, for all its devices, also those that connect later.
    pub fn set_weather(&self, account: &str, weather: Weather) {
        let desk = &mut *self.shared.desk();
        desk.lines.set_weather(account, weather, desk.book.state());
    }

    /// As if the hub's process had ended and come back: connections drop, requests under way get no answer, online-only messages are
    /// gone, and all that it knows is read anew from its log.
    ///
    /// # Errors
    /// As for [`Hub::open`]; the hub is as it was.
    pub fn restart(&self) -> Result<(), TransportError> {
        self.shared.restart()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("options", &self.shared.options).finish_non_exhaustive()
    }
}

fn member(group: &str, account: &str, role: Role) -> Entry {
    Entry::Member { group: group.to_owned(), account: account.to_owned(), role }
}
