//! What a script may do: what its manifest asks for, as far as the operator has granted it to this very content.

mod address;
mod table;

use super::filter::Place;
use super::manifest::{Host, Manifest, Rate};
use super::op::{HttpRequest, Misuse, Op};
use super::outside::Reach;
use crate::model::ConversationId;

use self::address::Address;
pub(super) use table::{Grant, Grants};

/// What a manifest asks for, for the operator to decide about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The key of the manifest.
    pub what: &'static str,
    /// What of it, in words.
    pub amount: String,
    /// The reason that the script gives.
    pub why: Option<String>,
}

/// Everything that a manifest asks for, in the order of its keys.
pub(super) fn requests(manifest: &Manifest) -> Vec<Request> {
    fn list<T: ToString>(items: &[T]) -> Option<String> {
        (!items.is_empty()).then(|| items.iter().map(T::to_string).collect::<Vec<_>>().join(", "))
    }
    let asked = [
        ("http", list(&manifest.http)),
        ("private_hosts", list(&manifest.private_hosts)),
        ("conversations", list(&manifest.conversations)),
        ("send", manifest.send.map(|rate| rate.to_string())),
        ("files", manifest.files.map(table::bytes)),
        ("secrets", list(&manifest.secrets)),
        ("memory", manifest.memory.map(table::bytes)),
    ];
    let request =
        |(what, amount): (&'static str, Option<String>)| Some(Request { what, amount: amount?, why: manifest.why.get(what).cloned() });
    asked.into_iter().filter_map(request).collect()
}

/// The host and port that a request to `url` is for, and both as a manifest writes them.
///
/// # Errors
/// Why it is no address that scripts can ask.
pub(super) fn address_of(url: &str) -> Result<(String, u16, String), String> {
    Address::parse(url).map(|address| (address.host.clone(), address.port, address.to_string()))
}

/// Whether the operator has decided about this content of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// There is nothing to decide: it asks for nothing.
    NotNeeded,
    /// Nobody has decided.
    Pending,
    /// It was granted to another content of the script.
    Changed,
    /// It was granted.
    Granted,
}

/// What one version of a script may do.
#[derive(Clone, Debug)]
pub(super) struct Granted {
    asked: Manifest,
    /// What holds; nothing while it is pending.
    grant: Grant,
    decision: Decision,
    /// Conversations that the operator has named in the script's configuration.
    named: Vec<Place>,
}

impl Granted {
    /// What the version of a script with this manifest and content hash may do. `named`: the conversations of
    /// [`Manifest::chats_set`].
    pub(super) fn new(manifest: &Manifest, hash: &str, grants: &Grants, named: Vec<Place>) -> Self {
        let (decision, grant) = match grants.of(&manifest.name) {
            _ if requests(manifest).is_empty() => (Decision::NotNeeded, None),
            None => (Decision::Pending, None),
            Some(grant) if grant.holds_for(hash) => (Decision::Granted, Some(grant)),
            Some(_) => (Decision::Changed, None),
        };
        Self { asked: manifest.clone(), grant: grant.cloned().unwrap_or_default(), decision, named }
    }

    /// Whether the operator has decided.
    pub(super) fn decision(&self) -> Decision {
        self.decision
    }

    /// The grant that holds, as text that [`Grant::from_text`] reads.
    pub(super) fn to_row(&self) -> Option<String> {
        (self.decision == Decision::Granted).then(|| self.grant.to_text())
    }

    /// How much it may say; `None`: the usual.
    pub(super) fn send_rate(&self) -> Option<Rate> {
        let (asked, granted) = (self.asked.send?, self.grant.send?);
        Some(if asked.is_within(granted) { asked } else { granted })
    }

    /// Bytes that its files may fill; `None`: it may have none.
    pub(super) fn files(&self) -> Option<u64> {
        Some(self.asked.files?.min(self.grant.files?))
    }

    /// Bytes of memory; `None`: the usual.
    pub(super) fn memory(&self) -> Option<u64> {
        Some(self.asked.memory?.min(self.grant.memory?))
    }

    /// Whether it may ask this host at this port, and whether that may be in a private network. For every address of a request, those that it is sent on
    /// to included.
    pub(super) fn host(&self, host: &str, port: u16) -> Option<Network> {
        let is_in = |hosts: &[Host]| hosts.iter().any(|one| one.takes(host, port));
        if is_in(&self.asked.private_hosts) && is_in(&self.grant.private_hosts) {
            Some(Network::Private)
        } else if is_in(&self.asked.http) && is_in(&self.grant.http) {
            Some(Network::Public)
        } else {
            None
        }
    }

    /// How far its waiting calls may reach.
    pub(super) fn reach(&self) -> Reach {
        // What both name, the one with or the other without a star.
        fn both<T: Clone>(asked: &[T], granted: &[T], includes: fn(&T, &T) -> bool) -> Vec<T> {
            let wanted = asked.iter().filter(|asked| granted.iter().any(|granted| includes(granted, asked)));
            let narrower = granted.iter().filter(|granted| asked.iter().any(|asked| includes(asked, granted)));
            wanted.chain(narrower).cloned().collect()
        }
        let mut conversations = both(&self.asked.conversations, &self.grant.conversations, Place::includes);
        conversations.extend(self.named.iter().cloned());
        Reach {
            conversations,
            hosts: both(&self.asked.http, &self.grant.http, Host::includes),
            private_hosts: both(&self.asked.private_hosts, &self.grant.private_hosts, Host::includes),
            secrets: self.asked.secrets.iter().filter(|secret| self.secret(secret)).cloned().collect(),
            files: self.files(),
        }
    }

    /// Whether a secret may be used.
    pub(super) fn secret(&self, name: &str) -> bool {
        self.asked.secrets.iter().any(|asked| asked == name) && self.grant.secrets.iter().any(|granted| granted == name)
    }

    /// Whether it may read and speak in a conversation. `place`: the one that its event comes from.
    pub(super) fn conversation(&self, chat: &ConversationId, place: Option<&ConversationId>) -> bool {
        let is_in = |places: &[Place]| places.iter().any(|one| one.takes(chat));
        place == Some(chat) || is_in(&self.named) || (is_in(&self.asked.conversations) && is_in(&self.grant.conversations))
    }

    /// Whether it may read all conversations there are.
    pub(super) fn all_conversations(&self) -> bool {
        use crate::model::ConversationKind::{C2c, Group};
        let has = |places: &[Place], kind| places.contains(&Place::Kind(kind));
        [C2c, Group].into_iter().all(|kind| has(&self.asked.conversations, kind) && has(&self.grant.conversations, kind))
    }

    /// Whether the script may do this. What needs no grant: to answer and read where its event comes from (`place`), its own store and timers.
    ///
    /// A message that is named by its id, and a search that goes on, are for whoever answers the call to check with [`Granted::conversation`].
    ///
    /// # Errors
    /// [`Misuse`] with the line that the manifest lacks, or with what the operator has to do.
    pub(super) fn permit(&self, op: &Op, place: Option<&ConversationId>) -> Result<(), Misuse> {
        match op {
            Op::Send { to, content } | Op::Ask { to, question: content, .. } => {
                self.permit_chat(op.name(), to, place)?;
                if content.files.is_empty() { Ok(()) } else { self.permit_files(op.name()) }
            }
            Op::Forward { to, .. } => self.permit_chat(op.name(), to, place),
            Op::MarkRead { chat } | Op::History { chat, .. } => self.permit_chat(op.name(), chat, place),
            Op::Search { next: Some(_), .. } => Ok(()),
            Op::Search { chat: Some(chat), .. } => self.permit_chat(op.name(), chat, place),
            Op::Search { chat: None, .. } if self.all_conversations() => Ok(()),
            Op::Search { chat: None, .. } => {
                let is_asked =
                    ["c2c:*", "group:*"].iter().all(|all| self.asked.conversations.iter().any(|place| place.to_string() == *all));
                Err(self.refuse("bot.search in all conversations", "conversations", r#"["c2c:*", "group:*"]"#, is_asked))
            }
            Op::Save { .. } => self.permit_files(op.name()),
            Op::Http(request) => self.permit_http(request),
            Op::Edit { .. }
            | Op::Recall { .. }
            | Op::StoreGet { .. }
            | Op::StoreSet { .. }
            | Op::StoreIncr { .. }
            | Op::StoreScan { .. }
            | Op::TimerAt { .. }
            | Op::TimerEvery { .. }
            | Op::TimerCancel { .. }
            | Op::TimerList { .. }
            | Op::Title { .. }
            | Op::Help { .. }
            | Op::Metric { .. }
            | Op::Find { .. }
            | Op::Read { .. }
            | Op::Lock { .. }
            | Op::Unlock { .. } => Ok(()),
        }
    }

    fn permit_chat(&self, call: &str, chat: &str, place: Option<&ConversationId>) -> Result<(), Misuse> {
        let id: ConversationId = chat.parse().map_err(|_| Misuse(format!("{call}: this is no conversation: write c2c:ID or group:ID")))?;
        if self.conversation(&id, place) {
            return Ok(());
        }
        let is_asked = self.asked.conversations.iter().any(|one| one.takes(&id));
        Err(self.refuse(&format!("{call} in {chat}"), "conversations", &format!("[{chat:?}]"), is_asked))
    }

    fn permit_files(&self, call: &str) -> Result<(), Misuse> {
        if self.files().is_some() { Ok(()) } else { Err(self.refuse(call, "files", "true", self.asked.files.is_some())) }
    }

    fn permit_http(&self, request: &HttpRequest) -> Result<(), Misuse> {
        let call = match request.method.as_str() {
            "GET" => "http.get",
            "POST" => "http.post",
            _ => "http.request",
        };
        let address = Address::parse(&request.url).map_err(|why| Misuse(format!("{call}: {why}")))?;
        if self.host(&address.host, address.port).is_none() {
            let is_in = |hosts: &[Host]| hosts.iter().any(|one| one.takes(&address.host, address.port));
            let is_asked = is_in(&self.asked.http) || is_in(&self.asked.private_hosts);
            return Err(self.refuse(&format!("{call} to {address}"), "http", &format!("[\"{address}\"]"), is_asked));
        }
        match &request.auth {
            Some(name) if !self.secret(name) => {
                let is_asked = self.asked.secrets.contains(name);
                Err(self.refuse(&format!("{call} with the secret {name:?}"), "secrets", &format!("[{name:?}]"), is_asked))
            }
            _ => Ok(()),
        }
    }

    /// Why something is refused: nobody asked for it, or nobody granted it.
    fn refuse(&self, call: &str, key: &str, value: &str, is_asked: bool) -> Misuse {
        let name = &self.asked.name;
        Misuse(match self.decision {
            _ if !is_asked => format!("{call}: the manifest lacks {key} = {value}"),
            Decision::Changed => format!("{call}: the script has changed since it was granted: run \"mynah grant {name}\""),
            _ => format!("{call}: {key} is asked for but not granted: run \"mynah grant {name}\""),
        })
    }
}

/// Where an address may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    /// Not in a private network.
    Public,
    /// Anywhere.
    Private,
}

#[cfg(test)]
mod tests;
