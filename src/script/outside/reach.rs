//! How far a script may reach: which conversations it may look into, which hosts it may ask.

use std::net::{IpAddr, SocketAddr};

use crate::archive::Archive;
use crate::model::{ConversationId, ConversationKind, ConversationRef};
use crate::query::{Expr, Filter};

/// What was granted to a script, as far as waiting calls go.
#[derive(Clone, Debug, Default)]
pub(in crate::script) struct Reach {
    /// Conversations that it may look into: `group:ops`, `c2c:*`, `*`; besides the one that its event happened in.
    pub(in crate::script) conversations: Vec<String>,
    /// Hosts: `api.example.org`, `*.example.org` for all below it, with `:PORT` where it is not the usual one of the address.
    pub(in crate::script) hosts: Vec<String>,
    /// Addresses inside private networks: `10.1.2.3:8080`, or without a port for 80 and 443. They may be asked too. Only addresses: what a name
    /// stands for is for others to decide.
    pub(in crate::script) private_hosts: Vec<String>,
    /// The most bytes in the script's folder of files; `None`: it has none.
    pub(in crate::script) files: Option<u64>,
}

impl Reach {
    /// Whether it may look into a conversation.
    pub(super) fn may_see(&self, conversation: &ConversationId, place: Option<&ConversationId>) -> bool {
        let named = conversation.to_string();
        place == Some(conversation)
            || self.conversations.iter().any(|granted| match granted.strip_suffix('*') {
                Some(kind @ ("" | "c2c:" | "group:")) => named.starts_with(kind),
                _ => *granted == named,
            })
    }

    /// The condition that a message is where it may look.
    pub(super) fn seen(&self, archive: &Archive, place: Option<&ConversationId>) -> Expr {
        let may_see = |kind: &str| self.conversations.iter().any(|granted| granted == "*" || *granted == format!("{kind}:*"));
        let kinds = [ConversationKind::C2c, ConversationKind::Group].map(|kind| may_see(kind.word()));
        if kinds == [true, true] {
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
        if bare.is_some_and(|address| self.private_addresses().contains(&SocketAddr::new(address, port))) {
            return true;
        }
        self.hosts.iter().any(|granted| {
            let granted = granted.trim_end_matches('.').to_ascii_lowercase();
            let (name, is_port) = match granted.rsplit_once(':') {
                Some((name, digits)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => {
                    (name, digits.parse() == Ok(port))
                }
                _ => (granted.as_str(), matches!(port, 80 | 443)),
            };
            let is_host = match name.strip_prefix("*.") {
                Some(parent) => host.strip_suffix(parent).is_some_and(|below| below.len() > 1 && below.ends_with('.')),
                None => host == name,
            };
            is_port && is_host
        })
    }

    /// The addresses inside private networks that it may connect to.
    pub(super) fn private_addresses(&self) -> Vec<SocketAddr> {
        let each = |granted: &String| -> Vec<SocketAddr> {
            match (granted.parse(), granted.trim_matches(['[', ']']).parse::<IpAddr>()) {
                (Ok(address), _) => vec![address],
                (_, Ok(address)) => [80, 443].map(|port| SocketAddr::new(address, port)).into(),
                _ => Vec::new(),
            }
        };
        self.private_hosts.iter().flat_map(each).collect()
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
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Reach { conversations: owned(conversations), hosts: owned(hosts), private_hosts: owned(private), files: None }
    }

    #[track_caller]
    fn check(hosts: &[&str], host: &str, port: u16, expected: bool) {
        assert_eq!(reach(&[], hosts, &[]).may_ask(host, port), expected, "{hosts:?} {host}:{port}");
    }

    #[test]
    fn a_host_is_asked_if_it_is_named_or_stands_below_a_named_one() {
        check(&["api.example.org"], "api.example.org", 443, true);
        check(&["API.example.org"], "api.example.org.", 80, true);
        check(&["api.example.org"], "api.example.org", 8080, false);
        check(&["api.example.org:8080"], "api.example.org", 8080, true);
        check(&["api.example.org:8080"], "api.example.org", 443, false);
        check(&["example.org"], "api.example.org", 443, false);
        check(&["*.example.org"], "a.b.example.org", 443, true);
        for wrong in ["example.org", ".example.org", "evilexample.org", "example.org.evil.net"] {
            check(&["*.example.org"], wrong, 443, false);
        }
        check(&["*"], "example.org", 443, false);
        check(&["*."], "example.org", 443, false);
        check(&[], "example.org", 443, false);
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
        assert!(!reach(&["group:*", "c2c:b*", "c2c:bo"], &[], &[]).may_see(&bob, None) && reach(&["*"], &[], &[]).may_see(&bob, None));
    }
}
