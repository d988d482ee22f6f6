//! How far a script may reach: which conversations it may look into, which hosts it may ask.

use std::net::{IpAddr, SocketAddr};

use crate::archive::Archive;
use crate::model::{ConversationId, ConversationKind, ConversationRef};
use crate::query::{Expr, Filter};
use crate::script::filter::Place;
use crate::script::manifest::Host;

/// What was granted to a script, as far as waiting calls go.
#[derive(Clone, Debug, Default)]
pub(in crate::script) struct Reach {
    /// Conversations that it may look into, besides the one that its event happened in.
    pub(in crate::script) conversations: Vec<Place>,
    /// Hosts that it may ask.
    pub(in crate::script) hosts: Vec<Host>,
    /// Addresses inside private networks. They may be asked too. Only addresses: what a name stands for is for others to decide.
    pub(in crate::script) private_hosts: Vec<Host>,
    /// Secrets that its requests may carry.
    pub(in crate::script) secrets: Vec<String>,
    /// The most bytes in the script's folder of files; `None`: it has none.
    pub(in crate::script) files: Option<u64>,
}

impl Reach {
    /// Whether it may look into a conversation.
    pub(super) fn may_see(&self, conversation: &ConversationId, place: Option<&ConversationId>) -> bool {
        place == Some(conversation) || self.conversations.iter().any(|granted| granted.takes(conversation))
    }

    /// The condition that a message is where it may look.
    pub(super) fn seen(&self, archive: &Archive, place: Option<&ConversationId>) -> Expr {
        if [ConversationKind::C2c, ConversationKind::Group].into_iter().all(|kind| self.conversations.contains(&Place::Kind(kind))) {
            return Expr::All;
        }
        let known = archive.conversation_numbers().filter_map(|number| archive.conversation_name(number));
        let parts = known.filter(|conversation| self.may_see(conversation, place)).map(|conversation| within(&conversation));
        Expr::or(parts)
    }

    /// Whether it may ask a host at this port. `host` is as an address has it, IPv6 in brackets.
    pub(super) fn may_ask(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let bare: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let is_private = bare.is_some_and(|address| self.private_addresses().contains(&SocketAddr::new(address, port)));
        is_private || self.hosts.iter().any(|granted| granted.takes(&host, port))
    }

    /// The addresses inside private networks that it may connect to.
    pub(super) fn private_addresses(&self) -> Vec<SocketAddr> {
        self.private_hosts.iter().flat_map(Host::addresses).collect()
    }

    /// Whether its requests may carry this secret.
    pub(super) fn may_use(&self, secret: &str) -> bool {
        self.secrets.iter().any(|granted| granted == secret)
    }
}

/// The condition that a message is in a conversation.
pub(super) fn within(conversation: &ConversationId) -> Expr {
    Expr::Filter(Filter::Conversation(ConversationRef::from(conversation)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(conversations: &[&str], hosts: &[&str], private: &[&str]) -> Reach {
        let named = |texts: &[&str]| texts.iter().map(|text| Host::parse(text).unwrap()).collect();
        let conversations = conversations.iter().map(|text| Place::parse(text).unwrap()).collect();
        Reach { conversations, hosts: named(hosts), private_hosts: named(private), ..Reach::default() }
    }

    #[test]
    fn a_host_is_asked_if_it_is_granted_however_it_is_written() {
        let reach = reach(&[], &["API.example.org", "*.example.net"], &[]);
        assert!(reach.may_ask("api.example.org.", 80) && reach.may_ask("A.b.example.net", 443));
        assert!(!reach.may_ask("api.example.org", 8080) && !reach.may_ask("example.net", 443) && !reach.may_ask("evilexample.net", 443));
    }

    #[test]
    fn an_address_in_a_private_network_is_granted_with_its_port() {
        let reach = reach(&[], &["example.org"], &["10.1.2.3:8080", "[::1]:9000", "10.1.2.4", "localhost:80"]);
        assert!(reach.may_ask("10.1.2.3", 8080) && reach.may_ask("[::1]", 9000) && reach.may_ask("10.1.2.4", 443));
        assert!(!reach.may_ask("10.1.2.3", 80) && !reach.may_ask("localhost", 80) && !reach.may_ask("10.1.2.5", 80));
        assert_eq!(reach.private_addresses().len(), 4, "a name is no address");
    }

    #[test]
    fn a_conversation_is_seen_if_the_event_happened_there_or_it_is_granted() {
        let (ops, bob) = (ConversationId::group("ops").unwrap(), ConversationId::c2c("bob").unwrap());
        assert!(reach(&[], &[], &[]).may_see(&ops, Some(&ops)) && !reach(&[], &[], &[]).may_see(&ops, Some(&bob)));
        assert!(reach(&["group:ops"], &[], &[]).may_see(&ops, None) && reach(&["group:*"], &[], &[]).may_see(&ops, None));
        assert!(!reach(&["group:*", "c2c:bo"], &[], &[]).may_see(&bob, None) && reach(&["c2c:*"], &[], &[]).may_see(&bob, None));
    }
}
