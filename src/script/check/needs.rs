//! What a script uses, held against what its manifest asks for.

use std::collections::BTreeMap;

use super::Finding;
use crate::model::ConversationId;
use crate::script::manifest::Manifest;

/// The permissions that calls need.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// By the key of the manifest: where it is needed first.
    used: BTreeMap<&'static str, (usize, usize)>,
    /// Calls that need a value that the manifest lacks: the place, the key and the value.
    lacking: Vec<((usize, usize), &'static str, String)>,
    /// Another file may use what this one does not.
    pub(super) has_modules: bool,
}

impl Needs {
    /// Notes that a permission is used.
    pub(super) fn note(&mut self, key: &'static str, place: (usize, usize)) {
        self.used.entry(key).or_insert(place);
    }

    /// Notes that a conversation is spoken to or read.
    pub(super) fn conversation(&mut self, chat: &str, manifest: &Manifest, place: (usize, usize)) {
        self.note("conversations", place);
        if let Ok(id) = chat.parse::<ConversationId>()
            && !manifest.conversations.iter().any(|one| one.takes(&id))
        {
            self.lacking.push((place, "conversations", format!("[{chat:?}]")));
        }
    }

    /// Notes that an address is asked.
    pub(super) fn address(&mut self, url: &str, manifest: &Manifest, place: (usize, usize)) -> Option<Finding> {
        self.note("http", place);
        match crate::script::grant::address_of(url) {
            Ok((host, port, shown)) => {
                let is_asked = manifest.http.iter().chain(&manifest.private_hosts).any(|one| one.takes(&host, port));
                if !is_asked {
                    self.lacking.push((place, "http", format!("[\"{shown}\"]")));
                }
                None
            }
            Err(why) => Some(Finding::error(place, why)),
        }
    }

    /// Notes that a secret is used.
    pub(super) fn secret(&mut self, name: &str, manifest: &Manifest, place: (usize, usize)) {
        self.note("secrets", place);
        if !manifest.secrets.iter().any(|asked| asked == name) {
            self.lacking.push((place, "secrets", format!("[{name:?}]")));
        }
    }

    /// What is used and not asked for, and what is asked for and not used.
    pub(super) fn findings(self, manifest: &Manifest) -> Vec<Finding> {
        let asked = [
            ("http", !(manifest.http.is_empty() && manifest.private_hosts.is_empty())),
            ("files", manifest.files.is_some()),
            ("secrets", !manifest.secrets.is_empty()),
            ("conversations", !manifest.conversations.is_empty()),
        ];
        let mut findings: Vec<Finding> = Vec::new();
        for (place, key, value) in &self.lacking {
            findings.push(Finding::warning(*place, format!("the manifest lacks {key} = {value}, so this is refused")));
        }
        for (key, is_asked) in asked {
            match self.used.get(key) {
                Some(place)
                    if !is_asked && matches!(key, "http" | "files") && !self.lacking.iter().any(|(_, lacking, _)| *lacking == key) =>
                {
                    let line = if key == "files" { "--!mynah files = true" } else { "--!mynah http = [\"HOST\"]" };
                    findings.push(
                        Finding::warning(*place, format!("the manifest asks for no {key}, so this is refused"))
                            .helped(Some(line.to_owned())),
                    );
                }
                None if is_asked && !self.has_modules => {
                    findings.push(Finding::warning((1, 1), format!("the manifest asks for {key}, and nothing here uses it")));
                }
                _ => {}
            }
        }
        findings
    }
}
