//! What WhatsApp itself says in an export, in the languages of `words.txt`.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::header::is_mark;

/// Every language's words.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(include_str!("words.txt")));

/// Bytes of the longest line in which the program tells what happened.
const LONGEST: usize = 600;

pub(super) struct Words {
    exact: FxHashMap<(&'static str, String), &'static str>,
    /// How the texts of `exact` begin: most of what people write is known by that to be none of them.
    starts: FxHashSet<[char; 4]>,
    /// Bytes of the longest of them.
    longest: usize,
    /// Kind, bare text and language, for what is found in the middle of a line.
    events: Vec<(&'static str, String, &'static str)>,
    /// How lines begin that the program says in somebody's name.
    begins: Vec<&'static str>,
    /// What stands before and behind the name of the chat in the name of a file.
    chats: Vec<(&'static str, &'static str, &'static str)>,
}

/// The keys whose texts tell what happened, the surest first.
const EVENTS: &[&str] = &[
    "encrypted",
    "created",
    "subject",
    "icon",
    "description",
    "number",
    "security",
    "settings",
    "joined",
    "added",
    "removed",
    "left",
    "call",
    "notice",
];

/// Without what differs between versions: case, marks, and brackets and dots around it.
fn bare(text: &str) -> String {
    letters(inner(text)).collect()
}

/// Without the marks, brackets and dots around it.
fn inner(text: &str) -> &str {
    text.trim_matches(|at: char| is_mark(at) || at.is_whitespace() || matches!(at, '.' | '。' | '।' | '۔' | '<' | '>'))
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    let plain = |at| if matches!(at, '\u{a0}' | '\u{202f}') { ' ' } else { at };
    text.chars().filter(|at| !is_mark(*at)).map(plain).flat_map(char::to_lowercase)
}

/// The first letters of a text.
fn start(text: &str) -> [char; 4] {
    let mut letters = letters(text);
    std::array::from_fn(|_| letters.next().unwrap_or('\0'))
}

impl Words {
    fn new(table: &'static str) -> Self {
        let mut words = Self {
            exact: FxHashMap::default(),
            starts: FxHashSet::default(),
            longest: 0,
            events: Vec::new(),
            begins: Vec::new(),
            chats: Vec::new(),
        };
        let mut language = "";
        for line in table.lines() {
            if let Some(head) = line.strip_prefix('[') {
                language = head.split_once(' ').map_or("", |(_, name)| name.trim_end_matches(']'));
                continue;
            }
            let Some((key, texts)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else { continue };
            for text in texts.split(" | ") {
                match text.split_once("{}") {
                    Some((before, behind)) => words.chats.push((before, behind, language)),
                    None if key == "begins" => words.begins.push(text),
                    None if EVENTS.contains(&key) => words.events.push((key, bare(text), language)),
                    None => drop(words.exact.entry((key, bare(text))).or_insert(language)),
                }
            }
        }
        words.starts = words.exact.keys().map(|(_, text)| start(text)).collect();
        words.longest = words.exact.keys().map(|(_, text)| text.len()).max().unwrap_or(0);
        // The longer one is the surer one: `left the group` before `left`.
        words.events.sort_by_key(|(key, text, _)| (EVENTS.iter().position(|at| at == key), std::cmp::Reverse(text.len())));
        words.chats.sort_by_key(|(before, behind, _)| std::cmp::Reverse(before.len() + behind.len()));
        words
    }

    /// The language in which `text` is what `key` says, whole.
    pub(super) fn is(&self, key: &'static str, text: &str) -> Option<&'static str> {
        self.any(&[key], text).map(|(_, language)| language)
    }

    /// The first of `keys` that says this, and its language.
    pub(super) fn any(&self, keys: &[&'static str], text: &str) -> Option<(&'static str, &'static str)> {
        let inner = inner(text);
        // Lower case and marks change a length by little.
        if inner.len() > 2 * self.longest || !self.starts.contains(&start(inner)) {
            return None;
        }
        let bare = bare(inner);
        if bare.len() > self.longest {
            return None;
        }
        keys.iter().find_map(|key| Some((*key, *self.exact.get(&(*key, bare.clone()))?)))
    }

    /// What a line of the program's own tells that happened, and its language.
    pub(super) fn event(&self, text: &str) -> Option<(&'static str, &'static str)> {
        if text.len() > LONGEST {
            return None;
        }
        let text = bare(text);
        let found = self.events.iter().find(|(_, phrase, _)| holds(&text, phrase))?;
        Some((found.0, found.2))
    }

    /// Whether a text begins as only the program's own do.
    pub(super) fn begins(&self, text: &str) -> bool {
        self.begins.iter().any(|begins| text.starts_with(begins))
    }

    /// The name of the chat in the name of an export without its ending, and the language of that name.
    pub(super) fn chat(&self, name: &str) -> Option<(String, &'static str)> {
        let name: String = name.chars().filter(|at| !is_mark(*at)).collect();
        let name = without_copy_number(name.trim());
        self.chats.iter().find_map(|(before, behind, language)| {
            let inner = name.strip_prefix(before)?.strip_suffix(behind)?.trim();
            (!inner.is_empty()).then(|| (inner.to_owned(), *language))
        })
    }
}

/// Whether a text holds a phrase as words of their own, where its script divides words.
fn holds(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let is_letter =
            |character: Option<char>| character.is_some_and(|character| character.is_alphabetic() && u32::from(character) < 0x2e80);
        let starts_free = !is_letter(text[..at].chars().next_back());
        // Endings differ with person and number, so only the beginning has to stand free of short words.
        let ends_free = phrase.chars().count() > 5 || !is_letter(text[at + phrase.len()..].chars().next());
        starts_free && ends_free
    })
}

/// A name without the number that a browser puts behind a second copy.
fn without_copy_number(name: &str) -> &str {
    let inner = name.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match inner {
        Some((rest, number)) if !number.is_empty() && number.len() < 4 && number.bytes().all(|at| at.is_ascii_digit()) => rest,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_language_or_a_key_with_texts() {
        const KEYS: &[&str] = &[
            "chat", "attached", "file", "media", "image", "video", "audio", "sticker", "gif", "contact", "document", "once", "deleted",
            "edited", "location", "live", "begins",
        ];
        for line in include_str!("words.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let is_head = line.starts_with('[') && line.ends_with(']') && line.contains(' ');
            let key = line.split_once(" = ").map(|(key, texts)| (key, texts.split(" | ").all(|text| !text.trim().is_empty())));
            assert!(is_head || key.is_some_and(|(key, full)| full && (KEYS.contains(&key) || EVENTS.contains(&key))), "{line}");
        }
        assert!(WORDS.chats.len() > 50 && WORDS.exact.len() > 500);
    }

    #[test]
    fn a_chat_is_named_in_its_file_in_every_language() {
        for (file, name) in [
            ("WhatsApp Chat with Ann", "Ann"),
            ("WhatsApp Chat - Ann (2)", "Ann"),
            ("WhatsApp-Chat mit Ann", "Ann"),
            ("Chat de WhatsApp con Ann", "Ann"),
            ("Chat WhatsApp con Ann", "Ann"),
            ("Ann ile WhatsApp Sohbeti", "Ann"),
            ("Чат WhatsApp с контактом Ann", "Ann"),
            ("与Ann的WhatsApp聊天", "Ann"),
            ("AnnとのWhatsAppチャット", "Ann"),
        ] {
            assert_eq!(WORDS.chat(file).unwrap().0, name, "{file}");
        }
        assert_eq!(WORDS.chat("notes"), None);
    }

    #[test]
    fn events_are_found_in_the_middle_of_a_line() {
        assert_eq!(WORDS.event("Ann added Bob").unwrap().0, "added");
        assert_eq!(WORDS.event("Ann left").unwrap(), ("left", "English"));
        assert_eq!(WORDS.event("Ann hat die Gruppe verlassen").unwrap(), ("left", "German"));
        assert_eq!(WORDS.event("Ann se unió usando el enlace de invitación de este grupo.").unwrap().0, "joined");
        assert_eq!(WORDS.event("Ann went home"), None);
    }
}
