//! An event as filters see it: each fact is found out once, when the first filter asks.

use std::cell::OnceCell;

use crate::script::event::{Event, What};
use crate::script::{fold, mime, said};

/// Key of the list of user ids that a message mentions.
const MENTIONED: &str = "message_group_at_user_array";

/// An event, with what has been found out about it.
pub(super) struct Seen<'a> {
    pub(super) event: &'a Event,
    account: &'a str,
    text: OnceCell<Option<String>>,
    folded: OnceCell<Option<String>>,
    files: OnceCell<Vec<&'static str>>,
    mentions_me: OnceCell<Option<bool>>,
    is_of_a_bot: OnceCell<bool>,
}

impl<'a> Seen<'a> {
    pub(super) fn new(event: &'a Event, account: &'a str) -> Self {
        Self {
            event,
            account,
            text: OnceCell::new(),
            folded: OnceCell::new(),
            files: OnceCell::new(),
            mentions_me: OnceCell::new(),
            is_of_a_bot: OnceCell::new(),
        }
    }

    /// What is said; `None` where there is no message.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.get_or_init(|| self.event.message().map(|message| said::text(message))).as_deref()
    }

    /// The same as it is compared.
    pub(super) fn folded(&self) -> Option<&str> {
        self.folded.get_or_init(|| self.text().map(fold::folded)).as_deref()
    }

    /// Who said it, or has read.
    pub(super) fn by(&self) -> Option<&'a str> {
        match &self.event.what {
            What::Message(message) => Some(&message.sender),
            What::Read { by, .. } => Some(by),
            _ => None,
        }
    }

    /// The MIME types of its files.
    pub(super) fn files(&self) -> &[&'static str] {
        self.files.get_or_init(|| match &self.event.what {
            What::Message(message) => message.body.elements().iter().filter_map(mime::of_element).collect(),
            What::Download(news) => news.path.as_deref().map(mime::of_name).into_iter().collect(),
            _ => Vec::new(),
        })
    }

    /// Whether it mentions the account by its id, not only with everybody; `None` where there is no message.
    pub(super) fn mentions_me(&self) -> Option<bool> {
        *self.mentions_me.get_or_init(|| {
            let body = &self.event.message()?.body;
            let mentioned = if body.may_have(MENTIONED) { body.get(MENTIONED) } else { None };
            let ids = mentioned.as_ref().and_then(|ids| ids.as_array());
            Some(ids.is_some_and(|ids| ids.iter().any(|id| id.as_str() == Some(self.account))))
        })
    }

    /// Whether a script said it, or edited it.
    pub(super) fn is_of_a_bot(&self) -> bool {
        const ORIGIN: &str = "mynah_origin";
        let is_said_by_one =
            || self.event.message().is_some_and(|message| message.body.may_have(ORIGIN) && message.body.get(ORIGIN).is_some());
        *self.is_of_a_bot.get_or_init(|| is_said_by_one() || self.event.origin().is_some())
    }
}
