//! Which groups the account is in. On the loopback there is nobody who would let it in, so it joins the groups that it uses.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use engine::model::{ConversationId, ConversationKind, Message};
use engine::session::{Denied, Hooks};
use engine::transport::loopback::Hub;

/// An account's membership in groups.
#[derive(Clone)]
pub(crate) struct Membership {
    hub: Hub,
    user: String,
    /// The groups that it is known to be in.
    joined: Arc<Mutex<HashSet<String>>>,
}

impl Membership {
    pub(crate) fn new(hub: Hub, user: &str) -> Self {
        Self { hub, user: user.to_owned(), joined: Arc::default() }
    }

    /// Joins the group that a conversation is with, if it is with one. Blocks.
    pub(crate) fn join(&self, conversation: &ConversationId) {
        if conversation.kind() != ConversationKind::Group || self.has_joined(conversation.id()) {
            return;
        }
        match self.hub.join(conversation.id(), &self.user) {
            Ok(()) => drop(self.joined.lock().unwrap_or_else(PoisonError::into_inner).insert(conversation.id().to_owned())),
            // Whatever it was joined for will say what is wrong.
            Err(error) => tracing::warn!(%error, "a group could not be joined"),
        }
    }

    fn has_joined(&self, group: &str) -> bool {
        self.joined.lock().unwrap_or_else(PoisonError::into_inner).contains(group)
    }
}

#[async_trait::async_trait]
impl Hooks for Membership {
    async fn before_send(&self, message: &mut Message) -> Result<(), Denied> {
        let group = message.conversation.clone().filter(|conversation| conversation.kind() == ConversationKind::Group);
        if let Some(group) = group.filter(|group| !self.has_joined(group.id())) {
            let membership = self.clone();
            // It only ends early when the account does.
            let _ = tokio::task::spawn_blocking(move || membership.join(&group)).await;
        }
        Ok(())
    }
}
