//! Texts in the markdown of Zulip: who is mentioned, which message is answered, which files were sent.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::formats::imported::{Attachment, FileKind, Reply};
use crate::model::Person;

/// Files of one message that are told apart.
const FILES: usize = 1_000;

/// Bytes of a mark such as `@**name|1**`.
const MARK: usize = 300;

/// The names of people by their ids, and the other way round.
#[derive(Default)]
pub(super) struct Names {
    names: FxHashMap<u64, String>,
    /// The only one of a name; `None` where several have it.
    ids: BTreeMap<String, Option<u64>>,
}

impl Names {
    pub(super) fn insert(&mut self, id: u64, name: String) {
        if self.names.get(&id) == Some(&name) || name.is_empty() {
            return;
        }
        self.ids.entry(name.clone()).and_modify(|known| *known = None).or_insert(Some(id));
        self.names.insert(id, name);
    }

    pub(super) fn person(&self, id: u64) -> Person {
        Person::new(&id.to_string(), self.names.get(&id).map_or("", String::as_str))
    }

    fn id(&self, name: &str) -> Option<u64> {
        self.ids.get(name).copied().flatten()
    }
}

/// Whom a message calls.
#[derive(Default)]
pub(super) struct Mentions {
    /// User ids, each once.
    pub(super) users: Vec<String>,
    /// Everybody in the channel or topic.
    pub(super) all: bool,
}

impl Mentions {
    pub(super) fn user(&mut self, id: &str) {
        if !id.is_empty() && !self.users.iter().any(|known| known == id) {
            self.users.push(id.to_owned());
        }
    }
}

/// The text with `@**Name|1**` as `@Name` and `#**channel>topic**` as `#channel > topic`; other marks stay as they are written.
pub(super) fn readable(text: &str, names: &Names, mentions: &mut Mentions) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['@', '#']) {
        shown.push_str(&rest[..at]);
        let marked = &rest[at..];
        match mark(marked) {
            Some((sign, inner, length)) => {
                match sign {
                    Sign::Person { is_silent } => {
                        let (name, id) = inner.rsplit_once('|').filter(|(_, id)| id.parse::<u64>().is_ok()).unwrap_or((inner, ""));
                        if !is_silent && matches!(inner, "all" | "everyone" | "channel" | "stream" | "topic") {
                            mentions.all = true;
                        } else if !is_silent {
                            mentions.user(&if id.is_empty() {
                                names.id(name).map(|id| id.to_string()).unwrap_or_default()
                            } else {
                                id.to_owned()
                            });
                        }
                        shown.push('@');
                        shown.push_str(name);
                    }
                    Sign::Group => shown.push_str(&format!("@{inner}")),
                    Sign::Channel => shown.push_str(&format!("#{}", inner.replacen('>', " > ", 1))),
                }
                rest = &marked[length..];
            }
            None => {
                shown.push_str(&marked[..1]);
                rest = &marked[1..];
            }
        }
    }
    shown.push_str(rest);
    shown
}

enum Sign {
    Person { is_silent: bool },
    Group,
    Channel,
}

/// The mark that a text begins with, what stands in it, and its length.
fn mark(text: &str) -> Option<(Sign, &str, usize)> {
    let marks = [
        ("@_**", "**", Sign::Person { is_silent: true }),
        ("@**", "**", Sign::Person { is_silent: false }),
        ("#**", "**", Sign::Channel),
        ("@_*", "*", Sign::Group),
        ("@*", "*", Sign::Group),
    ];
    let (open, close, sign) = marks.into_iter().find(|(open, ..)| text.starts_with(open))?;
    let window = &text[open.len()..text.floor_char_boundary(MARK).max(open.len())];
    let length = window.find(close).filter(|length| *length > 0 && !window[..*length].contains('\n'))?;
    Some((sign, &window[..length], open.len() + length + close.len()))
}

/// The message that a text answers as Zulip's clients quote it, and what it says itself; `None` where it quotes nothing.
///
/// It begins with `@_**Name|1** [said](https://…/near/123):` and the quotation, fenced.
pub(super) fn answer<'a>(text: &'a str, names: &Names) -> Option<(Reply, &'a str)> {
    let (Sign::Person { is_silent: true }, inner, length) = mark(text)? else { return None };
    let rest = text[length..].trim_start().strip_prefix('[')?;
    let (address, rest) = rest[rest.find("](")? + 2..].split_once("):")?;
    let id = near(address)?;
    let rest = rest.trim_start();
    let fence = &rest[..rest.bytes().take_while(|byte| *byte == b'`').count()];
    let quoted = rest.get(fence.len()..)?.strip_prefix("quote")?.trim_start_matches(' ').strip_prefix('\n')?;
    let end = if fence.len() < 3 { None } else { quoted.match_indices(fence).find(|(at, _)| *at == 0 || quoted[..*at].ends_with('\n')) }?.0;
    let said = quoted[end + fence.len()..].trim();
    let sender = inner.rsplit_once('|').and_then(|(_, id)| id.parse().ok()).or_else(|| names.id(inner));
    let sender = sender.map(|id: u64| id.to_string()).unwrap_or_default();
    let quotation = readable(quoted[..end].trim_end(), names, &mut Mentions::default());
    Some((Reply { id: id.to_owned(), sender, text: quotation, ..Reply::default() }, said))
}

/// The id of the message that an address leads to.
pub(super) fn near(address: &str) -> Option<&str> {
    let digits = &address[address.rfind("/near/")? + 6..];
    let digits = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
    (!digits.is_empty()).then_some(digits)
}

/// The files that a text or page names as `/user_uploads/…`, each once, by that path.
pub(super) fn uploads(text: &str) -> Vec<&str> {
    let mut paths: Vec<&str> = Vec::new();
    for (at, _) in text.match_indices("/user_uploads/") {
        if paths.len() == FILES {
            break;
        }
        let rest = &text[at..];
        let end =
            rest.find(|letter: char| letter.is_whitespace() || matches!(letter, ')' | '"' | '\'' | '<' | '>' | '?')).unwrap_or(rest.len());
        let path = &rest[..end];
        if !path.starts_with("/user_uploads/thumbnail/") && path.len() > "/user_uploads/".len() && !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// The file at such a path; `there` is where it lies in the tree.
pub(super) fn file(path: &str, there: Option<String>) -> Attachment {
    let name = decoded(path.rsplit('/').next().unwrap_or_default(), '%');
    let kind = FileKind::of("", &name);
    match there {
        Some(there) => Attachment { kind, name, path: there, ..Attachment::default() },
        None => Attachment { kind, name, place: path.to_owned(), ..Attachment::default() },
    }
}

/// A text in which bytes stand as two hexadecimal digits behind a sign.
pub(super) fn decoded(text: &str, sign: char) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(sign) {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let behind = &rest[at + 1..];
        match behind
            .get(..2)
            .filter(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(sign as u8);
                rest = behind;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
