//! Which script said a message, and how many scripts had answered each other up to it.

use serde::{Deserialize, Serialize};

use super::{Body, Message, MessageError};

/// The key of the body. Unlike local keys it travels, so that scripts of other machines can tell too.
const KEY: &str = "mynah_origin";
/// The key of the body under which stands which script gave a message the content that it has.
const EDITOR: &str = "mynah_editor";

/// Where a message of a script comes from. It is what the sender says: good for ending loops, no proof of anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The script's name.
    pub script: String,
    /// How many scripts have answered each other up to this message, itself among them.
    pub hops: u32,
}

impl Message {
    /// The script that said it, if one did.
    pub fn origin(&self) -> Option<Origin> {
        self.body.origin()
    }

    /// The same message, said by a script.
    ///
    /// # Errors
    /// [`MessageError`] when the body becomes too large.
    pub fn with_origin(mut self, origin: &Origin) -> Result<Self, MessageError> {
        self.body.set(KEY, serde_json::to_value(origin).ok())?;
        Ok(self)
    }
}

impl Message {
    /// The script that edited it, if the newest edit was one's; the hops count that script among them.
    pub fn editor(&self) -> Option<Origin> {
        self.body.named(EDITOR)
    }
}

impl Body {
    fn origin(&self) -> Option<Origin> {
        self.named(KEY)
    }

    fn named(&self, key: &str) -> Option<Origin> {
        if self.may_have(key) { serde_json::from_value(self.get(key)?).ok() } else { None }
    }

    /// This body as the content that a script gives to a message, or with `None` somebody who is none.
    ///
    /// # Errors
    /// [`MessageError`] when it becomes too large.
    pub(crate) fn edited_by(mut self, script: Option<&Origin>) -> Result<Self, MessageError> {
        if script.is_some() || self.may_have(EDITOR) {
            self.set(EDITOR, script.and_then(|script| serde_json::to_value(script).ok()))?;
        }
        Ok(self)
    }

    /// This body, with the origin of the one that it takes the place of, unless it brings one.
    ///
    /// # Errors
    /// [`MessageError`] when it becomes too large.
    pub(crate) fn keeping_origin_of(mut self, before: &Self) -> Result<Self, MessageError> {
        if self.origin().is_none()
            && let Some(origin) = before.origin()
        {
            self.set(KEY, serde_json::to_value(origin).ok())?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin { script: "remind".to_owned(), hops: 2 }
    }

    #[test]
    fn the_origin_of_a_message_survives_its_json_and_a_new_text() {
        let message = Message::text("me", 5, "hello").with_origin(&origin()).unwrap();
        assert!(message.to_json().contains(r#""mynah_origin":{"script":"remind","hops":2}"#), "{}", message.to_json());
        let mut read = Message::from_json(&message.to_json()).unwrap();
        assert_eq!(read.origin(), Some(origin()));
        read.body = read.body.with_text("mynah_origin").unwrap().unwrap();
        assert_eq!(read.origin(), Some(origin()));
        assert_eq!(Message::text("me", 5, "mynah_origin").origin(), None);
    }

    #[test]
    fn who_edited_a_message_is_in_its_body_until_somebody_else_edits_it() {
        let mut message = Message::text("me", 5, "hello").with_origin(&origin()).unwrap();
        let editor = Origin { script: "fix".to_owned(), hops: 3 };
        message.body = message.body.edited_by(Some(&editor)).unwrap();
        let mut read = Message::from_json(&message.to_json()).unwrap();
        assert_eq!((read.origin(), read.editor()), (Some(origin()), Some(editor)));
        read.body = read.body.edited_by(None).unwrap();
        assert_eq!((read.origin(), read.editor()), (Some(origin()), None));
    }

    #[test]
    fn an_origin_of_another_form_is_none() {
        let mut message = Message::text("me", 5, "hello");
        for value in
            [serde_json::json!("remind"), serde_json::json!({"script": 1, "hops": 2}), serde_json::json!({"script": "a", "hops": -1})]
        {
            message.body.set(KEY, Some(value)).unwrap();
            assert_eq!(message.origin(), None);
        }
    }

    #[test]
    fn a_new_body_keeps_the_origin_unless_it_brings_one() {
        let before = Message::text("me", 5, "hello").with_origin(&origin()).unwrap().body;
        assert_eq!(Body::of_text("new").keeping_origin_of(&before).unwrap().origin(), Some(origin()));
        let other = Origin { script: "other".to_owned(), hops: 1 };
        let brought = Message::text("me", 5, "new").with_origin(&other).unwrap().body;
        assert_eq!(brought.keeping_origin_of(&before).unwrap().origin(), Some(other));
        assert_eq!(Body::of_text("new").keeping_origin_of(&Body::of_text("old")).unwrap(), Body::of_text("new"));
    }
}
