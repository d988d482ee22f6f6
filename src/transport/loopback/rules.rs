//! What the hub takes and what it refuses. Decides on the state as it is and changes nothing.

use super::entry::Entry;
use super::options::{Groups, HubOptions, Users};
use super::state::{State, TalkState};
use super::{Role, state::Fate};
use crate::model::{Body, ConversationId, ConversationKind, ElementType, Message, Status, limits};
use crate::transport::{Ack, Parcel, Refused};

/// The most bytes of why a message is taken back.
const REASON_BYTES: u64 = 1_024;

/// What the hub does with a parcel.
pub(super) enum Verdict {
    /// It becomes these entries.
    Take(Vec<Entry>, Ack),
    /// It was taken before, or says nothing new.
    Known(Ack),
    /// It goes to who is connected, and is kept nowhere.
    Pass(Box<Message>, Ack),
}

/// A parameter that the service would not take, in the number of the conversation's kind.
fn malformed(kind: ConversationKind) -> Refused {
    Refused::Other {
        code: match kind {
            ConversationKind::C2c => 20_001,
            ConversationKind::Group => 10_004,
        },
    }
}

/// One parcel of one account, before a state.
pub(super) struct Judge<'a> {
    pub(super) state: &'a State,
    pub(super) options: &'a HubOptions,
    pub(super) account: &'a str,
    /// The hub's time, never before that of any entry.
    pub(super) now: u64,
}

impl Judge<'_> {
    /// Decides about a parcel.
    pub(super) fn judge(&self, parcel: Parcel) -> Result<Verdict, Refused> {
        match parcel {
            Parcel::Message { to, message } => self.message(to, message),
            Parcel::Recall { to, id, reason } => self.recall(to, id, reason),
            Parcel::Edit { to, id, nonce, body } => self.edit(to, id, nonce, &body),
            Parcel::Read { to, up_to } => self.read(to, up_to),
        }
    }

    /// Whether the account may speak in a conversation at all, apart from whether its group is there.
    pub(super) fn check_names(&self, to: &ConversationId) -> Result<(), Refused> {
        let is_user = |name: &str| match &self.options.users {
            Users::Anyone => ConversationId::c2c(name).is_ok(),
            Users::Only(names) => names.contains(name),
        };
        let is_there = is_user(self.account) && (to.kind() == ConversationKind::Group || is_user(to.id()));
        if is_there { Ok(()) } else { Err(Refused::NoUser) }
    }

    /// The conversation, if anything was said or done in it; for a group, if the account is a member.
    pub(super) fn talk(&self, to: &ConversationId) -> Result<Option<&TalkState>, Refused> {
        self.check_names(to)?;
        let talk = self.state.talk(self.account, to);
        if to.kind() == ConversationKind::Group {
            let members = talk.and_then(|talk| talk.members.as_ref()).ok_or(Refused::NoGroup)?;
            if !members.contains_key(self.account) {
                return Err(Refused::NotAMember);
            }
        }
        Ok(talk)
    }

    /// The message with this id, its position, and what became of it.
    fn standing<'a>(talk: Option<&'a TalkState>, id: &str) -> Result<(&'a TalkState, u64, Option<&'a Fate>), Refused> {
        let talk = talk.ok_or(Refused::UnknownMessage)?;
        let position = talk.find(id).ok_or(Refused::UnknownMessage)?;
        Ok((talk, position, talk.fate(position)))
    }

    fn message(&self, to: ConversationId, message: Message) -> Result<Verdict, Refused> {
        if message.sender != self.account {
            return Err(Refused::NotYours);
        }
        let mut entries = Vec::new();
        let talk = match self.talk(&to) {
            Err(Refused::NoGroup) if self.options.groups == Groups::Open => {
                entries.push(Entry::Member { group: to.id().to_owned(), account: self.account.to_owned(), role: Role::Owner });
                None
            }
            talk => talk?,
        };
        let mut message = self.checked(&to, message)?;
        let known = talk.and_then(|talk| talk.find(&message.id_text())).and_then(|known| self.state.message(known));
        if let Some(known) = known {
            let ack = Ack { server_time: known.server_time, seq: group_seq(&to, known.seq) };
            return if known.sender == message.sender { Ok(Verdict::Known(ack)) } else { Err(Refused::NotYours) };
        }
        message.server_time = self.now;
        message.status = Some(Status::Sent);
        (message.is_from_self, message.is_read, message.is_peer_read) = (None, None, None);
        let is_online = message.body.is_true("message_is_online_msg");
        message.seq = match to.kind() {
            ConversationKind::Group if is_online => 0,
            ConversationKind::Group => talk.map_or(0, |talk| talk.seq) + 1,
            // It orders the messages of one second, and the other one counts on from it.
            ConversationKind::C2c => message.seq.min(limits::PEER_SEQ.max),
        };
        let ack = Ack { server_time: self.now, seq: group_seq(&to, message.seq) };
        message.conversation = Some(to);
        if is_online {
            return Ok(Verdict::Pass(Box::new(message), ack));
        }
        entries.push(Entry::Message(message));
        Ok(Verdict::Take(entries, ack))
    }

    /// The message as everybody will read it from its JSON, if it can be carried.
    fn checked(&self, to: &ConversationId, message: Message) -> Result<Message, Refused> {
        let bad = malformed(to.kind());
        self.check_size(&message.body)?;
        let message = Message::from_json(&message.to_json()).map_err(|_| bad.clone())?;
        // An id of its own would be one that another account may be about to use.
        if message.id.is_some() || message.client_time == 0 || message.rand == 0 {
            return Err(bad);
        }
        let types = message.body.types();
        if types.contains(ElementType::GroupTips) || types.contains(ElementType::GroupReport) {
            return Err(bad);
        }
        Ok(message)
    }

    fn check_size(&self, body: &Body) -> Result<(), Refused> {
        let bytes = body.content_bytes() as u64;
        match self.options.message_bytes {
            Some(limit) if bytes > limit => Err(Refused::TooLarge { bytes, limit }),
            _ => Ok(()),
        }
    }

    fn recall(&self, to: ConversationId, id: String, reason: Option<String>) -> Result<Verdict, Refused> {
        let (bytes, limit) = (reason.as_ref().map_or(0, String::len) as u64, REASON_BYTES);
        if bytes > limit {
            return Err(Refused::TooLarge { bytes, limit });
        }
        let (talk, position, fate) = Self::standing(self.talk(&to)?, &id)?;
        let message = self.state.message(position).ok_or(Refused::UnknownMessage)?;
        let is_in_charge = talk.member(self.account).is_some_and(|member| member.role != Role::Member);
        if message.sender != self.account && !is_in_charge {
            return Err(Refused::NotYours);
        }
        if fate.is_some_and(|fate| fate.recalled.is_some()) {
            return Err(Refused::RecalledAlready);
        }
        let (age_s, limit_s) = (self.now - message.server_time, self.options.recall_window.as_secs());
        if age_s > limit_s && !is_in_charge {
            return Err(Refused::TooLate { age_s, limit_s });
        }
        let ack = Ack { server_time: self.now, seq: 0 };
        Ok(Verdict::Take(vec![Entry::Recall { by: self.account.to_owned(), to, at: self.now, id, reason }], ack))
    }

    fn edit(&self, to: ConversationId, id: String, nonce: u64, body: &Body) -> Result<Verdict, Refused> {
        let bad = malformed(to.kind());
        let (talk, position, fate) = Self::standing(self.talk(&to)?, &id)?;
        let is_own = self.state.message(position).is_some_and(|message| message.sender == self.account);
        let taken = talk.edit(position, nonce).and_then(|edit| self.state.entry(edit));
        if let Some(Entry::Edit { at, version, .. }) = taken.filter(|_| is_own) {
            return Ok(Verdict::Known(Ack { server_time: *at, seq: *version }));
        }
        if fate.is_some_and(|fate| fate.recalled.is_some()) {
            return Err(Refused::UnknownMessage);
        }
        if !is_own {
            return Err(Refused::NotYours);
        }
        self.check_size(body)?;
        // A body is a message without a head.
        let body = Message::from_json(body.as_json()).map_err(|_| bad.clone())?.body;
        if body.types().contains(ElementType::GroupTips) || body.types().contains(ElementType::GroupReport) {
            return Err(bad);
        }
        let version = fate.map_or(0, |fate| fate.version) + 1;
        let ack = Ack { server_time: self.now, seq: version };
        Ok(Verdict::Take(vec![Entry::Edit { by: self.account.to_owned(), to, at: self.now, id, nonce: Some(nonce), version, body }], ack))
    }

    fn read(&self, to: ConversationId, up_to: u64) -> Result<Verdict, Refused> {
        let talk = self.talk(&to)?;
        let ack = Ack { server_time: self.now, seq: 0 };
        // What was not said yet was not read.
        let up_to = up_to.min(self.now);
        if up_to <= talk.map_or(0, |talk| talk.read_up_to(self.account)) {
            return Ok(Verdict::Known(ack));
        }
        Ok(Verdict::Take(vec![Entry::Read { by: self.account.to_owned(), to, at: self.now, up_to }], ack))
    }
}

/// What the acknowledgement of a message says: a group's messages have a number there, others do not.
fn group_seq(to: &ConversationId, seq: u64) -> u64 {
    match to.kind() {
        ConversationKind::Group => seq,
        ConversationKind::C2c => 0,
    }
}
