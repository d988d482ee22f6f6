//! The numbers that the message API has for what can go wrong. Whoever speaks that API gives them out.

use std::io;

use super::SessionError;
use crate::archive::ArchiveError;
use crate::fetch::FetchError;
use crate::model::{ConversationKind, limits};
use crate::transport::{Refused, TransportError};

impl SessionError {
    /// The number that the message API gives for this (`code` of its callbacks).
    pub fn code(&self) -> i32 {
        match self {
            Self::Archive(ArchiveError::UnknownMessage { .. }) => 7011,
            Self::Archive(ArchiveError::UnknownConversation { .. }) => 6004,
            Self::Archive(ArchiveError::Refused { .. }) => 6017,
            Self::Archive(ArchiveError::OtherAccount { .. }) => 7012,
            Self::Archive(_) => 7010,
            Self::Transport(error) => transport_code(error),
            Self::Fetch(error) => fetch_code(error),
            Self::Denied { kind: Some(ConversationKind::Group), .. } => 10016,
            Self::Denied { .. } => 20006,
            Self::Ended => 6014,
            Self::AtWork | Self::NoRelayKey { .. } => 7012,
            Self::Busy { .. } => 9507,
            Self::TooOften { .. } => 7008,
            Self::TooManyReceivers { .. } => 90011,
            // What the real library says of recalling a message that it does not have.
            Self::UnknownMessage { .. } | Self::NotSent { .. } => 6017,
            Self::TooMany { .. } | Self::Refusal(_) => 6017,
            Self::NothingToDownload { .. } | Self::NoBundle { .. } => 6017,
            Self::Limit(limit) if std::ptr::eq(limit.limit, &limits::SENT_SIZE) => 8001,
            Self::Limit(limit) if std::ptr::eq(limit.limit, &limits::MENTIONS) => 10053,
            Self::Limit(_) => 6017,
            Self::NotSendable { .. } | Self::NoElements => 6016,
            Self::OtherSender => 7009,
            // The real library says of a missing file what its list has for an empty one.
            Self::EmptyFile { .. } => 7006,
            Self::File { source, .. } if source.kind() == io::ErrorKind::NotFound => 7006,
            Self::File { .. } => 7007,
            Self::FileTooLarge { .. } => 7005,
            Self::Expired => 6012,
            Self::Cancelled => 8021,
            Self::NotWaiting { .. } => 8020,
            Self::NotYours => 10007,
            Self::TooLate { .. } => 6223,
            Self::RecalledAlready { .. } => 20023,
            Self::NotRecalled { kind: ConversationKind::Group, reason } => match reason {
                Refused::UnknownMessage => 10030,
                Refused::TooLate { .. } => 10031,
                Refused::RecalledAlready => 10032,
                reason => refused_code(reason),
            },
            Self::NotRecalled { kind: ConversationKind::C2c, reason } => match reason {
                Refused::NotYours => 6017,
                reason => refused_code(reason),
            },
            Self::TooDeep { .. } => 8005,
            Self::DamagedBundle => 6001,
        }
    }
}

fn transport_code(error: &TransportError) -> i32 {
    match error {
        TransportError::Offline => 9508,
        TransportError::NoAnswer => 9520,
        TransportError::UnknownMedia => 6009,
        TransportError::File { .. } => 7007,
        TransportError::Memory { .. } | TransportError::Damaged { .. } | TransportError::UnknownFormat { .. } => 7010,
        TransportError::Refused(reason) => refused_code(reason),
    }
}

fn refused_code(reason: &Refused) -> i32 {
    match reason {
        Refused::NoUser => 6032,
        Refused::NoGroup => 10010,
        Refused::GroupExists => 10021,
        Refused::NotAMember | Refused::NotYours => 10007,
        Refused::TooLarge { .. } => 80002,
        Refused::UnknownMessage => 20022,
        Refused::RecalledAlready => 20023,
        Refused::TooLate { .. } => 20016,
        Refused::Other { code } => *code,
    }
}

fn fetch_code(error: &FetchError) -> i32 {
    match error {
        FetchError::Cancelled => 6222,
        FetchError::Io { .. } | FetchError::Exists { .. } | FetchError::NoFile { .. } | FetchError::Busy { .. } => 6022,
        FetchError::TooLarge { .. } => 7005,
        // An address that cannot be used is to the real library a download that failed.
        _ => 6009,
    }
}
