//! Why a filter took an event or did not: each of its conditions, and whether it held.

use std::fmt::Display;

use super::{Conditions, Filter, words};
use crate::script::event::Event;

use super::seen::Seen;

impl Filter {
    /// Every condition that was given, as a sentence, with whether it holds for the event. Nothing of what is said is in it.
    pub(in crate::script) fn explain(&self, event: &Event, account: &str) -> Vec<(String, bool)> {
        let conditions = &*self.0;
        let seen = Seen::new(event, account);
        let mut told = Vec::new();
        let mut tell = |text: String, held: bool| told.push((text, held));
        let alone = |change: &dyn Fn(&mut Conditions)| {
            let mut one = Conditions { bots: true, progress: true, ..Conditions::default() };
            change(&mut one);
            one.hold_cheaply(&seen) && one.hold_dearly(&seen, None).is_some()
        };
        if let Some(chat) = &conditions.chat {
            tell(format!("chat is {}", any(chat)), alone(&|one| one.chat = Some(chat.clone())));
        }
        if let Some(from) = &conditions.from {
            tell(format!("from is {}", any(from)), alone(&|one| one.from = Some(from.clone())));
        }
        if let Some(types) = conditions.types {
            tell(format!("it has an element of type {}", any(types.iter())), alone(&|one| one.types = Some(types)));
        }
        if let Some(files) = &conditions.files {
            tell(format!("it has a file of type {}", any(files)), alone(&|one| one.files = Some(files.clone())));
        }
        if let Some(wanted) = conditions.mentions_me {
            let text = if wanted { "it mentions the account" } else { "it does not mention the account" };
            tell(text.to_owned(), alone(&|one| one.mentions_me = Some(wanted)));
        }
        if !conditions.bots && event.message().is_some() {
            tell("no script said it".to_owned(), alone(&|one| one.bots = false));
        }
        if let Some(name) = &conditions.timer {
            tell(format!("the timer is {name:?}"), alone(&|one| one.timer = Some(name.clone())));
        }
        if let Some(wanted) = &conditions.words {
            let held = seen.folded().is_some_and(|text| words::first(wanted, text).is_some());
            tell(format!("one of the words {} is in the text", any(wanted.iter().map(words::Word::written))), held);
        }
        if let Some(regex) = &conditions.regex {
            tell(format!("the text matches {regex}"), alone(&|one| one.regex = Some(regex.clone())));
        }
        told
    }
}

/// `a`, `a or b`, `a, b or c`; of many the first few.
fn any<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    const MOST: usize = 8;
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if items.len() > MOST {
        return format!("{} or one of {} others", items[..MOST].join(", "), items.len() - MOST);
    }
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
